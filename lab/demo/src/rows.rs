//! Tables of numbers as text files: what is wrong in one is told with its file and line.

use crate::{Error, Result};
use std::{path::Path, str::FromStr};

/// One line under the head line.
pub(crate) struct Row {
	/// File and line.
	place: String,
	cells: Vec<String>,
}

/// Reads a table with exactly these columns.
pub(crate) fn read(file: &Path, columns: &[&str]) -> Result<Vec<Row>> {
	let text = std::fs::read_to_string(file).map_err(|error| Error(format!("{}: {error}", file.display())))?;
	let mut rows = text.lines().enumerate().map(|(line, row)| Row {
		place: format!("{}:{}", file.display(), line + 1),
		cells: row.split(',').map(|cell| cell.trim().to_owned()).collect(),
	});
	match rows.next() {
		Some(head) if head.cells == columns => {},
		_ => return Err(Error(format!("{}:1: the columns are not {}", file.display(), columns.join(",")))),
	}
	rows.map(|row| match row.cells.len() == columns.len() {
		true => Ok(row),
		false => Err(row.error(format!("{} cells and not {}", row.cells.len(), columns.len()))),
	})
	.collect()
}

impl Row {
	/// What a cell says; `what` names it if it does not say that.
	pub fn cell<T: FromStr>(&self, column: usize, what: &str) -> Result<T> {
		let text = self.text(column);
		text.parse().map_err(|_| self.error(format!("`{text}` is no {what}")))
	}

	/// A cell as it is, empty if there is none.
	pub fn text(&self, column: usize) -> &str {
		self.cells.get(column).map_or("", String::as_str)
	}

	/// Something is wrong in this row.
	pub fn error(&self, what: impl std::fmt::Display) -> Error {
		Error(format!("{}: {what}", self.place))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn table(text: &str) -> Result<Vec<Row>> {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("table.csv");
		std::fs::write(&file, text).unwrap();
		read(&file, &["task", "label"])
	}

	#[test]
	fn reads_what_is_there() {
		let rows = table("task,label\n3,1\n 4, 0\n").unwrap();
		let cells: Vec<(u32, u8)> =
			rows.iter().map(|row| (row.cell(0, "task").unwrap(), row.cell(1, "label").unwrap())).collect();
		assert_eq!(cells, [(3, 1), (4, 0)]);
	}

	#[test]
	fn tells_file_and_line() {
		let says = |text, words: &str| {
			let error =
				table(text).and_then(|rows| rows.iter().try_for_each(|row| row.cell::<u8>(1, "class").map(|_| ())));
			let error = error.unwrap_err().to_string();
			assert!(error.ends_with(words), "{error}");
		};
		says("", "table.csv:1: the columns are not task,label");
		says("task,worker\n1,2\n", "table.csv:1: the columns are not task,label");
		says("task,label\n1,1\n1\n", "table.csv:3: 1 cells and not 2");
		says("task,label\n1,1\n\n", "table.csv:3: 1 cells and not 2");
		says("task,label\n1,1\n2,256\n", "table.csv:3: `256` is no class");
		says("task,label\n1,bird\n", "table.csv:2: `bird` is no class");
		assert!(read(Path::new("/nowhere/table.csv"), &[]).err().unwrap().to_string().contains("/nowhere/table.csv: "));
	}
}
