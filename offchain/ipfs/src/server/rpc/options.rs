//! Options of the commands: honoured, or refused; never silently without effect on the result.

use super::RpcError;
use crate::{import::Profile, Cid, Codec, Version, MAX_BLOCK_BYTES};
use std::str::FromStr;

/// Smallest chunk: smaller ones would only make the store slow.
const MIN_CHUNK_BYTES: usize = 256;

/// Options of `add` that clients send along and that change nothing of one file: how the answer is told, what is always
/// so here, what directories are made of, what the client has done already, and how soon a network is told.
const WITHOUT_EFFECT: [&str; 28] = [
	"quiet",
	"q",
	"quieter",
	"Q",
	"silent",
	"progress",
	"p",
	"stream-channels",
	"encoding",
	"timeout",
	"offline",
	"inline-limit",
	"fscache",
	"empty-dirs",
	"max-directory-links",
	"max-hamt-fanout",
	"recursive",
	"r",
	"hidden",
	"H",
	"ignore",
	"ignore-rules-path",
	"dereference-args",
	"dereference-symlinks",
	"stdin-name",
	"fast-provide-root",
	"fast-provide-dag",
	"fast-provide-wait",
];

/// The options of a request.
pub(super) struct Options<'a>(pub(super) &'a [(String, String)]);

impl Options<'_> {
	pub(super) fn get(&self, key: &str) -> Option<&str> {
		self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
	}

	/// The CID that a command is about.
	pub(super) fn cid(&self) -> Result<Cid, RpcError> {
		let argument = self.get("arg").ok_or_else(|| RpcError("argument \"ipfs-path\" is required".into()))?;
		argument.parse().map_err(|error| RpcError(format!("invalid path {argument:?}: {error}")))
	}

	pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, RpcError> {
		self.get(key).map(|value| flag(key, value)).transpose()
	}

	pub(super) fn number(&self, key: &str) -> Result<Option<u64>, RpcError> {
		self.get(key).map(|value| parse(key, value)).transpose()
	}
}

/// Options of `add`.
pub(super) struct AddOptions {
	pub(super) profile: Profile,
	pub(super) pin: bool,
	pub(super) only_hash: bool,
}

impl AddOptions {
	/// Defaults are Kubo's.
	pub(super) fn parse(query: &[(String, String)]) -> Result<Self, RpcError> {
		let mut options = Self { profile: Profile::UNIXFS_V0_2015, pin: true, only_hash: false };
		let mut raw_leaves = None;
		for (key, value) in query {
			let profile = &mut options.profile;
			match key.as_str() {
				"cid-version" => profile.version = version(value)?,
				"raw-leaves" => raw_leaves = Some(flag(key, value)?),
				"chunker" => profile.chunk_bytes = chunk_bytes(value)?,
				"max-file-links" => profile.links = parse::<usize>(key, value)?.clamp(2, 1024),
				"hash" if value == "sha2-256" => (),
				"cid-base" if value == "base32" => (),
				"pin" => options.pin = flag(key, value)?,
				"only-hash" => options.only_hash = flag(key, value)?,
				_ if WITHOUT_EFFECT.contains(&key.as_str()) || is_off(value) => (),
				_ => return Err(unsupported(key, value)),
			}
		}
		options.profile.raw_leaves = raw_leaves.unwrap_or(options.profile.version == Version::V1);
		Ok(options)
	}
}

/// Options of `block/put`.
pub(super) struct PutOptions {
	pub(super) codec: Codec,
	pub(super) version_0: bool,
	pub(super) pin: bool,
}

impl PutOptions {
	/// `format` is the older name of `cid-codec`.
	pub(super) fn parse(query: &[(String, String)]) -> Result<Self, RpcError> {
		let options = Options(query);
		let codec = options.get("cid-codec").or(options.get("format")).unwrap_or("raw");
		let (codec, version_0) = match codec {
			"raw" => (Codec::Raw, false),
			"dag-pb" | "protobuf" => (Codec::DagPb, false),
			"v0" => (Codec::DagPb, true),
			other => return Err(unsupported("cid-codec", other)),
		};
		match (options.get("mhtype").unwrap_or("sha2-256"), options.get("mhlen").unwrap_or("32")) {
			("sha2-256", "32" | "-1") => Ok(Self { codec, version_0, pin: options.flag("pin")?.unwrap_or(false) }),
			(hash, _) => Err(unsupported("mhtype", hash)),
		}
	}
}

fn version(value: &str) -> Result<Version, RpcError> {
	match value {
		"0" => Ok(Version::V0),
		"1" => Ok(Version::V1),
		_ => Err(unsupported("cid-version", value)),
	}
}

fn chunk_bytes(value: &str) -> Result<usize, RpcError> {
	let bytes = value.strip_prefix("size-").and_then(|bytes| bytes.parse().ok());
	bytes
		.filter(|bytes| (MIN_CHUNK_BYTES..=MAX_BLOCK_BYTES).contains(bytes))
		.ok_or_else(|| unsupported("chunker", value))
}

/// As Kubo reads it, that is Go; Python writes `True`.
fn flag(key: &str, value: &str) -> Result<bool, RpcError> {
	match value {
		"1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
		_ if is_off(value) => Ok(false),
		_ => Err(invalid(key, value)),
	}
}

fn is_off(value: &str) -> bool {
	matches!(value, "0" | "f" | "F" | "false" | "FALSE" | "False")
}

fn parse<T: FromStr>(key: &str, value: &str) -> Result<T, RpcError> {
	value.parse().map_err(|_| invalid(key, value))
}

fn invalid(key: &str, value: &str) -> RpcError {
	RpcError(format!("invalid value {value:?} of option {key:?}"))
}

fn unsupported(key: &str, value: &str) -> RpcError {
	RpcError(format!("the embedded store does not support {key}={value}; use an IPFS daemon with --ipfs-api for that"))
}
