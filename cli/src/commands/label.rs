//! `learnware label`.

use super::{
	signing::{self, connect, Case, Hold, Review},
	watch, Context,
};
use crate::{
	args,
	chain::{calls, At, Chain, Fate, Gone, Receipt},
	error::{Failure, Kind, Result},
	files::read_limited,
	game::{Label, LabelOutcome, LabelState, Outcome, Quote, Sample, Stage},
	ipfs::{cid_of_file, parse_cid, Cid, Ipfs},
	journal::{Journal, Status},
	keystore::Signer,
	output::table,
	words,
};
use learnware_primitives::{classification::NO_ANSWER, commitment, condense, Summary, Task, MAX_LABEL_BYTES};
use serde::Serialize;
use std::{fmt, path::Path};
use subxt::utils::AccountId32;

pub fn run(context: &Context, command: args::Label) -> Result<()> {
	match command {
		args::Label::Next => next(context),
		args::Label::Commit { sample, file } => commit(context, sample, &file),
		args::Label::Reveal { sample: Some(sample), label } => reveal(context, Some(sample), label.as_deref()),
		args::Label::Reveal { sample: None, .. } => reveal(context, None, None),
		args::Label::Withdraw { sample } => withdraw(context, sample),
		args::Label::Status { sample: Some(sample) } => status(context, sample),
		args::Label::Status { sample: None } => list(context),
		args::Label::Watch { forever } => watch::labels(context, forever),
	}
}

/// Samples that take labels, but for those that this account has labeled.
fn next(context: &Context) -> Result<()> {
	let account = signing::find(context).ok().map(|found| found.account()).transpose()?;
	let chain = connect(context)?;
	let (now, offers) = context.block_on(async {
		let at = chain.best().await?;
		let mine = match account {
			Some(account) => at.labels_of(account).await?.into_iter().map(|label| label.sample).collect(),
			None => Vec::new(),
		};
		let mut offers = Vec::new();
		for sample in at.samples().await? {
			if matches!(sample.stage, Stage::Commit { .. }) && !mine.contains(&sample.sample) {
				if let Some(quote) = at.quote(sample.sample).await? {
					offers.push(Offer { sample, quote });
				}
			}
		}
		Ok((at.number(), offers))
	})?;
	if offers.is_empty() {
		context.output.note("no sample takes labels now; try again later");
	}
	context.output.data(&Offers { offers, now, chain: &chain });
	Ok(())
}

/// Checks the label before anything else, puts it where scorers find it, writes down how to reveal it, and only then
/// commits to it.
fn commit(context: &Context, number: u32, file: &Path) -> Result<()> {
	let label =
		read_limited(file, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", file, &error))?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	let (sample, quote, now) = context.block_on(open_sample(&chain, number, signer.account))?;
	let answers = check(&sample.task, &label, file)?;
	context.output.note(format_args!("{}: {answers}", file.display()));
	let cid = cid_of_file(&label)?;
	let salt = signer.root.salt(&chain.genesis, number);
	let commitment = commitment::label(&chain.genesis, number, &signer.account.0, &cid.to_bytes(), &salt);
	let call = calls::commit_label(number, commitment);
	if !signing::review(context, &chain, &signer, &call, &commit_review(&chain, &sample, &quote))? {
		return Ok(());
	}
	let added = context.block_on(Ipfs::for_labels(&context.settings)?.add(label))?;
	debug_assert_eq!(added, cid);
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	journal.prepare(number, cid.to_string(), &salt, &commitment)?;
	let included = signing::send(context, &chain, &signer, &call)?;
	journal.mark(number, Status::Committed)?;
	let until = if let Stage::Commit { until } = sample.stage { until } else { now };
	context.output.data(&Committed {
		sample: number,
		account: signer.account.to_string(),
		location: cid.to_string(),
		commitment: format!("0x{}", hex::encode(commitment)),
		collateral: quote.collateral,
		reveal_from: until,
		reveal_until: until.saturating_add(sample.terms.reveal_period),
		journal: journal.directory().display().to_string(),
		receipt: included.receipt,
		chain: &chain,
	});
	Ok(())
}

/// A sample that takes a label of `account` now, with what that may bring.
async fn open_sample(chain: &Chain, number: u32, account: AccountId32) -> Result<(Sample, Quote, u32)> {
	let at = chain.best().await?;
	let (sample, quote) = (at.sample(number).await?, at.quote(number).await?);
	let (sample, quote) = sample.zip(quote).ok_or_else(|| words::unknown_sample(number))?;
	if !matches!(sample.stage, Stage::Commit { .. }) {
		let message = format!("sample {number}: {}", words::stage(&sample.stage, at.number(), chain));
		return Err(words::refusal("TooLate", message, "`learnware label next` lists samples that still take labels"));
	}
	if at.labels_of(account).await?.iter().any(|label| label.sample == number) {
		let message = format!("this account has committed a label to sample {number} already");
		let help = format!("`learnware label withdraw {number}` takes it back, until {number} is revealed");
		return Err(words::refusal("AlreadyCommitted", message, help));
	}
	Ok((sample, quote, at.number()))
}

/// Says what the label answers, or why scorers would slash it.
fn check(task: &Task, label: &[u8], file: &Path) -> Result<String> {
	match condense(task, label) {
		Ok(Summary::Classes(classes)) => {
			let answered = classes.iter().filter(|class| **class != NO_ANSWER).count();
			Ok(format!("answers {answered} of {} items", classes.len()))
		},
		Err(reason) => Err(Failure::input(format!("{}: {}", file.display(), words::bad(reason))).help(format!(
			"the task has {}: write a JSON array with one class number (or null) for each item; nothing was sent",
			words::task(task)
		))),
	}
}

fn commit_review(chain: &Chain, sample: &Sample, quote: &Quote) -> Review {
	let best = quote.places.first().copied().unwrap_or_default();
	Review {
		action: format!("Commit a label to sample {}", sample.sample),
		holds: vec![Hold { what: "collateral", amount: quote.collateral }],
		best: Some(Case { amount: best, what: format!("first place: paid {}, collateral back", chain.format(best)) }),
		worst: Some(Case {
			amount: quote.collateral,
			what: format!("not revealed in time, not readable, or far off: {} lost", chain.format(quote.collateral)),
		}),
		asks: true,
	}
}

fn reveal(context: &Context, wanted: Option<u32>, given: Option<&str>) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let (at, labels) = context.block_on(async {
		let at = chain.best().await?;
		let labels = at.labels_of(signer.account).await?;
		Ok((at, labels))
	})?;
	let due = match wanted {
		Some(sample) => vec![due(&chain, &at, &labels, sample)?],
		None => labels.into_iter().filter(is_due).collect(),
	};
	if due.is_empty() {
		context.output.note("nothing is to be revealed now");
	}
	let mut revealed = Vec::new();
	let mut failures = Vec::new();
	for label in due {
		let outcome = find_location(context, &chain, &signer, &journal, &label, given).and_then(|location| {
			let salt = signer.root.salt(&chain.genesis, label.sample);
			let call = calls::reveal_label(label.sample, &location, *salt);
			let review = Review::of(format!("Reveal the label of sample {}", label.sample));
			if !signing::review(context, &chain, &signer, &call, &review)? {
				return Ok(None);
			}
			let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
			journal.mark(label.sample, Status::Revealed)?;
			Ok(Some(Revealed { sample: label.sample, location: location.to_string(), receipt }))
		});
		match outcome {
			Ok(done) => revealed.extend(done),
			Err(failure) => {
				context.output.warn(format_args!("sample {}: {}", label.sample, failure.message));
				failures.push(failure);
			},
		}
	}
	if let Some(first) = failures.into_iter().next() {
		return Err(first);
	}
	if !context.dry_run {
		context.output.data(&AllRevealed(revealed));
	}
	Ok(())
}

/// True for a label that can be revealed now.
pub fn is_due(label: &Label) -> bool {
	matches!((&label.stage, &label.state), (Stage::Reveal { .. }, LabelState::Committed { .. }))
}

/// The label of `sample`, if it can be revealed now.
fn due(chain: &Chain, at: &At, labels: &[Label], sample: u32) -> Result<Label> {
	let label = labels.iter().find(|label| label.sample == sample).ok_or_else(|| {
		let message = format!("this account has no label in sample {sample}, or its game is over");
		words::refusal("NotCommitted", message, "`learnware label status` shows this account's labels")
	})?;
	let stage = format!("sample {sample}: {}", words::stage(&label.stage, at.number(), chain));
	match (&label.stage, &label.state) {
		(_, LabelState::Revealed { .. }) => Err(words::refusal(
			"AlreadyRevealed",
			format!("the label of sample {sample} is revealed already"),
			"`learnware label watch` waits for the outcome",
		)),
		(Stage::Commit { .. }, _) => {
			Err(words::refusal("TooEarly", stage, "`learnware label watch` reveals by itself when it is time"))
		},
		(Stage::Reveal { .. }, _) => Ok(label.clone()),
		_ => Err(words::refusal("TooLate", stage, "the collateral is lost; let `learnware label watch` run next time")),
	}
}

/// Where the label is that was committed: as the journal says, or as it was given again.
fn find_location(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	journal: &Journal,
	label: &Label,
	given: Option<&str>,
) -> Result<Cid> {
	let LabelState::Committed { commitment } = &label.state else {
		return Err(Failure::input(format!("the label of sample {} is revealed already", label.sample)));
	};
	let Some(given) = given else {
		return journal_location(journal, label.sample, commitment);
	};
	let path = Path::new(given);
	let (cid, content) = match path.is_file() {
		true => {
			let content = read_limited(path, MAX_LABEL_BYTES)
				.map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
			(cid_of_file(&content)?, Some(content))
		},
		false => (parse_cid(given)?, None),
	};
	let salt = signer.root.salt(&chain.genesis, label.sample);
	let opened = commitment::label(&chain.genesis, label.sample, &signer.account.0, &cid.to_bytes(), &salt);
	if opened != *commitment {
		return Err(Failure::input(format!("{given} is not what was committed to sample {}", label.sample))
			.help("give the very file that was committed, byte by byte, or its CID"));
	}
	if let Some(content) = content {
		context.block_on(Ipfs::for_labels(&context.settings)?.add(content))?;
	}
	journal.prepare(label.sample, cid.to_string(), &salt, commitment)?;
	Ok(cid)
}

/// The label that the journal has for a commitment.
pub fn journal_location(journal: &Journal, sample: u32, commitment: &[u8; 32]) -> Result<Cid> {
	let entry = journal.get(sample)?;
	match entry.as_ref().and_then(|entry| entry.location(commitment)) {
		Some(location) => parse_cid(location),
		None => Err(Failure::account(format!("the journal has no label for the commitment to sample {sample}"))
			.help(format!("`learnware label reveal {sample} FILE` with the file that was committed"))),
	}
}

fn withdraw(context: &Context, sample: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let call = calls::withdraw_label(sample);
	let review = Review::of(format!("Take the label of sample {sample} back"));
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		journal.mark(sample, Status::Withdrawn)?;
		context.output.data(&Withdrawn { sample, receipt });
	}
	Ok(())
}

fn list(context: &Context) -> Result<()> {
	let account = signing::find(context)?.account()?;
	let chain = connect(context)?;
	let (labels, now) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.labels_of(account).await?, at.number()))
	})?;
	if labels.is_empty() {
		context.output.note("this account has no label in a sample that is being played");
	}
	context.output.data(&Labels { labels, now, chain: &chain });
	Ok(())
}

fn status(context: &Context, sample: u32) -> Result<()> {
	let account = signing::find(context)?.account()?;
	let chain = connect(context)?;
	let (labels, now) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.labels_of(account).await?, at.number()))
	})?;
	let labels = labels.into_iter().filter(|label| label.sample == sample).collect::<Vec<_>>();
	if !labels.is_empty() {
		context.output.data(&Labels { labels, now, chain: &chain });
		return Ok(());
	}
	let not_mine = || {
		let message = format!("this account has no label in sample {sample}");
		words::refusal("NotCommitted", message, "`learnware label status` shows this account's labels")
	};
	match context.block_on(chain.fate(sample))? {
		Fate::Gone(Gone::Resolved { outcome, block }) => {
			let mine = Mine::of(&outcome, block, &account.to_string(), &chain).ok_or_else(not_mine)?;
			context.output.data(&mine);
			Ok(())
		},
		Fate::Forgotten => Err(forgotten(sample)),
		Fate::NeverWas => Err(words::unknown_sample(sample)),
		Fate::Playing | Fate::Gone(Gone::Cancelled { .. }) => Err(not_mine()),
	}
}

/// The node does not remember how a sample ended.
pub fn forgotten(sample: u32) -> Failure {
	Failure::new(
		Kind::Unavailable,
		"state_forgotten",
		format!("the game of sample {sample} is over, and the node does not remember how"),
	)
	.help("ask an archive node with --url, or an explorer")
}

struct Offer {
	sample: Sample,
	quote: Quote,
}

impl Serialize for Offer {
	fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
		#[derive(Serialize)]
		struct Flat<'a> {
			#[serde(flatten)]
			sample: &'a Sample,
			quote: &'a Quote,
		}
		Flat { sample: &self.sample, quote: &self.quote }.serialize(serializer)
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct Offers<'a> {
	offers: Vec<Offer>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Offers<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.offers.iter().map(|Offer { sample, quote }| {
			let left = if let Stage::Commit { until } = sample.stage { until.saturating_sub(self.now) } else { 0 };
			let terms = &sample.terms;
			[
				sample.sample.to_string(),
				words::task(&sample.task),
				self.chain.format(sample.bounty),
				self.chain.format(quote.places.first().copied().unwrap_or_default()),
				self.chain.format(quote.collateral),
				format!("{} of {} to {}", sample.committed, terms.min_labels, terms.max_labels),
				format!("{left} blocks, about {}", self.chain.about(left)),
			]
		});
		let names = [">sample", "task", ">bounty", ">first place", ">collateral", "labels", "closes in"];
		f.write_str(&table(names, rows))?;
		if self.offers.is_empty() {
			return Ok(());
		}
		write!(f, "\n\n`learnware sample fetch SAMPLE -o FILE`, then `learnware label commit SAMPLE LABEL`")
	}
}

#[derive(Serialize)]
struct Committed<'a> {
	sample: u32,
	account: String,
	location: String,
	commitment: String,
	collateral: crate::amount::Amount,
	/// Block at which the reveal phase starts at the latest.
	reveal_from: u32,
	/// First block in which it is too late to reveal, at the latest.
	reveal_until: u32,
	journal: String,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Committed<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let wait = self.reveal_from.saturating_sub(self.receipt.block);
		writeln!(f, "committed to sample {} in block {}: {}", self.sample, self.receipt.block, self.location)?;
		writeln!(f, "{} held; fee {}", self.chain.format(self.collateral), self.chain.format(self.receipt.fee))?;
		writeln!(
			f,
			"to be revealed in {wait} blocks (about {}), or as soon as no place is left: `learnware label watch` does it",
			self.chain.about(wait)
		)?;
		write!(f, "keep the label's file and a copy of {}", self.journal)
	}
}

#[derive(Serialize)]
struct Revealed {
	sample: u32,
	location: String,
	receipt: Receipt,
}

#[derive(Serialize)]
#[serde(transparent)]
struct AllRevealed(Vec<Revealed>);

impl fmt::Display for AllRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let lines = self.0.iter().map(|label| {
			format!(
				"revealed the label of sample {} in block {}: {}",
				label.sample, label.receipt.block, label.location
			)
		});
		f.write_str(&lines.collect::<Vec<_>>().join("\n"))
	}
}

#[derive(Serialize)]
struct Withdrawn {
	sample: u32,
	receipt: Receipt,
}

impl fmt::Display for Withdrawn {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "took the label of sample {} back in block {}; collateral released", self.sample, self.receipt.block)
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct Labels<'a> {
	labels: Vec<Label>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Labels<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.labels.iter().map(|label| {
			let state = match label.state {
				LabelState::Committed { .. } if is_due(label) => "committed; reveal it now",
				LabelState::Committed { .. } => "committed",
				LabelState::Revealed { .. } => "revealed",
			};
			let stage = words::stage(&label.stage, self.now, self.chain);
			[label.sample.to_string(), state.into(), stage, self.chain.format(label.collateral)]
		});
		f.write_str(&table([">sample", "label", "the sample", ">collateral"], rows))
	}
}

/// What became of one account's label.
#[derive(Serialize)]
pub struct Mine {
	pub sample: u32,
	block: u32,
	end: crate::game::End,
	#[serde(flatten)]
	label: LabelOutcome,
	/// Labels that could be paid.
	ranked: usize,
	consensus: Option<String>,
	why: String,
}

impl Mine {
	pub fn of(outcome: &Outcome, block: u32, account: &str, chain: &Chain) -> Option<Self> {
		let label = outcome.labels.iter().find(|label| label.account == account)?;
		Some(Self {
			sample: outcome.sample,
			block,
			end: outcome.end,
			ranked: outcome.labels.iter().filter(|label| label.place.is_some()).count(),
			consensus: outcome.consensus.clone(),
			why: words::became(outcome, label, chain),
			label: label.clone(),
		})
	}
}

impl fmt::Display for Mine {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "sample {} (block {}): {}", self.sample, self.block, self.why)?;
		if let (Some(score), Some(loss)) = (self.label.score, self.label.loss) {
			write!(f, "\n  score {score}, loss {loss}")?;
		}
		if let Some(consensus) = &self.consensus {
			write!(f, "\n  consensus {consensus}  (`learnware ipfs cat` shows it)")?;
		}
		Ok(())
	}
}
