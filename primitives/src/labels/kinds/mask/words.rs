//! How people speak of masks.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "this is not in the runtime, and the limits of tasks bound every number"
)]

use super::{super::evidence::Evidence, Mask};
use crate::{
	labels::kinds::words::{share, Numbers, Words},
	labels::label::defect::{Defect, Found},
	places::Duplicates,
};

impl Words for Mask {
	fn task(&self) -> String {
		match *self {
			Self { width, height, depth: 1 } => format!("mask of {width} x {height} pixels"),
			Self { width, height, depth } => format!("mask of {width} x {height} x {depth} voxels"),
		}
	}

	fn form(&self) -> String {
		match *self {
			Self { width, height, depth: 1 } => {
				format!("{height} rows of {width} numbers 0 or 1, as nested JSON arrays or .npy")
			},
			Self { width, height, depth } => {
				format!("{depth} slices of {height} rows of {width} numbers 0 or 1, as nested JSON arrays or .npy")
			},
		}
	}

	fn says(&self, words: &[u64]) -> String {
		let marked = words.iter().map(|word| word.count_ones()).sum::<u32>();
		format!("marks {marked} places of a {}", Words::task(self))
	}

	/// Rows of an image, slices of rows of a volume.
	fn numbers(&self, words: &[u64]) -> Numbers {
		let voxel = |position: usize| words.get(position / 64).map_or(0, |word| word >> (position % 64) & 1) as u32;
		let (width, height) = (self.width as usize, self.height as usize);
		let row = |row: usize| Numbers::list((0..width).map(|column| voxel(row * width + column)));
		let slice = |slice: usize| Numbers::Many((slice * height..(slice + 1) * height).map(row).collect());
		match self.depth {
			1 => slice(0),
			_ => Numbers::Many((0..self.depth as usize).map(slice).collect()),
		}
	}

	fn score(&self, score: i128) -> String {
		share(score)
	}

	fn usual_duplicates(&self) -> Duplicates {
		Duplicates::Collapse
	}

	fn element(&self) -> String {
		"0 or 1".into()
	}

	fn remedy(&self, found: &Found<'_>) -> Option<&'static str> {
		match found {
			Found::Integer(255) => Some("write 1 where it is 255: `(mask > 0).astype('uint8')`"),
			Found::Integer(_) => Some("write 1 for what is marked, and 0 for all else: `(mask > 0).astype('uint8')`"),
			Found::Null => Some("write 0 where nothing is marked"),
			Found::Number(_) => None,
		}
	}

	fn instead_of_object(&self) -> String {
		format!("is it run-length encoded? decode it (`pycocotools.mask.decode`), and write {}", self.form())
	}

	fn defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.find_defect(bytes)
	}

	fn evidence(&self, masks: &[&[u64]], _: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
		self.compared(masks, label, most)
	}
}
