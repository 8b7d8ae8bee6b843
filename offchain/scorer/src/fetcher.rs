//! How a desk gets and keeps bytes.

use futures::future::BoxFuture;
use learnware_primitives::BadReason;

/// Why a location gave no file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FetchFailure {
	/// Nobody gave the file now, for this reason. Another try may find it.
	Unavailable(String),
	/// The verified bytes themselves show that there will never be a file that can be used.
	Bad(BadReason),
}

/// Bytes by location (binary CID), verified.
///
/// A file that was fetched is kept until it is forgotten once, however often it was fetched. A file that was published is a
/// result: it is kept until it was withdrawn as often as it was published, or until newer results need the room. Forgetting and
/// withdrawing count from the moment of the call; the future that they return ends when the store has done its part.
pub trait Fetcher: Send + Sync + 'static {
	/// Gets a file of at most so many bytes, and keeps it.
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>>;
	/// The location that [`Fetcher::publish`] gives a file; needs nothing but its bytes.
	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String>;
	/// Stores a file, and keeps it as a result; returns its location.
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>>;
	/// Lets go of a file that was fetched; does nothing if it was not fetched.
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
	/// Lets go of a file that was published, because there is a newer one.
	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()>;
}
