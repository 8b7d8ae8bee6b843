//! Genesis presets: a development chain of one validator, and a local network of four.

use crate::{configs::*, *};
use alloc::{vec, vec::Vec};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

/// Balance of each well-known account; the bond of a validator is held from it.
const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// A well-known validator: its account, and its session keys as a node started with its seed has them.
fn validator(account: Sr25519Keyring, finality: Ed25519Keyring) -> (AccountId, SessionKeys) {
	let keys = SessionKeys {
		aura: account.public().into(),
		grandpa: finality.public().into(),
		scorer: account.public().into(),
	};
	(account.to_account_id(), keys)
}

/// A chain with the given validators, all well-known accounts endowed, and Alice as its root.
fn chain(validators: Vec<(AccountId, SessionKeys)>, slot_duration: u64) -> Value {
	let mut balances: Vec<_> =
		Sr25519Keyring::well_known().map(|account| (account.to_account_id(), ENDOWMENT)).collect();
	// So that a slash of any size arrives.
	balances.push((TreasuryAccount::get(), EXISTENTIAL_DEPOSIT));

	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig { balances },
		slots: SlotsConfig { duration: slot_duration },
		validator_set: ValidatorSetConfig { validators: validators.iter().map(|(who, _)| who.clone()).collect() },
		session: SessionConfig { keys: validators.into_iter().map(|(who, keys)| (who.clone(), who, keys)).collect() },
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
	})
}

/// One validator, a block each second.
fn development() -> Value {
	chain(vec![validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice)], 1_000)
}

/// Four validators, which is the fewest that can lose one; a block every two seconds.
fn local_testnet() -> Value {
	chain(
		vec![
			validator(Sr25519Keyring::Alice, Ed25519Keyring::Alice),
			validator(Sr25519Keyring::Bob, Ed25519Keyring::Bob),
			validator(Sr25519Keyring::Charlie, Ed25519Keyring::Charlie),
			validator(Sr25519Keyring::Dave, Ed25519Keyring::Dave),
		],
		2_000,
	)
}

/// The JSON of a preset, if there is one of that name.
pub fn preset(id: &PresetId) -> Option<Vec<u8>> {
	let preset = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		_ => return None,
	};
	serde_json::to_vec(&preset).ok()
}

/// Names of the presets.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEV_RUNTIME_PRESET), PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)]
}
