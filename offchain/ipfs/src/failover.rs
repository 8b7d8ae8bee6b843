//! Several sources in order, the healthy ones first.

use super::{Block, BlockSource, Cid, Unavailable};
use futures::{future::BoxFuture, FutureExt};
use parking_lot::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// How long an ill endpoint waits behind the healthy ones.
const COOL_DOWN: Duration = Duration::from_secs(30);

/// Asks sources in their order until one gives the block. One that proved ill (down, slow, lying) is
/// asked last for half a minute; no source is ever left out.
pub struct Failover {
	endpoints: Vec<Endpoint>,
}

struct Endpoint {
	name: String,
	source: Box<dyn BlockSource>,
	ill_until: Mutex<Option<Instant>>,
}

/// How an endpoint behaves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EndpointState {
	/// Its name.
	pub name: String,
	/// False from a fault of its own until it works again.
	pub healthy: bool,
}

impl Failover {
	/// Asks `sources`, which are names with sources, in this order.
	pub fn new(sources: Vec<(String, Box<dyn BlockSource>)>) -> Self {
		let endpoint = |(name, source)| Endpoint { name, source, ill_until: Mutex::new(None) };
		Self { endpoints: sources.into_iter().map(endpoint).collect() }
	}

	/// How the endpoints behave, in their order.
	pub fn states(&self) -> Vec<EndpointState> {
		let state = |endpoint: &Endpoint| EndpointState {
			name: endpoint.name.clone(),
			healthy: endpoint.ill_until.lock().is_none(),
		};
		self.endpoints.iter().map(state).collect()
	}

	async fn first(&self, cid: &Cid) -> Result<Block, Unavailable> {
		let now = Instant::now();
		let (ready, cooling): (Vec<_>, Vec<_>) = self.endpoints.iter().partition(|endpoint| endpoint.is_ready(now));
		let mut failures = Vec::new();
		for endpoint in ready.into_iter().chain(cooling) {
			match endpoint.source.block(cid).await {
				Ok(block) => {
					endpoint.recover();
					return Ok(block);
				},
				Err(unavailable) => {
					endpoint.note(&unavailable);
					failures.extend(unavailable.failures);
				},
			}
		}
		Err(Unavailable { failures })
	}
}

impl BlockSource for Failover {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		self.first(cid).boxed()
	}
}

impl Endpoint {
	fn is_ready(&self, now: Instant) -> bool {
		self.ill_until.lock().is_none_or(|until| until <= now)
	}

	/// One log line when it falls ill, none while it stays so.
	fn note(&self, unavailable: &Unavailable) {
		if !unavailable.failures.iter().any(|failure| failure.fault.is_ill()) {
			return self.recover();
		}
		if self.ill_until.lock().replace(Instant::now() + COOL_DOWN).is_none() {
			tracing::warn!(target: "ipfs", endpoint = %self.name, error = %unavailable, "IPFS endpoint fails");
		}
	}

	fn recover(&self) {
		if self.ill_until.lock().take().is_some() {
			tracing::info!(target: "ipfs", endpoint = %self.name, "IPFS endpoint works again");
		}
	}
}
