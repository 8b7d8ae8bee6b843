//! Masks: 0 or 1 for each pixel or voxel.

mod judge;
mod read;
mod write;

#[cfg(feature = "std")]
mod evidence;
#[cfg(feature = "std")]
mod words;

#[cfg(feature = "std")]
pub use evidence::Evidence;
pub use judge::{compare, Outcome, FAR, ONE};

use super::{rows, Kind, Ranking};
use crate::{task::TaskError, BadReason, Summary, MAX_VOXELS};
use alloc::vec::Vec;

/// The parameters of a [`Task::Mask`](crate::Task::Mask).
pub(crate) struct Mask {
	pub width: u32,
	pub height: u32,
	pub depth: u32,
}

impl Mask {
	/// Their number; saturates, which is more than any task has.
	fn voxels(&self) -> u32 {
		self.width.saturating_mul(self.height).saturating_mul(self.depth)
	}
}

impl Kind for Mask {
	type Element = u64;

	fn wrap(words: Vec<u64>) -> Summary {
		Summary::Mask(words)
	}

	fn elements(summary: &Summary) -> Option<&[u64]> {
		match summary {
			Summary::Mask(words) => Some(words),
			_ => None,
		}
	}

	fn validate(&self) -> Result<(), TaskError> {
		TaskError::Voxels.unless((1..=MAX_VOXELS).contains(&self.voxels()))
	}

	fn max_summary_bytes(&self) -> u32 {
		self.voxels().div_ceil(64).saturating_mul(8)
	}

	fn read(&self, bytes: &[u8]) -> Result<Vec<u64>, BadReason> {
		self.read_bits(bytes)
	}

	/// One bit for each voxel, and zeros above.
	fn fits(&self, words: &[u64]) -> bool {
		let voxels = self.voxels();
		let is_clean = match (words.last(), voxels % 64) {
			(Some(last), used @ 1..) => last.wrapping_shr(used) == 0,
			_ => true,
		};
		words.len() == voxels.div_ceil(64) as usize && is_clean
	}

	fn judge(&self, masks: &[&[u64]], _: Option<&[u8]>) -> Option<Ranking> {
		let Outcome { scores, losses, eligible, outliers, wash, consensus, .. } = self.compare(masks)?;
		Some(Ranking {
			rows: rows(masks, scores.into_iter().map(i128::from), losses, eligible, outliers),
			wash,
			gold_void: false,
			consensus: Summary::Mask(consensus),
		})
	}

	fn write(&self, words: &[u64]) -> Vec<u8> {
		self.write_npy(words)
	}
}
