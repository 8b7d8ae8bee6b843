//! The weights of `Payout::Softmax`: a geometric series with the ratio `exp(-PPM / temperature)`.
//!
//! Every weight is within `65 * 2^-60 < 2^-53` of `exp(-(n - 1) z)`, where `z = PPM / temperature` is in
//! `[1/64, 10]`.
//!
//! *The growth* `g = e^z` is the sum of all `z^k / k!`, each made from the one before it and rounded down. A rounding
//! takes less than `u = 2^-67` from its own term j, therefore less than `u z^m / ((j + 1) .. (j + m)) <= u z^m / m!`
//! from the m-th after it, and less than `u e^z` from all together. Only the terms up to the first that becomes 0 are
//! rounded, at most 58 of them, as `10^58 / 58! < u`; all after it are 0, which is the same argument and not a cut.
//! Hence `g (1 - 58 u) <= growth <= g`.
//!
//! *The weights* are divided by the growth one after another and rounded down, so they are
//! - at most `growth^-(n - 1)`, which exceeds `g^-(n - 1)` by `58 u (n - 1) g^-(n - 1)` to first order, at most
//!   `58 u * 64 / e < 11 * 2^-60`;
//! - at least `g^-(n - 1) - 2^-60 (1 + 1/g + 1/g^2 + ..)`, and that series is `1 / (1 - e^(-1/64)) < 65` at most.
//!
//! They never rise, for the growth is at least 1. By its first three terms it is more than `1 + z`, so all weights
//! together are less than `2^60 (1 + z) / z <= 65 * 2^60 < 2^67`.

use super::WHOLE;
use core::iter;

/// Fractional bits of a weight.
const WEIGHT_BITS: u32 = 60;

/// Fractional bits of the growth. A weight is at most `2^60`, so that shifted by these it is at most `2^127`;
/// a term is at most `10^10 / 10! < 2^12`, so that times `PPM` it is less than `2^(67 + 12 + 20)`.
const GROWTH_BITS: u32 = 67;

/// `w_1 = 1, w_2, ..` without end, in units of `2^-60`, for a temperature within its bounds.
pub(super) fn weights(temperature: u32) -> impl Iterator<Item = u128> + Clone {
	let growth = growth(temperature.into());
	iter::successors(Some(1 << WEIGHT_BITS), move |weight: &u128| (weight << GROWTH_BITS).checked_div(growth))
}

/// `exp(PPM / temperature)` in units of `2^-67`.
fn growth(temperature: u128) -> u128 {
	let one = 1u128 << GROWTH_BITS;
	let terms = (1u128..).scan(one, |term, index| {
		*term = term.saturating_mul(WHOLE).checked_div(index.saturating_mul(temperature))?;
		(*term > 0).then_some(*term)
	});
	terms.fold(one, u128::saturating_add)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::places::{MAX_TEMPERATURE, MIN_TEMPERATURE, PPM};
	use alloc::vec::Vec;

	/// Temperature, place, and `floor(2^60 exp(-(place - 1) PPM / temperature))` to the last digit.
	fn exponentials() -> Vec<(u32, usize, u128)> {
		let vectors: serde_json::Value =
			serde_json::from_str(include_str!("../../../tests/vectors/places.json")).unwrap();
		let rows = vectors["exponentials"].as_array().unwrap().iter();
		rows.map(|row| {
			let number = |name: &str| row[name].as_u64().unwrap();
			(number("temperature") as u32, number("place") as usize, number("weight").into())
		})
		.collect()
	}

	#[test]
	fn weights_are_exponentials() {
		let rows = exponentials();
		assert!(rows.len() > 100);
		for (temperature, place, exact) in rows {
			let weight = weights(temperature).nth(place - 1).unwrap();
			assert!(weight <= exact + 11, "{temperature} {place}: {weight} {exact}");
			assert!(weight + 65 > exact, "{temperature} {place}: {weight} {exact}");
		}
	}

	#[test]
	fn weights_fall_to_zero_and_stay_within_their_sum() {
		for temperature in [MIN_TEMPERATURE, MIN_TEMPERATURE + 1, PPM, 3 * PPM, MAX_TEMPERATURE - 1, MAX_TEMPERATURE] {
			let weights = weights(temperature).take(3000).collect::<Vec<_>>();
			assert_eq!((weights[0], weights[2999]), (1 << 60, 0));
			assert!(weights.windows(2).all(|pair| pair[0] > pair[1] || pair == [0, 0]), "{temperature}");
			assert!(weights.iter().sum::<u128>() < 65 << 60, "{temperature}");
		}
	}
}
