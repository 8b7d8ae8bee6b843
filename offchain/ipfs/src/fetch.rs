//! Walks the DAG of a file over verified blocks.

use super::{
	dag_pb::{self, Child, DecodeError, FileNode, Kind},
	Block, BlockSource, Cid, Codec, Failure, Fault, Limits, Unavailable,
};
use bytes::Bytes;
use futures::{stream, StreamExt};
use learnware_primitives::BadReason;
use std::collections::{HashMap, HashSet};

/// A file, with where it came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
	/// Its bytes.
	pub bytes: Vec<u8>,
	/// Its blocks, each once, the root first.
	pub blocks: Vec<Cid>,
	/// Links in it, over all of its nodes.
	pub links: usize,
}

/// A file as verified blocks.
#[derive(Clone, Debug)]
pub struct Dag {
	/// Each block once, the root first.
	pub blocks: Vec<Block>,
	parts: Vec<Bytes>,
	links: usize,
}

impl Dag {
	/// The file's bytes.
	pub fn to_bytes(&self) -> Vec<u8> {
		self.parts.concat()
	}
}

/// Why a file was not fetched.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FetchError {
	/// Nobody gave all of it, so nothing is known about it. Try again.
	#[error(transparent)]
	Unavailable(#[from] Unavailable),
	/// Verdict: it is something else.
	#[error("the CID is {0}, not a file; give the CID of the file itself")]
	NotAFile(Kind),
	/// Verdict: it looks like a file, but is not a valid one.
	#[error("the CID is not a valid file: {0}; add the file again with `ipfs add`")]
	Malformed(String),
	/// Verdict: it is a file beyond the bound.
	#[error("the file has {bytes} bytes, more than the {most} allowed; make it smaller")]
	TooLarge {
		/// Its size.
		bytes: u64,
		/// The bound.
		most: u64,
	},
}

impl FetchError {
	/// What the chain calls the verdict; `None` if there is none, because the file is unavailable.
	pub fn verdict(&self) -> Option<BadReason> {
		match self {
			Self::Unavailable(_) => None,
			Self::NotAFile(_) | Self::Malformed(_) => Some(BadReason::Malformed),
			Self::TooLarge { .. } => Some(BadReason::TooLarge),
		}
	}
}

/// Fetches the file `cid`. See [`fetch_dag`].
pub async fn fetch_file(source: &dyn BlockSource, cid: &Cid, limits: &Limits) -> Result<File, FetchError> {
	let dag = fetch_dag(source, cid, limits).await?;
	let blocks = dag.blocks.iter().map(|block| *block.cid()).collect();
	Ok(File { bytes: dag.to_bytes(), blocks, links: dag.links })
}

/// Fetches the blocks of the file `cid`, level by level.
///
/// The root says how large each part is, and every part must keep to it, so the size is known to be
/// within the bound before a second block is fetched, and what is fetched never sums up to more. A
/// verdict does not depend on the order in which blocks arrive: only the root can be
/// [too large](FetchError::TooLarge) or [no file](FetchError::NotAFile), and all other verdicts are
/// [malformed](FetchError::Malformed).
pub async fn fetch_dag(source: &dyn BlockSource, cid: &Cid, limits: &Limits) -> Result<Dag, FetchError> {
	match tokio::time::timeout(limits.file, walk(source, cid, limits)).await {
		Ok(outcome) => outcome,
		Err(_) => {
			let fault = Fault::TimedOut { what: "complete file", after: limits.file };
			let failure = Failure { endpoint: "all endpoints together".into(), fault };
			Err(Unavailable { failures: vec![failure] }.into())
		},
	}
}

/// A part of the file in its order: at hand, or still to be fetched.
enum Part {
	Here(Bytes),
	There(Child),
}

async fn walk(source: &dyn BlockSource, cid: &Cid, limits: &Limits) -> Result<Dag, FetchError> {
	let root = source.block(cid).await?;
	let node = decode_root(&root, limits)?;
	let mut seen = HashSet::from([*cid]);
	let mut blocks = vec![root];
	let (mut parts, mut links) = (Vec::new(), 0);
	expand(node, &mut parts, &mut links, limits)?;
	for depth in 0.. {
		let wanted = missing(&parts)?;
		if wanted.is_empty() {
			break;
		}
		if depth == limits.depth {
			return Err(FetchError::Malformed(format!("it is deeper than {depth} levels")));
		}
		let level = fetch_level(source, &wanted, limits).await?;
		parts = next_parts(parts, &level, &mut links, limits)?;
		blocks.extend(level.blocks.into_iter().filter(|block| seen.insert(*block.cid())));
	}
	let here = |part| if let Part::Here(bytes) = part { Some(bytes) } else { None };
	Ok(Dag { blocks, parts: parts.into_iter().filter_map(here).collect(), links })
}

/// The children still to be fetched, each once, in order.
fn missing(parts: &[Part]) -> Result<Vec<Child>, FetchError> {
	let mut sizes = HashMap::new();
	let mut wanted = Vec::new();
	for part in parts {
		let Part::There(child) = part else { continue };
		match sizes.insert(child.cid, child.size) {
			None => wanted.push(*child),
			Some(size) if size == child.size => (),
			Some(_) => return Err(FetchError::Malformed(format!("it gives two sizes to {}", child.cid))),
		}
	}
	Ok(wanted)
}

/// The blocks of one level, in the order of their first use, and their nodes.
struct Level {
	blocks: Vec<Block>,
	nodes: HashMap<Cid, FileNode>,
}

/// Each block is judged when it comes, so that no more than `limits.concurrency` blocks are held beyond
/// what the file may have.
async fn fetch_level(source: &dyn BlockSource, wanted: &[Child], limits: &Limits) -> Result<Level, FetchError> {
	let mut level = Level { blocks: Vec::with_capacity(wanted.len()), nodes: HashMap::with_capacity(wanted.len()) };
	let mut links = 0;
	let mut arriving = stream::iter(wanted.to_vec())
		.map(|child| async move { (child, source.block(&child.cid).await) })
		.buffered(limits.concurrency.max(1));
	while let Some((child, block)) = arriving.next().await {
		let block = block?;
		let node = decode(&block).map_err(|error| FetchError::Malformed(format!("{}: {error}", child.cid)))?;
		if node.size() != child.size {
			let Child { cid, size } = child;
			return Err(FetchError::Malformed(format!("{cid} has {} bytes, its parent says {size}", node.size())));
		}
		count_links(&node, &mut links, limits)?;
		level.nodes.insert(child.cid, node);
		level.blocks.push(block);
	}
	Ok(level)
}

/// Puts the nodes of `level` in the place of the children.
fn next_parts(parts: Vec<Part>, level: &Level, links: &mut usize, limits: &Limits) -> Result<Vec<Part>, FetchError> {
	let mut next = Vec::with_capacity(parts.len());
	for part in parts {
		match part {
			Part::There(Child { cid, .. }) => {
				if let Some(node) = level.nodes.get(&cid) {
					expand(node.clone(), &mut next, links, limits)?;
				}
			},
			here => next.push(here),
		}
	}
	Ok(next)
}

/// Puts a node's own bytes and its children at the end of `parts`.
fn expand(node: FileNode, parts: &mut Vec<Part>, links: &mut usize, limits: &Limits) -> Result<(), FetchError> {
	count_links(&node, links, limits)?;
	if !node.data.is_empty() {
		parts.push(Part::Here(node.data));
	}
	parts.extend(node.children.into_iter().map(Part::There));
	Ok(())
}

fn count_links(node: &FileNode, links: &mut usize, limits: &Limits) -> Result<(), FetchError> {
	*links = links.saturating_add(node.children.len());
	match *links > limits.links {
		true => Err(FetchError::Malformed(format!("it has more than {} links", limits.links))),
		false => Ok(()),
	}
}

fn decode_root(root: &Block, limits: &Limits) -> Result<FileNode, FetchError> {
	let node = decode(root).map_err(|error| match error {
		DecodeError::NotAFile(kind) => FetchError::NotAFile(kind),
		error => FetchError::Malformed(error.to_string()),
	})?;
	match node.size() {
		bytes if bytes > limits.file_bytes => Err(FetchError::TooLarge { bytes, most: limits.file_bytes }),
		_ => Ok(node),
	}
}

/// The node in a block, of either codec.
pub(super) fn decode(block: &Block) -> Result<FileNode, DecodeError> {
	match block.cid().codec() {
		Codec::Raw => Ok(FileNode { data: block.bytes().clone(), children: Vec::new() }),
		Codec::DagPb => dag_pb::decode(block.bytes()),
	}
}
