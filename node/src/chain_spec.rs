//! The chains that the node knows by name.

use learnware_runtime::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, WASM_BINARY};
use sc_service::{ChainType, Properties};

/// Specification of a chain, without extensions.
pub type ChainSpec = sc_service::GenericChainSpec;

/// Name of the network protocols; with the genesis hash it tells our peers from those of other chains.
const PROTOCOL_ID: &str = "learnware";

/// A chain from a genesis preset of the runtime.
fn from_preset(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, String> {
	let code = WASM_BINARY.ok_or("this node was built with SKIP_WASM_BUILD, so it has no runtime for a new chain")?;
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	Ok(ChainSpec::builder(code, None)
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id(PROTOCOL_ID)
		.with_properties(properties)
		.with_genesis_config_preset_name(preset)
		.build())
}

/// One validator, Alice; a block each second.
pub fn development() -> Result<ChainSpec, String> {
	from_preset(
		"Learnware Development",
		"learnware_dev",
		ChainType::Development,
		sp_genesis_builder::DEV_RUNTIME_PRESET,
	)
}

/// Four validators: Alice, Bob, Charlie and Dave; a block every two seconds.
pub fn local() -> Result<ChainSpec, String> {
	from_preset(
		"Learnware Local",
		"learnware_local",
		ChainType::Local,
		sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
	)
}
