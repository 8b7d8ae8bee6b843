//! Verified blocks.

use super::{Cid, Codec};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// Most bytes of a block: what IPFS nodes exchange (2 MiB).
pub const MAX_BLOCK_BYTES: usize = 2 * 1024 * 1024;

/// Bytes with the digest that their identifier names: [`Block::verify`] and [`Block::new`] are the only
/// ways to have one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
	cid: Cid,
	bytes: Bytes,
}

/// The bytes are not those that the identifier names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the bytes do not hash to {0}; get them from somewhere else")]
pub struct WrongBytes(
	/// The identifier.
	pub Cid,
);

impl Block {
	/// Takes `bytes` as the block `cid` if they hash to its digest.
	pub fn verify(cid: Cid, bytes: Bytes) -> Result<Self, WrongBytes> {
		match sha256(&bytes) == *cid.digest() {
			true => Ok(Self { cid, bytes }),
			false => Err(WrongBytes(cid)),
		}
	}

	/// Names `bytes` by their digest, with a version 1 identifier.
	pub fn new(codec: Codec, bytes: Bytes) -> Self {
		Self { cid: Cid::v1(codec, sha256(&bytes)), bytes }
	}

	/// Its identifier.
	pub fn cid(&self) -> &Cid {
		&self.cid
	}

	/// Its bytes.
	pub fn bytes(&self) -> &Bytes {
		&self.bytes
	}

	/// Its bytes, without the proof.
	pub fn into_bytes(self) -> Bytes {
		self.bytes
	}
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
	Sha256::digest(bytes).into()
}
