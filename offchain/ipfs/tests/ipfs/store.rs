//! The embedded block store.

use crate::support::{node, noise, raw, temp_store};
use learnware_ipfs::{
	store::{StoreError, Usage},
	Block, BlockStore, Cid,
};
use std::{
	fs,
	path::{Path, PathBuf},
	sync::Arc,
	thread,
};

/// The file of each block.
fn files(root: &Path) -> Vec<PathBuf> {
	let shards = fs::read_dir(root.join("blocks")).unwrap();
	let files = shards.flat_map(|shard| fs::read_dir(shard.unwrap().path()).unwrap());
	files.map(|file| file.unwrap().path()).collect()
}

/// Distinct blocks of 100 bytes.
fn hundreds(count: u64) -> Vec<Block> {
	(0..count).map(|seed| raw(noise(seed, 100))).collect()
}

fn present(store: &BlockStore, blocks: &[Block]) -> Vec<bool> {
	blocks.iter().map(|block| store.get(block.cid()).unwrap().is_some()).collect()
}

#[test]
fn blocks_come_back_by_any_cid_of_their_digest() {
	let temp = temp_store(1000);
	let block = raw(b"label".to_vec());
	assert_eq!(temp.store.get(block.cid()).unwrap(), None);
	temp.store.put(&block).unwrap();
	temp.store.put(&block).unwrap();
	assert_eq!(temp.store.get(block.cid()).unwrap(), Some(block.clone()));
	let v0 = Cid::v0(*block.cid().digest());
	assert_eq!(temp.store.get(&v0).unwrap().unwrap().bytes(), block.bytes());
	assert_eq!(temp.store.size(block.cid()), Some(5));
	assert_eq!(temp.store.usage(), Usage { blocks: 1, bytes: 5, kept: 0, capacity: 1000 });
	assert_eq!(files(temp.directory.path()).len(), 1);
}

#[test]
fn what_rots_on_disk_is_missing_not_served() {
	let rot: [fn(&Path); 4] = [
		|path| fs::write(path, b"lAbel").unwrap(),
		|path| fs::write(path, b"lab").unwrap(),
		|path| fs::write(path, vec![0; 3 << 20]).unwrap(),
		|path| fs::remove_file(path).unwrap(),
	];
	for spoil in rot {
		let temp = temp_store(1000);
		let block = raw(b"label".to_vec());
		temp.store.put(&block).unwrap();
		spoil(&files(temp.directory.path())[0]);
		assert_eq!(temp.store.get(block.cid()).unwrap(), None);
		assert!(!temp.store.contains(block.cid()));
		assert!(files(temp.directory.path()).is_empty());
		assert_eq!(temp.store.usage().bytes, 0);
		temp.store.put(&block).unwrap();
		assert_eq!(temp.store.get(block.cid()).unwrap(), Some(block));
	}
}

#[test]
fn the_block_used_longest_ago_goes_first() {
	let temp = temp_store(300);
	let blocks = hundreds(5);
	for block in &blocks[..3] {
		temp.store.put(block).unwrap();
	}
	temp.store.get(blocks[0].cid()).unwrap();
	temp.store.put(&blocks[3]).unwrap();
	assert_eq!(present(&temp.store, &blocks), [true, false, true, true, false]);
	temp.store.put(&blocks[4]).unwrap();
	assert_eq!(present(&temp.store, &blocks), [false, false, true, true, true]);
	assert_eq!(files(temp.directory.path()).len(), 3);
}

#[test]
fn pinned_blocks_stay_until_they_are_unpinned() {
	let temp = temp_store(300);
	let blocks = hundreds(5);
	for block in &blocks[..2] {
		temp.store.put(block).unwrap();
		temp.store.pin(block.cid()).unwrap();
	}
	for block in &blocks[2..4] {
		temp.store.put(block).unwrap();
	}
	assert_eq!(present(&temp.store, &blocks), [true, true, false, true, false]);
	temp.store.pin(blocks[3].cid()).unwrap();
	let full = temp.store.put(&blocks[4]).unwrap_err();
	assert!(matches!(full, StoreError::Full { needed: 100, kept: 300, capacity: 300 }), "{full}");
	assert!(temp.store.unpin(blocks[0].cid()).unwrap());
	assert!(!temp.store.unpin(blocks[0].cid()).unwrap());
	temp.store.put(&blocks[4]).unwrap();
	assert_eq!(present(&temp.store, &blocks), [false, true, false, true, true]);
}

#[test]
fn a_block_larger_than_everything_evicts_nothing() {
	let temp = temp_store(300);
	let blocks = hundreds(3);
	blocks.iter().for_each(|block| temp.store.put(block).unwrap());
	assert!(matches!(temp.store.put(&raw(noise(9, 301))), Err(StoreError::Full { needed: 301, kept: 0, .. })));
	assert_eq!(present(&temp.store, &blocks), [true; 3]);
	let huge = raw(noise(9, (2 << 20) + 1));
	assert!(matches!(temp.store.put(&huge), Err(StoreError::BlockTooLarge(_))));
}

#[test]
fn a_pin_holds_the_whole_file() {
	let temp = temp_store(950);
	let (a, b, stray) = (raw(noise(1, 100)), raw(noise(2, 100)), raw(noise(3, 700)));
	let root = node(b"", &[(*a.cid(), 100), (*b.cid(), 100)]);
	temp.store.put(&root).unwrap();
	temp.store.put(&a).unwrap();
	let missing = temp.store.pin(root.cid()).unwrap_err();
	assert!(matches!(missing, StoreError::Missing(cid) if cid == *b.cid()), "{missing}");
	assert_eq!(temp.store.usage().kept, 0, "a failed pin holds nothing");
	temp.store.put(&b).unwrap();
	temp.store.pin(root.cid()).unwrap();
	temp.store.pin(root.cid()).unwrap();
	assert!(matches!(temp.store.put(&stray), Err(StoreError::Full { .. })));
	// A part pinned by itself outlives the pin of the whole.
	temp.store.pin(a.cid()).unwrap();
	temp.store.unpin(root.cid()).unwrap();
	assert_eq!(temp.store.usage().kept, 100);
	temp.store.put(&stray).unwrap();
	assert_eq!(temp.store.pins(), [*a.cid()]);
	assert!(temp.store.contains(a.cid()));
}

#[test]
fn only_files_are_pinned() {
	let temp = temp_store(1000);
	let directory = crate::support::node_of_kind(1, b"", &[], 0);
	temp.store.put(&directory).unwrap();
	assert!(matches!(temp.store.pin(directory.cid()), Err(StoreError::NotAFile { .. })));
	assert!(temp.store.pins().is_empty());
}

#[test]
fn what_is_held_is_not_evicted() {
	let temp = temp_store(300);
	let blocks = hundreds(4);
	let mut hold = temp.store.hold();
	blocks[..3].iter().for_each(|block| hold.put(block).unwrap());
	assert!(matches!(temp.store.put(&blocks[3]), Err(StoreError::Full { .. })));
	drop(hold);
	temp.store.put(&blocks[3]).unwrap();
}

#[test]
fn a_store_is_found_again_as_it_was() {
	let directory = tempfile::tempdir().unwrap();
	let blocks = hundreds(3);
	let root = node(b"", &[(*blocks[0].cid(), 100), (*blocks[1].cid(), 100)]);
	{
		let store = BlockStore::open(directory.path(), 1000).unwrap();
		blocks.iter().chain([&root]).for_each(|block| store.put(block).unwrap());
		store.pin(root.cid()).unwrap();
		assert!(matches!(BlockStore::open(directory.path(), 1000), Err(StoreError::InUse(_))));
	}
	// A crash in the middle of a write, and files that are not ours.
	fs::write(directory.path().join("tmp/7"), b"half a blo").unwrap();
	fs::write(directory.path().join("blocks/notes.txt"), b"mine").unwrap();
	fs::create_dir_all(directory.path().join("blocks/xx")).unwrap();
	fs::write(directory.path().join("blocks/xx/notes.txt"), b"mine").unwrap();
	fs::write(directory.path().join("pins/notes.txt"), b"mine").unwrap();

	let store = BlockStore::open(directory.path(), 1000).unwrap();
	assert_eq!(present(&store, &blocks), [true; 3]);
	assert_eq!(store.pins(), [*root.cid()]);
	assert_eq!(store.usage().kept, 200 + root.bytes().len() as u64);
	assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
	drop(store);

	let smaller = BlockStore::open(directory.path(), 300).unwrap();
	assert_eq!(present(&smaller, &blocks), [true, true, false], "what is not pinned goes");
}

#[test]
fn a_pin_with_a_lost_block_holds_it_again_when_it_is_back() {
	let directory = tempfile::tempdir().unwrap();
	let leaves = hundreds(2);
	let root = node(b"", &[(*leaves[0].cid(), 100), (*leaves[1].cid(), 100)]);
	{
		let store = BlockStore::open(directory.path(), 1000).unwrap();
		leaves.iter().chain([&root]).for_each(|block| store.put(block).unwrap());
		store.pin(root.cid()).unwrap();
	}
	let lost = files(directory.path()).into_iter().find(|path| fs::read(path).unwrap() == *leaves[1].bytes()).unwrap();
	fs::remove_file(lost).unwrap();
	let store = BlockStore::open(directory.path(), 1000).unwrap();
	assert_eq!(store.pins(), [*root.cid()]);
	let before = store.usage().kept;
	store.put(&leaves[1]).unwrap();
	assert_eq!(store.usage().kept, before + 100);
}

#[test]
fn many_threads_agree() {
	let temp = temp_store(2000);
	let blocks = Arc::new(hundreds(40));
	let workers: Vec<_> = (0..8)
		.map(|worker| {
			let (store, blocks) = (temp.store.clone(), blocks.clone());
			thread::spawn(move || {
				for round in 0..100 {
					let block = &blocks[(round * 7 + worker * 5) % blocks.len()];
					store.put(block).unwrap();
					if let Some(found) = store.get(block.cid()).unwrap() {
						assert_eq!(found.bytes(), block.bytes());
					}
					if round % 10 == 0 && store.pin(block.cid()).is_ok() {
						store.unpin(block.cid()).unwrap();
					}
				}
			})
		})
		.collect();
	workers.into_iter().for_each(|worker| worker.join().unwrap());
	let usage = temp.store.usage();
	assert!(usage.bytes <= 2000 && usage.kept == 0, "{usage:?}");
	assert_eq!(files(temp.directory.path()).len(), usage.blocks);
	assert_eq!(present(&temp.store, &blocks).iter().filter(|present| **present).count(), usage.blocks);
}
