//! The Learnware runtime: the pallets wired together, for Wasm and for tests.
//!
//! - [`configs`]: what each pallet is configured with, and why.
//! - [`apis`]: what nodes and clients may ask the runtime.
//! - [`genesis`]: the presets `development` and `local_testnet`.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "256"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod genesis;
#[cfg(test)]
mod tests;
mod weights;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// Signature of a transaction.
pub type Signature = MultiSignature;
/// Account, 32 bytes.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Address of an account in a transaction.
pub type Address = MultiAddress<AccountId, ()>;
/// Amount of money, in plancks: 10^12 of them are one [`UNIT`].
pub type Balance = u128;
/// Block number.
pub type BlockNumber = u32;
/// How many transactions an account has sent.
pub type Nonce = u32;
/// Hash of a block, a transaction or a piece of state.
pub type Hash = sp_core::H256;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block with transactions that are decoded.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Transaction as it travels, its signature not checked.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signature signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// What each transaction is checked for and charged with, in the order that clients encode it in.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Executes blocks.
pub type Executive =
	frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// The types that the node knows: it passes transactions on without decoding them.
pub mod opaque {
	use super::*;

	/// Block header.
	pub type Header = super::Header;
	/// Block with transactions as bytes.
	pub type Block = generic::Block<Header, sp_runtime::OpaqueExtrinsic>;
	/// Names a block by hash or number.
	pub type BlockId = generic::BlockId<Block>;
}

impl_opaque_keys! {
	/// The keys of a validator: to make blocks, to finalize them, and to score.
	pub struct SessionKeys {
		pub aura: Aura,
		pub grandpa: Grandpa,
		pub scorer: ValidatorSet,
	}
}

/// One token.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLI: Balance = UNIT / 1_000;
/// A millionth of a token.
pub const MICRO: Balance = MILLI / 1_000;

/// Symbol of the token.
pub const TOKEN_SYMBOL: &str = "UNIT";
/// Decimal places of the token.
pub const TOKEN_DECIMALS: u8 = 12;
/// SS58 address prefix: the generic Substrate one.
pub const SS58_PREFIX: u16 = 42;

/// Version of the runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("learnware"),
	impl_name: Cow::Borrowed("learnware"),
	authoring_version: 1,
	spec_version: 1,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 3,
};

/// The pallets. Indices are part of the encoding of calls and events: they never change. `Timestamp` runs before
/// `Aura`, `Authorship` before `Session`, so that a block's author is found in the set that it belongs to.
#[frame_support::runtime]
mod runtime {
	/// The runtime.
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
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp;

	#[runtime::pallet_index(2)]
	pub type Slots = pallet_slots;

	#[runtime::pallet_index(5)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(6)]
	pub type TransactionPayment = pallet_transaction_payment;

	#[runtime::pallet_index(10)]
	pub type Aura = pallet_aura;

	#[runtime::pallet_index(11)]
	pub type Authorship = pallet_authorship;

	#[runtime::pallet_index(12)]
	pub type ValidatorSet = pallet_validator_set;

	#[runtime::pallet_index(13)]
	pub type Session = pallet_session;

	#[runtime::pallet_index(14)]
	pub type Grandpa = pallet_grandpa;

	#[runtime::pallet_index(20)]
	pub type Utility = pallet_utility;

	#[runtime::pallet_index(21)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(30)]
	pub type LabelingGame = pallet_labeling_game;

	#[runtime::pallet_index(31)]
	pub type LearnwareRewards = pallet_learnware_rewards;

	/// Reports on samples of the labeling game.
	#[runtime::pallet_index(40)]
	pub type LabelReports = pallet_quorum<Instance1>;

	/// Reports on epochs of training sessions.
	#[runtime::pallet_index(41)]
	pub type LessonReports = pallet_quorum<Instance2>;
}
