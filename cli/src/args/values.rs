//! Values of flags: periods, shares, fractions.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use learnware_primitives::{
	places::{MAX_RATIO, MAX_TEMPERATURE, MIN_TEMPERATURE},
	training::curve::Ratio,
	Named,
};
use std::ops::RangeInclusive;

/// One of a few values: each with its name, and what it means.
pub fn choice<T: Copy + Send + Sync + 'static>(
	choices: &'static [(T, &'static str, &'static str)],
) -> impl TypedValueParser<Value = T> {
	let names = choices.iter().map(|(_, name, meaning)| PossibleValue::new(*name).help(*meaning));
	PossibleValuesParser::new(names).try_map(|given| {
		let chosen = choices.iter().find(|(_, name, _)| *name == given);
		chosen.map(|(value, ..)| *value).ok_or("no such choice")
	})
}

/// One of the choices that the rules give.
pub fn named<T: Named + Send + Sync>() -> impl TypedValueParser<Value = T> {
	let names = T::ALL.iter().map(|choice| PossibleValue::new(choice.name()).help(choice.meaning()));
	PossibleValuesParser::new(names)
		.try_map(|given| T::ALL.iter().copied().find(|choice| choice.name() == given).ok_or("no such choice"))
}

/// A time, in blocks or in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Period {
	Blocks(u32),
	Seconds(u32),
}

impl Period {
	/// As blocks of `block_time` milliseconds, rounded up.
	pub fn blocks(self, block_time: u64) -> u32 {
		match self {
			Self::Blocks(blocks) => blocks,
			Self::Seconds(seconds) => {
				u32::try_from((u64::from(seconds) * 1000).div_ceil(block_time.max(1))).unwrap_or(u32::MAX)
			},
		}
	}
}

pub fn parse_words(text: &str) -> Result<u8, String> {
	match text {
		"12" => Ok(12),
		"24" => Ok(24),
		_ => Err("12 or 24".into()),
	}
}

/// A share, or parts per million.
pub fn parse_ratio(text: &str) -> Result<u32, String> {
	let ratio = text.parse().or_else(|_| parse_share(text))?;
	match ratio {
		1..=MAX_RATIO => Ok(ratio),
		_ => Err("the ratio is above 0 and at most 50%".into()),
	}
}

/// A number of places, in millionths.
pub fn parse_temperature(text: &str) -> Result<u32, String> {
	match decimal(text, 6).and_then(|millionths| u32::try_from(millionths).ok()) {
		Some(temperature @ MIN_TEMPERATURE..=MAX_TEMPERATURE) => Ok(temperature),
		_ => Err("write a number of places from 0.1 to 64, with at most 6 decimals".into()),
	}
}

/// A percentage with or without its sign, in parts per million.
pub fn parse_chance(text: &str) -> Result<u32, String> {
	parse_share(&format!("{}%", text.trim_end_matches('%')))
}

pub fn parse_salt(text: &str) -> Result<[u8; 32], String> {
	let mut salt = [0; 32];
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode_to_slice(digits, &mut salt).map_err(|_| "write 64 hexadecimal digits".to_string())?;
	Ok(salt)
}

pub fn parse_period(text: &str) -> Result<Period, String> {
	let wrong = || "write blocks (600) or a time (30s, 10m, 2h, 1d)".to_string();
	let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
	let (number, unit) = text.split_at(split);
	let number: u32 = number.parse().map_err(|_| wrong())?;
	let seconds = match unit {
		"" => return Ok(Period::Blocks(number)),
		"s" => 1,
		"m" => 60,
		"h" => 3600,
		"d" => 86_400,
		_ => return Err(wrong()),
	};
	number.checked_mul(seconds).map(Period::Seconds).ok_or_else(wrong)
}

/// Percent to parts per million.
pub fn parse_share(text: &str) -> Result<u32, String> {
	let share = text.strip_suffix('%').and_then(|text| decimal(text, 4)).filter(|share| *share <= 1_000_000);
	share
		.and_then(|share| u32::try_from(share).ok())
		.ok_or_else(|| "write a share in percent, 0% to 100%, with at most 4 decimals: 2.5%".to_string())
}

/// A number in units of `10^-decimals`.
fn decimal(text: &str, decimals: usize) -> Option<u64> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let is_number = !whole.is_empty() && whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit());
	let fits = is_number && fraction.len() <= decimals;
	fits.then(|| format!("{whole}{fraction:0<decimals$}").parse().ok()).flatten()
}

/// `C/N`, at most 1.
pub fn parse_fraction(text: &str) -> Result<Ratio, String> {
	let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
	let parts = text.split_once('/').and_then(|(correct, of)| Some((number(correct)?, number(of)?)));
	match parts {
		Some((correct, of @ 1..)) if correct <= of => Ok(Ratio::new(correct, of)),
		_ => Err(format!("write a fraction from 0 to 1 with numbers up to {}: 99/100", u32::MAX)),
	}
}

/// Whole percent.
pub fn parse_percent(text: &str) -> Result<u8, String> {
	let percent = text.strip_suffix('%').and_then(|number| number.parse().ok()).filter(|percent| *percent <= 100);
	percent.ok_or_else(|| "write whole percent, 0% to 100%: 30%".into())
}

/// `5-10`, or `7` for `7-7`.
pub fn parse_range(text: &str) -> Result<RangeInclusive<usize>, String> {
	let (first, last) = text.split_once('-').unwrap_or((text, text));
	match (first.parse(), last.parse()) {
		(Ok(first), Ok(last)) if first <= last => Ok(first..=last),
		_ => Err("write a number or a range: 7, 5-10".into()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn periods() {
		assert_eq!(parse_period("600"), Ok(Period::Blocks(600)));
		assert_eq!(parse_period("2h").map(|period| period.blocks(6000)), Ok(1200));
		assert_eq!(parse_period("7s").map(|period| period.blocks(6000)), Ok(2));
		for text in ["", "h", "1.5h", "-1", "99999999999", "99999d", "1w"] {
			assert!(parse_period(text).is_err(), "{text}");
		}
	}

	#[test]
	fn shares() {
		for (text, share) in [("0%", 0), ("2.5%", 25_000), ("50%", 500_000), ("100%", 1_000_000), ("0.0001%", 1)] {
			assert_eq!(parse_share(text), Ok(share));
		}
		for text in ["", "%", "5", "101%", "0.00001%", "-1%", "1.2.3%", "1e2%"] {
			assert!(parse_share(text).is_err(), "{text}");
		}
	}

	#[test]
	fn ratios_and_temperatures() {
		assert_eq!([parse_ratio("50%"), parse_ratio("500000"), parse_ratio("1")], [Ok(500_000), Ok(500_000), Ok(1)]);
		assert!(["0", "0%", "51%", "500001", "half"].iter().all(|text| parse_ratio(text).is_err()));
		assert_eq!([parse_temperature("0.1"), parse_temperature("64")], [Ok(100_000), Ok(64_000_000)]);
		assert!(["0.05", "65", "-1", "1.2345678", ""].iter().all(|text| parse_temperature(text).is_err()));
		assert_eq!(
			[parse_chance("30"), parse_chance("2.5%"), parse_chance("100")],
			[Ok(300_000), Ok(25_000), Ok(1_000_000)]
		);
	}

	#[test]
	fn fractions() {
		for (text, fraction) in
			[("0/1", (0, 1)), ("99/100", (99, 100)), ("4294967295/4294967295", (u32::MAX, u32::MAX))]
		{
			assert_eq!(parse_fraction(text), Ok(Ratio::new(fraction.0, fraction.1)));
		}
		for text in
			["", "/", "1", "1/", "/1", "0/0", "1/0", "2/1", "-1/2", "+1/2", "1/2/3", "0.5", "1 / 2", "1/4294967296"]
		{
			assert!(parse_fraction(text).is_err(), "{text}");
		}
	}

	#[test]
	fn percents_and_ranges() {
		assert_eq!(parse_percent("30%"), Ok(30));
		for text in ["", "%", "30", "101%", "2.5%", "-1%"] {
			assert!(parse_percent(text).is_err(), "{text}");
		}
		assert_eq!(parse_range("5-10"), Ok(5..=10));
		assert_eq!(parse_range("7"), Ok(7..=7));
		for text in ["", "-", "10-5", "5-", "a-b"] {
			assert!(parse_range(text).is_err(), "{text}");
		}
	}
}
