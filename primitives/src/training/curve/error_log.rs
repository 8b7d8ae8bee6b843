//! `Curve::ErrorLog`, to the bit as in `tests/reference/scoring.py`.
//!
//! With `q = 1 + h (h - 2) (1 - s)`, which is 1 at 1, `h - 1` at `1 - 1/h` and `(h - 1)^2` at 0, the share of the budget
//! is `1 - log2(q) / D` with `D = 2 log2(h - 1)`.
//!
//! *The error.* Rounding `q` to `2^-64` adds nothing to speak of to that of its logarithm: 1.001 units of `2^-48` at
//! most, and 2.002 for `D`, both too low. As `log2(q) <= D` and `2 <= D`, the quotient is less than 1.002 units off, and
//! less than `2^-47`. The last rounding takes less than 1.
//!
//! *Never falling.* With a higher score `q` does not rise, nor does its logarithm.
//!
//! *Exact.* At 1 the logarithm is 0. At `1 - 1/h` it is exactly `D / 2`, for `q` is not rounded. At 0 it is `D` at least,
//! so nothing is left: the first squaring of the mantissa of `h - 1` is not rounded either, and what follows are the
//! digits of `log2((h - 1)^2)`, of which `D` has all but the last.

use super::{log2::log2_q48, product, share, Ratio};

/// For an `h` of at least 3, and a score with a denominator.
///
/// All fits: `q` is at most `(h - 1)^2 < 2^64`, its numerator is below `2^96`, and `D` is below `2^54`.
pub(super) fn reward(budget: u128, score: Ratio, h: u32) -> u128 {
	let wrong = u128::from(score.denominator.saturating_sub(score.numerator));
	let steepness = u128::from(product(h, h.saturating_sub(2)));
	let all = u128::from(score.denominator);
	let numerator = steepness.saturating_mul(wrong).saturating_add(all);
	let whole = log2_q48(u128::from(h.saturating_sub(1)) << 64).saturating_mul(2);
	share(budget, whole.saturating_sub(log2_q48(fixed(numerator, all))), whole)
}

/// `floor(2^64 * numerator / denominator)` for a quotient below `2^64`, and a denominator that is too.
fn fixed(numerator: u128, denominator: u128) -> u128 {
	let quotient = numerator.checked_div(denominator).unwrap_or(0);
	let remainder = numerator.checked_rem(denominator).unwrap_or(0);
	let fraction = (remainder << 64).checked_div(denominator).unwrap_or(0);
	(quotient << 64).saturating_add(fraction)
}
