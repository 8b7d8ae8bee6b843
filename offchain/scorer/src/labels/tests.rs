//! The desk against a chain and an IPFS that do what a test says.

use super::*;
use crate::{
	mock::{location, MockChain, MockIpfs, RealIpfs},
	DeskFiles, ScorerChain,
};
use learnware_ipfs::{
	import::{cid_of, Profile},
	Block, Cid, Codec,
};
use learnware_primitives::{commitment, GoldUse, Judgement, Verdict};
use pallet_quorum::ReportReveal;
use sp_core::H256;

const TASK: Task = Task::Classification { items: 2, classes: 2 };

type LabelMock = MockChain<Labels>;

impl LabelChain for LabelMock {
	fn condense(&self, _: Head, _: Task, label: Vec<u8>) -> Result<Result<Summary, BadReason>, ChainError> {
		let mut world = self.world();
		let version = world.version;
		world.condensed_by.push(version);
		Ok(if label.is_empty() { Err(BadReason::Malformed) } else { Ok(Summary::Classes(label)) })
	}
	fn judge(
		&self,
		_: Head,
		_: Task,
		labels: Vec<Result<Summary, BadReason>>,
		gold: Option<Result<Summary, BadReason>>,
	) -> Result<Judgement, ChainError> {
		let verdict = |label: &Result<Summary, BadReason>| match label {
			Ok(Summary::Classes(answers)) => {
				Verdict::Scored { score: answers.len() as i128, loss: 0, eligible: true, outlier: false, copy_of: None }
			},
			Ok(other) => panic!("not asked for: {other:?}"),
			Err(reason) => Verdict::Bad(*reason),
		};
		let verdicts = labels.iter().map(verdict).collect();
		let gold = match gold {
			None => GoldUse::None,
			Some(Ok(_)) => GoldUse::Counted,
			Some(Err(reason)) => GoldUse::Bad(reason),
		};
		Ok(Judgement { verdicts, wash: false, gold, consensus: b"[0,1]".to_vec() })
	}
}

struct Play {
	chain: LabelMock,
	ipfs: Arc<MockIpfs>,
	desk: LabelDesk<LabelMock>,
	arrivals: mpsc::UnboundedReceiver<Event>,
}

impl Play {
	fn new() -> Self {
		let chain = LabelMock::default();
		chain.world().own = vec![1];
		Self::on(chain, Arc::default())
	}

	fn on(chain: LabelMock, ipfs: Arc<MockIpfs>) -> Self {
		let (sender, arrivals) = mpsc::unbounded_channel();
		let handle = tokio::runtime::Handle::current();
		let desk = LabelDesk::new(chain.clone(), ipfs.clone(), Metrics::new(None), handle, sender);
		Self { chain, ipfs, desk, arrivals }
	}

	/// A sample whose score phase began at block 10, with labels 1 to `n`.
	fn scoring(self, n: u8) -> Self {
		let labels = (1..=n).map(|n| location(n).try_into().unwrap()).collect();
		let score = ScorePhase {
			since: 10,
			until: 30,
			session: 0,
			revealing: false,
			reveal_from: 20,
			committed: vec![],
			revealed: vec![],
		};
		let mut world = self.chain.world();
		world.work.push(Work { sample: 5, task: TASK, labels, gold: None, score: Some(score) });
		(world.best, world.finalized) = (12, 10);
		drop(world);
		self
	}

	fn with_files(self, n: u8) -> Self {
		for n in 1..=n {
			self.ipfs.files.lock().unwrap().insert(location(n), Ok(vec![0, 1]));
		}
		self
	}

	fn score(&self, change: impl FnOnce(&mut ScorePhase<u32>)) {
		change(self.chain.world().work[0].score.as_mut().unwrap());
	}

	/// A turn, all that it started, and another turn.
	async fn turn(&mut self) {
		self.desk.turn();
		tokio::task::yield_now().await;
		while let Ok(event) = self.arrivals.try_recv() {
			self.desk.take(event);
		}
		self.desk.turn();
	}

	fn committed(&self) -> Vec<(SampleId, H256)> {
		self.chain.world().commitments.iter().flat_map(|(_, commitments)| commitments.clone()).collect()
	}

	fn revealed(&self) -> Vec<ReportReveal<SampleId, ScorerReport>> {
		self.chain.world().reveals.iter().flat_map(|(_, reveals)| reveals.clone()).collect()
	}
}

#[tokio::test]
async fn commits_then_reveals_what_opens_the_commitment() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.turn().await;
	let committed = play.committed();
	assert_eq!(committed.len(), 1);
	assert!(play.revealed().is_empty());
	play.score(|score| score.committed.push((1, committed[0].1)));
	play.turn().await;
	assert!(play.revealed().is_empty(), "the commit round is on");
	play.score(|score| score.revealing = true);
	play.turn().await;
	let revealed = play.revealed().pop().unwrap();
	let opened =
		commitment::report(DOMAINS.report, &play.chain.genesis().0, 0, 1, &5u32, &revealed.report, &revealed.salt);
	assert_eq!(H256(opened), committed[0].1);
	assert_eq!(revealed.report.verdicts.len(), 3);
	assert_eq!(revealed.report.consensus.to_vec(), location(200));
	assert_eq!(*play.ipfs.published.lock().unwrap(), [b"[0,1]".to_vec()]);
}

#[tokio::test]
async fn metrics_tell_what_the_chain_holds_against_the_scorer() {
	let registry = prometheus_endpoint::Registry::new();
	let mut play = Play::new().scoring(1).with_files(1);
	let (sender, arrivals) = mpsc::unbounded_channel();
	let (metrics, handle) = (Metrics::new(Some(&registry)), tokio::runtime::Handle::current());
	play.desk = LabelDesk::new(play.chain.clone(), play.ipfs.clone(), metrics, handle, sender);
	play.arrivals = arrivals;
	let told = || registry.gather().iter().any(|family| family.get_name() == "learnware_scorer_bond");
	assert!(!told(), "no bond looks lost before the chain was asked");
	play.turn().await;
	let value = |name: &str| {
		let family = registry.gather().into_iter().find(|family| family.get_name() == name).expect("registered");
		family.get_metric()[0].get_gauge().get_value()
	};
	assert_eq!(value("learnware_scorer_deviations"), 1.0);
	assert_eq!(value("learnware_scorer_absences"), 2.0);
	assert_eq!(value("learnware_scorer_bond"), 3.0);
}

#[tokio::test]
async fn a_restart_finds_the_same_report_again() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.turn().await;
	let committed = play.committed();
	play.score(|score| {
		score.committed.push((1, committed[0].1));
		score.revealing = true;
	});
	let mut restarted = Play::on(play.chain.clone(), play.ipfs.clone());
	restarted.turn().await;
	assert_eq!(restarted.revealed().len(), 1);
	assert_eq!(restarted.committed(), committed, "it does not commit again");
}

#[tokio::test]
async fn a_report_that_it_does_not_find_again_is_never_revealed() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.score(|score| {
		score.committed.push((1, H256::repeat_byte(9)));
		score.revealing = true;
	});
	play.turn().await;
	assert!(play.revealed().is_empty() && play.committed().is_empty());
}

#[tokio::test]
async fn a_missing_label_is_waited_for_until_the_last_call() {
	let mut play = Play::new().scoring(3).with_files(2);
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().best = 16;
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().best = 17;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
	play.score(|score| score.revealing = true);
	let hash = play.committed()[0].1;
	play.score(|score| score.committed.push((1, hash)));
	play.turn().await;
	let verdicts = play.revealed().pop().unwrap().report.verdicts;
	assert_eq!(verdicts[2], Verdict::Bad(BadReason::Unavailable));
	assert!(matches!(verdicts[1], Verdict::Scored { .. }));
}

/// The gold of the report that is revealed next.
async fn gold_reported(play: &mut Play) -> GoldUse {
	play.turn().await;
	let hash = play.committed()[0].1;
	play.score(|score| {
		score.committed.push((1, hash));
		score.revealing = true;
	});
	play.turn().await;
	play.revealed().pop().unwrap().report.gold
}

#[tokio::test]
async fn gold_is_fetched_and_judged_by() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.ipfs.files.lock().unwrap().insert(location(9), Ok(vec![1, 1]));
	play.chain.world().work[0].gold = Some(location(9).try_into().unwrap());
	assert_eq!(gold_reported(&mut play).await, GoldUse::Counted);
}

#[tokio::test]
async fn gold_that_is_missing_is_waited_for_until_the_last_call() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.chain.world().work[0].gold = Some(location(9).try_into().unwrap());
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().best = 17;
	assert_eq!(gold_reported(&mut play).await, GoldUse::Bad(BadReason::Unavailable));
}

#[tokio::test]
async fn summaries_of_many_large_samples_never_fill_the_memory() {
	let mut play = Play::new().scoring(64).with_files(64);
	let task = Task::Mask { width: 128, height: 128, depth: 128 };
	let largest = 64 * task.max_summary_bytes() as usize;
	let fit = MAX_SUMMARY_BYTES / largest;
	let first = Work { task, ..play.chain.world().work[0].clone() };
	let samples = (0..=fit as u32).map(|n| Work {
		sample: n,
		// Labels of its own; none of them ever comes.
		labels: (0..64).map(|label| [&location(n as u8)[..35], &[100 + label]].concat().try_into().unwrap()).collect(),
		score: first.score.clone().map(|score| ScorePhase { until: 30 + n, ..score }),
		..first.clone()
	});
	play.chain.world().work = samples.collect();
	for _ in 0..64 {
		play.turn().await;
	}
	let tried = |n: u8| play.ipfs.tries.lock().unwrap().keys().any(|key| key[4..35] == location(n)[4..35]);
	assert!((0..fit as u8).all(tried), "those that fit are fetched");
	assert!(!tried(fit as u8), "the least urgent waits");
}

#[tokio::test]
async fn a_scorer_that_cannot_reach_ipfs_keeps_silent() {
	let mut play = Play::new().scoring(4).with_files(2);
	play.chain.world().best = 19;
	play.turn().await;
	play.turn().await;
	assert!(play.committed().is_empty(), "half of the labels missing says more about the node than about them");
	play.ipfs.files.lock().unwrap().insert(location(3), Ok(vec![0, 0]));
	tokio::time::sleep(std::time::Duration::from_millis(550)).await;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
}

#[tokio::test]
async fn a_label_that_comes_late_is_still_scored() {
	let mut play = Play::new().scoring(2).with_files(1);
	play.turn().await;
	assert!(play.committed().is_empty());
	play.ipfs.files.lock().unwrap().insert(location(2), Ok(vec![1, 1]));
	play.turn().await;
	assert_eq!(play.ipfs.tries.lock().unwrap()[&location(2)], 1, "not before its pause is over");
	tokio::time::sleep(std::time::Duration::from_millis(550)).await;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
}

#[tokio::test]
async fn verdicts_of_verified_bytes_are_final() {
	let mut play = Play::new().scoring(2).with_files(1);
	play.ipfs.files.lock().unwrap().insert(location(2), Err(FetchFailure::Bad(BadReason::TooLarge)));
	play.turn().await;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
	assert_eq!(play.ipfs.tries.lock().unwrap()[&location(2)], 1);
}

#[tokio::test]
async fn new_code_condenses_again() {
	let mut play = Play::new().scoring(1).with_files(1);
	let score = play.chain.world().work[0].score.take();
	play.turn().await;
	assert_eq!(play.chain.world().condensed_by, [0]);
	play.chain.world().version = 1;
	play.chain.world().work[0].score = score;
	play.turn().await;
	play.turn().await;
	assert_eq!(play.chain.world().condensed_by, [0, 1]);
	assert_eq!(play.committed().len(), 1);
}

#[tokio::test]
async fn nothing_is_judged_before_its_anchor_is_final() {
	let mut play = Play::new().scoring(2).with_files(2);
	play.chain.world().finalized = 9;
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().finalized = 10;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
}

#[tokio::test]
async fn what_the_chain_does_not_show_is_sent_again_after_some_blocks() {
	let mut play = Play::new().scoring(1).with_files(1);
	play.chain.world().pool_is_full = true;
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().pool_is_full = false;
	play.turn().await;
	play.turn().await;
	assert_eq!(play.committed().len(), 1);
	play.chain.world().best += 4;
	play.turn().await;
	assert_eq!(play.committed().len(), 2);
	assert_eq!(play.committed()[0], play.committed()[1]);
}

#[tokio::test]
async fn without_a_key_nothing_is_sent_and_with_two_both_report() {
	let mut play = Play::new().scoring(1).with_files(1);
	play.chain.world().own = vec![];
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().own = vec![0, 3];
	play.turn().await;
	let committed = play.committed();
	assert_eq!(committed.len(), 2);
	assert_ne!(committed[0].1, committed[1].1, "each commits with its own salt");
}

#[tokio::test]
async fn labels_are_dropped_when_the_last_sample_that_has_them_is_gone() {
	let mut play = Play::new().scoring(2).with_files(2);
	let mut other = play.chain.world().work[0].clone();
	other.sample = 6;
	other.labels.truncate(1);
	play.chain.world().work.push(other);
	play.turn().await;
	play.chain.world().work.remove(0);
	play.turn().await;
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(2)]);
	play.chain.world().work.clear();
	play.turn().await;
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(2), location(1)]);
}

#[tokio::test]
async fn a_label_that_comes_when_its_sample_is_gone_is_dropped() {
	let mut play = Play::new().scoring(1).with_files(1);
	play.desk.turn();
	play.chain.world().work.clear();
	play.desk.turn();
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(1)], "which does nothing as long as it is not here");
	play.turn().await;
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(1), location(1)]);
}

#[tokio::test]
async fn a_label_that_comes_when_its_sample_is_gone_stays_for_another() {
	let mut play = Play::new().scoring(1).with_files(1);
	let other = Work { sample: 6, ..play.chain.world().work[0].clone() };
	play.chain.world().work.push(other);
	play.desk.turn();
	play.chain.world().work.remove(0);
	play.turn().await;
	assert!(play.ipfs.forgotten.lock().unwrap().is_empty());
}

/// The file of a label may be the same as the consensus label, by chance or because somebody wants it to get lost.
#[tokio::test]
async fn the_consensus_label_outlives_a_label_with_its_name() {
	let RealIpfs { folder, store, ipfs, .. } = RealIpfs::start().await;
	let cids: [Cid; 2] = [b"[0,1]", b"[1,1]"].map(|label| {
		store.put(&Block::new(Codec::Raw, label.to_vec().into())).unwrap();
		cid_of(label, &Profile::UNIXFS_V1_2025).unwrap()
	});
	let mut play = Play::new().scoring(0);
	play.chain.world().work[0].labels = cids.iter().map(|cid| cid.to_bytes().try_into().unwrap()).collect();
	let (sender, arrivals) = mpsc::unbounded_channel();
	let (files, handle) = (
		Arc::new(DeskFiles::open(ipfs, folder.path().join("results"), 1 << 20).unwrap()),
		tokio::runtime::Handle::current(),
	);
	play.desk = LabelDesk::new(play.chain.clone(), files, Metrics::new(None), handle, sender);
	play.arrivals = arrivals;
	// A minute at most.
	let wait = || tokio::time::sleep(std::time::Duration::from_millis(10));
	for _ in 0..6000 {
		play.turn().await;
		if play.desk.jobs[&5].report.is_some() && play.desk.jobs[&5].consensus.is_none() {
			break;
		}
		wait().await;
	}
	assert!(cids.iter().all(|cid| store.is_pinned(cid)));
	play.chain.world().work.clear();
	play.turn().await;
	for _ in 0..6000 {
		if !store.is_pinned(&cids[1]) {
			break;
		}
		wait().await;
	}
	assert_eq!(store.pins(), [cids[0]], "judged to be the consensus");
}
