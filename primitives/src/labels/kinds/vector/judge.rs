//! The judgement of vectors: distance from the median of the others.
//!
//! Distances are in Q16 units: `2^16` is one unit of acceptable error, which the task's scale gives for each
//! coordinate. [`compare`] follows the integer reference `tests/reference/scoring.py` (`vectors`) to the bit.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "the limits bound every value (see `Bounds` below), and every index is below the length it was made from"
)]

// Bounds, with n <= 2^6 labels and J <= 2^12 coordinates:
//
//   difference, capped                    <= 8 scale           < 2^35
//   distance in one coordinate, Q16       <= 8 * 2^16          = 2^19
//   its square; the sum of those, a loss  <= 2^38; J 2^38      = 2^50      (u64)
//   the sum of distances                  <= J 2^19            = 2^31
//   cut                                   <= 2^50 + 4.448 2^50 < 2^53      (u64; 4448 mad < 2^63)

use super::{super::Kind, Vector};
use crate::{
	labels::pairs::PairTable,
	labels::statistics::{lower_median, Medians, Sieve},
	Task, MAX_LABELS,
};
use alloc::{vec, vec::Vec};

/// Units of acceptable error at which a difference is capped.
pub const CAP: u64 = 8;

/// Units of acceptable error from the others, on average, above which a label is far from them.
pub const FAR: u64 = 4;

/// Bits behind the point of a distance.
const Q: u32 = 16;

/// All that [`compare`] finds. Lists have one entry for each label, in the order given, if not said
/// otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// For each coordinate, the lower median of all labels.
	pub consensus: Vec<i64>,
	/// Sum of the squared distances, in Q32, from the lower medians of the others. 0 without others.
	pub losses: Vec<u64>,
	/// Lower median of the mean distances from each other label, in Q16.
	pub guards: Vec<u64>,
	/// The labels are far from each other, or too few.
	pub wash: bool,
	/// Loss above which a label is an outlier, if it is far from the others.
	pub cut: u64,
	/// May take a paid place.
	pub eligible: Vec<bool>,
	/// So far off that its collateral is slashed.
	pub outliers: Vec<bool>,
}

/// Judges 1 to [`MAX_LABELS`] vectors. `None` when the task is not valid, when a vector is not of the task, or
/// when there are too many vectors or none.
pub fn compare(task: &Task, vectors: &[&[i64]]) -> Option<Outcome> {
	let Task::Vector { scale, fraction_bits } = task else { return None };
	Vector { scale, fraction_bits: *fraction_bits }.compare(vectors)
}

impl Vector<'_> {
	pub(super) fn compare(&self, vectors: &[&[i64]]) -> Option<Outcome> {
		let fits = self.validate().is_ok()
			&& (1..=MAX_LABELS as usize).contains(&vectors.len())
			&& vectors.iter().all(|values| self.fits(values));
		fits.then(|| judge(&self.scale.iter().copied().map(Ruler::new).collect::<Vec<_>>(), vectors))
	}
}

fn judge(rulers: &[Ruler], vectors: &[&[i64]]) -> Outcome {
	let (consensus, losses) = losses(rulers, vectors);
	let guards = guards(rulers, vectors);
	let Sieve { cut, wash, eligible, outliers } =
		Sieve::new(&losses, (rulers.len() as u64) << (2 * Q), &guards, |guard| guard > FAR << Q);
	Outcome { consensus, losses, guards, wash, cut, eligible, outliers }
}

/// The medians of all, and how far each is from those of the others.
fn losses(rulers: &[Ruler], vectors: &[&[i64]]) -> (Vec<i64>, Vec<u64>) {
	let mut consensus = Vec::with_capacity(rulers.len());
	let mut losses = vec![0; vectors.len()];
	let mut column = Vec::with_capacity(vectors.len());
	for (coordinate, ruler) in rulers.iter().enumerate() {
		column.clear();
		column.extend(vectors.iter().map(|values| values[coordinate]));
		let medians = Medians::new(&mut column);
		consensus.push(medians.of_all);
		for (loss, values) in losses.iter_mut().zip(vectors) {
			let distance = ruler.distance(values[coordinate], medians.without(values[coordinate]));
			*loss += distance * distance;
		}
	}
	(consensus, losses)
}

/// The mean distances from the others, of each their lower median.
fn guards(rulers: &[Ruler], vectors: &[&[i64]]) -> Vec<u64> {
	/// 128 values of 64 labels are 64 KiB.
	const BLOCK: usize = 128;
	let distances = PairTable::sum(vectors, BLOCK, |start, left, right| {
		let pairs = left.iter().zip(right).zip(&rulers[start..]);
		pairs.map(|((left, right), ruler)| ruler.distance(*left, *right)).sum()
	});
	let mean = |(_, distance)| distance / rulers.len() as u64;
	(0..vectors.len()).map(|label| lower_median(distances.of(label).map(mean))).collect()
}

/// Measures distances in one coordinate without dividing by its scale each time.
struct Ruler {
	scale: u64,
	/// Largest difference that counts, [`CAP`] times the scale.
	cap: u64,
	/// `floor(2^60 / scale)`
	reciprocal: u64,
}

impl Ruler {
	/// Of a scale above 0.
	fn new(scale: u32) -> Self {
		let scale = u64::from(scale);
		Self { scale, cap: CAP * scale, reciprocal: (1 << 60) / scale }
	}

	/// `floor(min(|left - right|, cap) * 2^16 / scale)`.
	///
	/// With `d <= 8 scale < 2^35` and a reciprocal `r` that is less than 1 short of `2^60 / scale`, `d r <= 2^63`
	/// is less than `d` short of `2^60 d / scale`. So `d r / 2^44` is less than `2^-9` short of the quotient
	/// that is asked for, and its floor is that quotient's or one less, which the remainder tells.
	fn distance(&self, left: i64, right: i64) -> u64 {
		let difference = left.abs_diff(right).min(self.cap);
		let quotient = (difference * self.reciprocal) >> 44;
		let remainder = (difference << Q) - quotient * self.scale;
		quotient + u64::from(remainder >= self.scale)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_ruler_divides_exactly() {
		let scales = (0..32).flat_map(|bit| [-1i64, 0, 1].map(|near| (1i64 << bit) + near)).chain(1..2000);
		for scale in scales.chain([u32::MAX.into(), 3_000_000_019]).filter(|scale| *scale > 0) {
			let ruler = Ruler::new(scale as u32);
			let multiples = (0..=8).flat_map(|units| [-1, 0, 1].map(|near| units * scale + near));
			let parts = (1..100).flat_map(|part| [-1, 0, 1].map(|near| part * part * scale / 1250 + near));
			let sixteenths = (0..=80).map(|part| (part * 99991 * scale) >> Q);
			for difference in multiples.chain(parts).chain(sixteenths).chain([i64::MAX]).filter(|d| *d >= 0) {
				let exact = (u128::from(difference as u64).min(8 * scale as u128) << Q) / scale as u128;
				assert_eq!(u128::from(ruler.distance(difference, 0)), exact, "{difference} / {scale}");
				assert_eq!(u128::from(ruler.distance(-1, difference - 1)), exact, "{difference} / {scale}");
			}
		}
		assert_eq!(Ruler::new(1).distance(i64::MIN, i64::MAX), CAP << Q);
	}
}
