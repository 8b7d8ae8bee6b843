//! Training sessions as the commands speak of them; what is serialized here is part of the JSON interface.

use crate::{amount::Amount, game::Disclosure};
use learnware_primitives::training::{curve::Curve, Flaw, Limits, Mode, Part, Settlement};
use serde::Serialize;

pub use learnware_engine::Score;

/// Shortest reveal and test period that the chain takes, in blocks.
pub const MIN_REVEAL_PERIOD: u32 = 20;

/// Shortest score period that the chain takes, in blocks.
const MIN_SCORE_PERIOD: u32 = 10;

/// Blocks that scorers have at least, if the student does not say. The chain's shortest is lost to a scorer that is busy for
/// some seconds.
const USUAL_SCORE_PERIOD: u32 = 60;

/// The terms of a session.
#[derive(Clone, Debug, Serialize)]
pub struct Terms {
	pub settlement: Settlement,
	pub mode: Mode,
	/// Held from a tutor for each lesson.
	pub deposit: Amount,
	pub max_lessons: u32,
	/// Blocks.
	pub commit_period: u32,
	/// Blocks.
	pub reveal_period: u32,
	/// Blocks.
	pub test_period: u32,
	/// Blocks.
	pub score_period: u32,
	/// For each lesson, and once more for the score before them.
	pub scoring_fee: Amount,
	/// Fuel in units of 10^9 instructions, memory and state in bytes.
	pub limits: Limits,
}

impl Terms {
	/// What scorers get at most, with a test set of so many parts.
	pub fn fees(&self, parts: u32) -> Amount {
		let hidden = parts.saturating_sub(1);
		let epochs = match self.settlement {
			Settlement::AtEnd => hidden.min(1),
			Settlement::PerStep => hidden,
		};
		let scores = u128::from(self.max_lessons).saturating_add(1).saturating_mul(epochs.into());
		Amount(self.scoring_fee.0.saturating_mul(scores))
	}
}

/// Where a session is. The block of a deadline belongs to what comes after.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Stage {
	/// The student shows the part of the test set that was drawn.
	Show {
		until: u32,
	},
	Commit {
		until: u32,
	},
	Reveal {
		until: u32,
	},
	/// The student reveals the parts of the test set that the lessons are scored on.
	Test {
		until: u32,
	},
	Score {
		since: u32,
		until: u32,
	},
	/// Nobody revealed a lesson in time, but there are more epochs; anybody may resolve.
	Unrevealed,
	/// The last deadline has passed; anybody may resolve.
	Overdue {
		/// How it ends; unknown if that is up to the scorers' reports.
		end: Option<End>,
	},
}

/// How a session ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
	Finished,
	Closed,
	NotShown,
	NoLessons,
	TestSetWithheld,
	Unusable,
	NoQuorum,
}

/// A session that is on.
#[derive(Clone, Debug, Serialize)]
pub struct Training {
	pub training: u32,
	pub student: String,
	/// CID of the WebAssembly module.
	pub learnware: String,
	/// CID of what it knows; none for what the module begins with.
	pub state: Option<String>,
	/// Its last score, if it has any.
	pub score: Option<Score>,
	pub curve: Curve,
	pub budget: Amount,
	/// Paid to tutors so far.
	pub paid: Amount,
	/// Taken from tutors so far.
	pub charged: Amount,
	/// Held from the student for scorers, and not spent.
	pub fees: Amount,
	/// Held from the student for the state it uses.
	pub deposit: Amount,
	pub terms: Terms,
	/// Block in which it was opened.
	pub opened: u32,
	/// Parts of the test set.
	pub parts: u32,
	/// The part that the student must show, or has shown; unknown in the block of the opening.
	pub drawn: Option<u32>,
	/// The parts that the lessons of this epoch are scored on.
	pub due: Vec<u32>,
	pub epoch: u32,
	/// Parts that lessons have been scored on.
	pub used: u32,
	#[serde(flatten)]
	pub stage: Stage,
	/// Lessons of this epoch.
	pub committed: u32,
	/// Lessons of this epoch.
	pub revealed: u32,
}

/// A session with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
	#[serde(flatten)]
	pub training: Training,
	/// The parts of its test set.
	pub test_set: Vec<Disclosure>,
	/// The lessons of this epoch, in the order in which they are taught.
	pub lessons: Vec<Lesson>,
}

impl Details {
	/// The parts of the test set that the student is to reveal now.
	pub fn due_parts(&self) -> Vec<u32> {
		let wanted = match self.training.stage {
			Stage::Show { .. } => self.training.drawn.into_iter().collect(),
			Stage::Test { .. } => self.training.due.clone(),
			_ => Vec::new(),
		};
		let hidden = |part: &u32| matches!(self.test_set.get(*part as usize), Some(Disclosure::Committed { .. }));
		wanted.into_iter().filter(hidden).collect()
	}

	/// CID of the part that was shown to tutors.
	pub fn shown(&self) -> Option<&str> {
		self.test_set.get(self.training.drawn? as usize)?.location()
	}

	/// The lesson of an account.
	pub fn lesson_of(&self, account: &str) -> Option<&Lesson> {
		self.lessons.iter().find(|lesson| lesson.account == account)
	}

	/// The commitment of an account's lesson, if it is to be revealed now.
	pub fn due_lesson(&self, account: &str) -> Option<[u8; 32]> {
		match (self.training.stage, &self.lesson_of(account)?.state) {
			(Stage::Reveal { .. }, Disclosure::Committed { commitment }) => Some(*commitment),
			_ => None,
		}
	}
}

/// A lesson of the present epoch.
#[derive(Clone, Debug, Serialize)]
pub struct Lesson {
	pub account: String,
	#[serde(flatten)]
	pub state: Disclosure,
}

/// What became of one lesson.
#[derive(Clone, Debug, Serialize)]
pub struct LessonOutcome {
	pub account: String,
	pub location: Option<String>,
	/// If the learnware was scored.
	pub before: Option<Score>,
	/// If it was scored after it.
	pub after: Option<Score>,
	/// Whether the learnware has learned it.
	pub kept: bool,
	/// Why it was of no use.
	pub flaw: Option<Flaw>,
	pub paid: Amount,
	/// Taken from the deposit into the budget.
	pub charged: Amount,
	/// Slashed from the deposit.
	pub slashed: Amount,
}

/// An epoch that is settled.
#[derive(Clone, Debug, Serialize)]
pub struct Epoch {
	/// Block in which it was.
	pub block: u32,
	pub training: u32,
	pub epoch: u32,
	pub before: Option<Score>,
	pub after: Option<Score>,
	/// CID of what the learnware knows; none for what the module begins with.
	pub state: Option<String>,
	pub scoring_fee: Amount,
	/// In the order in which they were taught.
	pub lessons: Vec<LessonOutcome>,
}

/// A session that is over.
#[derive(Clone, Debug, Serialize)]
pub struct Closed {
	/// Block in which it ended.
	pub block: u32,
	pub training: u32,
	pub student: String,
	pub end: End,
	/// What was of no use, and why, if the end is `unusable`.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub unusable: Option<(Part, Flaw)>,
	pub budget: Amount,
	pub paid: Amount,
	pub charged: Amount,
	/// What of the budget went back to the student.
	pub returned: Amount,
	pub slashed: Amount,
	pub score: Option<Score>,
	/// CID of what the learnware knows; none for what the module begins with.
	pub state: Option<String>,
}

/// The rules that hold for all sessions.
#[derive(Clone, Debug, Serialize)]
pub struct Rules {
	pub training_deposit: Amount,
	pub part_deposit: Amount,
	pub min_budget: Amount,
	pub min_lesson_deposit: Amount,
	/// Least that scorers get for each unit of fuel.
	pub min_fee_per_fuel: Amount,
	/// Most units of fuel for each block of the score period.
	pub max_fuel_per_block: u32,
	/// Blocks in which the drawn part is shown.
	pub show_period: u32,
	/// Blocks.
	pub max_period: u32,
	pub max_trainings: u32,
	pub max_trainings_per_account: u32,
}

impl Rules {
	/// What a student has held for a test set of so many parts.
	pub fn deposit_for(&self, parts: u32) -> Amount {
		Amount(self.part_deposit.0.saturating_mul(parts.into()).saturating_add(self.training_deposit.0))
	}

	/// Least scoring fee: a lesson may use its fuel twice, to teach and to score.
	pub fn least_fee(&self, fuel: u32) -> Amount {
		Amount(self.min_fee_per_fuel.0.saturating_mul(2).saturating_mul(fuel.into()))
	}

	/// Shortest score period, in blocks, in whose first half scorers can do so much: score, and for each lesson teach and
	/// score.
	pub fn shortest_score_period(&self, max_lessons: u32, fuel: u32) -> u32 {
		let runs = u64::from(max_lessons).saturating_mul(2).saturating_add(1);
		let half = runs.saturating_mul(fuel.into()).div_ceil(self.max_fuel_per_block.max(1).into());
		u32::try_from(half.saturating_mul(2)).unwrap_or(u32::MAX).max(MIN_SCORE_PERIOD)
	}

	/// A score period that slow scorers keep, too. It costs nothing to be generous: it ends when all have reported.
	pub fn usual_score_period(&self, max_lessons: u32, fuel: u32) -> u32 {
		let shortest = self.shortest_score_period(max_lessons, fuel);
		shortest.saturating_mul(2).max(USUAL_SCORE_PERIOD).min(self.max_period).max(shortest)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Those of the development chain.
	pub fn rules() -> Rules {
		Rules {
			training_deposit: Amount(100),
			part_deposit: Amount(10),
			min_budget: Amount(1_000),
			min_lesson_deposit: Amount(50),
			min_fee_per_fuel: Amount(3),
			max_fuel_per_block: 2,
			show_period: 100,
			max_period: 14_400,
			max_trainings: 256,
			max_trainings_per_account: 16,
		}
	}

	fn details(stage: Stage, lesson: Disclosure) -> Details {
		let limits = Limits { fuel: 1, memory: 1, state: 1 };
		let terms = Terms {
			settlement: Settlement::AtEnd,
			mode: Mode::Earn,
			deposit: Amount(1),
			max_lessons: 3,
			commit_period: 1,
			reveal_period: 1,
			test_period: 1,
			score_period: 10,
			scoring_fee: Amount(7),
			limits,
		};
		let training = Training {
			training: 4,
			student: "student".into(),
			learnware: "module".into(),
			state: None,
			score: None,
			curve: Curve::ErrorLog { h: 3 },
			budget: Amount(1),
			paid: Amount(0),
			charged: Amount(0),
			fees: Amount(0),
			deposit: Amount(0),
			terms,
			opened: 1,
			parts: 4,
			drawn: Some(1),
			due: vec![0, 2, 3],
			epoch: 0,
			used: 0,
			stage,
			committed: 1,
			revealed: 0,
		};
		let mut test_set = vec![Disclosure::Committed { commitment: [1; 32] }; 4];
		test_set[2] = Disclosure::Revealed { location: "two".into() };
		Details { training, test_set, lessons: vec![Lesson { account: "tutor".into(), state: lesson }] }
	}

	#[test]
	fn the_score_period_is_as_short_as_the_chain_allows() {
		let rules = rules();
		for (lessons, fuel, period) in [(1, 1, 10), (3, 1, 10), (3, 3, 22), (8, 20, 340), (64, 1_000, 129_000)] {
			assert_eq!(rules.shortest_score_period(lessons, fuel), period, "{lessons} lessons, fuel {fuel}");
			// The rule of the chain, which is true of this period and of none that is shorter.
			let allowed = |period: u32| (2 * lessons + 1) * fuel <= period / 2 * rules.max_fuel_per_block;
			assert!(allowed(period) && (period == MIN_SCORE_PERIOD || !allowed(period - 1)));
		}
		assert_eq!(rules.shortest_score_period(u32::MAX, u32::MAX), u32::MAX);
	}

	#[test]
	fn the_usual_score_period_is_generous_but_legal() {
		let rules = Rules { max_period: 1_000, ..rules() };
		for (lessons, fuel, period) in [(1, 1, 60), (3, 3, 60), (8, 20, 680), (12, 30, 1_000), (64, 1_000, 129_000)] {
			assert_eq!(rules.usual_score_period(lessons, fuel), period, "{lessons} lessons, fuel {fuel}");
		}
	}

	#[test]
	fn fees_and_deposits_are_those_of_the_chain() {
		assert_eq!((rules().deposit_for(4), rules().least_fee(20)), (Amount(140), Amount(120)));
		let mut terms = details(Stage::Unrevealed, Disclosure::Committed { commitment: [0; 32] }).training.terms;
		assert_eq!((terms.fees(4), terms.fees(1)), (Amount(28), Amount(0)));
		terms.settlement = Settlement::PerStep;
		assert_eq!(terms.fees(4), Amount(84));
	}

	#[test]
	fn parts_and_lessons_are_due_in_their_phase() {
		let committed = Disclosure::Committed { commitment: [9; 32] };
		let due = |stage| details(stage, committed.clone()).due_parts();
		assert_eq!(due(Stage::Show { until: 9 }), [1]);
		assert_eq!(due(Stage::Test { until: 9 }), [0, 3], "what is revealed is not due again");
		assert!(due(Stage::Commit { until: 9 }).is_empty());
		assert!(due(Stage::Overdue { end: Some(End::TestSetWithheld) }).is_empty());
		let reveal = Stage::Reveal { until: 9 };
		assert_eq!(details(reveal, committed.clone()).due_lesson("tutor"), Some([9; 32]));
		assert_eq!(details(reveal, committed.clone()).due_lesson("somebody"), None);
		assert_eq!(details(Stage::Commit { until: 9 }, committed).due_lesson("tutor"), None);
		let revealed = Disclosure::Revealed { location: "cid".into() };
		assert_eq!(details(reveal, revealed).due_lesson("tutor"), None);
	}
}
