//! Numbers without a pattern, the same in every run.

/// Knuth's 64-bit linear congruential generator, of which the upper half is used.
pub(crate) struct Random(u64);

impl Random {
	pub fn new(seed: u64) -> Self {
		Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1405_7b7e_f767_814f)
	}

	fn next(&mut self) -> u32 {
		self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
		(self.0 >> 32) as u32
	}

	/// Less than `bound`.
	pub fn below(&mut self, bound: usize) -> usize {
		((u64::from(self.next()) * bound as u64) >> 32) as usize
	}

	/// From `-most` to `most`.
	pub fn around(&mut self, most: usize) -> isize {
		self.below(2 * most + 1) as isize - most as isize
	}

	/// Between -1 and 1.
	pub fn weight(&mut self) -> f32 {
		self.next() as i32 as f32 / 2_147_483_648.0
	}
}
