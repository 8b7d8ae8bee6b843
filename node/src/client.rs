//! The chain and the pool as all parts of the node see them.

use learnware_runtime::{apis::RuntimeApi, opaque::Block};
use sc_executor::WasmExecutor;

/// The chain.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, WasmExecutor<sp_io::SubstrateHostFunctions>>;
/// Transactions that wait.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
