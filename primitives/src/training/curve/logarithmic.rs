//! `Curve::Logarithmic`: `B * 2^-y` with `y = log2(1/x) / log2(1/x_mid)`, less than `B * 2^-55 + 1` from the true value.
//!
//! *Sizes.* `x` is the quotient of two integers below `2^96`. With `0 <= min < mid < max <= 1`, `1 - x_mid` is at least
//! `max - mid` and `x_mid` at least `mid - min`, and these differences of fractions are more than `2^-64`; the same goes
//! for an `x` between 0 and 1. So both logarithms are below 64, and that of `x_mid` is above `1.44 * 2^-64`: more than
//! `1.44 * 2^56` units of `2^-120`.
//!
//! *The exponent.* The logarithms are at most 1.1 units too low: less than `0.77 * 2^-56` of that of `x_mid`. Bits of
//! both are dropped only as long as 64 are left of it, which then takes less than `2^-63` of it from each and makes the
//! first part smaller than `2^-63`. The quotient is rounded down by less than `2^-56`. So it is less than
//! `1.77 * 2^-56` too low, which makes the power less than `1.24 * 2^-56` too high; or it is less than
//! `0.78 * 2^-56 y` too high, which makes the power less than `0.3 * 2^-56` too low, as `2^-y y ln 2 < 0.37`.
//!
//! *The power* adds less than `2^-58` to either: in all less than `1.5 * 2^-56 < 2^-55` of the budget. The last
//! rounding takes less than 1.
//!
//! *Never falling.* With a higher score the logarithm does not rise, nor does the exponent. Within a whole number of
//! halvings the power does not rise with it; between two, it is at least one half before and exactly 1, halved once more,
//! after.
//!
//! *Exact.* At `min`, `x` is 0 and nothing is earned. At `mid` both logarithms are the same, `y` is 1, and
//! `floor(B / 2)` is earned. From `max` on `y` is 0.

use super::{
	exp2::{halving, EXPONENT_BITS, POWER_BITS},
	log2::log2,
	product, share, Ratio,
};

/// Bits kept of the logarithm that is divided by.
const DIVISOR_BITS: u32 = 64;

/// The fractional bits of an exponent.
const FRACTION: u128 = (1 << EXPONENT_BITS) - 1;

/// For `[min, mid, max]` that are valid, and a score with a denominator.
pub(super) fn reward(budget: u128, score: Ratio, [min, mid, max]: [Ratio; 3]) -> u128 {
	let log = |at| distance(min, at, max);
	let exponent = log(score).zip(log(mid)).and_then(|(score, mid)| exponent(score, mid));
	let earned = |exponent| {
		let share = share(budget, halving(exponent & FRACTION), 1 << POWER_BITS);
		share.checked_shr(u32::try_from(exponent >> EXPONENT_BITS).ok()?)
	};
	exponent.and_then(earned).unwrap_or(0)
}

/// `log2(1/x)` for `x = (at - min) / (max - min)`; 0 for an `x` above 1, and `None`, for infinity, up to 0.
fn distance(min: Ratio, at: Ratio, max: Ratio) -> Option<u128> {
	let above_min = |at: Ratio| {
		let difference = product(at.numerator, min.denominator).saturating_sub(product(min.numerator, at.denominator));
		u128::from(difference)
	};
	let part = above_min(at).saturating_mul(max.denominator.into());
	let whole = above_min(max).saturating_mul(at.denominator.into());
	log2(whole, part)
}

/// `score / mid` with [`EXPONENT_BITS`]; `None` only from 128 on, where less than 1 is earned of any budget.
fn exponent(score: u128, mid: u128) -> Option<u128> {
	let dropped = mid.checked_ilog2()?.saturating_sub(DIVISOR_BITS - 1);
	let (score, mid) = (score.checked_shr(dropped)?, mid.checked_shr(dropped)?);
	score.checked_mul(1 << EXPONENT_BITS)?.checked_div(mid)
}
