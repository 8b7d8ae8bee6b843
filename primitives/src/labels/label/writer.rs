//! JSON as the judgement writes it.

use alloc::{format, string::String, vec::Vec};

/// `[a,b,c]`
pub(in crate::labels) fn list<T>(elements: &[T], text: impl Fn(&T) -> String) -> Vec<u8> {
	let texts = elements.iter().map(text).collect::<Vec<_>>();
	format!("[{}]", texts.join(",")).into_bytes()
}

/// `value / 2^fraction_bits` in full. The fraction is below `2^32`, ten times it below `2^36`, and it ends
/// after as many digits as bits, for each takes a factor 2 out of its denominator.
pub(in crate::labels) fn decimal(value: i64, fraction_bits: u8) -> String {
	let unit = 1u64.wrapping_shl(fraction_bits.into());
	let (magnitude, below) = (value.unsigned_abs(), unit.wrapping_sub(1));
	let sign = if value < 0 { "-" } else { "" };
	let mut text = format!("{sign}{}", magnitude.wrapping_shr(fraction_bits.into()));
	let mut fraction = magnitude & below;
	if fraction > 0 {
		text.push('.');
	}
	while fraction > 0 {
		let tens = fraction.wrapping_mul(10);
		text.extend(char::from_digit(tens.wrapping_shr(fraction_bits.into()) as u32, 10));
		fraction = tens & below;
	}
	text
}
