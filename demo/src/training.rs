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
