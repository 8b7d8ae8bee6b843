//! Amounts as people write them: `1.5 UNIT`, or a plain number in the smallest unit.

use crate::error::{Failure, Result};
use serde::{Serialize, Serializer};

/// An amount in the smallest unit; a string in JSON, where numbers are too small for it.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Amount(pub u128);

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
		serializer.collect_str(&self.0)
	}
}

/// How the chain writes amounts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
	pub symbol: String,
	pub decimals: u8,
}

impl Default for Token {
	fn default() -> Self {
		Self { symbol: "UNIT".into(), decimals: 12 }
	}
}

impl Token {
	/// `1.5UNIT` and `1.5 unit` are in tokens; `1500000000000` is in the smallest unit.
	pub fn parse(&self, text: &str) -> Result<Amount> {
		let text = text.trim();
		let split = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '_')).unwrap_or(text.len());
		let (number, unit) = (text[..split].replace('_', ""), text[split..].trim());
		let wrong = |why: &str| {
			let symbol = &self.symbol;
			Failure::input(format!("'{text}' is not an amount: {why}"))
				.help(format!("write `1.5{symbol}`, or a whole number in units of 10^-{} {symbol}", self.decimals))
		};
		if unit.is_empty() {
			if number.contains('.') {
				return Err(wrong("a fraction needs its unit"));
			}
			return number.parse().map(Amount).map_err(|_| wrong("not a whole number, or too large"));
		}
		if !unit.eq_ignore_ascii_case(&self.symbol) {
			return Err(wrong(&format!("this chain's token is {}, not {unit}", self.symbol)));
		}
		let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
		if fraction.len() > usize::from(self.decimals) {
			return Err(wrong("too many decimals"));
		}
		let digits = format!("{whole}{fraction:0<width$}", width = usize::from(self.decimals));
		if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
			return Err(wrong("not a number"));
		}
		digits.parse().map(Amount).map_err(|_| wrong("too large"))
	}

	/// Exact, without trailing zeros: `1.5 UNIT`.
	pub fn format(&self, Amount(amount): Amount) -> String {
		let digits = format!("{amount:0>width$}", width = usize::from(self.decimals) + 1);
		let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.decimals));
		let fraction = fraction.trim_end_matches('0');
		let point = if fraction.is_empty() { "" } else { "." };
		format!("{whole}{point}{fraction} {}", self.symbol)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reads_and_writes() {
		let token = Token::default();
		for (text, amount) in [
			("0", 0),
			("10000000000000", 10_000_000_000_000),
			("10_000", 10_000),
			("1.5UNIT", 1_500_000_000_000),
			(" 1.5 unit ", 1_500_000_000_000),
			("0.000000000001 UNIT", 1),
			(".5UNIT", 500_000_000_000),
			("7UNIT", 7_000_000_000_000),
		] {
			assert_eq!(token.parse(text).unwrap(), Amount(amount), "{text}");
		}
		for (amount, text) in [(0, "0 UNIT"), (1, "0.000000000001 UNIT"), (1_500_000_000_000, "1.5 UNIT")] {
			assert_eq!(token.format(Amount(amount)), text);
			assert_eq!(token.parse(text).unwrap(), Amount(amount));
		}
	}

	#[test]
	fn refuses_what_is_not_an_amount() {
		let token = Token::default();
		for text in [
			"",
			"1.5",
			"-1",
			"1e3",
			"UNIT",
			".UNIT",
			"1.2.3UNIT",
			"1 DOT",
			"0.0000000000001UNIT",
			"1.5µUNIT",
			&"9".repeat(40),
		] {
			assert!(token.parse(text).is_err(), "{text}");
		}
	}

	#[test]
	fn tokens_without_decimals() {
		let token = Token { symbol: "T".into(), decimals: 0 };
		assert_eq!(token.parse("5T").unwrap(), Amount(5));
		assert_eq!(token.format(Amount(5)), "5 T");
	}
}
