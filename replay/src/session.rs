//! A whole training session: score, teach, score, teach, ...

use crate::{Bad, Fault, Learnware, Limits, Score, Taught, Usage};

/// What is replayed. Lessons are in the order in which they are taught.
#[derive(Clone, Copy, Debug)]
pub struct Session<'a> {
	/// The test set, in one or more parts.
	pub test: &'a [Vec<u8>],
	/// The state it begins with; that of the learnware itself if there is none.
	pub from: Option<&'a [u8]>,
	/// The lessons.
	pub lessons: &'a [Vec<u8>],
	/// What each run may use.
	pub limits: Limits,
}

/// The result of a session.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replayed {
	/// Before the first lesson.
	pub before: Score,
	/// What scoring that took.
	pub usage: Usage,
	/// A step for each lesson.
	pub steps: Vec<Step>,
	/// The state that the student gets.
	pub state: Vec<u8>,
}

/// What came of a lesson.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
	/// The score after it; or what went wrong, with words for people. Then nothing has changed.
	pub score: Result<Score, (Bad, String)>,
	/// Whether the final state has been taught it. A lesson after which the score is lower is left out: the next one goes on
	/// from the state before it.
	pub kept: bool,
	/// What teaching and scoring took; nothing is known of what went wrong.
	pub usage: Usage,
}

/// Replays a session. A learnware that can't even be scored before the first lesson is bad as a whole. What goes wrong
/// with a lesson, or with scoring what was made of it, is that lesson's fault, and leaves the state as it was.
pub fn replay(learnware: &Learnware, session: &Session) -> Result<Replayed, Fault> {
	follow(learnware, session, |_| ())
}

/// [`replay`], of which each step is told as soon as it is done.
pub fn follow(learnware: &Learnware, session: &Session, mut tell: impl FnMut(&Step)) -> Result<Replayed, Fault> {
	let initial = match session.from {
		Some(state) => Taught { state: state.to_vec(), usage: Usage::default() },
		None => learnware.initial(session.limits)?,
	};
	let before = learnware.evaluate(&initial.state, session.test, session.limits)?;
	let usage = initial.usage.and(before.usage);
	let mut replayed = Replayed { before: before.score, usage, steps: Vec::new(), state: initial.state };
	let mut last = before.score;
	for lesson in session.lessons {
		let step = match teach(learnware, session, &replayed.state, lesson, last.total) {
			Ok((state, score, usage)) => {
				let kept = score.correct >= last.correct;
				if kept {
					replayed.state = state;
					last = score;
				}
				Step { score: Ok(score), kept, usage }
			},
			Err(Fault::Bad(bad, text)) => Step { score: Err((bad, text)), kept: false, usage: Usage::default() },
			Err(host) => return Err(host),
		};
		tell(&step);
		replayed.steps.push(step);
	}
	Ok(replayed)
}

/// The state after a lesson, its score, and what both took.
fn teach(
	learnware: &Learnware,
	session: &Session,
	state: &[u8],
	lesson: &[u8],
	total: u32,
) -> Result<(Vec<u8>, Score, Usage), Fault> {
	let taught = learnware.train(state, lesson, session.limits)?;
	let scored = learnware.evaluate(&taught.state, session.test, session.limits)?;
	if scored.score.total != total {
		return Err(Fault::bad(Bad::Score, format!("{} questions were {total} before", scored.score.total)));
	}
	Ok((taught.state, scored.score, taught.usage.and(scored.usage)))
}
