//! Strict decoder of the dag-pb nodes that make up a UnixFS file.
//!
//! It takes the one canonical encoding of a file node (IPLD's dag-pb specification, UnixFS
//! specification): known fields in order, each at most once, shortest varints. It is total: any bytes
//! give an answer, in time and memory proportional to their length.

use super::{Cid, CidError};
use bytes::Bytes;
use std::fmt;

/// A file, or a part of one: its own bytes, then its children in order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileNode {
	/// Bytes that the node itself holds.
	pub data: Bytes,
	/// What follows.
	pub children: Vec<Child>,
}

/// A part of a file in another block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Child {
	/// Its block.
	pub cid: Cid,
	/// How many bytes of the file it holds, at least one.
	pub size: u64,
}

impl FileNode {
	/// How many bytes of the file it holds, with its children. Never overflows: decoding checked the sum.
	pub fn size(&self) -> u64 {
		self.children.iter().fold(self.data.len() as u64, |sum, child| sum.saturating_add(child.size))
	}
}

/// What a dag-pb node is when it is not a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// A directory.
	Directory,
	/// Metadata, an unused kind.
	Metadata,
	/// A symbolic link.
	Symlink,
	/// A part of a large directory.
	ShardedDirectory,
}

impl fmt::Display for Kind {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Directory => "a directory",
			Self::Metadata => "metadata",
			Self::Symlink => "a symbolic link",
			Self::ShardedDirectory => "a sharded directory",
		})
	}
}

/// Why a block is not a node of a file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecodeError {
	/// A valid kind of node, but not a file.
	#[error("{0}, not a file; give the CID of the file itself")]
	NotAFile(Kind),
	/// Not canonical dag-pb, or not UnixFS.
	#[error("not a canonical dag-pb file node: {0}; add the file again with `ipfs add`")]
	Malformed(&'static str),
	/// A link to something that we cannot fetch.
	#[error("bad link: {0}")]
	Link(#[from] CidError),
}

use DecodeError::Malformed;

/// Decodes one block.
pub fn decode(block: &Bytes) -> Result<FileNode, DecodeError> {
	let mut fields = Fields::new(block);
	let mut links = Vec::new();
	while let Some(link) = fields.bytes(2)? {
		links.push(link);
	}
	let data = fields.bytes(1)?.ok_or(Malformed("it has no data"))?;
	fields.end()?;
	let unixfs = decode_unixfs(data)?;
	if links.len() != unixfs.sizes.len() {
		return Err(Malformed("it has not as many sizes as links"));
	}
	let children = links.iter().zip(unixfs.sizes).map(|(link, size)| Ok(Child { cid: decode_link(link)?, size }));
	Ok(FileNode { children: children.collect::<Result<_, DecodeError>>()?, data: block.slice_ref(unixfs.data) })
}

/// `PBLink { Hash = 1, Name = 2, Tsize = 3 }`; the parts of a file have no names.
fn decode_link(link: &[u8]) -> Result<Cid, DecodeError> {
	let mut fields = Fields::new(link);
	let hash = fields.bytes(1)?.ok_or(Malformed("a link has no hash"))?;
	if fields.bytes(2)?.is_some_and(|name| !name.is_empty()) {
		return Err(Malformed("a link has a name"));
	}
	fields.varint(3)?;
	fields.end()?;
	Ok(Cid::from_bytes(hash)?)
}

/// Most bytes of a time: 64 bits of seconds, 32 of nanoseconds. It bounds what a node can hold beside
/// its part of the file.
const MAX_TIME_BYTES: usize = 16;

/// The part of UnixFS `Data` that a file needs.
struct UnixFs<'a> {
	data: &'a [u8],
	sizes: Vec<u64>,
}

/// `Data { Type = 1, Data = 2, filesize = 3, blocksizes = 4, hashType = 5, fanout = 6, mode = 7, mtime = 8 }`.
fn decode_unixfs(message: &[u8]) -> Result<UnixFs<'_>, DecodeError> {
	let mut fields = Fields::new(message);
	let is_raw = match fields.varint(1)?.ok_or(Malformed("it has no type"))? {
		0 => true,
		2 => false,
		1 => return Err(DecodeError::NotAFile(Kind::Directory)),
		3 => return Err(DecodeError::NotAFile(Kind::Metadata)),
		4 => return Err(DecodeError::NotAFile(Kind::Symlink)),
		5 => return Err(DecodeError::NotAFile(Kind::ShardedDirectory)),
		_ => return Err(Malformed("its type is unknown")),
	};
	let data = fields.bytes(2)?.unwrap_or_default();
	let file_size = fields.varint(3)?;
	let mut sizes = Vec::new();
	let mut sum = data.len() as u64;
	while let Some(size) = fields.varint(4)? {
		// An empty child costs a fetch and adds nothing: the bound on bytes would not bound the walk.
		if size == 0 {
			return Err(Malformed("a child is empty"));
		}
		sum = sum.checked_add(size).ok_or(Malformed("its sizes overflow"))?;
		sizes.push(size);
	}
	// Permissions and time of change, which are not part of the content.
	fields.varint(7)?;
	if fields.bytes(8)?.is_some_and(|time| time.len() > MAX_TIME_BYTES) {
		return Err(Malformed("its time of change is too long"));
	}
	fields.end()?;
	if is_raw && !sizes.is_empty() {
		return Err(Malformed("a raw node has children"));
	}
	if file_size.is_some_and(|size| size != sum) {
		return Err(Malformed("its sizes do not sum up to the file's"));
	}
	Ok(UnixFs { data, sizes })
}

/// Fields of a protobuf message, taken in the order in which the caller asks for them.
struct Fields<'a> {
	rest: &'a [u8],
}

const VARINT: u64 = 0;
const LENGTH_DELIMITED: u64 = 2;

impl<'a> Fields<'a> {
	fn new(message: &'a [u8]) -> Self {
		Self { rest: message }
	}

	/// The next field if it is the varint `number`.
	fn varint(&mut self, number: u64) -> Result<Option<u64>, DecodeError> {
		match self.tag(number, VARINT)? {
			true => Ok(Some(self.number()?)),
			false => Ok(None),
		}
	}

	/// The next field if it is the string of bytes `number`.
	fn bytes(&mut self, number: u64) -> Result<Option<&'a [u8]>, DecodeError> {
		if !self.tag(number, LENGTH_DELIMITED)? {
			return Ok(None);
		}
		let length = usize::try_from(self.number()?).map_err(|_| Malformed("a length is absurd"))?;
		let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed("it ends within a field"))?;
		self.rest = rest;
		Ok(Some(bytes))
	}

	/// Everything was taken.
	fn end(&self) -> Result<(), DecodeError> {
		match self.rest {
			[] => Ok(()),
			_ => Err(Malformed("a field is unknown, repeated or out of order")),
		}
	}

	/// Takes the next tag if it is that of field `number` with wire type `wire`.
	fn tag(&mut self, number: u64, wire: u64) -> Result<bool, DecodeError> {
		if self.rest.is_empty() {
			return Ok(false);
		}
		let before = self.rest;
		let found = self.number()? == number << 3 | wire;
		if !found {
			self.rest = before;
		}
		Ok(found)
	}

	/// A varint in its shortest form.
	fn number(&mut self) -> Result<u64, DecodeError> {
		let mut value = 0u64;
		for index in 0..10 {
			let (&byte, rest) = self.rest.split_first().ok_or(Malformed("it ends within a number"))?;
			self.rest = rest;
			let bits = u64::from(byte & 0x7f);
			if index == 9 && bits > 1 {
				break;
			}
			value |= bits << (7 * index);
			if byte & 0x80 == 0 {
				return match byte == 0 && index > 0 {
					true => Err(Malformed("a number is longer than needed")),
					false => Ok(value),
				};
			}
		}
		Err(Malformed("a number has more than 64 bits"))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Block;

	fn decode_hex(text: &str) -> Result<FileNode, DecodeError> {
		decode(&hex::decode(text).unwrap().into())
	}

	/// A node of a file with these links (in hexadecimal) and this `Data` message (in hexadecimal).
	fn node(links: &[&str], data: &str) -> String {
		let field = |tag: &str, body: &str| format!("{tag}{:02x}{body}", body.len() / 2);
		links.iter().map(|link| field("12", link)).collect::<String>() + &field("0a", data)
	}

	fn link() -> String {
		format!("0a221220{}12001805", "ab".repeat(32))
	}

	fn assert_malformed(text: &str) {
		assert!(matches!(decode_hex(text), Err(Malformed(_))), "{text}: {:?}", decode_hex(text));
	}

	#[test]
	fn the_empty_file_of_kubo() {
		assert_eq!(decode_hex("0a0408021800"), Ok(FileNode { data: Bytes::new(), children: vec![] }));
	}

	/// A version 0 leaf of the gateway conformance fixtures (`test/fixtures.ts`, `ascii.txt`).
	#[test]
	fn a_leaf_of_kubo() {
		let text = b"goodbye application/vnd.ipld.raw\n";
		let block = [&[0x0a, 0x27, 0x08, 0x02, 0x12, 0x21][..], text, &[0x18, 0x21]].concat();
		let cid = Cid::v0(crate::block::sha256(&block));
		assert_eq!(cid.to_string(), "QmPPwobbE7eyUTZukZxWVu3etJEc7bk3b35bs6LxkLECRa");
		assert_eq!(decode(&block.into()).unwrap().data, &text[..]);
	}

	/// `dagpb_7unnamedlinks+data` and `dagpb_4namedlinks+data` of ipld/codec-fixtures.
	#[test]
	fn fixtures_of_ipld() {
		let file = "\
			122b0a2212203f29086b59b9e046b362b4b19c9371e834a9f5a80597af83be6d8b7d1a5ad33b120018aed4e015122b0a2212\
			20ae1a5afd7c770507dddf17f92bba7a326974af8ae5277c198cf13206373f7263120018aed4e015122b0a22122022ab2ebf\
			9c3523077bd6a171d516ea0e1be1beb132d853778bcc62cd208e77f1120018aed4e015122b0a22122040a77fe7bc69bbef24\
			91f7633b7c462d0bce968868f88e2cbcaae9d0996997e8120018aed4e015122b0a2212206ae1979b14dd43966b0241ebe80a\
			c2a04ad48959078dc5affa12860648356ef6120018aed4e015122b0a221220a957d1f89eb9a861593bfcd19e0637b5c95769\
			9417e2b7f23c88653a240836c4120018aed4e015122b0a221220345f9c2137a2cd76d7b876af4bfecd01f80b7dd125f375cb\
			0d56f8a2f96de2c31200189bfec10f0a2b080218cbc1819201208080e015208080e015208080e015208080e015208080e015\
			208080e01520cbc1c10f";
		let block = Block::new(crate::Codec::DagPb, hex::decode(file).unwrap().into());
		assert_eq!(block.cid().to_string(), "bafybeibfhhww5bpsu34qs7nz25wp7ve36mcc5mxd5du26sr45bbnjhpkei");
		let decoded = decode(block.bytes()).unwrap();
		assert_eq!((decoded.children.len(), decoded.size()), (7, 306_208_971));

		let directory = "\
			12390a221220b4397c02da5513563d33eef894bf68f2ccdf1bdfc14a976956ab3d1c72f735a0120e617564696f5f6f6e6c79\
			2e6d346118cda88f0b12310a221220025c13fcd1a885df444f64a4a82a26aea867b1148c68cb671e83589f97114932120863\
			6861742e74787418e40712340a2212205d44a305b9b328ab80451d0daa72a12a7bf2763c5f8bbe327597a31ee40d1e48120c\
			706c61796261636b2e6d3375187412360a2212202539ed6e85f2a6f9097db9d76cffd49bf3042eb2e3e8e9af4a3ce842d49d\
			ea22120a7a6f6f6d5f302e6d70341897fb8592010a020801";
		assert_eq!(decode_hex(directory), Err(DecodeError::NotAFile(Kind::Directory)));
	}

	/// `negative-fixtures/dag-pb/decode/edges.json` of ipld/codec-fixtures: refused by everyone.
	#[test]
	fn negative_fixtures_of_ipld() {
		for text in [
			"1200",
			"12000a050001020304",
			"12020a00",
			"12021200",
			"120b1209736f6d65206e616d65",
			"12021800",
			"120318f207",
			"\
				12240a221220cf92fdefcdc34cac009c8b05eb662be0618db9de55ecd42785e9ec6712f8df650a040802180612240a221220\
				cf92fdefcdc34cac009c8b05eb662be0618db9de55ecd42785e9ec6712f8df65",
		] {
			assert!(decode_hex(text).is_err(), "{text}");
		}
	}

	#[test]
	fn what_is_not_a_file_is_named() {
		for (kind, expected) in
			[(1, Kind::Directory), (3, Kind::Metadata), (4, Kind::Symlink), (5, Kind::ShardedDirectory)]
		{
			assert_eq!(decode_hex(&node(&[], &format!("08{kind:02x}"))), Err(DecodeError::NotAFile(expected)));
		}
		assert_malformed(&node(&[], "0806"));
	}

	#[test]
	fn permissions_and_times_are_no_content() {
		let plain = decode_hex(&node(&[], "0802120161")).unwrap();
		assert_eq!(decode_hex(&node(&[], "080212016118013801420208 01".replace(' ', "").as_str())).unwrap(), plain);
	}

	#[test]
	fn children_and_sizes_must_agree() {
		let link = link();
		assert_eq!(decode_hex(&node(&[&link, &link], "0802180a20052005")).unwrap().size(), 10);
		// The file's size is optional, but must be right.
		assert_eq!(decode_hex(&node(&[&link], "08022005")).unwrap().size(), 5);
		assert_malformed(&node(&[&link], "080218062005"));
		assert_malformed(&node(&[&link], "0802"));
		assert_malformed(&node(&[], "08022005"));
		assert_malformed(&node(&[&link], "08022000"));
		// A raw node has no children.
		assert_malformed(&node(&[&link], "08002005"));
		// The sum overflows.
		assert_malformed(&node(&[&link, &link], "080220ffffffffffffffffff012001"));
	}

	#[test]
	fn only_the_canonical_encoding_is_taken() {
		let valid = node(&[], "08021201611801");
		assert!(decode_hex(&valid).is_ok());
		for (what, text) in [
			("empty", String::new()),
			("no data", format!("12{:02x}{}", link().len() / 2, link())),
			("an unknown field", format!("{valid}1a00")),
			("data twice", format!("{valid}{valid}")),
			("data before links", format!("{valid}12{:02x}{}", link().len() / 2, link())),
			("a long number", node(&[], "0882001201611801")),
			("a number of 65 bits", node(&[], "080218ffffffffffffffffff02")),
			("a number without end", node(&[], "080218ffffffffffffffffffffff01")),
			("fields out of order", node(&[], "120161080218")),
			("a type of the wrong wire type", node(&[], "0a0102")),
			("packed sizes", node(&[&link()], "0802220105")),
			("a long time", node(&[], &format!("08024211{}", "00".repeat(17)))),
			("a fanout", node(&[], "0802308002")),
			("a named link", node(&[&link().replace("1200", "120161")], "08022005")),
		] {
			assert!(decode_hex(&text).is_err(), "{what}");
		}
	}

	#[test]
	fn links_that_we_cannot_fetch_are_refused() {
		// The identity hash of "hi", raw.
		let identity = "0a060155000268691200";
		assert!(matches!(decode_hex(&node(&[identity], "08022002")), Err(DecodeError::Link(_))));
	}

	#[test]
	fn every_prefix_and_every_changed_byte_gives_an_answer() {
		let link = link();
		let valid = hex::decode(node(&[&link, &link], "080212016118 0b20052005".replace(' ', "").as_str())).unwrap();
		assert!(decode(&valid.clone().into()).is_ok());
		for length in 0..valid.len() {
			assert!(decode(&valid[..length].to_vec().into()).is_err(), "{length}");
		}
		for index in 0..valid.len() {
			for byte in 0..=255 {
				let mut changed = valid.clone();
				changed[index] = byte;
				if let Ok(node) = decode(&changed.into()) {
					assert!(node.size() >= 11);
				}
			}
		}
	}
}
