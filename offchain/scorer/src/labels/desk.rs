//! The desk of the labeling game: one job for each sample, and what is to be done next.
//!
//! A turn starts fetches on the runtime given to it, and takes their results as [`Event`]s.

#[cfg(test)]
mod tests;

use super::{chain::LabelChain, game::Labels, metrics::LabelMetrics};
use crate::{
	chain::{ChainError, Head},
	desk::{Desk, Failures, Health, Retry},
	fetcher::Fetcher,
	file_jobs::{Arrival, File, FileJobs},
	game::Game,
	metrics::Metrics,
	reports::Reports,
	versions::{Code, Versions},
};
use learnware_primitives::{BadReason, Summary, Task, MAX_LABEL_BYTES};
use pallet_labeling_game::{runtime_api::Work, SampleId, ScorerReport};
use pallet_quorum::ScorePhase;
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	sync::Arc,
};
use tokio::sync::mpsc;

/// Samples worked on at a time; the others wait their turn, the most urgent first.
const MAX_JOBS: usize = 512;
/// Bytes of summaries that wait to be judged, over all samples: several times the largest sample's.
const MAX_SUMMARY_BYTES: usize = 96 * 1024 * 1024;

/// Something that was started in an earlier turn is done.
pub enum Event {
	/// A label came, or did not.
	Fetched(Arrival<SampleId, Vec<u8>>),
	/// The consensus label of a sample is stored, or not.
	Published {
		/// Whose it is.
		sample: SampleId,
		/// Why not.
		result: Result<(), String>,
	},
}

/// A label as the code of a version has condensed it.
struct Condensed {
	version: u32,
	summary: Result<Summary, BadReason>,
}

struct Consensus {
	bytes: Vec<u8>,
	retry: Retry,
	on_its_way: bool,
}

struct Job {
	task: Task,
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
	metrics: LabelMetrics,
	runtime: tokio::runtime::Handle,
	events: mpsc::UnboundedSender<Event>,
	/// The labels and the gold of each sample.
	files: FileJobs<SampleId, Condensed>,
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
			files: FileJobs::new(fetcher.clone(), runtime.clone(), usize::MAX),
			fetcher,
			metrics: LabelMetrics::new(&metrics),
			runtime,
			events,
			jobs: BTreeMap::new(),
			versions,
			codes: HashMap::new(),
			reports: Reports::new(metrics.clone()),
			health: Health::new(metrics),
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
				self.files.make_room(&work.sample);
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

	fn take_label(&mut self, arrival: Arrival<SampleId, Vec<u8>>) {
		self.health.tell_ipfs(arrival.trouble());
		self.metrics.tried(&arrival.result, arrival.took);
		let sample = arrival.work;
		let Some((file, bytes, _permit)) = self.files.take(arrival) else { return };
		let Some(job) = self.jobs.get_mut(&sample) else { return };
		let code = self.codes.get(&sample).copied().map_or_else(|| self.versions.now(&self.chain), Ok);
		let condensed = code.and_then(|Code { at, version }| {
			Ok(Condensed { version, summary: self.chain.condense(at, job.task.clone(), bytes)? })
		});
		job.not_condensed = None;
		match condensed {
			Ok(condensed) => {
				if let Err(reason) = condensed.summary {
					self.metrics.bad(reason);
				}
				self.files.keep(&sample, &file, condensed);
			},
			Err(error) => {
				job.not_condensed = Some(error);
				self.files.fail(&sample, &file);
			},
		}
	}

	/// Samples whose game is over need nothing any more.
	fn drop_gone(&mut self, work: &[Work<u32>]) {
		let live: HashSet<_> = work.iter().map(|work| work.sample).collect();
		self.reports.retain(|sample| live.contains(sample));
		self.jobs.retain(|sample, _| live.contains(sample));
		self.files.retain(|sample| live.contains(sample));
	}

	/// Bytes that the summaries of a sample take until it is judged.
	fn memory_for(&self, work: &Work<u32>) -> usize {
		match self.jobs.get(&work.sample) {
			Some(job) if job.report.is_some() => 0,
			_ => files(work).count().saturating_mul(work.task.max_summary_bytes() as usize),
		}
	}

	fn fetch_labels(&mut self, work: &Work<u32>) {
		let new = || Job { task: work.task.clone(), report: None, consensus: None, not_condensed: None };
		if self.jobs.entry(work.sample).or_insert_with(new).report.is_some() {
			return;
		}
		let events = self.events.clone();
		self.files.fetch(
			work.sample,
			files(work),
			|bytes| bytes,
			move |arrival| {
				// The receiver is gone only when the node stops.
				let _ = events.send(Event::Fetched(arrival));
			},
		);
	}

	/// Judges a sample of which all labels are there, or will not come in time.
	fn prepare(&mut self, work: &Work<u32>, score: &ScorePhase<u32>, best: Head) -> Result<(), ChainError> {
		let Some(job) = self.jobs.get_mut(&work.sample).filter(|job| job.report.is_none()) else { return Ok(()) };
		// Not before the block is final in which everything was there that is judged.
		let Some(code) = self.codes.get(&work.sample) else { return Ok(()) };
		let last_call = best.number.saturating_add(margin(score)) >= score.reveal_from;
		let mut summaries = Vec::new();
		let mut missing = 0usize;
		for file in files(work) {
			match self.files.found(&work.sample, &file, last_call) {
				Some(Ok(condensed)) if condensed.version == code.version => summaries.push(condensed.summary.clone()),
				// The code changed in between.
				Some(Ok(_)) => {
					self.files.fetch_again(&work.sample, &file);
					return Ok(());
				},
				Some(Err(reason)) => {
					missing = missing.saturating_add(usize::from(reason == BadReason::Unavailable));
					summaries.push(Err(reason));
				},
				None => return Ok(()),
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
		self.files.finish(&work.sample);
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
		self.reports.send(&self.chain, best, report, &mut failures);
		self.health.tell_node(failures);
	}

	fn take(&mut self, event: Event) {
		match event {
			Event::Fetched(arrival) => self.take_label(arrival),
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

/// All that is to be fetched for a sample: the labels in order of commitment, then the gold.
fn files(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	let locations = work.labels.iter().chain(&work.gold);
	locations.map(|location| File { location: location.to_vec(), most: MAX_LABEL_BYTES })
}

/// Blocks before the end of the commit round in which labels that have not come count as unavailable: enough to
/// get the commitment into a block.
fn margin(score: &ScorePhase<u32>) -> u32 {
	(score.reveal_from.saturating_sub(score.since) / 3).clamp(2, 10)
}
