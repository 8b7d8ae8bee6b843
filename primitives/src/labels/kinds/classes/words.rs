//! How people speak of classifications.

use super::{super::evidence::Evidence, Classes, NO_ANSWER};
use crate::{
	labels::kinds::words::{count, Numbers, Words},
	places::Duplicates,
};

impl Words for Classes {
	fn task(&self) -> String {
		format!("{}, {} classes", count(self.items as usize, "item"), self.classes)
	}

	fn form(&self) -> String {
		format!("a JSON array of {} class numbers or nulls, or the same as .npy", self.items)
	}

	fn says(&self, sheet: &[u8]) -> String {
		let answered = sheet.iter().filter(|class| **class != NO_ANSWER).count();
		format!("answers {answered} of {} items", sheet.len())
	}

	fn numbers(&self, sheet: &[u8]) -> Numbers {
		Numbers::list(sheet.iter().copied())
	}

	fn score(&self, score: i128) -> String {
		score.to_string()
	}

	fn loss(&self, loss: u64) -> String {
		loss.to_string()
	}

	fn usual_duplicates(&self) -> Duplicates {
		Duplicates::Share
	}

	fn evidence(&self, sheets: &[&[u8]], gold: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(sheets, gold, label, most)
	}
}
