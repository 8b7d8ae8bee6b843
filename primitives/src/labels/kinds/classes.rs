//! Classifications: one class for each item.

mod judge;
mod read;

#[cfg(feature = "std")]
mod evidence;
#[cfg(feature = "std")]
mod words;

#[cfg(feature = "std")]
pub use evidence::{Evidence, Item};
pub use judge::{
	classify, gold_sheet, references, LabelSet, Outcome, MIN_GOLD, MIN_ITEMS_FOR_CHANCE, MIN_OTHERS, NO_ANSWER,
};

use super::{rows, Kind, Ranking};
use crate::{labels::label::writer::list, task::TaskError, BadReason, Summary, MAX_CLASSES, MAX_ITEMS};
use alloc::{format, string::String, vec::Vec};

/// The parameters of a [`Task::Classification`](crate::Task::Classification).
pub(crate) struct Classes {
	pub items: u32,
	pub classes: u8,
}

impl Kind for Classes {
	type Element = u8;

	fn wrap(sheet: Vec<u8>) -> Summary {
		Summary::Classes(sheet)
	}

	fn elements(summary: &Summary) -> Option<&[u8]> {
		match summary {
			Summary::Classes(sheet) => Some(sheet),
			_ => None,
		}
	}

	fn validate(&self) -> Result<(), TaskError> {
		TaskError::Items.unless((1..=MAX_ITEMS).contains(&self.items))?;
		TaskError::Classes.unless((2..=MAX_CLASSES).contains(&self.classes))
	}

	fn max_summary_bytes(&self) -> u32 {
		self.items
	}

	fn read(&self, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
		self.read_sheet(bytes)
	}

	/// One byte for each item, its class or [`NO_ANSWER`].
	fn fits(&self, sheet: &[u8]) -> bool {
		sheet.len() == self.items as usize && sheet.iter().all(|&class| class < self.classes || class == NO_ANSWER)
	}

	fn judge(&self, sheets: &[&[u8]], gold: Option<&[u8]>) -> Option<Ranking> {
		let Outcome { scores, losses, eligible, outliers, wash, gold_void, consensus, .. } =
			self.classify(sheets, gold)?;
		let (scores, losses) = (scores.into_iter().map(i128::from), losses.into_iter().map(u64::from));
		Some(Ranking {
			rows: rows(sheets, scores, losses, eligible, outliers),
			wash,
			gold_void,
			consensus: Summary::Classes(consensus),
		})
	}

	fn write(&self, sheet: &[u8]) -> Vec<u8> {
		list(sheet, |class| match *class {
			NO_ANSWER => String::from("null"),
			class => format!("{class}"),
		})
	}
}
