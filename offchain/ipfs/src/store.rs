//! The embedded block store: one file per block, bounded in size, without a database.
//!
//! ```text
//! <root>/lock                                one process at a time
//! <root>/blocks/<last 2>/<base32 multihash>  a block; it appears complete or not at all
//! <root>/pins/<cid>                          empty; the file <cid> is kept with all of its blocks
//! <root>/tmp/                                blocks being written; emptied at start
//! ```
//!
//! A block is hashed again whenever it is read: what rotted on disk is removed and reported as missing,
//! never served. When the store is full, the blocks that were not used for the longest time go first;
//! pinned ones stay. All methods block on file access; asynchronous code calls them through
//! `tokio::task::spawn_blocking`.

mod index;

use super::{dag_pb::DecodeError, fetch::decode, Block, Cid, Codec, MAX_BLOCK_BYTES};
use cid::multibase::Base;
use index::{Digest, Index};
use parking_lot::Mutex;
use std::{
	fs::{self, File, TryLockError},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
	time::SystemTime,
};

pub use index::Usage;

/// Bytes that a store may hold unless told otherwise: 4 GiB.
pub const DEFAULT_CAPACITY: u64 = 4 << 30;

/// Prefix of a SHA-256 multihash.
const MULTIHASH: [u8; 2] = [0x12, 0x20];

/// Blocks on disk. Share it in an `Arc`; all methods may be called at the same time.
pub struct BlockStore {
	root: PathBuf,
	index: Mutex<Index>,
	/// Held while the set of pins changes, on disk and in the index.
	pinning: Mutex<()>,
	serial: AtomicU64,
	_lock: File,
}

/// Why the store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The file system.
	#[error("{path}: {error}; check that the disk works, has space and may be written by this user")]
	Io {
		/// Where.
		path: PathBuf,
		/// What.
		error: io::Error,
	},
	/// Another process has it.
	#[error("{0} is in use by another process; stop that one, or give another directory")]
	InUse(PathBuf),
	/// Everything that could go is gone.
	#[error(
		"the block store is full: {needed} bytes more do not fit into {capacity}, of which {kept} are pinned or being \
		 written; unpin something or raise the capacity"
	)]
	Full {
		/// Bytes to be written.
		needed: u64,
		/// Bytes that cannot be freed.
		kept: u64,
		/// Bytes that the store may hold.
		capacity: u64,
	},
	/// More than IPFS nodes exchange.
	#[error("a block of {0} bytes; the most is 2 MiB, so add the file with smaller chunks")]
	BlockTooLarge(usize),
	/// A pin needs all blocks of the file.
	#[error("block was not found locally (offline): ipld: could not find {0}; fetch or add the file first")]
	Missing(Cid),
	/// Only files are pinned.
	#[error("{cid} cannot be pinned: {error}")]
	NotAFile {
		/// The block.
		cid: Cid,
		/// What is wrong with it.
		error: DecodeError,
	},
}

impl BlockStore {
	/// Opens the store in `root`, and creates it if it is not there. Blocks beyond `capacity` bytes are
	/// evicted at once.
	pub fn open(root: &Path, capacity: u64) -> Result<Self, StoreError> {
		let lock = lock(root)?;
		let tmp = root.join("tmp");
		if tmp.exists() {
			at(&tmp, fs::remove_dir_all(&tmp))?;
		}
		for directory in [&tmp, &root.join("blocks"), &root.join("pins")] {
			at(directory, fs::create_dir_all(directory))?;
		}
		let store = Self {
			root: root.into(),
			index: Mutex::new(Index::new(capacity)),
			pinning: Mutex::new(()),
			serial: AtomicU64::new(0),
			_lock: lock,
		};
		store.load_blocks()?;
		store.load_pins()?;
		store.evict_for(0)?;
		Ok(store)
	}

	/// Writes a block, unless it is there. Older blocks that nobody pinned may go for it.
	pub fn put(&self, block: &Block) -> Result<(), StoreError> {
		if self.index.lock().touch(block.cid().digest()) {
			return Ok(());
		}
		if block.bytes().len() > MAX_BLOCK_BYTES {
			return Err(StoreError::BlockTooLarge(block.bytes().len()));
		}
		let bytes = block.bytes().len() as u64;
		self.evict_for(bytes)?;
		let written = self.write(block);
		if written.is_err() {
			self.index.lock().release(bytes);
		}
		written
	}

	/// Reads a block and checks it. `None` if it is missing, or was found broken and removed.
	pub fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
		if !self.index.lock().touch(cid.digest()) {
			return Ok(None);
		}
		match self.read(cid)? {
			Some(block) => Ok(Some(block)),
			None => self.drop_broken(cid),
		}
	}

	/// True if the block is there, as far as known without reading it.
	pub fn contains(&self, cid: &Cid) -> bool {
		self.size(cid).is_some()
	}

	/// Bytes of a block, as far as known without reading it.
	pub fn size(&self, cid: &Cid) -> Option<u64> {
		self.index.lock().size(cid.digest())
	}

	/// Keeps the file `root` with all of its blocks, which must be here, until it is unpinned.
	pub fn pin(&self, root: &Cid) -> Result<(), StoreError> {
		let _pinning = self.pinning.lock();
		if self.index.lock().is_pinned(root) {
			return Ok(());
		}
		let mut hold = self.hold();
		if let Some(missing) = hold.whole_file(root)? {
			return Err(StoreError::Missing(missing));
		}
		let (pins, pin) = (self.root.join("pins"), self.pin_path(root));
		at(&pin, File::create(&pin))?;
		at(&pins, sync_directory(&pins))?;
		self.index.lock().pin(*root, hold.digests.clone());
		Ok(())
	}

	/// Takes the pin off; the blocks may then be evicted. False if there was none.
	pub fn unpin(&self, root: &Cid) -> Result<bool, StoreError> {
		let _pinning = self.pinning.lock();
		if !self.index.lock().is_pinned(root) {
			return Ok(false);
		}
		let (pins, pin) = (self.root.join("pins"), self.pin_path(root));
		match fs::remove_file(&pin) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => return at(&pin, Err(error)),
			_ => at(&pins, sync_directory(&pins))?,
		}
		Ok(self.index.lock().unpin(root))
	}

	/// Pinned files, in the order of their CIDs.
	pub fn pins(&self) -> Vec<Cid> {
		self.index.lock().roots()
	}

	/// True if `root` is pinned itself, not only as a part of another file.
	pub fn is_pinned(&self, root: &Cid) -> bool {
		self.index.lock().is_pinned(root)
	}

	/// How full it is.
	pub fn usage(&self) -> Usage {
		self.index.lock().usage()
	}

	/// Starts to write blocks that belong together: none is evicted before the hold is dropped.
	pub fn hold(&self) -> Hold<'_> {
		Hold { store: self, digests: Vec::new() }
	}

	/// Makes room for `bytes` more and reserves it.
	fn evict_for(&self, bytes: u64) -> Result<(), StoreError> {
		let mut index = self.index.lock();
		let evicted = index.reserve(bytes)?;
		// Under the lock, so that nobody writes the same block in between.
		let removed = evicted.iter().try_for_each(|digest| remove(&self.block_path(digest)));
		if removed.is_err() {
			index.release(bytes);
		}
		removed
	}

	/// Writes a block for which room is reserved.
	fn write(&self, block: &Block) -> Result<(), StoreError> {
		let serial = self.serial.fetch_add(1, Ordering::Relaxed);
		let tmp = self.root.join("tmp").join(serial.to_string());
		let written = File::create(&tmp).and_then(|mut file| {
			file.write_all(block.bytes())?;
			file.sync_all()
		});
		let published = at(&tmp, written).and_then(|()| self.publish(block, &tmp));
		if published.is_err() {
			// It failed already; what is left of it goes at the next start at the latest.
			let _ = fs::remove_file(&tmp);
		}
		published
	}

	fn publish(&self, block: &Block, tmp: &Path) -> Result<(), StoreError> {
		let path = self.block_path(block.cid().digest());
		let directory = path.parent().unwrap_or(&self.root);
		{
			let mut index = self.index.lock();
			at(directory, fs::create_dir_all(directory))?;
			at(&path, fs::rename(tmp, &path))?;
			index.commit(*block.cid().digest(), block.bytes().len() as u64);
		}
		// The block is there; a failure here only means that a crash might lose it.
		if let Err(error) = sync_directory(directory) {
			tracing::warn!(target: "ipfs", directory = %directory.display(), %error, "Directory is not synced");
		}
		Ok(())
	}

	/// `None` if there is no such file, or its bytes are wrong.
	fn read(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
		let path = self.block_path(cid.digest());
		let bytes = match fs::metadata(&path).and_then(|metadata| match metadata.len() {
			length if length > MAX_BLOCK_BYTES as u64 => Ok(Vec::new()),
			_ => fs::read(&path),
		}) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
			bytes => at(&path, bytes)?,
		};
		Ok(Block::verify(*cid, bytes.into()).ok())
	}

	/// Removes a block that could not be read, unless it was written again meanwhile.
	fn drop_broken(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
		let mut index = self.index.lock();
		if let Some(block) = self.read(cid)? {
			return Ok(Some(block));
		}
		tracing::warn!(target: "ipfs", %cid, "Block in the store is broken or gone; forgetting it");
		remove(&self.block_path(cid.digest()))?;
		index.remove(cid.digest());
		Ok(None)
	}

	fn load_blocks(&self) -> Result<(), StoreError> {
		let mut found: Vec<(SystemTime, Digest, u64)> = Vec::new();
		for directory in list(&self.root.join("blocks"))?.into_iter().filter(|path| path.is_dir()) {
			for path in list(&directory)? {
				let Some(digest) = digest_of(&path) else { continue };
				let metadata = at(&path, fs::metadata(&path))?;
				found.push((at(&path, metadata.modified())?, digest, metadata.len()));
			}
		}
		found.sort_unstable();
		let mut index = self.index.lock();
		for (_, digest, bytes) in found {
			index.insert(digest, bytes);
		}
		Ok(())
	}

	/// Pins are kept even if blocks are lost: those that are left stay, and those that come back too.
	fn load_pins(&self) -> Result<(), StoreError> {
		for path in list(&self.root.join("pins"))? {
			let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
			let Ok(root) = name.parse::<Cid>() else { continue };
			let mut hold = self.hold();
			match hold.whole_file(&root) {
				Ok(None) => (),
				Ok(Some(missing)) => {
					tracing::warn!(target: "ipfs", %root, %missing, "Pinned file has lost a block; fetch it again")
				},
				Err(error) => tracing::warn!(target: "ipfs", %root, %error, "Pinned file is not readable"),
			}
			self.index.lock().pin(root, hold.digests.clone());
		}
		Ok(())
	}

	fn block_path(&self, digest: &Digest) -> PathBuf {
		let name = Base::Base32Lower.encode([&MULTIHASH[..], digest].concat());
		let shard = name.get(name.len().saturating_sub(2)..).unwrap_or_default();
		self.root.join("blocks").join(shard).join(&name)
	}

	fn pin_path(&self, root: &Cid) -> PathBuf {
		self.root.join("pins").join(root.to_string())
	}
}

/// Blocks that must not be evicted while this lives.
pub struct Hold<'a> {
	store: &'a BlockStore,
	digests: Vec<Digest>,
}

impl Hold<'_> {
	/// Writes a block and holds it.
	pub fn put(&mut self, block: &Block) -> Result<(), StoreError> {
		self.add(block.cid());
		self.store.put(block)
	}

	fn add(&mut self, cid: &Cid) {
		self.store.index.lock().hold(cid.digest());
		self.digests.push(*cid.digest());
	}

	/// Holds all blocks of a file, and gives the first one that is missing.
	fn whole_file(&mut self, root: &Cid) -> Result<Option<Cid>, StoreError> {
		let mut missing = None;
		let mut seen = std::collections::HashSet::from([*root]);
		let mut pending = vec![*root];
		while let Some(cid) = pending.pop() {
			self.add(&cid);
			let children = match cid.codec() {
				Codec::Raw if self.store.contains(&cid) => continue,
				Codec::Raw => None,
				Codec::DagPb => self.store.get(&cid)?.map(|block| decode(&block)),
			};
			match children {
				None => missing = missing.or(Some(cid)),
				Some(Err(error)) => return Err(StoreError::NotAFile { cid, error }),
				Some(Ok(node)) => {
					pending.extend(node.children.iter().map(|child| child.cid).filter(|child| seen.insert(*child)))
				},
			}
		}
		Ok(missing)
	}
}

impl Drop for Hold<'_> {
	fn drop(&mut self) {
		let mut index = self.store.index.lock();
		for digest in &self.digests {
			index.let_go(digest);
		}
	}
}

fn at<T>(path: &Path, outcome: io::Result<T>) -> Result<T, StoreError> {
	outcome.map_err(|error| StoreError::Io { path: path.into(), error })
}

fn lock(root: &Path) -> Result<File, StoreError> {
	at(root, fs::create_dir_all(root))?;
	let path = root.join("lock");
	let lock = at(&path, File::create(&path))?;
	match lock.try_lock() {
		Ok(()) => Ok(lock),
		Err(TryLockError::WouldBlock) => Err(StoreError::InUse(root.into())),
		Err(TryLockError::Error(error)) => at(&path, Err(error)),
	}
}

fn list(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
	let entries = at(directory, fs::read_dir(directory))?;
	entries.map(|entry| at(directory, entry).map(|entry| entry.path())).collect()
}

fn remove(path: &Path) -> Result<(), StoreError> {
	match fs::remove_file(path) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
		outcome => at(path, outcome),
	}
}

/// Makes the names in a directory survive a crash.
fn sync_directory(path: &Path) -> io::Result<()> {
	File::open(path)?.sync_all()
}

/// The digest in the name of a block's file; `None` for other files.
fn digest_of(path: &Path) -> Option<Digest> {
	let multihash = Base::Base32Lower.decode(path.file_name()?.to_str()?).ok()?;
	multihash.strip_prefix(&MULTIHASH)?.try_into().ok()
}
