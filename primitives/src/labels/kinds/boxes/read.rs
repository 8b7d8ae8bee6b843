//! Arrays of boxes.

use super::{is_box, Boxes};
use crate::{
	labels::label::array::{read, Kept, Sheet},
	BadReason,
};
use alloc::vec::Vec;

impl Boxes {
	/// Reads an array of the shape `(items, 4)`, or `(4,)` for one item, as one box for each item.
	pub(super) fn read_boxes(&self, bytes: &[u8]) -> Result<Vec<[u32; 4]>, BadReason> {
		let items = self.items;
		let shapes: &[&[u32]] = if items == 1 { &[&[1, 4], &[4]] } else { &[&[items, 4]] };
		let edges = read(shapes, bytes, Edges(Kept::new((items as usize).saturating_mul(4))))?.0.elements;
		let boxes = edges.chunks_exact(4).filter_map(|edges| edges.try_into().ok()).collect::<Vec<_>>();
		boxes.iter().all(is_box).then_some(boxes).ok_or(BadReason::Malformed)
	}
}

struct Edges(Kept<u32>);

impl Sheet for Edges {
	fn take_integer(&mut self, value: i64) -> Option<()> {
		self.0.push(value.try_into().ok()?);
		Some(())
	}
}
