//! The part of an image that is not black: in most images the smaller part.

use crate::Settings;

/// The pixels that are not black, with their values up to 1.
pub(crate) struct Light<const INPUTS: usize> {
	count: usize,
	pixels: [(u32, f32); INPUTS],
}

impl<const INPUTS: usize> Light<INPUTS> {
	pub const NEW: Self = Self { count: 0, pixels: [(0, 0.0); INPUTS] };

	/// Reads an image, moved down and to the right by so many pixels.
	pub fn read(&mut self, settings: &Settings, pixels: &[u8], shift: (usize, usize)) {
		self.count = 0;
		let scale = 1.0 / f32::from(settings.white);
		for (y, line) in pixels.chunks_exact(settings.width).enumerate() {
			let (words, rest) = line.as_chunks::<4>();
			for (x, word) in words.iter().enumerate().filter(|(_, word)| u32::from_ne_bytes(**word) != 0) {
				self.add(settings, word, (4 * x, y), shift, scale);
			}
			self.add(settings, rest, (4 * words.len(), y), shift, scale);
		}
	}

	/// Adds some pixels of a line.
	#[inline]
	fn add(
		&mut self,
		settings: &Settings,
		pixels: &[u8],
		(x, y): (usize, usize),
		(down, right): (usize, usize),
		scale: f32,
	) {
		// What is moved over the upper or left edge wraps around to a large number.
		let y = y.wrapping_add(down);
		for (x, pixel) in (x..).zip(pixels).filter(|(_, pixel)| **pixel != 0) {
			let x = x.wrapping_add(right);
			if x < settings.width && y < INPUTS / settings.width {
				self.pixels[self.count] = ((y * settings.width + x) as u32, f32::from(*pixel) * scale);
				self.count += 1;
			}
		}
	}

	/// Number and value of each.
	pub fn pixels(&self) -> &[(u32, f32)] {
		&self.pixels[..self.count]
	}
}
