//! A whole training session: score, teach, score, teach, ...

use crate::{
	fault::Fault,
	learnware::Learnware,
	limits::Limits,
	outcome::{Score, Taught, Usage},
};
use learnware_primitives::training::{is_kept, Part, Trap};

/// A learnware that is being taught.
pub struct Session<'a> {
	learnware: &'a Learnware,
	test: &'a [Vec<u8>],
	limits: Limits,
	score: Score,
	usage: Usage,
	state: Vec<u8>,
}

/// What came of a lesson.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
	/// The score after it; or what went wrong, with words for people. Then nothing has changed.
	pub score: Result<Score, (Trap, String)>,
	/// Whether the learnware goes on from it, see [`is_kept`].
	pub kept: bool,
	/// What teaching and scoring took; nothing is known of what went wrong.
	pub usage: Usage,
}

impl<'a> Session<'a> {
	/// Scores the learnware before its first lesson: with a state, or else as it begins. The test set may have one or more
	/// parts.
	///
	/// A session that cannot be scored cannot begin. It is the state's fault if there is one and the learnware does not take it,
	/// for whatever reason. It is the learnware's fault if it gives no state of its own, or does not take that. Whatever goes
	/// wrong after that is the test set's fault.
	pub fn begin(
		learnware: &'a Learnware,
		test: &'a [Vec<u8>],
		from: Option<Vec<u8>>,
		limits: Limits,
	) -> Result<Self, (Part, Fault)> {
		let (part, initial) = match from {
			Some(state) => (Part::State, Ok(Taught { state, usage: Usage::default() })),
			None => (Part::Learnware, learnware.initial(limits)),
		};
		let begin = initial.and_then(|initial| Ok((learnware.check(&initial.state, limits)?, initial)));
		let (checked, Taught { state, usage }) = begin.map_err(|fault| (part, fault))?;
		let scored = learnware.evaluate(&state, test, limits).map_err(|fault| (Part::TestSet, fault))?;
		let usage = usage.and(checked).and(scored.usage);
		Ok(Self { learnware, test, limits, score: scored.score, usage, state })
	}

	/// The score now: after the last lesson that was kept.
	pub fn score(&self) -> Score {
		self.score
	}

	/// What all runs took so far.
	pub fn usage(&self) -> Usage {
		self.usage
	}

	/// Teaches one lesson, and scores the state after it. Whatever goes wrong is the lesson's fault, and leaves the state as it
	/// was; so does a lesson that is not kept.
	pub fn teach(&mut self, lesson: &[u8]) -> Result<Step, Fault> {
		match self.try_teach(lesson) {
			Ok((state, score, usage)) => {
				let kept = is_kept(self.score.into(), score.into());
				if kept {
					self.state = state;
					self.score = score;
				}
				self.usage = self.usage.and(usage);
				Ok(Step { score: Ok(score), kept, usage })
			},
			Err(Fault::Trap(trap, text)) => Ok(Step { score: Err((trap, text)), kept: false, usage: Usage::default() }),
			Err(host) => Err(host),
		}
	}

	/// The state that the student gets.
	pub fn into_state(self) -> Vec<u8> {
		self.state
	}

	/// The state after a lesson, its score, and what both took.
	fn try_teach(&self, lesson: &[u8]) -> Result<(Vec<u8>, Score, Usage), Fault> {
		let taught = self.learnware.train(&self.state, lesson, self.limits)?;
		let scored = self.learnware.evaluate(&taught.state, self.test, self.limits)?;
		let (before, after) = (self.score.total, scored.score.total);
		if after != before {
			return Err(Fault::trap(Trap::Score, format!("{after} questions were {before} before")));
		}
		Ok((taught.state, scored.score, taught.usage.and(scored.usage)))
	}
}
