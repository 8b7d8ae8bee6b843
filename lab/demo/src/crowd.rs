//! Real people's labels, with the truth, as samples to play.

pub mod airway;
pub mod bluebird;
pub mod bubil;

use crate::{
	answer::{Accuracy, Answer, Task},
	Error, Result,
};
use serde_json::Value;
use std::{
	fs,
	path::{Path, PathBuf},
};

/// A question, and the samples that ask it.
#[derive(Clone, Debug)]
pub struct Dataset {
	/// Name of its folder among the data.
	pub name: &'static str,
	/// What is asked.
	pub task: Task,
	/// The task as a file.
	pub task_file: PathBuf,
	/// What a label provider must know.
	pub description: PathBuf,
	/// Its samples; all have as many labels.
	pub sheets: Vec<Sheet>,
}

/// A sample with what the crowd answered.
#[derive(Clone, Debug)]
pub struct Sheet {
	/// What is to be labeled, in words.
	pub what: String,
	/// The same as a file.
	pub file: PathBuf,
	/// What is true, which nobody on the chain knows but for the gold.
	pub truth: Answer,
	/// Items whose truth the sample provider commits to.
	pub gold: Option<Gold>,
	/// The first player's label, the second one's, ..
	pub labels: Vec<Label>,
}

/// Items whose truth is known to the sample provider.
#[derive(Clone, Debug)]
pub struct Gold {
	/// A label file without the other answers.
	pub file: PathBuf,
	/// How many items.
	pub items: usize,
}

/// What one of the crowd answered.
#[derive(Clone, Debug)]
pub struct Label {
	/// Number in the crowd's data.
	pub worker: u32,
	/// What it says.
	pub answer: Answer,
	/// The same as a file.
	pub file: PathBuf,
	/// How near it is to the truth.
	pub accuracy: Accuracy,
}

impl Sheet {
	/// Items, values or pixels of its labels.
	pub fn items(&self) -> usize {
		match &self.truth {
			Answer::Classes(classes) => classes.len(),
			Answer::Values(values) => values.len(),
			Answer::Mask(mask) => mask.width * mask.height,
		}
	}
}

impl Dataset {
	/// Writes question and task into a folder; the samples come later.
	fn new(folder: &Path, name: &'static str, task: Task, question: &str) -> Result<Self> {
		let task_file = write(&folder.join(format!("{name}-task.json")), &task.json().to_string())?;
		let description = write(&folder.join(format!("{name}.md")), question)?;
		Ok(Self { name, task, task_file, description, sheets: Vec::new() })
	}

	/// People who label each sample.
	pub fn players(&self) -> usize {
		self.sheets.iter().map(|sheet| sheet.labels.len()).min().unwrap_or_default()
	}

	/// Writes a label that one of the crowd gave, for a sample with this truth.
	fn label(&self, folder: &Path, sheet: &str, worker: u32, answer: Answer, truth: &Answer) -> Result<Label> {
		let file = answer.write(folder, &format!("{}-{sheet}-worker-{worker}", self.name))?;
		let accuracy = answer.accuracy(truth, &self.task);
		Ok(Label { worker, answer, file, accuracy })
	}

	/// Writes a sample that is a JSON.
	fn content(&self, folder: &Path, sheet: &str, content: &Value) -> Result<PathBuf> {
		write(&folder.join(format!("{}-{sheet}.json", self.name)), &content.to_string())
	}
}

fn write(file: &Path, text: &str) -> Result<PathBuf> {
	fs::write(file, text).map_err(|error| Error(format!("{}: {error}", file.display())))?;
	Ok(file.to_owned())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{collections::BTreeSet, fs};

	pub(super) fn data() -> PathBuf {
		Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("data")
	}

	/// A copy of an example's files with one of them changed.
	pub(super) fn damaged(name: &str, file: &str, change: impl Fn(&str) -> String) -> tempfile::TempDir {
		let copy = tempfile::tempdir().unwrap();
		for entry in fs::read_dir(data().join(name)).unwrap() {
			let entry = entry.unwrap();
			fs::create_dir_all(copy.path().join(name)).unwrap();
			fs::copy(entry.path(), copy.path().join(name).join(entry.file_name())).unwrap();
		}
		let path = copy.path().join(name).join(file);
		fs::write(&path, change(&fs::read_to_string(&path).unwrap())).unwrap();
		copy
	}

	#[test]
	fn data_is_whole() {
		let folder = tempfile::tempdir().unwrap();
		let (data, folder) = (data(), folder.path());
		let read = [
			(bluebird::read(&data, folder, 3, 11, 4).unwrap(), 3, 11),
			(bubil::read(&data, folder).unwrap(), 1, 7),
			(airway::read(&data, folder).unwrap(), 1, 9),
		];
		let mut files = BTreeSet::new();
		for (dataset, sheets, players) in &read {
			assert_eq!((dataset.sheets.len(), dataset.players()), (*sheets, *players));
			assert!(files.insert(&dataset.task_file) && files.insert(&dataset.description));
			for sheet in &dataset.sheets {
				assert!(files.insert(&sheet.file) && sheet.file.exists());
				assert_eq!(sheet.truth.accuracy(&sheet.truth, &dataset.task).share, 1.0);
				for label in &sheet.labels {
					assert!(files.insert(&label.file));
					assert_eq!(Answer::read(&dataset.task, &label.file).unwrap(), label.answer);
					assert!((0.0..1.0).contains(&label.accuracy.share), "{label:?}");
				}
			}
		}
	}
}
