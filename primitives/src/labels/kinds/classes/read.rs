//! Arrays of classes.

use super::NO_ANSWER;
use crate::{
	labels::label::{
		array::{read, Kept, Sheet},
		npy::{Array, DType},
	},
	BadReason,
};
use alloc::vec::Vec;

impl super::Classes {
	/// Reads an array of the shape `(items,)` as one byte for each item: its class or [`NO_ANSWER`].
	pub(super) fn read_sheet(&self, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
		let sheet = Answers { classes: self.classes, answers: Kept::new(self.items as usize) };
		read(&[&[self.items]], bytes, sheet).map(|sheet| sheet.answers.elements)
	}
}

struct Answers {
	classes: u8,
	answers: Kept<u8>,
}

impl Sheet for Answers {
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
