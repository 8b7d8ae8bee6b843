//! Files of labels as programs write them.

use learnware_primitives::Task;

/// A `.npy` of version 1.0, as `numpy.save` writes it: data at a multiple of 64.
pub fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
	let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
	while (header.len() + 11) % 64 != 0 {
		header.push(' ');
	}
	header.push('\n');
	[b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// The task of so many items and classes.
pub fn classification(items: usize, classes: u8) -> Task {
	Task::Classification { items: items as u32, classes }
}
