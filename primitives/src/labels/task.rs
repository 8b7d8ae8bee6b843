//! What is asked of a label provider.

use crate::{named::named, MAX_BOXES, MAX_CLASSES, MAX_FRACTION_BITS, MAX_ITEMS, MAX_VOXELS};
use bounded_collections::{BoundedVec, ConstU32};
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// For each coordinate, one unit of acceptable error, in units of `2^-fraction_bits` as the values.
pub type Scale = BoundedVec<u32, ConstU32<MAX_ITEMS>>;

/// A kind of question with its shape. Indices are part of the chain's encoding.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Deserialize, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Task {
	/// One class in `0..classes`, or no answer, for each of `items` items.
	#[codec(index = 0)]
	Classification {
		/// Number of items, 1 to [`MAX_ITEMS`].
		items: u32,
		/// Number of classes, 2 to [`MAX_CLASSES`].
		classes: u8,
	},
	/// One number for each coordinate, a multiple of `2^-fraction_bits`.
	#[codec(index = 1)]
	Vector {
		/// One unit of acceptable error for each of the 1 to [`MAX_ITEMS`] coordinates: above 0, and in
		/// units of `2^-fraction_bits`, so with 8 bits a scale of 128 is one half.
		scale: Scale,
		/// Binary digits behind the point, 0 to [`MAX_FRACTION_BITS`].
		#[serde(default)]
		fraction_bits: u8,
	},
	/// 0 or 1 for each pixel of an image or voxel of a volume, [`MAX_VOXELS`] at most.
	#[codec(index = 2)]
	Mask {
		/// Voxels along x, 1 or more.
		width: u32,
		/// Voxels along y, 1 or more.
		height: u32,
		/// Voxels along z, 1 or more; 1 for an image.
		#[serde(default = "one")]
		depth: u32,
	},
	/// One box for each of `items` items.
	#[codec(index = 3)]
	Boxes {
		/// Number of items, 1 to [`MAX_BOXES`].
		items: u32,
	},
}

named! {
	/// A kind of question. Each is a folder of [`kinds`](crate::labels::kinds).
	TaskKind {
		Classification = "classification": "One class, or no answer, for each item",
		Vector = "vector": "One number for each coordinate",
		Mask = "mask": "0 or 1 for each pixel or voxel",
		Boxes = "boxes": "One box for each item",
	}
}

impl Task {
	/// What kind of question it is.
	pub fn kind(&self) -> TaskKind {
		match self {
			Self::Classification { .. } => TaskKind::Classification,
			Self::Vector { .. } => TaskKind::Vector,
			Self::Mask { .. } => TaskKind::Mask,
			Self::Boxes { .. } => TaskKind::Boxes,
		}
	}
}

fn one() -> u32 {
	1
}

/// Why a task cannot be played.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TaskError {
	/// `items` of a classification is not in `1..=MAX_ITEMS`.
	Items,
	/// `classes` is not in `2..=MAX_CLASSES`.
	Classes,
	/// `scale` does not have 1 to `MAX_ITEMS` entries.
	Coordinates,
	/// An entry of `scale` is 0.
	Scale,
	/// `fraction_bits` is more than `MAX_FRACTION_BITS`.
	FractionBits,
	/// `width`, `height` or `depth` is 0, or their product is more than `MAX_VOXELS`.
	Voxels,
	/// `items` of boxes is not in `1..=MAX_BOXES`.
	Boxes,
}

impl core::fmt::Display for TaskError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Items => write!(f, "items must be between 1 and {MAX_ITEMS}"),
			Self::Classes => write!(f, "classes must be between 2 and {MAX_CLASSES}"),
			Self::Coordinates => write!(f, "scale must have between 1 and {MAX_ITEMS} entries"),
			Self::Scale => write!(f, "every entry of scale must be above 0"),
			Self::FractionBits => write!(f, "fraction_bits must be between 0 and {MAX_FRACTION_BITS}"),
			Self::Voxels => {
				write!(f, "width, height and depth must be above 0 and their product at most {MAX_VOXELS}")
			},
			Self::Boxes => write!(f, "items must be between 1 and {MAX_BOXES}"),
		}
	}
}

impl core::error::Error for TaskError {}

impl TaskError {
	/// Fails unless `holds`.
	pub(crate) fn unless(self, holds: bool) -> Result<(), Self> {
		if holds {
			Ok(())
		} else {
			Err(self)
		}
	}
}
