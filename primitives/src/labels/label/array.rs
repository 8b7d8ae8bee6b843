//! Arrays in either form, element by element.

use super::{
	fixed_point::Decimal,
	json::{Token, Tokens},
	npy::Array,
	shape::ShapeCheck,
	BadReason,
};
use alloc::vec::Vec;

/// Takes the elements of an array, in C order, and keeps what the task needs of them. An element that is no
/// answer to the task is `None`.
pub(in crate::labels) trait Sheet {
	fn take_integer(&mut self, value: i64) -> Option<()>;

	/// A number of JSON that is not an integer, or that no `i64` holds.
	fn take_decimal(&mut self, _: Decimal<'_>) -> Option<()> {
		None
	}

	fn take_null(&mut self) -> Option<()> {
		None
	}

	/// All of a `.npy`.
	fn take_npy(&mut self, array: &Array<'_>) -> Option<()> {
		array.integers()?.try_for_each(|value| self.take_integer(value))
	}
}

/// Fills the sheet with a label's array, which has one of the `shapes`.
pub(in crate::labels) fn read<S: Sheet>(shapes: &[&[u32]], bytes: &[u8], mut sheet: S) -> Result<S, BadReason> {
	let fits = match Array::sniff(bytes) {
		true => read_npy(shapes, bytes, &mut sheet),
		false => read_json(shapes, bytes, &mut sheet),
	};
	match fits {
		Some(true) => Ok(sheet),
		Some(false) => Err(BadReason::WrongShape),
		None => Err(BadReason::Malformed),
	}
}

/// Whether the shape fits, or `None` for what is malformed.
fn read_json(shapes: &[&[u32]], bytes: &[u8], sheet: &mut impl Sheet) -> Option<bool> {
	let mut checks = shapes.iter().map(|axes| ShapeCheck::new(axes)).collect::<Vec<_>>();
	for token in Tokens::new(bytes) {
		match token? {
			Token::Open => {
				checks.iter_mut().for_each(ShapeCheck::open);
				continue;
			},
			Token::Close => {
				checks.iter_mut().for_each(ShapeCheck::close);
				continue;
			},
			Token::Null => sheet.take_null()?,
			Token::Integer(value) => sheet.take_integer(value)?,
			Token::Decimal(value) => sheet.take_decimal(value)?,
		}
		checks.iter_mut().for_each(ShapeCheck::element);
	}
	Some(checks.iter().any(ShapeCheck::fits))
}

/// Whether the shape fits, or `None` for what is malformed.
fn read_npy(shapes: &[&[u32]], bytes: &[u8], sheet: &mut impl Sheet) -> Option<bool> {
	let array = Array::parse(bytes).ok()?;
	sheet.take_npy(&array)?;
	Some(shapes.iter().any(|axes| axes.iter().map(|axis| u64::from(*axis)).eq(array.shape().iter().copied())))
}

/// Keeps the first elements, as many as the task asks for; more are not of the shape, and dropped.
pub(in crate::labels) struct Kept<T> {
	limit: usize,
	pub elements: Vec<T>,
}

impl<T> Kept<T> {
	pub fn new(limit: usize) -> Self {
		Self { limit, elements: Vec::with_capacity(limit) }
	}

	pub fn push(&mut self, element: T) {
		if self.elements.len() < self.limit {
			self.elements.push(element);
		}
	}
}
