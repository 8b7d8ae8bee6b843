//! The judgement of masks: overlap with the strict majority of the others.
//!
//! Overlaps are Dice coefficients in Q32: `2 |a and b| / (|a| + |b|)`, and 1 for two empty masks. [`compare`]
//! follows the integer reference `tests/reference/scoring.py` (`masks`) to the bit, 64 voxels at a time.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "the limits bound every value (see `Bounds` below), and every index is below the length it was made from"
)]

// Bounds, with n <= 2^6 labels and P <= 2^21 voxels:
//
//   voxels of a mask or in two masks      <= P                 = 2^21
//   2 |a and b| * 2^32                    <= 2^54              (u64)
//   overlap, score, loss                  <= 2^32
//   cut                                   <= 2^32 + 4.448 2^32 < 2^35      (u64; 4448 mad < 2^45)

use super::{super::Kind, Mask};
use crate::{
	labels::pairs::PairTable,
	labels::statistics::{lower_median, Sieve},
	Task, MAX_LABELS,
};
use alloc::{vec, vec::Vec};

/// Q32 of 1.
pub const ONE: u64 = 1 << 32;

/// Overlap with the others below which a label is far from them.
pub const FAR: u64 = ONE / 2;

/// All that [`compare`] finds. Lists have one entry for each label, in the order given, if not said
/// otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// The strict majority of all labels, packed as in [`Summary::Mask`](crate::Summary::Mask).
	pub consensus: Vec<u64>,
	/// Overlap with the strict majority of the others. That is empty without others.
	pub scores: Vec<u64>,
	/// 1 minus the score.
	pub losses: Vec<u64>,
	/// Lower median of the overlaps with each other label. 0 without others.
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

/// Judges 1 to [`MAX_LABELS`] masks. `None` when the task is not valid, when a mask is not of the task, or when
/// there are too many masks or none.
pub fn compare(task: &Task, masks: &[&[u64]]) -> Option<Outcome> {
	let Task::Mask { width, height, depth } = *task else { return None };
	Mask { width, height, depth }.compare(masks)
}

impl Mask {
	pub(super) fn compare(&self, masks: &[&[u64]]) -> Option<Outcome> {
		let fits = self.validate().is_ok()
			&& (1..=MAX_LABELS as usize).contains(&masks.len())
			&& masks.iter().all(|words| self.fits(words));
		fits.then(|| judge(masks))
	}
}

fn judge(masks: &[&[u64]]) -> Outcome {
	let sizes = masks.iter().map(|words| count(words.iter().copied())).collect::<Vec<_>>();
	let Majorities { consensus, sizes: others, common } = Majorities::of(masks);
	let scores = (0..masks.len()).map(|label| dice(common[label], sizes[label], others[label])).collect::<Vec<_>>();
	let losses = scores.iter().map(|score| ONE - score).collect::<Vec<_>>();
	let guards = guards(masks, &sizes);
	let Sieve { cut, wash, eligible, outliers } = Sieve::new(&losses, ONE / 20, &guards, |guard| guard < FAR);
	Outcome { consensus, scores, losses, guards, wash, cut, eligible, outliers }
}

/// The overlaps with the others, of each their lower median.
fn guards(masks: &[&[u64]], sizes: &[u64]) -> Vec<u64> {
	/// 64 words of 64 labels are 32 KiB.
	const BLOCK: usize = 64;
	let common =
		PairTable::sum(masks, BLOCK, |_, left, right| count(left.iter().zip(right).map(|(left, right)| left & right)));
	let overlap = |label: usize, (other, common)| dice(common, sizes[label], sizes[other]);
	(0..masks.len()).map(|label| lower_median(common.of(label).map(|pair| overlap(label, pair)))).collect()
}

/// Twice the voxels in both over the voxels in each.
fn dice(common: u64, left: u64, right: u64) -> u64 {
	(2 * common * ONE).checked_div(left + right).unwrap_or(ONE)
}

fn count(words: impl Iterator<Item = u64>) -> u64 {
	words.map(|word| u64::from(word.count_ones())).sum()
}

/// The strict majorities of all labels and of all but each.
pub(super) struct Majorities {
	pub consensus: Vec<u64>,
	/// For each label, the voxels of the majority of the others.
	sizes: Vec<u64>,
	/// For each label, the voxels that are also in it.
	common: Vec<u64>,
}

impl Majorities {
	/// Of S votes for a voxel, n labels have a majority if `2 S > n`; the others of a label, if `2 S > n - 1`
	/// where the label is 0, and if `2 (S - 1) > n - 1` where it is 1. So the labels differ in nothing but which
	/// of two majorities counts in each voxel.
	pub fn of(masks: &[&[u64]]) -> Self {
		/// 64 words of 64 labels are 32 KiB.
		const BLOCK: usize = 64;
		let (all, others) = (masks.len() / 2 + 1, (masks.len() - 1) / 2 + 1);
		let length = masks[0].len();
		let mut found =
			Self { consensus: Vec::with_capacity(length), sizes: vec![0; masks.len()], common: vec![0; masks.len()] };
		for start in (0..length).step_by(BLOCK) {
			let block = start..length.min(start + BLOCK);
			let mut votes = vec![Votes::default(); block.len()];
			for words in masks {
				votes.iter_mut().zip(&words[block.clone()]).for_each(|(votes, word)| votes.add(*word));
			}
			found.consensus.extend(votes.iter().map(|votes| votes.at_least(all)));
			let majorities = votes.iter().map(|votes| (votes.at_least(others), votes.at_least(others + 1)));
			let majorities = majorities.collect::<Vec<_>>();
			for ((words, size), common) in masks.iter().zip(&mut found.sizes).zip(&mut found.common) {
				let pairs = || words[block.clone()].iter().zip(&majorities);
				// The majority without a vote is in the one that can do without it.
				*size += count(pairs().map(|(word, (if_0, if_1))| if_1 | if_0 & !word));
				*common += count(pairs().map(|(word, (_, if_1))| if_1 & word));
			}
		}
		found
	}
}

/// Binary digits of a count up to [`MAX_LABELS`].
const DIGITS: usize = 7;

/// For each of 64 voxels, how many labels have it: 64 counters, of each digit a word.
#[derive(Clone, Default)]
struct Votes([u64; DIGITS]);

impl Votes {
	/// Counts the voxels of one label.
	fn add(&mut self, word: u64) {
		self.0.iter_mut().fold(word, |carry, digit| {
			let next = *digit & carry;
			*digit ^= carry;
			next
		});
	}

	/// The voxels that at least `threshold` labels have, which is below `2^7`.
	fn at_least(&self, threshold: usize) -> u64 {
		// From the lowest digit: more digits decide, where they differ.
		self.0.iter().enumerate().fold(!0, |at_least, (position, digit)| match threshold >> position & 1 {
			0 => at_least | digit,
			_ => at_least & digit,
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn votes_count_to_all_labels() {
		let mut votes = Votes::default();
		for label in 0..MAX_LABELS as usize {
			// Voxel v has min(v, 64) votes at the end.
			let word = (0..64).filter(|voxel| *voxel > label).fold(0, |word, voxel| word | 1u64 << voxel);
			votes.add(word);
		}
		for threshold in 0..=MAX_LABELS as usize {
			let expected = (0..64).filter(|voxel| *voxel >= threshold).fold(0, |word, voxel| word | 1u64 << voxel);
			assert_eq!(votes.at_least(threshold), expected, "{threshold}");
		}
		let mut votes = Votes::default();
		(0..MAX_LABELS).for_each(|_| votes.add(!0));
		assert_eq!([64, 65].map(|threshold| votes.at_least(threshold)), [!0, 0]);
	}
}
