//! The scorer: fetches revealed labels, has them judged by the runtime, and reports.
//!
//! It only moves bytes. Labels come from IPFS block by block, verified; the runtime of the block in which the
//! reveal phase ended condenses and judges them; the report goes to the local transaction pool. It needs
//! nothing but the chain: its salts are derived from its key, so a restart finds the same reports again. It
//! never returns an error: a dead IPFS daemon or a busy pool is tried again, and told in the log once for each
//! change, and in the metrics.

mod chain;
mod desk;
mod fetcher;
mod metrics;
#[cfg(test)]
mod tests;

pub use self::{
	chain::{ChainError, Head, NodeChain, ScorerChain},
	desk::{Desk, Event},
	fetcher::{FetchFailure, Fetcher},
	metrics::Metrics,
};

use futures::StreamExt;
use sc_client_api::BlockchainEvents;
use sp_runtime::traits::Block as BlockT;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// How often the scorer looks when no block comes.
const IDLE: Duration = Duration::from_secs(5);

/// Runs the scorer for as long as the node runs.
///
/// A turn is taken at each block and whenever fetched bytes arrive; the turn itself does not wait for anything
/// but the runtime.
pub async fn run<Block, Client>(
	client: Arc<Client>,
	chain: impl ScorerChain,
	fetcher: Arc<dyn Fetcher>,
	metrics: Metrics,
) where
	Block: BlockT,
	Client: BlockchainEvents<Block>,
{
	let (sender, mut arrivals) = mpsc::unbounded_channel();
	let mut desk = Desk::new(chain, fetcher, metrics, tokio::runtime::Handle::current(), sender);
	let mut blocks = client.import_notification_stream();
	let mut finality = client.finality_notification_stream();
	loop {
		tokio::select! {
			Some(_) = blocks.next() => {},
			Some(_) = finality.next() => {},
			Some(event) = arrivals.recv() => {
				desk.take(event);
				while let Ok(event) = arrivals.try_recv() {
					desk.take(event);
				}
			},
			() = tokio::time::sleep(IDLE) => {},
		}
		desk.turn();
	}
}
