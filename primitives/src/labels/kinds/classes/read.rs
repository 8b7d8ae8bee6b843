//! Arrays of classes.

use super::NO_ANSWER;
#[cfg(feature = "std")]
use crate::labels::label::{defect::Defect, find::find};
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
		read(&[&[self.items]], bytes, self.sheet()).map(|sheet| sheet.answers.elements)
	}

	/// What is wrong with the bytes, if anything is.
	#[cfg(feature = "std")]
	pub(super) fn find_defect(&self, bytes: &[u8]) -> Option<Defect> {
		find(self, &[&[self.items]], bytes, self.sheet())
	}

	fn sheet(&self) -> Answers {
		Answers { classes: self.classes, answers: Kept::new(self.items as usize) }
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
