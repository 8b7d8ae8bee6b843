//! The pallets that are benchmarked in this runtime.

use crate::*;
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{
	baseline::Pallet as BaselineBench, define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList,
};
use frame_support::{
	traits::{fungible::Mutate, StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
	BoundedVec,
};
use frame_system::RawOrigin;
use frame_system_benchmarking::{extensions::Pallet as SystemExtensionsBench, Pallet as SystemBench};
use pallet_validator_set::sr25519::AuthorityId;

define_benchmarks!(
	[frame_benchmarking, BaselineBench::<Runtime>]
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[pallet_balances, Balances]
	[pallet_labeling_game, LabelingGame]
	[pallet_learnware_rewards, LearnwareRewards]
	[pallet_quorum, LabelReports]
	[pallet_quorum, LessonReports]
	[pallet_sudo, Sudo]
	[pallet_timestamp, Timestamp]
	[pallet_utility, Utility]
	[pallet_validator_set, ValidatorSet]
);

impl frame_system_benchmarking::Config for Runtime {}
impl frame_benchmarking::baseline::Config for Runtime {}

/// Makes accounts the scorers of the present session, with full bonds: a deviant among them is slashed.
pub struct ScorerSetup;

impl pallet_quorum::BenchmarkHelper<AuthorityId> for ScorerSetup {
	fn appoint(count: u32) -> (u32, Vec<AuthorityId>) {
		let session = pallet_session::CurrentIndex::<Runtime>::get();
		let validators: Vec<AccountId> =
			(0..count).map(|index| frame_benchmarking::account("scorer", index, 0)).collect();
		let keys: Vec<_> = (0..count).map(key).collect();
		for who in &validators {
			// Whoever has a bond from before keeps it.
			let _ = Balances::mint_into(who, configs::VALIDATOR_BOND + UNIT);
			let _ = ValidatorSet::bond(RawOrigin::Signed(who.clone()).into());
		}
		let scorers: Vec<_> = validators.iter().cloned().zip(keys.iter().cloned()).collect();
		pallet_validator_set::Validators::<Runtime>::put(BoundedVec::truncate_from(validators));
		pallet_validator_set::Scorers::<Runtime>::insert(session, BoundedVec::truncate_from(scorers));
		pallet_validator_set::Starts::<Runtime>::put(BoundedVec::truncate_from(alloc::vec![(session, 0)]));
		(session, keys)
	}
}

/// A scorer's key, with its secret in the keystore.
fn key(index: u32) -> AuthorityId {
	let seed = alloc::format!("//{index}").into_bytes();
	<AuthorityId as sp_application_crypto::RuntimeAppPublic>::generate_pair(Some(seed))
}

/// The benchmarks, and the storage that they touch.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Run a benchmark.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::<BenchmarkBatch>::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
