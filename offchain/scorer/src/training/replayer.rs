//! One replay, in a thread of its own.

use super::{game::Training, plan::Plan};
use crate::{fetcher::Fetcher, file_jobs::File, game::Game};
use learnware_engine::{Engine, Fault, Session};
use learnware_primitives::training::{Flaw, Part, Report, Step, Trap};
use pallet_learnware_rewards::{ScorerReport, WorkId};
use sp_panic_handler::AbortGuard;
use std::{
	future::Future,
	panic::{catch_unwind, AssertUnwindSafe},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread,
	time::{Duration, Instant},
};
use tokio::{sync::oneshot, time::timeout};

/// How long it may take to load a file, or to store one.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// A replay that came to its end.
pub struct Done {
	pub(crate) report: ScorerReport,
	/// It in words.
	pub(super) text: String,
	/// Whether the state is stored.
	pub(super) stored: Result<(), String>,
	/// What all runs took that went well.
	pub(crate) fuel: u64,
	pub(crate) seconds: f64,
}

/// Why a replay did not come to its end, which says nothing about the session.
pub enum Obstacle {
	/// Other work is more urgent, or nobody needs the report any more.
	Stopped,
	/// A file that was there is gone.
	Lost(File),
	/// This machine failed, for this reason.
	Machine(String),
}

/// Replays sessions.
#[derive(Clone)]
pub(super) struct Replayer {
	pub engine: Engine,
	pub fetcher: Arc<dyn Fetcher>,
	pub runtime: tokio::runtime::Handle,
}

impl Replayer {
	/// Starts a thread, which ends with `tell`.
	pub fn start(
		&self,
		plan: Plan,
		stop: Arc<AtomicBool>,
		tell: impl Fn(Result<Box<Done>, Obstacle>) + Clone + Send + 'static,
	) {
		let (replayer, tell_end) = (self.clone(), tell.clone());
		let thread = thread::Builder::new().name("replay".into()).spawn(move || {
			// In a node, a panic would end the process.
			let _guard = AbortGuard::force_unwind();
			let result = catch_unwind(AssertUnwindSafe(|| replayer.replay(&plan, &stop)));
			let result = result.unwrap_or_else(|_| Err(Obstacle::Machine("the replay panicked".into())));
			tell_end(result.map(Box::new).map_err(|obstacle| match stop.load(Ordering::Relaxed) {
				// Whatever it was in the midst of.
				true => Obstacle::Stopped,
				false => obstacle,
			}));
		});
		if let Err(error) = thread {
			tell(Err(Obstacle::Machine(error.to_string())));
		}
	}

	fn replay(&self, plan: &Plan, stop: &Arc<AtomicBool>) -> Result<Done, Obstacle> {
		let start = Instant::now();
		let unusable = |part, trap: Trap, text| Done {
			report: Report::Unusable(part, Flaw::Run(trap)),
			text: format!("the {} cannot be used: {trap} ({text})", name(part)),
			stored: Ok(()),
			fuel: 0,
			seconds: start.elapsed().as_secs_f64(),
		};
		let learnware = match self.engine.compile(&self.load(&plan.learnware)?) {
			Ok(learnware) => learnware.stopped_by(stop.clone()),
			Err(Fault::Trap(trap, text)) => return Ok(unusable(Part::Learnware, trap, text)),
			Err(Fault::Host(why)) => return Err(Obstacle::Machine(why)),
		};
		let state = plan.state.as_ref().map(|file| self.load(file)).transpose()?;
		let test = plan.test.iter().map(|file| self.load(file)).collect::<Result<Vec<_>, _>>()?;
		let mut session = match Session::begin(&learnware, &test, state, plan.limits.into()) {
			Ok(session) => session,
			Err((part, Fault::Trap(trap, text))) => return Ok(unusable(part, trap, text)),
			Err((_, Fault::Host(why))) => return Err(Obstacle::Machine(why)),
		};
		let before = session.score();
		let mut steps = Vec::new();
		for lesson in &plan.lessons {
			if stop.load(Ordering::Relaxed) {
				return Err(Obstacle::Stopped);
			}
			steps.push(match lesson {
				Ok(file) => self.teach(plan.work, &mut session, steps.len(), &self.load(file)?)?,
				Err(reason) => Step::Refused(Flaw::File(*reason)),
			});
		}
		let (after, fuel) = (session.score(), session.usage().fuel);
		let text = format!("{} lessons, {} -> {} of {}", steps.len(), before.correct, after.correct, before.total);
		let state = session.into_state();
		let location = self.fetcher.locate(&state).map_err(Obstacle::Machine)?;
		let stored = self.wait(self.fetcher.publish(state)).unwrap_or_else(|| Err("it takes too long".into()));
		let too_long = |what: &str| Obstacle::Machine(format!("too many {what}"));
		let report = Report::Taught {
			before: before.into(),
			steps: steps.try_into().map_err(|_| too_long("lessons"))?,
			state: location.try_into().map_err(|_| too_long("bytes of a location"))?,
		};
		Ok(Done { report, text, stored: stored.map(drop), fuel, seconds: start.elapsed().as_secs_f64() })
	}

	fn teach(&self, work: WorkId, session: &mut Session, index: usize, lesson: &[u8]) -> Result<Step, Obstacle> {
		let step = session.teach(lesson).map_err(|fault| Obstacle::Machine(fault.to_string()))?;
		Ok(match step.score {
			Ok(score) => Step::Scored(score.correct),
			Err((trap, text)) => {
				let work = Training::describe(&work);
				tracing::debug!(target: "scorer", "Lesson {index} of {work} changes nothing: {trap} ({text})");
				Step::Refused(Flaw::Run(trap))
			},
		})
	}

	/// A file that the desk has fetched, from the store.
	fn load(&self, file: &File) -> Result<Vec<u8>, Obstacle> {
		let loaded = self.wait(self.fetcher.fetch(file.location.clone(), file.most));
		loaded.and_then(Result::ok).ok_or_else(|| Obstacle::Lost(file.clone()))
	}

	/// The result, if it comes in time and before the node stops.
	fn wait<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> Option<T> {
		let (sender, receiver) = oneshot::channel();
		self.runtime.spawn(async move {
			if let Ok(result) = timeout(MAX_WAIT, future).await {
				let _ = sender.send(result);
			}
		});
		receiver.blocking_recv().ok()
	}
}

fn name(part: Part) -> &'static str {
	match part {
		Part::Learnware => "learnware",
		Part::State => "state",
		Part::TestSet => "test set",
	}
}
