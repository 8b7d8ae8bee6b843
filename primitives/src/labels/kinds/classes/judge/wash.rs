//! Whether the labels agree more than their class frequencies explain.
//!
//! Under the hypothesis that every label's answers are in random order, the agreement beyond chance of a
//! pair has mean 0 and, times `T^2 (T - 1)`, the variance `sum_kl c_k q_l (T^2 [k = l] - T q_k - T c_l + S)^2`
//! with class counts `c` and `q` and `S = sum_k c_k q_k`. The sum over the pairs is tested at z >= 2.75.
//!
//! The double sum over the classes expands to a few single ones:
//!
//! ```text
//!   |c| |q| S^2 + T^2 (|q| M + |c| N) - 2 T S^2 (|c| + |q|) + 4 T^2 S^2 + T^4 S - 2 T^3 (M + N)
//!   with |c| = sum_k c_k,  |q| = sum_k q_k,  M = sum_k c_k q_k^2,  N = sum_k c_k^2 q_k
//! ```
//!
//! Bounds for T <= 2^12 and at most 2016 < 2^11 pairs: S <= T^2, M and N <= T^3, so each of the six terms
//! is at most 4 T^6 = 2^74 and the result, being T^2 squares of at most (2 T^2)^2, is too; all pairs
//! together stay below 2^85, times 121 below 2^92. The agreement is at most 2^11 T^2 = 2^35, so
//! 16 G^2 T^2 (T - 1) is below 2^4 2^70 2^24 2^12 = 2^110. Everything fits an i128.

use super::{Game, LabelSet, MIN_OTHERS};
use alloc::vec::Vec;

/// The sums that the permutation test compares.
pub(super) struct Trial {
	/// Agreement beyond chance of all pairs.
	pub agreement: i64,
	/// The double sums of all pairs.
	pub squares: i128,
}

impl Trial {
	/// Tests the better agreeing three quarters of the labels that `passed` the gold, or of all labels
	/// if too few passed. On a tie of `agreement` the earlier label stays.
	pub fn hold(game: &Game, agreement: &[i64], passed: LabelSet) -> Self {
		let jury = jury(game, agreement, passed);
		let mut trial = Self { agreement: 0, squares: 0 };
		for (position, &i) in jury.iter().enumerate() {
			for &j in jury.iter().skip(position + 1) {
				trial.agreement += game.pairs.beyond_chance(game.items, i, j);
				trial.squares += squares(game.items, &game.class_counts[i], &game.class_counts[j]);
			}
		}
		trial
	}

	/// z >= 2.75 = sqrt(121 / 16).
	pub fn shows_agreement(&self, items: usize) -> bool {
		let agreement = i128::from(self.agreement);
		let items = items as i128;
		agreement > 0 && 16 * agreement * agreement * items * items * (items - 1) >= 121 * self.squares
	}
}

fn jury(game: &Game, agreement: &[i64], passed: LabelSet) -> Vec<usize> {
	let mut jury = match passed.len() >= MIN_OTHERS {
		true => passed.iter().collect::<Vec<_>>(),
		false => game.labels().collect(),
	};
	jury.sort_by_key(|&label| core::cmp::Reverse(agreement[label]));
	jury.truncate(jury.len() - jury.len() / 4);
	jury
}

/// The double sum over the classes of one pair, see the module.
fn squares(items: usize, left: &[u64], right: &[u64]) -> i128 {
	let pairs = || left.iter().zip(right);
	let weighted = |factor: fn(u64, u64) -> u64| pairs().map(|(&c, &q)| factor(c, q)).sum::<u64>() as i128;
	let t = items as i128;
	let (c, q) = (weighted(|c, _| c), weighted(|_, q| q));
	let (s, m, n) = (weighted(|c, q| c * q), weighted(|c, q| c * q * q), weighted(|c, q| c * c * q));
	let (t2, s2) = (t * t, s * s);
	c * q * s2 + t2 * (q * m + c * n) - 2 * t * s2 * (c + q) + 4 * t2 * s2 + t2 * t2 * s - 2 * t2 * t * (m + n)
}
