//! Masks: what belongs to an object in an image.

use crate::{Error, Result};

/// One bit for each pixel, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
	/// Pixels of a row.
	pub width: usize,
	/// Rows.
	pub height: usize,
	bits: Vec<bool>,
}

/// What precedes the header's text in a `.npy` file of version 1.0: magic, version, length.
const PREAMBLE: usize = 10;

impl Mask {
	/// `bits` has one bit for each pixel.
	pub fn new(width: usize, height: usize, bits: Vec<bool>) -> Result<Self> {
		match width.checked_mul(height) == Some(bits.len()) {
			true => Ok(Self { width, height, bits }),
			false => Err(Error(format!("{} pixels and not {width} x {height}", bits.len()))),
		}
	}

	/// From the lengths of the runs of equal pixels, row by row, those outside of the object first.
	pub fn from_runs(width: usize, height: usize, runs: &str) -> Result<Self> {
		let pixels = width.checked_mul(height).ok_or_else(|| Error::new("too many pixels"))?;
		let mut bits = Vec::new();
		for (index, run) in runs.split(' ').enumerate() {
			let run: usize = run.parse().map_err(|_| Error(format!("`{run}` is no length of a run")))?;
			if run > pixels - bits.len() {
				return Err(Error(format!("more pixels than {width} x {height}")));
			}
			bits.resize(bits.len() + run, index % 2 == 1);
		}
		Self::new(width, height, bits)
	}

	/// Whether a pixel belongs to the object; outside of the image, none does.
	pub fn contains(&self, x: usize, y: usize) -> bool {
		x < self.width && y < self.height && self.bits[y * self.width + x]
	}

	/// Overlap of two masks, from 0 to 1: twice what they share, of the sum of what both have.
	pub fn dice(&self, other: &Self) -> f64 {
		let count = |mask: &Self| mask.bits.iter().filter(|bit| **bit).count();
		let shared = self.bits.iter().zip(&other.bits).filter(|(a, b)| **a && **b).count();
		match count(self) + count(other) {
			0 => 1.0,
			both => 2.0 * shared as f64 / both as f64,
		}
	}

	/// As NumPy writes an array of `u1` with the shape `(height, width)`.
	pub fn to_npy(&self) -> Vec<u8> {
		let mut header =
			format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({}, {}), }}", self.height, self.width);
		let length = (PREAMBLE + header.len() + 1).next_multiple_of(64) - PREAMBLE;
		header += &" ".repeat(length - 1 - header.len());
		header.push('\n');
		let mut file = b"\x93NUMPY\x01\x00".to_vec();
		file.extend((length as u16).to_le_bytes());
		file.extend(header.bytes());
		file.extend(self.bits.iter().map(|bit| u8::from(*bit)));
		file
	}

	/// Reads what [`Mask::to_npy`] writes, with these numbers of pixels.
	pub fn from_npy(width: usize, height: usize, file: &[u8]) -> Result<Self> {
		let shape = format!("'descr': '|u1', 'fortran_order': False, 'shape': ({height}, {width}),");
		let length = file.get(8..PREAMBLE).map(|bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
		let parts = length.filter(|_| file.starts_with(b"\x93NUMPY\x01\x00")).and_then(|length| {
			let header = std::str::from_utf8(file.get(PREAMBLE..PREAMBLE + length)?).ok()?;
			Some((header, file.get(PREAMBLE + length..)?))
		});
		match parts {
			Some((header, data)) if header.contains(&shape) && data.iter().all(|byte| *byte <= 1) => {
				Self::new(width, height, data.iter().map(|byte| *byte == 1).collect())
			},
			_ => Err(Error(format!("not a .npy of {height} x {width} zeros and ones"))),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn runs_start_outside() {
		let mask = Mask::from_runs(3, 2, "1 2 1 1 1").unwrap();
		assert_eq!(mask.bits, [false, true, true, false, true, false]);
		assert!(mask.contains(1, 0) && !mask.contains(0, 0) && !mask.contains(3, 0) && !mask.contains(1, 2));
		assert_eq!(Mask::from_runs(2, 1, "0 2").unwrap().bits, [true, true]);
		for (runs, words) in [
			("1 2 1", "4 pixels and not 3 x 2"),
			("1 2 1 3", "more pixels than 3 x 2"),
			("1 99999999999", "more pixels than 3 x 2"),
			("1 x", "`x` is no length of a run"),
			("", "`` is no length of a run"),
		] {
			assert_eq!(Mask::from_runs(3, 2, runs).unwrap_err().to_string(), words);
		}
	}

	#[test]
	fn overlap() {
		let mask = |runs| Mask::from_runs(4, 1, runs).unwrap();
		assert_eq!(mask("0 2 2").dice(&mask("0 2 2")), 1.0);
		assert_eq!(mask("0 2 2").dice(&mask("2 2")), 0.0);
		assert_eq!(mask("0 2 2").dice(&mask("1 2 1")), 0.5);
		assert_eq!(mask("4").dice(&mask("4")), 1.0);
	}

	#[test]
	fn npy_and_back() {
		let mask = Mask::from_runs(5, 3, "2 5 1 4 3").unwrap();
		let file = mask.to_npy();
		assert_eq!(file.len(), 128 + 15);
		assert_eq!(Mask::from_npy(5, 3, &file).unwrap(), mask);
		assert!(Mask::from_npy(3, 5, &file).is_err());
		assert!(Mask::from_npy(5, 3, &file[..file.len() - 1]).is_err());
		assert!(Mask::from_npy(5, 3, b"\x93NUMPY").is_err());
		let mut other = file.clone();
		*other.last_mut().unwrap() = 2;
		assert!(Mask::from_npy(5, 3, &other).is_err());
	}
}
