//! Labels as people and programs write them, and their bounded summaries.
//!
//! A label is one file with one array, as JSON (nested arrays, e.g. `[0, 1, null, 1]`) or as NumPy `.npy`.
//! The readers of both forms, `json` and `npy`, stream: they check all of the file and hold none of it.
//! What an element means and which shape is asked is up to the task, see `classes`.

mod classes;
mod json;
mod npy;
mod shape;

use crate::{Task, MAX_LABEL_BYTES};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What is left of a label's bytes once they are checked against the task. Indices as in [`Task`].
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum Summary {
	/// One byte for each item: its class, or [`NO_ANSWER`](crate::classification::NO_ANSWER).
	#[codec(index = 0)]
	Classes(Vec<u8>),
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
/// file: [`TooLarge`](BadReason::TooLarge), [`Malformed`](BadReason::Malformed) anywhere in the file,
/// [`WrongShape`](BadReason::WrongShape). For a task that is not valid, everything is of the wrong shape.
///
/// # Classification
///
/// The shape is `(items,)`. An element is a class in `0..classes` or "no answer":
/// - in JSON, an integer without fraction or exponent (`1.0` is malformed), or `null`;
/// - in `.npy`, an element of dtype `|u1 |i1 |b1`, or `u2 i2 u4 i4 i8` with `<` or `>`; "no answer" is -1
///   in the signed types and 255 in `|u1`. `|b1` is 0 or 1.
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
	match *task {
		Task::Classification { items, classes } => classes::condense(items, classes, bytes).map(Summary::Classes),
	}
}
