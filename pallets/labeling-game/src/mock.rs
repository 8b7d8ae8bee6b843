//! A small runtime with the game, and helpers to play it.

use crate::{self as pallet_labeling_game, *};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, tokens::imbalance::ResolveTo, Authorize, ConstU32, Hooks},
};
use learnware_primitives::{
	commitment::{self, Salt},
	places::{Duplicates, Payout},
	GoldUse, Task, Verdict,
};
use pallet_quorum::{signing_payload, ReportCommitments, ReportReveal, ReportReveals, ScorerIndex, SessionIndex};
pub use pallet_quorum_mock::{Absentees, Deviants, MockScorers, OldestSession, ScorerCount, SCORER};
use sp_core::H256;
use sp_runtime::{
	testing::UintAuthorityId,
	traits::IdentityLookup,
	transaction_validity::{TransactionSource, TransactionValidityError},
	BuildStorage, RuntimeAppPublic,
};

type Block = frame_system::mocking::MockBlock<Test>;
pub type AccountId = u64;
pub type Balance = u128;

/// Offers samples.
pub const PROVIDER: AccountId = 1;
/// Gets what is slashed.
pub const TREASURY: AccountId = 2;
/// Label providers are `WORKER..`.
pub const WORKER: AccountId = 10;
pub const START_BALANCE: Balance = 1_000_000;
pub const BOUNTY: Balance = 10_000;
pub const COLLATERAL: Balance = 500;

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
	pub type LabelingGame = pallet_labeling_game;
	#[runtime::pallet_index(3)]
	pub type LabelReports = pallet_quorum;
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
	pub const DatasetDeposit: Balance = 100;
	pub const DatasetDepositPerByte: Balance = 2;
	pub const AllowDeposit: Balance = 7;
	pub const SampleDeposit: Balance = 50;
	pub const SampleDepositPerBlock: Balance = 1;
	pub const MinBounty: Balance = 1_000;
	pub const MinCollateral: Balance = 15;
	pub const MaxPeriod: u64 = 1_000;
	pub const Treasury: AccountId = TREASURY;
	/// Whether the chain can tell persons; those with an even number are.
	pub static PersonhoodKnown: bool = false;
}

/// A chain on which even accounts are persons.
pub struct EvenPersons;
impl Personhood<AccountId> for EvenPersons {
	fn is_available() -> bool {
		PersonhoodKnown::get()
	}
	fn is_person(who: &AccountId) -> bool {
		who.is_multiple_of(2)
	}
}

impl pallet_quorum::Config for Test {
	type WeightInfo = ();
	type Game = LabelingGame;
	type Scorers = MockScorers;
	type MaxScorers = ConstU32<16>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = MockScorers;
}

impl Config for Test {
	type WeightInfo = ();
	type Currency = Balances;
	type Slashed = ResolveTo<Treasury, Balances>;
	type Quorum = LabelReports;
	type Personhood = EvenPersons;
	type DatasetDeposit = DatasetDeposit;
	type DatasetDepositPerByte = DatasetDepositPerByte;
	type AllowDeposit = AllowDeposit;
	type SampleDeposit = SampleDeposit;
	type SampleDepositPerBlock = SampleDepositPerBlock;
	type MinBounty = MinBounty;
	type MinCollateral = MinCollateral;
	type MaxPeriod = MaxPeriod;
	type MaxLiveSamples = ConstU32<16>;
	type MaxSamplesPerAccount = ConstU32<12>;
	type MaxLabelsPerAccount = ConstU32<6>;
}

/// A call of a scorer.
pub type ReportCall = pallet_quorum::Call<Test>;

/// A chain at block 1 with everybody endowed.
pub fn new_test_ext() -> sp_io::TestExternalities {
	let mut balances: Vec<_> = (WORKER..WORKER + 64).map(|who| (who, START_BALANCE)).collect();
	balances.push((PROVIDER, START_BALANCE));
	balances.push((TREASURY, START_BALANCE));
	balances.extend((SCORER..SCORER + 16).map(|who| (who, START_BALANCE)));
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
	LabelingGame::do_try_state().expect("invariants hold");
	LabelReports::do_try_state().expect("invariants hold");
}

pub fn terms() -> TermsOf<Test> {
	Terms {
		collateral: COLLATERAL,
		min_labels: 5,
		max_labels: 8,
		commit_period: 10,
		reveal_period: MIN_REVEAL_PERIOD.into(),
		score_period: 20,
		payout: Payout::default(),
		scoring_fee: 100_000,
		attendance_fee: 50_000,
		duplicates: Duplicates::Share,
		eligibility: Eligibility::Open,
	}
}

pub fn task() -> Task {
	Task::Classification { items: 10, classes: 2 }
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

pub fn create_dataset() -> DatasetId {
	create_dataset_with(terms())
}

pub fn create_dataset_with(terms: TermsOf<Test>) -> DatasetId {
	let dataset = NextDataset::<Test>::get();
	LabelingGame::create_dataset(signed(PROVIDER), location(0), task(), terms).expect("legal dataset");
	dataset
}

/// What is held for a dataset with [`task`] and without allow-list.
pub fn dataset_deposit() -> Balance {
	DatasetDeposit::get() + DatasetDepositPerByte::get() * parity_scale_codec::Encode::encoded_size(&task()) as u128
}

pub fn submit_sample(dataset: DatasetId) -> SampleId {
	submit_sample_with(dataset, None)
}

pub fn submit_sample_with(dataset: DatasetId, gold: Option<H256>) -> SampleId {
	let sample = NextSample::<Test>::get();
	LabelingGame::submit_sample(signed(PROVIDER), dataset, location(0), BOUNTY, gold).expect("legal sample");
	sample
}

/// Where the provider's gold is.
pub fn gold_location() -> Location {
	location(201)
}

/// The hash by which the provider commits to gold.
pub fn gold_commitment(dataset: DatasetId) -> H256 {
	let (genesis, location) = (LabelingGame::genesis(), gold_location());
	H256(commitment::gold(&genesis.0, dataset, &PROVIDER, &location, &salt(PROVIDER)))
}

pub fn reveal_gold(sample: SampleId) -> sp_runtime::DispatchResult {
	LabelingGame::reveal_gold(signed(PROVIDER), sample, gold_location(), salt(PROVIDER))
}

pub fn salt(who: AccountId) -> Salt {
	[who as u8; 32]
}

/// The hash by which `who` commits to `location(who)`.
pub fn commitment_of(sample: SampleId, who: AccountId) -> H256 {
	let location = location(who as u8);
	H256(commitment::label(&LabelingGame::genesis().0, sample, &who, &location, &salt(who)))
}

pub fn commit(sample: SampleId, who: AccountId) -> sp_runtime::DispatchResult {
	LabelingGame::commit_label(signed(who), sample, commitment_of(sample, who))
}

pub fn reveal(sample: SampleId, who: AccountId) -> sp_runtime::DispatchResult {
	LabelingGame::reveal_label(signed(who), sample, location(who as u8), salt(who))
}

/// A sample of a new dataset in its reveal phase, with `n` commitments.
pub fn in_reveal(n: u64) -> SampleId {
	let sample = submit_sample(create_dataset());
	commit_all(sample, n);
	sample
}

/// As [`in_reveal`], with gold that is not revealed.
pub fn in_reveal_with_gold(n: u64) -> SampleId {
	let dataset = create_dataset();
	let sample = submit_sample_with(dataset, Some(gold_commitment(dataset)));
	commit_all(sample, n);
	sample
}

fn commit_all(sample: SampleId, n: u64) {
	for who in WORKER..WORKER + n {
		commit(sample, who).expect("commit phase");
	}
	run_to(11);
}

/// A sample in its score phase, with `n` labels, all revealed.
pub fn in_score(n: u64) -> SampleId {
	let sample = in_reveal(n);
	for who in WORKER..WORKER + n {
		reveal(sample, who).expect("reveal phase");
	}
	sample
}

pub fn run_to(block: u64) {
	while System::block_number() < block {
		LabelingGame::on_finalize(System::block_number());
		System::set_block_number(System::block_number() + 1);
		LabelingGame::on_initialize(System::block_number());
	}
}

pub fn scored(score: i128, eligible: bool, outlier: bool) -> Verdict {
	Verdict::Scored { score, loss: 0, eligible, outlier, copy_of: None }
}

/// A report on `n` labels, the first the best.
pub fn ranking(n: u64) -> ScorerReport {
	report((0..n).map(|place| scored(100 - place as i128, true, false)).collect())
}

pub fn report(verdicts: Vec<Verdict>) -> ScorerReport {
	let verdicts = verdicts.try_into().expect("at most 64");
	ScorerReport { verdicts, wash: false, gold: GoldUse::None, consensus: location(200) }
}

/// Checks a report call as the pool and the block do, and dispatches it.
pub fn send(call: ReportCall) -> Result<(), TransactionValidityError> {
	let call = RuntimeCall::from(call);
	call.authorize(TransactionSource::External).expect("an authorized call")?;
	use sp_runtime::traits::Dispatchable;
	call.dispatch(frame_system::RawOrigin::Authorized.into()).expect("never fails once authorized");
	Ok(())
}

pub fn session_of(sample: SampleId) -> SessionIndex {
	match LabelingGame::sample_info(sample).expect("live sample").stage {
		Stage::Open(Phase::Score { session, .. }) => session,
		stage => panic!("not in score: {stage:?}"),
	}
}

/// A signed commitment of a scorer.
pub fn signed_commits(session: SessionIndex, scorer: ScorerIndex, entries: Vec<(SampleId, H256)>) -> ReportCall {
	let commitments: ReportCommitments<Test, ()> = entries.try_into().expect("at most 16");
	let payload = signing_payload(DOMAINS.commit, &LabelingGame::genesis(), session, scorer, &commitments);
	let signature = UintAuthorityId(scorer.into()).sign(&payload).expect("test key");
	ReportCall::commit_report { session, scorer, commitments, signature }
}

pub fn commit_report_call(scorer: ScorerIndex, sample: SampleId, report: &ScorerReport) -> ReportCall {
	let session = session_of(sample);
	let (genesis, salt) = (LabelingGame::genesis(), [scorer as u8; 32]);
	let hash = commitment::report(DOMAINS.report, &genesis.0, session, scorer, &sample, report, &salt);
	signed_commits(session, scorer, vec![(sample, H256(hash))])
}

pub fn reveal_report_call(scorer: ScorerIndex, sample: SampleId, report: &ScorerReport) -> ReportCall {
	let session = session_of(sample);
	let salt = [scorer as u8; 32];
	let reveals: ReportReveals<Test, ()> =
		vec![ReportReveal { work: sample, report: report.clone(), salt }].try_into().expect("one fits");
	let payload = signing_payload(DOMAINS.reveal, &LabelingGame::genesis(), session, scorer, &reveals);
	let signature = UintAuthorityId(scorer.into()).sign(&payload).expect("test key");
	ReportCall::reveal_report { session, scorer, reveals, signature }
}

/// All scorers commit and reveal; scorer `i` reports `reports[i]`.
pub fn score(sample: SampleId, reports: &[ScorerReport]) {
	for (scorer, report) in (0..).zip(reports) {
		send(commit_report_call(scorer, sample, report)).expect("commit round");
	}
	for (scorer, report) in (0..).zip(reports) {
		send(reveal_report_call(scorer, sample, report)).expect("reveal round");
	}
}

/// End, returned, scoring fee and outcomes of the last resolved sample.
pub fn resolution() -> (End, Balance, Balance, Vec<LabelOutcomeOf<Test>>) {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::LabelingGame(Event::SampleResolved { end, returned, scoring_fee, labels, .. }) => {
				Some((end, returned, scoring_fee, labels))
			},
			_ => None,
		})
		.expect("a sample was resolved")
}

/// What `who` has in all, held or free.
pub fn wealth(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::total_balance(&who)
}

/// What is held from `who`, for whatever reason.
pub fn held(who: AccountId) -> Balance {
	[HoldReason::DatasetDeposit, HoldReason::SampleDeposit, HoldReason::Bounty, HoldReason::Collateral]
		.into_iter()
		.map(|reason| LabelingGame::held(reason, &who))
		.sum()
}
