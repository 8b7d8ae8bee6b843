//! Numbers in units of `2^-fraction_bits`, rounded half to even, exactly.
//!
//! Everything takes at most 32 fraction bits ([`MAX_FRACTION_BITS`]) and gives `None` for what no `i64` holds.

#![allow(clippy::arithmetic_side_effects, reason = "bounds are written at each function")]

use crate::MAX_FRACTION_BITS;

/// `value * 2^fraction_bits`; the product is below `2^(63 + 32)`.
pub(in crate::labels) fn of_integer(value: i64, fraction_bits: u8) -> Option<i64> {
	i64::try_from(i128::from(value) << fraction_bits).ok()
}

/// The fields of an IEEE 754 binary format, below the sign.
#[derive(Clone, Copy)]
pub(in crate::labels) struct Format {
	exponent_bits: u32,
	significand_bits: u32,
}

/// 32 bits
pub(in crate::labels) const SINGLE: Format = Format { exponent_bits: 8, significand_bits: 23 };

/// 64 bits
pub(in crate::labels) const DOUBLE: Format = Format { exponent_bits: 11, significand_bits: 52 };

/// The finite float with these bits, in a format of 64 bits or less.
///
/// It is `significand * 2^shift` units with a significand below `2^53`. If the shift is above 63, they are too
/// many for an `i64`; else the product is below `2^116`. If it is below -63, they are less than a half.
pub(in crate::labels) fn of_float(format: Format, bits: u64, fraction_bits: u8) -> Option<i64> {
	let Format { exponent_bits, significand_bits } = format;
	let field = |from: u32, count: u32| bits >> from & ((1 << count) - 1);
	let negative = field(significand_bits + exponent_bits, 1) == 1;
	let (significand, exponent) = match (field(0, significand_bits), field(significand_bits, exponent_bits)) {
		(_, exponent) if exponent + 1 == 1 << exponent_bits => return None,
		(0, 0) => return Some(0),
		(subnormal, 0) => (subnormal, 1),
		(normal, exponent) => (normal | 1 << significand_bits, exponent as i64),
	};
	let bias = (1 << (exponent_bits - 1)) - 1;
	let shift = exponent - bias - i64::from(significand_bits) + i64::from(fraction_bits);
	let magnitude = match shift {
		64.. => return None,
		0..=63 => u128::from(significand) << shift,
		-63..=-1 => {
			let dropped = -shift - 1;
			round_half_even((significand >> dropped).into(), significand & ((1 << dropped) - 1) != 0)
		},
		_ => 0,
	};
	signed(negative, magnitude)
}

/// A number of JSON: `-? integer . fraction e exponent`, in ASCII digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::labels) struct Decimal<'a> {
	pub negative: bool,
	pub integer: &'a [u8],
	pub fraction: &'a [u8],
	pub exponent: i64,
}

/// Decimal places that rounding looks at one by one.
const PLACES: i64 = MAX_FRACTION_BITS as i64 + 1;

impl Decimal<'_> {
	/// Takes time for each digit once, and no memory.
	///
	/// Rounding compares with multiples of half a unit, and `2^-33` has 33 decimal places. So a number of more
	/// places lies between the same two multiples as itself cut to [`PLACES`] of them, and is one of them only if
	/// no digit that was cut is above 0: one bit tells all that is needed of those.
	///
	/// With the point behind more than 19 digits, the first of them not 0, it is at least `10^19 > 2^63`. Below
	/// that, the wholes are below `10^19 < 2^64`, and twice their units below `2^97`.
	pub fn fixed_point(self, fraction_bits: u8) -> Option<i64> {
		let digits = self.integer.iter().chain(self.fraction).map(|digit| digit.wrapping_sub(b'0'));
		let zeros = digits.clone().take_while(|digit| *digit == 0).count();
		if zeros == self.integer.len() + self.fraction.len() {
			return Some(0);
		}
		let mut digits = digits.skip(zeros);
		// Digits before the point; if negative, zeros behind it before the first digit.
		let point = self.exponent.saturating_add(self.integer.len() as i64 - zeros as i64);
		if point > 19 {
			return None;
		}
		let wholes = (0..point).fold(0u64, |wholes, _| wholes * 10 + u64::from(digits.next().unwrap_or(0)));
		let (mut part, mut whole) = (0, 1);
		for place in 0..PLACES {
			let digit = if place + point < 0 { Some(0) } else { digits.next() };
			let Some(digit) = digit else { break };
			part = part * 10 + u128::from(digit);
			whole *= 10;
		}
		let is_cut = digits.any(|digit| digit > 0);

		let half_bits = u32::from(fraction_bits) + 1;
		let (halves, rest) = divide_shifted(part, whole, half_bits);
		let halves = (u128::from(wholes) << half_bits) + halves;
		signed(self.negative, round_half_even(halves, rest > 0 || is_cut))
	}
}

/// Quotient and remainder of `part * 2^bits / whole`, for `part < whole <= 10^33 < 2^110` and at most 33 bits, so
/// that the product need not fit.
fn divide_shifted(part: u128, whole: u128, bits: u32) -> (u128, u128) {
	const BILLION: u128 = 1_000_000_000;
	if whole <= BILLION {
		// Below 2^30 * 2^33. By far the most numbers have so few places, and 64 bits divide fast.
		let (product, whole) = ((part as u64) << bits, whole as u64);
		return ((product / whole).into(), (product % whole).into());
	}
	(0..bits).fold((0, part), |(quotient, rest), _| {
		let doubled = rest * 2;
		let bit = u128::from(doubled >= whole);
		(quotient * 2 + bit, doubled - bit * whole)
	})
}

/// The integer next to `halves / 2`, or to a little more if `inexact`, but less than a half more.
fn round_half_even(halves: u128, inexact: bool) -> u128 {
	let floor = halves / 2;
	let is_half_or_more = halves % 2 == 1;
	floor + u128::from(is_half_or_more && (inexact || floor % 2 == 1))
}

/// The magnitude is below `2^127`.
fn signed(negative: bool, magnitude: u128) -> Option<i64> {
	let magnitude = magnitude as i128;
	i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}
