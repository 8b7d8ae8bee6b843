//! How people speak of boxes.

use super::{super::evidence::Evidence, split_box_score, Boxes};
use crate::{
	labels::kinds::words::{count, share, Numbers, Words},
	labels::label::defect::{Defect, Found},
	places::Duplicates,
};

impl Words for Boxes {
	fn task(&self) -> String {
		match self.items {
			1 => "1 box".into(),
			items => format!("{items} boxes"),
		}
	}

	fn form(&self) -> String {
		format!(
			"{} [x0, y0, x1, y1] with x0 < x1 and y0 < y1, as nested JSON arrays or .npy",
			count(self.items as usize, "row")
		)
	}

	fn says(&self, boxes: &[[u32; 4]]) -> String {
		format!("{} boxes", boxes.len())
	}

	fn numbers(&self, boxes: &[[u32; 4]]) -> Numbers {
		Numbers::Many(boxes.iter().map(|corners| Numbers::list(corners.iter().copied())).collect())
	}

	fn score(&self, score: i128) -> String {
		let (score, tie_break) = split_box_score(score);
		format!("{} ({})", share(score), share(tie_break))
	}

	fn parts(&self, score: i128) -> (i128, Option<u64>) {
		let (score, tie_break) = split_box_score(score);
		(score.into(), Some(tie_break))
	}

	fn usual_duplicates(&self) -> Duplicates {
		Duplicates::Share
	}

	fn element(&self) -> String {
		"a whole number of pixels from 0 to 4294967295".into()
	}

	fn remedy(&self, found: &Found<'_>) -> Option<&'static str> {
		match found {
			Found::Integer(value) if *value < 0 => Some("cut the box at the edge of the picture"),
			Found::Number(_) => Some("edges are whole numbers of pixels: round them"),
			Found::Integer(_) | Found::Null => None,
		}
	}

	fn instead_of_object(&self) -> String {
		format!("write {}; of COCO's `bbox` [x, y, width, height], that is [x, y, x + width, y + height]", self.form())
	}

	fn defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.find_defect(bytes)
	}

	fn evidence(&self, labels: &[&[[u32; 4]]], _: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(labels, label, most)
	}
}
