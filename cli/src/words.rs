//! Words for what the game decides.

use crate::{
	chain::Chain,
	error::{Failure, Kind},
	game::{End, LabelOutcome, Outcome, SlashReason, Stage},
};
use learnware_primitives::{BadReason, Task};

/// Why a label can't be judged.
pub fn bad(reason: BadReason) -> &'static str {
	match reason {
		BadReason::Malformed => "malformed (not an array of answers to the task, as JSON or .npy)",
		BadReason::WrongShape => "wrong shape (not as many items as the task asks for)",
		BadReason::TooLarge => "too large (more than 8 MiB)",
		BadReason::Unavailable => "unavailable (no scorer could fetch it)",
	}
}

/// What is asked.
pub fn task(task: &Task) -> String {
	let Task::Classification { items, classes } = *task;
	format!("{items} items, {classes} classes")
}

/// Where a game is at block `now`.
pub fn stage(stage: &Stage, now: u32, chain: &Chain) -> String {
	let left = |until: u32| {
		let blocks = until.saturating_sub(now);
		format!("{blocks} blocks (about {})", chain.about(blocks))
	};
	match *stage {
		Stage::Commit { until } => format!("takes labels for {}", left(until)),
		Stage::Reveal { until } => format!("labels are revealed for {}", left(until)),
		Stage::Score { until, .. } => format!("is scored within {}", left(until)),
		Stage::Overdue { end: Some(end) } => format!("{}; anybody may resolve it", self::end(end)),
		Stage::Overdue { end: None } => "is over; anybody may resolve it".into(),
	}
}

/// How a game ended.
pub fn end(end: End) -> &'static str {
	match end {
		End::Paid => "the places were paid",
		End::Washed => "washed: the labels do not agree beyond chance",
		End::NoQuorum => "void: the scorers did not agree in time",
		End::TooFewReveals => "void: too few labels were revealed",
		End::TooFewCommitments => "void: too few labels were committed",
	}
}

/// What became of one label, and why.
pub fn became(outcome: &Outcome, label: &LabelOutcome, chain: &Chain) -> String {
	let (paid, slashed) = (chain.format(label.paid), chain.format(label.slashed));
	let ranked = outcome.labels.iter().filter(|label| label.place.is_some()).count();
	match (label.slash_reason, outcome.end, label.place) {
		(Some(SlashReason::NotRevealed), ..) => format!("not revealed in time: collateral of {slashed} slashed"),
		(Some(SlashReason::BadLabel), ..) => {
			let reason = label.bad.map_or("could not be judged", bad);
			format!("{reason}: collateral of {slashed} slashed")
		},
		(Some(SlashReason::Outlier), ..) => {
			format!("so far off that it is worse than no answer: collateral of {slashed} slashed")
		},
		(None, End::Paid, Some(place)) => format!("place {place} of {ranked}: paid {paid}; collateral back"),
		(None, End::Paid, None) => "no better than chance: not paid; collateral back".into(),
		(None, End::Washed, _) => format!("no agreement beyond chance: paid {paid} for attendance; collateral back"),
		(None, end, _) => format!("{}; collateral back", self::end(end)),
	}
}

/// A call that the chain would refuse, told before it is sent; `name` is the pallet's error.
pub fn refusal(name: &str, message: impl Into<String>, help: impl Into<String>) -> Failure {
	Failure::new(Kind::Refused, format!("LabelingGame.{name}"), message).help(help)
}

/// There is no such sample on stage.
pub fn unknown_sample(sample: u32) -> Failure {
	refusal(
		"UnknownSample",
		format!("sample {sample} is not being played: it was never submitted, or its game is over"),
		format!(
			"`learnware sample list` shows those being played, `learnware sample show {sample}` how this one ended"
		),
	)
}

/// There is no such dataset.
pub fn unknown_dataset(dataset: u32) -> Failure {
	refusal("UnknownDataset", format!("there is no dataset {dataset}"), "`learnware dataset list` shows all")
}
