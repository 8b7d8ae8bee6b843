//! `learnware sample`.

mod watch;

use super::{
	gold,
	ipfs::{deliver, look},
	replay::game,
	signing::{self, connect, Advice, Case, Hold, Review},
	verify, Context,
};
use crate::{
	amount::Amount,
	args,
	chain::{calls, forgotten, Chain, Fate, Gone, Receipt},
	error::{Failure, Kind, Result},
	game::{Disclosure, Outcome, Sample},
	ipfs::{cid_of_file, parse_cid, Found, Ipfs},
	journal::{Journal, Status},
	keystore::Signer,
	output::table,
	words,
};
use serde::Serialize;
use std::{fmt, fs, path::Path, time::Duration};
use subxt::tx::Payload;

/// Longest that the words of a question are waited for.
const QUESTION_PATIENCE: Duration = Duration::from_secs(5);
/// Most characters of them that are shown.
const QUESTION_CHARS: usize = 1000;

pub fn run(context: &Context, command: args::Sample) -> Result<()> {
	match command {
		args::Sample::Submit { dataset, file, cid, bounty, gold, again } => {
			submit(context, dataset, (file.as_deref(), cid.as_deref()), &bounty, (gold.as_deref(), again))
		},
		args::Sample::RevealGold { sample, gold } => gold::reveal(context, sample, gold.as_deref()),
		args::Sample::List { dataset } => list(context, dataset),
		args::Sample::Show { sample } => show(context, sample),
		args::Sample::Watch { sample } => watch::sample(context, sample),
		args::Sample::Cancel { sample } => cancel(context, sample),
		args::Sample::Fetch { sample, labels: Some(directory), .. } => fetch_labels(context, sample, &directory),
		args::Sample::Fetch { sample, consensus, output, .. } => fetch(context, sample, consensus, output.as_deref()),
		args::Sample::Verify { sample } => verify::run(context, sample),
		args::Sample::Resolve { sample } => resolve(context, sample),
	}
}

fn submit(
	context: &Context,
	number: u32,
	(file, cid): (Option<&Path>, Option<&str>),
	bounty: &str,
	(gold, again): (Option<&Path>, bool),
) -> Result<()> {
	let content = file
		.map(|path| fs::read(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error)))
		.transpose()?;
	let location = match (&content, cid) {
		(Some(content), _) => cid_of_file(content)?,
		(None, Some(cid)) => parse_cid(cid)?,
		(None, None) => return Err(Failure::input("neither a file nor a CID was given")),
	};
	let signer = signing::signer(context, true)?;
	if content.is_none() {
		look(context, &location)?;
	}
	let chain = connect(context)?;
	let bounty = chain.token.parse(bounty)?;
	let (dataset, limits) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.dataset(number).await?, at.limits()?))
	})?;
	let dataset = dataset.ok_or_else(|| words::unknown_dataset(number))?;
	if bounty < limits.min_bounty {
		let message = format!("the bounty is below the chain's minimum of {}", chain.format(limits.min_bounty));
		return Err(words::refusal("BountyTooSmall", message, "offer more with --bounty"));
	}
	let gold = gold.map(|path| gold::File::read(path, &dataset.task)).transpose()?;
	if let (Some(gold), false) = (&gold, again) {
		gold::check_unknown(context, &chain, &signer, (number, &location), gold)?;
	}
	let mut review = Review {
		holds: vec![
			Hold { what: "bounty", amount: bounty },
			Hold { what: "deposit", amount: limits.deposit_of(&dataset.terms) },
		],
		worst: Some(Case { amount: bounty, what: format!("{} paid for labels; deposit back", chain.format(bounty)) }),
		asks: true,
		..Review::of(format!("Submit {location} as a sample of dataset {number} ({})", dataset.task))
	};
	review.advice.extend(gold.as_ref().map(|gold| gold_advice(gold, bounty, &chain)));
	let commitment =
		gold.as_ref().map(|gold| gold::commit(context, &chain, &signer, (number, &location), gold)).transpose()?;
	let call = calls::submit_sample(number, &location, bounty.0, commitment);
	if !signing::review(context, &chain, &signer, &call, &review)? {
		return Ok(());
	}
	if let Some(content) = content {
		context.block_on(Ipfs::for_files(&context.settings.ipfs_api.value)?.add(content))?;
	}
	let included = signing::send(context, &chain, &signer, &call)?;
	let mut journaled = None;
	if let Some(commitment) = commitment {
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		journal.mark_gold(&commitment, included.sample(), Status::Committed)?;
		journaled = Some(journal.directory().display().to_string());
	}
	context.output.data(&Submitted {
		sample: included.sample(),
		dataset: number,
		location: location.to_string(),
		bounty,
		gold: commitment.map(|commitment| format!("0x{}", hex::encode(commitment))),
		journal: journaled,
		receipt: included.receipt,
		chain: &chain,
	});
	Ok(())
}

/// What withholding costs.
fn gold_advice(gold: &gold::File, bounty: Amount, chain: &Chain) -> Advice {
	let what = format!(
		"{} known; to be revealed in the reveal phase: if it is not, or nobody can read it, all of the bounty ({}) \
		 goes to those who labeled",
		words::count(gold.known, "item"),
		chain.format(bounty)
	);
	Advice { about: "gold", amount: bounty, what }
}

fn list(context: &Context, dataset: Option<u32>) -> Result<()> {
	let chain = connect(context)?;
	let (samples, now) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.samples().await?, at.number()))
	})?;
	let samples = samples.into_iter().filter(|sample| dataset.is_none_or(|dataset| sample.dataset == dataset));
	context.output.data(&List { samples: samples.collect(), now, chain: &chain });
	Ok(())
}

fn show(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let playing = context.block_on(async {
		let at = chain.best().await?;
		let Some(sample) = at.sample(number).await? else { return Ok(None) };
		let description = at.dataset(sample.dataset).await?.map(|dataset| dataset.description);
		Ok(Some((sample, description, at.labels(number).await?, at.number())))
	})?;
	if let Some((sample, description, labels, now)) = playing {
		let labels = labels.into_iter().map(|(account, state)| Labeled { account, state }).collect();
		let question = description.as_deref().filter(|_| !context.output.json).and_then(|cid| question(context, cid));
		context.output.data(&Playing { sample, description, question, labels, now, chain: &chain });
		return Ok(());
	}
	match context.block_on(chain.fate(number))? {
		Fate::Gone(gone) => {
			show_end(context, &chain, gone);
			Ok(())
		},
		Fate::Forgotten => Err(forgotten(number)),
		Fate::NeverWas | Fate::Playing => Err(words::unknown_sample(number)),
	}
}

/// What a label provider must know, in the words of its owner, if they can be had at once.
fn question(context: &Context, cid: &str) -> Option<String> {
	let _progress = context.output.progress("Fetching the question");
	let cid = parse_cid(cid).ok()?;
	let fetched = context.block_on(async {
		let ipfs = Ipfs::for_labels(&context.settings.ipfs_api.value)?;
		Ok(tokio::time::timeout(QUESTION_PATIENCE, ipfs.fetch(&cid)).await.ok().and_then(Result::ok))
	});
	let text = String::from_utf8(fetched.ok()??).ok()?;
	let shown = words::foreign(&text, QUESTION_CHARS);
	let more = if text.chars().count() > QUESTION_CHARS { " .." } else { "" };
	Some(format!("{}{more}", shown.replace('\n', "\n              "))).filter(|words| !words.is_empty())
}

/// Prints how a sample ended.
fn show_end(context: &Context, chain: &Chain, gone: Gone) {
	match gone {
		Gone::Resolved { outcome, block } => context.output.data(&Ended { event: "resolved", block, outcome, chain }),
		Gone::Cancelled { sample, block } => context.output.data(&Cancelled { event: "cancelled", sample, block }),
	}
}

fn cancel(context: &Context, number: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let sample = context.block_on(async { chain.best().await?.sample(number).await })?;
	let sample = sample.ok_or_else(|| words::unknown_sample(number))?;
	if sample.provider != signer.account.to_string() {
		let message = format!("sample {number} is not of {}, but of {}", signer.account, sample.provider);
		return Err(words::refusal("NotProvider", message, "sign as its provider with --account"));
	}
	if sample.committed > 0 {
		let labels = words::count(sample.committed as usize, "label");
		let message = format!("sample {number} has {labels} already, so it plays on");
		return Err(words::refusal("HasCommitments", message, format!("`learnware sample watch {number}` follows it")));
	}
	let review = Review::of(format!("Take sample {number} back"));
	act(context, &chain, &signer, Done { sample: number, word: "cancelled" }, &calls::cancel_sample(number), &review)
}

fn resolve(context: &Context, number: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let review = Review::of(format!("Resolve sample {number}; the fee comes back if there is something to do"));
	act(context, &chain, &signer, Done { sample: number, word: "resolved" }, &calls::resolve(number), &review)
}

fn act(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	done: Done,
	call: &impl Payload,
	review: &Review,
) -> Result<()> {
	if signing::review(context, chain, signer, call, review)? {
		let receipt = signing::send(context, chain, signer, call)?.receipt;
		context.output.data(&Acted { done, receipt });
	}
	Ok(())
}

fn fetch(context: &Context, number: u32, consensus: bool, output: Option<&Path>) -> Result<()> {
	if context.output.json && output.is_none() {
		return Err(Failure::new(
			Kind::Usage,
			"missing_input",
			"with --json, the file's bytes have no place on stdout",
		)
		.help("give --output FILE"));
	}
	let game = game(context, &connect(context)?, number)?;
	let location = match (consensus, game.outcome) {
		(false, _) => game.sample.location,
		(true, Some(outcome)) => outcome.consensus.ok_or_else(|| {
			let message = format!("sample {number} has no consensus label: {}", words::end(outcome.end));
			Failure::new(Kind::Refused, "no_consensus", message).help("--labels DIR fetches the labels themselves")
		})?,
		(true, None) => {
			let message = format!("sample {number} is still being played, so there is no consensus label yet");
			let help = format!("`learnware sample watch {number}` waits for it");
			return Err(Failure::new(Kind::Refused, "no_consensus", message).help(help));
		},
	};
	let progress = context.output.progress(format!("Fetching {location}"));
	let content = context.block_on(Ipfs::for_files(&context.settings.ipfs_api.value)?.fetch(&parse_cid(&location)?))?;
	drop(progress);
	deliver(context, &location, &content, output)
}

/// Writes each revealed label into a file of its own, named by its place in the order of commitment.
fn fetch_labels(context: &Context, number: u32, directory: &Path) -> Result<()> {
	let game = game(context, &connect(context)?, number)?;
	fs::create_dir_all(directory).map_err(|error| Failure::file(Kind::Usage, "create", directory, &error))?;
	let ipfs = Ipfs::for_labels(&context.settings.ipfs_api.value)?;
	let mut files = Vec::new();
	for (position, (account, state)) in game.labels.iter().enumerate() {
		let Some(location) = state.location() else { continue };
		let _progress = context.output.progress(format!("Fetching {location}"));
		let found = context.block_on(async { Ok(ipfs.find_label(location).await) })?;
		let (file, trouble) = match found {
			Found::File(content) => {
				let kind = if content.starts_with(b"\x93NUMPY") { "npy" } else { "json" };
				let path = directory.join(format!("{position:02}-{account}.{kind}"));
				fs::write(&path, content).map_err(|error| Failure::file(Kind::Usage, "write", &path, &error))?;
				(Some(path.display().to_string()), None)
			},
			Found::Bad(reason) => (None, Some(words::bad(reason).to_string())),
			Found::Missing(why) => (None, Some(why)),
		};
		files.push(Fetched { account: account.clone(), location: location.into(), file, trouble });
	}
	context.output.data(&AllFetched { sample: number, labels: files });
	Ok(())
}

#[derive(Serialize)]
struct Fetched {
	account: String,
	location: String,
	file: Option<String>,
	/// Why there is no file.
	trouble: Option<String>,
}

#[derive(Serialize)]
struct AllFetched {
	sample: u32,
	labels: Vec<Fetched>,
}

impl fmt::Display for AllFetched {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let there = self.labels.iter().filter(|label| label.file.is_some()).count();
		write!(f, "{there} of {} revealed labels of sample {}", self.labels.len(), self.sample)?;
		for Fetched { account, file, trouble, .. } in &self.labels {
			let what = file.as_ref().or(trouble.as_ref()).map_or("", String::as_str);
			write!(f, "\n  {account}  {what}")?;
		}
		Ok(())
	}
}

#[derive(Serialize)]
struct Submitted<'a> {
	sample: Option<u32>,
	dataset: u32,
	location: String,
	bounty: Amount,
	/// Commitment to the gold.
	gold: Option<String>,
	/// Directory of the journal, if it is needed to reveal the gold.
	journal: Option<String>,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Submitted<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let sample = self.sample.map_or("?".into(), |sample| sample.to_string());
		writeln!(f, "submitted sample {sample} in block {}: {}", self.receipt.block, self.location)?;
		writeln!(f, "{} held as bounty; fee {}", self.chain.format(self.bounty), self.chain.format(self.receipt.fee))?;
		if let Some(journal) = &self.journal {
			writeln!(f, "its gold must be revealed in the reveal phase: let `learnware sample watch {sample}` run")?;
			writeln!(f, "keep the gold's file, and a copy of {journal}")?;
		}
		write!(f, "`learnware sample watch {sample}` follows it; keep its file on IPFS")
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct List<'a> {
	samples: Vec<Sample>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for List<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.samples.iter().map(|sample| {
			[
				sample.sample.to_string(),
				sample.dataset.to_string(),
				sample.task.to_string(),
				self.chain.format(sample.bounty),
				format!("{} committed, {} revealed", sample.committed, sample.revealed),
				words::stage(&sample.stage, self.now, self.chain),
			]
		});
		f.write_str(&table([">sample", ">dataset", "task", ">bounty", "labels", "stage"], rows))
	}
}

#[derive(Serialize)]
struct Labeled {
	account: String,
	#[serde(flatten)]
	state: Disclosure,
}

#[derive(Serialize)]
struct Playing<'a> {
	#[serde(flatten)]
	sample: Sample,
	/// CID of what a label provider must know.
	description: Option<String>,
	/// Its words, for people.
	#[serde(skip)]
	question: Option<String>,
	labels: Vec<Labeled>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Playing<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (sample, chain) = (&self.sample, self.chain);
		writeln!(f, "sample {} of dataset {}: {}", sample.sample, sample.dataset, sample.task)?;
		writeln!(f, "  {}", words::stage(&sample.stage, self.now, chain))?;
		writeln!(f, "  provider    {}", sample.provider)?;
		if let Some(words) = &self.question {
			writeln!(f, "  question    {words}")?;
		}
		if let Some(description) = &self.description {
			let name = if self.question.is_some() { "          " } else { "question  " };
			writeln!(f, "  {name}  {description}  (`learnware ipfs cat {description}` shows it)")?;
		}
		writeln!(f, "  location    {}  (`learnware sample fetch {}`)", sample.location, sample.sample)?;
		writeln!(f, "  bounty      {}", chain.format(sample.bounty))?;
		match &sample.gold {
			None => {},
			Some(Disclosure::Committed { .. }) => {
				writeln!(f, "  gold        committed; its provider must reveal it in the reveal phase")?
			},
			Some(Disclosure::Revealed { location }) => writeln!(f, "  gold        revealed: {location}")?,
		}
		writeln!(f, "  collateral  {}", chain.format(sample.terms.collateral))?;
		writeln!(f, "  for         {}", words::eligibility(sample.terms.eligibility))?;
		let terms = &sample.terms;
		write!(f, "  labels      {} committed, {} revealed", sample.committed, sample.revealed)?;
		write!(f, "; {} are played", words::range(terms.min_labels, terms.max_labels))?;
		for label in &self.labels {
			match &label.state {
				Disclosure::Committed { .. } => write!(f, "\n    {}  committed", label.account)?,
				Disclosure::Revealed { location } => write!(f, "\n    {}  revealed {location}", label.account)?,
			}
		}
		Ok(())
	}
}

/// The end of a game; in a watch it is the last event.
#[derive(Serialize)]
struct Ended<'a> {
	event: &'static str,
	block: u32,
	#[serde(flatten)]
	outcome: Outcome,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Ended<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (outcome, chain) = (&self.outcome, self.chain);
		writeln!(f, "sample {} ended in block {}: {}", outcome.sample, self.block, words::end(outcome.end))?;
		let (bounty, fee, returned) = (outcome.bounty, outcome.scoring_fee, outcome.returned);
		writeln!(
			f,
			"  bounty {}: {} to scorers, {} back to the provider",
			chain.format(bounty),
			chain.format(fee),
			chain.format(returned)
		)?;
		if let Some(gold) = words::gold(outcome.gold) {
			writeln!(f, "  gold {gold}")?;
		}
		if let Some(consensus) = &outcome.consensus {
			writeln!(f, "  consensus {consensus}  (`learnware sample fetch {} --consensus`)", outcome.sample)?;
		}
		let rows = outcome.labels.iter().map(|label| {
			let numbers = label.judged.score.zip(label.judged.loss);
			let numbers = numbers.map(|(score, loss)| words::score_and_loss(outcome.task.as_ref(), score, loss));
			let (score, loss) = numbers.unwrap_or_default();
			[
				label.place.map_or(String::new(), |place| place.to_string()),
				label.account.clone(),
				score,
				loss,
				chain.format(label.paid),
				chain.format(label.slashed),
				words::became(outcome, label, chain),
			]
		});
		f.write_str(&table([">place", "account", ">score", ">loss", ">paid", ">slashed", "why"], rows))
	}
}

#[derive(Serialize)]
struct Cancelled {
	event: &'static str,
	sample: u32,
	block: u32,
}

impl fmt::Display for Cancelled {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "sample {} was cancelled in block {}", self.sample, self.block)
	}
}

/// What a transaction does to a sample.
#[derive(Serialize)]
struct Done {
	sample: u32,
	#[serde(skip)]
	word: &'static str,
}

#[derive(Serialize)]
struct Acted {
	#[serde(flatten)]
	done: Done,
	receipt: Receipt,
}

impl fmt::Display for Acted {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} sample {} in block {}", self.done.word, self.done.sample, self.receipt.block)
	}
}
