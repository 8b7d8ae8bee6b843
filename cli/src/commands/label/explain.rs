//! `learnware label explain`.

use super::super::{
	replay::{game, Missing, Replay},
	signing::{self, connect},
	Context,
};
use crate::{
	amount::Amount,
	chain::{Chain, Game},
	error::Result,
	game::{gold_word, End, LabelOutcome, Outcome, Stage},
	words,
};
use learnware_primitives::{label::Defect, labels::kinds::evidence::Evidence, GoldUse, Task};
use serde::Serialize;
use std::fmt;

/// Differences that are shown without `--all`.
const MOST: usize = 20;

/// Judges a game again, and shows what is behind one label's score.
pub fn run(context: &Context, number: u32, all: bool) -> Result<()> {
	let account = signing::account(context)?.to_string();
	let chain = connect(context)?;
	let game = game(context, &chain, number)?;
	check(&chain, &game)?;
	let position = game.labels.iter().position(|(who, _)| *who == account).ok_or_else(|| {
		let message = format!("{account} has no label in sample {number}");
		words::refusal(
			"NotCommitted",
			message,
			format!("`learnware sample show {number}` shows who has; name one with --account"),
		)
	})?;
	let replay = Replay::fetch(context, game)?;
	let judgement = replay.judge();
	let told = replay.game.outcome.clone();
	let outcome = match (&told, &judgement) {
		(Some(told), _) => Some(told.clone()),
		(None, Some(judgement)) => Some(replay.judged_outcome(judgement, Amount(0))?),
		(None, None) => None,
	};
	let (readable, place) = replay.readable(position);
	let gold = replay.gold().filter(|_| judgement.as_ref().is_some_and(|judgement| judgement.gold == GoldUse::Counted));
	let most = if all { usize::MAX } else { MOST };
	let evidence = match (&judgement, place) {
		(Some(_), Some(place)) => Evidence::of(&replay.game.sample.task, &readable, gold, place, most),
		_ => None,
	};
	let explained = Explained::new(&replay, outcome.as_ref(), position, account, evidence, &chain);
	if let (Some(Outcome { labels, .. }), Some(judgement)) = (&told, &judgement) {
		let ruled = replay.judged_outcome(judgement, Amount(0))?;
		let verdict = |labels: &[LabelOutcome]| labels.get(position).and_then(|label| label.verdict);
		if verdict(labels).is_some() && verdict(labels) != verdict(&ruled.labels) {
			context.output.warn(format_args!(
				"the chain says otherwise than its rules; `learnware sample verify {number}` tells more"
			));
		}
	}
	context.output.data(&explained);
	Ok(())
}

/// Labels are compared once all that will be are revealed.
fn check(chain: &Chain, game: &Game) -> Result<()> {
	let can_be_judged = match game.sample.stage {
		_ if game.outcome.is_some() => true,
		Stage::Score { .. } | Stage::Overdue { end: None } => true,
		Stage::Commit { .. } | Stage::Reveal { .. } | Stage::Overdue { end: Some(_) } => false,
	};
	if can_be_judged {
		return Ok(());
	}
	let number = game.sample.sample;
	let message = format!("sample {number}: {}", words::stage(&game.sample.stage, game.block, chain));
	Err(words::refusal("TooEarly", message, format!("`learnware sample watch {number}` waits for its end")))
}

#[derive(Serialize)]
struct Explained {
	sample: u32,
	/// As in the label, if that is known.
	#[serde(skip_serializing_if = "Option::is_none")]
	account: Option<String>,
	/// Block in which the game ended; none while it is not over, and all of this is what the rules say.
	block: Option<u32>,
	end: Option<End>,
	#[serde(flatten)]
	label: Option<LabelOutcome>,
	/// Labels that could be paid.
	ranked: usize,
	#[serde(serialize_with = "gold_word")]
	gold: GoldUse,
	/// Who gave the same label earlier.
	same_as: Option<String>,
	why: String,
	/// What is wrong with the file, if it could not be judged.
	#[serde(skip_serializing_if = "Option::is_none")]
	defect: Option<Box<Defect>>,
	evidence: Option<Evidence>,
	/// Files that can't be fetched now, without which nothing can be compared.
	missing: Vec<Missing>,
	#[serde(skip)]
	task: Task,
}

impl Explained {
	fn new(
		replay: &Replay,
		outcome: Option<&Outcome>,
		position: usize,
		account: String,
		evidence: Option<Evidence>,
		chain: &Chain,
	) -> Self {
		let game = &replay.game;
		let label = outcome.and_then(|outcome| outcome.labels.get(position));
		let judged =
			|outcome: &Outcome| outcome.labels.iter().filter(|label| label.verdict.is_some()).cloned().collect();
		let same_as = label.and_then(|label| label.judged.copy_of).zip(outcome.map(judged)).and_then(
			|(first, judged): (u32, Vec<LabelOutcome>)| judged.get(first as usize).map(|label| label.account.clone()),
		);
		let why = match (outcome, label) {
			(Some(outcome), Some(label)) => words::became(outcome, label, chain),
			_ => "its labels can't all be fetched now".into(),
		};
		Self {
			sample: game.sample.sample,
			account: label.is_none().then_some(account),
			block: game.outcome.as_ref().map(|_| game.block),
			end: outcome.map(|outcome| outcome.end),
			label: label.cloned(),
			ranked: outcome.map_or(0, Outcome::ranked),
			gold: outcome.map_or(GoldUse::None, |outcome| outcome.gold),
			same_as,
			why,
			defect: replay.defects.iter().find(|(at, _)| *at == position).map(|(_, defect)| defect.clone()),
			evidence,
			missing: replay.missing.clone(),
			task: game.sample.task.clone(),
		}
	}
}

impl fmt::Display for Explained {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let when = self.block.map_or("not over yet, but by the rules".into(), |block| format!("block {block}"));
		write!(f, "sample {} ({when}): {}", self.sample, self.why)?;
		if let Some(LabelOutcome { judged, .. }) = &self.label {
			if let (Some(score), Some(loss)) = (judged.score, judged.loss) {
				let (score, loss) = (self.task.score(score), self.task.loss(loss));
				write!(f, "\n  score {score}, loss {loss}")?;
			}
		}
		if let Some(gold) = words::gold(self.gold) {
			write!(f, "\n  gold {gold}")?;
		}
		if let Some(account) = &self.same_as {
			write!(f, "\n  the same label as that of {account}")?;
		}
		if let Some(defect) = &self.defect {
			write!(f, "\n  {defect}\n  {}", defect.remedy)?;
		}
		if let Some(evidence) = &self.evidence {
			let Evidence { shown, more } = evidence;
			write!(f, "\n{shown}")?;
			if *more > 0 {
				write!(f, "\n  and {more} more (--all)")?;
			}
		}
		for Missing { location, why, .. } in &self.missing {
			write!(f, "\n  {location} can't be fetched now, so nothing can be compared: {why}")?;
		}
		Ok(())
	}
}
