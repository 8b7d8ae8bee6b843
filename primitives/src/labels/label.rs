//! Labels as people and programs write them, and their bounded summaries.
//!
//! A label is one file with one array, as JSON (nested arrays, e.g. `[0, 1, null, 1]`) or as NumPy `.npy`.
//! The readers of both forms, `json` and `npy`, stream: they check all of the file and hold none of it.
//! What an element means and which shapes are taken is up to the [kind](super::kinds) of the task.

pub(super) mod array;
#[cfg(feature = "std")]
pub(super) mod defect;
#[cfg(feature = "std")]
pub(super) mod find;
pub(super) mod fixed_point;
pub(super) mod json;
mod marks;
pub(super) mod npy;
pub(super) mod shape;
pub(super) mod writer;

#[cfg(feature = "std")]
pub use defect::{Cause, Defect, Place};
pub use marks::{first_mark, line_and_column, Mark};
#[cfg(feature = "std")]
pub use npy::File as NpyFile;

use super::kinds;
use crate::{Task, MAX_LABEL_BYTES};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What is left of a label's bytes once they are checked against the task. Indices as in [`Task`].
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum Summary {
	/// One byte for each item: its class, or [`NO_ANSWER`](crate::classes::NO_ANSWER).
	#[codec(index = 0)]
	Classes(Vec<u8>),
	/// One value for each coordinate, in units of `2^-fraction_bits`.
	#[codec(index = 1)]
	Vector(Vec<i64>),
	/// One bit for each voxel: that of `(x, y, z)` is bit `p % 64` of word `p / 64`, counted from the lowest,
	/// with `p = (z * height + y) * width + x`. The bits of the last word that are left are 0.
	#[codec(index = 2)]
	Mask(Vec<u64>),
	/// One box `[x0, y0, x1, y1]` for each item, half open: `x0 < x1` and `y0 < y1`.
	#[codec(index = 3)]
	Boxes(Vec<[u32; 4]>),
}

/// Why a label cannot be judged.
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
pub enum BadReason {
	/// The bytes are neither JSON nor `.npy` of a kind that the task takes, or an element is not an answer
	/// to the task, or the location is not a file.
	#[codec(index = 0)]
	Malformed,
	/// An array, but not of the task's shape.
	#[codec(index = 1)]
	WrongShape,
	/// More bytes than [`MAX_LABEL_BYTES`].
	#[codec(index = 2)]
	TooLarge,
	/// No scorer of the quorum could fetch it in the whole score period.
	#[codec(index = 3)]
	Unavailable,
}

/// Parses one label's bytes for `task`. Total: any bytes give an answer.
///
/// If there are several reasons against a label, the first of these is given, whatever their order in the
/// file: [`TooLarge`](BadReason::TooLarge), [`Malformed`](BadReason::Malformed) for the form of the file or an
/// element anywhere in it, [`WrongShape`](BadReason::WrongShape), and `Malformed` for a box that is empty.
/// For a task that is not valid, everything is of the wrong shape.
///
/// # Integers
///
/// An integer is, in JSON, a number without fraction or exponent (`1.0` is none), and in `.npy`, an element
/// of dtype `|u1 |i1 |b1`, or `u2 i2 u4 i4 i8` with `<` or `>`. The bytes of `|b1` are 0 or 1.
///
/// # Classification
///
/// The shape is `(items,)`. An element is an integer in `0..classes` or "no answer": `null` in JSON; in
/// `.npy`, -1 in the signed types and 255 in `|u1`.
///
/// # Vector
///
/// The shape is `(coordinates,)`. An element is a number whose nearest multiple of `2^-fraction_bits` (the
/// even one of two that are as near) fits an `i64` in units of `2^-fraction_bits`: an integer, which counts
/// wholes and not units; in JSON, any number, as the decimal that it is, so that `0.1` is one tenth and not
/// a float near it; in `.npy`, a finite element of dtype `f4 f8` with `<` or `>`.
///
/// # Mask
///
/// The shape is `(depth, height, width)`, and for depth 1 also `(height, width)`. An element is the integer
/// 0 or 1.
///
/// # Boxes
///
/// The shape is `(items, 4)`, and for one item also `(4,)`. The elements of a row are the integers `x0, y0, x1,
/// y1` in `0..2^32` with `x0 < x1` and `y0 < y1`.
///
/// Any other element is [`Malformed`](BadReason::Malformed).
///
/// # JSON
///
/// Nothing but arrays, numbers and `null` as in RFC 8259, without a byte order mark: an object, a string
/// or a boolean is malformed, and so is a bare number. Nesting may be of any depth. A ragged array is of
/// the wrong shape.
///
/// # `.npy`
///
/// Version 1.0 or 2.0, C order (`'fortran_order': False`), with exactly the data that the header
/// announces. No more than 32 axes, as in NumPy 1.
pub fn condense(task: &Task, bytes: &[u8]) -> Result<Summary, BadReason> {
	if bytes.len() > MAX_LABEL_BYTES as usize {
		return Err(BadReason::TooLarge);
	}
	if task.validate().is_err() {
		return Err(BadReason::WrongShape);
	}
	kinds::read(task, bytes)
}

/// [`condense`], with what is wrong with a label that cannot be judged, and where.
#[cfg(feature = "std")]
pub fn read(task: &Task, bytes: &[u8]) -> Result<Summary, Box<Defect>> {
	condense(task, bytes).map_err(|reason| {
		Box::new(match reason {
			BadReason::TooLarge => Defect::too_large(bytes.len()),
			_ => kinds::words::defect(task, bytes).unwrap_or_else(|| Defect::unknown(reason)),
		})
	})
}
