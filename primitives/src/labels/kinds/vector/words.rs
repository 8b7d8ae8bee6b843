//! How people speak of vectors.

use super::{super::evidence::Evidence, Vector};
use crate::{
	labels::kinds::words::{count, share, Numbers, Words},
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

	fn evidence(&self, vectors: &[&[i64]], _: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(vectors, label, most)
	}
}
