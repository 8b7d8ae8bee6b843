//! What is wrong with a label file, where, and what to do about it.
//!
//! The chain keeps the [`BadReason`] only, and its code looks no further.

use super::{marks::line_and_column, BadReason};
use crate::MAX_LABEL_BYTES;
use serde::Serialize;
use std::fmt;

/// Why a file is no label of its task.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Defect {
	/// The verdict that the chain keeps.
	pub reason: BadReason,
	/// What kind of thing is wrong.
	pub cause: Cause,
	/// Where it is.
	#[serde(flatten)]
	pub place: Place,
	/// What is there.
	pub found: String,
	/// What should be there.
	pub expected: String,
	/// What to do about it.
	pub remedy: String,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
	/// More bytes than a label may have.
	TooLarge,
	/// It is of another format.
	Format,
	/// It has something that cannot be seen.
	Mark,
	/// It is not an array as JSON has it.
	Syntax,
	/// An element is no answer to the task.
	Value,
	/// It is not `.npy` as NumPy writes it.
	Header,
	/// Its elements are of another type.
	Type,
	/// Its elements are in column order.
	Order,
	/// It has more or less data than its header announces.
	Length,
	/// It has another shape.
	Shape,
	/// A box has no inside.
	EmptyBox,
	/// The task itself cannot be played.
	Task,
}

/// A place in a file, as far as it has one.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Place {
	/// Of the element, the number on each axis, outermost first and from 0.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub item: Vec<u64>,
	/// Line and column of a text, from 1.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub line: Option<(usize, usize)>,
}

impl fmt::Display for Place {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let item = self.item.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
		match (self.item.len(), self.line) {
			(0, None) => Ok(()),
			(0, Some((line, column))) => write!(f, "line {line}, column {column}: "),
			(1, None) => write!(f, "item {item}: "),
			(1, Some((line, column))) => write!(f, "item {item} (line {line}, column {column}): "),
			(_, None) => write!(f, "item ({item}): "),
			(_, Some((line, column))) => write!(f, "item ({item}) (line {line}, column {column}): "),
		}
	}
}

impl fmt::Display for Defect {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}{}", self.place, self.found)?;
		match self.expected.is_empty() {
			true => Ok(()),
			false => write!(f, ", where {} should be", self.expected),
		}
	}
}

impl Defect {
	pub(in crate::labels) fn new(reason: BadReason, cause: Cause, found: impl Into<String>) -> Self {
		let (expected, remedy) = Default::default();
		Self { reason, cause, place: Place::default(), found: found.into(), expected, remedy }
	}

	pub(super) fn malformed(cause: Cause, found: impl Into<String>) -> Self {
		Self::new(BadReason::Malformed, cause, found)
	}

	pub(super) fn at(mut self, bytes: &[u8], at: usize) -> Self {
		self.place.line = Some(line_and_column(bytes, at));
		self
	}

	pub(in crate::labels) fn item(mut self, item: Vec<u64>) -> Self {
		self.place.item = item;
		self
	}

	pub(in crate::labels) fn expected(mut self, expected: impl Into<String>) -> Self {
		self.expected = expected.into();
		self
	}

	pub(in crate::labels) fn remedy(mut self, remedy: impl Into<String>) -> Self {
		self.remedy = remedy.into();
		self
	}

	/// One of a task that cannot be played, for which no file is a label.
	pub(in crate::labels) fn unknown(reason: BadReason) -> Self {
		Self::new(reason, Cause::Task, "no label fits this task")
	}

	/// One of a file that has too many bytes.
	pub(in crate::labels) fn too_large(bytes: usize) -> Self {
		Self::new(BadReason::TooLarge, Cause::TooLarge, format!("{bytes} bytes"))
			.expected(format!("at most {MAX_LABEL_BYTES}"))
			.remedy("save it as .npy with one byte for each element")
	}
}

/// An element that is no answer.
pub(crate) enum Found<'a> {
	/// `null`
	Null,
	/// An integer.
	Integer(i64),
	/// Any other number, as it is written.
	Number(&'a str),
}
