//! Where blocks come from.

use super::{block::WrongBytes, Block, BlockStore, Cid};
use futures::{future::BoxFuture, FutureExt};
use std::{fmt, sync::Arc, time::Duration};

/// Gives verified blocks, in bounded time and memory.
pub trait BlockSource: Send + Sync {
	/// The block `cid`, or why nobody gave it.
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>>;
}

impl<S: BlockSource + ?Sized> BlockSource for Arc<S> {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		self.as_ref().block(cid)
	}
}

/// The bytes could not be had. It says nothing about them: try again later, or at another endpoint.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Unavailable {
	/// What went wrong at each endpoint that was asked.
	pub failures: Vec<Failure>,
}

impl fmt::Display for Unavailable {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("unavailable: ")?;
		if self.failures.is_empty() {
			return formatter.write_str("no IPFS endpoint is configured; give one, such as http://127.0.0.1:5001");
		}
		for (index, failure) in self.failures.iter().enumerate() {
			if index > 0 {
				formatter.write_str("; ")?;
			}
			write!(formatter, "{failure}")?;
		}
		Ok(())
	}
}

impl Unavailable {
	/// One endpoint's failure.
	pub fn at(endpoint: &str, fault: Fault) -> Self {
		Self { failures: vec![Failure { endpoint: endpoint.into(), fault }] }
	}
}

/// What went wrong at one endpoint.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{endpoint}: {fault}")]
pub struct Failure {
	/// Which one.
	pub endpoint: String,
	/// What.
	pub fault: Fault,
}

/// What can go wrong at an endpoint.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
	/// No connection, or one that broke.
	#[error("connection failed ({0}); is the IPFS daemon running, and is this its address?")]
	Connection(String),
	/// It works, but has not got it, and found nobody who has.
	#[error("it has not got it ({0})")]
	Missing(String),
	/// It works, but does not do it.
	#[error("refused ({0})")]
	Refused(String),
	/// It was too slow.
	#[error("no {what} within {} s; the content may be nowhere, or the endpoint too slow", .after.as_secs_f32())]
	TimedOut {
		/// What did not come.
		what: &'static str,
		/// How long it had.
		after: Duration,
	},
	/// It sent more bytes than a block may have.
	#[error("it sent more than {0} bytes for a block")]
	TooLong(usize),
	/// It sent other bytes than those asked for.
	#[error("it lies, or cut the answer short: {0}")]
	WrongBytes(#[from] WrongBytes),
	/// It made another CID of the same file.
	#[error(
		"it named the file {theirs}, but it is {ours}: it does not take the options of the profile unixfs-v1-2025"
	)]
	WrongCid {
		/// The CID that its content has.
		ours: Cid,
		/// The CID that the endpoint gave.
		theirs: String,
	},
}

impl Fault {
	/// True if the endpoint itself is ill, rather than without the content.
	pub fn is_ill(&self) -> bool {
		!matches!(self, Self::Missing(_) | Self::Refused(_))
	}
}

/// An address that is not usable as an endpoint.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EndpointError {
	/// No TLS is compiled in.
	#[error("{0}: only http:// endpoints work; for https, run a TLS proxy on this machine and give its http address")]
	Scheme(String),
	/// No host.
	#[error("{0}: no host; expected something like http://127.0.0.1:5001")]
	Host(String),
	/// The client would silently drop the path.
	#[error("{0}: an API endpoint has no path, query or fragment; expected something like http://127.0.0.1:5001")]
	Path(String),
	/// The HTTP client does not take it.
	#[error("{0}: {1}; expected something like http://127.0.0.1:5001")]
	Invalid(String, String),
}

/// Keeps what another source gives in the local store, so that this node can serve it to others.
pub struct Caching<S> {
	inner: S,
	store: Arc<BlockStore>,
}

impl<S: BlockSource> Caching<S> {
	/// Writes what `inner` gives to `store`.
	pub fn new(inner: S, store: Arc<BlockStore>) -> Self {
		Self { inner, store }
	}

	/// The source below.
	pub fn inner(&self) -> &S {
		&self.inner
	}

	/// A full or broken disk costs the copy, not the fetch: the store logs it.
	async fn keep(&self, block: Block) -> Block {
		if self.store.contains(block.cid()) {
			return block;
		}
		let (store, copy) = (self.store.clone(), block.clone());
		let kept = tokio::task::spawn_blocking(move || store.put(&copy)).await;
		if let Ok(Err(error)) = kept {
			tracing::warn!(target: "ipfs", cid = %block.cid(), %error, "Fetched block is not kept");
		}
		block
	}
}

impl<S: BlockSource> BlockSource for Caching<S> {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		async move { Ok(self.keep(self.inner.block(cid).await?).await) }.boxed()
	}
}

/// The local store as a source: no network.
impl BlockSource for Arc<BlockStore> {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		let (store, cid) = (self.clone(), *cid);
		async move {
			let fault = match tokio::task::spawn_blocking(move || store.get(&cid)).await {
				Ok(Ok(Some(block))) => return Ok(block),
				Ok(Ok(None)) => Fault::Missing(format!("ipld: could not find {cid}")),
				Ok(Err(error)) => Fault::Connection(error.to_string()),
				Err(error) => Fault::Connection(error.to_string()),
			};
			Err(Unavailable::at("local store", fault))
		}
		.boxed()
	}
}
