//! A number for each pair of labels.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "labels are few, so positions in the triangle are small, and only pairs of labels are asked for"
)]

use alloc::{vec, vec::Vec};

/// A number for each pair of different labels, the same in both orders.
pub(crate) struct PairTable {
	labels: usize,
	/// Those of 1 with 0, 2 with 0 and 1, and so on.
	triangle: Vec<u64>,
}

impl PairTable {
	pub fn measure(labels: usize, value: impl Fn(usize, usize) -> u64) -> Self {
		let triangle = (0..labels).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| value(i, j)).collect();
		Self { labels, triangle }
	}

	/// Sums of what `part` finds in each block of the labels, which are all of one length. It is given the block's
	/// start and both labels' parts. Block after block, so that the blocks of all labels stay in the
	/// processor's nearest cache.
	pub fn sum<T>(labels: &[&[T]], block: usize, part: impl Fn(usize, &[T], &[T]) -> u64) -> Self {
		let mut triangle = vec![0; labels.len() * labels.len().saturating_sub(1) / 2];
		let length = labels.first().map_or(0, |label| label.len());
		for start in (0..length).step_by(block) {
			let parts = labels.iter().map(|label| &label[start..length.min(start + block)]).collect::<Vec<_>>();
			let mut sums = triangle.iter_mut();
			for (i, left) in parts.iter().enumerate() {
				for (right, sum) in parts[..i].iter().zip(&mut sums) {
					*sum += part(start, left, right);
				}
			}
		}
		Self { labels: labels.len(), triangle }
	}

	/// The number of each other label with `label`.
	pub fn of(&self, label: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
		let at = |i: usize, j: usize| self.triangle[i * (i - 1) / 2 + j];
		(0..self.labels)
			.filter(move |&other| other != label)
			.map(move |other| (other, at(label.max(other), label.min(other))))
	}
}
