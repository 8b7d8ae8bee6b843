//! The desk of learnware rewards: one job for each epoch of a training session, and what is to be done next.
//!
//! All files of an epoch are fetched to the store as soon as the chain names them, and loaded from there when a replay needs
//! them. So no more is in memory than what is replayed: for each thread at most a test, a lesson and two states, and what
//! the learnware may have.
//!
//! # What is reported
//!
//! The chain's order decides what is told of several flaws: first the learnware's file, then that of the state that the
//! session was opened with, then those of the test set, in their order and by their sum, then what the learnware does. A file
//! that is not there at the last call counts as unavailable (see [`last_call`]), which leaves the time that a replay takes.
//! Two things are nobody's fault that the chain knows of, and make a scorer keep silent: that it could fetch none of the
//! lessons and of the test set, for then its own access to IPFS is the likelier cause, and that the state cannot be had that
//! an earlier epoch ended with, because it is for scorers to keep it.
//!
//! # Whose turn it is
//!
//! A session is replayed by one thread, the most urgent first. If all threads have work, and a more urgent session is ready,
//! the least urgent one stops at once, and goes on later with what the cache of replays has: all runs but the one that it was
//! in the midst of. It also stops when nobody of this node can report on it any more.
//!
//! Fuel is no time: a module that does little but miss the caches takes hundreds of times as long as another with as much
//! fuel. One that has taken much longer than its fuel should ([`allowance`]) is less urgent than all that have not, whatever
//! their deadlines, so it has only the time that nobody else needs.
//!
//! # What is kept
//!
//! Lessons, test set, module and the state that a session was opened with until the epoch is over. States that were learned
//! until the chain has a newer one; the last state of a session is a result, which stays as long as there is room for it.

mod replayer;
#[cfg(test)]
mod tests;

pub use self::replayer::{Done, Obstacle};
use self::replayer::{Plan, Replayer};
use super::{
	chain::{ChainError, GameChain, Head},
	desk::{Desk, Failures, Health, Retry},
	fetcher::{FetchFailure, Fetcher},
	metrics::Metrics,
	reports::{Game, Reports},
};
use learnware_engine::{Engine, Runs};
use learnware_primitives::{
	training::{Flaw, Part, Report, MAX_LEARNWARE_BYTES, MAX_LESSON_BYTES, MAX_TEST_BYTES, REPLAY_VERSION},
	BadReason,
};
use pallet_learnware_rewards::{runtime_api::Work, ScorerReport, Start, TrainingId, WorkId, DOMAINS};
use pallet_quorum::{Domains, ScorePhase, MAX_COMMITMENTS_PER_CALL, MAX_REVEALS_PER_CALL};
use std::{
	collections::{BTreeMap, BTreeSet, HashMap, HashSet},
	num::NonZeroUsize,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::sync::{mpsc, Semaphore};

/// Epochs worked on at a time; the others wait their turn, the most urgent first.
const MAX_JOBS: usize = 256;
/// MiB of files in flight.
const MAX_FETCHED_MIB: usize = 128;
/// Files of one session in flight, so that no session has all of it.
const MAX_FETCHES_PER_JOB: usize = 2;
/// How long one try to fetch a file may take: the blocks that came are kept, and others have their turn.
const MAX_TRY: Duration = Duration::from_secs(60);
/// How long a file may be on its way after the last call, as long as no try has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Sessions whose states are looked after; of older ones, they stay.
const MAX_SESSIONS: usize = 1024;
/// What a session may take beside its fuel before it counts as slow: to compile the module, and to load files.
const ALLOWANCE: Duration = Duration::from_secs(2);
/// What a session may take for a unit of fuel before it counts as slow: several times as much as the reference learnwares.
const ALLOWANCE_PER_FUEL: Duration = Duration::from_millis(500);

/// Learnware rewards.
pub enum Training {}

impl Game for Training {
	type Id = WorkId;
	type Report = ScorerReport;
	type Work = Work<u32>;

	const DOMAINS: Domains = DOMAINS;
	const MAX_COMMITMENTS: u32 = MAX_COMMITMENTS_PER_CALL;
	const MAX_REVEALS: u32 = MAX_REVEALS_PER_CALL;
	const NAME: &'static str = "training";
	const SALTS: &'static [u8] = b"learnware/training-report-salt/1";

	fn phase(work: Work<u32>) -> (WorkId, Option<ScorePhase<u32>>) {
		(work.work, work.score)
	}

	fn describe((training, epoch): &WorkId) -> String {
		format!("epoch {epoch} of training {training}")
	}
}

/// Something that was started in an earlier turn is done.
pub enum Event {
	/// A file is in the store, or not.
	Fetched {
		/// For which epoch.
		work: WorkId,
		/// Which one.
		file: File,
		/// Its bytes.
		result: Result<u64, FetchFailure>,
	},
	/// A replay is over.
	Replayed {
		/// Of which epoch.
		work: WorkId,
		/// What came of it.
		result: Result<Box<Done>, Obstacle>,
	},
}

/// A file, with the bound that makes it too large.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct File {
	location: Vec<u8>,
	most: u32,
}

#[derive(Clone, Copy)]
enum Fetch {
	/// To be fetched.
	Due { retry: Retry, failed: bool },
	/// On its way since `started`.
	Fetching { started: Instant, retry: Retry, failed: bool },
	/// So many bytes are in the store.
	Here(u64),
	/// Of no use.
	Bad(BadReason),
}

struct Job {
	files: HashMap<File, Fetch>,
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

/// What can be done for an epoch in its score phase.
enum Next {
	Wait,
	KeepSilent(String),
	Report(ScorerReport),
	Replay(Plan),
}

/// See the module's documentation.
pub struct TrainingDesk<Chain> {
	chain: Chain,
	fetcher: Arc<dyn Fetcher>,
	metrics: Metrics,
	runtime: tokio::runtime::Handle,
	events: mpsc::UnboundedSender<Event>,
	fetches: Arc<Semaphore>,
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
			fetcher,
			health: Health::new(metrics.clone()),
			metrics,
			runtime,
			events,
			fetches: Arc::new(Semaphore::new(MAX_FETCHED_MIB)),
			running: BTreeMap::new(),
			runs: Runs::default(),
			jobs: BTreeMap::new(),
			states: BTreeMap::new(),
			reports: Reports::new(),
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
		let is_gone = |work: &WorkId| !live.contains(work) && !self.running.contains_key(work);
		let gone: Vec<_> = self.jobs.keys().copied().filter(is_gone).collect();
		for job in gone.iter().filter_map(|work| self.jobs.remove(work)).collect::<Vec<_>>() {
			let locations: BTreeSet<_> = job.files.into_keys().map(|file| file.location).collect();
			locations.into_iter().for_each(|location| self.forget(location));
		}
	}

	/// Lets a file go, unless another epoch needs it.
	fn forget(&self, location: Vec<u8>) {
		if !self.jobs.values().any(|job| job.files.keys().any(|file| file.location == location)) {
			self.runtime.spawn(self.fetcher.forget(location));
		}
	}

	/// When an epoch begins, the chain has decided on the state before it: others of this session may go.
	fn open_job(&mut self, work: &Work<u32>) {
		if self.jobs.contains_key(&work.work) {
			return;
		}
		let (replay, taken) = (Some(Retry::now()), Duration::ZERO);
		self.jobs.insert(work.work, Job { files: HashMap::new(), report: None, replay, is_silent: false, taken });
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
		let Some(job) = self.jobs.get_mut(&work.work) else { return };
		if job.report.is_some() {
			return;
		}
		let mut on_their_way = job.files.values().filter(|fetch| matches!(fetch, Fetch::Fetching { .. })).count();
		for file in files(work) {
			let new = Fetch::Due { retry: Retry::now(), failed: false };
			let fetch = job.files.entry(file.clone()).or_insert(new);
			let Fetch::Due { retry, failed } = *fetch else { continue };
			if !retry.is_due() || on_their_way >= MAX_FETCHES_PER_JOB {
				continue;
			}
			// All hands full: the next turn goes on.
			let Ok(permit) = self.fetches.clone().try_acquire_many_owned(file.most.div_ceil(1 << 20)) else { continue };
			*fetch = Fetch::Fetching { started: Instant::now(), retry, failed };
			on_their_way = on_their_way.saturating_add(1);
			let fetch = self.fetcher.fetch(file.location.clone(), file.most);
			let (events, work) = (self.events.clone(), work.work);
			self.runtime.spawn(async move {
				let in_time = tokio::time::timeout(MAX_TRY, fetch).await;
				let result = in_time.unwrap_or_else(|_| Err(FetchFailure::Unavailable("it takes too long".into())));
				let result = result.map(|bytes| bytes.len() as u64);
				drop(permit);
				// The receiver is gone only when the node stops.
				let _ = events.send(Event::Fetched { work, file, result });
			});
		}
	}

	fn take_file(&mut self, work: WorkId, file: File, result: Result<u64, FetchFailure>) {
		self.health.tell_ipfs(match &result {
			Err(FetchFailure::Unavailable(why)) => Err(why.clone()),
			_ => Ok(()),
		});
		self.metrics.training_file(&result);
		// Dropped while this was on its way.
		let Some(job) = self.jobs.get_mut(&work) else { return self.forget(file.location) };
		let Some(fetch) = job.files.get_mut(&file) else { return self.forget(file.location) };
		let Fetch::Fetching { retry, .. } = *fetch else { return };
		*fetch = match result {
			Ok(bytes) => Fetch::Here(bytes),
			Err(FetchFailure::Bad(reason)) => Fetch::Bad(reason),
			Err(FetchFailure::Unavailable(_)) => Fetch::Due { retry: retry.later(), failed: true },
		};
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
			match job.next(work, score, best) {
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
				job.files.insert(file, Fetch::Due { retry: Retry::now(), failed: false });
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
		self.reports.send(&self.chain, &self.metrics, best, report, &mut failures);
		self.health.tell_node(failures);
	}

	fn take(&mut self, event: Event) {
		match event {
			Event::Fetched { work, file, result } => self.take_file(work, file, result),
			Event::Replayed { work, result } => self.take_replay(work, result),
		}
	}
}

/// Replays that nobody waits for any more end soon.
impl<Chain> Drop for TrainingDesk<Chain> {
	fn drop(&mut self) {
		self.running.values().for_each(Running::stop);
	}
}

impl Job {
	/// What is known of a file: its bytes or its flaw, or nothing, as long as it may come.
	fn found(&self, file: &File, is_last_call: bool) -> Option<Result<u64, BadReason>> {
		match *self.files.get(file)? {
			Fetch::Here(bytes) => Some(Ok(bytes)),
			Fetch::Bad(reason) => Some(Err(reason)),
			Fetch::Due { failed, .. } if is_last_call && failed => Some(Err(BadReason::Unavailable)),
			Fetch::Fetching { failed, started, .. } if is_last_call && (failed || started.elapsed() >= PATIENCE) => {
				Some(Err(BadReason::Unavailable))
			},
			_ => None,
		}
	}

	fn next(&self, work: &Work<u32>, score: &ScorePhase<u32>, best: Head) -> Next {
		let is_last_call = best.number >= last_call(score);
		let find = |file: File| Some((self.found(&file, is_last_call)?, file));
		let all = |files: &mut dyn Iterator<Item = File>| files.map(find).collect::<Option<Vec<_>>>();
		let (Some((module, learnware)), Some(test), Some(lessons)) =
			(find(learnware(work)), all(&mut test(work)), all(&mut lessons(work)))
		else {
			return Next::Wait;
		};
		let Some(state) = state(work).map(find).map_or(Some(None), |found| found.map(Some)) else { return Next::Wait };
		let is_missing = |(found, _): &(Result<u64, BadReason>, File)| *found == Err(BadReason::Unavailable);
		if test.iter().chain(&lessons).all(is_missing) {
			return Next::KeepSilent("any lesson or part of the test".into());
		}
		let unusable = |part, reason| Next::Report(Report::Unusable(part, Flaw::File(reason)));
		if let Err(reason) = module {
			return unusable(Part::Learnware, reason);
		}
		if let (Start::Given(_), Some((Err(reason), _))) = (&work.start, &state) {
			return unusable(Part::State, *reason);
		}
		let bytes = test.iter().try_fold(0_u64, |sum, (found, _)| Ok(sum.saturating_add((*found)?)));
		match bytes {
			Err(reason) => return unusable(Part::TestSet, reason),
			Ok(bytes) if bytes > MAX_TEST_BYTES.into() => return unusable(Part::TestSet, BadReason::TooLarge),
			Ok(_) => {},
		}
		if let Some((Err(reason), _)) = state {
			return Next::KeepSilent(format!("the state that it begins with ({reason:?})"));
		}
		Next::Replay(Plan {
			work: work.work,
			limits: work.limits,
			learnware,
			state: state.map(|(_, file)| file),
			test: test.into_iter().map(|(_, file)| file).collect(),
			lessons: lessons.into_iter().map(|(found, file)| found.map(|_| file)).collect(),
		})
	}
}

/// All that is to be fetched for an epoch.
fn files(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	[learnware(work)].into_iter().chain(state(work)).chain(test(work)).chain(lessons(work))
}

fn learnware(work: &Work<u32>) -> File {
	File { location: work.learnware.to_vec(), most: MAX_LEARNWARE_BYTES }
}

/// None for what the module begins with.
fn state(work: &Work<u32>) -> Option<File> {
	match &work.start {
		Start::Module => None,
		Start::Given(state) | Start::Learned(state) => Some(File { location: state.to_vec(), most: work.limits.state }),
	}
}

fn test(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	work.test.iter().map(|location| File { location: location.to_vec(), most: MAX_TEST_BYTES })
}

fn lessons(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	work.lessons.iter().map(|location| File { location: location.to_vec(), most: MAX_LESSON_BYTES })
}

/// How long a replay of it may take before it counts as slow: it scores once, and teaches and scores each lesson.
fn allowance(work: &Work<u32>) -> Duration {
	let runs = u32::try_from(work.lessons.len()).unwrap_or(u32::MAX).saturating_mul(2).saturating_add(1);
	ALLOWANCE_PER_FUEL.saturating_mul(runs.saturating_mul(work.limits.fuel)).saturating_add(ALLOWANCE)
}

/// First block in which a file that has not come counts as unavailable: when a third of the time for commitments has passed,
/// so that two thirds are left for the replay.
fn last_call(score: &ScorePhase<u32>) -> u32 {
	let third = score.reveal_from.saturating_sub(score.since) / 3;
	score.since.saturating_add(third.max(2))
}
