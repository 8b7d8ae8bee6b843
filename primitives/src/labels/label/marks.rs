//! What a text file has that cannot be seen in an editor, and that no reader takes.

use core::fmt;

/// A mark that cannot be seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
	/// U+FEFF at the start, in UTF-8.
	ByteOrder,
	/// The file is in UTF-16.
	Utf16,
	/// A blank that is none to programs, or a character of no width.
	Blank(char),
	/// Bytes that are not UTF-8.
	NotText(u8),
}

/// The first such mark, and at which byte it is.
pub fn first_mark(bytes: &[u8]) -> Option<(usize, Mark)> {
	match bytes {
		[0xef, 0xbb, 0xbf, ..] => return Some((0, Mark::ByteOrder)),
		[0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..] => return Some((0, Mark::Utf16)),
		_ => {},
	}
	let (text, valid) = match core::str::from_utf8(bytes) {
		Ok(text) => (text, bytes.len()),
		Err(error) => {
			let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
			(core::str::from_utf8(valid).unwrap_or_default(), valid.len())
		},
	};
	let blank = text.char_indices().find(|(_, char)| is_invisible(*char));
	let foreign = bytes.get(valid).map(|byte| (valid, Mark::NotText(*byte)));
	blank.map(|(at, char)| (at, Mark::Blank(char))).or(foreign)
}

fn is_invisible(char: char) -> bool {
	let has_no_width = matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
	has_no_width || (!char.is_ascii() && char.is_whitespace())
}

impl Mark {
	/// What to do about it.
	pub fn remedy(self) -> &'static str {
		match self {
			Self::ByteOrder => "save the file as UTF-8 without a byte order mark (`UTF-8`, not `UTF-8 with BOM`)",
			Self::Utf16 | Self::NotText(_) => "save the file as UTF-8",
			Self::Blank(_) => "delete it, or type a plain blank in its place",
		}
	}
}

impl fmt::Display for Mark {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::ByteOrder => f.write_str("an invisible byte order mark at the start of the file"),
			Self::Utf16 => f.write_str("the file is in UTF-16, not UTF-8"),
			Self::Blank('\u{a0}') => f.write_str("an invisible no-break space (U+00A0)"),
			Self::Blank(char) => write!(f, "an invisible character (U+{:04X})", u32::from(*char)),
			Self::NotText(byte) => write!(f, "the byte 0x{byte:02x}, which is not UTF-8"),
		}
	}
}

/// Line and column of a byte, from 1; columns count characters.
pub fn line_and_column(bytes: &[u8], at: usize) -> (usize, usize) {
	let before = bytes.get(..at).unwrap_or(bytes);
	let line = before.split(|byte| *byte == b'\n').count();
	let start = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
	// Bytes that continue a character are `0b10...`.
	let column = start.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
	(line, column.saturating_add(1))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn marks_are_found_and_placed() {
		for (bytes, expected) in [
			(&b"\xef\xbb\xbf[1]"[..], Some((0, Mark::ByteOrder))),
			(b"\xff\xfe[\0", Some((0, Mark::Utf16))),
			(b"[\x001\0]\0", Some((0, Mark::Utf16))),
			(b"\0[\x001\0]", Some((0, Mark::Utf16))),
			("[1,\n\u{a0}2]".as_bytes(), Some((4, Mark::Blank('\u{a0}')))),
			("a\u{200b}".as_bytes(), Some((1, Mark::Blank('\u{200b}')))),
			("[1, \"\u{e9}\"]\r\n".as_bytes(), None),
			(b"pass\xe9", Some((4, Mark::NotText(0xe9)))),
			(b"", None),
			(b"x", None),
		] {
			assert_eq!(first_mark(bytes), expected, "{bytes:?}");
		}
	}

	#[test]
	fn columns_count_characters() {
		let text = "[1,\n \u{e9}\u{a0}2]".as_bytes();
		assert_eq!(line_and_column(text, 0), (1, 1));
		assert_eq!(line_and_column(text, 7), (2, 3));
		assert_eq!(line_and_column(b"\n\n", 2), (3, 1));
	}
}
