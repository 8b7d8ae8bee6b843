//! How often two labels agree, and how often chance would make them agree.

use super::{dot, NO_ANSWER};
use alloc::vec::Vec;

/// Bits of a class below [`MAX_CLASSES`](crate::MAX_CLASSES).
const CLASS_BITS: usize = 6;

/// Sums over the items for each pair of labels. Both are symmetrical.
pub(super) struct Pairs {
	/// Items with the same answer.
	pub agreements: Vec<Vec<u32>>,
	/// Items times the agreements that the class counts make by chance.
	pub by_chance: Vec<Vec<u64>>,
}

impl Pairs {
	pub fn measure(sheets: &[&[u8]], class_counts: &[Vec<u64>]) -> Self {
		let strips =
			sheets.iter().map(|sheet| sheet.chunks(64).map(Strip::new).collect::<Vec<_>>()).collect::<Vec<_>>();
		Self {
			agreements: symmetrical(sheets.len(), |i, j| agreements(&strips[i], &strips[j])),
			by_chance: symmetrical(sheets.len(), |i, j| dot(&class_counts[i], &class_counts[j])),
		}
	}

	/// Items times agreements, minus those by chance.
	pub fn beyond_chance(&self, items: usize, i: usize, j: usize) -> i64 {
		items as i64 * i64::from(self.agreements[i][j]) - self.by_chance[i][j] as i64
	}
}

/// 64 items of a label as bit planes, so that 64 answers are compared in a few operations.
#[derive(Default)]
struct Strip {
	answered: u64,
	class: [u64; CLASS_BITS],
}

impl Strip {
	fn new(answers: &[u8]) -> Self {
		let mut strip = Self::default();
		for (item, &class) in answers.iter().enumerate().filter(|(_, &class)| class != NO_ANSWER) {
			strip.answered |= 1 << item;
			for (bit, plane) in strip.class.iter_mut().enumerate() {
				*plane |= u64::from(class >> bit & 1) << item;
			}
		}
		strip
	}

	fn agreements(&self, other: &Self) -> u32 {
		let differ = self.class.iter().zip(&other.class).fold(0, |differ, (left, right)| differ | (left ^ right));
		(self.answered & other.answered & !differ).count_ones()
	}
}

fn agreements(left: &[Strip], right: &[Strip]) -> u32 {
	left.iter().zip(right).map(|(left, right)| left.agreements(right)).sum()
}

/// The square of `value(i, j)`, computed for `j <= i` only.
fn symmetrical<T: Copy>(size: usize, value: impl Fn(usize, usize) -> T) -> Vec<Vec<T>> {
	let triangle = (0..size).map(|i| (0..=i).map(|j| value(i, j)).collect::<Vec<_>>()).collect::<Vec<_>>();
	(0..size).map(|i| (0..size).map(|j| triangle[i.max(j)][i.min(j)]).collect()).collect()
}
