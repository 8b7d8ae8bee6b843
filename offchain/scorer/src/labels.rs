//! The desk of the labeling game: one job for each sample, and what is to be done next.
//!
//! A turn starts fetches on the runtime given to it, and takes their results as [`Event`]s.

#[cfg(test)]
mod tests;

use super::{
	chain::{ChainError, Head, LabelChain},
	desk::{Desk, Failures, Health, Retry},
	fetcher::{FetchFailure, Fetcher},
	metrics::Metrics,
	reports::{Game, Reports},
	versions::{Code, Versions},
};
use learnware_primitives::{BadReason, Summary, Task, MAX_LABEL_BYTES};
use pallet_labeling_game::{runtime_api::Work, Location, SampleId, ScorerReport, DOMAINS};
use pallet_quorum::{Domains, ScorePhase, MAX_COMMITMENTS_PER_CALL, MAX_REVEALS_PER_CALL};
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::{mpsc, OwnedSemaphorePermit, Semaphore};

/// Samples worked on at a time; the others wait their turn, the most urgent first.
const MAX_JOBS: usize = 512;
/// Labels in flight, each of at most 8 MiB, until they are condensed.
const MAX_FETCHES: usize = 16;
/// How long a label may be on its way before it counts as unavailable at the last call, as long as no try has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes of summaries that wait to be judged, over all samples: several times the largest sample's.
const MAX_SUMMARY_BYTES: usize = 96 * 1024 * 1024;

/// The labeling game.
pub enum Labels {}

impl Game for Labels {
	type Id = SampleId;
	type Report = ScorerReport;
	type Work = Work<u32>;

	const DOMAINS: Domains = DOMAINS;
	const MAX_COMMITMENTS: u32 = MAX_COMMITMENTS_PER_CALL;
	const MAX_REVEALS: u32 = MAX_REVEALS_PER_CALL;
	const NAME: &'static str = "labels";
	const SALTS: &'static [u8] = b"learnware/report-salt/1";

	fn phase(work: Work<u32>) -> (SampleId, Option<ScorePhase<u32>>) {
		(work.sample, work.score)
	}

	fn describe(sample: &SampleId) -> String {
		format!("sample {sample}")
	}
}

/// Something that was started in an earlier turn is done.
pub enum Event {
	/// A label came, or did not.
	Fetched {
		/// Whose it is.
		sample: SampleId,
		/// Its binary CID.
		location: Vec<u8>,
		/// Its bytes.
		result: Result<Vec<u8>, FetchFailure>,
		/// Keeps the number of labels in memory bounded until this one is condensed.
		permit: OwnedSemaphorePermit,
	},
	/// The consensus label of a sample is stored, or not.
	Published {
		/// Whose it is.
		sample: SampleId,
		/// Why not.
		result: Result<(), String>,
	},
}

enum Label {
	/// To be fetched; `failed` if a try found nobody who has it.
	Due { retry: Retry, failed: bool },
	/// On its way since `started`.
	Fetching { started: Instant, retry: Retry, failed: bool },
	/// Condensed by the code of this version.
	Condensed { version: u32, summary: Result<Summary, BadReason> },
	/// Its sample is judged; nothing of it is needed but its place in the store.
	Judged,
}

impl Label {
	fn due() -> Self {
		Self::Due { retry: Retry::now(), failed: false }
	}

	/// Whether it was tried to no avail. What was not tried for lack of a free line is not: whoever keeps all lines busy could
	/// otherwise cost others their collateral.
	fn is_unavailable(&self) -> bool {
		match *self {
			Self::Due { failed, .. } => failed,
			Self::Fetching { failed, started, .. } => failed || started.elapsed() >= PATIENCE,
			Self::Condensed { .. } | Self::Judged => false,
		}
	}
}

struct Consensus {
	bytes: Vec<u8>,
	retry: Retry,
	on_its_way: bool,
}

struct Job {
	task: Task,
	/// The labels and the gold, by location.
	labels: HashMap<Vec<u8>, Label>,
	report: Option<ScorerReport>,
	/// The consensus label, until it is stored.
	consensus: Option<Consensus>,
	/// Why the label that came last could not be condensed.
	not_condensed: Option<ChainError>,
}

/// See the module's documentation.
pub struct LabelDesk<Chain> {
	chain: Chain,
	fetcher: Arc<dyn Fetcher>,
	metrics: Metrics,
	runtime: tokio::runtime::Handle,
	events: mpsc::UnboundedSender<Event>,
	fetches: Arc<Semaphore>,
	jobs: BTreeMap<SampleId, Job>,
	versions: Versions<SampleId>,
	/// The code that judges each sample in its score phase.
	codes: HashMap<SampleId, Code>,
	reports: Reports<Labels>,
	health: Health,
}

impl<Chain: LabelChain> LabelDesk<Chain> {
	/// An empty desk; `events` leads back to [`Desk::take`].
	pub fn new(
		chain: Chain,
		fetcher: Arc<dyn Fetcher>,
		versions: Versions<SampleId>,
		metrics: Metrics,
		runtime: tokio::runtime::Handle,
		events: mpsc::UnboundedSender<Event>,
	) -> Self {
		Self {
			chain,
			fetcher,
			health: Health::new(metrics.clone()),
			metrics,
			runtime,
			events,
			fetches: Arc::new(Semaphore::new(MAX_FETCHES)),
			jobs: BTreeMap::new(),
			versions,
			codes: HashMap::new(),
			reports: Reports::new(),
		}
	}

	fn prepare_all(&mut self, mut work: Vec<Work<u32>>, best: Head, failures: &mut Failures) {
		self.find_codes(&work, failures);
		work.sort_by_key(|work| work.score.as_ref().map_or((true, u32::MAX), |score| (false, score.until)));
		work.truncate(MAX_JOBS);
		self.metrics.open_samples(work.len());
		self.drop_gone(&work);
		let mut room = MAX_SUMMARY_BYTES;
		for work in &work {
			// The most urgent samples get the memory; the others wait, and forget what they have.
			let needed = self.memory_for(work);
			if needed > room {
				self.forget_summaries(work.sample);
				continue;
			}
			room = room.saturating_sub(needed);
			self.fetch_labels(work);
			let describe = || Labels::describe(&work.sample);
			if let Some(error) = self.jobs.get(&work.sample).and_then(|job| job.not_condensed.clone()) {
				failures.note::<()>(describe, Err(error));
			}
			if let Some(score) = &work.score {
				failures.note(describe, self.prepare(work, score, best));
			}
		}
	}

	/// Finds out as early as possible, and for all samples, which code judges them: a sample whose labels come late, or whose
	/// turn comes late, is judged when the state of its block is long gone.
	fn find_codes(&mut self, work: &[Work<u32>], failures: &mut Failures) {
		failures.note(|| "the version of the last final block".into(), self.versions.now(&self.chain));
		let live: HashSet<_> = work.iter().map(|work| work.sample).collect();
		self.codes.clear();
		for work in work {
			let Some(score) = &work.score else { continue };
			let code = self.versions.of(&self.chain, work.sample, score.since);
			if let Some(Some(code)) = failures.note(|| Labels::describe(&work.sample), code) {
				self.codes.insert(work.sample, code);
			}
		}
		self.versions.retain(|sample| live.contains(sample));
	}

	fn take_label(&mut self, sample: SampleId, location: Vec<u8>, result: Result<Vec<u8>, FetchFailure>) {
		self.health.tell_ipfs(match &result {
			Err(FetchFailure::Unavailable(why)) => Err(why.clone()),
			_ => Ok(()),
		});
		// Dropped while this was on its way.
		let Some(job) = self.jobs.get_mut(&sample) else { return self.forget(location) };
		let Some(label) = job.labels.get_mut(&location) else { return self.forget(location) };
		let Label::Fetching { started, retry, failed } = *label else { return };
		let file = match result {
			Ok(bytes) => {
				self.metrics.fetched(bytes.len(), started.elapsed().as_secs_f64());
				Ok(bytes)
			},
			Err(FetchFailure::Bad(reason)) => Err(reason),
			Err(FetchFailure::Unavailable(_)) => {
				self.metrics.unavailable();
				*label = Label::Due { retry: retry.later(), failed: true };
				return;
			},
		};
		let code = self.codes.get(&sample).copied().map_or_else(|| self.versions.now(&self.chain), Ok);
		let condensed = code.and_then(|code| {
			let condense = |bytes| self.chain.condense(code.at, job.task.clone(), bytes);
			Ok((code.version, file.map_or_else(|reason| Ok(Err(reason)), condense)?))
		});
		match condensed {
			Ok((version, summary)) => {
				if let Err(reason) = summary {
					self.metrics.bad(reason);
				}
				job.not_condensed = None;
				*label = Label::Condensed { version, summary };
			},
			Err(error) => {
				job.not_condensed = Some(error);
				*label = Label::Due { retry: retry.later(), failed };
			},
		}
	}

	/// Samples whose game is over need nothing any more.
	fn drop_gone(&mut self, work: &[Work<u32>]) {
		let live: HashSet<_> = work.iter().map(|work| work.sample).collect();
		self.reports.retain(|sample| live.contains(sample));
		let gone: Vec<_> = self.jobs.keys().copied().filter(|sample| !live.contains(sample)).collect();
		for job in gone.iter().filter_map(|sample| self.jobs.remove(sample)).collect::<Vec<_>>() {
			job.labels.into_keys().for_each(|location| self.forget(location));
		}
	}

	/// Lets a label go, unless another sample has it too.
	fn forget(&self, location: Vec<u8>) {
		if !self.jobs.values().any(|job| job.labels.contains_key(&location)) {
			self.runtime.spawn(self.fetcher.forget(location));
		}
	}

	/// Bytes that the summaries of a sample take until it is judged.
	fn memory_for(&self, work: &Work<u32>) -> usize {
		match self.jobs.get(&work.sample) {
			Some(job) if job.report.is_some() => 0,
			_ => files(work).count().saturating_mul(work.task.max_summary_bytes() as usize),
		}
	}

	fn forget_summaries(&mut self, sample: SampleId) {
		let labels = self.jobs.get_mut(&sample).into_iter().flat_map(|job| job.labels.values_mut());
		for label in labels.filter(|label| matches!(label, Label::Condensed { .. })) {
			*label = Label::due();
		}
	}

	fn fetch_labels(&mut self, work: &Work<u32>) {
		let job = self.jobs.entry(work.sample).or_insert_with(|| Job {
			task: work.task.clone(),
			labels: HashMap::new(),
			report: None,
			consensus: None,
			not_condensed: None,
		});
		for location in files(work) {
			let label = job.labels.entry(location.to_vec()).or_insert(Label::due());
			let Label::Due { retry, failed } = *label else { continue };
			if !retry.is_due() || job.report.is_some() {
				continue;
			}
			// All hands full: the next turn goes on.
			let Ok(permit) = self.fetches.clone().try_acquire_owned() else { return };
			*label = Label::Fetching { started: Instant::now(), retry, failed };
			let (fetch, events) = (self.fetcher.fetch(location.to_vec(), MAX_LABEL_BYTES), self.events.clone());
			let (sample, location) = (work.sample, location.to_vec());
			self.runtime.spawn(async move {
				let result = fetch.await;
				// The receiver is gone only when the node stops.
				let _ = events.send(Event::Fetched { sample, location, result, permit });
			});
		}
	}

	/// Judges a sample of which all labels are there, or will not come in time.
	fn prepare(&mut self, work: &Work<u32>, score: &ScorePhase<u32>, best: Head) -> Result<(), ChainError> {
		let Some(job) = self.jobs.get_mut(&work.sample) else { return Ok(()) };
		if job.report.is_some() {
			return Ok(());
		}
		// Not before the block is final in which everything was there that is judged.
		let Some(code) = self.codes.get(&work.sample) else { return Ok(()) };
		let last_call = best.number.saturating_add(margin(score)) >= score.reveal_from;
		let mut summaries = Vec::new();
		let mut missing = 0usize;
		for location in files(work) {
			let Some(label) = job.labels.get_mut(location.as_slice()) else { return Ok(()) };
			match label {
				Label::Condensed { version: by, summary } if *by == code.version => summaries.push(summary.clone()),
				// The code changed in between: the bytes are asked for again, and are near.
				Label::Condensed { .. } => {
					*label = Label::due();
					return Ok(());
				},
				label if last_call && label.is_unavailable() => {
					missing = missing.saturating_add(1);
					summaries.push(Err(BadReason::Unavailable));
				},
				_ => return Ok(()),
			}
		}
		// With half of the labels missing, this node's own access to IPFS is the likelier cause: better no report, and
		// everything goes back, than one that costs honest people their collateral.
		if missing.saturating_mul(2) >= work.labels.len() {
			self.health.tell_ipfs(Err(format!("{missing} of {} labels of sample {}", work.labels.len(), work.sample)));
			return Ok(());
		}
		(0..missing).for_each(|_| self.metrics.bad(BadReason::Unavailable));
		let gold = work.gold.as_ref().and_then(|_| summaries.pop());
		let judgement = self.chain.judge(code.at, work.task.clone(), summaries, gold)?;
		let location = match judgement.consensus.as_slice() {
			[] => Vec::new(),
			bytes => self.fetcher.locate(bytes).map_err(ChainError)?,
		};
		let too_long = |what: &str| ChainError(format!("the runtime's judgement has too many {what}"));
		job.report = Some(ScorerReport {
			verdicts: judgement.verdicts.try_into().map_err(|_| too_long("verdicts"))?,
			wash: judgement.wash,
			gold: judgement.gold,
			consensus: location.try_into().map_err(|_| too_long("bytes of a location"))?,
		});
		job.labels.values_mut().for_each(|label| *label = Label::Judged);
		if !judgement.consensus.is_empty() {
			job.consensus = Some(Consensus { bytes: judgement.consensus, retry: Retry::now(), on_its_way: false });
		}
		tracing::info!(target: "scorer", "Judged sample {}: {} labels", work.sample, work.labels.len());
		Ok(())
	}

	fn publish_consensus(&mut self) {
		for (sample, job) in &mut self.jobs {
			let Some(consensus) = &mut job.consensus else { continue };
			if consensus.on_its_way || !consensus.retry.is_due() {
				continue;
			}
			consensus.on_its_way = true;
			let (publish, events, sample) =
				(self.fetcher.publish(consensus.bytes.clone()), self.events.clone(), *sample);
			self.runtime.spawn(async move {
				let result = publish.await.map(drop);
				let _ = events.send(Event::Published { sample, result });
			});
		}
	}
}

impl<Chain: LabelChain> Desk for LabelDesk<Chain> {
	type Event = Event;

	fn turn(&mut self) {
		let (best, mut failures) = (self.chain.best(), Failures::default());
		if let Some(work) = failures.note(|| "the samples".into(), self.chain.work(self.chain.finalized())) {
			self.prepare_all(work, best, &mut failures);
		}
		self.publish_consensus();
		let report = |sample: &SampleId| self.jobs.get(sample)?.report.as_ref();
		self.reports.send(&self.chain, &self.metrics, best, report, &mut failures);
		self.health.tell_node(failures);
	}

	fn take(&mut self, event: Event) {
		match event {
			Event::Fetched { sample, location, result, permit } => {
				self.take_label(sample, location, result);
				drop(permit);
			},
			Event::Published { sample, result } => {
				self.health.tell_ipfs(result.clone());
				let Some(job) = self.jobs.get_mut(&sample) else { return };
				match (&mut job.consensus, result) {
					(consensus, Ok(())) => *consensus = None,
					(Some(consensus), Err(_)) => {
						consensus.on_its_way = false;
						consensus.retry = Retry::much_later();
					},
					(None, Err(_)) => {},
				}
			},
		}
	}
}

/// Locations of all that is to be fetched for a sample: the labels in order of commitment, then the gold.
fn files(work: &Work<u32>) -> impl Iterator<Item = &Location> {
	work.labels.iter().chain(&work.gold)
}

/// Blocks before the end of the commit round in which labels that have not come count as unavailable: enough to
/// get the commitment into a block.
fn margin(score: &ScorePhase<u32>) -> u32 {
	(score.reveal_from.saturating_sub(score.since) / 3).clamp(2, 10)
}
