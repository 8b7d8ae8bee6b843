//! `data/bluebird`: which of two birds is in a photograph.

use super::{Dataset, Gold, Sheet};
use crate::{
	answer::{Answer, Task},
	rows, Error, Result,
};
use serde_json::json;
use std::{
	collections::{BTreeMap, HashMap},
	path::Path,
};

const QUESTION: &str = "# Indigo Bunting or Blue Grosbeak?

For each image: 1 for an Indigo Bunting, 0 for a Blue Grosbeak.
";

const CLASSES: u8 = 2;

/// Deals the photographs to `samples` samples, with the labels of the first `players` people. The provider knows the
/// truth of `gold` photographs of each.
pub fn read(data: &Path, folder: &Path, samples: usize, players: u32, gold: usize) -> Result<Dataset> {
	let source = data.join("bluebird");
	let class = |row: &rows::Row, column| match row.cell(column, "class")? {
		class if class < CLASSES => Ok(class),
		class => Err(row.error(format!("`{class}` is no class"))),
	};
	let truth: BTreeMap<u32, u8> = rows::read(&source.join("truth.csv"), &["task", "label"])?
		.iter()
		.map(|row| Ok((row.cell(0, "task")?, class(row, 1)?)))
		.collect::<Result<_>>()?;
	let labels: HashMap<(u32, u32), u8> = rows::read(&source.join("labels.csv"), &["task", "worker", "label"])?
		.iter()
		.map(|row| Ok(((row.cell(0, "task")?, row.cell(1, "worker")?), class(row, 2)?)))
		.collect::<Result<_>>()?;

	let items = truth.len().checked_div(samples).filter(|items| *items >= gold);
	let items = items.ok_or_else(|| Error(format!("{} photographs are too few", truth.len())))?;
	let mut dataset = Dataset::new(folder, "bluebird", Task::Classification { items, classes: CLASSES }, QUESTION)?;
	for index in 0..samples {
		// At regular distances: the data is sorted by class.
		let photographs: Vec<_> = truth.iter().skip(index).step_by(samples).take(items).collect();
		let truth = Answer::Classes(photographs.iter().map(|(_, class)| Some(**class)).collect());
		let name = index.to_string();
		let numbers: Vec<_> = photographs.iter().map(|(task, _)| **task).collect();
		let answers =
			|worker| Answer::Classes(numbers.iter().map(|task| labels.get(&(*task, worker)).copied()).collect());
		let sheet = Sheet {
			what: format!("{items} photographs of birds"),
			file: dataset.content(folder, &name, &json!({ "images": numbers }))?,
			gold: match gold {
				0 => None,
				gold => Some(some_gold(folder, &name, &photographs, gold)?),
			},
			labels: (0..players)
				.map(|worker| dataset.label(folder, &name, worker, answers(worker), &truth))
				.collect::<Result<_>>()?,
			truth,
		};
		dataset.sheets.push(sheet);
	}
	Ok(dataset)
}

/// Gold at regular distances, so that both classes are in it.
fn some_gold(folder: &Path, sheet: &str, photographs: &[(&u32, &u8)], items: usize) -> Result<Gold> {
	let distance = photographs.len() / items;
	let known = |index: usize| index.is_multiple_of(distance) && index / distance < items;
	let classes = photographs.iter().enumerate().map(|(index, (_, class))| known(index).then_some(**class));
	let file = Answer::Classes(classes.collect()).write(folder, &format!("bluebird-{sheet}-gold"))?;
	Ok(Gold { file, items })
}

#[cfg(test)]
mod tests {
	use super::{
		super::tests::{damaged, data},
		*,
	};

	#[test]
	fn deals_all_photographs() {
		let folder = tempfile::tempdir().unwrap();
		let dataset = read(&data(), folder.path(), 3, 11, 4).unwrap();
		assert_eq!(dataset.task, Task::Classification { items: 36, classes: 2 });
		for sheet in &dataset.sheets {
			let Answer::Classes(truth) = &sheet.truth else { panic!("no classes") };
			let gold = sheet.gold.as_ref().unwrap();
			let Answer::Classes(known) = Answer::read(&dataset.task, &gold.file).unwrap() else { panic!("no classes") };
			let pairs = || known.iter().zip(truth).filter(|(known, _)| known.is_some());
			assert_eq!((pairs().count(), gold.items), (4, 4));
			assert!(pairs().all(|(known, truth)| known == truth));
			// Who always says the same is right half of the time.
			assert_eq!(pairs().filter(|(known, _)| **known == Some(1)).count(), 2);
		}
		assert!(read(&data(), folder.path(), 1, 11, 0).unwrap().sheets[0].gold.is_none());
		assert!(read(&data(), folder.path(), 100, 11, 4).is_err());
		assert!(read(&data(), folder.path(), 0, 11, 4).is_err());
	}

	#[test]
	fn tells_where_a_row_is_wrong() {
		let folder = tempfile::tempdir().unwrap();
		let other = damaged("bluebird", "labels.csv", |text| text.replacen("0,1,0\n", "0,1,2\n", 1));
		let error = read(other.path(), folder.path(), 3, 11, 4).unwrap_err().to_string();
		assert!(error.ends_with("bluebird/labels.csv:3: `2` is no class"), "{error}");
		let other = damaged("bluebird", "truth.csv", |text| text.replacen("\n1,1\n", "\n1;1\n", 1));
		let error = read(other.path(), folder.path(), 3, 11, 4).unwrap_err().to_string();
		assert!(error.ends_with("bluebird/truth.csv:3: 1 cells and not 2"), "{error}");
	}
}
