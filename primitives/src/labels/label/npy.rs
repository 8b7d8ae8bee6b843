//! NumPy's `.npy` files of numbers, versions 1.0 and 2.0.
//!
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>. The header is a
//! Python dict literal; only the three keys it must have are taken, in any order.

use alloc::vec::Vec;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Most axes of an array, as in NumPy 1.
const MAX_AXES: usize = 32;

/// Type of the elements, with the bytes of one element.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::labels) enum DType {
	/// `b1`
	Bool,
	/// `u1 u2 u4`
	Unsigned(usize),
	/// `i1 i2 i4 i8`
	Signed(usize),
	/// `f4 f8`
	Float(usize),
}

/// Why a file is no array that a label can be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::labels) enum Fault {
	/// Neither version 1.0 nor 2.0.
	Version,
	/// It ends before its header does.
	Cut,
	/// The header is not as NumPy writes it.
	Header,
	/// The type of the elements is none that a label can have.
	Type,
	/// The elements are in column order.
	Order,
	/// Another number of bytes follows the header than it announces.
	Length {
		/// As the header says; saturated.
		announced: u64,
		/// As there are.
		found: u64,
	},
	/// A truth value that is neither 0 nor 1.
	Truth,
}

/// What a header says, as it says it.
struct Described<'a> {
	descr: &'a [u8],
	in_column_order: bool,
	shape: Vec<u64>,
	/// Where in the header the length of the first axis is.
	#[cfg_attr(not(feature = "std"), allow(dead_code))]
	rows: core::ops::Range<usize>,
}

/// A `.npy` with elements of any type, to be split or spoken of.
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct File<'a> {
	/// Type of the elements, as the header writes it.
	pub descr: String,
	/// The elements of a column are behind each other, not those of a row.
	pub in_column_order: bool,
	/// Length of each axis, outermost first.
	pub shape: Vec<u64>,
	/// Where in the file the digits of the length of the first axis are.
	pub rows: core::ops::Range<usize>,
	/// All that precedes the data.
	pub head: &'a [u8],
	/// The data.
	pub data: &'a [u8],
}

#[cfg(feature = "std")]
impl<'a> File<'a> {
	pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
		let (header, data) = split(bytes)?;
		let Described { descr, in_column_order, shape, rows } = Described::parse(header).ok_or(Fault::Header)?;
		let head = bytes.strip_suffix(data).unwrap_or(bytes);
		let before = head.len().saturating_sub(header.len());
		let rows = before.saturating_add(rows.start)..before.saturating_add(rows.end);
		Ok(Self { descr: String::from_utf8_lossy(descr).into(), in_column_order, shape, rows, head, data })
	}
}

/// The text of the header, if it is complete.
#[cfg(feature = "std")]
pub(super) fn header(bytes: &[u8]) -> Option<&[u8]> {
	split(bytes).ok().map(|(header, _)| header)
}

/// An array in C order, with all of its data.
pub(in crate::labels) struct Array<'a> {
	header: Header,
	data: &'a [u8],
}

struct Header {
	dtype: DType,
	big_endian: bool,
	shape: Vec<u64>,
}

impl<'a> Array<'a> {
	/// Whether the bytes mean to be `.npy`.
	pub fn sniff(bytes: &[u8]) -> bool {
		bytes.starts_with(MAGIC)
	}

	/// Fails if it is not a `.npy` of this kind, or has not just the data that its header announces, or has
	/// truth values that are neither 0 nor 1.
	pub fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
		let (header, data) = split(bytes)?;
		let header = Header::parse(header)?;
		let (announced, found) = (header.bytes(), data.len() as u64);
		if announced != found {
			return Err(Fault::Length { announced, found });
		}
		if header.dtype == DType::Bool && data.iter().any(|byte| *byte > 1) {
			return Err(Fault::Truth);
		}
		Ok(Self { header, data })
	}

	pub fn dtype(&self) -> DType {
		self.header.dtype
	}

	/// Length of each axis, outermost first.
	pub fn shape(&self) -> &[u64] {
		&self.header.shape
	}

	/// All elements in C order; `None` if they are not integers.
	pub fn integers(&self) -> Option<impl Iterator<Item = i64> + use<'a>> {
		let dtype = self.header.dtype;
		let is_integer = !matches!(dtype, DType::Float(_));
		is_integer.then(|| self.bits().map(move |bits| dtype.integer(bits)))
	}

	/// The bits of all elements in C order, with zeros above.
	pub fn bits(&self) -> impl Iterator<Item = u64> + use<'a> {
		let Header { dtype, big_endian, .. } = self.header;
		self.data.chunks_exact(dtype.size()).map(move |element| to_bits(big_endian, element))
	}

	/// Each element as an array of its own.
	#[cfg(feature = "std")]
	pub fn elements(&self) -> impl Iterator<Item = Self> + use<'_, 'a> {
		let Header { dtype, big_endian, .. } = self.header;
		let one = move |data| Self { header: Header { dtype, big_endian, shape: Vec::new() }, data };
		self.data.chunks_exact(dtype.size()).map(one)
	}

	/// The first element, for people.
	#[cfg(feature = "std")]
	pub fn text(&self) -> String {
		let dtype = self.header.dtype;
		self.bits().next().map_or_else(String::new, |bits| match dtype {
			DType::Float(4) => f32::from_bits(bits as u32).to_string(),
			DType::Float(_) => f64::from_bits(bits).to_string(),
			_ => dtype.integer(bits).to_string(),
		})
	}

	/// All elements in C order, if they are integers of one byte of which none is negative.
	pub fn bytes(&self) -> Option<&'a [u8]> {
		matches!(self.header.dtype, DType::Bool | DType::Unsigned(1)).then_some(self.data)
	}
}

/// The header's text, and the data behind it.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
	let parts = match bytes.strip_prefix(MAGIC).ok_or(Fault::Version)? {
		[1, 0, low, high, rest @ ..] => rest.split_at_checked(u16::from_le_bytes([*low, *high]).into()),
		[2, 0, a, b, c, d, rest @ ..] => {
			let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d]));
			length.ok().and_then(|length| rest.split_at_checked(length))
		},
		[1 | 2, 0, ..] | [1 | 2] | [] => None,
		_ => return Err(Fault::Version),
	};
	parts.ok_or(Fault::Cut)
}

/// The bits of an element of at most 8 bytes.
fn to_bits(big_endian: bool, element: &[u8]) -> u64 {
	let append = |bits: u64, byte: &u8| bits.wrapping_shl(8) | u64::from(*byte);
	match big_endian {
		true => element.iter().fold(0, append),
		false => element.iter().rev().fold(0, append),
	}
}

impl DType {
	/// Bytes of an element.
	fn size(self) -> usize {
		match self {
			Self::Bool => 1,
			Self::Unsigned(size) | Self::Signed(size) | Self::Float(size) => size,
		}
	}

	/// The value of an integer with these bits; no unsigned type is of 8 bytes.
	fn integer(self, bits: u64) -> i64 {
		match self {
			Self::Signed(1) => bits as i8 as i64,
			Self::Signed(2) => bits as i16 as i64,
			Self::Signed(4) => bits as i32 as i64,
			_ => bits as i64,
		}
	}
}

impl<'a> Described<'a> {
	fn parse(text: &'a [u8]) -> Option<Self> {
		let mut literal = Literal { rest: text };
		let (mut descr, mut fortran_order, mut shape, mut rows) = (None, None, None, 0..0);
		literal.symbol(b"{").then_some(())?;
		while !literal.symbol(b"}") {
			let key = literal.string()?;
			literal.symbol(b":").then_some(())?;
			let seen = match key {
				b"descr" => descr.replace(literal.string()?).is_some(),
				b"fortran_order" => fortran_order.replace(literal.boolean()?).is_some(),
				b"shape" => {
					rows = literal.first_digits(text);
					shape.replace(literal.tuple()?).is_some()
				},
				_ => true,
			};
			if seen || !(literal.symbol(b",") || literal.at(b"}")) {
				return None;
			}
		}
		let is_complete = literal.is_at_end();
		let described = Self { descr: descr?, in_column_order: fortran_order?, shape: shape?, rows };
		is_complete.then_some(described)
	}
}

impl Header {
	fn parse(text: &[u8]) -> Result<Self, Fault> {
		let Described { descr, in_column_order, shape, .. } = Described::parse(text).ok_or(Fault::Header)?;
		let (big_endian, dtype) = parse_descr(descr).ok_or(Fault::Type)?;
		match in_column_order {
			true => Err(Fault::Order),
			false => Ok(Self { dtype, big_endian, shape }),
		}
	}

	/// Bytes of all elements; saturates, which is more than any file has.
	fn bytes(&self) -> u64 {
		if self.shape.contains(&0) {
			return 0;
		}
		self.shape.iter().fold(self.dtype.size() as u64, |bytes, axis| bytes.saturating_mul(*axis))
	}
}

/// Whether it is big endian, and the type. Types of one byte have no byte order and say `|`.
fn parse_descr(descr: &[u8]) -> Option<(bool, DType)> {
	let dtype = match descr {
		b"|b1" => DType::Bool,
		b"|u1" => DType::Unsigned(1),
		b"|i1" => DType::Signed(1),
		[b'<' | b'>', b'u', b'2'] => DType::Unsigned(2),
		[b'<' | b'>', b'u', b'4'] => DType::Unsigned(4),
		[b'<' | b'>', b'i', b'2'] => DType::Signed(2),
		[b'<' | b'>', b'i', b'4'] => DType::Signed(4),
		[b'<' | b'>', b'i', b'8'] => DType::Signed(8),
		[b'<' | b'>', b'f', b'4'] => DType::Float(4),
		[b'<' | b'>', b'f', b'8'] => DType::Float(8),
		_ => return None,
	};
	Some((descr.first() == Some(&b'>'), dtype))
}

/// The part of Python's literals that headers are written in.
struct Literal<'a> {
	rest: &'a [u8],
}

impl<'a> Literal<'a> {
	/// Skips whitespace, then `symbol` if it comes next.
	fn symbol(&mut self, symbol: &[u8]) -> bool {
		self.skip_whitespace();
		let rest = self.rest.strip_prefix(symbol);
		self.rest = rest.unwrap_or(self.rest);
		rest.is_some()
	}

	/// Whether `symbol` comes next, after whitespace.
	fn at(&mut self, symbol: &[u8]) -> bool {
		self.skip_whitespace();
		self.rest.starts_with(symbol)
	}

	fn is_at_end(&mut self) -> bool {
		self.skip_whitespace();
		self.rest.is_empty()
	}

	/// In single or double quotes, without escapes.
	fn string(&mut self) -> Option<&'a [u8]> {
		self.skip_whitespace();
		let (quote, rest) = self.rest.split_first().filter(|(quote, _)| matches!(quote, b'\'' | b'"'))?;
		let length = rest.iter().position(|byte| byte == quote)?;
		let (string, rest) = rest.split_at_checked(length)?;
		self.rest = rest.get(1..)?;
		Some(string)
	}

	fn boolean(&mut self) -> Option<bool> {
		if self.symbol(b"True") {
			Some(true)
		} else {
			self.symbol(b"False").then_some(false)
		}
	}

	/// Where in `text` the digits behind the next bracket are, if those come next.
	fn first_digits(&self, text: &[u8]) -> core::ops::Range<usize> {
		let is_before = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'(';
		let skipped = self.rest.iter().take_while(is_before).count();
		let digits = self.rest.iter().skip(skipped).take_while(|byte| byte.is_ascii_digit()).count();
		let start = text.len().saturating_sub(self.rest.len()).saturating_add(skipped);
		start..start.saturating_add(digits)
	}

	/// `()`, `(3,)`, `(3, 4)` or `(3, 4,)`; `(3)` is a number to Python.
	fn tuple(&mut self) -> Option<Vec<u64>> {
		self.symbol(b"(").then_some(())?;
		let mut axes = Vec::new();
		let mut comma = true;
		while !self.symbol(b")") {
			if !comma || axes.len() == MAX_AXES {
				return None;
			}
			axes.push(self.integer()?);
			comma = self.symbol(b",");
		}
		(comma || axes.len() > 1).then_some(axes)
	}

	/// Digits without sign or leading zeros.
	fn integer(&mut self) -> Option<u64> {
		self.skip_whitespace();
		let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
		let (digits, rest) = self.rest.split_at_checked(length)?;
		self.rest = rest;
		match digits {
			[] | [b'0', _, ..] => None,
			digits => core::str::from_utf8(digits).ok()?.parse().ok(),
		}
	}

	fn skip_whitespace(&mut self) {
		while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
			self.rest = rest;
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn header(text: &str) -> Option<(DType, bool, Vec<u64>)> {
		Header::parse(text.as_bytes()).ok().map(|header| (header.dtype, header.big_endian, header.shape))
	}

	#[test]
	fn reads_the_header_that_numpy_writes() {
		let written = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }                    \n";
		assert_eq!(header(written), Some((DType::Signed(8), false, vec![3])));
	}

	#[test]
	fn reads_keys_in_any_order_and_spacing() {
		let tight = r#"{"shape":(2,3),"descr":">u4","fortran_order":False}"#;
		assert_eq!(header(tight), Some((DType::Unsigned(4), true, vec![2, 3])));
		let wide = "\t{ 'fortran_order' :\nFalse , 'shape' : ( ) , 'descr' : '|b1' }\r\n";
		assert_eq!(header(wide), Some((DType::Bool, false, vec![])));
	}

	#[test]
	fn refuses_other_headers() {
		let of_shape = |shape: &str| format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}");
		assert!(header(&of_shape("(1,)")).is_some());
		assert!(header(&of_shape(&format!("({})", "0,".repeat(32)))).is_some());
		for shape in ["(1)", "1", "[1]", "(,)", "(1,,)", "(-1,)", "(01,)", "(1 2)", "(1L,)", "(99999999999999999999,)"]
		{
			assert_eq!(header(&of_shape(shape)), None, "{shape}");
		}
		assert_eq!(header(&of_shape(&format!("({})", "0,".repeat(33)))), None);

		let of_descr = |descr: &str| format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (1,)}}");
		for descr in
			["'<u1'", "'|u2'", "'=i4'", "'i4'", "'<f2'", "'f8'", "'<u8'", "'<i16'", "'|O'", "[('a', '<i4')]", "'"]
		{
			assert_eq!(header(&of_descr(descr)), None, "{descr}");
		}
		for text in [
			"",
			"{}",
			"{'descr': '|u1', 'fortran_order': True, 'shape': (1,)}",
			"{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}",
			"{'descr': '|u1', 'shape': (1,)}",
			"{'descr': '|u1', 'fortran_order': False}",
			"{'fortran_order': False, 'shape': (1,)}",
			"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
			"{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': '|u1'}",
			"{'descr': '|u1' 'fortran_order': False, 'shape': (1,)}",
			"{'descr': '|u1',, 'fortran_order': False, 'shape': (1,)}",
			"{'descr': '|u1', 'fortran_order': False, 'shape': (1,)",
			"{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} .",
		] {
			assert_eq!(header(text), None, "{text}");
		}
	}

	#[test]
	fn reads_values_of_every_type() {
		let value = |dtype: DType, big_endian, element: &[u8]| dtype.integer(to_bits(big_endian, element));
		assert_eq!(value(DType::Unsigned(1), false, &[255]), 255);
		assert_eq!(value(DType::Signed(1), false, &[255]), -1);
		assert_eq!(value(DType::Unsigned(2), false, &[1, 2]), 0x0201);
		assert_eq!(value(DType::Unsigned(2), true, &[1, 2]), 0x0102);
		assert_eq!(value(DType::Signed(2), true, &[255, 254]), -2);
		assert_eq!(value(DType::Unsigned(4), false, &[255; 4]), 0xffff_ffff);
		assert_eq!(value(DType::Signed(4), false, &[0, 0, 0, 128]), i64::from(i32::MIN));
		assert_eq!(value(DType::Signed(8), false, &[255; 8]), -1);
		assert_eq!(value(DType::Signed(8), true, &[127, 255, 255, 255, 255, 255, 255, 255]), i64::MAX);
	}

	#[test]
	fn saturates_the_size_of_huge_arrays() {
		let size = |shape: Vec<u64>| Header { dtype: DType::Signed(8), big_endian: false, shape }.bytes();
		assert_eq!(size(vec![]), 8);
		assert_eq!(size(vec![u64::MAX, u64::MAX]), u64::MAX);
		assert_eq!(size(vec![u64::MAX, u64::MAX, 0]), 0);
	}
}
