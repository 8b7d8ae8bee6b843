//! Content identifiers that we can fetch and verify: SHA-256 of a raw or a dag-pb block.

use cid::multibase;
use learnware_primitives::cid::{is_fetchable, DAG_PB, RAW};
use std::{fmt, str::FromStr};

/// Multihash prefix of SHA-256: its code and the length of the digest.
const SHA2_256: [u8; 2] = [0x12, 0x20];

/// What a block holds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Codec {
	/// Bytes of a file.
	Raw,
	/// A node of a DAG.
	DagPb,
}

/// Version of a content identifier.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Version {
	/// `Qm...`: a bare multihash, always dag-pb.
	V0,
	/// `b...`: with version and codec.
	V1,
}

/// A content identifier, valid by construction: [`is_fetchable`] holds for [`to_bytes`](Self::to_bytes).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Cid {
	version: Version,
	codec: Codec,
	digest: [u8; 32],
}

/// Why something is not a content identifier that we can fetch.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CidError {
	/// Neither the text nor the binary form of a CID.
	#[error("not a CID ({0}); expected one as `ipfs add` prints it, such as bafkrei... or Qm...")]
	NotACid(String),
	/// A CID of a kind that scorers do not fetch.
	#[error(
		"the CID has codec {} and hash {}, but only raw (0x55) and dag-pb (0x70) with sha2-256 (0x12) are fetched; add \
		 the file again with `ipfs add --cid-version=1 --hash=sha2-256 --inline=false`",
		named(CODECS, *codec), named(HASHES, *hash)
	)]
	Unsupported {
		/// Its multicodec.
		codec: u64,
		/// Its multihash code.
		hash: u64,
	},
}

/// Codecs that people meet, by the table of multicodecs.
const CODECS: &[(u64, &str)] = &[
	(0x55, "raw"),
	(0x70, "dag-pb"),
	(0x71, "dag-cbor"),
	(0x72, "libp2p-key, the name of a place and not of a file,"),
	(0x0129, "dag-json"),
	(0x0200, "json"),
];

/// Hash functions that people meet, by the same table.
const HASHES: &[(u64, &str)] = &[
	(0x00, "identity"),
	(0x11, "sha1"),
	(0x12, "sha2-256"),
	(0x13, "sha2-512"),
	(0x16, "sha3-256"),
	(0x1e, "blake3"),
	(0xb220, "blake2b-256"),
];

/// A code with its name, if it has one here.
fn named(names: &[(u64, &str)], code: u64) -> String {
	match names.iter().find(|(known, _)| *known == code) {
		Some((_, name)) => format!("{name} (0x{code:x})"),
		None => format!("0x{code:x}"),
	}
}

impl Cid {
	/// The version 1 identifier of a block with this SHA-256 digest.
	pub fn v1(codec: Codec, digest: [u8; 32]) -> Self {
		Self { version: Version::V1, codec, digest }
	}

	/// The version 0 identifier of a dag-pb block with this SHA-256 digest.
	pub fn v0(digest: [u8; 32]) -> Self {
		Self { version: Version::V0, codec: Codec::DagPb, digest }
	}

	/// Parses the binary form, which is what the chain stores.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
		let digest = bytes.last_chunk::<32>().filter(|_| is_fetchable(bytes)).ok_or_else(|| refusal(bytes))?;
		Ok(match bytes {
			[0x01, RAW, ..] => Self::v1(Codec::Raw, *digest),
			[0x01, ..] => Self::v1(Codec::DagPb, *digest),
			_ => Self::v0(*digest),
		})
	}

	/// The binary form: 34 bytes of version 0, 36 of version 1.
	pub fn to_bytes(&self) -> Vec<u8> {
		let prefix: &[u8] = match (self.version, self.codec) {
			(Version::V0, _) => &[],
			(Version::V1, Codec::Raw) => &[0x01, RAW],
			(Version::V1, Codec::DagPb) => &[0x01, DAG_PB],
		};
		[prefix, &SHA2_256, &self.digest].concat()
	}

	/// What the block holds.
	pub fn codec(&self) -> Codec {
		self.codec
	}

	/// Version of the identifier.
	pub fn version(&self) -> Version {
		self.version
	}

	/// SHA-256 of the block.
	pub fn digest(&self) -> &[u8; 32] {
		&self.digest
	}
}

/// Says what is wrong with bytes that are not a fetchable CID.
fn refusal(bytes: &[u8]) -> CidError {
	match cid::Cid::try_from(bytes) {
		Err(error) => CidError::NotACid(error.to_string()),
		Ok(cid) if is_fetchable(&cid.to_bytes()) => CidError::NotACid("bytes after its end".into()),
		Ok(cid) => CidError::Unsupported { codec: cid.codec(), hash: cid.hash().code() },
	}
}

impl fmt::Display for Cid {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&match self.version {
			Version::V0 => multibase::Base::Base58Btc.encode(self.to_bytes()),
			Version::V1 => multibase::encode(multibase::Base::Base32Lower, self.to_bytes()),
		})
	}
}

impl fmt::Debug for Cid {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		fmt::Display::fmt(self, formatter)
	}
}

/// Text in any multibase, bare or behind `/ipfs/` or `ipfs://`; no path after it.
impl FromStr for Cid {
	type Err = CidError;

	fn from_str(text: &str) -> Result<Self, CidError> {
		let bare = text.strip_prefix("/ipfs/").or_else(|| text.strip_prefix("ipfs://")).unwrap_or(text);
		let decoded = match bare.len() == 46 && bare.starts_with("Qm") {
			true => multibase::Base::Base58Btc.decode(bare),
			false => multibase::decode(bare).map(|(_, bytes)| bytes),
		};
		match decoded {
			// A version 0 identifier has no multibase prefix.
			Ok(bytes) if bare.starts_with("Qm") || bytes.first() != Some(&SHA2_256[0]) => Self::from_bytes(&bytes),
			Ok(_) => Err(CidError::NotACid("a version 0 CID is base58 without a prefix".into())),
			Err(error) => Err(CidError::NotACid(error.to_string())),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The CIDs of "hello world" in Kubo's `test/cli/add_test.go`.
	const V0: &str = "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD";
	const V1_RAW: &str = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
	const V1_DAG_PB: &str = "bafybeihykld7uyxzogax6vgyvag42y7464eywpf55gxi5qpoisibh3c5wa";
	const V1_SHA2_512: &str = "\
		bafkrgqbqt3gerhas23vuzrapkdeqf4vu2dwxp3srdj6hvg6nhsug2tgyn6mj3u23yx7utftq3i2ckw2fwdh5qmhid5qf3t35yvk\
		c5e5ottlw6";

	#[test]
	fn text_and_binary_agree() {
		for (text, version, codec) in
			[(V0, Version::V0, Codec::DagPb), (V1_RAW, Version::V1, Codec::Raw), (V1_DAG_PB, Version::V1, Codec::DagPb)]
		{
			let cid: Cid = text.parse().unwrap();
			assert_eq!((cid.version(), cid.codec()), (version, codec));
			assert_eq!(cid.to_string(), text);
			assert_eq!(Cid::from_bytes(&cid.to_bytes()), Ok(cid));
			assert_eq!(format!("/ipfs/{text}").parse(), Ok(cid));
			assert_eq!(format!("ipfs://{text}").parse(), Ok(cid));
		}
	}

	#[test]
	fn any_multibase_names_the_same_bytes() {
		let cid: Cid = V1_RAW.parse().unwrap();
		for base in [multibase::Base::Base58Btc, multibase::Base::Base64Url, multibase::Base::Base16Upper] {
			assert_eq!(multibase::encode(base, cid.to_bytes()).parse(), Ok(cid));
		}
	}

	#[test]
	fn other_hashes_and_codecs_are_named_in_the_refusal() {
		let sha512 = V1_SHA2_512.parse::<Cid>();
		assert_eq!(sha512, Err(CidError::Unsupported { codec: 0x55, hash: 0x13 }));
		// The identity hash of "hi", as `ipfs add --inline` makes it.
		let identity = Cid::from_bytes(&[0x01, 0x55, 0x00, 0x02, b'h', b'i']);
		assert_eq!(identity, Err(CidError::Unsupported { codec: 0x55, hash: 0x00 }));
		let mut cbor = V1_RAW.parse::<Cid>().unwrap().to_bytes();
		cbor[1] = 0x71;
		assert_eq!(Cid::from_bytes(&cbor), Err(CidError::Unsupported { codec: 0x71, hash: 0x12 }));
		for (text, name) in [
			("bafkqaaa", "identity"),
			("bafkqagk3gewcambmeaysyibqfqqdclbagawcambmeayv2cq", "identity"),
			("bafyreihhxoepwelytuvdholh3cv2j6safnmn6pi5qqka4rclcfxp6csdrq", "dag-cbor"),
			(V1_SHA2_512, "sha2-512"),
		] {
			let refusal = text.parse::<Cid>().unwrap_err().to_string();
			assert!(refusal.contains(name) && refusal.contains("add the file again"), "{refusal}");
		}
	}

	#[test]
	fn what_is_not_exactly_one_cid_is_refused() {
		let valid = V1_RAW.parse::<Cid>().unwrap().to_bytes();
		for length in 0..valid.len() {
			assert!(Cid::from_bytes(&valid[..length]).is_err(), "{length}");
		}
		assert!(matches!(Cid::from_bytes(&[&valid[..], &[0]].concat()), Err(CidError::NotACid(_))));
		let prefixed_v0 = multibase::encode(multibase::Base::Base58Btc, V0.parse::<Cid>().unwrap().to_bytes());
		for text in ["", "b", "Qm", "hello", &V0[..45], &format!("{V1_RAW}/label.json"), &prefixed_v0, "bé"] {
			assert!(matches!(text.parse::<Cid>(), Err(CidError::NotACid(_))), "{text}");
		}
	}
}
