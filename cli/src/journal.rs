//! The journal: what is needed to reveal each commitment, sealed with a key of the account.
//!
//! One file for each commitment in the home directory: `journal/GENESIS/ADDRESS/SAMPLE.sealed` for a label, and
//! `gold-COMMITMENT.sealed` beside it for gold, with the gold itself, as the sample has no number yet. Losing one
//! loses nothing that the account and the label's or gold's file can't bring back: salts are derived.

use crate::{
	error::{Failure, Kind, Result},
	files::{self, Existing},
	keystore::Signer,
};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key, Nonce, XSalsa20Poly1305,
};
use rand::{rngs::OsRng, RngCore};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{
	fs::{self, File},
	io,
	path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;

/// How far a commitment is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
	/// Written down, perhaps sent.
	Prepared,
	/// Seen in a block.
	Committed,
	/// Its reveal was seen in a block.
	Revealed,
	/// Taken back.
	Withdrawn,
	/// Lost, because somebody else knew it.
	Denounced,
	/// The game is over.
	Resolved,
}

/// One commitment with everything that its reveal needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
	version: u8,
	genesis: String,
	account: String,
	pub sample: u32,
	pub salt: String,
	/// What may have been committed: whatever was sent last, and what was sent before and may still win.
	candidates: Vec<Candidate>,
	pub status: Status,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Candidate {
	/// CID of the label, as text.
	location: String,
	commitment: String,
}

impl Entry {
	/// The label that `commitment` hides.
	pub fn location(&self, commitment: &[u8; 32]) -> Option<&str> {
		let commitment = hex::encode(commitment);
		let candidate = self.candidates.iter().find(|candidate| candidate.commitment == commitment);
		candidate.map(|candidate| candidate.location.as_str())
	}
}

/// One commitment to gold with everything that its reveal needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Gold {
	version: u8,
	genesis: String,
	account: String,
	commitment: String,
	pub dataset: u32,
	/// Which of the account's salts for the dataset it is.
	pub draw: u32,
	/// CID of the gold, as text.
	pub location: String,
	/// The gold as a label file; it is on IPFS only once it is revealed.
	pub content: String,
	/// The sample, once it is known.
	pub sample: Option<u32>,
	pub status: Status,
}

/// The journal of one account on one chain.
pub struct Journal {
	directory: PathBuf,
	genesis: String,
	account: String,
	key: Zeroizing<[u8; 32]>,
}

impl Journal {
	pub fn open(home: &Path, genesis: &[u8; 32], signer: &Signer) -> Result<Self> {
		let (genesis, account) = (hex::encode(genesis), signer.account.to_string());
		let directory = home.join("journal").join(&genesis).join(&account);
		files::create_private_dir(&directory).map_err(|error| failure("create", &directory, &error))?;
		Ok(Self { directory, genesis, account, key: signer.root.journal_key() })
	}

	/// Where it is, for the hint on backups.
	pub fn directory(&self) -> &Path {
		&self.directory
	}

	/// Writes down a commitment that is about to be sent.
	pub fn prepare(&self, sample: u32, location: String, salt: &[u8; 32], commitment: &[u8; 32]) -> Result<()> {
		let _lock = self.lock()?;
		let mut entry = self.get(sample)?.unwrap_or_else(|| Entry {
			version: VERSION,
			genesis: self.genesis.clone(),
			account: self.account.clone(),
			sample,
			salt: hex::encode(salt),
			candidates: Vec::new(),
			status: Status::Prepared,
		});
		let candidate = Candidate { location, commitment: hex::encode(commitment) };
		entry.candidates.retain(|other| *other != candidate);
		entry.candidates.insert(0, candidate);
		entry.status = Status::Prepared;
		self.write(&entry)
	}

	/// Moves an entry on, if it is there.
	pub fn mark(&self, sample: u32, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.get(sample)? {
			Some(entry) if entry.status != status => self.write(&Entry { status, ..entry }),
			_ => Ok(()),
		}
	}

	pub fn get(&self, sample: u32) -> Result<Option<Entry>> {
		let Some(sealed) = read(&self.path(sample))? else { return Ok(None) };
		// The seal covers the content but not the name of the file: one moved here from elsewhere is no entry.
		let is_entry = |entry: &Entry| {
			let Entry { version, genesis, account, .. } = entry;
			entry.sample == sample && self.is_own(*version, genesis, account)
		};
		self.unseal(&sealed).filter(is_entry).map(Some).ok_or_else(|| {
			let again = format!("`learnware label reveal {sample} FILE` reveals without it, from the file of the label");
			damaged(&self.path(sample), &again)
		})
	}

	/// Writes down gold that is about to be committed.
	pub fn prepare_gold(
		&self,
		dataset: u32,
		draw: u32,
		location: String,
		content: String,
		commitment: &[u8; 32],
	) -> Result<()> {
		let _lock = self.lock()?;
		self.write_gold(&Gold {
			version: VERSION,
			genesis: self.genesis.clone(),
			account: self.account.clone(),
			commitment: hex::encode(commitment),
			dataset,
			draw,
			location,
			content,
			sample: None,
			status: Status::Prepared,
		})
	}

	/// Moves gold on, if it is there.
	pub fn mark_gold(&self, commitment: &[u8; 32], sample: Option<u32>, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.gold(commitment)? {
			Some(gold) => self.write_gold(&Gold { sample: sample.or(gold.sample), status, ..gold }),
			None => Ok(()),
		}
	}

	/// The gold that `commitment` hides.
	pub fn gold(&self, commitment: &[u8; 32]) -> Result<Option<Gold>> {
		let path = self.gold_path(&hex::encode(commitment));
		let Some(sealed) = read(&path)? else { return Ok(None) };
		let is_gold = |gold: &Gold| {
			let Gold { version, genesis, account, .. } = gold;
			gold.commitment == hex::encode(commitment) && self.is_own(*version, genesis, account)
		};
		self.unseal(&sealed).filter(is_gold).map(Some).ok_or_else(|| {
			damaged(&path, "`learnware sample reveal-gold SAMPLE FILE` reveals without it, from the file of the gold")
		})
	}

	fn write_gold(&self, gold: &Gold) -> Result<()> {
		let path = self.gold_path(&gold.commitment);
		let sealed = self.seal(gold)?;
		files::write_private(&path, &sealed, Existing::Replace).map_err(|error| failure("write", &path, &error))
	}

	fn is_own(&self, version: u8, genesis: &str, account: &str) -> bool {
		version == VERSION && genesis == self.genesis && account == self.account
	}

	/// All entries, by sample.
	pub fn list(&self) -> Result<Vec<Entry>> {
		let unreadable = |error: io::Error| failure("read", &self.directory, &error);
		let mut entries = Vec::new();
		for file in fs::read_dir(&self.directory).map_err(unreadable)? {
			let name = file.map_err(unreadable)?.file_name();
			let sample = name.to_str().and_then(|name| name.strip_suffix(".sealed")?.parse().ok());
			if let Some(sample) = sample {
				entries.extend(self.get(sample)?);
			}
		}
		entries.sort_by_key(|entry| entry.sample);
		Ok(entries)
	}

	fn write(&self, entry: &Entry) -> Result<()> {
		let path = self.path(entry.sample);
		files::write_private(&path, &self.seal(entry)?, Existing::Replace)
			.map_err(|error| failure("write", &path, &error))
	}

	fn seal(&self, entry: &impl Serialize) -> Result<Vec<u8>> {
		let plain =
			serde_json::to_vec(entry).map(Zeroizing::new).map_err(|error| Failure::account(error.to_string()))?;
		let mut nonce = [0; NONCE_BYTES];
		OsRng.fill_bytes(&mut nonce);
		let sealed = XSalsa20Poly1305::new(Key::from_slice(&*self.key))
			.encrypt(Nonce::from_slice(&nonce), plain.as_slice())
			.map_err(|error| Failure::account(format!("can't seal the journal: {error}")))?;
		Ok([&nonce[..], &sealed].concat())
	}

	fn unseal<T: DeserializeOwned>(&self, sealed: &[u8]) -> Option<T> {
		let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES)?;
		let opened = XSalsa20Poly1305::new(Key::from_slice(&*self.key)).decrypt(Nonce::from_slice(nonce), sealed).ok();
		serde_json::from_slice(&opened.map(Zeroizing::new)?).ok()
	}

	fn lock(&self) -> Result<File> {
		let path = self.directory.join("lock");
		File::create(&path).and_then(|file| file.lock().map(|()| file)).map_err(|error| failure("lock", &path, &error))
	}

	fn path(&self, sample: u32) -> PathBuf {
		self.directory.join(format!("{sample}.sealed"))
	}

	fn gold_path(&self, commitment: &str) -> PathBuf {
		self.directory.join(format!("gold-{commitment}.sealed"))
	}
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
	match fs::read(path) {
		Ok(sealed) => Ok(Some(sealed)),
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
		Err(error) => Err(failure("read", path, &error)),
	}
}

fn damaged(path: &Path, help: &str) -> Failure {
	Failure::account(format!("{} is damaged, or of another account", path.display()))
		.help(format!("move it away; {help}"))
}

fn failure(action: &str, path: &Path, error: &io::Error) -> Failure {
	Failure::file(Kind::Account, action, path, error)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::keystore::Keystore;

	fn signer(name: &str) -> Signer {
		Keystore::new(Path::new("/nowhere")).find(name).unwrap().unlock(|| unreachable!()).unwrap()
	}

	#[test]
	fn keeps_entries() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		assert_eq!(journal.list().unwrap(), []);
		assert_eq!(journal.get(3).unwrap(), None);
		journal.prepare(3, "first".into(), &[2; 32], &[3; 32]).unwrap();
		journal.prepare(20, "other".into(), &[2; 32], &[3; 32]).unwrap();
		journal.mark(3, Status::Committed).unwrap();
		journal.mark(4, Status::Committed).unwrap();
		let entries = journal.list().unwrap();
		assert_eq!(entries.iter().map(|entry| entry.sample).collect::<Vec<_>>(), [3, 20]);
		assert_eq!(entries[0].status, Status::Committed);
		assert_eq!(entries[0].salt, hex::encode([2; 32]));
	}

	#[test]
	fn an_older_commitment_is_not_lost() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		journal.prepare(3, "first".into(), &[2; 32], &[3; 32]).unwrap();
		journal.prepare(3, "second".into(), &[2; 32], &[4; 32]).unwrap();
		journal.prepare(3, "first".into(), &[2; 32], &[3; 32]).unwrap();
		let entry = journal.get(3).unwrap().unwrap();
		assert_eq!((entry.location(&[3; 32]), entry.location(&[4; 32])), (Some("first"), Some("second")));
		assert_eq!((entry.location(&[5; 32]), entry.candidates.len()), (None, 2));
	}

	#[test]
	fn keeps_gold_beside_labels() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		assert_eq!(journal.gold(&[7; 32]).unwrap(), None);
		journal.prepare_gold(3, 42, "location".into(), "[0,null]".into(), &[7; 32]).unwrap();
		journal.prepare(3, "label".into(), &[2; 32], &[3; 32]).unwrap();
		journal.mark_gold(&[7; 32], Some(9), Status::Committed).unwrap();
		journal.mark_gold(&[7; 32], None, Status::Revealed).unwrap();
		journal.mark_gold(&[8; 32], None, Status::Revealed).unwrap();
		let gold = journal.gold(&[7; 32]).unwrap().unwrap();
		assert_eq!((gold.dataset, gold.draw, gold.sample, gold.status), (3, 42, Some(9), Status::Revealed));
		assert_eq!((gold.location.as_str(), gold.content.as_str()), ("location", "[0,null]"));
		assert_eq!(journal.list().unwrap().len(), 1);
		let sealed = fs::read(journal.gold_path(&hex::encode([7; 32]))).unwrap();
		assert!(!sealed.windows(8).any(|window| window == b"[0,null]"));
		fs::write(journal.gold_path(&hex::encode([6; 32])), &sealed).unwrap();
		assert!(journal.gold(&[6; 32]).unwrap_err().help.unwrap().contains("reveal-gold"), "under another name");
	}

	#[test]
	fn tells_nobody_else() {
		let home = tempfile::tempdir().unwrap();
		let alice = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		alice.prepare(3, "bafkqaaa".into(), &[2; 32], &[3; 32]).unwrap();
		let sealed = fs::read(alice.path(3)).unwrap();
		assert!(!sealed.windows(8).any(|window| window == b"bafkqaaa"));
		let bob = Journal::open(home.path(), &[1; 32], &signer("bob")).unwrap();
		let elsewhere = Journal::open(home.path(), &[9; 32], &signer("alice")).unwrap();
		for journal in [&bob, &elsewhere] {
			fs::write(journal.path(3), &sealed).unwrap();
			assert!(journal.get(3).is_err());
		}
		fs::write(alice.path(4), &sealed).unwrap();
		assert!(alice.get(4).is_err(), "an entry under another sample's name");
		fs::write(alice.path(3), &sealed[..20]).unwrap();
		assert!(alice.get(3).unwrap_err().help.unwrap().contains("reveal 3"));
	}
}
