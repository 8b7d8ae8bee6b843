//! What the desks of all games have in common.

use super::{chain::ChainError, metrics::Metrics};
use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

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

/// What the node could not answer in one turn. Each failure is about one thing, and ends nothing but that.
#[derive(Default)]
pub(super) struct Failures(BTreeMap<String, ChainError>);

impl Failures {
	/// The answer, if there is one; `what` it would have been about.
	pub fn note<T>(&mut self, what: impl FnOnce() -> String, answer: Result<T, ChainError>) -> Option<T> {
		answer.map_err(|error| self.0.insert(what(), error)).ok()
	}
}

/// Tells in the log when the node and IPFS cease to answer, and when they answer again.
pub(super) struct Health {
	metrics: Metrics,
	ipfs_works: bool,
	/// What the node does not answer on.
	failing: BTreeSet<String>,
}

impl Health {
	/// Both work until they do not.
	pub fn new(metrics: Metrics) -> Self {
		Self { metrics, ipfs_works: true, failing: BTreeSet::new() }
	}

	pub fn tell_node(&mut self, Failures(failures): Failures) {
		for (what, error) in failures.iter().filter(|(what, _)| !self.failing.contains(*what)) {
			tracing::warn!(target: "scorer", "The node does not answer on {what}, trying again: {error}");
		}
		if failures.is_empty() && !self.failing.is_empty() {
			tracing::info!(target: "scorer", "The node answers again");
		}
		self.failing = failures.into_keys().collect();
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
