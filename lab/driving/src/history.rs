//! What came of each lesson.

use learnware_primitives::training::curve::Ratio;

/// How many of the smallest amounts are one UNIT, as on the chain.
pub const UNIT: u128 = 1_000_000_000_000;

/// What came of all lessons, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
	/// Names of those who teach.
	pub contributors: Vec<String>,
	/// What each of them has before the first lesson, in the smallest amount.
	pub balance: u128,
	/// How far the driver came before the first lesson.
	pub distance: f64,
	/// What [`Entry::time`] counts, for the axis of the plot: "lesson", "block".
	pub time: String,
	/// The lessons.
	pub entries: Vec<Entry>,
}

/// What came of a lesson.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
	/// When it was settled; never less than that of the entry before.
	pub time: u32,
	/// Whose it was: an index of [`History::contributors`].
	pub contributor: usize,
	/// Score before it, on the part of the test set of its epoch.
	pub before: Ratio,
	/// Score after it on the same part, even if it was left out then.
	pub after: Ratio,
	/// Paid for it; charged if negative.
	pub paid: i128,
	/// How far the driver comes that goes on.
	pub distance: f64,
}

impl Entry {
	/// Whether the driver goes on with it: not if it made the driver worse.
	pub fn is_kept(&self) -> bool {
		share(self.after) >= share(self.before)
	}
}

impl History {
	/// What a contributor has after each lesson, in UNIT; before the first one, too.
	pub fn balances(&self, contributor: usize) -> Vec<f64> {
		let units = |amount: i128| amount as f64 / UNIT as f64;
		let mut balance = i128::try_from(self.balance).unwrap_or(i128::MAX);
		let after = self.entries.iter().map(|entry| {
			let paid = if entry.contributor == contributor { entry.paid } else { 0 };
			balance = balance.saturating_add(paid);
			units(balance)
		});
		let after: Vec<_> = after.collect();
		[units(i128::try_from(self.balance).unwrap_or(i128::MAX))].into_iter().chain(after).collect()
	}
}

/// As a part of 1.
pub(crate) fn share(score: Ratio) -> f64 {
	f64::from(score.numerator) / f64::from(score.denominator.max(1))
}
