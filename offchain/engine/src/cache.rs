//! What has been run, on disk, so that a restart does not start over.
//!
//! One file for each run, named by a hash of all that it depends on. Files are written aside and renamed, and carry a hash
//! of their content: a torn or changed file counts as none. When they are too many bytes, the oldest go.

use crate::{
	fault::Fault,
	limits::Limits,
	outcome::{Scored, Taught, Usage},
};
use learnware_primitives::training::{Trap, REPLAY_VERSION};
use parity_scale_codec::{Decode, DecodeAll, Encode};
use sha2::{Digest, Sha256};
use std::{
	fs, io,
	path::{Path, PathBuf},
	process,
	sync::{
		atomic::{AtomicU64, Ordering},
		Mutex, PoisonError,
	},
	time::SystemTime,
};

const HASH_BYTES: usize = 32;

/// A folder of results.
pub struct Cache {
	folder: PathBuf,
	max_bytes: u64,
	written: AtomicU64,
	/// Bytes of all files; held by whoever makes room.
	bytes: Mutex<u64>,
}

/// Hash of a run: the learnware, its limits, the state, and what it is run on.
pub(crate) struct Key([u8; HASH_BYTES]);

/// A kind of result that can be kept.
pub(crate) trait Run: Encode + Decode + Send {}

impl Run for Taught {}
impl Run for Scored {}
impl Run for Usage {}

/// A result in a file: a verdict is one, too.
#[derive(Decode, Encode)]
enum Kept<T> {
	Done(T),
	Trap(Trap, String),
}

impl Key {
	pub fn initial(learnware: [u8; 32], limits: Limits) -> Self {
		Self::of(0, learnware, limits, &[], &[])
	}

	pub fn train(learnware: [u8; 32], limits: Limits, state: &[u8], lesson: &[u8]) -> Self {
		Self::of(1, learnware, limits, state, lesson)
	}

	pub fn evaluate(learnware: [u8; 32], limits: Limits, state: &[u8], part: &[u8]) -> Self {
		Self::of(2, learnware, limits, state, part)
	}

	pub fn load(learnware: [u8; 32], limits: Limits, state: &[u8]) -> Self {
		Self::of(3, learnware, limits, state, &[])
	}

	fn of(kind: u8, learnware: [u8; 32], limits: Limits, state: &[u8], input: &[u8]) -> Self {
		let hashes: [[u8; 32]; 2] = [Sha256::digest(state).into(), Sha256::digest(input).into()];
		Self(Sha256::digest((REPLAY_VERSION, kind, learnware, limits, hashes).encode()).into())
	}

	fn file_name(&self) -> String {
		self.0.iter().map(|byte| format!("{byte:02x}")).collect()
	}
}

impl Cache {
	/// Opens a folder, which is made if it is not there, for at most `max_bytes` of results.
	pub fn open(folder: impl Into<PathBuf>, max_bytes: u64) -> io::Result<Self> {
		let folder = folder.into();
		fs::create_dir_all(&folder)?;
		let bytes = files(&folder)?.iter().map(|file| file.bytes).sum();
		Ok(Self { folder, max_bytes, written: AtomicU64::new(0), bytes: Mutex::new(bytes) })
	}

	pub(crate) fn get<T: Run>(&self, key: &Key) -> Option<Result<T, Fault>> {
		let bytes = fs::read(self.folder.join(key.file_name())).ok()?;
		let (hash, content) = bytes.split_at_checked(HASH_BYTES)?;
		let is_whole = Sha256::digest(content).as_slice() == hash;
		let kept = is_whole.then(|| Kept::decode_all(&mut &*content).ok())??;
		Some(match kept {
			Kept::Done(result) => Ok(result),
			Kept::Trap(trap, text) => Err(Fault::Trap(trap, text)),
		})
	}

	/// Keeps a result, if it can: a full disk is no reason not to go on.
	pub(crate) fn put<T: Run>(&self, key: &Key, result: &Result<T, Fault>) {
		let content = match result {
			// As `Kept::Done`, without a copy of the state.
			Ok(done) => (0_u8, done).encode(),
			Err(Fault::Trap(trap, text)) => Kept::<T>::Trap(*trap, text.clone()).encode(),
			Err(Fault::Host(_)) => return,
		};
		let mut bytes = Sha256::digest(&content).to_vec();
		bytes.extend(content);
		if self.write(&key.file_name(), &bytes).is_ok() {
			let _ = self.make_room(bytes.len() as u64);
		}
	}

	fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
		let number = self.written.fetch_add(1, Ordering::Relaxed);
		let aside = self.folder.join(format!(".{name}.{}.{number}", process::id()));
		let written = fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, self.folder.join(name)));
		if written.is_err() {
			// Nothing better can be done about the remains of a failed write.
			let _ = fs::remove_file(&aside);
		}
		written
	}

	fn make_room(&self, added: u64) -> io::Result<()> {
		let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
		*bytes = bytes.saturating_add(added);
		if *bytes <= self.max_bytes {
			return Ok(());
		}
		let mut files = files(&self.folder)?;
		files.sort_by_key(|file| file.written);
		*bytes = files.iter().map(|file| file.bytes).sum();
		for file in files {
			if *bytes <= self.max_bytes {
				break;
			}
			fs::remove_file(&file.path)?;
			*bytes = bytes.saturating_sub(file.bytes);
		}
		Ok(())
	}
}

struct File {
	path: PathBuf,
	bytes: u64,
	written: SystemTime,
}

fn files(folder: &Path) -> io::Result<Vec<File>> {
	let file = |entry: fs::DirEntry| {
		let metadata = entry.metadata()?;
		Ok(File { path: entry.path(), bytes: metadata.len(), written: metadata.modified()? })
	};
	fs::read_dir(folder)?.map(|entry| entry.and_then(file)).collect()
}
