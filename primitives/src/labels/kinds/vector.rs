//! Vectors: one number for each coordinate.

mod judge;
mod read;

#[cfg(feature = "std")]
mod evidence;
#[cfg(feature = "std")]
mod words;

#[cfg(feature = "std")]
pub use evidence::{Coordinate, Evidence};
pub use judge::{compare, Outcome, CAP, FAR};

use super::{rows, Kind, Ranking};
use crate::{
	labels::label::writer::{decimal, list},
	task::TaskError,
	BadReason, Summary, MAX_FRACTION_BITS,
};
use alloc::vec::Vec;

/// The parameters of a [`Task::Vector`](crate::Task::Vector).
pub(crate) struct Vector<'a> {
	pub scale: &'a [u32],
	pub fraction_bits: u8,
}

impl Kind for Vector<'_> {
	type Element = i64;

	fn wrap(values: Vec<i64>) -> Summary {
		Summary::Vector(values)
	}

	fn elements(summary: &Summary) -> Option<&[i64]> {
		match summary {
			Summary::Vector(values) => Some(values),
			_ => None,
		}
	}

	fn validate(&self) -> Result<(), TaskError> {
		TaskError::Coordinates.unless(!self.scale.is_empty())?;
		TaskError::Scale.unless(self.scale.iter().all(|unit| *unit > 0))?;
		TaskError::FractionBits.unless(self.fraction_bits <= MAX_FRACTION_BITS)
	}

	fn max_summary_bytes(&self) -> u32 {
		(self.scale.len() as u32).saturating_mul(8)
	}

	fn read(&self, bytes: &[u8]) -> Result<Vec<i64>, BadReason> {
		self.read_values(bytes)
	}

	/// One value for each coordinate.
	fn fits(&self, values: &[i64]) -> bool {
		self.scale.len() == values.len()
	}

	fn judge(&self, vectors: &[&[i64]], _: Option<&[u8]>) -> Option<Ranking> {
		let Outcome { losses, eligible, outliers, wash, consensus, .. } = self.compare(vectors)?;
		let scores = losses.iter().map(|loss| i128::from(*loss).saturating_neg());
		Some(Ranking {
			rows: rows(vectors, scores, losses.iter().copied(), eligible, outliers),
			wash,
			gold_void: false,
			consensus: Summary::Vector(consensus),
		})
	}

	fn write(&self, values: &[i64]) -> Vec<u8> {
		list(values, |value| decimal(*value, self.fraction_bits))
	}
}
