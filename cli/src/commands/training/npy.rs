//! NumPy's `.npy` files, as far as it takes to split one by rows.

const MAGIC: &[u8] = b"\x93NUMPY";

/// Splits an array of at least `parts` rows, in C order: row i goes to part i modulo `parts`, so that a file that is sorted
/// by its classes gives parts that are not. Each part keeps the header, but for the number of rows. Fails with what
/// is wrong with the file.
pub fn split(file: &[u8], parts: u32) -> Result<Vec<Vec<u8>>, String> {
	let array = Array::parse(file)?;
	let parts = parts as usize;
	if array.rows < parts {
		return Err(format!("it has {} rows, too few for {parts} parts", array.rows));
	}
	let row_bytes = array.data.len() / array.rows;
	if row_bytes == 0 || row_bytes * array.rows != array.data.len() {
		return Err("its data are not as long as its header says".into());
	}
	let split = (0..parts).map(|part| {
		let rows = array.data.chunks_exact(row_bytes).skip(part).step_by(parts);
		let mut bytes = array.header_for(rows.len());
		rows.for_each(|row| bytes.extend_from_slice(row));
		bytes
	});
	Ok(split.collect())
}

/// The rows of an array in C order; none of any other file.
pub fn rows(file: &[u8]) -> Vec<&[u8]> {
	match Array::parse(file) {
		Ok(array) if array.data.len() >= array.rows => array.data.chunks_exact(array.data.len() / array.rows).collect(),
		_ => Vec::new(),
	}
}

struct Array<'a> {
	/// Magic, version and length of the header.
	preamble: &'a [u8],
	header: &'a str,
	/// Where in the header the number of rows is.
	count: (usize, usize),
	rows: usize,
	data: &'a [u8],
}

impl<'a> Array<'a> {
	fn parse(file: &'a [u8]) -> Result<Self, String> {
		let not_npy = || "not a .npy file of version 1 or 2".to_string();
		let (length, preamble) = match file.strip_prefix(MAGIC).ok_or_else(not_npy)? {
			[1, 0, low, high, ..] => (usize::from(u16::from_le_bytes([*low, *high])), 10),
			[2, 0, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 12),
			_ => return Err(not_npy()),
		};
		let (preamble, rest) = file.split_at_checked(preamble).ok_or_else(not_npy)?;
		let (header, data) = rest.split_at_checked(length).ok_or_else(not_npy)?;
		let header = std::str::from_utf8(header).map_err(|_| not_npy())?;
		let (_, after) = header.split_once("'fortran_order':").ok_or_else(not_npy)?;
		if !after.trim_start().starts_with("False") {
			return Err("its columns are stored one after the other: save it in C order".into());
		}
		let (_, after) = header.split_once("'shape':").ok_or_else(not_npy)?;
		let start = header.len() - after.len() + after.find('(').ok_or_else(not_npy)? + 1;
		let digits = header.get(start..).unwrap_or_default().find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
		let rows = header.get(start..start + digits).and_then(|rows| rows.parse().ok());
		let rows = rows.ok_or_else(|| "it has no rows: it is a single number".to_string())?;
		match rows {
			0 => Err("it has no rows".into()),
			_ => Ok(Self { preamble, header, count: (start, start + digits), rows, data }),
		}
	}

	/// The header of so many rows, as long as it was.
	fn header_for(&self, rows: usize) -> Vec<u8> {
		let (start, end) = self.count;
		let (before, after) = (&self.header[..start], &self.header[end..]);
		let text = format!("{before}{rows}{}", after.trim_end());
		// There are never more rows than there were, so it is never longer; it ends in a line feed.
		let text = format!("{text:<width$}\n", width = self.header.len().saturating_sub(1));
		[self.preamble, text.as_bytes()].concat()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn npy(shape: &str, order: &str, data: &[u8]) -> Vec<u8> {
		let text = format!("{{'descr': '|u1', 'fortran_order': {order}, 'shape': {shape}, }}");
		let text = format!("{text:<117}\n");
		[MAGIC, &[1, 0], &(text.len() as u16).to_le_bytes(), text.as_bytes(), data].concat()
	}

	#[test]
	fn rows_go_to_the_parts_in_turn() {
		let parts = split(&npy("(5, 2)", "False", &[0, 0, 1, 1, 2, 2, 3, 3, 4, 4]), 2).unwrap();
		let expected = [npy("(3, 2)", "False", &[0, 0, 2, 2, 4, 4]), npy("(2, 2)", "False", &[1, 1, 3, 3])];
		assert_eq!(parts, expected);
		assert_eq!(split(&npy("(2,)", "False", &[7, 8]), 2).unwrap()[1], npy("(1,)", "False", &[8]));
		assert_eq!(
			parts.iter().flat_map(|part| rows(part)).collect::<Vec<_>>(),
			[[0, 0], [2, 2], [4, 4], [1, 1], [3, 3]]
		);
		assert!([b"0,1".to_vec(), npy("(5, 2)", "False", &[0; 4])].iter().all(|file| rows(file).is_empty()));
	}

	#[test]
	fn a_shorter_number_keeps_the_length_of_the_header() {
		let file = npy("(100, 1)", "False", &[5; 100]);
		for part in split(&file, 50).unwrap() {
			assert_eq!(part.len(), 128 + 2);
			assert_eq!((&part[..10], part[127]), (&file[..10], b'\n'));
		}
	}

	#[test]
	fn splits_version_2_and_any_order_of_keys() {
		let text = "{'shape': (4, 1), 'fortran_order': False, 'descr': '<f4'}\n";
		let file = [MAGIC, &[2, 0], &(text.len() as u32).to_le_bytes(), text.as_bytes(), &[1; 16]].concat();
		let parts = split(&file, 4).unwrap();
		assert!(parts.iter().all(|part| part.len() == file.len() - 12));
		assert!(String::from_utf8_lossy(&parts[0]).contains("'shape': (1, 1), 'fortran_order': False, 'descr': '<f4'}"));
	}

	#[test]
	fn tells_what_is_wrong() {
		for (file, word) in [
			(b"0,1,2\n".to_vec(), "not a .npy"),
			(Vec::new(), "not a .npy"),
			(MAGIC.to_vec(), "not a .npy"),
			([MAGIC, &[1, 0, 255, 255]].concat(), "not a .npy"),
			([MAGIC, &[3, 0, 0, 0, 0, 0]].concat(), "not a .npy"),
			(npy("(5, 2)", "True", &[0; 10]), "C order"),
			(npy("(5, 2)", "False", &[0; 9]), "not as long"),
			(npy("(5, 0)", "False", &[]), "not as long"),
			(npy("()", "False", &[0]), "single number"),
			(npy("(0, 2)", "False", &[]), "no rows"),
			(npy("(2, 2)", "False", &[0; 4]), "too few"),
		] {
			let error = split(&file, 3).unwrap_err();
			assert!(error.contains(word), "{error}");
		}
	}
}
