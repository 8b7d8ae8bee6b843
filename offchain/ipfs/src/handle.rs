//! One handle for all of it: what the node and the command line use.

use super::{
	fetch::File,
	import::{cid_of, Profile},
	BlockSource, BlockStore, Caching, Cid, Dag, EndpointError, EndpointState, Failover, Failure, Fault, FetchError,
	KuboSource, Limits, PeerSource, Pinned, Unavailable,
};
use bytes::Bytes;
use std::{future::Future, sync::Arc};
use url::Url;

/// Where IPFS is.
#[derive(Clone, Default)]
pub struct Config {
	/// RPC endpoints in the order in which they are asked: IPFS daemons, or the server of the embedded store.
	pub endpoints: Vec<Url>,
	/// Nodes that serve raw blocks, asked after the endpoints.
	pub peers: Vec<Url>,
	/// Where fetched blocks are kept, if not with a daemon.
	pub store: Option<Arc<BlockStore>>,
	/// Bounds.
	pub limits: Limits,
}

/// Access to files on IPFS. Cheap to clone.
#[derive(Clone)]
pub struct Ipfs {
	endpoints: Arc<[Arc<KuboSource>]>,
	failover: Arc<Failover>,
	source: Arc<dyn BlockSource>,
	limits: Limits,
}

/// Why a file was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
	/// No endpoint took it.
	#[error(transparent)]
	Unavailable(#[from] Unavailable),
	/// Nobody would fetch it.
	#[error("the file has {bytes} bytes, more than the {most} allowed; make it smaller")]
	TooLarge {
		/// Its size.
		bytes: u64,
		/// The bound.
		most: u64,
	},
	/// A bug.
	#[error("the CID could not be computed: {0}")]
	Import(String),
}

/// How an endpoint answers.
#[derive(Clone, Debug)]
pub struct EndpointHealth {
	/// Its address.
	pub endpoint: String,
	/// Its version, or why there is no answer.
	pub version: Result<String, Fault>,
}

impl Ipfs {
	/// Takes the configuration; connects to nothing yet.
	pub fn new(config: Config) -> Result<Self, EndpointError> {
		let Config { endpoints, peers, store, limits } = config;
		let endpoints = endpoints.iter().map(|url| Ok(Arc::new(KuboSource::new(url, &limits)?)));
		let endpoints: Arc<[Arc<KuboSource>]> = endpoints.collect::<Result<_, EndpointError>>()?;
		let mut sources: Vec<(String, Box<dyn BlockSource>)> = Vec::new();
		for endpoint in endpoints.iter() {
			sources.push((endpoint.name().into(), Box::new(endpoint.clone())));
		}
		for url in &peers {
			let peer = PeerSource::new(url, &limits)?;
			sources.push((peer.name().into(), Box::new(peer)));
		}
		let failover = Arc::new(Failover::new(sources));
		let source: Arc<dyn BlockSource> = match store {
			Some(store) => Arc::new(Caching::new(failover.clone(), store)),
			None => failover.clone(),
		};
		Ok(Self { endpoints, failover, source, limits })
	}

	/// The CID that [`add`](Self::add) gives a file.
	pub fn identify(&self, content: &[u8]) -> Result<Cid, AddError> {
		let (bytes, most) = (content.len() as u64, self.limits.file_bytes);
		if bytes > most {
			return Err(AddError::TooLarge { bytes, most });
		}
		cid_of(content, &Profile::UNIXFS_V1_2025).map_err(|error| AddError::Import(error.to_string()))
	}

	/// Adds a file to the first endpoint that takes it, pinned, and returns its CID, which is computed here
	/// and checked against the endpoint's.
	pub async fn add(&self, content: Bytes) -> Result<Cid, AddError> {
		let cid = self.identify(&content)?;
		self.first_endpoint(|endpoint| {
			let content = content.clone();
			async move { endpoint.add(content, &cid).await }
		})
		.await?;
		Ok(cid)
	}

	/// Fetches and verifies a file.
	pub async fn fetch(&self, cid: &Cid) -> Result<File, FetchError> {
		super::fetch_file(self.source.as_ref(), cid, &self.limits).await
	}

	/// Fetches and verifies a file, within another bound than the usual one.
	pub async fn fetch_at_most(&self, cid: &Cid, file_bytes: u64) -> Result<File, FetchError> {
		super::fetch_file(self.source.as_ref(), cid, &Limits { file_bytes, ..self.limits.clone() }).await
	}

	/// Fetches and verifies a file as blocks, for a [CAR](super::car::write).
	pub async fn fetch_dag(&self, cid: &Cid) -> Result<Dag, FetchError> {
		super::fetch_dag(self.source.as_ref(), cid, &self.limits).await
	}

	/// Pins a file at the first endpoint that can. With the embedded store, fetch the file first.
	pub async fn pin(&self, cid: &Cid) -> Result<(), Unavailable> {
		self.first_endpoint(|endpoint| async move { endpoint.pin(cid).await }).await
	}

	/// Adds a file like [`add`](Self::add), `cid` being its [CID](Self::identify). Returns the endpoint if the pin is new there,
	/// that is, if it may be [taken off](Self::unpin) again without anybody's loss. An endpoint that does not say whether it had
	/// a pin counts as one that had.
	pub async fn add_anew(&self, content: Bytes, cid: &Cid) -> Result<Option<String>, Unavailable> {
		self.first_endpoint(|endpoint| {
			let content = content.clone();
			async move {
				let before = endpoint.pinned(cid).await;
				endpoint.add(content, cid).await?;
				Ok(if_new(endpoint, &before))
			}
		})
		.await
	}

	/// Pins a file like [`pin`](Self::pin), and returns the endpoint if the pin is new there, as [`add_anew`](Self::add_anew)
	/// does.
	pub async fn pin_anew(&self, cid: &Cid) -> Result<Option<String>, Unavailable> {
		self.first_endpoint(|endpoint| async move {
			let before = endpoint.pinned(cid).await;
			// Another pin would take away the name that Kubo lets an owner give to this one.
			if !matches!(before, Ok(Pinned::Whole)) {
				endpoint.pin(cid).await?;
			}
			Ok(if_new(endpoint, &before))
		})
		.await
	}

	/// Takes the pin off at one endpoint. It is fine if there is none.
	pub async fn unpin(&self, cid: &Cid, endpoint: &str) -> Result<(), Unavailable> {
		match self.endpoints.iter().find(|known| known.name() == endpoint) {
			Some(known) => known.unpin(cid).await.map_err(|fault| Unavailable::at(endpoint, fault)),
			None => Ok(()),
		}
	}

	/// What the first endpoint that answers has pinned.
	pub async fn pins(&self) -> Result<Vec<Cid>, Unavailable> {
		self.first_endpoint(|endpoint| async move { endpoint.pins().await }).await
	}

	/// Asks every RPC endpoint for its version.
	pub async fn health(&self) -> Vec<EndpointHealth> {
		let ask = |endpoint: &Arc<KuboSource>| {
			let endpoint = endpoint.clone();
			async move { EndpointHealth { version: endpoint.version().await, endpoint: endpoint.name().into() } }
		};
		futures::future::join_all(self.endpoints.iter().map(ask)).await
	}

	/// How endpoints and peers behaved so far; asks nobody.
	pub fn states(&self) -> Vec<EndpointState> {
		self.failover.states()
	}

	/// The bounds in use.
	pub fn limits(&self) -> &Limits {
		&self.limits
	}

	async fn first_endpoint<'a, T, F>(&'a self, ask: impl Fn(&'a KuboSource) -> F) -> Result<T, Unavailable>
	where
		F: Future<Output = Result<T, Fault>> + 'a,
	{
		let mut failures = Vec::new();
		for endpoint in self.endpoints.iter() {
			match ask(endpoint).await {
				Ok(outcome) => return Ok(outcome),
				Err(fault) => failures.push(Failure { endpoint: endpoint.name().into(), fault }),
			}
		}
		Err(Unavailable { failures })
	}
}

fn if_new(endpoint: &KuboSource, before: &Result<Pinned, Fault>) -> Option<String> {
	matches!(before, Ok(Pinned::No)).then(|| endpoint.name().into())
}
