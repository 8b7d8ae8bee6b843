//! `data/bubil`: which pixels of an image belong to the cell.

use super::{Dataset, Sheet};
use crate::{
	answer::{Answer, Task},
	mask::Mask,
	rows, Error, Result,
};
use std::path::Path;

const QUESTION: &str = "# Which pixels belong to the cell?

For each pixel of the image 1 for the cell, 0 for the rest, as an array with a row for each row of pixels. Fill the cell: its edge alone is
no answer.
";

/// One sample: an image, and everybody's masks.
pub fn read(data: &Path, folder: &Path) -> Result<Dataset> {
	let source = data.join("bubil");
	let truth = rows::read(&source.join("truth.csv"), &["height", "width", "runs"])?;
	let [truth] = &truth[..] else { return Err(Error(format!("{}: not one truth", source.display()))) };
	let truth = mask(truth, 0)?;
	let task = Task::Mask { width: truth.width, height: truth.height };
	let mut dataset = Dataset::new(folder, "bubil", task, QUESTION)?;
	let (width, height) = (truth.width, truth.height);
	let truth = Answer::Mask(truth);

	let label = |row: &rows::Row| {
		let mask = mask(row, 1)?;
		if (mask.width, mask.height) != (width, height) {
			return Err(row.error(format!("{} x {} pixels and not {height} x {width}", mask.height, mask.width)));
		}
		dataset.label(folder, "0", row.cell(0, "worker")?, Answer::Mask(mask), &truth)
	};
	let labels = rows::read(&source.join("labels.csv"), &["worker", "height", "width", "runs"])?;
	let labels = labels.iter().map(label).collect::<Result<_>>()?;
	let what = format!("an image of a cell, {width} x {height} pixels");
	dataset.sheets.push(Sheet { what, file: source.join("image.png"), truth, gold: None, labels });
	Ok(dataset)
}

/// From three columns, the first of which is `column`.
fn mask(row: &rows::Row, column: usize) -> Result<Mask> {
	let (height, width) = (row.cell(column, "height")?, row.cell(column + 1, "width")?);
	Mask::from_runs(width, height, row.text(column + 2)).map_err(|error| row.error(error))
}

#[cfg(test)]
mod tests {
	use super::{
		super::tests::{damaged, data},
		*,
	};

	#[test]
	fn seven_people_outlined_a_cell() {
		let folder = tempfile::tempdir().unwrap();
		let dataset = read(&data(), folder.path()).unwrap();
		assert_eq!(dataset.task, Task::Mask { width: 106, height: 90 });
		let dice: Vec<_> =
			dataset.sheets[0].labels.iter().map(|label| (label.accuracy.share * 100.0).round()).collect();
		assert_eq!(dice, [83.0, 72.0, 77.0, 81.0, 85.0, 23.0, 79.0]);
	}

	#[test]
	fn tells_where_a_row_is_wrong() {
		let folder = tempfile::tempdir().unwrap();
		let says = |file, from: &str, to: &str, words: &str| {
			let other = damaged("bubil", file, |text| text.replacen(from, to, 1));
			let error = read(other.path(), folder.path()).unwrap_err().to_string();
			assert!(error.ends_with(words), "{error}");
		};
		says("labels.csv", "2,90,106,", "2,90,105,", "bubil/labels.csv:3: more pixels than 105 x 90");
		says("labels.csv", "\n2,", "\nanna,", "bubil/labels.csv:3: `anna` is no worker");
		says("labels.csv", "\n1,90,106,", "\n1,90,106,a ", "bubil/labels.csv:2: `a` is no length of a run");
		says("truth.csv", "\n90,106,", "\n91,106,", "bubil/truth.csv:2: 9540 pixels and not 106 x 91");
		says("truth.csv", "height", "size", "bubil/truth.csv:1: the columns are not height,width,runs");
	}
}
