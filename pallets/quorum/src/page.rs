//! Answers of bounded length.

use alloc::vec::Vec;

/// Most entries of one answer.
const MAX_PAGE: u32 = 256;

/// The first `limit` answers of `read`, and at most 256, over those of `numbers` that are at least `from`, in rising
/// order.
pub fn page<Number: Ord, Answer>(
	numbers: impl Iterator<Item = Number>,
	from: Number,
	limit: u32,
	read: impl Fn(Number) -> Option<Answer>,
) -> Vec<Answer> {
	let mut numbers: Vec<_> = numbers.filter(|number| *number >= from).collect();
	numbers.sort_unstable();
	numbers.into_iter().filter_map(read).take(limit.min(MAX_PAGE) as usize).collect()
}
