//! Label files as the judgement writes them, of the consensus.

use super::Summary;
use crate::{classification::NO_ANSWER, Task};
use alloc::{format, string::String, vec::Vec};

/// Writes the one file that stands for a summary: [`condense`](crate::condense) of it is the summary again. A
/// summary that [is not of the task](Summary::is_of) has none, and the bytes are empty.
///
/// - Classes: JSON without spaces, e.g. `[0,1,null]`, `null` for no answer.
/// - Vector: JSON without spaces, e.g. `[12,-0.375]`: each value as the shortest decimal that is exactly it,
///   without an exponent.
/// - Mask: `.npy` of version 1.0 with dtype `|u1` and the shape `(height, width)`, or `(depth, height, width)` if
///   the depth is not 1, with the fewest spaces that put the data at a multiple of 64.
/// - Boxes: JSON without spaces, e.g. `[[0,0,4,4],[1,2,3,4]]`.
pub fn to_label(task: &Task, summary: &Summary) -> Vec<u8> {
	if !summary.is_of(task) {
		return Vec::new();
	}
	match (task, summary) {
		(_, Summary::Classes(sheet)) => list(sheet, |class| match *class {
			NO_ANSWER => String::from("null"),
			class => format!("{class}"),
		}),
		(Task::Vector { fraction_bits, .. }, Summary::Vector(values)) => {
			list(values, |value| decimal(*value, *fraction_bits))
		},
		(Task::Mask { width, height, depth }, Summary::Mask(words)) => mask(*width, *height, *depth, words),
		(_, Summary::Boxes(boxes)) => list(boxes, |[x0, y0, x1, y1]| format!("[{x0},{y0},{x1},{y1}]")),
		_ => Vec::new(),
	}
}

/// `[a,b,c]`
fn list<T>(elements: &[T], text: impl Fn(&T) -> String) -> Vec<u8> {
	let texts = elements.iter().map(text).collect::<Vec<_>>();
	format!("[{}]", texts.join(",")).into_bytes()
}

/// `value / 2^fraction_bits` in full. The fraction is below `2^32`, ten times it below `2^36`, and it ends
/// after as many digits as bits, for each takes a factor 2 out of its denominator.
fn decimal(value: i64, fraction_bits: u8) -> String {
	let unit = 1u64.wrapping_shl(fraction_bits.into());
	let (magnitude, below) = (value.unsigned_abs(), unit.wrapping_sub(1));
	let sign = if value < 0 { "-" } else { "" };
	let mut text = format!("{sign}{}", magnitude.wrapping_shr(fraction_bits.into()));
	let mut fraction = magnitude & below;
	if fraction > 0 {
		text.push('.');
	}
	while fraction > 0 {
		let tens = fraction.wrapping_mul(10);
		text.extend(char::from_digit(tens.wrapping_shr(fraction_bits.into()) as u32, 10));
		fraction = tens & below;
	}
	text
}

/// What precedes the header's text in version 1.0: magic, version, length.
const PREAMBLE: usize = 10;

fn mask(width: u32, height: u32, depth: u32, words: &[u64]) -> Vec<u8> {
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

	let voxels = [height, depth].iter().fold(width as usize, |voxels, axis| voxels.saturating_mul(*axis as usize));
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
