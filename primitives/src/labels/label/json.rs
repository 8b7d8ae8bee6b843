//! JSON of nested arrays of numbers and `null`, token by token.

use super::fixed_point::Decimal;

/// A piece of a JSON array. The [`Tokens`] of a file are balanced: each `Open` has its `Close`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::labels) enum Token<'a> {
	/// `[`
	Open,
	/// `]`
	Close,
	/// `null`
	Null,
	/// A number without fraction and exponent that fits.
	Integer(i64),
	/// Any other number.
	Decimal(Decimal<'a>),
}

/// The tokens of one JSON array, and `None` once, at the end, if the bytes are anything else.
pub(in crate::labels) struct Tokens<'a> {
	rest: &'a [u8],
	expected: Expected,
	/// Open arrays. Counted, not stacked: nothing but arrays can be open.
	depth: usize,
}

/// What the grammar allows next.
#[derive(Clone, Copy)]
enum Expected {
	/// The array that is the file.
	File,
	/// After `[`: an element or `]`.
	FirstElement,
	/// After `,`: an element.
	Element,
	/// After an element: `,` or `]`, or the end of the file when no array is open.
	Separator,
	/// Nothing more.
	Nothing,
}

impl<'a> Tokens<'a> {
	pub fn new(bytes: &'a [u8]) -> Self {
		Self { rest: bytes, expected: Expected::File, depth: 0 }
	}

	/// What is not read yet.
	#[cfg(feature = "std")]
	pub fn rest(&self) -> &'a [u8] {
		self.rest
	}

	/// The next token, or `Some(None)` at the regular end of the file, or `None` if it is malformed.
	fn advance(&mut self) -> Option<Option<Token<'a>>> {
		self.skip_whitespace();
		if matches!(self.expected, Expected::Separator) {
			if self.depth == 0 {
				return self.rest.is_empty().then_some(None);
			}
			if self.skip(b",") {
				self.expected = Expected::Element;
				self.skip_whitespace();
			}
		}
		let token = match (self.expected, self.rest.first()?) {
			(Expected::FirstElement | Expected::Separator, b']') => self.close(),
			(Expected::File | Expected::FirstElement | Expected::Element, b'[') => self.open(),
			(Expected::FirstElement | Expected::Element, _) => self.scalar()?,
			_ => return None,
		};
		Some(Some(token))
	}

	fn open(&mut self) -> Token<'a> {
		self.skip(b"[");
		self.depth = self.depth.saturating_add(1);
		self.expected = Expected::FirstElement;
		Token::Open
	}

	fn close(&mut self) -> Token<'a> {
		self.skip(b"]");
		self.depth = self.depth.saturating_sub(1);
		self.expected = Expected::Separator;
		Token::Close
	}

	fn scalar(&mut self) -> Option<Token<'a>> {
		self.expected = Expected::Separator;
		if self.skip(b"null") {
			Some(Token::Null)
		} else {
			self.number()
		}
	}

	/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
	fn number(&mut self) -> Option<Token<'a>> {
		let negative = self.skip(b"-");
		let integer = self.digits()?;
		if let [b'0', _, ..] = integer {
			return None;
		}
		let fraction = if self.skip(b".") { Some(self.digits()?) } else { None };
		let exponent = if self.skip(b"e") || self.skip(b"E") { Some(self.exponent()?) } else { None };
		let value = if fraction.is_none() && exponent.is_none() { to_integer(negative, integer) } else { None };
		Some(value.map_or_else(
			|| {
				let (fraction, exponent) = (fraction.unwrap_or_default(), exponent.unwrap_or_default());
				Token::Decimal(Decimal { negative, integer, fraction, exponent })
			},
			Token::Integer,
		))
	}

	/// `[+-]? [0-9]+`, saturated.
	fn exponent(&mut self) -> Option<i64> {
		let negative = !self.skip(b"+") && self.skip(b"-");
		let digits = self.digits()?;
		let limit = if negative { i64::MIN } else { i64::MAX };
		Some(to_integer(negative, digits).unwrap_or(limit))
	}

	/// One digit or more.
	fn digits(&mut self) -> Option<&'a [u8]> {
		let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
		let (digits, rest) = self.rest.split_at_checked(length)?;
		self.rest = rest;
		(!digits.is_empty()).then_some(digits)
	}

	fn skip(&mut self, expected: &[u8]) -> bool {
		let rest = self.rest.strip_prefix(expected);
		self.rest = rest.unwrap_or(self.rest);
		rest.is_some()
	}

	fn skip_whitespace(&mut self) {
		while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
			self.rest = rest;
		}
	}
}

impl<'a> Iterator for Tokens<'a> {
	type Item = Option<Token<'a>>;

	fn next(&mut self) -> Option<Self::Item> {
		if matches!(self.expected, Expected::Nothing) {
			return None;
		}
		match self.advance() {
			Some(Some(token)) => Some(Some(token)),
			Some(None) => {
				self.expected = Expected::Nothing;
				None
			},
			None => {
				self.expected = Expected::Nothing;
				Some(None)
			},
		}
	}
}

/// The value, if it is within an `i64`.
fn to_integer(negative: bool, digits: &[u8]) -> Option<i64> {
	digits.iter().try_fold(0i64, |value, digit| {
		let digit = i64::from(digit.wrapping_sub(b'0'));
		let shifted = value.checked_mul(10)?;
		match negative {
			true => shifted.checked_sub(digit),
			false => shifted.checked_add(digit),
		}
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn tokens(json: &str) -> Option<Vec<Token<'_>>> {
		Tokens::new(json.as_bytes()).collect()
	}

	fn decimal<'a>(negative: bool, integer: &'a str, fraction: &'a str, exponent: i64) -> Token<'a> {
		Token::Decimal(Decimal { negative, integer: integer.as_bytes(), fraction: fraction.as_bytes(), exponent })
	}

	#[test]
	fn reads_nested_arrays() {
		use Token::*;
		assert_eq!(
			tokens(" [ [0 , -1] ,\t[ ],null\n,10 ]\r\n"),
			Some(vec![Open, Open, Integer(0), Integer(-1), Close, Open, Close, Null, Integer(10), Close])
		);
	}

	#[test]
	fn reads_the_edges_of_integers() {
		use Token::*;
		assert_eq!(tokens("[9223372036854775807]"), Some(vec![Open, Integer(i64::MAX), Close]));
		assert_eq!(tokens("[-9223372036854775808]"), Some(vec![Open, Integer(i64::MIN), Close]));
		let above = decimal(false, "9223372036854775808", "", 0);
		assert_eq!(tokens("[9223372036854775808]"), Some(vec![Open, above, Close]));
		let below = decimal(true, "9223372036854775809", "", 0);
		assert_eq!(tokens("[-9223372036854775809]"), Some(vec![Open, below, Close]));
		assert_eq!(tokens("[-0]"), Some(vec![Open, Integer(0), Close]));
	}

	#[test]
	fn reads_the_parts_of_decimals() {
		for (json, token) in [
			("[1.50]", decimal(false, "1", "50", 0)),
			("[-0.0]", decimal(true, "0", "0", 0)),
			("[2e3]", decimal(false, "2", "", 3)),
			("[2E+03]", decimal(false, "2", "", 3)),
			("[-12.5e-0012]", decimal(true, "12", "5", -12)),
			("[1e9223372036854775808]", decimal(false, "1", "", i64::MAX)),
			("[1e-99999999999999999999]", decimal(false, "1", "", i64::MIN)),
		] {
			assert_eq!(tokens(json), Some(vec![Token::Open, token, Token::Close]), "{json}");
		}
	}

	#[test]
	fn refuses_what_is_no_array_of_numbers() {
		let malformed =
			"| |0|null|{}|[|]|[]]|[][]|[] 0|[,]|[0,]|[,0]|[0 1]|[0,,1]|[[]|[01]|[-00]|[-]|[+1]|[1.]|[.5]|[1e]|[1e+]\
			|[nul]|[nulll]|[true]|[\"0\"]|[{}]|[NaN]|[0x1]|[1_0]|\u{feff}[]|[0]\0|[\u{a0}0]|[0]//";
		for json in malformed.split('|') {
			assert_eq!(tokens(json), None, "{json}");
		}
	}

	#[test]
	fn agrees_with_serde_json_on_what_is_json() {
		let pieces = ["[", "]", ",", "0", "1", "-", ".", "e", "null", " "];
		let mut texts = vec![String::new()];
		for _ in 0..5 {
			texts = texts.iter().flat_map(|text| pieces.map(|piece| format!("{text}{piece}"))).collect();
			for text in &texts {
				let value = serde_json::from_str::<Vec<serde_json::Value>>(text);
				assert_eq!(tokens(text).is_some(), value.is_ok(), "{text}");
			}
		}
	}
}
