//! Secrets: how they are read, and what is derived from them.

use crate::error::{Failure, Result};
use blake2::{digest::consts::U32, Blake2b, Digest};
use learnware_primitives::commitment::Salt;
use rand::{rngs::OsRng, RngCore};
use schnorrkel::{
	derive::{ChainCode, Derivation},
	ExpansionMode, MiniSecretKey, SecretKey,
};
use std::str::FromStr;
use subxt_signer::{bip39::Mnemonic, sr25519::Keypair, DeriveJunction, ExposeSecret, SecretUri};
use zeroize::{Zeroize, Zeroizing};

/// Junction of the child key that salts and the journal's key come from. Its public key is published
/// nowhere, so it is a secret that only the account's own secret leads to, in polkadot.js as well:
/// `keyring.addFromUri(mnemonic + '//learnware-secret-1').publicKey`.
const JUNCTION: &str = "learnware-secret-1";

/// Number of salts that one account has for gold of one dataset, and for each part of its test sets.
pub const DRAWS: u32 = 1 << 20;

const NOT_A_SECRET: &str =
	"a secret is 12 to 24 words, or 0x and 64 hexadecimal digits; a derivation path like //1 may follow";

/// Draws a new mnemonic of 12 or 24 words.
pub fn new_mnemonic(words: u8) -> Result<Zeroizing<String>> {
	let mut entropy = Zeroizing::new([0; 32]);
	OsRng.fill_bytes(&mut *entropy);
	let length = usize::from(words) * 4 / 3;
	let mnemonic = entropy.get(..length).and_then(|entropy| Mnemonic::from_entropy(entropy).ok());
	mnemonic
		.map(|mnemonic| Zeroizing::new(mnemonic.to_string()))
		.ok_or_else(|| Failure::input("a mnemonic has 12, 15, 18, 21 or 24 words"))
}

/// The secret key of a mnemonic or a seed with its derivation path. Blanks may stand between the words as they like; in path
/// and password each counts.
pub fn parse(text: &str) -> Result<SecretKey> {
	let (words, rest) = split(text);
	let words = Zeroizing::new(words.split_whitespace().collect::<Vec<_>>().join(" "));
	if words.is_empty() {
		return Err(Failure::input("no secret given").help(NOT_A_SECRET));
	}
	if rest.contains(['\n', '\r']) {
		return Err(Failure::input("a derivation path and a password have no line break").help("give one line"));
	}
	let text = Zeroizing::new(format!("{}{rest}", *words));
	let uri = SecretUri::from_str(&text).map_err(|_| Failure::input("not a secret").help(NOT_A_SECRET))?;
	let mini = match uri.phrase.expose_secret().strip_prefix("0x") {
		Some(seed) => from_seed(seed)?,
		None => from_phrase(uri.phrase.expose_secret(), uri.password.as_ref().map_or("", |word| word.expose_secret()))?,
	};
	Ok(uri.junctions.into_iter().fold(mini.expand(ExpansionMode::Ed25519), |secret, junction| match junction {
		DeriveJunction::Soft(code) => secret.derived_key_simple(ChainCode(code), []).0,
		DeriveJunction::Hard(code) => {
			secret.hard_derive_mini_secret_key(Some(ChainCode(code)), b"").0.expand(ExpansionMode::Ed25519)
		},
	}))
}

/// Whether path or password end in a blank, which counts, and which nobody sees.
pub fn ends_in_blank(text: &str) -> bool {
	split(text).1.ends_with(char::is_whitespace)
}

/// The words, and path and password, of a secret that may be a line.
fn split(text: &str) -> (&str, &str) {
	let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
	text.split_at(text.find('/').unwrap_or(text.len()))
}

fn from_seed(digits: &str) -> Result<MiniSecretKey> {
	let mut seed = Zeroizing::new([0; 32]);
	hex::decode_to_slice(digits, &mut *seed)
		.ok()
		.and_then(|()| MiniSecretKey::from_bytes(&*seed).ok())
		.ok_or_else(|| Failure::input("the seed is not 64 hexadecimal digits").help(NOT_A_SECRET))
}

fn from_phrase(phrase: &str, password: &str) -> Result<MiniSecretKey> {
	// The error names positions of words, never the words.
	let mnemonic = Mnemonic::from_str(phrase.trim())
		.map_err(|error| Failure::input(format!("not a mnemonic: {error}")).help(NOT_A_SECRET))?;
	let (mut entropy, length) = mnemonic.to_entropy_array();
	let mini =
		entropy.get(..length).and_then(|entropy| substrate_bip39::mini_secret_from_entropy(entropy, password).ok());
	entropy.zeroize();
	mini.ok_or_else(|| Failure::input("not a mnemonic").help(NOT_A_SECRET))
}

/// What an account's secrets other than its key come from.
pub struct Root(Zeroizing<[u8; 32]>);

impl Root {
	pub fn of(pair: &Keypair) -> Self {
		Self(Zeroizing::new(pair.derive([DeriveJunction::hard(JUNCTION)]).public_key().0))
	}

	/// The salt of this account's label of a sample, the same each time it is asked for: whoever loses the journal
	/// loses nothing. `blake2_256("learnware/salt/1" ++ genesis ++ sample as u32 little-endian ++ root)`.
	pub fn salt(&self, genesis: &[u8; 32], sample: u32) -> Zeroizing<Salt> {
		hash(&[b"learnware/salt/1", genesis, &sample.to_le_bytes(), &*self.0])
	}

	/// The salt of gold for a sample of `dataset`: one of [`DRAWS`], so that the same gold can be committed
	/// twice without anybody seeing that it is the same, and so that whoever loses the journal can try them all.
	/// `blake2_256("learnware/gold-salt/1" ++ genesis ++ dataset ++ draw, both u32 little-endian ++ root)`.
	pub fn gold_salt(&self, genesis: &[u8; 32], dataset: u32, draw: u32) -> Zeroizing<Salt> {
		hash(&[b"learnware/gold-salt/1", genesis, &dataset.to_le_bytes(), &draw.to_le_bytes(), &*self.0])
	}

	/// The salt of this account's lesson in one epoch of a session:
	/// `blake2_256("learnware/lesson-salt/1" ++ genesis ++ training ++ epoch, both u32 little-endian ++ root)`.
	pub fn lesson_salt(&self, genesis: &[u8; 32], training: u32, epoch: u32) -> Zeroizing<Salt> {
		hash(&[b"learnware/lesson-salt/1", genesis, &training.to_le_bytes(), &epoch.to_le_bytes(), &*self.0])
	}

	/// The salt of a part of a test set: one of [`DRAWS`], for the same reasons as that of gold.
	/// `blake2_256("learnware/test-salt/1" ++ genesis ++ draw ++ index, both u32 little-endian ++ root)`.
	pub fn test_salt(&self, genesis: &[u8; 32], draw: u32, index: u32) -> Zeroizing<Salt> {
		hash(&[b"learnware/test-salt/1", genesis, &draw.to_le_bytes(), &index.to_le_bytes(), &*self.0])
	}

	/// The key that seals this account's journal.
	pub fn journal_key(&self) -> Zeroizing<[u8; 32]> {
		hash(&[b"learnware/journal/1", &*self.0])
	}
}

fn hash(parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
	let mut hasher = Blake2b::<U32>::new();
	for part in parts {
		hasher.update(part);
	}
	Zeroizing::new(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt_signer::DEV_PHRASE;

	#[test]
	fn derives_like_subxt() {
		let seed = format!("0x{}", "5a".repeat(32));
		for uri in [
			DEV_PHRASE.to_string(),
			format!("{DEV_PHRASE}//Alice"),
			format!("{DEV_PHRASE}//hard/soft//1///password"),
			seed.clone(),
			format!("{seed}//a/b"),
		] {
			let expected = Keypair::from_uri(&SecretUri::from_str(&uri).unwrap()).unwrap();
			assert_eq!(parse(&uri).unwrap().to_public().to_bytes(), expected.public_key().0, "{uri}");
		}
	}

	/// The addresses are those of @polkadot/keyring 14.
	#[test]
	fn blanks_count_in_path_and_password_only() {
		let address = |text: &str| {
			parse(text).map(|secret| subxt::utils::AccountId32(secret.to_public().to_bytes()).to_string()).unwrap()
		};
		for (rest, expected) in [
			("", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"),
			("///", "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV"),
			("//0", "5D34dL5prEUaGNQtPPZ3yN5Y6BnkfXunKXXz6fo7ZJbLwRRH"),
			("//hard/soft//2", "5HGPe39BeurKvP7tJ4qnFrFHxBXdjoGgntXsCSC4vkZSCgNj"),
			("///with blank", "5ELMgH7AjnkaGNRdFFKA8zoPUZB4KLAHte58FTQaBKE5fKFZ"),
			("///two  blanks", "5DjmPEhG7UiYUerPTDa2XYRpgtomXqJd1qJ3B54fhRJQk4tZ"),
			("//hard///s3cr&t:1", "5Da6L1ijcCtmLBD4UaTkJR6b7HLccNXGbG62vvoEtmwKVbTo"),
		] {
			for (text, ending) in [
				(DEV_PHRASE.to_string(), ""),
				(DEV_PHRASE.replace(' ', " \t "), "\n"),
				(format!("  {DEV_PHRASE}  "), "\r\n"),
			] {
				assert_eq!(address(&format!("{text}{rest}{ending}")), expected, "{rest:?} {ending:?}");
			}
		}
		let plain = address(&format!("{DEV_PHRASE}//a b///c d"));
		for rest in ["//a b///c d ", "//a  b///c d", "//a\tb///c d", "//a b///c\td", "//a b ///c d", "//a b///c\u{a0}d"]
		{
			assert_ne!(address(&format!("{DEV_PHRASE}{rest}")), plain, "{rest:?}");
		}
		assert!(ends_in_blank("word//a \n") && ends_in_blank("word///a\t") && ends_in_blank("word//a\u{a0}"));
		assert!(!ends_in_blank("word \n") && !ends_in_blank("word//a b\r\n") && !ends_in_blank("word///\n"));
		for rest in ["//a\nb", "///c\nd", "//a\n\n", "///c\r"] {
			assert!(parse(&format!("{DEV_PHRASE}{rest}")).unwrap_err().message.contains("line break"), "{rest:?}");
		}
	}

	#[test]
	fn new_mnemonics_are_secrets() {
		for words in [12, 24] {
			let mnemonic = new_mnemonic(words).unwrap();
			assert_eq!(mnemonic.split(' ').count(), usize::from(words));
			parse(&mnemonic).unwrap();
			assert_ne!(mnemonic, new_mnemonic(words).unwrap());
		}
		assert!(new_mnemonic(13).is_err());
	}

	#[test]
	fn refuses_what_is_no_secret() {
		for text in ["", "  ", "//Alice", "0x12", "not a mnemonic at all", &DEV_PHRASE.replace("walk", "walk walk")] {
			let failure = parse(text).unwrap_err();
			assert!(!failure.message.contains("mnemonic at all"), "secrets are never repeated");
		}
	}

	#[test]
	fn salts_differ_by_chain_sample_and_account() {
		let root = |uri: &str| Root::of(&Keypair::from_uri(&SecretUri::from_str(uri).unwrap()).unwrap());
		let (alice, bob) = (root("//Alice"), root("//Bob"));
		let salt = alice.salt(&[0; 32], 1);
		assert_eq!(salt, root("//Alice").salt(&[0; 32], 1));
		assert_ne!(salt, alice.salt(&[0; 32], 2));
		assert_ne!(salt, alice.salt(&[1; 32], 1));
		assert_ne!(salt, bob.salt(&[0; 32], 1));
		assert_ne!(*alice.journal_key(), *bob.journal_key());
	}

	#[test]
	fn gold_has_salts_of_its_own() {
		let root = Root::of(&Keypair::from_uri(&SecretUri::from_str("//Alice").unwrap()).unwrap());
		let salt = root.gold_salt(&[0; 32], 1, 2);
		assert_eq!(salt, root.gold_salt(&[0; 32], 1, 2));
		for other in [root.gold_salt(&[0; 32], 2, 2), root.gold_salt(&[0; 32], 1, 3), root.gold_salt(&[1; 32], 1, 2)] {
			assert_ne!(salt, other);
		}
		assert_ne!(salt, root.salt(&[0; 32], 1));
	}

	#[test]
	fn lessons_and_test_sets_have_salts_of_their_own() {
		let root = Root::of(&Keypair::from_uri(&SecretUri::from_str("//Alice").unwrap()).unwrap());
		let salts = [
			root.lesson_salt(&[0; 32], 1, 2),
			root.lesson_salt(&[0; 32], 2, 1),
			root.lesson_salt(&[1; 32], 1, 2),
			root.test_salt(&[0; 32], 1, 2),
			root.test_salt(&[0; 32], 2, 1),
			root.test_salt(&[1; 32], 1, 2),
			root.gold_salt(&[0; 32], 1, 2),
		];
		for (position, salt) in salts.iter().enumerate() {
			assert!(!salts[..position].contains(salt));
		}
		assert_eq!(salts[0], root.lesson_salt(&[0; 32], 1, 2));
	}

	/// The same bytes as polkadot.js makes (`tests/fixtures/keyring.mjs`): a lost journal can be rebuilt there.
	#[test]
	fn salt_is_that_of_polkadot_js() {
		let pair = Keypair::from_uri(&SecretUri::from_str("//Alice").unwrap()).unwrap();
		let salt = Root::of(&pair).salt(&[0x11; 32], 7);
		assert_eq!(hex::encode(*salt), include_str!("../tests/fixtures/salt.hex").trim());
	}
}
