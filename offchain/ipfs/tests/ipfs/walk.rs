//! Verdicts on DAGs, honest and not.

use crate::support::{node, node_of_kind, noise, raw, Memory};
use learnware_ipfs::{dag_pb::Kind, fetch_file, Block, Cid, FetchError, File, Limits};
use learnware_primitives::BadReason;
use std::sync::atomic::Ordering;

const MIB: usize = 1 << 20;

/// Fetches the last block as the root; also says how many blocks were asked for.
async fn fetch(blocks: &[Block]) -> (Result<File, FetchError>, usize) {
	let source = Memory::new(blocks);
	let outcome = fetch_file(&source, blocks.last().unwrap().cid(), &Limits::default()).await;
	(outcome, source.asked.load(Ordering::Relaxed))
}

fn link(block: &Block, size: usize) -> (Cid, u64) {
	(*block.cid(), size as u64)
}

async fn assert_malformed(what: &str, blocks: &[Block]) {
	match fetch(blocks).await.0 {
		Err(error @ FetchError::Malformed(_)) => assert_eq!(error.verdict(), Some(BadReason::Malformed), "{what}"),
		other => panic!("{what}: {other:?}"),
	}
}

#[tokio::test]
async fn a_raw_block_is_a_file() {
	let block = raw(b"0 1 1 0".to_vec());
	let file = fetch(std::slice::from_ref(&block)).await.0.unwrap();
	assert_eq!(file, File { bytes: b"0 1 1 0".into(), blocks: vec![*block.cid()], links: 0 });
}

#[tokio::test]
async fn the_empty_file_is_a_file() {
	for empty in [raw([]), node(b"", &[]), node_of_kind(0, b"", &[], 0)] {
		assert!(fetch(&[empty]).await.0.unwrap().bytes.is_empty());
	}
}

#[tokio::test]
async fn parts_come_in_their_order() {
	let (a, b, c) = (raw(b"a".to_vec()), node_of_kind(0, b"bb", &[], 2), raw(b"ccc".to_vec()));
	let inner = node(b"i", &[link(&c, 3), link(&a, 1)]);
	let root = node(b"r", &[link(&a, 1), link(&inner, 5), link(&b, 2), link(&a, 1)]);
	let (file, asked) = fetch(&[a.clone(), b.clone(), c.clone(), inner.clone(), root.clone()]).await;
	let file = file.unwrap();
	assert_eq!(file.bytes, b"raicccabba");
	assert_eq!(file.blocks, [&root, &a, &inner, &b, &c].map(|block| *block.cid()));
	assert_eq!(asked, 6, "the leaf `a` once per level");
	assert_eq!(file.links, 6);
}

#[tokio::test]
async fn a_file_of_exactly_the_most_bytes_passes_and_one_more_does_not() {
	let leaves: Vec<Block> = (0..8).map(|seed| raw(noise(seed, MIB))).collect();
	let links: Vec<_> = leaves.iter().map(|leaf| link(leaf, MIB)).collect();
	let whole = node(b"", &links);
	let file = fetch(&[&leaves[..], &[whole]].concat()).await.0.unwrap();
	assert_eq!(file.bytes.len(), 8 * MIB);

	let (over, asked) = fetch(&[&leaves[..], &[node(b"x", &links)]].concat()).await;
	let error = over.unwrap_err();
	assert!(matches!(error, FetchError::TooLarge { bytes, most } if bytes == most + 1), "{error}");
	assert_eq!(error.verdict(), Some(BadReason::TooLarge));
	assert_eq!(asked, 1, "no child is fetched");
}

#[tokio::test]
async fn what_is_not_a_file_is_named() {
	for (kind, expected) in [(1, Kind::Directory), (4, Kind::Symlink), (5, Kind::ShardedDirectory)] {
		let block = node_of_kind(kind, b"x", &[], 1);
		let error = fetch(std::slice::from_ref(&block)).await.0.unwrap_err();
		assert!(matches!(error, FetchError::NotAFile(kind) if kind == expected), "{error}");
		assert_eq!(error.verdict(), Some(BadReason::Malformed));
		// Within a file it makes the file malformed.
		assert_malformed("a directory within a file", &[block.clone(), node(b"", &[link(&block, 1)])]).await;
	}
}

/// Each level links the one below a thousand times: 10^9 bytes from three blocks and a leaf.
#[tokio::test]
async fn a_self_similar_dag_costs_one_fetch_if_it_tells_its_size() {
	let mut blocks = vec![raw(b"x".to_vec())];
	let mut size = 1;
	for _ in 0..3 {
		let child = link(blocks.last().unwrap(), size);
		blocks.push(node(b"", &vec![child; 1000]));
		size *= 1000;
	}
	let (outcome, asked) = fetch(&blocks).await;
	assert!(matches!(outcome, Err(FetchError::TooLarge { bytes: 1_000_000_000, .. })));
	assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_self_similar_dag_costs_one_fetch_per_level_if_it_lies() {
	let leaf = raw(b"x".to_vec());
	let big = node(b"", &vec![link(&leaf, 1); 1000]);
	assert_malformed("sizes that are too small", &[leaf.clone(), big.clone(), node(b"", &[link(&big, 1)])]).await;
	let many = node(b"", &vec![link(&big, 1000); 1000]);
	let (outcome, asked) = fetch(&[leaf, big, many]).await;
	assert!(matches!(outcome, Err(FetchError::Malformed(_))), "too many links");
	assert_eq!(asked, 2);
}

#[tokio::test]
async fn one_block_many_times_stays_within_the_bound() {
	let leaf = raw(noise(1, MIB));
	let (eight, asked) = fetch(&[leaf.clone(), node(b"", &vec![link(&leaf, MIB); 8])]).await;
	let file = eight.unwrap();
	assert_eq!((file.bytes.len(), file.blocks.len(), asked), (8 * MIB, 2, 2));
	let (nine, _) = fetch(&[leaf.clone(), node(b"", &vec![link(&leaf, MIB); 9])]).await;
	assert!(matches!(nine, Err(FetchError::TooLarge { .. })));
}

#[tokio::test]
async fn sizes_must_be_true() {
	let leaf = raw(b"12345".to_vec());
	for claimed in [4, 6] {
		assert_malformed("a child of another size", &[leaf.clone(), node(b"", &[link(&leaf, claimed)])]).await;
	}
	assert_malformed("two sizes", &[leaf.clone(), node(b"", &[link(&leaf, 5), link(&leaf, 4)])]).await;
	assert_malformed("a false sum", &[leaf.clone(), node_of_kind(2, b"", &[link(&leaf, 5)], 4)]).await;
	assert_malformed("an empty child", &[raw([]), node(b"", &[link(&raw([]), 0)])]).await;
}

/// Blocks far larger than their parts of the file are refused one by one, not collected.
#[tokio::test]
async fn blocks_larger_than_they_may_be_are_not_collected() {
	let leaves: Vec<Block> = (0..64).map(|seed| raw(noise(seed, 2 * MIB))).collect();
	let root = node(b"", &leaves.iter().map(|leaf| link(leaf, 1)).collect::<Vec<_>>());
	let (outcome, asked) = fetch(&[&leaves[..], &[root]].concat()).await;
	assert!(matches!(outcome, Err(FetchError::Malformed(_))));
	assert!(asked <= 1 + Limits::default().concurrency, "{asked}");
}

#[tokio::test]
async fn depth_is_bounded() {
	let mut blocks = vec![raw(b"x".to_vec())];
	for _ in 0..3 {
		blocks.push(node(b"", &[link(blocks.last().unwrap(), 1)]));
	}
	assert_eq!(fetch(&blocks).await.0.unwrap().bytes, b"x");
	blocks.push(node(b"", &[link(blocks.last().unwrap(), 1)]));
	assert_malformed("four levels", &blocks).await;
}

#[tokio::test]
async fn links_are_bounded_over_the_whole_file() {
	let leaf = raw(b"x".to_vec());
	let half = node(b"", &vec![link(&leaf, 1); 511]);
	let most = node(b"", &[link(&half, 511), link(&half, 511)]);
	assert_eq!(fetch(&[leaf.clone(), half.clone(), most]).await.0.unwrap().bytes.len(), 1022);
	let over = node(b"", &[link(&half, 511), link(&half, 511), link(&leaf, 1)]);
	assert_malformed("1025 links", &[leaf, half, over]).await;
}

#[tokio::test]
async fn a_missing_child_is_no_verdict() {
	let (here, gone) = (raw(b"here".to_vec()), raw(b"gone".to_vec()));
	let root = node(b"", &[link(&here, 4), link(&gone, 4)]);
	let error = fetch(&[here, root]).await.0.unwrap_err();
	assert!(matches!(error, FetchError::Unavailable(_)));
	assert_eq!(error.verdict(), None);
}

#[tokio::test]
async fn garbage_is_malformed() {
	let garbage = Block::new(learnware_ipfs::Codec::DagPb, noise(7, 1000).into());
	assert_malformed("noise", &[garbage]).await;
}
