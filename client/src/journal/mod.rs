//! The journal: what is needed to reveal each commitment, sealed with a key of the account.
//!
//! One file for each commitment in the home directory, in `journal/GENESIS/ADDRESS`: `SAMPLE.sealed` for a label,
//! `lesson-SESSION-EPOCH.sealed` for a lesson; `gold-COMMITMENT.sealed` for gold, with the gold itself, as the sample has
//! no number yet, and `test-set-COMMITMENT.sealed` for a test set, named by its first part. Losing one loses nothing
//! that the account and the committed file can't bring back: salts are derived.
//!
//! Files that nobody may see before their reveal are kept beside them, in `files`, named by their CIDs.

mod gold;
mod test_set;

pub use test_set::TestSet;

use crate::{
	error::{Failure, Kind, Result},
	files::{self, Existing},
	ipfs::{cid_of_file, Cid},
	keystore::Signer,
};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key, Nonce, XSalsa20Poly1305,
};
use rand::{rngs::OsRng, RngCore};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use std::{
	fmt,
	fs::{self, File},
	io,
	path::{Path, PathBuf},
};
use subxt::utils::AccountId32;
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

impl Status {
	/// Something is still to come.
	pub fn is_open(self) -> bool {
		!matches!(self, Self::Withdrawn | Self::Denounced | Self::Resolved)
	}
}

/// What a file is committed to as.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Subject {
	Label { sample: u32 },
	Lesson { training: u32, epoch: u32 },
}

impl Subject {
	fn file_name(self) -> String {
		match self {
			Self::Label { sample } => format!("{sample}.sealed"),
			Self::Lesson { training, epoch } => format!("lesson-{training}-{epoch}.sealed"),
		}
	}

	/// The reverse of [`Subject::file_name`].
	fn parse(name: &str) -> Option<Self> {
		let name = name.strip_suffix(".sealed")?;
		match name.strip_prefix("lesson-") {
			Some(numbers) => {
				let (training, epoch) = numbers.split_once('-')?;
				Some(Self::Lesson { training: training.parse().ok()?, epoch: epoch.parse().ok()? })
			},
			None => Some(Self::Label { sample: name.parse().ok()? }),
		}
	}

	/// How it is revealed without the journal.
	pub fn remedy(self) -> String {
		match self {
			Self::Label { sample } => {
				format!(
					"`learnware label reveal {sample} FILE` opens it: with the very label, if this tool committed it anywhere, \
					 or with the secret file of the script that did"
				)
			},
			Self::Lesson { training, .. } => {
				format!("`learnware training reveal {training} LESSON` opens it, with the very lesson")
			},
		}
	}
}

impl fmt::Display for Subject {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Label { sample } => write!(f, "the label of sample {sample}"),
			Self::Lesson { training, .. } => write!(f, "the lesson of session {training}"),
		}
	}
}

/// One commitment with everything that its reveal needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
	#[serde(flatten)]
	pub subject: Subject,
	/// Of the candidates that have none of their own.
	salt: String,
	/// What may have been committed: whatever was sent last, and what was sent before and may still win.
	candidates: Vec<Candidate>,
	pub status: Status,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Candidate {
	/// CID of the file, as text.
	location: String,
	commitment: String,
	/// If another tool drew it.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	salt: Option<String>,
}

impl Entry {
	/// CID and salt that `commitment` hides.
	pub fn opening(&self, commitment: &[u8; 32]) -> Option<(&str, [u8; 32])> {
		let commitment = hex::encode(commitment);
		let candidate = self.candidates.iter().find(|candidate| candidate.commitment == commitment)?;
		let salt = hex::decode(candidate.salt.as_ref().unwrap_or(&self.salt)).ok()?;
		Some((&candidate.location, salt.try_into().ok()?))
	}
}

/// The journal of one account on one chain.
pub struct Journal {
	directory: PathBuf,
	genesis: String,
	account: String,
	key: Zeroizing<[u8; 32]>,
}

/// A record with where it belongs, for the seal does not cover the name of its file.
#[derive(Deserialize, Serialize)]
struct Owned<T> {
	version: u8,
	genesis: String,
	account: String,
	#[serde(flatten)]
	record: T,
}

impl Journal {
	pub fn open(home: &Path, genesis: &[u8; 32], signer: &Signer) -> Result<Self> {
		let journal = Self::look(home, genesis, signer);
		let directory = &journal.directory;
		files::create_private_dir(directory).map_err(|error| failure("create", directory, &error))?;
		Ok(journal)
	}

	/// To look into, and not to write: a journal that is not there yet is empty.
	pub fn look(home: &Path, genesis: &[u8; 32], signer: &Signer) -> Self {
		let directory = directory(home, genesis, &signer.account);
		let (genesis, account) = (hex::encode(genesis), signer.account.to_string());
		Self { directory, genesis, account, key: signer.root.journal_key() }
	}

	/// Where it is, for the hint on backups.
	pub fn directory(&self) -> &Path {
		&self.directory
	}

	/// Whether a home knows anything of a commitment; which one it is, only the account can read.
	pub fn mentions(home: &Path, genesis: &[u8; 32], account: &AccountId32, subject: Subject) -> bool {
		directory(home, genesis, account).join(subject.file_name()).exists()
	}

	/// Writes down a commitment that is about to be sent.
	pub fn prepare(&self, subject: Subject, location: String, salt: &[u8; 32], commitment: &[u8; 32]) -> Result<()> {
		let _lock = self.lock()?;
		let mut entry = self.get(subject)?.unwrap_or_else(|| Entry {
			subject,
			salt: hex::encode(salt),
			candidates: Vec::new(),
			status: Status::Prepared,
		});
		let salt = Some(hex::encode(salt)).filter(|salt| *salt != entry.salt);
		let candidate = Candidate { location, commitment: hex::encode(commitment), salt };
		entry.candidates.retain(|other| *other != candidate);
		entry.candidates.insert(0, candidate);
		entry.status = Status::Prepared;
		self.store(&subject.file_name(), &entry)
	}

	/// Moves an entry on, if it is there.
	pub fn mark(&self, subject: Subject, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.get(subject)? {
			Some(entry) if entry.status != status => self.store(&subject.file_name(), &Entry { status, ..entry }),
			_ => Ok(()),
		}
	}

	pub fn get(&self, subject: Subject) -> Result<Option<Entry>> {
		self.load(&subject.file_name(), |entry: &Entry| entry.subject == subject, || subject.remedy())
	}

	/// All entries of labels and lessons, in their order.
	pub fn list(&self) -> Result<Vec<Entry>> {
		let mut entries = Vec::new();
		for subject in self.file_names()?.iter().filter_map(|name| Subject::parse(name)) {
			entries.extend(self.get(subject)?);
		}
		entries.sort_by_key(|entry| entry.subject);
		Ok(entries)
	}

	/// Keeps a file until its reveal.
	pub fn keep_file(&self, cid: &Cid, content: &[u8]) -> Result<()> {
		let path = self.kept_path(cid);
		files::write_private(&path, content, Existing::Replace).map_err(|error| failure("write", &path, &error))
	}

	/// A file that is kept, if it is still what it was.
	pub fn kept_file(&self, cid: &Cid) -> Result<Vec<u8>> {
		let path = self.kept_path(cid);
		let content = fs::read(&path).map_err(|error| failure("read", &path, &error))?;
		match cid_of_file(&content)? == *cid {
			true => Ok(content),
			false => Err(Failure::account(format!("{} is damaged: it is not {cid} any more", path.display()))
				.help("put the file that was committed in its place")),
		}
	}

	fn kept_path(&self, cid: &Cid) -> PathBuf {
		self.directory.join("files").join(cid.to_string())
	}

	/// A record of this account and chain, of which `is` holds.
	fn load<T: DeserializeOwned>(
		&self,
		name: &str,
		is: impl FnOnce(&T) -> bool,
		remedy: impl FnOnce() -> String,
	) -> Result<Option<T>> {
		let path = self.directory.join(name);
		let Some(sealed) = read(&path)? else { return Ok(None) };
		let is_own = |owned: &Owned<T>| {
			let Owned { version, genesis, account, .. } = owned;
			*version == VERSION && *genesis == self.genesis && *account == self.account
		};
		let record = self.unseal(&sealed).filter(is_own).map(|owned| owned.record).filter(is);
		record.map(Some).ok_or_else(|| {
			Failure::account(format!("{} is damaged, or of another account", path.display()))
				.help(format!("move it away; {}", remedy()))
		})
	}

	fn store(&self, name: &str, record: &impl Serialize) -> Result<()> {
		let path = self.directory.join(name);
		let (genesis, account) = (self.genesis.clone(), self.account.clone());
		let sealed = self.seal(&Owned { version: VERSION, genesis, account, record })?;
		files::write_private(&path, &sealed, Existing::Replace).map_err(|error| failure("write", &path, &error))
	}

	fn file_names(&self) -> Result<Vec<String>> {
		let unreadable = |error: io::Error| failure("read", &self.directory, &error);
		let files = match fs::read_dir(&self.directory) {
			Ok(files) => files,
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(unreadable(error)),
		};
		let names = files.map(|file| file.map(|file| file.file_name().to_string_lossy().into_owned()));
		names.collect::<io::Result<_>>().map_err(unreadable)
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
}

fn directory(home: &Path, genesis: &[u8; 32], account: &AccountId32) -> PathBuf {
	home.join("journal").join(hex::encode(genesis)).join(account.to_string())
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
	match fs::read(path) {
		Ok(sealed) => Ok(Some(sealed)),
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
		Err(error) => Err(failure("read", path, &error)),
	}
}

fn failure(action: &str, path: &Path, error: &io::Error) -> Failure {
	Failure::file(Kind::Account, action, path, error)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::keystore::Keystore;

	fn gold_path(journal: &Journal, commitment: [u8; 32]) -> PathBuf {
		journal.directory.join(format!("gold-{}.sealed", hex::encode(commitment)))
	}

	fn label(sample: u32) -> Subject {
		Subject::Label { sample }
	}

	fn signer(name: &str) -> Signer {
		Keystore::new(Path::new("/nowhere")).find(name).unwrap().unlock(|| unreachable!()).unwrap()
	}

	#[test]
	fn keeps_entries() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		assert_eq!(journal.list().unwrap(), []);
		assert_eq!(journal.get(label(3)).unwrap(), None);
		journal.prepare(label(3), "first".into(), &[2; 32], &[3; 32]).unwrap();
		journal.prepare(label(20), "other".into(), &[2; 32], &[3; 32]).unwrap();
		journal.mark(label(3), Status::Committed).unwrap();
		journal.mark(label(4), Status::Committed).unwrap();
		let entries = journal.list().unwrap();
		assert_eq!(entries.iter().map(|entry| entry.subject).collect::<Vec<_>>(), [label(3), label(20)]);
		assert_eq!(entries[0].status, Status::Committed);
	}

	#[test]
	fn an_older_commitment_is_not_lost() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		journal.prepare(label(3), "first".into(), &[2; 32], &[3; 32]).unwrap();
		journal.prepare(label(3), "second".into(), &[2; 32], &[4; 32]).unwrap();
		journal.prepare(label(3), "first".into(), &[2; 32], &[3; 32]).unwrap();
		let entry = journal.get(label(3)).unwrap().unwrap();
		let (first, second) = (entry.opening(&[3; 32]), entry.opening(&[4; 32]));
		assert_eq!((first, second), (Some(("first", [2; 32])), Some(("second", [2; 32]))));
		assert_eq!((entry.opening(&[5; 32]), entry.candidates.len()), (None, 2));
		journal.prepare(label(3), "first".into(), &[8; 32], &[6; 32]).unwrap();
		let entry = journal.get(label(3)).unwrap().unwrap();
		assert_eq!(entry.opening(&[6; 32]), Some(("first", [8; 32])), "of a tool that draws its salts");
		assert_eq!(entry.opening(&[3; 32]), Some(("first", [2; 32])));
	}

	#[test]
	fn keeps_gold_beside_labels() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		assert_eq!(journal.gold(&[7; 32]).unwrap(), None);
		journal.prepare_gold((3, "asked".into()), 42, "location".into(), "[0,null]".into(), &[7; 32]).unwrap();
		journal.prepare(label(3), "label".into(), &[2; 32], &[3; 32]).unwrap();
		journal.mark_gold(&[7; 32], Some(9), Status::Committed).unwrap();
		journal.mark_gold(&[7; 32], None, Status::Revealed).unwrap();
		journal.mark_gold(&[8; 32], None, Status::Revealed).unwrap();
		let gold = journal.gold(&[7; 32]).unwrap().unwrap();
		assert_eq!((gold.dataset, gold.draw, gold.sample, gold.status), (3, 42, Some(9), Status::Revealed));
		assert_eq!((gold.location.as_str(), gold.content.as_str()), ("location", "[0,null]"));
		assert_eq!(journal.list().unwrap().len(), 1);
		assert_eq!(journal.golds().unwrap(), [gold]);
		let sealed = fs::read(gold_path(&journal, [7; 32])).unwrap();
		assert!(!sealed.windows(8).any(|window| window == b"[0,null]"));
		fs::write(gold_path(&journal, [6; 32]), &sealed).unwrap();
		assert!(journal.gold(&[6; 32]).unwrap_err().help.unwrap().contains("reveal-gold"), "under another name");
	}

	#[test]
	fn tells_nobody_else() {
		let home = tempfile::tempdir().unwrap();
		let alice = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		alice.prepare(label(3), "bafkqaaa".into(), &[2; 32], &[3; 32]).unwrap();
		let sealed = fs::read(alice.directory.join("3.sealed")).unwrap();
		assert!(!sealed.windows(8).any(|window| window == b"bafkqaaa"));
		let bob = Journal::open(home.path(), &[1; 32], &signer("bob")).unwrap();
		let elsewhere = Journal::open(home.path(), &[9; 32], &signer("alice")).unwrap();
		for journal in [&bob, &elsewhere] {
			fs::write(journal.directory.join("3.sealed"), &sealed).unwrap();
			assert!(journal.get(label(3)).is_err());
		}
		fs::write(alice.directory.join("4.sealed"), &sealed).unwrap();
		assert!(alice.get(label(4)).is_err(), "an entry under another sample's name");
		fs::write(alice.directory.join("3.sealed"), &sealed[..20]).unwrap();
		assert!(alice.get(label(3)).unwrap_err().help.unwrap().contains("reveal 3"));
	}

	#[test]
	fn keeps_lessons_and_test_sets_beside_labels() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		let lesson = |training, epoch| Subject::Lesson { training, epoch };
		for subject in [lesson(3, 1), lesson(3, 0), label(9)] {
			journal.prepare(subject, "location".into(), &[2; 32], &[3; 32]).unwrap();
		}
		journal.prepare_test_set(7, vec!["a".into(), "b".into()], &[[4; 32], [5; 32]]).unwrap();
		let entries = journal.list().unwrap();
		let subjects = entries.iter().map(|entry| entry.subject).collect::<Vec<_>>();
		assert_eq!(subjects, [label(9), lesson(3, 0), lesson(3, 1)]);
		journal.mark(lesson(3, 0), Status::Resolved).unwrap();
		assert_eq!(journal.get(lesson(3, 0)).unwrap().unwrap().status, Status::Resolved);
		assert_eq!(journal.get(lesson(3, 1)).unwrap().unwrap().status, Status::Prepared);
		for subject in [lesson(12, 3), label(4)] {
			assert_eq!(Subject::parse(&subject.file_name()), Some(subject));
		}
		for name in ["lock", "files", "lesson-1.sealed", "lesson--1.sealed", "x.sealed", "3.tmp"] {
			assert_eq!(Subject::parse(name), None);
		}
	}

	#[test]
	fn finds_a_test_set_by_its_commitments() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		journal.prepare_test_set(7, vec!["a".into(), "b".into()], &[[4; 32], [5; 32]]).unwrap();
		journal.prepare_test_set(8, vec!["c".into(), "d".into()], &[[6; 32], [7; 32]]).unwrap();
		assert_eq!(journal.test_set(3, &[None, Some([7; 32])]).unwrap().unwrap().draw, 8);
		assert_eq!(journal.test_set(3, &[Some([7; 32]), None]).unwrap(), None, "of another part");
		assert_eq!(journal.test_set(3, &[None, None]).unwrap(), None);
		journal.mark_test_set(&[4; 32], Some(3), Status::Committed).unwrap();
		journal.mark_test_set(&[9; 32], Some(3), Status::Committed).unwrap();
		let found = journal.test_set(3, &[None, None]).unwrap().unwrap();
		assert_eq!((found.draw, found.training, found.status), (7, Some(3), Status::Committed));
		assert_eq!(journal.test_set(3, &[None, Some([9; 32])]).unwrap(), None, "of another session with this number");
		assert_eq!(journal.test_sets().unwrap().len(), 2);
		journal.mark_shown(9, &[Some([6; 32]), None], &[0]).unwrap();
		journal.mark_shown(9, &[None, Some([7; 32])], &[1, 0]).unwrap();
		journal.mark_shown(4, &[Some([8; 32]), None], &[0]).unwrap();
		let sets = journal.test_sets().unwrap();
		let shown = |draw| sets.iter().find(|set| set.draw == draw).map(|set| (set.shown.clone(), set.training));
		assert_eq!(shown(8), Some((vec![0, 1], Some(9))), "told which session it is of");
		assert_eq!(shown(7), Some((vec![], Some(3))));
	}

	#[test]
	fn a_look_leaves_nothing_behind() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::look(home.path(), &[1; 32], &signer("alice"));
		assert_eq!(journal.list().unwrap(), []);
		assert_eq!((journal.golds().unwrap(), journal.test_sets().unwrap()), (vec![], vec![]));
		assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
		let alice = signer("alice");
		let mentions = |sample| Journal::mentions(home.path(), &[1; 32], &alice.account, label(sample));
		assert!(!mentions(3));
		let journal = Journal::open(home.path(), &[1; 32], &alice).unwrap();
		journal.prepare(label(3), "location".into(), &[2; 32], &[3; 32]).unwrap();
		assert!(mentions(3) && !mentions(4));
	}

	#[test]
	fn kept_files_are_what_they_were() {
		let home = tempfile::tempdir().unwrap();
		let journal = Journal::open(home.path(), &[1; 32], &signer("alice")).unwrap();
		let cid = cid_of_file(b"questions").unwrap();
		assert!(journal.kept_file(&cid).is_err());
		journal.keep_file(&cid, b"questions").unwrap();
		assert_eq!(journal.kept_file(&cid).unwrap(), b"questions");
		assert!(!files::is_readable_by_others(&journal.kept_path(&cid)));
		fs::write(journal.kept_path(&cid), b"others").unwrap();
		assert!(journal.kept_file(&cid).unwrap_err().message.contains("damaged"));
	}
}
