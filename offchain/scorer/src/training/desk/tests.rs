//! The desk with a chain that does what a test says, files by their CIDs, and learnwares that really run.

mod states;

use super::*;
use crate::{
	fetcher::FetchFailure,
	mock::{Call, MockChain},
	ScorerChain,
};
use futures::{future::BoxFuture, FutureExt};
use learnware_engine::{Cache, Session};
use learnware_ipfs::import::{cid_of, Profile};
use learnware_primitives::{
	commitment,
	training::{Flaw, Limits, Part, Step, Trap, MAX_LEARNWARE_BYTES, MAX_TEST_BYTES},
	BadReason,
};
use pallet_learnware_rewards::{Location, Start, DOMAINS};
use pallet_quorum::ReportReveal;
use parity_scale_codec::Encode;
use sp_core::H256;
use std::{collections::HashMap, path::Path, sync::Mutex};
use tempfile::TempDir;

const LIMITS: Limits = Limits { fuel: 5, memory: 16 << 20, state: 1 << 20 };
const EPOCH: WorkId = (3, 0);

/// Files by their CIDs.
#[derive(Default)]
struct Files {
	files: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
	/// Those that are no files.
	malformed: Mutex<HashSet<Vec<u8>>>,
	forgotten: Mutex<Vec<Vec<u8>>>,
	withdrawn: Mutex<Vec<Vec<u8>>>,
	/// Calls of `locate` that panic.
	panics: Mutex<u32>,
	/// Files that are not stored.
	is_full: Mutex<bool>,
}

fn cid(bytes: &[u8]) -> Location {
	cid_of(bytes, &Profile::UNIXFS_V1_2025).unwrap().to_bytes().try_into().unwrap()
}

impl Files {
	fn add(&self, bytes: Vec<u8>) -> Location {
		let cid = cid(&bytes);
		self.files.lock().unwrap().insert(cid.to_vec(), bytes);
		cid
	}

	fn has(&self, location: &Location) -> bool {
		self.files.lock().unwrap().contains_key(location.as_slice())
	}
}

impl Fetcher for Files {
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>> {
		let found = self.files.lock().unwrap().get(&location).cloned();
		let result = match found {
			_ if self.malformed.lock().unwrap().contains(&location) => Err(FetchFailure::Bad(BadReason::Malformed)),
			None => Err(FetchFailure::Unavailable("nobody has it".into())),
			Some(bytes) if bytes.len() > most as usize => Err(FetchFailure::Bad(BadReason::TooLarge)),
			Some(bytes) => Ok(bytes),
		};
		async move { result }.boxed()
	}
	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
		let mut panics = self.panics.lock().unwrap();
		if *panics > 0 {
			*panics -= 1;
			drop(panics);
			panic!("on purpose");
		}
		Ok(cid(bytes).to_vec())
	}
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>> {
		let result = match *self.is_full.lock().unwrap() {
			true => Err("the disk is full".into()),
			false => Ok(self.add(bytes).to_vec()),
		};
		async move { result }.boxed()
	}
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		self.forgotten.lock().unwrap().push(location);
		async {}.boxed()
	}
	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		self.withdrawn.lock().unwrap().push(location);
		async {}.boxed()
	}
}

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

/// A reference learnware, compiled by `scripts/learnwares`.
fn softmax() -> Vec<u8> {
	let path = root().join("learnwares/target/wasm32v1-none/release/examples/softmax_digits.wasm");
	std::fs::read(&path).unwrap_or_else(|error| panic!("compile the learnwares first: scripts/learnwares ({error})"))
}

fn digits(name: &str) -> Vec<u8> {
	std::fs::read(root().join("data/digits").join(name)).unwrap()
}

/// One that knows the sum of all bytes it was taught, and is right about as many of 250 questions; functions can be others.
fn counts(other: &[(&str, &str)]) -> Vec<u8> {
	let mut functions = BTreeMap::from([
		("memory", "2"),
		("more", ""),
		("alloc", "(i32.const 1024)"),
		("train", "(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u (local.get 0))))"),
		("evaluate", "(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 250))"),
		("save", "(i64.const 1)"),
		("load", "(i32.store8 (i32.const 0) (i32.load8_u (local.get 0)))"),
	]);
	functions.extend(other.iter().copied());
	wat::parse_str(format!(
		r#"(module (memory (export "memory") {memory}) {more}
			(func (export "alloc") (param i32) (result i32) {alloc})
			(func (export "train") (param i32 i32) {train})
			(func (export "evaluate") (param i32 i32) (result i64) {evaluate})
			(func (export "save") (result i64) {save})
			(func (export "load") (param i32 i32) {load}))"#,
		memory = functions["memory"],
		more = functions["more"],
		alloc = functions["alloc"],
		train = functions["train"],
		evaluate = functions["evaluate"],
		save = functions["save"],
		load = functions["load"],
	))
	.unwrap()
}

/// Training that never ends on a lesson that begins with a zero.
const LOOPS_ON_ZERO: (&str, &str) = (
	"train",
	"(if (i32.eqz (i32.load8_u (local.get 0))) (then (loop (br 0))))
	(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u (local.get 0))))",
);

struct Play {
	chain: MockChain<Training>,
	files: Arc<Files>,
	cache: Arc<TempDir>,
	desk: TrainingDesk<MockChain<Training>>,
	arrivals: mpsc::UnboundedReceiver<Event>,
}

impl Play {
	fn new() -> Self {
		let chain = MockChain::default();
		chain.world().own = vec![1];
		(chain.world().best, chain.world().finalized) = (12, 10);
		Self::on(chain, Arc::default(), Arc::new(tempfile::tempdir().unwrap()))
	}

	fn on(chain: MockChain<Training>, files: Arc<Files>, cache: Arc<TempDir>) -> Self {
		let (sender, arrivals) = mpsc::unbounded_channel();
		let engine = Engine::new(NonZeroUsize::MIN, Some(Cache::open(cache.path(), 1 << 24).unwrap())).unwrap();
		let runtime = tokio::runtime::Handle::current();
		let threads = (engine, NonZeroUsize::MIN);
		let desk = TrainingDesk::new(chain.clone(), files.clone(), threads, Metrics::new(None), runtime, sender);
		Self { chain, files, cache, desk, arrivals }
	}

	/// The same node, as it begins anew.
	fn restarted(&self) -> Self {
		Self::on(self.chain.clone(), self.files.clone(), self.cache.clone())
	}

	/// An epoch whose score phase began at block 10, with files that are there.
	fn epoch(&self, learnware: Vec<u8>, lessons: Vec<Vec<u8>>, test: Vec<Vec<u8>>) -> Work<u32> {
		Work {
			work: EPOCH,
			version: REPLAY_VERSION,
			learnware: self.files.add(learnware),
			start: Start::Module,
			limits: LIMITS,
			lessons: lessons.into_iter().map(|lesson| self.files.add(lesson)).collect(),
			test: test.into_iter().map(|part| self.files.add(part)).collect(),
			score: Some(ScorePhase {
				since: 10,
				until: 50,
				session: 0,
				revealing: false,
				reveal_from: 30,
				committed: vec![],
				revealed: vec![],
			}),
		}
	}

	fn digits(&self) -> Work<u32> {
		let lessons = [1, 2, 3].map(|number| digits(&format!("lesson-{number}.npy")));
		self.epoch(softmax(), lessons.to_vec(), vec![digits("test.npy")])
	}

	fn with(self, work: Work<u32>) -> Self {
		self.chain.world().work.push(work);
		self
	}

	/// Turns until a condition holds.
	async fn until(&mut self, what: &str, is_true: impl Fn(&Self) -> bool) {
		let end = Instant::now() + Duration::from_secs(60);
		loop {
			self.desk.turn();
			if is_true(self) {
				return;
			}
			assert!(Instant::now() < end, "{what}");
			if let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(20), self.arrivals.recv()).await {
				self.desk.take(event);
			}
		}
	}

	/// Turns until there is nothing on its way.
	async fn turns(&mut self) {
		for _ in 0..10 {
			self.until("all replays end", |play| play.desk.running.is_empty()).await;
			while let Ok(event) = self.arrivals.try_recv() {
				self.desk.take(event);
			}
			tokio::task::yield_now().await;
		}
	}

	/// Waits for the commitment to the first epoch, puts it on the chain, and waits for the report.
	async fn report(&mut self) -> ReportReveal<WorkId, ScorerReport> {
		let (sent, shown) = (self.chain.committed().len(), self.chain.revealed().len());
		self.until("a commitment", |play| play.chain.committed().len() > sent).await;
		let (_, hash) = self.chain.committed().pop().unwrap();
		self.score(|score| {
			score.committed.push((1, hash));
			score.revealing = true;
		});
		self.until("a report", |play| play.chain.revealed().len() > shown).await;
		let revealed = self.chain.revealed().pop().unwrap();
		let ReportReveal { work, report, salt } = &revealed;
		let opened = commitment::report(DOMAINS.report, &self.chain.genesis().0, 0, 1, work, report, salt);
		assert_eq!(H256(opened), hash, "it opens the commitment");
		revealed
	}

	fn score(&self, change: impl FnOnce(&mut ScorePhase<u32>)) {
		change(self.chain.world().work[0].score.as_mut().unwrap());
	}
}

/// Steps and state, if it was taught.
fn taught(report: ScorerReport) -> (Vec<Step>, Location) {
	match report {
		Report::Taught { before, steps, state } => {
			assert!(before.denominator > 0);
			(steps.to_vec(), state)
		},
		unusable => panic!("{unusable:?}"),
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_an_epoch_and_stores_what_was_learned() {
	let play = Play::new();
	let work = play.digits();
	let mut play = play.with(work);
	let report = play.report().await.report;
	// What anybody finds who runs it.
	let engine = Engine::new(NonZeroUsize::MIN, None).unwrap();
	let (learnware, test) = (engine.compile(&softmax()).unwrap(), [digits("test.npy")]);
	let mut session = Session::begin(&learnware, &test, None, LIMITS.into()).unwrap();
	let before = session.score();
	let steps = [1, 2, 3].map(|number| {
		let step = session.teach(&digits(&format!("lesson-{number}.npy"))).unwrap();
		Step::Scored(step.score.unwrap().correct)
	});
	let state = session.into_state();
	assert_eq!(
		report,
		Report::Taught { before: before.into(), steps: steps.to_vec().try_into().unwrap(), state: cid(&state) }
	);
	assert!(play.files.has(&cid(&state)), "the student gets it");
	assert!(before.share() < 0.2 && matches!(steps[2], Step::Scored(correct) if correct * 20 > before.total * 19));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_lesson_is_waited_for_until_the_last_call() {
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1], vec![2]], vec![vec![0]]);
	work.lessons.insert(1, cid(b"nobody has it"));
	let mut play = play.with(work);
	play.chain.world().best = 15;
	play.turns().await;
	assert!(play.chain.committed().is_empty());
	play.chain.world().best = 16;
	let (steps, state) = taught(play.report().await.report);
	let missing = Step::Refused(Flaw::File(BadReason::Unavailable));
	assert_eq!(steps, [Step::Scored(1), missing, Step::Scored(3)]);
	assert_eq!(state, cid(&[3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lesson_that_is_of_no_use_changes_nothing() {
	let play = Play::new();
	let mut work =
		play.epoch(counts(&[LOOPS_ON_ZERO]), vec![vec![5], vec![0], vec![7], vec![240], vec![251]], vec![vec![0]]);
	work.limits.fuel = 1;
	let malformed = play.files.add(b"no file".to_vec());
	play.files.malformed.lock().unwrap().insert(malformed.to_vec());
	work.lessons.insert(2, malformed);
	let mut play = play.with(work);
	let (steps, state) = taught(play.report().await.report);
	let refused = [Flaw::Run(Trap::Fuel), Flaw::File(BadReason::Malformed), Flaw::Run(Trap::Score)].map(Step::Refused);
	// It counts to 255, of which 251 and more are no score; the last lesson is a fall, which is told and left out.
	assert_eq!(steps, [Step::Scored(5), refused[0], refused[1], Step::Scored(12), refused[2], Step::Scored(7)]);
	assert_eq!(state, cid(&[12]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_fault_it_is_that_nothing_can_be_scored() {
	let endless = "(loop (br 0)) (unreachable)";
	let (learnware, test) = (Part::Learnware, Part::TestSet);
	for (module, verdict) in [
		(b"no module".to_vec(), (learnware, Trap::Invalid)),
		(counts(&[("more", "(func $start (loop (br 0))) (start $start)")]), (learnware, Trap::Fuel)),
		(counts(&[("save", endless)]), (learnware, Trap::Fuel)),
		(counts(&[("load", "(unreachable)")]), (learnware, Trap::Unreachable)),
		(counts(&[("memory", "1000")]), (learnware, Trap::Memory)),
		(counts(&[("evaluate", endless)]), (test, Trap::Fuel)),
		(counts(&[("evaluate", "(i64.const 0)")]), (test, Trap::Score)),
		(counts(&[("evaluate", "(drop (i32.load (i32.const -4))) (i64.const 1)")]), (test, Trap::Unreachable)),
	] {
		let play = Play::new();
		let mut work = play.epoch(module, vec![vec![1]], vec![vec![0], vec![1]]);
		work.limits.fuel = 1;
		let report = play.with(work).report().await.report;
		assert_eq!(report, Report::Unusable(verdict.0, Flaw::Run(verdict.1)));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_student_that_cannot_be_had() {
	let unavailable = |part| Report::Unusable(part, Flaw::File(BadReason::Unavailable));
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.test.push(cid(b"nobody has it"));
	play.chain.world().best = 16;
	assert_eq!(play.with(work.clone()).report().await.report, unavailable(Part::TestSet));
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.learnware = cid(b"nobody has it");
	work.test.push(work.learnware.clone());
	play.chain.world().best = 16;
	assert_eq!(play.with(work).report().await.report, unavailable(Part::Learnware), "which comes first");
	let play = Play::new();
	let work = play.epoch(vec![0; MAX_LEARNWARE_BYTES as usize + 1], vec![vec![1]], vec![vec![0]]);
	let too_large = Report::Unusable(Part::Learnware, Flaw::File(BadReason::TooLarge));
	assert_eq!(play.with(work).report().await.report, too_large);
}

#[test]
fn a_test_set_is_too_large_as_a_whole() {
	let play_test = |sizes: [u64; 2]| {
		let location = |n: u8| Location::try_from(vec![n]).unwrap();
		let work = Work {
			work: EPOCH,
			version: REPLAY_VERSION,
			learnware: location(0),
			start: Start::Module,
			limits: LIMITS,
			lessons: vec![],
			test: vec![location(1), location(2)],
			score: None,
		};
		let sizes = [1].into_iter().chain(sizes);
		let sizes: HashMap<_, _> = files(&work).zip(sizes).collect();
		next(&work, |file| Some(Ok(sizes[file])))
	};
	let half = u64::from(MAX_TEST_BYTES) / 2;
	assert!(matches!(play_test([half, half]), Next::Replay(_)));
	let too_large = Report::Unusable(Part::TestSet, Flaw::File(BadReason::TooLarge));
	assert!(matches!(play_test([half, half + 1]), Next::Report(report) if report == too_large));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scorer_that_can_fetch_nothing_keeps_silent() {
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![], vec![]);
	(work.lessons, work.test) = (vec![cid(b"a lesson")], vec![cid(&[0])]);
	let mut play = play.with(work);
	play.chain.world().best = 20;
	play.turns().await;
	assert!(play.chain.committed().is_empty(), "the module alone is not enough");
	play.files.add(vec![0]);
	let (steps, _) = taught(play.report().await.report);
	assert_eq!(steps, [Step::Refused(Flaw::File(BadReason::Unavailable))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_is_left_to_others() {
	let play = Play::new();
	let mut work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	work.version = REPLAY_VERSION + 1;
	let mut play = play.with(work);
	play.turns().await;
	assert!(play.chain.committed().is_empty() && play.desk.jobs.is_empty());
	assert_eq!(play.desk.replayer.engine.runs(), Runs::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_again_has_another_salt() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![0]], vec![vec![0]]);
	let mut play = play.with(work.clone());
	let first = play.report().await;
	for other in [(3, 1), (4, 0)] {
		play.chain.world().work = vec![Work { work: other, ..work.clone() }];
		let next = play.report().await;
		assert_eq!(next.report, first.report);
		assert_ne!(next.salt, first.salt);
	}
	let salt = |name, seed: &[u8]| play.chain.salt(&sp_core::sr25519::Public::default(), name, seed).unwrap();
	assert_ne!(Training::SALTS, crate::Labels::SALTS);
	assert_ne!(salt(Training::SALTS, b"same"), salt(crate::Labels::SALTS, b"same"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_validators_agree() {
	let play = Play::new();
	let work = play.digits();
	let mut play = play.with(work.clone());
	let mine = play.report().await;
	let chain = MockChain::default();
	chain.world().own = vec![1];
	(chain.world().best, chain.world().finalized) = (12, 10);
	let other = Play::on(chain, play.files.clone(), Arc::new(tempfile::tempdir().unwrap()));
	assert_eq!(other.with(work).report().await.report, mine.report);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_with_what_was_done() {
	let play = Play::new();
	let work = play.digits();
	let mut play = play.with(work);
	play.until("a commitment", |play| !play.chain.committed().is_empty()).await;
	let (_, hash) = play.chain.committed()[0];
	play.score(|score| {
		score.committed.push((1, hash));
		score.revealing = true;
	});
	let mut again = play.restarted();
	again.until("a report", |play| !play.chain.revealed().is_empty()).await;
	assert_eq!(again.desk.replayer.engine.runs(), Runs { done: 0, known: 9 });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_most_urgent_goes_first_and_the_other_goes_on() {
	let slow = "(local $n i32) (local.set $n (i32.const 30000000))
		(loop (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
		(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u (local.get 0))))";
	let play = Play::new();
	let lessons = (1..=20).map(|n| vec![n]).collect();
	let work = play.epoch(counts(&[("train", slow)]), lessons, vec![vec![0]]);
	let mut urgent = Work { work: (9, 0), ..play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]) };
	urgent.score.as_mut().unwrap().until = 49;
	let mut play = play.with(work);
	play.until("two lessons", |play| play.desk.replayer.engine.runs().done > 6).await;
	assert!(play.chain.committed().is_empty());
	play.chain.world().work.push(urgent);
	play.until("both", |play| play.chain.committed().len() == 2).await;
	let order: Vec<_> = play.chain.committed().into_iter().map(|(work, _)| work).collect();
	assert_eq!(order, [(9, 0), EPOCH]);
	let runs = play.desk.replayer.engine.runs();
	// A state, its check, a score, and two runs for each lesson; and perhaps one that was stopped.
	assert!(((3 + 2 * 20) + (3 + 2)..).take(2).any(|done| done == runs.done), "{runs:?}");
	assert!(runs.known >= 6);
}

/// Within its fuel it would have the only thread for minutes.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_takes_longer_than_its_fuel_should_gives_way() {
	// Each address is read from the one before it, all over 64 MiB.
	let chase = "(local $p i32)
		(loop (i32.store (local.get $p) (i32.and (i32.add (i32.mul (local.get $p) (i32.const 1664525)) (i32.const 1013904192)) (i32.const 0x3ffffc0)))
			(br_if 0 (local.tee $p (i32.and (i32.add (local.get $p) (i32.const 64)) (i32.const 0x3ffffc0)))))
		(loop (br_if 0 (i32.ne (i32.const 4) (local.tee $p (i32.load (i32.load (i32.load (i32.load (local.get $p)))))))))";
	let play = Play::new();
	let mut slow = play.epoch(counts(&[("memory", "1024"), ("train", chase)]), vec![vec![1]], vec![vec![0]]);
	(slow.limits, slow.score.as_mut().unwrap().until) = (Limits { fuel: 1, memory: 64 << 20, state: 1 << 10 }, 31);
	let other = Work { work: (9, 0), ..play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]) };
	let mut play = play.with(slow);
	play.until("it runs", |play| play.desk.replayer.engine.runs().done > 2).await;
	let (slow, before) = (play.chain.world().work[0].clone(), Instant::now());
	assert!(!play.desk.is_slow(&slow));
	play.chain.world().work.push(other);
	play.until("the other is reported", |play| play.chain.committed().len() == 1).await;
	assert_eq!(play.chain.committed()[0].0, (9, 0));
	assert!(play.desk.is_slow(&slow) && before.elapsed() < 3 * allowance(&slow), "{:?}", before.elapsed());
	play.until("it goes on", |play| play.desk.running.contains_key(&EPOCH)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_nobody_needs_ends() {
	let play = Play::new();
	let mut work = play.epoch(counts(&[LOOPS_ON_ZERO]), vec![vec![0], vec![1], vec![2]], vec![vec![0]]);
	work.limits.fuel = u32::MAX;
	let mut play = play.with(work);
	play.until("it runs", |play| play.desk.replayer.engine.runs().done == 4).await;
	// The time for commitments is over.
	play.score(|score| score.revealing = true);
	play.until("it stops", |play| play.desk.running.is_empty()).await;
	play.turns().await;
	assert_eq!(play.desk.replayer.engine.runs().done, 4, "the lesson without an end was the last");
	assert!(play.desk.running.is_empty() && play.chain.committed().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replayed_without_a_scorer() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	let mut play = play.with(work);
	play.chain.world().own = vec![];
	play.turns().await;
	assert_eq!(play.desk.replayer.engine.runs(), Runs::default());
	play.chain.world().own = vec![1];
	play.report().await;
}

/// The keys of a session that is forgotten are no more to be had, say.
#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_one_epoch_silences_no_other() {
	let fails: [(&str, fn(&Call) -> bool); 2] = [
		("own scorers", |call| matches!(call, Call::OwnScorers(_, 0))),
		("salt", |call| matches!(call, Call::Salt(seed) if seed.ends_with(&EPOCH.encode()))),
	];
	for (what, fails) in fails {
		let play = Play::new();
		let work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
		let mut other = Work { work: (9, 0), ..work.clone() };
		other.score.as_mut().unwrap().session = 1;
		let mut play = play.with(work).with(other);
		play.chain.world().fails = fails;
		play.until(what, |play| !play.chain.committed().is_empty()).await;
		play.turns().await;
		let committed = |play: &Play| play.chain.committed().into_iter().map(|(work, _)| work).collect::<Vec<_>>();
		assert_eq!(committed(&play), [(9, 0)], "{what}");
		play.chain.world().fails = |_| false;
		play.until(what, |play| committed(play) == [(9, 0), EPOCH]).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_here_is_tried_again() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![1]], vec![vec![0]]);
	let mut play = play.with(work);
	*play.files.panics.lock().unwrap() = 2;
	assert_eq!(taught(play.report().await.report).0, [Step::Scored(1)]);
	assert_eq!(*play.files.panics.lock().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_keeps_nobody_from_reporting() {
	let play = Play::new();
	let work = play.epoch(counts(&[]), vec![vec![1, 1]], vec![vec![0]]);
	let mut play = play.with(work);
	*play.files.is_full.lock().unwrap() = true;
	let (_, state) = taught(play.report().await.report);
	assert!(!play.files.has(&state));
	*play.files.is_full.lock().unwrap() = false;
	play.desk.jobs.get_mut(&EPOCH).unwrap().replay = Some(Retry::now());
	play.until("it is stored", |play| play.files.has(&state)).await;
}
