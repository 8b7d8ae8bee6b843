//! Powers of two between one half and one.

/// Fractional bits of an exponent.
pub(super) const EXPONENT_BITS: u32 = 56;

/// Fractional bits of a power.
pub(super) const POWER_BITS: u32 = 63;

/// Fractional bits of what is inverted.
const GROWTH_BITS: u32 = 64;

/// 1 among the growths.
const ONE: u128 = 1 << GROWTH_BITS;

/// `floor(2^64 ln 2)`.
const LN_2: u128 = 0xb172_17f7_d1cf_79ab;

/// `2^-fraction` in units of `2^-63`, within `2^-58` of the true value and exact at 0, for a `fraction` below 1 in units
/// of `2^-56`. It never rises with `fraction`, and is never below one half.
///
/// *The growth* `2^fraction = e^t` is the sum of all `t^k / k!`, each made from the one before it and rounded down. With
/// `u = 2^-64`, `t` is rounded twice, the constant and the product, and is less than `2 u` too low; as `e^t < 2`, that
/// takes less than `4 u` from the sum. The rounding of a term takes less than `u` from it, and from it with all that are
/// made from it less than `u (1 + t/2 + t^2/6 + ..) <= u (e^t - 1) / t < 1.45 u`. Only the terms up to the first that
/// becomes 0 are rounded, at most 20 of them, as `(ln 2)^20 / 20! < u`. Hence `2^fraction - 33 u < growth <= 2^fraction`.
///
/// *The power* is its inverse: too high by less than `33 u < 2^-58`, as both growths are at least 1, and then rounded
/// down by less than `2^-63`. The growth is below 2, so the power is not below one half.
pub(super) fn halving(fraction: u128) -> u128 {
	let exponent = fraction.saturating_mul(LN_2) >> EXPONENT_BITS;
	let terms = (1u128..).scan(ONE, |term, index| {
		*term = term.saturating_mul(exponent).checked_div(index.saturating_mul(ONE))?;
		(*term > 0).then_some(*term)
	});
	let growth = terms.fold(ONE, u128::saturating_add);
	(1u128 << (GROWTH_BITS + POWER_BITS)).checked_div(growth).unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn halvings_are_within_their_bound() {
		let vectors = include_str!("../../../tests/vectors/rewards.json");
		let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
		let rows = vectors["halvings"].as_array().unwrap();
		assert!(rows.len() > 100);
		for row in rows {
			let [fraction, exact] = ["fraction", "exact"].map(|name| row[name].as_str().unwrap().parse().unwrap());
			assert!(halving(fraction).abs_diff(exact) <= 1 << (POWER_BITS - 58), "{row}: {}", halving(fraction));
		}
	}

	#[test]
	fn halvings_never_rise() {
		let end = 1 << EXPONENT_BITS;
		assert_eq!(halving(0), 1 << POWER_BITS);
		assert!(halving(end - 1) >= 1 << (POWER_BITS - 1));
		for start in [0, end / 3, end / 2 - 500, end - 1001] {
			let powers = (start..start + 1001).map(halving).collect::<alloc::vec::Vec<_>>();
			assert!(powers.windows(2).all(|pair| pair[0] >= pair[1]), "{start}");
		}
	}
}
