//! Lessons and tests: NumPy's `.npy` files of bytes with two axes, in C order, one row for each image.
//!
//! ```python
//! numpy.save("lesson.npy", numpy.column_stack([images.reshape(len(images), -1), classes]).astype("u1"))
//! ```

/// Images with their classes.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
	rows: &'a [u8],
	width: usize,
}

/// One image.
#[derive(Clone, Copy)]
pub struct Row<'a> {
	/// As many as the model has inputs.
	pub pixels: &'a [u8],
	/// Less than the number of classes.
	pub class: usize,
}

impl<'a> Batch<'a> {
	/// Reads a file of images with so many pixels, and so many classes.
	///
	/// # Panics
	///
	/// If it is anything else.
	pub fn parse(file: &'a [u8], pixels: usize, classes: usize) -> Self {
		let (header, rows) = split(file).expect("a .npy file");
		assert!(contains(header, b"'|u1'") && contains(header, b"'fortran_order': False"), "bytes, row after row");
		let (count, width) = shape(header).expect("two axes");
		assert!(count > 0, "an image");
		assert!(width == pixels + 1 && count.checked_mul(width) == Some(rows.len()), "pixels and a class in each row");
		let batch = Self { rows, width };
		assert!((0..count).all(|index| batch.row(index).class < classes), "no such class");
		batch
	}

	/// Number of images.
	pub fn len(self) -> usize {
		self.rows.len() / self.width
	}

	/// Whether there is no image.
	pub fn is_empty(self) -> bool {
		self.rows.is_empty()
	}

	/// An image.
	pub fn row(self, index: usize) -> Row<'a> {
		let (class, pixels) = self.rows[index * self.width..][..self.width].split_last().expect("a row is not empty");
		Row { pixels, class: usize::from(*class) }
	}
}

/// Header and data.
fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
	match file.strip_prefix(b"\x93NUMPY")? {
		[1, 0, low, high, rest @ ..] => rest.split_at_checked(u16::from_le_bytes([*low, *high]).into()),
		[2, 0, a, b, c, d, rest @ ..] => rest.split_at_checked(u32::from_le_bytes([*a, *b, *c, *d]) as usize),
		_ => None,
	}
}

/// The two numbers of `'shape': (7, 65)`.
fn shape(header: &[u8]) -> Option<(usize, usize)> {
	let start = find(header, b"'shape': (")? + b"'shape': (".len();
	let tuple = &header[start..];
	let tuple = &tuple[..find(tuple, b")")?];
	let comma = find(tuple, b", ")?;
	Some((number(&tuple[..comma])?, number(&tuple[comma + 2..])?))
}

fn number(digits: &[u8]) -> Option<usize> {
	core::str::from_utf8(digits).ok()?.parse().ok()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
	find(text, part).is_some()
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
	text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn file(descr: &str, shape: &str, rows: &[u8]) -> Vec<u8> {
		let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
		[b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), rows].concat()
	}

	#[test]
	fn reads_rows() {
		let file = file("|u1", "(2, 3)", &[1, 2, 0, 3, 4, 9]);
		let batch = Batch::parse(&file, 2, 10);
		assert_eq!(batch.len(), 2);
		assert_eq!((batch.row(1).pixels, batch.row(1).class), (&[3, 4][..], 9));
	}

	#[test]
	fn refuses_the_rest() {
		let good = file("|u1", "(1, 3)", &[1, 2, 0]);
		for bad in [
			vec![],
			good[..good.len() - 1].to_vec(),
			file("<u2", "(1, 3)", &[1, 2, 0]),
			file("|u1", "(3,)", &[1, 2, 0]),
			file("|u1", "(1, 4)", &[1, 2, 0, 0]),
			file("|u1", "(18446744073709551615, 3)", &[1, 2, 0]),
			file("|u1", "(1, 3)", &[1, 2, 10]),
			file("|u1", "(0, 3)", &[]),
		] {
			assert!(std::panic::catch_unwind(|| Batch::parse(&bad, 2, 10).len()).is_err());
		}
	}
}
