//! Arrays of boxes.

use super::{is_box, Boxes};
#[cfg(feature = "std")]
use crate::labels::label::{
	defect::{Cause, Defect},
	find::find,
};
use crate::{
	labels::label::array::{read, Kept, Sheet},
	BadReason,
};
use alloc::vec::Vec;

impl Boxes {
	/// Reads an array of the shape `(items, 4)`, or `(4,)` for one item, as one box for each item.
	pub(super) fn read_boxes(&self, bytes: &[u8]) -> Result<Vec<[u32; 4]>, BadReason> {
		let boxes = self.read_edges(bytes)?;
		boxes.iter().all(is_box).then_some(boxes).ok_or(BadReason::Malformed)
	}

	/// Boxes that may be empty.
	fn read_edges(&self, bytes: &[u8]) -> Result<Vec<[u32; 4]>, BadReason> {
		let edges = self.with_shapes(|shapes| read(shapes, bytes, self.sheet()))?.0.elements;
		Ok(edges.chunks_exact(4).filter_map(|edges| edges.try_into().ok()).collect())
	}

	/// What is wrong with the bytes, if anything is.
	#[cfg(feature = "std")]
	pub(super) fn find_defect(&self, bytes: &[u8]) -> Option<Defect> {
		self.with_shapes(|shapes| find(self, shapes, bytes, self.sheet())).or_else(|| self.find_empty(bytes))
	}

	/// The first box without an inside, in a file that is right but for that.
	#[cfg(feature = "std")]
	fn find_empty(&self, bytes: &[u8]) -> Option<Defect> {
		let boxes = self.read_edges(bytes).ok()?;
		let position = boxes.iter().position(|corners| !is_box(corners))?;
		let [x0, y0, x1, y1] = *boxes.get(position)?;
		let (axis, low, high) = if x0 >= x1 { ("x", x0, x1) } else { ("y", y0, y1) };
		let remedy = match low == high {
			true => "the right and lower edges are just outside of the box: add 1 to x1 and y1 if yours are inside",
			false => "write x0, y0, x1, y1: if these are width and height, add them to x0 and y0; if corners, the lesser first",
		};
		let found = format!("[{x0}, {y0}, {x1}, {y1}], of which {axis}1 = {high} is not above {axis}0 = {low}");
		let defect = Defect::new(BadReason::Malformed, Cause::EmptyBox, found);
		Some(defect.item([position as u64].to_vec()).remedy(remedy))
	}

	fn sheet(&self) -> Edges {
		Edges(Kept::new((self.items as usize).saturating_mul(4)))
	}

	fn with_shapes<T>(&self, work: impl FnOnce(&[&[u32]]) -> T) -> T {
		match self.items {
			1 => work(&[&[1, 4], &[4]]),
			items => work(&[&[items, 4]]),
		}
	}
}

struct Edges(Kept<u32>);

impl Sheet for Edges {
	fn take_integer(&mut self, value: i64) -> Option<()> {
		self.0.push(value.try_into().ok()?);
		Some(())
	}
}
