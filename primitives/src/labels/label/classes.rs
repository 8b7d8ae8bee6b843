//! Arrays of classes.

use super::{
	array::{read, Kept, Sheet},
	npy::{Array, DType},
	BadReason,
};
use crate::classification::NO_ANSWER;
use alloc::vec::Vec;

/// Reads an array of the shape `(items,)` as one byte for each item: its class or [`NO_ANSWER`].
pub(super) fn condense(items: u32, classes: u8, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
	let sheet = Classes { classes, answers: Kept::new(items as usize) };
	read(&[&[items]], bytes, sheet).map(|sheet| sheet.answers.elements)
}

struct Classes {
	classes: u8,
	answers: Kept<u8>,
}

impl Sheet for Classes {
	fn take_integer(&mut self, value: i64) -> Option<()> {
		let class = u8::try_from(value).ok().filter(|class| *class < self.classes)?;
		self.answers.push(class);
		Some(())
	}

	fn take_null(&mut self) -> Option<()> {
		self.answers.push(NO_ANSWER);
		Some(())
	}

	fn take_npy(&mut self, array: &Array<'_>) -> Option<()> {
		let no_answer = match array.dtype() {
			DType::Unsigned(1) => Some(255),
			DType::Signed(_) => Some(-1),
			_ => None,
		};
		array.integers()?.try_for_each(|value| match Some(value) == no_answer {
			true => self.take_null(),
			false => self.take_integer(value),
		})
	}
}
