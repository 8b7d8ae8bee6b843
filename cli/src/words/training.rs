//! Words for training sessions.

use super::blocks;
use crate::{
	chain::Chain,
	error::{Failure, Kind},
	training::{Closed, End, LessonOutcome, Score, Stage, Training},
};
use learnware_primitives::{
	training::{curve::Curve, Flaw, Mode, Part, Settlement, Trap},
	BadReason,
};

/// `95.66%`.
pub fn percent(score: Score) -> String {
	format!("{:.2}%", 100.0 * score.share())
}

/// `573 of 599 (95.66%)`.
pub fn score(score: Score) -> String {
	format!("{} of {} ({})", score.correct, score.total, percent(score))
}

/// How a budget is spread over scores.
pub fn curve(curve: &Curve) -> String {
	match curve {
		Curve::Logarithmic { min, mid, max } => {
			format!("logarithmic: nothing up to {min}, half at {mid}, all from {max} on")
		},
		Curve::ErrorLog { h } => format!("logarithm of the error: half when one answer in {h} is wrong, all at 1"),
	}
}

/// When lessons are scored.
pub fn settlement(settlement: Settlement) -> &'static str {
	match settlement {
		Settlement::AtEnd => "all lessons together, on all parts that were not shown",
		Settlement::PerStep => "in epochs, each on the next part of the test set",
	}
}

/// What a fall costs.
pub fn mode(mode: Mode) -> &'static str {
	match mode {
		Mode::Earn => "a lesson that makes it worse earns nothing, and is left out",
		Mode::EarnOrPay => {
			"a lesson that makes it worse is left out, and costs what the fall is worth, at most the deposit"
		},
	}
}

/// Where a session is at block `now`.
pub fn stage(stage: &Stage, now: u32, chain: &Chain) -> String {
	let left = |until: u32| blocks(until.saturating_sub(now), chain);
	match *stage {
		Stage::Show { until } => format!("waits for a part of the test set to be shown, for {}", left(until)),
		Stage::Commit { until } => format!("takes lessons for {}", left(until)),
		Stage::Reveal { until } => format!("lessons are revealed for {}", left(until)),
		Stage::Test { until } => format!("the test set is to be revealed within {}", left(until)),
		Stage::Score { until, .. } => format!("is scored within {}", left(until)),
		Stage::Unrevealed => "nobody revealed a lesson; anybody may resolve it, and the next epoch begins".into(),
		Stage::Overdue { end: Some(end) } => format!("{}; anybody may resolve it", self::end(end)),
		Stage::Overdue { end: None } => "the score phase is over; anybody may resolve it".into(),
	}
}

/// What comes of a test set of which nothing can be shown any more.
pub fn too_late_to_show(training: &Training) -> String {
	let number = training.training;
	match training.stage {
		Stage::Overdue { end: Some(End::NotShown | End::TestSetWithheld) } => format!(
			"the deposit is lost; what is left of the budget comes back with `learnware training resolve {number}`"
		),
		Stage::Overdue { end: Some(End::NoLessons) } => {
			format!("nothing is lost: what is left of budget and fees, and the deposit, come back with `learnware training resolve {number}`")
		},
		Stage::Unrevealed => format!("`learnware training resolve {number}` begins the next epoch"),
		Stage::Overdue { end: None | Some(End::Finished | End::Closed | End::Unusable | End::NoQuorum) }
		| Stage::Show { .. }
		| Stage::Commit { .. }
		| Stage::Reveal { .. }
		| Stage::Test { .. }
		| Stage::Score { .. } => format!("`learnware training show {number}` tells how it goes on"),
	}
}

/// How a session ended.
pub fn end(end: End) -> &'static str {
	match end {
		End::Finished => "finished: its test set or its budget is used up",
		End::Closed => "closed by its student",
		End::NotShown => "the drawn part of the test set was not shown in time",
		End::NoLessons => "no lesson came in time",
		End::TestSetWithheld => {
			"the student withheld the test set: those who revealed a lesson share a part of the budget"
		},
		End::Unusable => "the student's files are of no use: those who revealed a lesson share a part of the budget",
		End::NoQuorum => "the scorers did not agree in time",
	}
}

/// What was of no use in a session that ended so.
pub fn unusable(closed: &Closed) -> Option<String> {
	let (part, flaw) = closed.unusable?;
	let part = match part {
		Part::Learnware => "the learnware",
		Part::State => "the state that it was opened with",
		Part::TestSet => "the test set",
	};
	Some(format!("{part}: {}", self::flaw(flaw)))
}

/// Why a file is of no use.
pub fn flaw(flaw: Flaw) -> &'static str {
	match flaw {
		Flaw::File(BadReason::Unavailable) => "no scorer could fetch it",
		Flaw::File(BadReason::TooLarge) => "too large a file",
		Flaw::File(BadReason::Malformed | BadReason::WrongShape) => "not a file",
		Flaw::Run(Trap::Invalid) => "not a module of the WebAssembly that learnwares may use",
		Flaw::Run(Trap::TooLarge) => "too large a module",
		Flaw::Run(Trap::Imports) => "a learnware imports nothing",
		Flaw::Run(Trap::Exports) => "wrong exports",
		Flaw::Run(Trap::Fuel) => "out of fuel",
		Flaw::Run(Trap::Memory) => "too much memory",
		Flaw::Run(Trap::Stack) => "too deep a stack",
		Flaw::Run(Trap::Unreachable) => "the learnware refused it",
		Flaw::Run(Trap::Range) => "a range outside of its memory",
		Flaw::Run(Trap::State) => "too large a state",
		Flaw::Run(Trap::Score) => "not a score",
	}
}

/// What became of a lesson, and why.
pub fn became(lesson: &LessonOutcome, chain: &Chain) -> String {
	let [paid, charged, slashed] = [lesson.paid, lesson.charged, lesson.slashed].map(|amount| chain.format(amount));
	match lesson {
		LessonOutcome { location: None, .. } if lesson.slashed.0 > 0 => format!("not revealed in time: {slashed} lost"),
		LessonOutcome { location: None, .. } => "not revealed".into(),
		LessonOutcome { flaw: Some(flaw), .. } if lesson.slashed.0 > 0 => {
			format!("{}: {slashed} lost", self::flaw(*flaw))
		},
		LessonOutcome { flaw: Some(flaw), .. } => format!("changed nothing: {}", self::flaw(*flaw)),
		LessonOutcome { before: None, .. } if lesson.paid.0 > 0 => {
			format!("not scored, the student's fault: paid {paid}")
		},
		LessonOutcome { before: None, .. } => "not scored; deposit back".into(),
		LessonOutcome { kept: false, .. } if lesson.charged.0 > 0 => format!("made it worse, left out: cost {charged}"),
		LessonOutcome { kept: false, .. } => "made it worse, left out".into(),
		_ => format!("paid {paid}"),
	}
}

/// A call that the chain would refuse, told before it is sent; `name` is the pallet's error.
pub fn refusal(name: &str, message: impl Into<String>, help: impl Into<String>) -> Failure {
	Failure::new(Kind::Refused, format!("LearnwareRewards.{name}"), message).help(help)
}

/// There is no such session.
pub fn unknown(training: u32) -> Failure {
	let message = format!("session {training} is not on: it was never opened, or it is over");
	let help = format!(
		"`learnware training list` shows those that are on, `learnware training show {training}` how this one ended"
	);
	refusal("UnknownTraining", message, help)
}

/// Only its student may do it.
pub fn not_student(training: u32, student: &str) -> Failure {
	refusal("NotStudent", format!("session {training} is of {student}"), "sign as its student with --account")
}
