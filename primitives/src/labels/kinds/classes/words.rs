//! How people speak of classifications.

use super::{super::evidence::Evidence, Classes, NO_ANSWER};
use crate::{
	labels::kinds::words::{count, Numbers, Words},
	labels::label::defect::{Defect, Found},
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

	fn element(&self) -> String {
		format!("a class from 0 to {}, or null for no answer,", self.classes.saturating_sub(1))
	}

	fn remedy(&self, found: &Found<'_>) -> Option<&'static str> {
		match found {
			Found::Integer(value) if *value == i64::from(self.classes) => {
				Some("are your classes numbered from 1? they are numbered from 0: subtract 1 from each")
			},
			Found::Integer(-1) => Some("in JSON write null for no answer"),
			Found::Integer(65535) => Some("no answer is -1 in a signed type, or 255 in uint8"),
			_ => None,
		}
	}

	fn instead_of_nothing(&self) -> String {
		"write null for no answer".into()
	}

	fn instead_of_object(&self) -> String {
		format!("write {}; only gold may be an object", self.form())
	}

	fn defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.find_defect(bytes)
	}

	fn evidence(&self, sheets: &[&[u8]], gold: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(sheets, gold, label, most)
	}
}
