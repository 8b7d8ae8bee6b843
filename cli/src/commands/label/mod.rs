//! `learnware label`.

mod commit;
mod denounce;
mod explain;
mod reveal;
mod watch;

use reveal::missing_on_ipfs;

use super::{
	signing::{self, connect, Review},
	Context,
};
use crate::{
	args,
	chain::{calls, forgotten, Chain, Fate, Gone, Receipt},
	error::Result,
	game::{Disclosure, End, Label, LabelOutcome, Outcome, Quote, Sample, Stage},
	journal::{Journal, Status, Subject},
	output::table,
	words,
};
use learnware_primitives::Task;
use serde::Serialize;
use std::{collections::BTreeMap, fmt};
use subxt::utils::AccountId32;

pub fn run(context: &Context, command: args::Label) -> Result<()> {
	match command {
		args::Label::Next => next(context),
		args::Label::Commit { sample, file } => commit::run(context, sample, &file),
		args::Label::Reveal { sample: Some(sample), label } => reveal::run(context, Some(sample), label.as_deref()),
		args::Label::Reveal { sample: None, .. } => reveal::run(context, None, None),
		args::Label::Withdraw { sample } => withdraw(context, sample),
		args::Label::Denounce { sample, who, location, salt } => denounce::run(context, sample, &who, &location, salt),
		args::Label::Explain { sample, all } => explain::run(context, sample, all),
		args::Label::Status { sample: Some(sample) } => status(context, sample),
		args::Label::Status { sample: None } => list(context),
		args::Label::Watch { forever } => watch::labels(context, forever),
	}
}

/// Samples that take labels, but for those that this account has labeled or may not label.
fn next(context: &Context) -> Result<()> {
	let account = match &context.settings.account {
		Some(_) => Some(signing::account(context)?),
		None => signing::account(context).ok(),
	};
	let chain = connect(context)?;
	let (now, offers, hidden) = context.block_on(async {
		let at = chain.best().await?;
		let mine = match account {
			Some(account) => at.labels_of(account).await?.into_iter().map(|label| label.sample).collect(),
			None => Vec::new(),
		};
		let mut offers = Vec::new();
		let mut hidden = 0;
		let mut eligible = BTreeMap::new();
		for sample in at.samples().await? {
			if !matches!(sample.stage, Stage::Commit { .. }) || mine.contains(&sample.sample) {
				continue;
			}
			let may = match (account, eligible.get(&sample.dataset)) {
				(_, Some(known)) => *known,
				(Some(account), None) => at.may_label(account, sample.dataset).await?,
				(None, None) => true,
			};
			eligible.insert(sample.dataset, may);
			if !may {
				hidden += 1;
			} else if let Some(quote) = at.quote(sample.sample).await? {
				offers.push(Offer { sample, quote });
			}
		}
		Ok((at.number(), offers, hidden))
	})?;
	if hidden > 0 {
		context.output.note(format_args!(
			"not for this account: {}; `learnware sample list` shows all",
			words::count(hidden, "sample")
		));
	}
	if offers.is_empty() {
		context.output.note("no sample takes labels now; try again later");
	}
	context.output.data(&Offers { offers, now, chain: &chain });
	Ok(())
}

/// An account's labels in samples that are being played.
struct Playing {
	chain: Chain,
	account: AccountId32,
	labels: Vec<Label>,
	now: u32,
}

impl Playing {
	fn of(context: &Context) -> Result<Self> {
		let account = signing::account(context)?;
		let chain = connect(context)?;
		let (labels, now) = context.block_on(async {
			let at = chain.best().await?;
			Ok((at.labels_of(account).await?, at.number()))
		})?;
		Ok(Self { chain, account, labels, now })
	}
}

/// True for a label that can be revealed now.
fn is_due(label: &Label) -> bool {
	matches!((&label.stage, &label.state), (Stage::Reveal { .. }, Disclosure::Committed { .. }))
}

/// The label of `sample`.
fn mine(labels: &[Label], sample: u32) -> Result<Label> {
	labels.iter().find(|label| label.sample == sample).cloned().ok_or_else(|| {
		let message = format!("this account has no label in sample {sample}, or its game is over");
		words::refusal("NotCommitted", message, "`learnware label status` shows this account's labels")
	})
}

fn withdraw(context: &Context, sample: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	context.block_on(async {
		let at = chain.best().await?;
		let label = mine(&at.labels_of(signer.account).await?, sample)?;
		let help = match (label.stage, &label.state) {
			(Stage::Commit { .. }, _) => return Ok(()),
			(_, Disclosure::Revealed { .. }) => "`learnware label watch` waits for the outcome".into(),
			(Stage::Reveal { .. }, _) => "reveal the label: `learnware label reveal`".into(),
			(Stage::Score { .. } | Stage::Overdue { .. }, _) => words::not_revealed(sample, &label.stage),
		};
		let message = format!("sample {sample}: {}", words::stage(&label.stage, at.number(), &chain));
		Err(words::refusal("TooLate", message, help))
	})?;
	let call = calls::withdraw_label(sample);
	let review = Review::of(format!("Take the label of sample {sample} back"));
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		journal.mark(Subject::Label { sample }, Status::Withdrawn)?;
		context.output.data(&Withdrawn { sample, receipt });
	}
	Ok(())
}

fn list(context: &Context) -> Result<()> {
	let Playing { chain, account, labels, now } = Playing::of(context)?;
	if labels.is_empty() {
		context.output.note(format_args!(
			"{account} has no label in a sample that is being played; `learnware label next` lists what there is to label"
		));
	}
	warn_of_closed(context, &chain, &account, &labels);
	context.output.data(&Labels { labels, now, chain: &chain });
	Ok(())
}

/// Warns of labels that are still to be revealed, and of which this home knows nothing.
fn warn_of_closed(context: &Context, chain: &Chain, account: &AccountId32, labels: &[Label]) {
	let home = &context.settings.home.data;
	for label in labels {
		let subject = Subject::Label { sample: label.sample };
		let is_early_enough = matches!(label.stage, Stage::Commit { .. } | Stage::Reveal { .. });
		let is_closed = label.state.commitment().is_some() && is_early_enough;
		if is_closed && !Journal::mentions(home, &chain.genesis, account, subject) {
			context.output.warn(format_args!(
				"this home can't open {subject}, which was committed in another one, or with another tool; {}",
				subject.remedy()
			));
		}
	}
}

fn status(context: &Context, sample: u32) -> Result<()> {
	let Playing { chain, account, mut labels, now } = Playing::of(context)?;
	labels.retain(|label| label.sample == sample);
	if !labels.is_empty() {
		warn_of_closed(context, &chain, &account, &labels);
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
				sample.task.to_string(),
				self.chain.format(sample.bounty),
				self.chain.format(quote.places.first().copied().unwrap_or_default()),
				self.chain.format(quote.collateral),
				format!("{} of {}", sample.committed, words::range(terms.min_labels, terms.max_labels)),
				words::blocks(left, self.chain),
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
				Disclosure::Committed { .. } if is_due(label) => "committed; reveal it now",
				Disclosure::Committed { .. } => "committed",
				Disclosure::Revealed { .. } => "revealed",
			};
			let stage = words::stage(&label.stage, self.now, self.chain);
			[label.sample.to_string(), state.into(), stage, self.chain.format(label.collateral)]
		});
		f.write_str(&table([">sample", "label", "the sample", ">collateral"], rows))
	}
}

/// What became of one account's label.
#[derive(Serialize)]
struct Mine {
	sample: u32,
	block: u32,
	end: End,
	#[serde(flatten)]
	label: LabelOutcome,
	/// Labels that could be paid.
	ranked: usize,
	consensus: Option<String>,
	why: String,
	#[serde(skip)]
	task: Option<Task>,
}

impl Mine {
	fn of(outcome: &Outcome, block: u32, account: &str, chain: &Chain) -> Option<Self> {
		let label = outcome.labels.iter().find(|label| label.account == account)?;
		Some(Self {
			sample: outcome.sample,
			block,
			end: outcome.end,
			ranked: outcome.ranked(),
			consensus: outcome.consensus.clone(),
			why: words::became(outcome, label, chain),
			task: outcome.task.clone(),
			label: label.clone(),
		})
	}
}

impl fmt::Display for Mine {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "sample {} (block {}): {}", self.sample, self.block, self.why)?;
		if let (Some(score), Some(loss)) = (self.label.judged.score, self.label.judged.loss) {
			let (score, loss) = words::score_and_loss(self.task.as_ref(), score, loss);
			write!(f, "\n  score {score}, loss {loss}  (`learnware label explain {}` tells why)", self.sample)?;
		}
		if let Some(consensus) = &self.consensus {
			write!(f, "\n  consensus {consensus}  (`learnware sample fetch {} --consensus`)", self.sample)?;
		}
		Ok(())
	}
}
