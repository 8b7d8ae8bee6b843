//! polkadot.js key files: JSON version 3, scrypt and xsalsa20-poly1305 around a PKCS#8 sr25519 secret.

use crate::error::{Failure, Kind, Result};
use base64::{engine::general_purpose::STANDARD as BASE64, Engine};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key, Nonce, XSalsa20Poly1305,
};
use rand::{rngs::OsRng, RngCore};
use schnorrkel::SecretKey;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{
	str::FromStr,
	time::{SystemTime, UNIX_EPOCH},
};
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
#[derive(Clone, Debug, Serialize)]
pub struct KeyFile {
	encoded: String,
	encoding: Encoding,
	pub address: AccountId32,
	pub meta: Meta,
}

#[derive(Clone, Debug, Serialize)]
struct Encoding {
	content: Vec<String>,
	#[serde(rename = "type")]
	kind: Vec<String>,
	version: String,
}

impl Encoding {
	fn current() -> Self {
		let strings = |words: [&str; 2]| words.map(String::from).to_vec();
		Self {
			content: strings(["pkcs8", "sr25519"]),
			kind: strings(["scrypt", "xsalsa20-poly1305"]),
			version: "3".into(),
		}
	}
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
	pub name: String,
	/// Milliseconds since 1970.
	pub when_created: u64,
	#[serde(flatten)]
	others: Map<String, Value>,
}

impl Meta {
	/// Wallets put all kinds of things here, and none of it opens the file.
	fn of(value: Option<&Value>) -> Self {
		let mut others = value.and_then(Value::as_object).cloned().unwrap_or_default();
		let name = others.remove("name").and_then(|name| Some(name.as_str()?.to_string()));
		let created = others.remove("whenCreated").and_then(|created| created.as_f64());
		// A negative time and one that is none are both 0.
		Self { name: name.unwrap_or_default(), when_created: created.unwrap_or_default() as u64, others }
	}
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

		Ok(Self {
			encoded: BASE64.encode([&header[..], &sealed].concat()),
			encoding: Encoding::current(),
			address: AccountId32(public),
			meta: Meta { name: name.into(), when_created: milliseconds_since_1970(), others: Default::default() },
		})
	}

	/// Parses a key file without opening it, and checks that it is of the kind that can be opened. What says the kind is
	/// looked at first: other kinds have other fields.
	pub fn parse(json: &str) -> Result<Self> {
		let wrong = |why: &str| Failure::account(format!("not a key file of polkadot.js: {why}"));
		let file: Value =
			serde_json::from_str(json.trim_start_matches('\u{feff}')).map_err(|_| wrong("it is not JSON"))?;
		let file = file.as_object().ok_or_else(|| wrong("it is not a JSON object"))?;
		let encoding = file.get("encoding").ok_or_else(|| wrong("it does not say how it is encoded"))?;
		let content = words(encoding.get("content"));
		check_kind(&content, &words(encoding.get("type")), words(encoding.get("version")).first())?;
		let damaged = |what: &str| {
			Failure::account(format!("the key file is damaged: {what}"))
				.help("export the account again, or take a backup")
		};
		let text = |name: &str| file.get(name).and_then(Value::as_str);
		let address = text("address").and_then(address).ok_or_else(|| damaged("its address is none"))?;
		let encoded = text("encoded").unwrap_or_default();
		let length = BASE64.decode(encoded).map(|bytes| bytes.len());
		if length != Ok(HEADER_BYTES + TAG_BYTES + PKCS8_BYTES) {
			return Err(damaged("its encrypted part has the wrong length"));
		}
		Ok(Self {
			encoded: encoded.into(),
			encoding: Encoding { content, ..Encoding::current() },
			address,
			meta: Meta::of(file.get("meta")),
		})
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

/// A word, or a list of words; older formats have single words, and numbers.
fn words(value: Option<&Value>) -> Vec<String> {
	let word = |value: &Value| match value {
		Value::String(word) => Some(word.clone()),
		Value::Number(number) => Some(number.to_string()),
		_ => None,
	};
	match value {
		Some(Value::Array(words)) => words.iter().filter_map(word).collect(),
		Some(value) => word(value).into_iter().collect(),
		None => Vec::new(),
	}
}

/// Refuses what can't be opened, by its name.
fn check_kind(content: &[String], kind: &[String], version: Option<&String>) -> Result<()> {
	let holds = |words: &[String], word: &str| words.iter().any(|held| held == word);
	let refuse = |what: &str, help: &str| Err(Failure::account(what).help(help));
	let again = "open it in polkadot.js, and export the account again, with a password";
	if holds(content, "batch-pkcs8") {
		let what = "the file is an export of all accounts of an extension at once";
		return refuse(what, "export the one account, and import that file");
	}
	match version.map_or("", String::as_str) {
		"3" => {},
		"0" | "1" | "2" => return refuse("the key file is of an old format, from before version 3", again),
		"" => return refuse("the key file does not say of which version its format is", again),
		version => {
			return refuse(&format!("the key file is of version {version} of the format, and only 3 is known"), again)
		},
	}
	if holds(kind, "none") {
		return refuse("the key file is not encrypted: it was exported without a password", again);
	}
	if !holds(kind, "scrypt") || !holds(kind, "xsalsa20-poly1305") {
		return refuse(&format!("the key file is encrypted in a way that is not known: {}", kind.join(", ")), again);
	}
	if !holds(content, "pkcs8") || !holds(content, "sr25519") {
		let held = content.iter().filter(|word| *word != "pkcs8").cloned().collect::<Vec<_>>().join(", ");
		let what =
			format!("the key is of type {}, and only sr25519 is supported", if held.is_empty() { "?" } else { &held });
		return refuse(&what, "make an account of type sr25519, which is what polkadot.js makes if not told otherwise");
	}
	Ok(())
}

/// As an address of whatever network, or as the public key in hexadecimal digits.
fn address(text: &str) -> Option<AccountId32> {
	match text.strip_prefix("0x") {
		Some(digits) => Some(AccountId32(hex::decode(digits).ok()?.try_into().ok()?)),
		None => AccountId32::from_str(text).ok(),
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
	fn does_not_mind_what_opens_nothing() {
		let file: Value = serde_json::from_str(FIXTURE).unwrap();
		let public = file["address"].as_str().and_then(address).unwrap();
		let with = |name: &str, value: Value| {
			let mut file = file.clone();
			file[name] = value;
			file
		};
		for (file, name) in [
			(with("meta", Value::Null), ""),
			(with("meta", serde_json::json!({ "name": null, "whenCreated": null, "isHidden": false })), ""),
			(with("meta", serde_json::json!({ "name": "me", "whenCreated": 1.5e12, "genesisHash": null })), "me"),
			(with("meta", serde_json::json!("text")), ""),
			(with("address", format!("0x{}", hex::encode(public)).into()), "fixture"),
			(with("another", 7.into()), "fixture"),
		] {
			let json = format!("\u{feff}{}", serde_json::to_string_pretty(&file).unwrap().replace('\n', "\r\n"));
			let file = KeyFile::parse(&json).unwrap();
			assert_eq!((file.address, file.meta.name.as_str()), (public, name), "{json}");
			let again = KeyFile::parse(&file.to_json()).unwrap();
			assert_eq!((again.to_json(), again.address), (file.to_json(), public));
		}
		let file = with("meta", serde_json::json!({ "name": null, "isHidden": true, "whenCreated": 1.5e12 }));
		let meta = KeyFile::parse(&file.to_string()).unwrap().meta;
		assert_eq!((meta.when_created, &meta.others["isHidden"]), (1_500_000_000_000, &Value::Bool(true)));
		assert!(KeyFile::parse(&file.to_string()).unwrap().decrypt("correct horse").is_ok());
	}

	#[test]
	fn refuses_what_is_no_key_file() {
		for (from, to) in [("sr25519", "ed25519"), ("\"3\"", "\"2\""), ("nVL5O7Mo", ""), ("scrypt", "none"), ("{", "[")]
		{
			assert!(KeyFile::parse(&FIXTURE.replacen(from, to, 1)).is_err(), "{from} -> {to}");
		}
		// The encoding, and a word of what is said of it.
		let kind = |content: &str, kind: &str, version: &str| {
			format!(
				r#"{{"encoded":"00","encoding":{{"content":{content},"type":{kind},"version":{version}}},"address":"0x00"}}"#
			)
		};
		let [sr25519, scrypt] = [r#"["pkcs8","sr25519"]"#, r#"["scrypt","xsalsa20-poly1305"]"#];
		for (json, word) in [
			("{".into(), "not JSON"),
			("[]".into(), "not a JSON object"),
			("{}".into(), "does not say how it is encoded"),
			(r#"{"encoded":"00","encoding":{"content":["batch-pkcs8"],"type":["scrypt","xsalsa20-poly1305"],"version":"3"},"accounts":[]}"#.into(), "all accounts"),
			(kind(sr25519, r#""xsalsa20-poly1305""#, r#""2""#), "old format"),
			(kind(r#""pkcs8""#, r#""none""#, "0"), "old format"),
			(kind(sr25519, scrypt, r#""4""#), "version 4"),
			(kind(sr25519, scrypt, "null"), "does not say of which version"),
			(kind(sr25519, r#"["none"]"#, r#""3""#), "not encrypted"),
			(kind(sr25519, r#"["argon2"]"#, r#""3""#), "argon2"),
			(kind(r#"["pkcs8","ed25519"]"#, scrypt, r#""3""#), "ed25519"),
			(kind(r#"["pkcs8","ethereum"]"#, scrypt, r#""3""#), "ethereum"),
			(kind(sr25519, scrypt, r#""3""#), "its address is none"),
			(FIXTURE.replace("E91R\"", "E91S\""), "its address is none"),
			(FIXTURE.replacen("nVL5O7Mo", "", 1), "wrong length"),
		] {
			let failure = KeyFile::parse(&json).unwrap_err();
			assert!(failure.message.contains(word), "{json}: {}", failure.message);
		}
		let forged =
			FIXTURE.replace("5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91R", &AccountId32([1; 32]).to_string());
		assert!(KeyFile::parse(&forged).unwrap().decrypt("correct horse").is_err());
	}
}
