//! How people speak of vectors.

use super::{super::evidence::Evidence, Vector};
use crate::{
	labels::kinds::words::{count, share, Numbers, Words},
	labels::label::defect::{Defect, Found},
	places::Duplicates,
};

impl Words for Vector<'_> {
	fn task(&self) -> String {
		let numbers = count(self.scale.len(), "number");
		match self.fraction_bits {
			0 => numbers,
			bits => format!("{numbers} with {bits} fraction bits"),
		}
	}

	fn form(&self) -> String {
		format!("a JSON array of {} numbers, or the same as .npy", self.scale.len())
	}

	fn says(&self, values: &[i64]) -> String {
		format!("{} numbers", values.len())
	}

	/// In units of `2^-fraction_bits`.
	fn numbers(&self, values: &[i64]) -> Numbers {
		Numbers::list(values.iter().copied())
	}

	fn score(&self, score: i128) -> String {
		share(score)
	}

	fn usual_duplicates(&self) -> Duplicates {
		Duplicates::Collapse
	}

	fn element(&self) -> String {
		match self.fraction_bits {
			0 => "a number below 2^63".into(),
			bits => format!("a number below 2^{}", 63u8.saturating_sub(bits)),
		}
	}

	fn types(&self) -> &'static str {
		"f4 f8 u1 i1 b1 u2 i2 u4 i4 i8"
	}

	fn takes_floats(&self) -> bool {
		true
	}

	fn remedy(&self, found: &Found<'_>) -> Option<&'static str> {
		match found {
			Found::Null => Some("a vector has a number for each coordinate: write your best guess"),
			Found::Integer(_) => Some("are the units those that the task asks for?"),
			Found::Number(text) if text.contains(['N', 'i']) => Some("write a finite number"),
			Found::Number(_) => Some("are the units those that the task asks for?"),
		}
	}

	fn defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.find_defect(bytes)
	}

	fn evidence(&self, vectors: &[&[i64]], _: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(vectors, label, most)
	}
}
