//! A small runtime with training sessions, and helpers to play them.

use crate::{self as pallet_learnware_rewards, *};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, tokens::imbalance::ResolveTo, Authorize, ConstU32},
};
use learnware_primitives::{
	commitment::{self, Salt},
	training::{
		curve::{Curve, Ratio},
		Limits, Mode, Report, Settlement, Step,
	},
};
use pallet_quorum::{signing_payload, ReportCommitments, ReportReveal, ReportReveals, ScorerIndex, SessionIndex};
pub use pallet_quorum_mock::{Absentees, Deviants, MockScorers, OldestSession, ScorerCount, SCORER, SESSION};
use sp_core::H256;
use sp_runtime::{
	testing::UintAuthorityId,
	traits::{Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError},
	BuildStorage, DispatchResult, RuntimeAppPublic,
};

type Block = frame_system::mocking::MockBlock<Test>;
pub type AccountId = u64;
pub type Balance = u128;

/// Opens sessions.
pub const STUDENT: AccountId = 1;
/// Gets what is slashed.
pub const TREASURY: AccountId = 2;
/// Tutors are `TUTOR..`.
pub const TUTOR: AccountId = 10;
/// The smallest unit of the published run.
pub const TOKEN: Balance = 1_000_000_000_000;
pub const START_BALANCE: Balance = 10_000 * TOKEN;
pub const BUDGET: Balance = 1_000 * TOKEN;
pub const DEPOSIT: Balance = 10 * TOKEN;
/// For each score; four scorers, or three, share it evenly.
pub const FEE: Balance = 120;
/// Parts of a test set.
pub const PARTS: u32 = 4;
/// Questions of all tests.
pub const QUESTIONS: u32 = 10_000;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type LearnwareRewards = pallet_learnware_rewards;
	#[runtime::pallet_index(3)]
	pub type LessonReports = pallet_quorum;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type Block = Block;
	type Lookup = IdentityLookup<AccountId>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type MaxFreezes = ConstU32<1>;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = 10;
	pub const TrainingDeposit: Balance = 50;
	pub const PartDeposit: Balance = 3;
	pub const MinBudget: Balance = 1_000;
	pub const MinLessonDeposit: Balance = 15;
	pub const MinFeePerFuel: Balance = 12;
	pub const MaxFuelPerBlock: u32 = 9;
	pub const ShowPeriod: u64 = 6;
	pub const MaxPeriod: u64 = 1_000;
	pub const Treasury: AccountId = TREASURY;
}

impl pallet_quorum::Config for Test {
	type WeightInfo = ();
	type Game = LearnwareRewards;
	type Scorers = MockScorers;
	type MaxScorers = ConstU32<16>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockScorers;
}

impl Config for Test {
	type WeightInfo = ();
	type Currency = Balances;
	type Slashed = ResolveTo<Treasury, Balances>;
	type Quorum = LessonReports;
	type TrainingDeposit = TrainingDeposit;
	type PartDeposit = PartDeposit;
	type MinBudget = MinBudget;
	type MinLessonDeposit = MinLessonDeposit;
	type MinFeePerFuel = MinFeePerFuel;
	type MaxFuelPerBlock = MaxFuelPerBlock;
	type ShowPeriod = ShowPeriod;
	type MaxPeriod = MaxPeriod;
	type MaxTrainings = ConstU32<16>;
	type MaxTrainingsPerAccount = ConstU32<4>;
}

/// A call of a scorer.
pub type ReportCall = pallet_quorum::Call<Test>;

/// A chain at block 1 with everybody endowed.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let everybody = [STUDENT, TREASURY].into_iter().chain(TUTOR..TUTOR + 64).chain(SCORER..SCORER + 16);
	let balances = everybody.map(|who| (who, START_BALANCE)).collect();
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("valid genesis");
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("valid genesis");
	let mut ext = sp_io::TestExternalities::new(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test on a new chain, and checks every invariant after it.
pub fn play(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		let issued = Balances::total_issuance();
		test();
		try_state();
		assert_eq!(Balances::total_issuance(), issued, "money appeared or vanished");
	});
}

/// Checks every invariant.
pub fn try_state() {
	LearnwareRewards::do_try_state().expect("invariants hold");
	LessonReports::do_try_state().expect("invariants hold");
}

/// Goes to a block, with a hash for each that is over.
pub fn run_to(block: u64) {
	while System::block_number() < block {
		let now = System::block_number();
		frame_system::BlockHash::<Test>::insert(now, H256(sp_io::hashing::blake2_256(&now.to_le_bytes())));
		System::set_block_number(now + 1);
	}
}

pub fn terms() -> TermsOf<Test> {
	Terms {
		settlement: Settlement::AtEnd,
		mode: Mode::Earn,
		deposit: DEPOSIT,
		max_lessons: 8,
		commit_period: 10,
		reveal_period: MIN_REVEAL_PERIOD.into(),
		test_period: MIN_REVEAL_PERIOD.into(),
		score_period: 20,
		scoring_fee: FEE,
		limits: Limits { fuel: 5, memory: 1 << 20, state: 1 << 10 },
	}
}

/// Terms of a session in epochs.
pub fn per_step() -> TermsOf<Test> {
	Terms { settlement: Settlement::PerStep, ..terms() }
}

/// The curve of the published run.
pub fn curve() -> Curve {
	Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(99, 100), max: Ratio::new(1, 1) }
}

/// What `correct` answers have earned of the budget.
pub fn reward(correct: u32) -> Balance {
	curve().reward(BUDGET, Ratio::new(correct, QUESTIONS))
}

/// A legal location that names `n`.
pub fn location(n: u8) -> Location {
	let mut cid = vec![1, 0x55, 0x12, 0x20];
	cid.extend([n; 32]);
	cid.try_into().expect("36 bytes fit")
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Where the learnware is.
pub fn learnware() -> Location {
	location(0)
}

/// A part of a student's test set, with what opens its commitment.
pub fn part(index: u32) -> PartReveal {
	PartReveal { index, location: location(100 + index as u8), salt: [index as u8; 32] }
}

/// The hashes by which `student` commits to so many parts.
pub fn test_set(student: AccountId, parts: u32) -> TestCommitments {
	let hash = |index| {
		let PartReveal { index, location, salt } = part(index);
		H256(commitment::test_part(&LearnwareRewards::genesis().0, &student, index, &location, &salt))
	};
	TestCommitments::truncate_from((0..parts).map(hash).collect())
}

pub fn try_open(who: AccountId, state: Location, test_set: TestCommitments, terms: TermsOf<Test>) -> DispatchResult {
	LearnwareRewards::open_training(signed(who), learnware(), state, test_set, BUDGET, curve(), terms)
}

pub fn open(terms: TermsOf<Test>) -> TrainingId {
	open_from(Location::default(), terms)
}

/// Opens a session with a state.
pub fn open_from(state: Location, terms: TermsOf<Test>) -> TrainingId {
	let training = NextTraining::<Test>::get();
	try_open(STUDENT, state, test_set(STUDENT, PARTS), terms).expect("legal session");
	training
}

pub fn record(training: TrainingId) -> TrainingRecordOf<Test> {
	Trainings::<Test>::get(training).expect("live session")
}

pub fn stage(training: TrainingId) -> Stage<u64> {
	LearnwareRewards::training(training).expect("live session").info.stage
}

pub fn reveal_parts(training: TrainingId, parts: impl IntoIterator<Item = u32>) -> DispatchResult {
	let student = record(training).student;
	let parts = PartReveals::truncate_from(parts.into_iter().map(part).collect());
	LearnwareRewards::reveal_test_set(signed(student), training, parts)
}

/// Reveals all that the lessons of this epoch are scored on.
pub fn reveal_due(training: TrainingId) -> DispatchResult {
	reveal_parts(training, record(training).due())
}

/// A session in its commit phase, from block 2 on.
pub fn in_commit(terms: TermsOf<Test>) -> TrainingId {
	begin(open(terms))
}

/// Shows the part that is drawn in the next block, so that the commit phase begins.
pub fn begin(training: TrainingId) -> TrainingId {
	run_to(System::block_number() + 1);
	show(training).expect("show phase");
	training
}

/// Reveals the part that was drawn.
pub fn show(training: TrainingId) -> DispatchResult {
	reveal_parts(training, LearnwareRewards::drawn(training, &record(training)))
}

pub fn salt(who: AccountId) -> Salt {
	[who as u8; 32]
}

/// The hash by which `who` commits to `location(who)` in the present epoch.
pub fn commitment_of(training: TrainingId, who: AccountId) -> H256 {
	let (genesis, epoch, location) = (LearnwareRewards::genesis(), record(training).epoch, location(who as u8));
	H256(commitment::lesson(&genesis.0, training, epoch, &who, &location, &salt(who)))
}

pub fn commit(training: TrainingId, who: AccountId) -> DispatchResult {
	LearnwareRewards::commit_lesson(signed(who), training, commitment_of(training, who))
}

pub fn reveal(training: TrainingId, who: AccountId) -> DispatchResult {
	LearnwareRewards::reveal_lesson(signed(who), training, location(who as u8), salt(who))
}

/// Commits `n` lessons and goes to the reveal phase, which begins by its deadline.
pub fn commit_lessons(training: TrainingId, n: u64) {
	let Phase::Commit { until } = record(training).phase else { panic!("not in commit") };
	for who in TUTOR..TUTOR + n {
		commit(training, who).expect("commit phase");
	}
	run_to(until);
}

/// Commits and reveals `n` lessons, so that the test phase begins.
pub fn teach(training: TrainingId, n: u64) {
	commit_lessons(training, n);
	for who in TUTOR..TUTOR + n {
		reveal(training, who).expect("reveal phase");
	}
}

/// A session in its reveal phase, from block 12 to 32, with `n` lessons.
pub fn in_reveal(terms: TermsOf<Test>, n: u64) -> TrainingId {
	let training = in_commit(terms);
	commit_lessons(training, n);
	training
}

/// A session in its test phase, from block 12 to 52, with `n` lessons.
pub fn in_test(terms: TermsOf<Test>, n: u64) -> TrainingId {
	let training = in_commit(terms);
	teach(training, n);
	training
}

/// A session in its score phase, from block 12 to 32, with `n` lessons.
pub fn in_score(terms: TermsOf<Test>, n: u64) -> TrainingId {
	let training = in_test(terms, n);
	reveal_due(training).expect("test phase");
	training
}

/// What a student opens a session with that is to go on from an earlier one.
pub fn given() -> Location {
	location(150)
}

/// A session in its score phase, as [`in_score`], that was opened with a state.
pub fn in_score_from_given(terms: TermsOf<Test>, n: u64) -> TrainingId {
	let training = begin(open_from(given(), terms));
	teach(training, n);
	reveal_due(training).expect("test phase");
	training
}

/// Where scorers have put the learnware that was taught.
pub fn state() -> Location {
	location(200)
}

/// A report with the number of correct answers before the first lesson, and what came of each.
pub fn report(before: u32, steps: Vec<Step>) -> ScorerReport {
	let steps = steps.try_into().expect("at most 64");
	Report::Taught { before: Ratio::new(before, QUESTIONS), steps, state: state() }
}

/// A report with the number of correct answers before the first lesson, and after each.
pub fn taught<const N: usize>(before: u32, after: [u32; N]) -> ScorerReport {
	report(before, after.map(Step::Scored).to_vec())
}

/// Checks a report call as the pool and the block do, and dispatches it.
pub fn send(call: ReportCall) -> Result<(), TransactionValidityError> {
	let call = RuntimeCall::from(call);
	call.authorize(TransactionSource::External).expect("an authorized call")?;
	call.dispatch(frame_system::RawOrigin::Authorized.into()).expect("never fails once authorized");
	Ok(())
}

/// The session of validators that scores.
pub fn session_of(training: TrainingId) -> SessionIndex {
	match record(training).phase {
		Phase::Score { session, .. } => session,
		phase => panic!("not in score: {phase:?}"),
	}
}

/// A signed commitment of a scorer.
pub fn signed_commits(session: SessionIndex, scorer: ScorerIndex, entries: Vec<(WorkId, H256)>) -> ReportCall {
	let commitments: ReportCommitments<Test, ()> = entries.try_into().expect("at most 16");
	let payload = signing_payload(DOMAINS.commit, &LearnwareRewards::genesis(), session, scorer, &commitments);
	let signature = UintAuthorityId(scorer.into()).sign(&payload).expect("test key");
	ReportCall::commit_report { session, scorer, commitments, signature }
}

pub fn commit_report_call(scorer: ScorerIndex, training: TrainingId, report: &ScorerReport) -> ReportCall {
	let (session, work) = (session_of(training), (training, record(training).epoch));
	let (genesis, salt) = (LearnwareRewards::genesis(), [scorer as u8; 32]);
	let hash = commitment::report(DOMAINS.report, &genesis.0, session, scorer, &work, report, &salt);
	signed_commits(session, scorer, vec![(work, H256(hash))])
}

pub fn reveal_report_call(scorer: ScorerIndex, training: TrainingId, report: &ScorerReport) -> ReportCall {
	let (session, work) = (session_of(training), (training, record(training).epoch));
	let reveal = ReportReveal { work, report: report.clone(), salt: [scorer as u8; 32] };
	let reveals: ReportReveals<Test, ()> = vec![reveal].try_into().expect("one fits");
	let payload = signing_payload(DOMAINS.reveal, &LearnwareRewards::genesis(), session, scorer, &reveals);
	let signature = UintAuthorityId(scorer.into()).sign(&payload).expect("test key");
	ReportCall::reveal_report { session, scorer, reveals, signature }
}

/// All scorers commit and reveal; scorer `i` reports `reports[i]`.
pub fn score_each(training: TrainingId, reports: &[ScorerReport]) {
	for (scorer, report) in (0..).zip(reports) {
		send(commit_report_call(scorer, training, report)).expect("commit round");
	}
	for (scorer, report) in (0..).zip(reports) {
		send(reveal_report_call(scorer, training, report)).expect("reveal round");
	}
}

/// All four scorers agree.
pub fn score(training: TrainingId, report: &ScorerReport) {
	score_each(training, &vec![report.clone(); 4]);
}

/// The events of this pallet, the last first.
pub fn events() -> impl Iterator<Item = Event<Test>> {
	System::events().into_iter().rev().filter_map(|record| match record.event {
		RuntimeEvent::LearnwareRewards(event) => Some(event),
		_ => None,
	})
}

/// The lessons that were settled last.
pub fn outcomes() -> Vec<LessonOutcomeOf<Test>> {
	let settled = |event| match event {
		Event::EpochSettled { lessons, .. } => Some(lessons),
		_ => None,
	};
	events().find_map(settled).expect("an epoch was settled")
}

/// What the tutors of the epoch that was settled last were paid, in order of commitment.
pub fn paid() -> Vec<Balance> {
	outcomes().into_iter().map(|lesson| lesson.paid).collect()
}

/// How the session that was closed last ended, with what was paid, charged, returned and slashed.
pub fn closed() -> (End, [Balance; 4]) {
	let closed = |event| match event {
		Event::TrainingClosed { end, paid, charged, returned, slashed, .. } => {
			Some((end, [paid, charged, returned, slashed]))
		},
		_ => None,
	};
	events().find_map(closed).expect("a session was closed")
}

/// What `who` has in all, held or free.
pub fn wealth(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::total_balance(&who)
}

/// What is held from `who`, for whatever reason.
pub fn held(who: AccountId) -> Balance {
	[HoldReason::TrainingDeposit, HoldReason::Budget, HoldReason::ScoringFee, HoldReason::LessonDeposit]
		.into_iter()
		.map(|reason| LearnwareRewards::held(reason, &who))
		.sum()
}

/// What is held from a student for the test set of [`PARTS`] parts.
pub fn student_deposit() -> Balance {
	TrainingDeposit::get() + Balance::from(PARTS) * PartDeposit::get()
}

/// What is held from a student for `n` epochs of [`terms`].
pub fn fees(n: Balance) -> Balance {
	n * 9 * FEE
}

/// Checks that nothing is stored or held any more.
pub fn assert_gone() {
	let prefix = sp_io::hashing::twox_128(b"LearnwareRewards").to_vec();
	let known = [NextTraining::<Test>::hashed_key().to_vec(), Trainings::<Test>::counter_storage_final_key().to_vec()];
	let mut key = prefix.clone();
	while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(&prefix)) {
		let version = next == frame_support::traits::StorageVersion::storage_key::<LearnwareRewards>();
		assert!(known.contains(&next) || version, "left behind: {next:02x?}");
		key = next;
	}
	assert_eq!(Trainings::<Test>::count(), 0);
	assert_eq!(pallet_quorum::Tallies::<Test>::iter().count(), 0);
	assert_eq!(pallet_quorum::Reports::<Test>::iter().count(), 0);
	let everybody = [STUDENT, TREASURY].into_iter().chain(TUTOR..TUTOR + 64).chain(SCORER..SCORER + 16);
	everybody.for_each(|who| assert_eq!(held(who), 0));
}
