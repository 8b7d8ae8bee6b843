//! NumPy's `.npy` files of rows: test sets and lessons.

use learnware_primitives::label::{Defect, NpyFile};

/// Why a file cannot be split.
#[derive(Debug)]
pub enum Unsplit {
	/// It is no array in row order.
	Defect(Box<Defect>),
	/// It is one, but not one that can be split so; says why.
	Rows(String),
}

/// Splits an array of at least `parts` rows, in C order: row i goes to part i modulo `parts`, so that a file that is sorted
/// by its classes gives parts that are not. Each part keeps the header, but for the number of rows.
pub fn split(bytes: &[u8], parts: u32) -> Result<Vec<Vec<u8>>, Unsplit> {
	let file = NpyFile::read(bytes).map_err(Unsplit::Defect)?;
	let rows = match file.shape.first() {
		None => return Err(Unsplit::Rows("it has no rows: it is a single number".into())),
		Some(0) => return Err(Unsplit::Rows("it has no rows".into())),
		Some(rows) => usize::try_from(*rows).unwrap_or(usize::MAX),
	};
	let parts = parts as usize;
	if rows < parts {
		return Err(Unsplit::Rows(format!("it has {rows} rows, too few for {parts} parts")));
	}
	let row_bytes = file.data.len() / rows;
	if row_bytes == 0 || row_bytes * rows != file.data.len() {
		return Err(Unsplit::Rows("its data are not as long as its header says".into()));
	}
	let split = (0..parts).map(|part| {
		let rows = file.data.chunks_exact(row_bytes).skip(part).step_by(parts);
		let mut bytes = head(&file, rows.len());
		rows.for_each(|row| bytes.extend_from_slice(row));
		bytes
	});
	Ok(split.collect())
}

/// The rows of an array in C order; none of any other file.
pub fn rows(bytes: &[u8]) -> Vec<&[u8]> {
	let Ok(file) = NpyFile::read(bytes) else { return Vec::new() };
	let rows = file.shape.first().and_then(|rows| usize::try_from(*rows).ok()).unwrap_or_default();
	match file.data.len().checked_div(rows) {
		None | Some(0) => Vec::new(),
		Some(row_bytes) => file.data.chunks_exact(row_bytes).collect(),
	}
}

/// All that precedes the data, for so many rows, and as long as it was.
fn head(file: &NpyFile<'_>, rows: usize) -> Vec<u8> {
	let (before, after) = (&file.head[..file.rows.start], &file.head[file.rows.end..]);
	let mut head = [before, rows.to_string().as_bytes(), after.trim_ascii_end()].concat();
	// There are never more rows than there were, so it is never longer; it ends in a line feed.
	head.resize(file.head.len().saturating_sub(1), b' ');
	head.push(b'\n');
	head
}

/// What a lesson has that differs from the rows of the test set, which a learnware that does not take it cannot say itself.
/// Nothing is said of files that are not arrays, as it is up to the learnware which those are.
pub fn differs(lesson: &[u8], test: &[u8]) -> Option<String> {
	let test = NpyFile::read(test).ok()?;
	let lesson = match NpyFile::read(lesson) {
		Ok(lesson) => lesson,
		Err(defect) => return Some(format!("{defect}, and the test set is .npy: {}", defect.remedy)),
	};
	if lesson.descr != test.descr {
		return Some(format!("its elements are of type '{}', those of the test set of '{}'", lesson.descr, test.descr));
	}
	let row = |file: &NpyFile<'_>| file.shape.iter().skip(1).map(u64::to_string).collect::<Vec<_>>().join(" x ");
	let (own, others) = (row(&lesson), row(&test));
	(own != others).then(|| format!("its rows have {own} elements, those of the test set {others}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	const MAGIC: &[u8] = b"\x93NUMPY";

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
			(b"0,1,2\n".to_vec(), "no .npy file"),
			(Vec::new(), "no .npy file"),
			(b"PK\x03\x04".to_vec(), ".npz"),
			(MAGIC.to_vec(), "ends within its header"),
			([MAGIC, &[1, 0, 255, 255]].concat(), "ends within its header"),
			([MAGIC, &[3, 0, 0, 0, 0, 0]].concat(), "version 3.0"),
			(npy("(5, 2)", "True", &[0; 10]), "column order"),
			(npy("(5L, 2)", "False", &[0; 10]), "Python 2"),
			(npy("(5, 2)", "False", &[0; 9]), "not as long"),
			(npy("(5, 0)", "False", &[]), "not as long"),
			(npy("()", "False", &[0]), "single number"),
			(npy("(0, 2)", "False", &[]), "no rows"),
			(npy("(2, 2)", "False", &[0; 4]), "too few"),
		] {
			let error = match split(&file, 3).unwrap_err() {
				Unsplit::Defect(defect) => format!("{defect}; {}", defect.remedy),
				Unsplit::Rows(why) => why,
			};
			assert!(error.contains(word), "{error}");
		}
	}

	#[test]
	fn headers_may_be_written_otherwise_than_numpy_does() {
		let text = "{\"descr\":\"|u1\",\"fortran_order\":False,\"shape\":(4,1)}\n";
		let file = [MAGIC, &[1, 0], &(text.len() as u16).to_le_bytes(), text.as_bytes(), &[7; 4]].concat();
		let parts = split(&file, 2).unwrap();
		assert!(parts.iter().all(|part| part.ends_with(b"(2,1)}\n\x07\x07")), "{parts:?}");
	}

	#[test]
	fn tells_how_a_lesson_differs_from_the_test_set() {
		let test = npy("(5, 2)", "False", &[0; 10]);
		assert_eq!(differs(&npy("(7, 2)", "False", &[0; 14]), &test), None);
		assert!(differs(&npy("(7, 3)", "False", &[0; 21]), &test).unwrap().contains("3 elements"));
		let text = String::from_utf8_lossy(&test[10..128]).replace("|u1", "<f4");
		let floats = [&test[..10], text.as_bytes(), &[0; 40]].concat();
		assert!(differs(&floats, &test).unwrap().contains("'<f4'"));
		assert!(differs(b"1,2\n", &test).unwrap().contains("no .npy file"));
		assert_eq!(differs(b"1,2\n", b"1,3\n"), None, "the learnware may take any files");
	}
}
