//! Arrays of numbers, as multiples of a power of two.

use super::Vector;
#[cfg(feature = "std")]
use crate::labels::label::{defect::Defect, find::find};
use crate::{
	labels::label::{
		array::{read, Kept, Sheet},
		fixed_point::{of_float, of_integer, Decimal, DOUBLE, SINGLE},
		npy::{Array, DType},
	},
	BadReason,
};
use alloc::vec::Vec;

impl Vector<'_> {
	/// Reads an array of the shape `(coordinates,)` as values in units of `2^-fraction_bits`.
	pub(super) fn read_values(&self, bytes: &[u8]) -> Result<Vec<i64>, BadReason> {
		read(&[&[self.scale.len() as u32]], bytes, self.sheet()).map(|sheet| sheet.values.elements)
	}

	/// What is wrong with the bytes, if anything is.
	#[cfg(feature = "std")]
	pub(super) fn find_defect(&self, bytes: &[u8]) -> Option<Defect> {
		find(self, &[&[self.scale.len() as u32]], bytes, self.sheet())
	}

	fn sheet(&self) -> Values {
		Values { fraction_bits: self.fraction_bits, values: Kept::new(self.scale.len()) }
	}
}

struct Values {
	fraction_bits: u8,
	values: Kept<i64>,
}

impl Sheet for Values {
	fn take_integer(&mut self, value: i64) -> Option<()> {
		self.values.push(of_integer(value, self.fraction_bits)?);
		Some(())
	}

	fn take_decimal(&mut self, value: Decimal<'_>) -> Option<()> {
		self.values.push(value.fixed_point(self.fraction_bits)?);
		Some(())
	}

	fn take_npy(&mut self, array: &Array<'_>) -> Option<()> {
		let format = match array.dtype() {
			DType::Float(4) => SINGLE,
			DType::Float(_) => DOUBLE,
			_ => return array.integers()?.try_for_each(|value| self.take_integer(value)),
		};
		array.bits().try_for_each(|bits| {
			self.values.push(of_float(format, bits, self.fraction_bits)?);
			Some(())
		})
	}
}
