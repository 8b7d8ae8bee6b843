//! Boxes: one for each item.

mod judge;
mod read;

#[cfg(feature = "std")]
mod evidence;
#[cfg(feature = "std")]
mod words;

#[cfg(feature = "std")]
pub use evidence::{BoxItem, Evidence};
pub use judge::{compare, is_box, split_box_score, Outcome, FAR, ONE};

use super::{rows, Kind, Ranking};
use crate::{labels::label::writer::list, task::TaskError, BadReason, Summary, MAX_BOXES};
use alloc::{format, vec::Vec};

/// The parameters of a [`Task::Boxes`](crate::Task::Boxes).
pub(crate) struct Boxes {
	pub items: u32,
}

impl Kind for Boxes {
	type Element = [u32; 4];

	fn wrap(boxes: Vec<[u32; 4]>) -> Summary {
		Summary::Boxes(boxes)
	}

	fn elements(summary: &Summary) -> Option<&[[u32; 4]]> {
		match summary {
			Summary::Boxes(boxes) => Some(boxes),
			_ => None,
		}
	}

	fn validate(&self) -> Result<(), TaskError> {
		TaskError::Boxes.unless((1..=MAX_BOXES).contains(&self.items))
	}

	fn max_summary_bytes(&self) -> u32 {
		self.items.saturating_mul(16)
	}

	fn read(&self, bytes: &[u8]) -> Result<Vec<[u32; 4]>, BadReason> {
		self.read_boxes(bytes)
	}

	/// One box for each item, all of which have an inside.
	fn fits(&self, boxes: &[[u32; 4]]) -> bool {
		boxes.len() == self.items as usize && boxes.iter().all(is_box)
	}

	fn judge(&self, labels: &[&[[u32; 4]]], _: Option<&[u8]>) -> Option<Ranking> {
		let Outcome { scores, tie_breaks, losses, eligible, outliers, wash, consensus, .. } = self.compare(labels)?;
		let scores = scores.iter().zip(&tie_breaks).map(|(score, tie_break)| judge::join_box_score(*score, *tie_break));
		Some(Ranking {
			rows: rows(labels, scores, losses, eligible, outliers),
			wash,
			gold_void: false,
			consensus: Summary::Boxes(consensus),
		})
	}

	fn write(&self, boxes: &[[u32; 4]]) -> Vec<u8> {
		list(boxes, |[x0, y0, x1, y1]| format!("[{x0},{y0},{x1},{y1}]"))
	}
}
