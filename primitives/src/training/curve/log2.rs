//! Binary logarithms, digit by digit: squaring the mantissa doubles the logarithm, and a square of 2 or more is a 1.
//!
//! *Never above the true value.* All roundings are down.
//!
//! *Never falling.* The larger of two mantissas never has the smaller square, before or after rounding. So at the first
//! digit that differs it has the 1, and what comes later weighs less; as do all digits beside the exponent.
//!
//! *The error* is less than one unit of the last digit for the digits that are left out, and for each rounding its
//! relative size times `1 / ln 2 < 1.45`, halved with each squaring that came before it.

/// Fractional bits of [`log2`].
const FINE_BITS: u32 = 120;

/// Fractional bits of [`log2_q48`].
const COARSE_BITS: u32 = 48;

/// The number 2 as a square, before it is halved.
const TWO: u128 = 1 << 127;

/// `log2(whole / part)` in units of `2^-120`, `1.1` units too low at most. `None` if `part` is 0.
///
/// It takes `part <= whole < 2^127`, and depends on the quotient only, for that is rounded once. With `part` above
/// `whole` it is 0.
///
/// The mantissa is rounded to `2^-127` first. A square is rounded twice, in units of `2^-126`: by less than `2^-125`.
/// In all that is less than `1.45 (2^-127 + 2^-125 (1/2 + 1/4 + ..)) < 0.1 * 2^-120`.
pub(super) fn log2(whole: u128, part: u128) -> Option<u128> {
	if part == 0 {
		return None;
	}
	if part >= whole {
		return Some(0);
	}
	let aligning = part.leading_zeros().saturating_sub(whole.leading_zeros());
	let exponent = match part.wrapping_shl(aligning) {
		aligned if aligned > whole => aligning.saturating_sub(1),
		_ => aligning,
	};
	let mantissa = quotient(whole, part.wrapping_shl(exponent));
	Some(digits(exponent, mantissa, FINE_BITS, square))
}

/// `log2(q)` in units of `2^-48` for a `q` of at least 1 in units of `2^-64`, `1.001` units too low at most.
///
/// It is to the bit that of `tests/reference/scoring.py`. The mantissa is rounded to `2^-63` first, and so is each
/// square. In all that is less than `1.45 * 2^-63 (1 + 1/2 + 1/4 + ..) < 0.001 * 2^-48`.
pub(super) fn log2_q48(q: u128) -> u128 {
	let bits = q.checked_ilog2().unwrap_or(0);
	let Some(exponent) = bits.checked_sub(64) else { return 0 };
	let mantissa = q.wrapping_shr(bits.saturating_sub(63));
	digits(exponent, mantissa, COARSE_BITS, square_q63)
}

/// `exponent + log2(mantissa)` to so many binary digits, by a `square` that also tells whether it had to be halved.
fn digits(exponent: u32, mantissa: u128, digits: u32, square: impl Fn(u128) -> (bool, u128)) -> u128 {
	let next = |(log, mantissa), _| {
		let (halved, mantissa) = square(mantissa);
		(log << 1 | u128::from(halved), mantissa)
	};
	(0..digits).fold((exponent.into(), mantissa), next).0
}

/// `floor(2^127 * whole / part)` for `part <= whole < 2 * part < 2^128`, by long division.
fn quotient(whole: u128, part: u128) -> u128 {
	let next = |(quotient, rest): (u128, u128), _| {
		let rest = rest << 1;
		match rest.checked_sub(part) {
			Some(rest) => (quotient << 1 | 1, rest),
			None => (quotient << 1, rest),
		}
	};
	(0..127).fold((1, whole.saturating_sub(part)), next).0
}

/// The square of a mantissa in units of `2^-127`, at least 1 and below 2.
///
/// With `m = a * 2^64 + b`, `m^2 / 2^128 = a^2 + 2 a b / 2^64 + b^2 / 2^128`. The last is below 1 and left out.
/// That does not fall: not with `b`, and when `a` grows by 1, `a^2` grows by `2 a + 1` and the rest loses `2 a` at most.
fn square(mantissa: u128) -> (bool, u128) {
	let (high, low) = (mantissa >> 64, mantissa & u128::from(u64::MAX));
	let square = high.saturating_mul(high).saturating_add(high.saturating_mul(low) >> 63);
	match square >= TWO {
		true => (true, square),
		false => (false, square << 1),
	}
}

/// The square of a mantissa in units of `2^-63`, at least 1 and below 2.
fn square_q63(mantissa: u128) -> (bool, u128) {
	let square = mantissa.saturating_mul(mantissa);
	match square >= TWO {
		true => (true, square >> 64),
		false => (false, square >> 63),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::Value;

	fn number(value: &Value) -> u128 {
		value.as_str().unwrap().parse().unwrap()
	}

	#[test]
	fn log2_is_within_its_bound() {
		let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/rewards.json")).unwrap();
		let rows = vectors["log2"].as_array().unwrap();
		assert!(rows.len() > 100);
		for row in rows {
			let [whole, part, exact] = ["whole", "part", "exact"].map(|name| number(&row[name]));
			let log = log2(whole, part).unwrap();
			assert!(log <= exact && log + 2 > exact, "{row}: {log}");
		}
	}

	#[test]
	fn log2_q48_is_that_of_the_reference() {
		let vectors: Value =
			serde_json::from_str(include_str!("../../../tests/vectors/reward_error_log.json")).unwrap();
		let rows = vectors["log2_q48"].as_array().unwrap();
		assert_eq!(rows.len(), 11);
		for row in rows {
			assert_eq!(log2_q48(number(&row["q_q64"])), number(&row["log2_q48"]), "{row}");
			assert!(row["err_ulp_q48"].as_f64().unwrap() < 1.001);
		}
	}

	#[test]
	fn powers_of_two_are_exact() {
		for power in 0..=63 {
			assert_eq!(log2_q48(1 << (64 + power)), power << COARSE_BITS);
		}
		for part in [1, 3, 0xffff_fffb] {
			for power in 0..=94 {
				assert_eq!(log2(part << power, part), Some(power << FINE_BITS));
			}
		}
	}

	#[test]
	fn neighbours_never_fall() {
		for start in [1 << 64, (3 << 63) - 500, (1 << 65) - 500, (1 << 66) - 500, u128::MAX - 1001] {
			let logs = (start..start + 1001).map(log2_q48).collect::<alloc::vec::Vec<_>>();
			assert!(logs.windows(2).all(|pair| pair[0] <= pair[1]), "{start}");
		}
		for start in [1 << 95, (3 << 94) - 500, (1 << 96) - 500] {
			let logs = (start..start + 1001).map(|whole| log2(whole, 1 << 94).unwrap());
			let logs = logs.collect::<alloc::vec::Vec<_>>();
			assert!(logs.windows(2).all(|pair| pair[0] < pair[1]), "{start}");
		}
	}

	#[test]
	fn all_arguments_have_an_answer() {
		assert_eq!(
			[log2(0, 0), log2(1, 0), log2(0, 1), log2(5, 5), log2(5, 6)],
			[None, None, Some(0), Some(0), Some(0)]
		);
		assert_eq!([0, 1, u64::MAX.into()].map(log2_q48), [0; 3]);
		assert!(log2_q48(u128::MAX) < 64 << COARSE_BITS);
	}
}
