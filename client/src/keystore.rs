//! Accounts by name: key files in the keystore, and the public development accounts.

use crate::{
	error::{Failure, Kind, Result},
	files::{self, Existing},
	keyfile::KeyFile,
	secret::Root,
};
use std::{
	fs, io,
	path::{Path, PathBuf},
	str::FromStr,
};
use subxt::utils::AccountId32;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// Accounts whose keys everybody knows; each is `//Name` of the development phrase, and has a `//Name//stash`.
pub const DEVELOPMENT: [&str; 6] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"];

/// An account that can sign.
pub struct Signer {
	pub name: String,
	pub account: AccountId32,
	/// Anybody can sign for it.
	pub is_public: bool,
	pub pair: Keypair,
	pub root: Root,
}

/// An account that was found, still locked.
pub enum Found {
	Development(String),
	Stored(Box<Stored>),
}

/// A key file of the keystore.
pub struct Stored {
	pub name: String,
	pub path: PathBuf,
	pub file: KeyFile,
}

impl Found {
	pub fn name(&self) -> &str {
		match self {
			Self::Development(uri) => uri,
			Self::Stored(stored) => &stored.name,
		}
	}

	/// Can be opened without a password.
	pub fn is_public(&self) -> bool {
		matches!(self, Self::Development(_))
	}

	pub fn account(&self) -> Result<AccountId32> {
		match self {
			Self::Development(uri) => Ok(development_pair(uri)?.public_key().to_account_id()),
			Self::Stored(stored) => Ok(stored.file.address),
		}
	}

	/// Opens the account; `password` is asked for one that has one.
	pub fn unlock(&self, password: impl FnOnce() -> Result<zeroize::Zeroizing<String>>) -> Result<Signer> {
		let pair = match self {
			Self::Development(uri) => development_pair(uri)?,
			Self::Stored(stored) => stored.file.decrypt(&password()?)?,
		};
		Ok(Signer {
			name: self.name().into(),
			account: AccountId32(pair.public_key().0),
			is_public: self.is_public(),
			root: Root::of(&pair),
			pair,
		})
	}
}

/// An account by its name in the keystore, as `//Alice`, or by any address, whoever's it is.
pub fn find_account(home: &Path, wanted: &str) -> Result<AccountId32> {
	match (Keystore::new(home).find(wanted), AccountId32::from_str(wanted)) {
		(Ok(found), _) => found.account(),
		(Err(_), Ok(account)) => Ok(account),
		(Err(failure), Err(_)) if failure.code == UNKNOWN => {
			let help = failure.help.unwrap_or_default();
			Err(Failure::input(format!("'{wanted}' is neither an address nor an account of the keystore")).help(help))
		},
		(Err(failure), Err(_)) => Err(failure),
	}
}

/// The accounts whose keys everybody knows.
pub fn development_accounts() -> Result<Vec<AccountId32>> {
	let uris = DEVELOPMENT.into_iter().flat_map(|name| [format!("//{name}"), format!("//{name}//stash")]);
	uris.map(|uri| development_pair(&uri).map(|pair| AccountId32(pair.public_key().0))).collect()
}

const UNKNOWN: &str = "unknown_account";

/// A directory of key files, `NAME.json` each.
pub struct Keystore {
	directory: PathBuf,
}

impl Keystore {
	pub fn new(home: &Path) -> Self {
		Self { directory: home.join("keystore") }
	}

	/// All accounts, by name.
	pub fn list(&self) -> Result<Vec<Stored>> {
		let entries = match fs::read_dir(&self.directory) {
			Ok(entries) => entries,
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => return Err(self.failure("read", &self.directory, &error)),
		};
		let mut accounts = Vec::new();
		for entry in entries {
			let path = entry.map_err(|error| self.failure("read", &self.directory, &error))?.path();
			let name = path.file_stem().and_then(|name| name.to_str()).filter(|name| check_name(name).is_ok());
			if let (Some(name), Some("json")) = (name, path.extension().and_then(|extension| extension.to_str())) {
				accounts.push(self.read(name)?);
			}
		}
		accounts.sort_by(|a, b| a.name.cmp(&b.name));
		Ok(accounts)
	}

	/// Adds an account; a name that is taken is never replaced.
	pub fn add(&self, name: &str, file: KeyFile) -> Result<Stored> {
		check_name(name)?;
		if let Some(same) = self.list()?.into_iter().find(|stored| stored.file.address == file.address) {
			return Err(Failure::account(format!("this account is in the keystore already, as '{}'", same.name)));
		}
		let path = self.path(name);
		files::write_private(&path, file.to_json().as_bytes(), Existing::Keep).map_err(|error| {
			if error.kind() == io::ErrorKind::AlreadyExists {
				taken(name)
			} else {
				self.failure("write", &path, &error)
			}
		})?;
		Ok(Stored { name: name.into(), path, file })
	}

	/// Fails early, before a secret is asked for, when an account of this name can't be added.
	pub fn check_new(&self, name: &str) -> Result<()> {
		check_name(name)?;
		if self.path(name).exists() {
			return Err(taken(name));
		}
		Ok(())
	}

	/// Finds an account by its name in the keystore, by its address, or, as `//Alice` or `alice`, among the
	/// development accounts.
	pub fn find(&self, wanted: &str) -> Result<Found> {
		if wanted.starts_with('/') {
			// Any other path is an account as well, of which everybody has the key.
			return is_development_path(wanted).then(|| Found::Development(wanted.into())).ok_or_else(|| {
				Failure::input(format!("'{wanted}' is not a development account")).help(format!(
					"they are //{}, and //Alice//stash and so on, in this very spelling",
					DEVELOPMENT.join(", //")
				))
			});
		}
		if check_name(wanted).is_ok() && self.path(wanted).exists() {
			return Ok(Found::Stored(Box::new(self.read(wanted)?)));
		}
		if let Some(name) = development_name(wanted) {
			return Ok(Found::Development(format!("//{name}")));
		}
		let accounts = self.list()?;
		let names = accounts.iter().map(|stored| stored.name.clone()).collect::<Vec<_>>();
		let address = AccountId32::from_str(wanted).ok();
		if let Some(stored) = accounts.into_iter().find(|stored| Some(stored.file.address) == address) {
			return Ok(Found::Stored(Box::new(stored)));
		}
		if let (None, Some(failure)) = (address, mistaken_address(wanted)) {
			return Err(failure);
		}
		let help = if names.is_empty() {
			"the keystore is empty: `learnware account new NAME` makes an account".into()
		} else {
			format!("the keystore holds: {}", names.join(", "))
		};
		Err(Failure::new(Kind::Account, UNKNOWN, format!("there is no account '{wanted}' in the keystore")).help(help))
	}

	fn read(&self, name: &str) -> Result<Stored> {
		let path = self.path(name);
		let json = fs::read_to_string(&path).map_err(|error| self.failure("read", &path, &error))?;
		let file = KeyFile::parse(&json)
			.map_err(|failure| Failure { message: format!("{}: {}", path.display(), failure.message), ..failure })?;
		Ok(Stored { name: name.into(), path, file })
	}

	fn path(&self, name: &str) -> PathBuf {
		self.directory.join(format!("{name}.json"))
	}

	fn failure(&self, action: &str, path: &Path, error: &io::Error) -> Failure {
		Failure::file(Kind::Account, action, path, error)
	}
}

fn taken(name: &str) -> Failure {
	Failure::account(format!("there is an account '{name}' already")).help("choose another name; nothing was changed")
}

fn check_name(name: &str) -> Result<()> {
	let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
	if name.is_empty() || name.len() > 64 || name.starts_with(['.', '-']) || !name.chars().all(legal) {
		return Err(Failure::input(format!("'{name}' can't be the name of an account"))
			.help("use 1 to 64 letters, digits, '-', '_' and '.'"));
	}
	if development_name(name).is_some() {
		return Err(
			Failure::input(format!("'{name}' is the name of a public development account")).help("choose another name")
		);
	}
	if AccountId32::from_str(name).is_ok() {
		return Err(Failure::input("an address can't be the name of an account").help("choose another name"));
	}
	Ok(())
}

fn development_name(name: &str) -> Option<&'static str> {
	DEVELOPMENT.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// `//Alice` or `//Alice//stash`.
fn is_development_path(path: &str) -> bool {
	let name = path.strip_prefix("//").map(|path| path.strip_suffix("//stash").unwrap_or(path));
	name.is_some_and(|name| DEVELOPMENT.contains(&name))
}

/// What is wrong with a text that is meant as an address, and is none.
fn mistaken_address(text: &str) -> Option<Failure> {
	let digits = text.strip_prefix("0x").filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
	if let Some(key) = digits.and_then(|digits| hex::decode(digits).ok()?.try_into().ok()) {
		// A mistyped key would be another account: keys, unlike addresses, have no checksum.
		let message = format!("'{text}' is a public key, which has no checksum");
		let help = format!("if its address, {}, is the right one, write that", AccountId32(key));
		return Some(Failure::input(message).help(help));
	}
	if digits.is_some_and(|digits| digits.len() == 40) {
		let message = format!("'{text}' is an account of Ethereum, and this chain has none of these");
		return Some(Failure::input(message).help("ask for an address that begins with 5"));
	}
	let is_like_one = (40..=52).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
	is_like_one.then(|| {
		Failure::input(format!("'{text}' is not an address: wrong checksum"))
			.help("a letter is wrong, missing or too much: copy the address again, do not type it")
	})
}

fn development_pair(uri: &str) -> Result<Keypair> {
	SecretUri::from_str(uri)
		.ok()
		.and_then(|uri| Keypair::from_uri(&uri).ok())
		.ok_or_else(|| Failure::input(format!("'{uri}' is not a development account")).help("write //Alice or alice"))
}

#[cfg(test)]
mod tests {
	use super::*;

	const FIXTURE: &str = include_str!("../tests/fixtures/keyring-14.json");
	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn keystore() -> (tempfile::TempDir, Keystore) {
		let home = tempfile::tempdir().unwrap();
		let keystore = Keystore::new(home.path());
		(home, keystore)
	}

	#[test]
	fn finds_by_name_and_address() {
		let (_home, keystore) = keystore();
		assert_eq!(keystore.list().unwrap().len(), 0);
		let file = KeyFile::parse(FIXTURE).unwrap();
		keystore.add("me", file.clone()).unwrap();
		assert!(keystore.add("me", file.clone()).is_err());
		assert!(keystore.add("again", file.clone()).is_err(), "one account, one name");
		for wanted in ["me", &file.address.to_string()] {
			assert_eq!(keystore.find(wanted).unwrap().account().unwrap(), file.address);
		}
		assert_eq!(keystore.list().unwrap().len(), 1);
		assert!(keystore.find("you").err().unwrap().help.unwrap().contains("me"));
	}

	#[test]
	fn finds_development_accounts() {
		let (_home, keystore) = keystore();
		for wanted in ["//Alice", "alice", "Alice"] {
			let found = keystore.find(wanted).unwrap();
			assert!(found.is_public());
			assert_eq!(found.account().unwrap().to_string(), ALICE);
		}
		assert_ne!(keystore.find("//Alice//stash").unwrap().account().unwrap().to_string(), ALICE);
		for wanted in
			["//alice", "//ALICE", "//Zed", "//Alice ", "//Alice/", "//Alice//Stash", "//Alice///x", "//", "/Alice"]
		{
			let failure = keystore.find(wanted).err().unwrap();
			assert!(failure.message.contains("is not a development account"), "{wanted}: {}", failure.message);
			assert!(failure.help.unwrap().contains("//Ferdie"), "{wanted}");
		}
		assert!(keystore.find(ALICE).is_err(), "an address is looked up in the keystore only");
		let home = keystore.directory.parent().unwrap();
		for wanted in ["//Alice", "alice", ALICE] {
			assert_eq!(find_account(home, wanted).unwrap().to_string(), ALICE);
		}
		assert!(find_account(home, "nobody").is_err());
		let known = development_accounts().unwrap();
		for name in ["//Bob", "//Ferdie//stash"] {
			assert!(known.contains(&find_account(home, name).unwrap()), "{name}");
		}
		assert_eq!(known.len(), 12);
	}

	#[test]
	fn a_mistyped_address_is_told_and_never_another_account() {
		let (home, keystore) = keystore();
		let bob = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
		let key = "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48";
		// The same key, as three other networks write it.
		for address in [
			bob,
			"14E5nqKAp3oAJcmzgZhUD2RcptBeUBScxKHgJKU4HPNcKVf3",
			"FoQJpPyadYccjavVdTWxpxU7rUEaYhfLCPwXgkfD6Zat9QP",
			"st9VGizmZevyuchk4b6HxH45XhsaTiaNju62vRaSzXDgByTdh",
		] {
			assert_eq!(find_account(home.path(), address).unwrap().to_string(), bob);
		}
		for (wanted, word) in [
			("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694tz", "checksum"),
			("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM69", "checksum"),
			("SFHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty", "checksum"),
			("5fhnew46xgxgs5muiveu4sbtygbzmstuspzc92uhjjm694ty", "checksum"),
			("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "checksum"),
			("0xabababababababababababababababababababab", "Ethereum"),
			(&format!("0x{key}"), "public key"),
			(key, "neither an address nor an account"),
			("Bob ", "neither an address nor an account"),
		] {
			let failure = find_account(home.path(), wanted).unwrap_err();
			assert!(failure.message.contains(word), "{wanted}: {}", failure.message);
			assert!(keystore.find(wanted).is_err(), "{wanted}");
		}
		let failure = find_account(home.path(), &format!("0x{key}")).unwrap_err();
		assert!(failure.help.unwrap().contains(bob), "the address can be compared");
	}

	#[test]
	fn refuses_names() {
		let (_home, keystore) = keystore();
		for name in ["", ".hidden", "-x", "a/b", "..", "alice", "a b", "ü", &"a".repeat(65), ALICE] {
			assert!(keystore.check_new(name).is_err(), "{name}");
		}
		keystore.check_new("a-B_1.c").unwrap();
	}
}
