//! Tests of the wiring: extensions, presets, limits, and where money goes.

use crate::{configs::*, *};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Balanced, Inspect, InspectHold},
		tokens::{Fortitude, Precision, Preservation},
		Get, OnUnbalanced,
	},
};
use pallet_quorum::Scorers;
use pallet_session::SessionManager;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	traits::{ExtrinsicMetadata, TransactionExtension},
	BuildStorage,
};

/// The state that a preset builds.
fn state(name: &str) -> sp_io::TestExternalities {
	let mut ext = sp_io::TestExternalities::default();
	ext.execute_with(|| {
		let patch = genesis::preset(&PresetId::from(name)).expect("the preset exists");
		let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).expect("it serializes");
		merge(&mut config, serde_json::from_slice(&patch).expect("a preset is JSON"));
		let config = serde_json::to_vec(&config).expect("it serializes");
		assert_ok!(frame_support::genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config));
	});
	ext
}

/// Lay a preset over the default genesis, as the node does.
fn merge(config: &mut serde_json::Value, patch: serde_json::Value) {
	match (config, patch) {
		(serde_json::Value::Object(config), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(config.entry(key).or_insert(serde_json::Value::Null), value);
			}
		},
		(config, patch) => *config = patch,
	}
}

#[test]
fn extensions_are_in_the_order_that_clients_know() {
	let names: Vec<_> = TxExtension::metadata().into_iter().map(|extension| extension.identifier).collect();
	assert_eq!(
		names,
		[
			"AuthorizeCall",
			"CheckNonZeroSender",
			"CheckSpecVersion",
			"CheckTxVersion",
			"CheckGenesis",
			"CheckMortality",
			"CheckNonce",
			"CheckWeight",
			"ChargeTransactionPayment",
			"CheckMetadataHash",
			"WeightReclaim",
		]
	);
	assert_eq!(UncheckedExtrinsic::VERSIONS, &[4, 5]);
}

#[test]
fn every_preset_builds() {
	for name in genesis::preset_names() {
		state(name.as_ref()).execute_with(|| {
			let validators = pallet_validator_set::Validators::<Runtime>::get().into_inner();
			assert!(!validators.is_empty());
			assert_eq!(Session::validators(), validators);
			assert_eq!(ValidatorSet::count(0) as usize, validators.len());
			assert_eq!(pallet_aura::Authorities::<Runtime>::get().len(), validators.len());
			assert_eq!(Grandpa::grandpa_authorities().len(), validators.len());
			assert_eq!(Balances::balance(&TreasuryAccount::get()), EXISTENTIAL_DEPOSIT);
			assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(Sr25519Keyring::Alice.to_account_id()));
			for account in Sr25519Keyring::well_known() {
				let account = account.to_account_id();
				let bond = if validators.contains(&account) { VALIDATOR_BOND } else { 0 };
				let reason = pallet_validator_set::HoldReason::Bond.into();
				assert_eq!(Balances::total_balance(&account), 1_000_000 * UNIT);
				assert_eq!(Balances::balance(&account), 1_000_000 * UNIT - bond);
				assert_eq!(Balances::balance_on_hold(&reason, &account), bond);
			}
		});
	}
}

#[test]
fn presets_have_their_validators_and_slots() {
	for (name, validators, slot) in [("development", 1, 1_000), ("local_testnet", 4, 2_000)] {
		state(name).execute_with(|| {
			assert_eq!(Session::validators().len(), validators);
			assert_eq!(<Slots as Get<u64>>::get(), slot);
			assert_eq!(<Runtime as pallet_timestamp::Config>::MinimumPeriod::get(), slot / 2);
		});
	}
}

#[test]
fn slots_are_six_seconds_unless_told() {
	let storage = RuntimeGenesisConfig::default().build_storage().expect("the default builds");
	sp_io::TestExternalities::from(storage).execute_with(|| assert_eq!(<Slots as Get<u64>>::get(), 6_000));
}

#[test]
#[should_panic(expected = "shorter than nodes can follow")]
fn genesis_refuses_slots_that_are_too_short() {
	let slots = SlotsConfig { duration: pallet_slots::MIN_DURATION - 1, ..Default::default() };
	let _ = RuntimeGenesisConfig { slots, ..Default::default() }.build_storage();
}

#[test]
fn slashes_of_any_size_reach_the_treasury() {
	state("development").execute_with(|| {
		let before = Balances::total_issuance();
		let alice = Sr25519Keyring::Alice.to_account_id();
		let slash = Balances::withdraw(&alice, 1, Precision::Exact, Preservation::Preserve, Fortitude::Force);
		Treasury::on_unbalanced(slash.expect("Alice is rich"));
		assert_eq!(Balances::balance(&TreasuryAccount::get()), EXISTENTIAL_DEPOSIT + 1);
		assert_eq!(Balances::total_issuance(), before);
	});
}

#[test]
fn deviations_cost_validators_and_enrich_the_treasury() {
	state("local_testnet").execute_with(|| {
		let before = Balances::total_issuance();
		let (who, _) = ValidatorSet::scorer(0, 1).expect("there are four");
		ValidatorSet::report_deviant(0, 1);
		let slashed = VALIDATOR_BOND / 10;
		assert_eq!(Balances::total_balance(&who), 1_000_000 * UNIT - slashed);
		assert_eq!(Balances::balance(&TreasuryAccount::get()), EXISTENTIAL_DEPOSIT + slashed);
		assert_eq!(Balances::total_issuance(), before);
	});
}

#[test]
fn validators_are_removed_by_their_seventh_deviation() {
	state("local_testnet").execute_with(|| {
		let (who, _) = ValidatorSet::scorer(0, 1).expect("there are four");
		let is_validator = || pallet_validator_set::Validators::<Runtime>::get().contains(&who);
		(0..6).for_each(|_| ValidatorSet::report_deviant(0, 1));
		assert!(is_validator());
		ValidatorSet::report_deviant(0, 1);
		assert!(!is_validator());
		let bonded = pallet_validator_set::Bonds::<Runtime>::get(&who).expect("it is not released");
		assert_eq!(bonded.amount, 4_782_969 * MILLI);
		assert_eq!(bonded.unlocks, Some(2 + HISTORY_DEPTH));
	});
}

#[test]
fn empty_stored_set_is_never_proposed() {
	sp_io::TestExternalities::default().execute_with(|| assert_eq!(ValidatorSet::new_session(1), None));
}
