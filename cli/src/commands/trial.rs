//! Learnwares run on this machine, as scorers run them.

use super::training::npy::differs;
use crate::{
	error::{Failure, Kind, Result},
	training::Score,
};
use learnware_engine::{self as replay, Engine, Fault, Learnware, Usage};
use learnware_primitives::training::{is_kept, Limits, Trap};
use serde::Serialize;
use std::num::NonZeroUsize;

/// Compiles the module that `name` has.
pub fn compile(name: &str, wasm: &[u8]) -> Result<Learnware> {
	let learnware = Engine::new(NonZeroUsize::MIN, None).and_then(|engine| engine.compile(wasm));
	learnware.map_err(|fault| failure(name, &fault))
}

/// Whose fault it is that something could not be run.
pub fn failure(name: &str, fault: &Fault) -> Failure {
	match fault {
		Fault::Trap(..) => Failure::input(format!("{name}: {fault}")),
		Fault::Host(_) => Failure::new(Kind::Unavailable, "machine", fault.to_string()),
	}
}

/// What came of a lesson on the part of the test set that is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
	pub before: Score,
	/// None if the lesson changes nothing, for `bad` and `detail` say why.
	pub after: Option<Score>,
	#[serde(skip_serializing_if = "Option::is_none")]
	pub bad: Option<Trap>,
	#[serde(skip_serializing_if = "Option::is_none")]
	pub detail: Option<String>,
	#[serde(flatten)]
	pub usage: Usage,
}

impl Trial {
	/// Teaches a lesson to a state, or to what the learnware begins with.
	pub fn run(
		learnware: &Learnware,
		state: Option<Vec<u8>>,
		lesson: &[u8],
		shown: Vec<u8>,
		limits: &Limits,
	) -> std::result::Result<Self, Fault> {
		let differs = differs(lesson, &shown);
		let test = [shown];
		let session = replay::Session::begin(learnware, &test, state, (*limits).into());
		let mut session = session.map_err(|(_, fault)| fault)?;
		let before = session.score();
		let replay::Step { score, usage, .. } = session.teach(lesson)?;
		let (after, bad, detail) = match score {
			Ok(score) => (Some(score), None, None),
			Err((bad, detail)) => {
				let detail = differs.map_or(detail.clone(), |how| format!("{detail}: {how}"));
				(None, Some(bad), Some(detail))
			},
		};
		Ok(Self { before, after, bad, detail, usage })
	}

	/// Whether it makes the learnware worse.
	pub fn is_worse(&self) -> bool {
		self.after.is_some_and(|after| !is_kept(self.before.into(), after.into()))
	}
}
