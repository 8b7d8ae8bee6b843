//! What each pallet is configured with, and why.

use crate::*;
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		tokens::imbalance::ResolveTo,
		ConstBool, ConstU128, ConstU32, ConstU64, ConstU8, OnUnbalanced, VariantCountOf,
	},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		ConstantMultiplier, IdentityFee, Weight,
	},
	PalletId,
};
use frame_system::{
	limits::{BlockLength, BlockWeights},
	EnsureRoot,
};
use pallet_quorum::{Instance1, Instance2};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::{
	traits::{AccountIdConversion, Bounded, ConvertInto, One},
	FixedPointNumber, Perbill, Perquintill,
};

/// Share of a block that ordinary transactions may fill; the rest is for operational ones.
const NORMAL_SHARE: Perbill = Perbill::from_percent(75);

/// Computation in a block: 2 s on reference hardware, a third of a production slot. On chains with shorter slots the
/// author's deadline, two thirds of the slot, ends a block before this limit does.
const BLOCK_COMPUTE: u64 = 2 * WEIGHT_REF_TIME_PER_SECOND;

/// Bytes of a block.
const BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// Blocks for which signatures without an era and look-ups by number are valid.
const BLOCK_HASH_COUNT: BlockNumber = 2_400;

/// Blocks of a session: an hour at production's 6 s.
pub const SESSION_PERIOD: BlockNumber = 600;

/// Sessions whose scorers are remembered: longer than any score period.
pub const HISTORY_DEPTH: u32 = 32;

/// Most validators, hence most scorers.
pub const MAX_VALIDATORS: u32 = 64;

/// What a validator must have bonded.
pub const VALIDATOR_BOND: Balance = 10_000 * UNIT;

/// Money that an account must have to exist: refused below, so that dust does not stay in state.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;

/// Price of state for as long as it is used.
pub const fn deposit(entries: u32, bytes: u32) -> Balance {
	entries as Balance * 100 * MILLI + bytes as Balance * MILLI
}

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const TreasuryPallet: PalletId = PalletId(*b"lw/treas");
	/// Account that slashed collateral, slashed bonds and dust go to.
	pub TreasuryAccount: AccountId = TreasuryPallet::get().into_account_truncating();
	pub RuntimeBlockWeights: BlockWeights =
		BlockWeights::with_sensible_defaults(Weight::from_parts(BLOCK_COMPUTE, u64::MAX), NORMAL_SHARE);
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |bytes| *bytes = NORMAL_SHARE * *bytes)
		.build();
	/// What a deviation takes of what is left of a bond: the seventh without a top-up leaves less than half of it.
	pub const DeviationSlash: Perbill = Perbill::from_percent(10);
	pub FeeTarget: Perquintill = Perquintill::from_percent(25);
	pub FeeVariability: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	pub FeeMinimum: Multiplier = Multiplier::one();
	pub FeeMaximum: Multiplier = Bounded::max_value();
}

/// Where slashed money goes: nobody profits from a slash.
pub type Treasury = ResolveTo<TreasuryAccount, Balances>;

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type Block = Block;
	type BlockHashCount = ConstU32<BLOCK_HASH_COUNT>;
	type BlockLength = RuntimeBlockLength;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = ParityDbWeight;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type Hash = Hash;
	type MaxConsumers = ConstU32<16>;
	type Nonce = Nonce;
	type SS58Prefix = frame_support::traits::ConstU16<SS58_PREFIX>;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type Version = Version;
}

impl pallet_slots::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
	type MinimumPeriod = pallet_slots::HalfASlot<Runtime>;
	type Moment = u64;
	type OnTimestampSet = Aura;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_aura::Config for Runtime {
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type AuthorityId = AuraId;
	type DisabledValidators = ();
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type SlotDuration = Slots;
}

impl pallet_authorship::Config for Runtime {
	type EventHandler = ();
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Runtime, Aura>;
}

impl pallet_validator_set::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Bond = ConstU128<VALIDATOR_BOND>;
	type Currency = Balances;
	type DeviationSlash = DeviationSlash;
	type HistoryDepth = ConstU32<HISTORY_DEPTH>;
	type MaxValidators = ConstU32<MAX_VALIDATORS>;
	type Slashed = Treasury;
	type WeightInfo = weights::pallet_validator_set::WeightInfo<Runtime>;
}

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ConstU128<{ deposit(4, 4 * 64) }>;
	type Keys = SessionKeys;
	type NextSessionRotation = Self::ShouldEndSession;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as sp_runtime::traits::OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = ValidatorSet;
	type ShouldEndSession = pallet_session::PeriodicSessions<ConstU32<SESSION_PERIOD>, ConstU32<0>>;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

/// Equivocations are not reported on chain: bonds answer for scores only, and validators are appointed.
impl pallet_grandpa::Config for Runtime {
	type EquivocationReportSystem = ();
	type KeyOwnerProof = sp_core::Void;
	type MaxAuthorities = ConstU32<MAX_VALIDATORS>;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = ConstU64<0>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
}

impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type DoneSlashHandler = ();
	type DustRemoval = Treasury;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<0>;
	type MaxReserves = ConstU32<0>;
	type ReserveIdentifier = ();
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = weights::pallet_balances::WeightInfo<Runtime>;
}

/// Fees and tips go to the author of the block, or to the treasury where they cannot.
pub struct ToAuthor;

impl OnUnbalanced<Credit<AccountId, Balances>> for ToAuthor {
	fn on_nonzero_unbalanced(fees: Credit<AccountId, Balances>) {
		let unpaid = match Authorship::author() {
			Some(author) => Balances::resolve(&author, fees).err(),
			None => Some(fees),
		};
		Treasury::on_unbalanceds(unpaid.into_iter());
	}
}

/// One planck for a picosecond of computation, a millionth of a token for a byte. Prices rise while blocks are fuller
/// than a quarter, and never fall below that.
impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate = TargetedFeeAdjustment<Runtime, FeeTarget, FeeVariability, FeeMinimum, FeeMaximum>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<MICRO>>;
	type OnChargeTransaction = FungibleAdapter<Balances, ToAuthor>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
	type WeightToFee = IdentityFee<Balance>;
}

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

/// Longest phase of a game: a day at production's 6 s.
pub const MAX_GAME_PERIOD: BlockNumber = 14_400;

// The scorers of a session are remembered until every score period that began in it is over.
const _: () = assert!((HISTORY_DEPTH - 1) * SESSION_PERIOD > MAX_GAME_PERIOD);

impl pallet_labeling_game::Config for Runtime {
	type AllowDeposit = ConstU128<{ deposit(0, 80) }>;
	type Currency = Balances;
	type DatasetDeposit = ConstU128<{ deposit(2, 512) }>;
	type DatasetDepositPerByte = ConstU128<{ deposit(0, 1) }>;
	type MaxLabelsPerAccount = ConstU32<256>;
	type MaxLiveSamples = ConstU32<4_096>;
	type MaxPeriod = ConstU32<MAX_GAME_PERIOD>;
	type MaxSamplesPerAccount = ConstU32<256>;
	type MinBounty = ConstU128<{ 100 * MILLI }>;
	type MinCollateral = ConstU128<{ 10 * MILLI }>;
	type Personhood = ();
	type Quorum = LabelReports;
	type SampleDeposit = ConstU128<{ deposit(4, 1_024) }>;
	type SampleDepositPerBlock = ConstU128<{ 100 * MICRO }>;
	type Slashed = Treasury;
	type WeightInfo = weights::pallet_labeling_game::WeightInfo<Runtime>;
}

/// Scorers get a hundredth of a token for a tenth of a second of replay, about. A block's fuel is a second of it on one
/// core: a sixth of a production slot.
impl pallet_learnware_rewards::Config for Runtime {
	type Currency = Balances;
	type MaxFuelPerBlock = ConstU32<10>;
	type MaxPeriod = ConstU32<MAX_GAME_PERIOD>;
	type MaxTrainings = ConstU32<256>;
	type MaxTrainingsPerAccount = ConstU32<16>;
	type MinBudget = ConstU128<UNIT>;
	type MinFeePerFuel = ConstU128<{ 10 * MILLI }>;
	type MinLessonDeposit = ConstU128<{ deposit(1, 256) }>;
	type PartDeposit = ConstU128<{ deposit(0, 128) }>;
	type Quorum = LessonReports;
	type ShowPeriod = ConstU32<100>;
	type Slashed = Treasury;
	type TrainingDeposit = ConstU128<{ deposit(6, 1_024) }>;
	type WeightInfo = weights::pallet_learnware_rewards::WeightInfo<Runtime>;
}

/// Reports on samples.
impl pallet_quorum::Config<Instance1> for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::ScorerSetup;
	type Game = LabelingGame;
	type MaxScorers = ConstU32<MAX_VALIDATORS>;
	type Scorers = ValidatorSet;
	type WeightInfo = weights::pallet_quorum_label_reports::WeightInfo<Runtime>;
}

/// Reports on epochs of training sessions.
impl pallet_quorum::Config<Instance2> for Runtime {
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benchmarks::ScorerSetup;
	type Game = LearnwareRewards;
	type MaxScorers = ConstU32<MAX_VALIDATORS>;
	type Scorers = ValidatorSet;
	type WeightInfo = weights::pallet_quorum_lesson_reports::WeightInfo<Runtime>;
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

/// Authorized calls carry no account: their mortality, nonce and tip are not looked at.
impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(generic::Era::Immortal),
			frame_system::CheckNonce::from(0),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			frame_system::WeightReclaim::new(),
		)
	}
}
