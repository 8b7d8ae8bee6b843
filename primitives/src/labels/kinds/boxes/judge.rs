//! The judgement of boxes: overlap with each of the others.
//!
//! Overlaps are intersections over unions in Q32. Each item is judged as the integer reference
//! `tests/reference/scoring.py` (`boxes`) does; a label's score, tie-break and loss are the means over its items,
//! rounded down. [`compare`] follows that to the bit.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "the limits bound every value (see `Bounds` below), and every index is below the length it was made from"
)]

// Bounds, with T <= 2^10 items and coordinates below 2^32:
//
//   area, intersection                    < 2^64              (u64)
//   union                                 < 2^65              (u128)
//   overlap, score, tie-break, loss       <= 2^32; their sums over the items <= 2^42
//   cut                                   <= 2^32 + 4.448 2^32 < 2^35      (u64; 4448 mad < 2^45)

use super::{super::Kind, Boxes};
use crate::{
	labels::pairs::PairTable,
	labels::statistics::{lower_median, Medians, Sieve},
	Task, MAX_LABELS,
};
use alloc::{vec, vec::Vec};

pub use super::super::mask::ONE;

/// Score below which a label is far from the others.
pub const FAR: u64 = ONE / 2;

/// Bits for the tie-break in the score of a [`Verdict`](crate::Verdict).
const TIE_BREAK_BITS: u32 = 33;

/// All that [`compare`] finds. Lists have one entry for each label, in the order given, if not said
/// otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// One box for each item, of the lower medians of all labels.
	pub consensus: Vec<[u32; 4]>,
	/// Mean over the items of the lower median of the overlaps with each other label. 0 without others.
	pub scores: Vec<u64>,
	/// Mean over the items of the overlap with the box of the lower medians of the others. 1 without others.
	pub tie_breaks: Vec<u64>,
	/// Mean over the items of what the score lacks of 1.
	pub losses: Vec<u64>,
	/// The labels are far from each other, or too few.
	pub wash: bool,
	/// Loss above which a label is an outlier, if it is far from the others.
	pub cut: u64,
	/// May take a paid place.
	pub eligible: Vec<bool>,
	/// So far off that its collateral is slashed.
	pub outliers: Vec<bool>,
}

/// Whether it has an inside: `[x0, y0, x1, y1]` with `x0 < x1` and `y0 < y1`.
pub fn is_box(&[x0, y0, x1, y1]: &[u32; 4]) -> bool {
	x0 < x1 && y0 < y1
}

/// The score and the tie-break of a label, in Q32, that its [`Verdict`](crate::Verdict) has as one score.
pub fn split_box_score(score: i128) -> (u64, u64) {
	let tie_break = score & ((1 << TIE_BREAK_BITS) - 1);
	((score >> TIE_BREAK_BITS) as u64, tie_break as u64)
}

/// The inverse of [`split_box_score`].
pub(crate) fn join_box_score(score: u64, tie_break: u64) -> i128 {
	(i128::from(score) << TIE_BREAK_BITS) + i128::from(tie_break)
}

/// Judges 1 to [`MAX_LABELS`] labels of boxes. `None` when the task is not valid, when a label is not of the
/// task, or when there are too many labels or none.
pub fn compare(task: &Task, labels: &[&[[u32; 4]]]) -> Option<Outcome> {
	let Task::Boxes { items } = *task else { return None };
	Boxes { items }.compare(labels)
}

impl Boxes {
	pub(super) fn compare(&self, labels: &[&[[u32; 4]]]) -> Option<Outcome> {
		let fits = self.validate().is_ok()
			&& (1..=MAX_LABELS as usize).contains(&labels.len())
			&& labels.iter().all(|boxes| self.fits(boxes));
		fits.then(|| judge(labels))
	}
}

fn judge(labels: &[&[[u32; 4]]]) -> Outcome {
	let items = labels[0].len();
	let mut consensus = Vec::with_capacity(items);
	let mut sums = vec![Sums::default(); labels.len()];
	for item in 0..items {
		let boxes = labels.iter().map(|boxes| boxes[item]).collect::<Vec<_>>();
		consensus.push(judge_item(&boxes, &mut sums));
	}
	let mean = |sum: fn(&Sums) -> u64| sums.iter().map(|sums| sum(sums) / items as u64).collect::<Vec<_>>();
	let (scores, tie_breaks, losses) = (mean(|sums| sums.score), mean(|sums| sums.tie_break), mean(|sums| sums.loss));
	let Sieve { cut, wash, eligible, outliers } = Sieve::new(&losses, ONE / 20, &scores, |score| score < FAR);
	Outcome { consensus, scores, tie_breaks, losses, wash, cut, eligible, outliers }
}

/// What a label has in all items so far.
#[derive(Clone, Default)]
struct Sums {
	score: u64,
	tie_break: u64,
	loss: u64,
}

/// Adds to the sums of each label what its box has, and gives the consensus.
fn judge_item(boxes: &[[u32; 4]], sums: &mut [Sums]) -> [u32; 4] {
	let edges =
		core::array::from_fn(|edge| Medians::new(&mut boxes.iter().map(|corners| corners[edge]).collect::<Vec<_>>()));
	let overlaps = PairTable::measure(boxes.len(), |i, j| overlap(&boxes[i], &boxes[j]));
	for (label, (own, sums)) in boxes.iter().zip(sums).enumerate() {
		let score = lower_median(overlaps.of(label).map(|(_, overlap)| overlap));
		let others = core::array::from_fn(|edge| edges[edge].without(own[edge]));
		sums.score += score;
		sums.tie_break += overlap(own, &others);
		sums.loss += ONE - score;
	}
	edges.map(|medians: Medians<u32>| medians.of_all)
}

/// Intersection over union. The lower medians of boxes are a box as well: as many of their `x1` as are up to
/// the median have their `x0` below it.
fn overlap(left: &[u32; 4], right: &[u32; 4]) -> u64 {
	let side = |from: u32, to: u32| u64::from(to.saturating_sub(from));
	let area = |[x0, y0, x1, y1]: [u32; 4]| side(x0, x1) * side(y0, y1);
	let common = area([left[0].max(right[0]), left[1].max(right[1]), left[2].min(right[2]), left[3].min(right[3])]);
	if common == 0 {
		return 0;
	}
	let union = u128::from(area(*left)) + u128::from(area(*right)) - u128::from(common);
	quotient(common, union)
}

/// `floor(part * 2^32 / whole)` for `0 < part <= whole < 2^65`, without dividing 128 bits.
///
/// A `whole` of more than 32 bits is shifted down to 32 bits, `w`, and `part` with it, to `p <= w`. Then
/// `p / (w + 1)` is at most `part / whole`, which is below `(p + 1) / w`, and these two are less than
/// `2 / w <= 2^-30` apart. So the estimate is less than 4 below, and rounded down at most 4 below the quotient;
/// the rest is below `5 whole < 2^68`.
fn quotient(part: u64, whole: u128) -> u64 {
	if let Ok(whole) = u32::try_from(whole) {
		return (part << 32) / u64::from(whole);
	}
	let shift = 96 - whole.leading_zeros();
	let estimate = ((part >> shift) << 32) / ((whole >> shift) as u64 + 1);
	let mut quotient = estimate;
	let mut rest = (u128::from(part) << 32) - u128::from(estimate) * whole;
	while rest >= whole {
		rest -= whole;
		quotient += 1;
	}
	quotient
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_quotient_is_exact() {
		let near = |bit: u32| [-2i128, -1, 0, 1, 2].map(|near| (1i128 << bit) + near);
		let mut wholes =
			(0..65).flat_map(near).chain([12345678901, (1 << 65) - 1, (1 << 64) + 99999999999]).collect::<Vec<_>>();
		wholes.extend((33..65).map(|bit| (0xdead_beef_cafe_f00d_u64 >> (64 - bit)) as i128));
		for whole in wholes.into_iter().filter(|whole| (1..1 << 65).contains(whole)) {
			let parts =
				(0..64).flat_map(near).chain((0..=256).map(|part| whole * part / 256)).chain([whole - 1, whole]);
			for part in parts.filter(|part| *part > 0 && *part <= whole && *part < 1 << 64) {
				let exact = (part << 32) / whole;
				assert_eq!(i128::from(quotient(part as u64, whole as u128)), exact, "{part} / {whole}");
			}
		}
	}

	#[test]
	fn a_score_has_its_parts_in_order() {
		for (score, tie_break) in [(0, 0), (0, ONE), (1, 0), (ONE, ONE), (ONE / 3, ONE / 7)] {
			assert_eq!(split_box_score(join_box_score(score, tie_break)), (score, tie_break));
		}
		assert!(join_box_score(1, 0) > join_box_score(0, ONE));
	}
}
