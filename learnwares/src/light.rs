//! The part of an image that is not black: in most images the smaller part.

use crate::Settings;

/// The pixels that are not black, with their values up to 1.
pub(crate) struct Light<const INPUTS: usize> {
	count: usize,
	pixels: [(u32, f32); INPUTS],
	/// Value of each byte: a look-up is faster than a product, of which the result must be checked for NaN.
	values: [f32; 256],
}

impl<const INPUTS: usize> Light<INPUTS> {
	pub fn new(settings: &Settings) -> Self {
		let scale = 1.0 / f32::from(settings.white);
		let values = core::array::from_fn(|pixel| pixel as f32 * scale);
		Self { count: 0, pixels: [(0, 0.0); INPUTS], values }
	}

	/// Reads an image, moved down and to the right by so many pixels; what is moved over an edge is lost.
	pub fn read(&mut self, settings: &Settings, pixels: &[u8], (down, right): (isize, isize)) {
		self.count = 0;
		let width = settings.width;
		let (left_cut, right_cut) = cut(right, width);
		let (upper_cut, lower_cut) = cut(down, INPUTS / width);
		let lines = &pixels[upper_cut * width..(INPUTS / width - lower_cut) * width];
		// What is moved up or to the left wraps around, and back when it is added.
		let place = (upper_cut * width + left_cut).wrapping_add((down * width as isize + right) as usize);
		if right == 0 {
			return self.add_line(lines, place);
		}
		for (line, place) in lines.chunks_exact(width).zip((place..).step_by(width)) {
			self.add_line(&line[left_cut..width - right_cut], place);
		}
	}

	/// Adds pixels that follow each other, of which most are black.
	#[inline]
	fn add_line(&mut self, line: &[u8], place: usize) {
		let (words, rest) = line.as_chunks::<8>();
		for (word, place) in words.iter().zip((place..).step_by(8)) {
			if u64::from_ne_bytes(*word) != 0 {
				self.add(word, place);
			}
		}
		self.add(rest, place + 8 * words.len());
	}

	/// Adds some pixels. Each is written, and kept if it is not black: which ones are can't be predicted, so a
	/// branch would take longer.
	#[inline]
	fn add(&mut self, pixels: &[u8], place: usize) {
		let mut count = self.count;
		for (pixel, place) in pixels.iter().zip(place..) {
			self.pixels[count] = (place as u32, self.values[usize::from(*pixel)]);
			count += usize::from(*pixel != 0);
		}
		self.count = count;
	}

	/// Number and value of each.
	pub fn pixels(&self) -> &[(u32, f32)] {
		&self.pixels[..self.count]
	}
}

/// How many of `length` are lost at the beginning, and at the end.
fn cut(shift: isize, length: usize) -> (usize, usize) {
	let lost = shift.unsigned_abs().min(length);
	if shift < 0 {
		(lost, 0)
	} else {
		(0, lost)
	}
}
