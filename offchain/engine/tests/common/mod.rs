//! The reference learnwares, compiled by `scripts/learnwares`, the digits, and whole sessions.
#![allow(dead_code, reason = "each test uses some of it")]

use learnware_engine::{Fault, Learnware, Limits, Score, Session, Step, Usage};
use learnware_primitives::training::Part;
use std::{fs, path::Path};

/// The result of a session.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replayed {
	pub before: Score,
	pub usage: Usage,
	pub steps: Vec<Step>,
	pub state: Vec<u8>,
}

/// A whole session.
pub fn replay(
	learnware: &Learnware,
	test: &[Vec<u8>],
	lessons: &[Vec<u8>],
	limits: Limits,
) -> Result<Replayed, (Part, Fault)> {
	let mut session = Session::begin(learnware, test, None, limits)?;
	let before = session.score();
	let steps = lessons.iter().map(|lesson| session.teach(lesson).unwrap()).collect();
	Ok(Replayed { before, usage: session.usage(), steps, state: session.into_state() })
}

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// A reference learnware.
pub fn learnware(name: &str) -> Vec<u8> {
	let path = root().join("learnwares/target/wasm32v1-none/release/examples").join(name).with_extension("wasm");
	fs::read(&path).unwrap_or_else(|error| panic!("compile the learnwares first: scripts/learnwares ({error})"))
}

/// A file of `data/digits`.
pub fn file(name: &str) -> Vec<u8> {
	fs::read(root().join("data/digits").join(name)).unwrap()
}
