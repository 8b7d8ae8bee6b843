//! Masks as the judgement writes them.

use super::Mask;
use alloc::{format, vec::Vec};

/// What precedes the header's text in version 1.0: magic, version, length.
const PREAMBLE: usize = 10;

impl Mask {
	/// `.npy` of a mask that fits.
	pub(super) fn write_npy(&self, words: &[u64]) -> Vec<u8> {
		let Self { width, height, depth } = *self;
		let shape = match depth {
			1 => format!("({height}, {width})"),
			_ => format!("({depth}, {height}, {width})"),
		};
		let mut header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
		// The data starts at a multiple of 64.
		let length = header.len().saturating_add(PREAMBLE + 1).next_multiple_of(64).saturating_sub(PREAMBLE);
		while header.len().saturating_add(1) < length {
			header.push(' ');
		}
		header.push('\n');

		let voxels = self.voxels() as usize;
		let mut file = Vec::with_capacity(voxels.saturating_add(length).saturating_add(PREAMBLE));
		file.extend_from_slice(b"\x93NUMPY\x01\x00");
		file.extend_from_slice(&(length as u16).to_le_bytes());
		file.extend_from_slice(header.as_bytes());
		let mut left = voxels;
		for word in words {
			let bits = left.min(64);
			file.extend(unpack(*word).iter().take(bits));
			left = left.saturating_sub(bits);
		}
		file
	}
}

/// The bits, lowest first.
fn unpack(word: u64) -> [u8; 64] {
	let mut bits = [0; 64];
	let mut rest = word;
	for bit in &mut bits {
		*bit = (rest & 1) as u8;
		rest >>= 1;
	}
	bits
}
