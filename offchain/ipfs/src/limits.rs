//! What one fetch may cost.

use super::MAX_BLOCK_BYTES;
use learnware_primitives::MAX_LABEL_BYTES;
use std::time::Duration;

/// Bounds of one fetch.
///
/// The first four decide verdicts, so everyone who must agree on a verdict needs the same; the others
/// only decide how long to wait.
#[derive(Clone, Debug)]
pub struct Limits {
	/// Most bytes of a file.
	pub file_bytes: u64,
	/// Most bytes of a block.
	pub block_bytes: usize,
	/// Most steps from the root of a file to its leaves.
	pub depth: usize,
	/// Most links in a file, over all of its nodes.
	pub links: usize,
	/// Most blocks of a file that are fetched at a time.
	pub concurrency: usize,
	/// How long an endpoint may take to the first byte of a block.
	pub first_byte: Duration,
	/// How long an endpoint may pause within a block.
	pub idle: Duration,
	/// How long an endpoint may take for a block, and for any other request.
	pub block: Duration,
	/// How long a file may take, over all of its blocks and endpoints.
	pub file: Duration,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			file_bytes: MAX_LABEL_BYTES.into(),
			block_bytes: MAX_BLOCK_BYTES,
			depth: 3,
			links: 1024,
			concurrency: 8,
			first_byte: Duration::from_secs(30),
			idle: Duration::from_secs(10),
			block: Duration::from_secs(60),
			file: Duration::from_secs(300),
		}
	}
}
