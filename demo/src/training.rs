//! A training session: a student, its tutors, and what each was paid for what the model learned.

use crate::{
	game::{amount, id, join, text, Progress, PLAYERS, PROVIDER},
	tool::Tool,
	Error, Result,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	sync::mpsc::Sender,
	thread::scope,
};

/// What is taught, to whom, and for how much.
#[derive(Clone, Debug)]
pub struct Session {
	/// The WebAssembly module.
	pub learnware: PathBuf,
	/// The test set, as one file of rows.
	pub test: PathBuf,
	/// Parts that the test set is split into; one is shown, the others are scored on.
	pub parts: u32,
	/// The lessons, one for each tutor, in the order in which they are taught.
	pub lessons: Vec<PathBuf>,
	/// Whole tokens.
	pub budget: u32,
	/// Where half of the budget is earned, `99/100`.
	pub mid: String,
	/// Billions of instructions that one lesson may take.
	pub fuel: u32,
	/// Whether tutors try their lessons before they commit to them.
	pub trial: bool,
}

impl Session {
	/// The 8x8 digits of `examples`: three tutors.
	pub fn digits(examples: &Path, learnwares: &Path) -> Self {
		let file = |name: &str| examples.join("digits").join(name);
		Self {
			learnware: learnwares.join("mlp_digits.wasm"),
			test: file("test.npy"),
			parts: 6,
			lessons: (1..=3).map(|number| file(&format!("lesson-{number}.npy"))).collect(),
			budget: 1_000,
			mid: "95/100".into(),
			fuel: 20,
			trial: true,
		}
	}

	/// The original experiment: five tutors teach MNIST. `data` holds `test.npy` and five lessons.
	pub fn mnist(data: &Path, learnware: &Path) -> Self {
		Self {
			learnware: learnware.into(),
			test: data.join("test.npy"),
			parts: 20,
			lessons: (1..=5).map(|number| data.join(format!("lesson-{number}.npy"))).collect(),
			budget: 1_000,
			mid: "99/100".into(),
			fuel: 60,
			trial: false,
		}
	}
}

/// What became of a session. Amounts are in the smallest unit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct TrainingResult {
	/// Its number on the chain.
	pub training: u32,
	/// How it ended.
	pub end: String,
	/// What the whole curve was worth.
	pub budget: String,
	/// What of it went back to the student.
	pub returned: String,
	/// What went to the scorers.
	pub scoring_fee: String,
	/// What was slashed of what tutors were charged.
	pub slashed: String,
	/// In the order in which they were taught.
	pub lessons: Vec<LessonResult>,
}

/// What became of a lesson.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LessonResult {
	/// Address of the tutor.
	pub account: String,
	/// Correct answers and questions before it.
	pub before: Option<(u32, u32)>,
	/// Correct answers and questions after it.
	pub after: Option<(u32, u32)>,
	/// Whether the model learned it.
	pub kept: bool,
	/// Paid out of the budget.
	pub paid: String,
	/// Taken from the deposit.
	pub charged: String,
	/// Slashed from the deposit.
	pub slashed: String,
}
