//! Middle values, and what is far from them.

use crate::MIN_LABELS;
use alloc::vec::Vec;

/// The middle value, the lower of two; the default of none.
pub(crate) fn lower_median<T: Copy + Default + Ord>(values: impl Iterator<Item = T>) -> T {
	let mut values = values.collect::<Vec<_>>();
	let middle = values.len().saturating_sub(1) / 2;
	if values.is_empty() {
		return T::default();
	}
	*values.select_nth_unstable(middle).1
}

/// The loss above which a label may be an outlier: 4.448 times the median absolute deviation (three standard
/// deviations of a normal distribution) above the median, but at least `floor` above it. For losses below
/// `2^51`; no task has higher ones.
pub(crate) fn outlier_cut(losses: &[u64], floor: u64) -> u64 {
	let median = lower_median(losses.iter().copied());
	let deviation = lower_median(losses.iter().map(|loss| loss.abs_diff(median)));
	median.saturating_add((deviation.saturating_mul(4448) / 1000).max(floor))
}

/// What vectors, masks and boxes do with losses and guards. The guard of a label tells how far it is from the
/// others, so that a label is not an outlier only because the others are very close to each other.
pub(crate) struct Sieve {
	/// See [`outlier_cut`].
	pub cut: u64,
	/// Too few labels, or the lower median of the guards is far.
	pub wash: bool,
	/// May take a paid place.
	pub eligible: Vec<bool>,
	/// So far off that its collateral is slashed.
	pub outliers: Vec<bool>,
}

impl Sieve {
	/// One loss and one guard for each label.
	pub fn new(losses: &[u64], floor: u64, guards: &[u64], is_far: impl Fn(u64) -> bool) -> Self {
		let cut = outlier_cut(losses, floor);
		let wash = losses.len() < MIN_LABELS as usize || is_far(lower_median(guards.iter().copied()));
		let is_outlier = |(loss, guard): (&u64, &u64)| !wash && *loss > cut && is_far(*guard);
		let outliers = losses.iter().zip(guards).map(is_outlier).collect::<Vec<_>>();
		Self { cut, wash, eligible: outliers.iter().map(|outlier| !wash && !outlier).collect(), outliers }
	}
}

/// Lower medians with and without one of the values.
pub(crate) struct Medians<T> {
	pub of_all: T,
	/// The middle of all but one value is here if the one is above this, and else the next.
	below: T,
	next: T,
}

#[allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "there is a value, and every index is at most that of the last"
)]
impl<T: Copy + Ord> Medians<T> {
	/// Of 1 or more values. A single one stays the median when it is taken away.
	pub fn new(values: &mut [T]) -> Self {
		values.sort_unstable();
		let last = values.len() - 1;
		let of_others = last.saturating_sub(1) / 2;
		Self { of_all: values[last / 2], below: values[of_others], next: values[last.min(of_others + 1)] }
	}

	/// That of all values but `value`, which is one of them.
	pub fn without(&self, value: T) -> T {
		if value > self.below {
			self.below
		} else {
			self.next
		}
	}
}
