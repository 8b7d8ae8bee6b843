//! Arrays of zeros and ones.

use super::Mask;
#[cfg(feature = "std")]
use crate::labels::label::{defect::Defect, find::find};
use crate::{
	labels::label::{
		array::{read, Sheet},
		npy::Array,
	},
	BadReason,
};
use alloc::vec::Vec;

impl Mask {
	/// Reads an array of the shape `(depth, height, width)`, or `(height, width)` for depth 1, as bits.
	pub(super) fn read_bits(&self, bytes: &[u8]) -> Result<Vec<u64>, BadReason> {
		self.with_shapes(|shapes| read(shapes, bytes, self.sheet())).map(Bits::into_words)
	}

	/// What is wrong with the bytes, if anything is.
	#[cfg(feature = "std")]
	pub(super) fn find_defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.with_shapes(|shapes| find(self, shapes, bytes, self.sheet()))
	}

	fn sheet(&self) -> Bits {
		Bits::new(self.voxels() as usize)
	}

	fn with_shapes<T>(&self, work: impl FnOnce(&[&[u32]]) -> T) -> T {
		let Self { width, height, depth } = *self;
		let flat: &[u32] = &[height, width];
		let deep: &[u32] = &[depth, height, width];
		match depth {
			1 => work(&[flat, deep]),
			_ => work(&[deep]),
		}
	}
}

/// The first bits, packed; more are not of the shape, and dropped.
struct Bits {
	/// Number of words that are kept.
	limit: usize,
	words: Vec<u64>,
	/// The word that is not full yet, and the bits in it.
	last: u64,
	filled: u32,
}

impl Bits {
	fn new(bits: usize) -> Self {
		let limit = bits.div_ceil(64);
		Self { limit, words: Vec::with_capacity(limit), last: 0, filled: 0 }
	}

	/// Appends the `count` low bits, which divides 64 as do all counts before; the higher ones are 0.
	fn push(&mut self, bits: u64, count: u32) {
		self.last |= bits.wrapping_shl(self.filled);
		self.filled = self.filled.wrapping_add(count);
		if self.filled >= 64 {
			self.flush();
		}
	}

	fn flush(&mut self) {
		if self.words.len() < self.limit {
			self.words.push(self.last);
		}
		self.last = 0;
		self.filled = 0;
	}

	fn into_words(mut self) -> Vec<u64> {
		if self.filled > 0 {
			self.flush();
		}
		self.words
	}
}

impl Sheet for Bits {
	fn take_integer(&mut self, value: i64) -> Option<()> {
		let bit = u64::try_from(value).ok().filter(|bit| *bit <= 1)?;
		self.push(bit, 1);
		Some(())
	}

	fn take_npy(&mut self, array: &Array<'_>) -> Option<()> {
		let Some(bytes) = array.bytes() else {
			return array.integers()?.try_for_each(|value| self.take_integer(value));
		};
		let (eights, rest) = bytes.as_chunks::<8>();
		for eight in eights {
			self.push(pack(*eight)?, 8);
		}
		rest.iter().try_for_each(|byte| self.take_integer((*byte).into()))
	}
}

/// Eight bytes of 0 or 1 as eight bits, the first one lowest.
fn pack(bytes: [u8; 8]) -> Option<u64> {
	// Bit 8 i of the word moves to 56 + i, as 8 i + (56 - 7 i). Of the other products i with j, at
	// 56 + 8 i - 7 j, no two are at one place, so nothing is carried.
	const GATHER: u64 = 0x0102_0408_1020_4080;
	let word = u64::from_le_bytes(bytes);
	(word & !0x0101_0101_0101_0101 == 0).then(|| word.wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn packs_all_bytes() {
		for bits in 0..=255u64 {
			let bytes = core::array::from_fn(|bit| (bits >> bit & 1) as u8);
			assert_eq!(pack(bytes), Some(bits));
			for bit in 0..8 {
				let mut other = bytes;
				other[bit] = 2 + (bits % 254) as u8;
				assert_eq!(pack(other), None);
			}
		}
	}
}
