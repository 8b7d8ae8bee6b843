//! Sets of labels.

/// A set of labels, by their position below [`MAX_LABELS`](crate::MAX_LABELS).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct LabelSet(u64);

impl LabelSet {
	/// Whether `label` is in the set.
	pub fn contains(self, label: usize) -> bool {
		self.0 & bit(label) != 0
	}

	/// Number of labels in the set.
	pub fn len(self) -> u32 {
		self.0.count_ones()
	}

	/// Whether nothing is in the set.
	pub fn is_empty(self) -> bool {
		self.0 == 0
	}

	/// The labels in ascending order.
	pub fn iter(self) -> impl Iterator<Item = usize> {
		let mut rest = self.0;
		core::iter::from_fn(move || {
			let label = (rest != 0).then(|| rest.trailing_zeros() as usize);
			rest &= rest.wrapping_sub(1);
			label
		})
	}

	pub(super) fn insert(&mut self, label: usize) {
		self.0 |= bit(label);
	}

	pub(super) fn without(self, label: usize) -> Self {
		Self(self.0 & !bit(label))
	}

	pub(super) fn minus(self, other: Self) -> Self {
		Self(self.0 & !other.0)
	}

	pub(super) fn and(self, other: Self) -> Self {
		Self(self.0 & other.0)
	}
}

impl FromIterator<usize> for LabelSet {
	fn from_iter<I: IntoIterator<Item = usize>>(labels: I) -> Self {
		let mut set = Self::default();
		labels.into_iter().for_each(|label| set.insert(label));
		set
	}
}

/// No bit for a label that cannot be.
fn bit(label: usize) -> u64 {
	u32::try_from(label).ok().and_then(|label| 1u64.checked_shl(label)).unwrap_or(0)
}
