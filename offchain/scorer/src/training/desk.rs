//! The desk of learnware rewards: one job for each epoch of a training session, and what is to be done next.
//!
//! All files of an epoch are fetched to the store as soon as the chain names them, and loaded from there when a replay needs
//! them. So no more is in memory than what is replayed: for each thread at most a test, a lesson and two states, and what
//! the learnware may have.
//!
//! # What is reported
//!
//! If there are several flaws, the first one in the order of the chain is reported: the learnware's file, the file of the state
//! that the session was opened with, the files of the test set one by one, their sum, and then what the learnware does. A file
//! that was tried and is not there at the last call (see [`last_call`]) counts as unavailable; the time after the last call is
//! for the replay. A scorer keeps silent in two cases, in which nobody is at fault whom the chain knows. If it could fetch no
//! lesson and no part of the test set, its own access to IPFS is the likelier cause. If it cannot fetch the state that an earlier
//! epoch ended with, that is because scorers have not kept it.
//!
//! # Whose turn it is
//!
//! A session is replayed by one thread, the most urgent first. If all threads have work, and a more urgent session is ready,
//! the least urgent one stops at once, and goes on later with what the cache of replays has: all runs but the one that it was
//! in the midst of. It also stops when nobody of this node can report on it any more.
//!
//! Fuel does not measure time: a module that mostly misses the processor's caches takes hundreds of times as long as another
//! with as much fuel. A session that has taken much longer than its fuel should ([`allowance`]) is less urgent than all others,
//! whatever their deadlines, so it gets only the time that nobody else needs.
//!
//! # What is kept
//!
//! Lessons, test set, module and the state that a session was opened with are kept until the epoch is over. States that were
//! learned are kept until the chain has a newer one. The last state of a session is a result, which stays as long as there is
//! room for it.

#[cfg(test)]
mod tests;

use super::{
	game::Training,
	metrics::TrainingMetrics,
	plan::{allowance, files, last_call, next, state, Next, Plan},
	replayer::{Done, Obstacle, Replayer},
};
use crate::{
	chain::{ChainError, GameChain, Head},
	desk::{Desk, Failures, Health, Retry},
	fetcher::Fetcher,
	file_jobs::{Arrival, File, FileJobs},
	game::Game,
	metrics::Metrics,
	reports::Reports,
};
use learnware_engine::{Engine, Runs};
use learnware_primitives::training::{Report, REPLAY_VERSION};
use pallet_learnware_rewards::{runtime_api::Work, ScorerReport, TrainingId, WorkId};
use pallet_quorum::ScorePhase;
use std::{
	collections::{BTreeMap, BTreeSet, HashSet},
	num::NonZeroUsize,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Epochs worked on at a time; the others wait their turn, the most urgent first.
const MAX_JOBS: usize = 256;
/// Files of one session in flight, so that no session has all of the room.
const MAX_FETCHES_PER_JOB: usize = 2;
/// Sessions whose states are looked after; of older ones, they stay.
const MAX_SESSIONS: usize = 1024;

/// Something that was started in an earlier turn is done.
pub enum Event {
	/// A file of an epoch is in the store, or not; with its bytes.
	Fetched(Arrival<WorkId, u64>),
	/// A replay is over.
	Replayed {
		/// Of which epoch.
		work: WorkId,
		/// What came of it.
		result: Result<Box<Done>, Obstacle>,
	},
}

struct Job {
	report: Option<ScorerReport>,
	/// When it is to be replayed; no more, once it is reported and its state is stored.
	replay: Option<Retry>,
	/// It was told that there will be no report as things are.
	is_silent: bool,
	/// What replays took that are over.
	taken: Duration,
}

/// A replay that is on.
struct Running {
	started: Instant,
	/// Stops it.
	stop: Arc<AtomicBool>,
}

impl Running {
	fn stop(&self) {
		self.stop.store(true, Ordering::Relaxed);
	}

	fn is_stopping(&self) -> bool {
		self.stop.load(Ordering::Relaxed)
	}
}

/// See the module's documentation.
pub struct TrainingDesk<Chain> {
	chain: Chain,
	fetcher: Arc<dyn Fetcher>,
	metrics: TrainingMetrics,
	runtime: tokio::runtime::Handle,
	events: mpsc::UnboundedSender<Event>,
	/// The files of each epoch, of which the number of bytes is kept here.
	files: FileJobs<WorkId, u64>,
	replayer: Replayer,
	threads: usize,
	/// Replays that are on.
	running: BTreeMap<WorkId, Running>,
	/// What the engine had run when it was last looked at.
	runs: Runs,
	jobs: BTreeMap<WorkId, Job>,
	/// States that were learned and published, and of which the chain has no newer one yet.
	states: BTreeMap<TrainingId, BTreeSet<Vec<u8>>>,
	reports: Reports<Training>,
	health: Health,
	/// Versions of the replay that this node has not, and has told of.
	unknown: BTreeSet<u16>,
}

impl<Chain: GameChain<Training>> TrainingDesk<Chain> {
	/// An empty desk, which replays with so many threads; `events` leads back to [`Desk::take`].
	pub fn new(
		chain: Chain,
		fetcher: Arc<dyn Fetcher>,
		(engine, threads): (Engine, NonZeroUsize),
		metrics: Metrics,
		runtime: tokio::runtime::Handle,
		events: mpsc::UnboundedSender<Event>,
	) -> Self {
		Self {
			chain,
			replayer: Replayer { engine, fetcher: fetcher.clone(), runtime: runtime.clone() },
			threads: threads.get(),
			files: FileJobs::new(fetcher.clone(), runtime.clone(), MAX_FETCHES_PER_JOB),
			fetcher,
			metrics: TrainingMetrics::new(&metrics),
			runtime,
			events,
			running: BTreeMap::new(),
			runs: Runs::default(),
			jobs: BTreeMap::new(),
			states: BTreeMap::new(),
			reports: Reports::new(metrics.clone()),
			health: Health::new(metrics),
			unknown: BTreeSet::new(),
		}
	}

	fn prepare(&mut self, mut work: Vec<Work<u32>>, finalized: Head, best: Head, failures: &mut Failures) {
		work.retain(|work| self.can_replay(work));
		work.sort_by_key(|work| {
			(work.score.as_ref().map_or((true, u32::MAX), |score| (false, score.until)), work.work)
		});
		work.truncate(MAX_JOBS);
		self.metrics.open_trainings(work.len());
		self.drop_gone(&work);
		for work in &work {
			self.open_job(work);
			self.fetch_files(work);
		}
		work.sort_by_key(|work| self.is_slow(work));
		self.replay_most_urgent(&work, finalized, best, failures);
	}

	/// Another version gives other results: reporting them would cost this node's bond.
	fn can_replay(&mut self, Work { work, version, .. }: &Work<u32>) -> bool {
		let known = *version == REPLAY_VERSION;
		if !known && self.unknown.insert(*version) {
			let work = Training::describe(work);
			tracing::warn!(
				target: "scorer",
				"No report on {work} from here: it is replayed by version {version}, and this node has {REPLAY_VERSION}"
			);
		}
		known
	}

	/// Epochs that are over need nothing any more. One that is being replayed goes when that has stopped.
	fn drop_gone(&mut self, work: &[Work<u32>]) {
		let live: HashSet<_> = work.iter().map(|work| work.work).collect();
		self.reports.retain(|work| live.contains(work));
		self.running.iter().filter(|(work, _)| !live.contains(work)).for_each(|(_, running)| running.stop());
		let is_needed = |work: &WorkId| live.contains(work) || self.running.contains_key(work);
		self.jobs.retain(|work, _| is_needed(work));
		self.files.retain(is_needed);
	}

	/// When an epoch begins, the chain has decided on the state before it: others of this session may go.
	fn open_job(&mut self, work: &Work<u32>) {
		if self.jobs.contains_key(&work.work) {
			return;
		}
		let (replay, taken) = (Some(Retry::now()), Duration::ZERO);
		self.jobs.insert(work.work, Job { report: None, replay, is_silent: false, taken });
		let now = state(work).map(|file| file.location);
		let states = self.states.remove(&work.work.0).unwrap_or_default();
		let (newest, old): (_, BTreeSet<_>) = states.into_iter().partition(|state| Some(state) == now.as_ref());
		self.states.insert(work.work.0, newest);
		if self.states.len() > MAX_SESSIONS {
			self.states.pop_first();
		}
		for state in old {
			self.runtime.spawn(self.fetcher.withdraw(state));
		}
	}

	fn fetch_files(&mut self, work: &Work<u32>) {
		if self.jobs.get(&work.work).is_none_or(|job| job.report.is_some()) {
			return;
		}
		let events = self.events.clone();
		self.files.fetch(
			work.work,
			files(work),
			|bytes| bytes.len() as u64,
			move |arrival| {
				// The receiver is gone only when the node stops.
				let _ = events.send(Event::Fetched(arrival));
			},
		);
	}

	fn take_file(&mut self, arrival: Arrival<WorkId, u64>) {
		self.health.tell_ipfs(arrival.trouble());
		self.metrics.tried(&arrival.result);
		let work = arrival.work;
		if let Some((file, bytes, _)) = self.files.take(arrival) {
			self.files.keep(&work, &file, bytes);
		}
	}

	/// Whether its replays have taken longer than they should.
	fn is_slow(&self, work: &Work<u32>) -> bool {
		let before = self.jobs.get(&work.work).map_or(Duration::ZERO, |job| job.taken);
		let now = self.running.get(&work.work).map_or(Duration::ZERO, |running| running.started.elapsed());
		before.saturating_add(now) > allowance(work)
	}

	/// Replays what is ready, as far as there are threads, `work` being in the order of urgency.
	fn replay_most_urgent(&mut self, work: &[Work<u32>], finalized: Head, best: Head, failures: &mut Failures) {
		let mut waiting = Vec::new();
		for (urgency, work) in work.iter().enumerate() {
			let (Some(score), Some(job)) = (&work.score, self.jobs.get(&work.work)) else { continue };
			let Some(retry) = job.replay else { continue };
			let can_report = || format!("the scorers of session {}", score.session);
			let Some(can_report) = failures.note(can_report, self.can_report(finalized, score)) else { continue };
			// What has been reported is replayed once more for its state, which is to be stored.
			let is_wanted = job.report.is_some() || can_report;
			if let Some(running) = self.running.get(&work.work) {
				if !is_wanted {
					running.stop();
				}
				continue;
			}
			if !is_wanted || !retry.is_due() {
				continue;
			}
			let is_last_call = best.number >= last_call(score);
			let found = |file: &File| Some(self.files.found(&work.work, file, is_last_call)?.copied());
			match next(work, found) {
				Next::Wait => {},
				Next::KeepSilent(why) => {
					let job = self.jobs.get_mut(&work.work);
					if job.is_some_and(|job| !std::mem::replace(&mut job.is_silent, true)) {
						let work = Training::describe(&work.work);
						tracing::warn!(target: "scorer", "No report on {work}, as long as this cannot be had: {why}");
					}
				},
				Next::Report(report) => {
					let reason = format!("{report:?}");
					tracing::info!(target: "scorer", "Replayed nothing of {}: {reason}", Training::describe(&work.work));
					if let Some(job) = self.jobs.get_mut(&work.work) {
						job.report.get_or_insert(report);
						job.replay = None;
					}
				},
				Next::Replay(plan) if self.running.len() < self.threads => self.start(plan),
				Next::Replay(_) => waiting.push(urgency),
			}
		}
		self.make_room(work, &waiting);
	}

	/// Whether any scorer of this node can still commit to a report, or has to reveal one.
	fn can_report(&self, at: Head, score: &ScorePhase<u32>) -> Result<bool, ChainError> {
		let own = self.chain.own_scorers(at, score.session)?;
		Ok(own.iter().any(|(scorer, _)| match score.committed.iter().any(|(index, _)| index == scorer) {
			true => !score.revealed.contains(scorer),
			false => !score.revealing,
		}))
	}

	fn start(&mut self, plan: Plan) {
		let (work, stop, events) = (plan.work, Arc::new(AtomicBool::new(false)), self.events.clone());
		self.running.insert(work, Running { started: Instant::now(), stop: stop.clone() });
		self.replayer.start(plan, stop, move |result| {
			let _ = events.send(Event::Replayed { work, result });
		});
	}

	/// Stops one replay for each more urgent one that waits, the least urgent first.
	fn make_room(&self, work: &[Work<u32>], waiting: &[usize]) {
		let stopping = self.running.values().filter(|running| running.is_stopping()).count();
		let least_urgent = work.iter().enumerate().rev();
		let running = least_urgent.filter_map(|(urgency, work)| Some((urgency, self.running.get(&work.work)?)));
		let mut running = running.filter(|(_, running)| !running.is_stopping());
		for waits in waiting.iter().skip(stopping) {
			match running.next() {
				Some((urgency, running)) if urgency > *waits => running.stop(),
				_ => return,
			}
		}
	}

	fn take_replay(&mut self, work: WorkId, result: Result<Box<Done>, Obstacle>) {
		let taken = self.running.remove(&work).map_or(Duration::ZERO, |running| running.started.elapsed());
		let runs = self.replayer.engine.runs();
		self.metrics.runs(runs.done.saturating_sub(self.runs.done), runs.known.saturating_sub(self.runs.known));
		self.runs = runs;
		self.metrics.replayed(&result);
		let Some(job) = self.jobs.get_mut(&work) else { return };
		job.taken = job.taken.saturating_add(taken);
		let retry = job.replay.unwrap_or_else(Retry::now);
		match result {
			Ok(done) => {
				let Done { report, text, stored, .. } = *done;
				if job.report.is_none() {
					tracing::info!(target: "scorer", "Replayed {}: {text}", Training::describe(&work));
				}
				job.replay = stored.is_err().then(Retry::much_later);
				match (stored, job.report.get_or_insert(report)) {
					(Ok(()), Report::Taught { state, .. }) => {
						self.states.entry(work.0).or_default().insert(state.to_vec());
					},
					(Ok(()), Report::Unusable(..)) => {},
					(Err(why), _) => self.health.tell_ipfs(Err(why)),
				}
			},
			Err(Obstacle::Stopped) => job.replay = Some(Retry::now()),
			Err(Obstacle::Lost(file)) => {
				self.files.fetch_again(&work, &file);
				job.replay = Some(retry.later());
			},
			Err(Obstacle::Machine(why)) => {
				tracing::warn!(
					target: "scorer",
					"This machine cannot replay {} now, trying again: {why}",
					Training::describe(&work)
				);
				job.replay = Some(retry.later());
			},
		}
	}
}

impl<Chain: GameChain<Training>> Desk for TrainingDesk<Chain> {
	type Event = Event;

	fn turn(&mut self) {
		let (finalized, best, mut failures) = (self.chain.finalized(), self.chain.best(), Failures::default());
		if let Some(work) = failures.note(|| "the training sessions".into(), self.chain.work(finalized)) {
			self.prepare(work, finalized, best, &mut failures);
		}
		let report = |work: &WorkId| self.jobs.get(work)?.report.as_ref();
		self.reports.send(&self.chain, best, report, &mut failures);
		self.health.tell_node(failures);
	}

	fn take(&mut self, event: Event) {
		match event {
			Event::Fetched(arrival) => self.take_file(arrival),
			Event::Replayed { work, result } => self.take_replay(work, result),
		}
	}
}

/// Replays end soon after the desk that waits for them is gone.
impl<Chain> Drop for TrainingDesk<Chain> {
	fn drop(&mut self) {
		self.running.values().for_each(Running::stop);
	}
}
