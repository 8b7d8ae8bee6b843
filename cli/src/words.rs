//! Words for what the game decides.

pub mod training;

use crate::{
	chain::Chain,
	error::{Failure, Kind},
	game::{Eligibility, End, LabelOutcome, Outcome, Sample, SlashReason, Stage, Terms},
};
use learnware_primitives::{label::Defect, places::Duplicates, BadReason, GoldUse, Task};
use std::fmt::Display;

/// Why a label can't be judged.
pub fn bad(reason: BadReason) -> &'static str {
	match reason {
		BadReason::Malformed => "malformed (not an array of answers to the task, as JSON or .npy)",
		BadReason::WrongShape => "wrong shape (not as many answers as the task asks for)",
		BadReason::TooLarge => "too large (more than 8 MiB)",
		BadReason::Unavailable => "unavailable (no scorer could fetch it)",
	}
}

/// A file that is not what it should be, and what to do about it.
pub fn defect(what: impl Display, defect: &Defect) -> Failure {
	Failure::input(format!("{what}: {defect}")).help(&defect.remedy).details(defect)
}

/// `1 label`, `2 labels`.
pub fn count(number: usize, what: &str) -> String {
	format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// `1 block (about 6 s)`.
pub fn blocks(blocks: u32, chain: &Chain) -> String {
	format!("{} (about {})", count(blocks as usize, "block"), chain.about(blocks))
}

/// `5 to 7`, or `5` for `5 to 5`.
pub fn range(least: u32, most: u32) -> String {
	match least == most {
		true => most.to_string(),
		false => format!("{least} to {most}"),
	}
}

/// Text that somebody else has written, as far as it is fit for a terminal; at most so many characters.
pub fn foreign(text: &str, most: usize) -> String {
	let fit = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
	text.trim().replace("\r\n", "\n").chars().take(most).map(fit).collect()
}

/// Score and loss of a label, as long as the task is known in people's units, and else as the chain has them.
pub fn score_and_loss(task: Option<&Task>, score: i128, loss: u64) -> (String, String) {
	match task {
		Some(task) => (task.score(score), task.loss(loss)),
		None => (score.to_string(), loss.to_string()),
	}
}

/// The start of a long value.
pub fn brief(value: &serde_json::Value) -> String {
	const MOST: usize = 200;
	let text = value.to_string();
	match text.char_indices().nth(MOST) {
		Some((end, _)) => format!("{}.. (--json prints all of it)", &text[..end]),
		None => text,
	}
}

/// What became of the gold.
pub fn gold(gold: GoldUse) -> Option<String> {
	match gold {
		GoldUse::None => None,
		GoldUse::Counted => Some("counted".into()),
		GoldUse::Contradicted => Some("ignored: the crowd contradicts more than half of it".into()),
		GoldUse::TooFew => Some("ignored: it knows fewer than 4 items".into()),
		GoldUse::Bad(reason) => Some(format!("withheld: {}", bad(reason))),
	}
}

/// What equal labels get.
pub fn duplicates(duplicates: Duplicates) -> &'static str {
	match duplicates {
		Duplicates::Share => "each takes a place; equal scores share",
		Duplicates::Collapse => "take one place together and share it",
	}
}

/// Who may label.
pub fn eligibility(eligibility: Eligibility) -> &'static str {
	match eligibility {
		Eligibility::Open => "everybody with the collateral",
		Eligibility::AllowList => "accounts on the allow-list",
		Eligibility::Persons => "accounts that the chain knows to be different persons",
	}
}

/// This account is not among those who may label.
pub fn not_eligible(sample: &Sample, account: &str) -> Failure {
	let Terms { eligibility, .. } = sample.terms;
	let message = format!(
		"{account} may not label sample {}: dataset {} is for {}",
		sample.sample,
		sample.dataset,
		self::eligibility(eligibility)
	);
	let help = match eligibility {
		Eligibility::AllowList => {
			format!("ask the dataset's owner (`learnware dataset show {}`) to allow it", sample.dataset)
		},
		_ => "prove personhood on this chain first; `learnware label next` lists samples for this account".into(),
	};
	refusal("NotEligible", message, help)
}

/// Where a game is at block `now`.
pub fn stage(stage: &Stage, now: u32, chain: &Chain) -> String {
	let left = |until: u32| blocks(until.saturating_sub(now), chain);
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
		End::Washed => "washed: the labels do not agree enough to be ranked",
		End::NoQuorum => "void: the scorers did not agree in time",
		End::TooFewReveals => "void: too few labels were revealed",
		End::TooFewCommitments => "void: too few labels were committed",
		End::GoldWithheld => "the provider withheld its gold: those who revealed a label share the bounty",
	}
}

/// What becomes of the collateral of a label that is not revealed, when it is too late for that.
pub fn not_revealed(sample: u32, stage: &Stage) -> String {
	match stage {
		Stage::Commit { .. } | Stage::Reveal { .. } => {
			"`learnware label watch` reveals it by itself when it is time".into()
		},
		Stage::Overdue { end: Some(End::TooFewCommitments | End::GoldWithheld) } => {
			format!("nothing is lost: the collateral comes back with `learnware sample resolve {sample}`, which anybody may send")
		},
		Stage::Score { .. } | Stage::Overdue { end: None | Some(End::Paid | End::Washed) } => {
			"the collateral is lost, unless scorers can't read the gold; let `learnware label watch` run next time"
				.into()
		},
		Stage::Overdue { end: Some(End::NoQuorum | End::TooFewReveals) } => {
			"the collateral is lost; let `learnware label watch` run next time".into()
		},
	}
}

/// What becomes of the bounty of a sample whose gold is not revealed, when it is too late for that.
pub fn gold_not_revealed(sample: u32, stage: &Stage) -> String {
	match stage {
		Stage::Commit { .. } | Stage::Reveal { .. } => {
			format!("`learnware sample watch {sample}` reveals the gold by itself when it is time")
		},
		Stage::Overdue { end: Some(End::TooFewCommitments | End::TooFewReveals | End::NoQuorum) } => {
			format!("nothing is lost: bounty and deposit come back with `learnware sample resolve {sample}`, which anybody may send")
		},
		Stage::Overdue { end: Some(End::GoldWithheld) } => {
			"the bounty goes to those who revealed a label; let `learnware sample watch` run next time".into()
		},
		Stage::Score { .. } | Stage::Overdue { end: None | Some(End::Paid | End::Washed) } => {
			format!("`learnware sample watch {sample}` waits for the outcome")
		},
	}
}

/// What became of one label, and why.
pub fn became(outcome: &Outcome, label: &LabelOutcome, chain: &Chain) -> String {
	let (paid, slashed) = (chain.format(label.paid), chain.format(label.slashed));
	let ranked = outcome.ranked();
	match (label.slash_reason, outcome.end, label.place) {
		(Some(SlashReason::NotRevealed), ..) => format!("not revealed in time: collateral of {slashed} slashed"),
		(Some(SlashReason::BadLabel), ..) => {
			let reason = label.judged.bad.map_or("could not be judged", bad);
			format!("{reason}: collateral of {slashed} slashed")
		},
		(Some(SlashReason::Outlier), ..) => {
			format!("so far off that it is worse than no answer: collateral of {slashed} slashed")
		},
		(None, End::Paid, Some(place)) => format!("place {place} of {ranked}: paid {paid}; collateral back"),
		(None, End::Paid, None) if label.judged.failed_gold() => {
			"knows no more of the gold than a guesser: not paid; collateral back".into()
		},
		(None, End::Paid, None) => "no better than chance: not paid; collateral back".into(),
		(None, End::Washed, _) => format!("no agreement to rank by: paid {paid} for attendance; collateral back"),
		(None, End::GoldWithheld, _) => format!("the provider withheld its gold: paid {paid}; collateral back"),
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

#[cfg(test)]
mod tests {
	use super::*;
	use learnware_primitives::settle::{slash_reason, Played};

	const ENDS: [End; 6] =
		[End::Paid, End::Washed, End::NoQuorum, End::TooFewReveals, End::TooFewCommitments, End::GoldWithheld];

	#[test]
	fn collateral_is_called_lost_where_it_is() {
		for end in ENDS {
			let words = not_revealed(7, &Stage::Overdue { end: Some(end) });
			let is_lost = slash_reason(end, &Played { revealed: false, verdict: None }).is_some();
			assert_eq!(words.contains("collateral is lost"), is_lost, "{end:?}: {words}");
			assert_eq!(words.contains("`learnware sample resolve 7`"), !is_lost, "{end:?}: {words}");
		}
		for stage in [Stage::Score { since: 1, until: 2 }, Stage::Overdue { end: None }] {
			assert!(not_revealed(7, &stage).contains("collateral is lost"));
		}
	}

	#[test]
	fn text_of_others_does_nothing_to_the_terminal() {
		assert_eq!(foreign(" a\r\nb\u{1b}[2J\tc\n", 100), "a\nb\u{fffd}[2J\u{fffd}c");
		assert_eq!(foreign("\u{e4}bc", 2), "\u{e4}b");
		assert_eq!((range(5, 5), range(5, 7)), ("5".into(), "5 to 7".into()));
	}

	#[test]
	fn a_bounty_is_called_lost_where_it_is() {
		for end in ENDS {
			let words = gold_not_revealed(7, &Stage::Overdue { end: Some(end) });
			let comes_back = matches!(end, End::NoQuorum | End::TooFewReveals | End::TooFewCommitments);
			assert_eq!(words.contains("come back with `learnware sample resolve 7`"), comes_back, "{end:?}: {words}");
			assert_eq!(words.contains("the bounty goes to"), end == End::GoldWithheld, "{end:?}: {words}");
		}
	}
}
