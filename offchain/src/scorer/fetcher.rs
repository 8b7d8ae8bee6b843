//! How a desk gets and keeps bytes.

use futures::future::BoxFuture;
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
///
/// A file that was fetched is needed until it is forgotten, one that was published until it is withdrawn; how often it was
/// fetched or published makes no difference. To let go of a file that is not needed does nothing. It takes effect at once: the
/// future only waits for the store.
pub trait Fetcher: Send + Sync + 'static {
	/// Gets a file of at most so many bytes, and keeps it.
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>>;
	/// The location that [`Fetcher::publish`] gives a file; needs nothing but its bytes.
	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
	/// Stores and keeps a file; returns its location.
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>>;
	/// Lets go of a file that was fetched.
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
	/// Lets go of a file that was published.
	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
	/// Lets go of a file that was fetched or published, and leaves it in the store for good.
	fn leave(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
}
