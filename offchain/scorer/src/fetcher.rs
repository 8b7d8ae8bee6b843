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
/// A file that was fetched is needed until it is forgotten, however often it was fetched. One that was published is a result,
/// until it is withdrawn as often as it was published, or there are many newer ones. To let go takes effect at once: the future
/// only waits for the store.
pub trait Fetcher: Send + Sync + 'static {
	/// Gets a file of at most so many bytes, and keeps it.
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>>;
	/// The location that [`Fetcher::publish`] gives a file; needs nothing but its bytes.
	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
	/// Stores a file, and keeps it as a result; returns its location.
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>>;
	/// Lets go of a file that was fetched; does nothing if it was not.
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
	/// Lets go of a file that was published: there is a newer one.
	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
}
