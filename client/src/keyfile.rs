//! polkadot.js key files: JSON version 3, scrypt and xsalsa20-poly1305 around a PKCS#8 sr25519 secret.

use crate::error::{Failure, Kind, Result};
use base64::{engine::general_purpose::STANDARD as BASE64, Engine};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key, Nonce, XSalsa20Poly1305,
};
use rand::{rngs::OsRng, RngCore};
use schnorrkel::SecretKey;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};
use subxt::utils::AccountId32;
use subxt_signer::{polkadot_js_compat, sr25519::Keypair};
use zeroize::{Zeroize, Zeroizing};

/// What polkadot.js (util-crypto 14) writes: N = 2^17, p = 1, r = 8.
const LOG_N: u8 = 17;
const P: u32 = 1;
const R: u32 = 8;

const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = SALT_BYTES + 12 + NONCE_BYTES;

/// PKCS#8 as polkadot.js writes it: a header, the secret (64 bytes), a divider, the public key.
const PKCS8_HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
const PKCS8_DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];
const PKCS8_BYTES: usize = PKCS8_HEADER.len() + 64 + PKCS8_DIVIDER.len() + 32;

const TAG_BYTES: usize = 16;

/// A key file. Everything but `encoded` can be read without the password, and forged without it too.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct KeyFile {
	encoded: String,
	encoding: Encoding,
	pub address: AccountId32,
	#[serde(default)]
	pub meta: Meta,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Encoding {
	content: Vec<String>,
	#[serde(rename = "type")]
	kind: Vec<String>,
	version: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
	#[serde(default)]
	pub name: String,
	/// Milliseconds since 1970.
	#[serde(default)]
	pub when_created: u64,
	#[serde(flatten)]
	others: serde_json::Map<String, serde_json::Value>,
}

impl KeyFile {
	/// Encrypts a secret.
	pub fn encrypt(secret: &SecretKey, name: &str, password: &str) -> Result<Self> {
		let public = secret.to_public().to_bytes();
		let mut plain = Zeroizing::new(Vec::with_capacity(PKCS8_BYTES));
		let mut bytes = secret.to_ed25519_bytes();
		plain.extend(PKCS8_HEADER);
		plain.extend(bytes);
		plain.extend(PKCS8_DIVIDER);
		plain.extend(public);
		bytes.zeroize();

		let mut header = [0; HEADER_BYTES];
		OsRng.fill_bytes(&mut header);
		let (salt, rest) = header.split_at_mut(SALT_BYTES);
		let (parameters, nonce) = rest.split_at_mut(12);
		for (to, parameter) in parameters.chunks_exact_mut(4).zip([1u32 << LOG_N, P, R]) {
			to.copy_from_slice(&parameter.to_le_bytes());
		}
		let broken = |error: String| Failure::account(format!("can't encrypt the key: {error}"));
		let parameters = scrypt::Params::new(LOG_N, R, P, 32).map_err(|error| broken(error.to_string()))?;
		let mut key = Zeroizing::new([0; 32]);
		scrypt::scrypt(password.as_bytes(), salt, &parameters, &mut *key).map_err(|error| broken(error.to_string()))?;
		let sealed = XSalsa20Poly1305::new(Key::from_slice(&*key))
			.encrypt(Nonce::from_slice(nonce), plain.as_slice())
			.map_err(|error| broken(error.to_string()))?;

		let strings = |words: [&str; 2]| words.map(String::from).to_vec();
		Ok(Self {
			encoded: BASE64.encode([&header[..], &sealed].concat()),
			encoding: Encoding {
				content: strings(["pkcs8", "sr25519"]),
				kind: strings(["scrypt", "xsalsa20-poly1305"]),
				version: "3".into(),
			},
			address: AccountId32(public),
			meta: Meta { name: name.into(), when_created: milliseconds_since_1970(), others: Default::default() },
		})
	}

	/// Parses a key file without opening it, and checks that it is of the kind that can be opened.
	pub fn parse(json: &str) -> Result<Self> {
		let file: Self = serde_json::from_str(json)
			.map_err(|error| Failure::account(format!("not a polkadot.js key file: {error}")))?;
		let encoding = &file.encoding;
		let holds = |words: &[String], word: &str| words.iter().any(|held| held == word);
		if !holds(&encoding.content, "sr25519") {
			return Err(Failure::account("the key is not of type sr25519, the only one that is supported"));
		}
		if encoding.version != "3" || !holds(&encoding.content, "pkcs8") || !holds(&encoding.kind, "scrypt") {
			return Err(Failure::account("the key file is not encrypted, or not in format 3")
				.help("open it in polkadot.js and export it again, with a password"));
		}
		let length = BASE64.decode(&file.encoded).map(|bytes| bytes.len());
		if length != Ok(HEADER_BYTES + TAG_BYTES + PKCS8_BYTES) {
			return Err(Failure::account("the key file is damaged: its encrypted part has the wrong length"));
		}
		Ok(file)
	}

	/// Opens the file.
	pub fn decrypt(&self, password: &str) -> Result<Keypair> {
		use polkadot_js_compat::Error;
		polkadot_js_compat::decrypt_json(&self.to_json(), password).map_err(|error| match error {
			Error::Secretbox(_) => Failure::new(Kind::Account, "wrong_password", "wrong password")
				.help("the password is the one that the account was created or exported with"),
			Error::InvalidKeys => Failure::account("the key file is damaged: its address is not that of its key"),
			other => Failure::account(format!("can't open the key file: {other}")),
		})
	}

	pub fn to_json(&self) -> String {
		serde_json::to_string_pretty(self).unwrap_or_default()
	}
}

fn milliseconds_since_1970() -> u64 {
	SystemTime::now()
		.duration_since(UNIX_EPOCH)
		.map_or(0, |passed| u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
	use super::*;
	use schnorrkel::{ExpansionMode, MiniSecretKey};
	use std::str::FromStr;
	use subxt_signer::SecretUri;

	/// Made by `tests/fixtures/keyring.mjs` with @polkadot/keyring 14.0.3.
	const FIXTURE: &str = include_str!("../tests/fixtures/keyring-14.json");

	#[test]
	fn opens_what_polkadot_js_writes() {
		let file = KeyFile::parse(FIXTURE).unwrap();
		let pair = file.decrypt("correct horse").unwrap();
		let uri = SecretUri::from_str("//learnware//fixture").unwrap();
		assert_eq!(pair.public_key().0, Keypair::from_uri(&uri).unwrap().public_key().0);
		assert_eq!(file.meta.name, "fixture");
		assert_eq!(file.decrypt("wrong").unwrap_err().code, "wrong_password");
	}

	#[test]
	fn opens_what_it_writes() {
		let secret = MiniSecretKey::from_bytes(&[7; 32]).unwrap().expand(ExpansionMode::Ed25519);
		let file = KeyFile::encrypt(&secret, "me", "secret ✓").unwrap();
		let file = KeyFile::parse(&file.to_json()).unwrap();
		assert_eq!(file.decrypt("secret ✓").unwrap().public_key().0, secret.to_public().to_bytes());
		assert_eq!(file.decrypt("secret").unwrap_err().code, "wrong_password");
		let other = KeyFile::encrypt(&secret, "me", "secret ✓").unwrap();
		assert_ne!(file.encoded, other.encoded, "salt and nonce are drawn anew");
	}

	#[test]
	fn refuses_what_is_no_key_file() {
		for (from, to) in [("sr25519", "ed25519"), ("\"3\"", "\"2\""), ("nVL5O7Mo", ""), ("scrypt", "none"), ("{", "[")]
		{
			assert!(KeyFile::parse(&FIXTURE.replacen(from, to, 1)).is_err(), "{from} -> {to}");
		}
		let forged =
			FIXTURE.replace("5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91R", &AccountId32([1; 32]).to_string());
		assert!(KeyFile::parse(&forged).unwrap().decrypt("correct horse").is_err());
	}
}
