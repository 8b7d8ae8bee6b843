//! CARv1: blocks in one file, to move between block stores (`ipfs dag export`, `ipfs dag import`).

use super::{
	block::WrongBytes,
	store::{BlockStore, StoreError},
	Block, Cid, CidError, MAX_BLOCK_BYTES,
};
use std::io::{self, Read, Write};

/// Most bytes of a header: about a thousand roots.
const MAX_HEADER_BYTES: u64 = 64 * 1024;
/// A block with its CID.
const MAX_SECTION_BYTES: u64 = MAX_BLOCK_BYTES as u64 + 36;

/// Why a CAR was not read to its end. Blocks before the fault may have been taken.
#[derive(Debug, thiserror::Error)]
pub enum CarError<E> {
	/// It could not be read, or ends within a block.
	#[error("the CAR could not be read: {0}; is it complete?")]
	Io(#[from] io::Error),
	/// It is none, or of another version.
	#[error("not a CARv1 file: {0}; make one with `ipfs dag export`")]
	Malformed(&'static str),
	/// It holds something that we cannot verify.
	#[error("the CAR holds a block that cannot be verified: {0}")]
	Cid(#[from] CidError),
	/// A block has other bytes than its CID says.
	#[error("the CAR is damaged: {0}")]
	WrongBytes(#[from] WrongBytes),
	/// The sink did not take a block.
	#[error(transparent)]
	Sink(E),
}

/// Writes a CAR with these roots.
pub fn write<'a>(mut to: impl Write, roots: &[Cid], blocks: impl IntoIterator<Item = &'a Block>) -> io::Result<()> {
	let header = encode_header(roots);
	to.write_all(&varint(header.len() as u64))?;
	to.write_all(&header)?;
	for block in blocks {
		let cid = block.cid().to_bytes();
		to.write_all(&varint((cid.len() + block.bytes().len()) as u64))?;
		to.write_all(&cid)?;
		to.write_all(block.bytes())?;
	}
	to.flush()
}

/// Reads a CAR, gives every block to `sink` and returns the roots.
pub fn read<E>(mut from: impl Read, mut sink: impl FnMut(Block) -> Result<(), E>) -> Result<Vec<Cid>, CarError<E>> {
	let header = section(&mut from, MAX_HEADER_BYTES)?.ok_or(CarError::Malformed("it is empty"))?;
	let roots = decode_header(&header)?;
	while let Some(section) = section(&mut from, MAX_SECTION_BYTES)? {
		sink(decode_section(section)?).map_err(CarError::Sink)?;
	}
	Ok(roots)
}

/// Puts all blocks of a CAR into `store`, pins its roots and returns them.
pub fn import(store: &BlockStore, from: impl Read) -> Result<Vec<Cid>, CarError<StoreError>> {
	let mut hold = store.hold();
	let roots = read(from, |block| hold.put(&block))?;
	roots.iter().try_for_each(|root| store.pin(root)).map_err(CarError::Sink)?;
	Ok(roots)
}

/// The dag-cbor map `{"roots": [link, ...], "version": 1}`.
fn encode_header(roots: &[Cid]) -> Vec<u8> {
	let mut header = b"\xa2\x65roots".to_vec();
	header.extend(match u16::try_from(roots.len()) {
		Ok(count @ 0..=23) => vec![0x80 | count as u8],
		Ok(count @ 24..=255) => vec![0x98, count as u8],
		count => [&[0x99][..], &count.unwrap_or(u16::MAX).to_be_bytes()].concat(),
	});
	for root in roots.iter().take(u16::MAX.into()) {
		let cid = root.to_bytes();
		header.extend([0xd8, 0x2a, 0x58, cid.len() as u8 + 1, 0x00]);
		header.extend(cid);
	}
	header.extend(b"\x67version\x01");
	header
}

fn decode_header<E>(header: &[u8]) -> Result<Vec<Cid>, CarError<E>> {
	let malformed = || CarError::Malformed("its header is not that of version 1");
	let rest = header.strip_prefix(b"\xa2\x65roots").ok_or_else(malformed)?;
	let (count, mut rest) = match rest {
		[head @ 0x80..=0x97, rest @ ..] => (usize::from(head & 0x1f), rest),
		[0x98, count, rest @ ..] => (usize::from(*count), rest),
		[0x99, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
		_ => return Err(malformed()),
	};
	let mut roots = Vec::new();
	for _ in 0..count {
		let [0xd8, 0x2a, 0x58, length, 0x00, link @ ..] = rest else { return Err(malformed()) };
		let length = usize::from(*length).checked_sub(1).ok_or_else(malformed)?;
		let (cid, after) = link.split_at_checked(length).ok_or_else(malformed)?;
		roots.push(Cid::from_bytes(cid)?);
		rest = after;
	}
	match rest == b"\x67version\x01" {
		true => Ok(roots),
		false => Err(malformed()),
	}
}

fn decode_section<E>(section: Vec<u8>) -> Result<Block, CarError<E>> {
	let length = if section.starts_with(&[0x12, 0x20]) { 34 } else { 36 };
	let section = bytes::Bytes::from(section);
	let cid = section.get(..length).ok_or(CarError::Malformed("a block is shorter than its CID"))?;
	Ok(Block::verify(Cid::from_bytes(cid)?, section.slice(length..))?)
}

/// Reads a length and that many bytes; `None` at the end.
fn section<E>(from: &mut impl Read, most: u64) -> Result<Option<Vec<u8>>, CarError<E>> {
	let Some(length) = read_varint(from)? else { return Ok(None) };
	if length > most {
		return Err(CarError::Malformed("a part of it is longer than a block may be"));
	}
	let mut section = Vec::new();
	let read = from.take(length).read_to_end(&mut section)? as u64;
	match read == length {
		true => Ok(Some(section)),
		false => Err(CarError::Io(io::ErrorKind::UnexpectedEof.into())),
	}
}

/// Lengths here are far below the 28 bits that four bytes can hold.
fn read_varint<E>(from: &mut impl Read) -> Result<Option<u64>, CarError<E>> {
	let mut value = 0;
	for index in 0..4 {
		let mut byte = [0];
		match from.read_exact(&mut byte) {
			Err(error) if index == 0 && error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
			read => read?,
		}
		let [byte] = byte;
		value |= u64::from(byte & 0x7f) << (7 * index);
		if byte & 0x80 == 0 {
			return Ok(Some(value));
		}
	}
	Err(CarError::Malformed("a length is absurd"))
}

fn varint(mut value: u64) -> Vec<u8> {
	let mut bytes = Vec::new();
	while value >= 0x80 {
		bytes.push(value as u8 | 0x80);
		value >>= 7;
	}
	bytes.push(value as u8);
	bytes
}
