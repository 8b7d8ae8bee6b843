//! Why a label has its score: which of its answers counted, and against what.

use super::{boxes, classes, mask, vector};
use serde::Serialize;
use std::fmt;

/// Of a label, what is behind its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
	/// The entries that were asked for, and sums over all.
	#[serde(flatten)]
	pub shown: Shown,
	/// Entries that are not shown.
	pub more: usize,
}

/// What is shown of each kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shown {
	/// Items without a match, in order.
	Classification(classes::Evidence),
	/// Coordinates, the farthest off first.
	Vector(vector::Evidence),
	/// Voxels of the label and of the strict majority of the others.
	Mask(mask::Evidence),
	/// Items, the worst first.
	Boxes(boxes::Evidence),
}

impl fmt::Display for Shown {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Classification(evidence) => evidence.fmt(f),
			Self::Vector(evidence) => evidence.fmt(f),
			Self::Mask(evidence) => evidence.fmt(f),
			Self::Boxes(evidence) => evidence.fmt(f),
		}
	}
}

/// All labels but the one at `label`.
pub(super) fn others<'a, T: ?Sized>(labels: &'a [&'a T], label: usize) -> impl Iterator<Item = &'a T> {
	labels.iter().enumerate().filter(move |(other, _)| *other != label).map(|(_, other)| *other)
}

/// Drops all but the first `most`, and says how many those were.
pub(super) fn shorten<T>(list: &mut Vec<T>, most: usize) -> usize {
	let more = list.len().saturating_sub(most);
	list.truncate(most);
	more
}
