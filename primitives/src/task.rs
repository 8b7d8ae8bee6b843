//! What is asked of a label provider.

use crate::{MAX_CLASSES, MAX_ITEMS};
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A kind of question with its shape. Indices are part of the chain's encoding: 1 to 3 are kept for
/// vectors, masks and boxes.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Task {
	/// One class in `0..classes`, or no answer, for each of `items` items.
	#[codec(index = 0)]
	Classification {
		/// Number of items, 1 to [`MAX_ITEMS`].
		items: u32,
		/// Number of classes, 2 to [`MAX_CLASSES`].
		classes: u8,
	},
}

/// Why a task cannot be played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TaskError {
	/// `items` is not in `1..=MAX_ITEMS`.
	Items,
	/// `classes` is not in `2..=MAX_CLASSES`.
	Classes,
}

impl core::fmt::Display for TaskError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Items => write!(f, "items must be between 1 and {MAX_ITEMS}"),
			Self::Classes => write!(f, "classes must be between 2 and {MAX_CLASSES}"),
		}
	}
}

impl core::error::Error for TaskError {}

impl Task {
	/// Checks the task against the limits of the judgement.
	pub fn validate(&self) -> Result<(), TaskError> {
		match *self {
			Self::Classification { items, classes } => {
				if items == 0 || items > MAX_ITEMS {
					return Err(TaskError::Items);
				}
				if !(2..=MAX_CLASSES).contains(&classes) {
					return Err(TaskError::Classes);
				}
				Ok(())
			},
		}
	}
}
