//! The scorer: does for each game what its scorers have to do off chain, and reports.
//!
//! - The labeling game: fetches revealed labels, and has them judged by the runtime, with the code of the block in which the
//!   reveal phase ended. The scorer itself only moves bytes.
//! - Learnware rewards: fetches learnwares, lessons and test sets, and replays training sessions: it teaches and scores each
//!   learnware again.
//!
//! Files come from IPFS block by block, and are verified; the reports go to the local transaction pool. Salts are derived from
//! the scorer's key, so a restart finds the same reports again. No error ends the scorer: while an IPFS daemon is down or the
//! node cannot answer, it tries again. The log says when such a failure begins and when it is over, and metrics count it. What
//! fails for one piece of work keeps no other from being reported.
//!
//! What all games share names none of them: `chain`, `desk`, `file_jobs`, `files`, `game`, `metrics` and `reports`.
//! Each game has a folder: what it says of itself, what it asks of the chain, its metrics, and its desk.

#![deny(missing_docs)]

mod chain;
mod desk;
mod fetcher;
mod file_jobs;
mod files;
mod game;
mod labels;
mod list;
mod metrics;
#[cfg(test)]
mod mock;
mod reports;
mod results;
mod training;
mod versions;

pub use self::{
	chain::{ChainError, GameChain, Head, NodeChain, ScorerChain},
	desk::Desk,
	fetcher::{FetchFailure, Fetcher},
	files::DeskFiles,
	game::Game,
	labels::{LabelChain, LabelDesk, Labels},
	metrics::Metrics,
	training::{Training, TrainingDesk},
	versions::Versions,
};

use futures::StreamExt;
use sc_client_api::BlockchainEvents;
use sp_runtime::traits::Block as BlockT;
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Handle, sync::mpsc};

/// How often a desk looks when no block comes.
const IDLE: Duration = Duration::from_secs(5);

/// Runs a desk for as long as the node runs; `open` is given where to start what takes time, and the way back to
/// [`Desk::take`].
///
/// A turn is taken at each block and whenever something arrives that the desk asked for; the turn itself does not wait
/// for anything but the runtime.
pub async fn run<Block, Client, D>(client: Arc<Client>, open: impl FnOnce(Handle, mpsc::UnboundedSender<D::Event>) -> D)
where
	Block: BlockT,
	Client: BlockchainEvents<Block>,
	D: Desk,
{
	let (sender, mut arrivals) = mpsc::unbounded_channel();
	let mut desk = open(Handle::current(), sender);
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
