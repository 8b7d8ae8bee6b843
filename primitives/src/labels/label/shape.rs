//! The shape that a task asks for, compared with nested arrays as they are read.

/// Most axes of a shape that a task asks for.
pub(in crate::labels) const MAX_AXES: usize = 3;

/// Follows nested arrays through their brackets and elements, and tells whether they are a full array
/// with the given axes. Counts only; any depth and any length take the same memory.
pub(in crate::labels) struct ShapeCheck {
	axes: [u32; MAX_AXES],
	/// Elements or arrays so far in the open array of each axis.
	filled: [u32; MAX_AXES],
	/// Number of axes asked for.
	rank: usize,
	/// Open arrays.
	depth: usize,
	fits: bool,
}

impl ShapeCheck {
	/// A shape with `axes`, outermost first, no more than [`MAX_AXES`]; nothing fits a longer one.
	pub fn new(axes: &[u32]) -> Self {
		let mut padded = [0; MAX_AXES];
		padded.iter_mut().zip(axes).for_each(|(padded, axis)| *padded = *axis);
		Self { axes: padded, filled: [0; MAX_AXES], rank: axes.len(), depth: 0, fits: axes.len() <= MAX_AXES }
	}

	/// An array begins.
	pub fn open(&mut self) {
		self.count();
		self.depth = self.depth.saturating_add(1);
		match self.filled.get_mut(self.depth.saturating_sub(1)) {
			Some(filled) if self.depth <= self.rank => *filled = 0,
			_ => self.fits = false,
		}
	}

	/// An element that is no array.
	pub fn element(&mut self) {
		self.count();
		self.fits &= self.depth == self.rank;
	}

	/// The array that began last ends.
	pub fn close(&mut self) {
		self.depth = self.depth.saturating_sub(1);
		self.fits &= self.filled.get(self.depth) == self.axes.get(self.depth);
	}

	/// Whether everything so far has been in the shape; at the end, whether the whole is of the shape.
	pub fn fits(&self) -> bool {
		self.fits
	}

	/// One more in the array that is open.
	fn count(&mut self) {
		let open = self.depth.checked_sub(1);
		if let Some(filled) = open.and_then(|axis| self.filled.get_mut(axis)) {
			*filled = filled.saturating_add(1);
		}
	}
}
