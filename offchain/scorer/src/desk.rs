//! What the desks of all games have in common.

use super::{chain::ChainError, metrics::Metrics};
use std::time::{Duration, Instant};

/// First and longest pause between tries.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where the reports of one game are made.
///
/// Facts are taken from the finalized chain (what a fork took back is never judged), windows from the best block (that is
/// where a report is included).
pub trait Desk {
	/// Something that was started in an earlier turn is done.
	type Event: Send + 'static;
	/// Does all that can be done now; waits for nothing but the runtime.
	fn turn(&mut self);
	/// Takes what an earlier turn asked for.
	fn take(&mut self, event: Self::Event);
}

/// When something that failed is tried again: after pauses that grow.
#[derive(Clone, Copy)]
pub(super) struct Retry {
	next: Instant,
	pause: Duration,
}

impl Retry {
	/// At once.
	pub fn now() -> Self {
		Self { next: Instant::now(), pause: FIRST_PAUSE }
	}

	pub fn is_due(self) -> bool {
		self.next <= Instant::now()
	}

	/// After it has failed once more.
	pub fn later(self) -> Self {
		Self { next: Instant::now() + self.pause, pause: (self.pause * 2).min(LONGEST_PAUSE) }
	}

	/// After the longest pause.
	pub fn much_later() -> Self {
		Self { next: Instant::now() + LONGEST_PAUSE, pause: LONGEST_PAUSE }
	}
}

/// Tells in the log when the node and IPFS cease to answer, and when they answer again.
pub(super) struct Health {
	metrics: Metrics,
	ipfs_works: bool,
	node_works: bool,
}

impl Health {
	/// Both work until they do not.
	pub fn new(metrics: Metrics) -> Self {
		Self { metrics, ipfs_works: true, node_works: true }
	}

	pub fn tell_node(&mut self, result: Result<(), ChainError>) {
		if result.is_ok() == self.node_works {
			return;
		}
		self.node_works = result.is_ok();
		match result {
			Ok(()) => tracing::info!(target: "scorer", "The node answers again"),
			Err(error) => tracing::warn!(target: "scorer", "The node does not answer, trying again: {error}"),
		}
	}

	pub fn tell_ipfs(&mut self, result: Result<(), String>) {
		self.metrics.ipfs_available(result.is_ok());
		if result.is_ok() == self.ipfs_works {
			return;
		}
		self.ipfs_works = result.is_ok();
		match result {
			Ok(()) => tracing::info!(target: "scorer", "IPFS works again"),
			Err(why) => tracing::warn!(target: "scorer", "IPFS does not give a file, trying again: {why}"),
		}
	}
}
