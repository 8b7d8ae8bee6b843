//! What is in a block store, in memory: sizes, order of use, pins.

use super::StoreError;
use crate::Cid;
use std::collections::{BTreeMap, HashMap};

pub(super) type Digest = [u8; 32];

/// How full a store is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Usage {
	/// Blocks in it.
	pub blocks: usize,
	/// Bytes of all blocks.
	pub bytes: u64,
	/// Bytes of blocks that cannot be evicted.
	pub kept: u64,
	/// Most bytes.
	pub capacity: u64,
}

struct Entry {
	bytes: u64,
	/// When it was used last; unique.
	stamp: u64,
}

/// A block is evictable exactly if nothing holds it.
pub(super) struct Index {
	capacity: u64,
	clock: u64,
	entries: HashMap<Digest, Entry>,
	bytes: u64,
	/// Room for blocks that are being written.
	reserved: u64,
	/// By last use, oldest first.
	evictable: BTreeMap<u64, Digest>,
	evictable_bytes: u64,
	/// How many pins and writers need a block, whether it is here or not.
	holders: HashMap<Digest, usize>,
	roots: BTreeMap<Cid, Vec<Digest>>,
}

impl Index {
	pub(super) fn new(capacity: u64) -> Self {
		Self {
			capacity,
			clock: 0,
			entries: HashMap::new(),
			bytes: 0,
			reserved: 0,
			evictable: BTreeMap::new(),
			evictable_bytes: 0,
			holders: HashMap::new(),
			roots: BTreeMap::new(),
		}
	}

	pub(super) fn size(&self, digest: &Digest) -> Option<u64> {
		self.entries.get(digest).map(|entry| entry.bytes)
	}

	/// Notes a use. False if the block is not here.
	pub(super) fn touch(&mut self, digest: &Digest) -> bool {
		let Some(entry) = self.entries.get_mut(digest) else { return false };
		self.clock += 1;
		if self.evictable.remove(&entry.stamp).is_some() {
			self.evictable.insert(self.clock, *digest);
		}
		entry.stamp = self.clock;
		true
	}

	/// Adds a block as the one used last.
	pub(super) fn insert(&mut self, digest: Digest, bytes: u64) {
		if self.touch(&digest) {
			return;
		}
		self.clock += 1;
		self.entries.insert(digest, Entry { bytes, stamp: self.clock });
		self.bytes += bytes;
		if !self.holders.contains_key(&digest) {
			self.offer(&digest);
		}
	}

	pub(super) fn remove(&mut self, digest: &Digest) {
		self.withhold(digest);
		if let Some(entry) = self.entries.remove(digest) {
			self.bytes -= entry.bytes;
		}
	}

	/// Reserves room and gives the blocks that had to go for it; nothing goes if that would not be enough.
	pub(super) fn reserve(&mut self, needed: u64) -> Result<Vec<Digest>, StoreError> {
		let kept = self.usage().kept + self.reserved;
		if needed > 0 && kept.saturating_add(needed) > self.capacity {
			return Err(StoreError::Full { needed, kept, capacity: self.capacity });
		}
		let mut evicted = Vec::new();
		while self.bytes + self.reserved + needed > self.capacity {
			let Some((_, &digest)) = self.evictable.first_key_value() else { break };
			self.remove(&digest);
			evicted.push(digest);
		}
		self.reserved += needed;
		Ok(evicted)
	}

	/// Turns reserved room into a block.
	pub(super) fn commit(&mut self, digest: Digest, bytes: u64) {
		self.release(bytes);
		self.insert(digest, bytes);
	}

	/// Gives reserved room back.
	pub(super) fn release(&mut self, bytes: u64) {
		self.reserved -= bytes;
	}

	pub(super) fn hold(&mut self, digest: &Digest) {
		*self.holders.entry(*digest).or_default() += 1;
		self.withhold(digest);
	}

	pub(super) fn let_go(&mut self, digest: &Digest) {
		let Some(holders) = self.holders.get_mut(digest) else { return };
		*holders -= 1;
		if *holders == 0 {
			self.holders.remove(digest);
			self.offer(digest);
		}
	}

	pub(super) fn pin(&mut self, root: Cid, digests: Vec<Digest>) {
		for digest in &digests {
			self.hold(digest);
		}
		if let Some(before) = self.roots.insert(root, digests) {
			before.iter().for_each(|digest| self.let_go(digest));
		}
	}

	pub(super) fn unpin(&mut self, root: &Cid) -> bool {
		let Some(digests) = self.roots.remove(root) else { return false };
		digests.iter().for_each(|digest| self.let_go(digest));
		true
	}

	pub(super) fn is_pinned(&self, root: &Cid) -> bool {
		self.roots.contains_key(root)
	}

	pub(super) fn roots(&self) -> Vec<Cid> {
		self.roots.keys().copied().collect()
	}

	pub(super) fn usage(&self) -> Usage {
		Usage {
			blocks: self.entries.len(),
			bytes: self.bytes,
			kept: self.bytes - self.evictable_bytes,
			capacity: self.capacity,
		}
	}

	/// Makes a block evictable, if it is here.
	fn offer(&mut self, digest: &Digest) {
		let Some(entry) = self.entries.get(digest) else { return };
		if self.evictable.insert(entry.stamp, *digest).is_none() {
			self.evictable_bytes += entry.bytes;
		}
	}

	/// Makes a block not evictable.
	fn withhold(&mut self, digest: &Digest) {
		let Some(entry) = self.entries.get(digest) else { return };
		if self.evictable.remove(&entry.stamp).is_some() {
			self.evictable_bytes -= entry.bytes;
		}
	}
}
