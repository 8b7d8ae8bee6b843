//! The desk against a chain and an IPFS that do what a test says.

use super::*;
use crate::{
	chain::ScorerChain,
	fetcher::FetchFailure,
	files::DeskFiles,
	mock::{location, Call, MockChain, MockIpfs, RealIpfs},
};
use learnware_ipfs::{
	import::{cid_of, Profile},
	Block, Cid, Codec,
};
use learnware_primitives::{commitment, GoldUse, Judgement, Verdict};
use pallet_labeling_game::{Location, DOMAINS};
use pallet_quorum::ReportReveal;
use sp_core::H256;
use tempfile::TempDir;

const TASK: Task = Task::Classification { items: 2, classes: 2 };

type LabelMock = MockChain<Labels>;

impl LabelChain for LabelMock {
	fn condense(&self, at: Head, _: Task, label: Vec<u8>) -> Result<Result<Summary, BadReason>, ChainError> {
		drop(self.ask(Call::Condense(at, &label))?);
		let version = self.version(at)?;
		self.world().condensed_by.push(version);
		Ok(if label.is_empty() { Err(BadReason::Malformed) } else { Ok(Summary::Classes(label)) })
	}
	fn judge(
		&self,
		at: Head,
		_: Task,
		labels: Vec<Result<Summary, BadReason>>,
		gold: Option<Result<Summary, BadReason>>,
	) -> Result<Judgement, ChainError> {
		drop(self.ask(Call::Judge(at, labels.len()))?);
		let version = self.version(at)?;
		self.world().judged_by.push(version);
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
	folder: Arc<TempDir>,
	desk: LabelDesk<LabelMock>,
	arrivals: mpsc::UnboundedReceiver<Event>,
}

impl Play {
	fn new() -> Self {
		let chain = LabelMock::default();
		chain.world().own = vec![1];
		Self::on(chain, Arc::default(), Arc::new(tempfile::tempdir().unwrap()))
	}

	fn on(chain: LabelMock, ipfs: Arc<MockIpfs>, folder: Arc<TempDir>) -> Self {
		let (desk, arrivals) = Self::desk(&chain, ipfs.clone(), &folder, Metrics::new(None));
		Self { chain, ipfs, folder, desk, arrivals }
	}

	fn desk(
		chain: &LabelMock,
		files: Arc<dyn Fetcher>,
		folder: &TempDir,
		metrics: Metrics,
	) -> (LabelDesk<LabelMock>, mpsc::UnboundedReceiver<Event>) {
		let (sender, arrivals) = mpsc::unbounded_channel();
		let (versions, runtime) = (folder.path().join("versions"), tokio::runtime::Handle::current());
		let versions = Versions::open(versions).unwrap();
		(LabelDesk::new(chain.clone(), files, versions, metrics, runtime, sender), arrivals)
	}

	/// The same node, as it begins anew.
	fn restarted(&self) -> Self {
		Self::on(self.chain.clone(), self.ipfs.clone(), self.folder.clone())
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
	let metrics = Metrics::new(Some(&registry));
	(play.desk, play.arrivals) = Play::desk(&play.chain, play.ipfs.clone(), &play.folder, metrics);
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
	let mut restarted = play.restarted();
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

/// Whoever has labels that answer to nobody could otherwise have honest ones slashed, as soon as most of them are there.
#[tokio::test]
async fn a_label_that_was_not_tried_is_never_unavailable() {
	let mut play = Play::new().scoring(10).with_files(6);
	// The reveal phase is on.
	let score = play.chain.world().work[0].score.take();
	let labels = play.chain.world().work[0].labels.split_off(6);
	play.turn().await;
	assert!((1..=6).all(|n| play.ipfs.tries.lock().unwrap()[&location(n)] == 1), "six are there");
	// Before the last four are revealed, 64 of the attack are, which are more urgent.
	let attack = (100..164).map(|n| location(n).try_into().unwrap()).collect::<Vec<Location>>();
	play.ipfs.hanging.lock().unwrap().extend(attack.iter().map(|label| label.to_vec()));
	play.chain.world().work[0].score = score;
	let mut attack = Work { sample: 4, labels: attack, ..play.chain.world().work[0].clone() };
	attack.score.as_mut().unwrap().until = 20;
	play.chain.world().work.push(attack);
	play.chain.world().work[0].labels.extend(labels);
	for best in 12..20 {
		play.chain.world().best = best;
		play.turn().await;
	}
	assert!(!play.ipfs.tries.lock().unwrap().contains_key(&location(7)));
	assert!(play.committed().is_empty(), "it keeps silent");
	assert!(play.chain.world().judged_by.is_empty());
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
	play.chain.world().upgrades = vec![11];
	play.chain.world().finalized = 12;
	play.chain.world().work[0].score = score;
	play.score(|score| score.since = 12);
	play.turn().await;
	play.turn().await;
	assert_eq!(play.chain.world().condensed_by, [0, 1]);
	assert_eq!(play.committed().len(), 1);
}

/// The code that was there when the score phase began judges, also what comes when there is new code.
#[tokio::test]
async fn new_code_does_not_judge_what_was_there_before_it() {
	let mut play = Play::new().scoring(2).with_files(1);
	play.turn().await;
	{
		let mut world = play.chain.world();
		(world.best, world.finalized) = (15, 14);
	}
	play.turn().await;
	{
		let mut world = play.chain.world();
		(world.upgrades, world.finalized) = (vec![15], 15);
		// The block in which the score phase began is no more to be asked, but another one with that code.
		world.fails = |call| call.needs_state_below(14);
	}
	play.ipfs.files.lock().unwrap().insert(location(2), Ok(vec![1, 1]));
	tokio::time::sleep(std::time::Duration::from_millis(550)).await;
	play.turn().await;
	assert_eq!(play.chain.world().condensed_by, [0, 0]);
	assert_eq!(play.chain.world().judged_by, [0]);
	assert_eq!(play.committed().len(), 1);
}

/// Blocks of which a node that prunes states has none any more.
const PRUNED: u32 = 300;

/// As long after the score phase began as a node needs to forget its state.
fn prune(play: &Play) {
	let mut world = play.chain.world();
	for work in &mut world.work {
		let score = work.score.as_mut().unwrap();
		(score.reveal_from, score.until) = (2_000, 4_000);
	}
	(world.best, world.finalized) = (PRUNED + 12, PRUNED + 10);
	world.fails = |call| call.needs_state_below(PRUNED);
}

impl Play {
	/// A sample beside the first one, with labels of its own that are there.
	fn with_another(&self, sample: SampleId) -> Work<u32> {
		let labels = (1..=3).map(|n| location(sample as u8 * 10 + n).try_into().unwrap()).collect::<Vec<Location>>();
		for label in &labels {
			self.ipfs.files.lock().unwrap().insert(label.to_vec(), Ok(vec![0, 1]));
		}
		let mut world = self.chain.world();
		let mut other = Work { sample, labels, ..world.work[0].clone() };
		other.score.as_mut().unwrap().since = world.finalized;
		world.work.push(other.clone());
		other
	}

	fn samples_committed(&self) -> Vec<SampleId> {
		self.committed().into_iter().map(|(sample, _)| sample).collect()
	}
}

/// Whoever submits a sample with a label that nobody has could otherwise silence all scorers, a few blocks later.
#[tokio::test]
async fn a_sample_whose_state_is_pruned_silences_no_other() {
	let mut play = Play::new().scoring(3).with_files(2);
	prune(&play);
	play.with_another(6);
	play.turn().await;
	assert_eq!(play.samples_committed(), [6]);
}

#[tokio::test]
async fn a_label_that_comes_when_the_state_is_pruned_is_judged_by_the_same_code() {
	let mut play = Play::new().scoring(3).with_files(2);
	play.turn().await;
	prune(&play);
	play.turn().await;
	assert!(play.committed().is_empty());
	play.ipfs.files.lock().unwrap().insert(location(3), Ok(vec![0, 1]));
	tokio::time::sleep(std::time::Duration::from_millis(550)).await;
	play.turn().await;
	assert_eq!(play.samples_committed(), [5]);
}

#[tokio::test]
async fn a_restart_needs_no_state_that_is_pruned() {
	let mut play = Play::new().scoring(3).with_files(3);
	play.turn().await;
	let committed = play.committed();
	play.score(|score| {
		score.committed.push((1, committed[0].1));
		score.revealing = true;
	});
	prune(&play);
	let mut restarted = play.restarted();
	restarted.turn().await;
	assert_eq!(restarted.revealed().len(), 1);
	// A chain that was begun anew has other blocks with the same numbers.
	play.chain.world().work[0].score.as_mut().unwrap().since = 11;
	let mut anew = play.restarted();
	anew.turn().await;
	assert_eq!(anew.revealed().len(), 1, "there is no version for this block");
	play.chain.world().fails = |_| false;
	anew.turn().await;
	assert_eq!(anew.revealed().len(), 2);
}

/// Each question that the node may fail to answer about the first sample or its session.
#[tokio::test]
async fn what_fails_for_one_sample_silences_no_other() {
	let fails: [(&str, fn(&Call) -> bool); 6] = [
		("version", |call| matches!(call, Call::Version(Head { number: 10, .. }))),
		("canonical", |call| matches!(call, Call::Canonical(10))),
		("condense", |call| matches!(call, Call::Condense(_, [9, ..]))),
		("judge", |call| matches!(call, Call::Judge(_, 2))),
		("salt", |call| matches!(call, Call::Salt(seed) if seed.ends_with(&5u32.to_le_bytes()))),
		("own scorers", |call| matches!(call, Call::OwnScorers(_, 0))),
	];
	for (what, fails) in fails {
		let mut play = Play::new().scoring(2);
		for n in [1, 2] {
			play.ipfs.files.lock().unwrap().insert(location(n), Ok(vec![9, 9]));
		}
		play.chain.world().finalized = 11;
		play.with_another(6);
		play.chain.world().work[1].score.as_mut().unwrap().session = 1;
		play.chain.world().fails = fails;
		play.turn().await;
		assert_eq!(play.samples_committed(), [6], "{what}");
		play.chain.world().fails = |_| false;
		tokio::time::sleep(std::time::Duration::from_millis(550)).await;
		play.turn().await;
		assert_eq!(play.samples_committed(), [6, 5], "{what}");
	}
}

#[tokio::test]
async fn what_fails_for_one_key_silences_no_other() {
	let mut play = Play::new().scoring(1).with_files(1);
	play.chain.world().own = vec![1, 3];
	play.chain.world().fails = |call| match call {
		Call::Sign(key) => key.0[0] == 1,
		Call::Standing(..) => true,
		_ => false,
	};
	play.turn().await;
	assert_eq!(play.chain.world().commitments.iter().map(|(scorer, _)| *scorer).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn what_is_judged_is_sent_also_without_the_work_of_the_final_block() {
	let mut play = Play::new().scoring(1).with_files(1);
	play.turn().await;
	let hash = play.committed()[0].1;
	play.score(|score| {
		score.committed.push((1, hash));
		score.revealing = true;
	});
	play.chain.world().fails = |call| matches!(call, Call::Work(Head { number: 10, .. }));
	play.turn().await;
	assert_eq!(play.revealed().len(), 1);
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
	play.chain.world().fails = |call| matches!(call, Call::Commit);
	play.turn().await;
	assert!(play.committed().is_empty());
	play.chain.world().fails = |_| false;
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
	let files = Arc::new(DeskFiles::open(ipfs, folder.path().join("results"), 1 << 20).unwrap());
	(play.desk, play.arrivals) = Play::desk(&play.chain, files, &play.folder, Metrics::new(None));
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
