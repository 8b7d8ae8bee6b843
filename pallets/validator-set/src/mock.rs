//! A runtime for the tests: accounts are numbers, sessions last ten blocks, and four of them are remembered.

use crate::{self as pallet_validator_set, sr25519::AuthorityId};
use frame_support::{
	derive_impl, parameter_types,
	traits::{tokens::imbalance::ResolveTo, ConstU128, ConstU32, ConstU64},
};
use frame_system::{EnsureRoot, RunToBlockHooks};
use sp_core::sr25519::Public;
use sp_runtime::{impl_opaque_keys, traits::ConvertInto, BuildStorage, Perbill};

pub type Block = frame_system::mocking::MockBlock<Test>;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		ValidatorSet: pallet_validator_set,
		Session: pallet_session,
	}
);

pub const PERIOD: u64 = 10;
pub const HISTORY: u32 = 4;
/// What validators must bond.
pub const BOND: u128 = 1_000;
/// What each of [`ACCOUNTS`] has at genesis.
pub const ENDOWMENT: u128 = 10_000;
/// Those that are or may become validators.
pub const ACCOUNTS: core::ops::RangeInclusive<u64> = 1..=6;
/// Gets what is slashed.
pub const TREASURY: u64 = 100;

parameter_types! {
	pub const DeviationSlash: Perbill = Perbill::from_percent(10);
	pub const Treasury: u64 = TREASURY;
	pub const MaxValidators: u32 = 5;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<u128>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = u128;
	type ExistentialDeposit = ConstU128<1>;
}

impl_opaque_keys! {
	pub struct SessionKeys {
		pub scorer: ValidatorSet,
	}
}

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = u64;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = pallet_session::PeriodicSessions<ConstU64<PERIOD>, ConstU64<0>>;
	type NextSessionRotation = Self::ShouldEndSession;
	type SessionManager = ValidatorSet;
	type SessionHandler = (ValidatorSet,);
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

impl pallet_validator_set::Config for Test {
	type WeightInfo = ();
	type AdminOrigin = EnsureRoot<u64>;
	type Currency = Balances;
	type Bond = ConstU128<BOND>;
	type DeviationSlash = DeviationSlash;
	type Slashed = ResolveTo<Treasury, Balances>;
	type MaxValidators = MaxValidators;
	type HistoryDepth = ConstU32<HISTORY>;
}

/// The scorer key of an account, in its `version`-th rotation.
pub fn key(who: u64, version: u8) -> AuthorityId {
	let mut raw = [version; 32];
	raw[..8].copy_from_slice(&who.to_le_bytes());
	Public::from_raw(raw).into()
}

/// Give an account session keys, as if it had called `session.setKeys`.
pub fn set_keys(who: u64, version: u8) {
	pallet_session::NextKeys::<Test>::insert(who, SessionKeys { scorer: key(who, version) });
}

/// Run until block `n` is initialized.
pub fn run_to(n: u64) {
	System::run_to_block_with::<AllPalletsWithSystem>(n, RunToBlockHooks::default());
}

/// Run to the first block of session `n`.
pub fn run_to_session(n: u32) {
	run_to(u64::from(n) * PERIOD);
}

/// Builds the state for a test: validators 1, 2 and 3 unless told otherwise.
pub struct ExtBuilder {
	validators: Vec<u64>,
	endowment: u128,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { validators: vec![1, 2, 3], endowment: ENDOWMENT }
	}
}

impl ExtBuilder {
	pub fn validators(mut self, validators: &[u64]) -> Self {
		self.validators = validators.to_vec();
		self
	}

	pub fn endowment(mut self, endowment: u128) -> Self {
		self.endowment = endowment;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let keys = self.validators.iter().map(|who| (*who, *who, SessionKeys { scorer: key(*who, 0) })).collect();
		let balances = ACCOUNTS.map(|who| (who, self.endowment)).collect();
		let config = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
			validator_set: crate::GenesisConfig { validators: self.validators },
			session: pallet_session::GenesisConfig { keys, ..Default::default() },
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities =
			config.build_storage().expect("the genesis of the mock is valid").into();
		// Events are recorded from block 1 on.
		ext.execute_with(|| run_to(1));
		ext
	}

	/// Run a test, and check the storage after it.
	pub fn execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			crate::Pallet::<Test>::do_try_state().expect("the test leaves a valid state");
		});
	}
}
