//! The scorer's desk: one job for each sample, and what is to be done next.
//!
//! [`Desk::turn`] never waits: it starts fetches on the runtime given to it, and takes their results as
//! [`Event`]s. Facts are taken from the finalized chain (a label that a fork took back is never judged), windows
//! from the best block (that is where a report is included).

use super::{
	chain::{ChainError, Head, ScorerChain},
	fetcher::{FetchFailure, Fetcher},
	metrics::{Metrics, Round},
};
use learnware_primitives::{
	commitment,
	scorers::{ScorerIndex, SessionIndex},
	BadReason, Summary, Task,
};
use learnware_quorum::{signing_payload, ReportReveal, ScorePhase};
use pallet_labeling_game::{
	runtime_api::Work, Location, SampleId, ScorerReport, DOMAINS, MAX_COMMITMENTS_PER_CALL, MAX_REVEALS_PER_CALL,
};
use sp_core::{sr25519, H256};
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
/// Bytes of summaries that wait to be judged, over all samples: several times the largest sample's.
pub(super) const MAX_SUMMARY_BYTES: usize = 96 * 1024 * 1024;
/// Blocks after which a report that is not on the chain is sent again.
const RESEND_AFTER: u32 = 4;
/// First and longest pause between tries to fetch a label.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

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
	/// To be fetched at `next`, after `pause` was waited.
	Due { next: Instant, pause: Duration },
	/// On its way since `started`.
	Fetching { started: Instant, pause: Duration },
	/// Condensed by the code of this version.
	Condensed { version: u32, summary: Result<Summary, BadReason> },
	/// Its sample is judged; nothing of it is needed but its place in the store.
	Judged,
}

struct Consensus {
	bytes: Vec<u8>,
	next: Instant,
	on_its_way: bool,
}

struct Job {
	task: Task,
	/// The labels and the gold, by location.
	labels: HashMap<Vec<u8>, Label>,
	report: Option<ScorerReport>,
	/// The consensus label, until it is stored.
	consensus: Option<Consensus>,
	/// Block in which something was last sent.
	sent: HashMap<(ScorerIndex, Round), u32>,
	/// Scorers whose commitment has been looked at on the chain.
	seen: HashSet<ScorerIndex>,
}

/// See the module's documentation.
pub struct Desk<Chain> {
	chain: Chain,
	fetcher: Arc<dyn Fetcher>,
	metrics: Metrics,
	runtime: tokio::runtime::Handle,
	events: mpsc::UnboundedSender<Event>,
	fetches: Arc<Semaphore>,
	jobs: BTreeMap<SampleId, Job>,
	ipfs_works: bool,
	node_works: bool,
}

impl<Chain: ScorerChain> Desk<Chain> {
	/// An empty desk; `events` leads back to [`Desk::take`].
	pub fn new(
		chain: Chain,
		fetcher: Arc<dyn Fetcher>,
		metrics: Metrics,
		runtime: tokio::runtime::Handle,
		events: mpsc::UnboundedSender<Event>,
	) -> Self {
		Self {
			chain,
			fetcher,
			metrics,
			runtime,
			events,
			fetches: Arc::new(Semaphore::new(MAX_FETCHES)),
			jobs: BTreeMap::new(),
			ipfs_works: true,
			node_works: true,
		}
	}

	/// Does all that can be done now.
	pub fn turn(&mut self) {
		let result = self.try_turn();
		if result.is_ok() != self.node_works {
			self.node_works = result.is_ok();
			match result {
				Ok(()) => tracing::info!(target: "scorer", "The node answers again"),
				Err(error) => tracing::warn!(target: "scorer", "The node does not answer, trying again: {error}"),
			}
		}
	}

	fn try_turn(&mut self) -> Result<(), ChainError> {
		let (finalized, best) = (self.chain.finalized(), self.chain.best());
		let mut work = self.chain.work(finalized)?;
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
			if let Some(score) = &work.score {
				self.prepare(work, score, best)?;
			}
		}
		self.publish_consensus();
		self.send_reports(best)
	}

	/// Takes what an earlier turn asked for.
	pub fn take(&mut self, event: Event) {
		match event {
			Event::Fetched { sample, location, result, permit } => {
				self.take_label(sample, location, result);
				drop(permit);
			},
			Event::Published { sample, result } => {
				self.tell_ipfs(result.clone());
				let Some(job) = self.jobs.get_mut(&sample) else { return };
				match (&mut job.consensus, result) {
					(consensus, Ok(())) => *consensus = None,
					(Some(consensus), Err(_)) => {
						consensus.on_its_way = false;
						consensus.next = Instant::now() + LONGEST_PAUSE;
					},
					(None, Err(_)) => {},
				}
			},
		}
	}

	fn take_label(&mut self, sample: SampleId, location: Vec<u8>, result: Result<Vec<u8>, FetchFailure>) {
		self.tell_ipfs(match &result {
			Err(FetchFailure::Unavailable(why)) => Err(why.clone()),
			_ => Ok(()),
		});
		let Some(job) = self.jobs.get_mut(&sample) else { return };
		let Some(label) = job.labels.get_mut(&location) else { return };
		let Label::Fetching { started, pause } = *label else { return };
		let at = self.chain.finalized();
		let condensed = match result {
			Ok(bytes) => {
				self.metrics.fetched(bytes.len(), started.elapsed().as_secs_f64());
				self.chain.condense(at, job.task.clone(), bytes)
			},
			Err(FetchFailure::Bad(reason)) => Ok(Err(reason)),
			Err(FetchFailure::Unavailable(why)) => {
				self.metrics.unavailable();
				Err(ChainError(why))
			},
		};
		*label = match condensed.and_then(|summary| Ok((summary, self.chain.version(at)?))) {
			Ok((summary, version)) => {
				if let Err(reason) = summary {
					self.metrics.bad(reason);
				}
				Label::Condensed { version, summary }
			},
			Err(_) => Label::Due { next: Instant::now() + pause, pause: (pause * 2).min(LONGEST_PAUSE) },
		};
	}

	/// Samples whose game is over need nothing any more; their labels may go, unless another one has them too.
	fn drop_gone(&mut self, work: &[Work<u32>]) {
		let live: HashSet<_> = work.iter().map(|work| work.sample).collect();
		let gone: Vec<_> = self.jobs.keys().copied().filter(|sample| !live.contains(sample)).collect();
		for job in gone.iter().filter_map(|sample| self.jobs.remove(sample)).collect::<Vec<_>>() {
			for location in job.labels.into_keys() {
				if !self.jobs.values().any(|job| job.labels.contains_key(&location)) {
					self.runtime.spawn(self.fetcher.forget(location));
				}
			}
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
			*label = Label::Due { next: Instant::now(), pause: FIRST_PAUSE };
		}
	}

	fn fetch_labels(&mut self, work: &Work<u32>) {
		let now = Instant::now();
		let job = self.jobs.entry(work.sample).or_insert_with(|| Job {
			task: work.task.clone(),
			labels: HashMap::new(),
			report: None,
			consensus: None,
			sent: HashMap::new(),
			seen: HashSet::new(),
		});
		for location in files(work) {
			let label = job.labels.entry(location.to_vec()).or_insert(Label::Due { next: now, pause: FIRST_PAUSE });
			let Label::Due { next, pause } = *label else { continue };
			if next > now || job.report.is_some() {
				continue;
			}
			// All hands full: the next turn goes on.
			let Ok(permit) = self.fetches.clone().try_acquire_owned() else { return };
			*label = Label::Fetching { started: now, pause };
			let (fetch, events) = (self.fetcher.fetch(location.to_vec()), self.events.clone());
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
		let Some(anchor) = self.chain.canonical(score.since)? else { return Ok(()) };
		let version = self.chain.version(anchor)?;
		let last_call = best.number.saturating_add(margin(score)) >= score.reveal_from;
		let mut summaries = Vec::new();
		let mut missing = 0usize;
		for location in files(work) {
			let Some(label) = job.labels.get_mut(location.as_slice()) else { return Ok(()) };
			match label {
				Label::Condensed { version: by, summary } if *by == version => summaries.push(summary.clone()),
				// The code changed in between: the bytes are asked for again, and are near.
				Label::Condensed { .. } => {
					*label = Label::Due { next: Instant::now(), pause: FIRST_PAUSE };
					return Ok(());
				},
				_ if last_call => {
					missing = missing.saturating_add(1);
					summaries.push(Err(BadReason::Unavailable));
				},
				_ => return Ok(()),
			}
		}
		// With half of the labels missing, this node's own access to IPFS is the likelier cause: better no report, and
		// everything goes back, than one that costs honest people their collateral.
		if missing.saturating_mul(2) >= work.labels.len() {
			self.tell_ipfs(Err(format!("{missing} of {} labels of sample {}", work.labels.len(), work.sample)));
			return Ok(());
		}
		(0..missing).for_each(|_| self.metrics.bad(BadReason::Unavailable));
		let gold = work.gold.as_ref().and_then(|_| summaries.pop());
		let judgement = self.chain.judge(anchor, work.task.clone(), summaries, gold)?;
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
			job.consensus = Some(Consensus { bytes: judgement.consensus, next: Instant::now(), on_its_way: false });
		}
		tracing::info!(target: "scorer", "Judged sample {}: {} labels", work.sample, work.labels.len());
		Ok(())
	}

	fn publish_consensus(&mut self) {
		let now = Instant::now();
		for (sample, job) in &mut self.jobs {
			let Some(consensus) = &mut job.consensus else { continue };
			if consensus.on_its_way || consensus.next > now {
				continue;
			}
			consensus.on_its_way = true;
			let (publish, events, sample) =
				(self.fetcher.publish(consensus.bytes.clone()), self.events.clone(), *sample);
			self.runtime.spawn(async move {
				let result = publish.await.map(|_| ());
				let _ = events.send(Event::Published { sample, result });
			});
		}
	}

	/// Sends what the best block still takes, in one call for each key and round.
	fn send_reports(&mut self, best: Head) -> Result<(), ChainError> {
		let work = self.chain.work(best)?;
		let mut sessions: BTreeMap<SessionIndex, Vec<(SampleId, ScorePhase<u32>)>> = BTreeMap::new();
		for Work { sample, score, .. } in work {
			if let Some(score) = score.filter(|_| self.jobs.get(&sample).is_some_and(|job| job.report.is_some())) {
				sessions.entry(score.session).or_default().push((sample, score));
			}
		}
		for (session, samples) in sessions {
			for (scorer, key) in self.chain.own_scorers(best, session)? {
				if let Some(standing) = self.chain.standing(best, session, scorer)? {
					self.metrics.standing(&key, standing);
				}
				self.send_as(best, session, scorer, &key, &samples)?;
			}
		}
		Ok(())
	}

	fn send_as(
		&mut self,
		best: Head,
		session: SessionIndex,
		scorer: ScorerIndex,
		key: &sr25519::Public,
		samples: &[(SampleId, ScorePhase<u32>)],
	) -> Result<(), ChainError> {
		let (mut commitments, mut reveals) = (Vec::new(), Vec::new());
		for (sample, score) in samples {
			let Some(job) = self.jobs.get_mut(sample) else { continue };
			let Some(report) = &job.report else { continue };
			let salt = self.chain.salt(key, session, *sample)?;
			let genesis = self.chain.genesis();
			let hash = H256(commitment::report(DOMAINS.report, &genesis.0, session, scorer, sample, report, &salt));
			let committed = score.committed.iter().find(|(index, _)| *index == scorer).map(|(_, hash)| *hash);
			match committed {
				None if !score.revealing && job.is_due(scorer, Round::Commit, best) => {
					commitments.push((*sample, hash))
				},
				None => {},
				Some(stored) if stored != hash => {
					if job.seen.insert(scorer) {
						self.metrics.disagreeing();
						tracing::warn!(target: "scorer", "Sample {sample}: the chain holds another report of this key");
					}
				},
				Some(_) => {
					if job.seen.insert(scorer) {
						self.metrics.confirmed();
					}
					let to_do = score.revealing && !score.revealed.contains(&scorer);
					if to_do && job.is_due(scorer, Round::Reveal, best) {
						reveals.push(ReportReveal { work: *sample, report: report.clone(), salt });
					}
				},
			}
		}
		commitments.truncate(MAX_COMMITMENTS_PER_CALL as usize);
		reveals.truncate(MAX_REVEALS_PER_CALL as usize);
		let genesis = self.chain.genesis();
		if !commitments.is_empty() {
			let signature =
				self.chain.sign(key, &signing_payload(DOMAINS.commit, &genesis, session, scorer, &commitments))?;
			let samples: Vec<_> = commitments.iter().map(|(sample, _)| *sample).collect();
			let sent = self.chain.send_commitments(session, scorer, commitments, signature);
			self.note_sent(&samples, scorer, Round::Commit, best, sent);
		}
		if !reveals.is_empty() {
			let signature =
				self.chain.sign(key, &signing_payload(DOMAINS.reveal, &genesis, session, scorer, &reveals))?;
			let samples: Vec<_> = reveals.iter().map(|reveal| reveal.work).collect();
			let sent = self.chain.send_reveals(session, scorer, reveals, signature);
			self.note_sent(&samples, scorer, Round::Reveal, best, sent);
		}
		Ok(())
	}

	/// A refusal is no news: the pool holds one call of a key and round at a time, and the chain tells the rest.
	fn note_sent(
		&mut self,
		samples: &[SampleId],
		scorer: ScorerIndex,
		round: Round,
		best: Head,
		sent: Result<(), ChainError>,
	) {
		if let Err(error) = sent {
			tracing::debug!(target: "scorer", "The pool does not take a report now: {error}");
			return;
		}
		self.metrics.sent(round, samples.len());
		for sample in samples {
			if let Some(job) = self.jobs.get_mut(sample) {
				job.sent.insert((scorer, round), best.number);
			}
		}
	}

	fn tell_ipfs(&mut self, result: Result<(), String>) {
		self.metrics.ipfs_available(result.is_ok());
		if result.is_ok() == self.ipfs_works {
			return;
		}
		self.ipfs_works = result.is_ok();
		match result {
			Ok(()) => tracing::info!(target: "scorer", "IPFS works again"),
			Err(why) => tracing::warn!(target: "scorer", "IPFS does not give a file, trying again: {why}"),
		}
	}
}

impl Job {
	fn is_due(&self, scorer: ScorerIndex, round: Round, best: Head) -> bool {
		self.sent.get(&(scorer, round)).is_none_or(|sent| best.number >= sent.saturating_add(RESEND_AFTER))
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
