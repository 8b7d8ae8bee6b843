//! Makes the DAG of a file, with the same CIDs as Kubo.

use super::{block::WrongBytes, Block, Cid, Version};
use rust_unixfs::file::adder::{BalancedCollector, Chunker, FileAdder};

/// How a file becomes a DAG (IPIP-499). Two profiles give two CIDs to the same bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Profile {
	/// Version of the CIDs of dag-pb nodes.
	pub version: Version,
	/// Leaves are raw blocks rather than dag-pb nodes.
	pub raw_leaves: bool,
	/// Bytes of a leaf.
	pub chunk_bytes: usize,
	/// Most links of a node.
	pub links: usize,
}

impl Profile {
	/// What Learnware adds with.
	pub const UNIXFS_V1_2025: Self =
		Self { version: Version::V1, raw_leaves: true, chunk_bytes: 1024 * 1024, links: 1024 };
	/// What `ipfs add` of Kubo uses without options.
	pub const UNIXFS_V0_2015: Self =
		Self { version: Version::V0, raw_leaves: false, chunk_bytes: 256 * 1024, links: 174 };

	fn adder(&self) -> FileAdder {
		let version = match self.version {
			Version::V0 => cid::Version::V0,
			Version::V1 => cid::Version::V1,
		};
		FileAdder::builder()
			.with_chunker(Chunker::Size(self.chunk_bytes.max(1)))
			.with_collector(BalancedCollector::with_branching_factor(self.links.max(2)))
			.with_cid_version(version)
			.with_raw_leaves(self.raw_leaves)
			.build()
	}
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError<E> {
	/// The library made a block that does not verify: a bug.
	#[error("the UnixFS library made a wrong block ({0}); report it as a bug of Learnware")]
	Library(String),
	/// The sink did not take a block.
	#[error(transparent)]
	Sink(E),
}

impl<E> From<WrongBytes> for ImportError<E> {
	fn from(error: WrongBytes) -> Self {
		Self::Library(error.to_string())
	}
}

/// Makes the blocks of `content` and gives each to `sink`, children before their parent. The root is the
/// last one; its CID is returned.
pub fn import<E>(
	content: &[u8],
	profile: &Profile,
	mut sink: impl FnMut(Block) -> Result<(), E>,
) -> Result<Cid, ImportError<E>> {
	let mut root = None;
	let mut take = |(cid, bytes): (cid::Cid, Vec<u8>)| {
		let cid = Cid::from_bytes(&cid.to_bytes()).map_err(|error| ImportError::Library(error.to_string()))?;
		root = Some(cid);
		sink(Block::verify(cid, bytes.into())?).map_err(ImportError::Sink)
	};
	let mut adder = profile.adder();
	let mut rest = content;
	while !rest.is_empty() {
		let (blocks, consumed) = adder.push(rest);
		blocks.into_iter().try_for_each(&mut take)?;
		rest = rest.get(consumed..).unwrap_or_default();
	}
	adder.finish().try_for_each(&mut take)?;
	root.ok_or_else(|| ImportError::Library("no block at all".into()))
}

/// The CID that `content` has by `profile`.
pub fn cid_of(content: &[u8], profile: &Profile) -> Result<Cid, ImportError<std::convert::Infallible>> {
	import(content, profile, |_| Ok(()))
}
