//! How the scorer gets and keeps bytes.

use crate::ipfs::{
	import::{cid_of, Profile},
	Cid, Ipfs,
};
use futures::{future::BoxFuture, FutureExt};
use learnware_primitives::BadReason;

/// Why a location gave no file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FetchFailure {
	/// Not now: worth another try. Says why.
	Unavailable(String),
	/// Never: the verified bytes themselves say so.
	Bad(BadReason),
}

/// Bytes by location (binary CID), verified.
pub trait Fetcher: Send + Sync + 'static {
	/// Gets a file of at most so many bytes and keeps it until it is dropped.
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>>;
	/// The location that [`Fetcher::publish`] gives a file; needs nothing but its bytes.
	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
	/// Stores and keeps a file; returns its location.
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>>;
	/// Stops keeping a file.
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
}

impl Fetcher for Ipfs {
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>> {
		let ipfs = self.clone();
		async move {
			// The chain takes no other locations.
			let cid = Cid::from_bytes(&location).map_err(|_| FetchFailure::Bad(BadReason::Malformed))?;
			let file = ipfs.fetch_at_most(&cid, most.into()).await.map_err(|error| match error.verdict() {
				Some(reason) => FetchFailure::Bad(reason),
				None => FetchFailure::Unavailable(error.to_string()),
			})?;
			// The bytes are here; a daemon that will not pin them now must not cost the label its score.
			if let Err(error) = ipfs.pin(&cid).await {
				tracing::debug!(target: "scorer", "{cid} is not pinned: {error}");
			}
			Ok(file.bytes)
		}
		.boxed()
	}

	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
		cid_of(bytes, &Profile::UNIXFS_V1_2025).map(|cid| cid.to_bytes()).map_err(|error| error.to_string())
	}

	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>> {
		let ipfs = self.clone();
		async move { ipfs.add(bytes.into()).await.map(|cid| cid.to_bytes()).map_err(|error| error.to_string()) }.boxed()
	}

	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		let ipfs = self.clone();
		async move {
			let Ok(cid) = Cid::from_bytes(&location) else { return };
			if let Err(error) = ipfs.unpin(&cid).await {
				tracing::debug!(target: "scorer", "{cid} is still pinned: {error}");
			}
		}
		.boxed()
	}
}
