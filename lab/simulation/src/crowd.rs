//! Real people's labels, with the truth.

use crate::Error;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
};

/// Who answered what, and what is true.
#[derive(Clone, Debug)]
pub struct Crowd {
	/// Class by task and worker.
	answers: BTreeMap<(u32, u32), u8>,
	truth: BTreeMap<u32, u8>,
}

/// Tasks that were answered by the same people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Block {
	/// The tasks, all with a known truth, ascending.
	pub tasks: Vec<u32>,
	/// The people, each of whom answered all of the tasks, ascending.
	pub workers: Vec<u32>,
}

/// Most classes of a crowd: as many as the chain's tasks have.
const MAX_CLASSES: u8 = learnware_primitives::MAX_CLASSES;

impl Crowd {
	/// Reads `labels.csv` (`task,worker,label`) and `truth.csv` (`task,label`) of a folder. Both begin with
	/// that line; all values are whole numbers, labels are classes from 0.
	pub fn read(folder: &Path) -> Result<Self, Error> {
		let labels = CsvFile::read(folder.join("labels.csv"))?;
		let truth = CsvFile::read(folder.join("truth.csv"))?;
		let mut crowd = Self { answers: BTreeMap::new(), truth: BTreeMap::new() };
		for (line, [task, worker, label]) in labels.rows(["task", "worker", "label"])? {
			if crowd.answers.insert((task, worker), labels.class(line, label)?).is_some() {
				return Err(labels.wrong(line, format!("worker {worker} answered task {task} before")));
			}
		}
		for (line, [task, label]) in truth.rows(["task", "label"])? {
			if crowd.truth.insert(task, truth.class(line, label)?).is_some() {
				return Err(truth.wrong(line, format!("task {task} has a truth before")));
			}
		}
		Ok(crowd)
	}

	/// Number of classes: one more than the highest that somebody answered or that is true, at least 2.
	pub fn classes(&self) -> u8 {
		let highest = self.answers.values().chain(self.truth.values()).max().copied().unwrap_or_default();
		highest.max(1) + 1
	}

	/// The tasks with a truth, put together by the people who answered them.
	pub fn blocks(&self) -> Vec<Block> {
		let mut workers_of = BTreeMap::<u32, Vec<u32>>::new();
		for &(task, worker) in self.answers.keys().filter(|(task, _)| self.truth.contains_key(task)) {
			workers_of.entry(task).or_default().push(worker);
		}
		let mut tasks_of = BTreeMap::<Vec<u32>, Vec<u32>>::new();
		for (task, workers) in workers_of {
			tasks_of.entry(workers).or_default().push(task);
		}
		tasks_of.into_iter().map(|(workers, tasks)| Block { tasks, workers }).collect()
	}

	/// What `worker` answered, `None` where it did not.
	pub fn answers(&self, worker: u32, tasks: &[u32]) -> Vec<Option<u8>> {
		tasks.iter().map(|task| self.answers.get(&(*task, worker)).copied()).collect()
	}

	/// What is true, `None` where it is not known.
	pub fn truth(&self, tasks: &[u32]) -> Vec<Option<u8>> {
		tasks.iter().map(|task| self.truth.get(task).copied()).collect()
	}
}

/// A text file with its name, for messages.
struct CsvFile {
	path: PathBuf,
	text: String,
}

impl CsvFile {
	fn read(path: PathBuf) -> Result<Self, Error> {
		match fs::read_to_string(&path) {
			Ok(text) => Ok(Self { path, text }),
			Err(source) => Err(Error::Read { path, source }),
		}
	}

	/// The rows under the head line, each with its line number.
	fn rows<const N: usize>(&self, head: [&str; N]) -> Result<Vec<(usize, [u32; N])>, Error> {
		let mut lines = (1..).zip(self.text.lines());
		match lines.next() {
			Some((_, line)) if line.split(',').map(str::trim).eq(head) => {},
			_ => return Err(self.wrong(1, format!("the first line must be {}", head.join(",")))),
		}
		lines.map(|(line, row)| Ok((line, self.row(line, row)?))).collect()
	}

	fn row<const N: usize>(&self, line: usize, row: &str) -> Result<[u32; N], Error> {
		let numbers = row.split(',').map(|cell| cell.trim().parse().ok()).collect::<Option<Vec<u32>>>();
		let numbers = numbers.and_then(|numbers| numbers.try_into().ok());
		numbers.ok_or_else(|| self.wrong(line, format!("{N} whole numbers were expected")))
	}

	fn class(&self, line: usize, label: u32) -> Result<u8, Error> {
		let class = u8::try_from(label).ok().filter(|class| *class < MAX_CLASSES);
		class.ok_or_else(|| self.wrong(line, format!("{label} is no class; classes are 0 to {}", MAX_CLASSES - 1)))
	}

	fn wrong(&self, line: usize, problem: String) -> Error {
		Error::Line { path: self.path.clone(), line, problem }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn read(labels: &str, truth: &str) -> Result<Crowd, String> {
		let folder = tempfile::tempdir().unwrap();
		fs::write(folder.path().join("labels.csv"), labels).unwrap();
		fs::write(folder.path().join("truth.csv"), truth).unwrap();
		Crowd::read(folder.path())
			.map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
	}

	#[test]
	fn tasks_of_the_same_people_make_a_block() {
		let labels = "task,worker,label\n0,7,1\n0,8,0\n1,8,1\n1,7,2\n2,7,1\n3,7,0\n3,8,0\n";
		let crowd = read(labels, "task,label\n0,1\n1,0\n2,0\n").unwrap();
		let alone = Block { tasks: vec![2], workers: vec![7] };
		let together = Block { tasks: vec![0, 1], workers: vec![7, 8] };
		assert_eq!(crowd.blocks(), [alone, together], "task 3 has no truth");
		assert_eq!(crowd.classes(), 3);
		assert_eq!(crowd.answers(8, &[0, 1, 2]), [Some(0), Some(1), None]);
		assert_eq!(crowd.truth(&[1, 3]), [Some(0), None]);
	}

	#[test]
	fn errors_name_file_and_line() {
		let (labels, truth) = ("task,worker,label\n0,0,1\n", "task,label\n0,1\n");
		for (labels, truth, message) in [
			("0,0,1\n", truth, "labels.csv:1: the first line must be task,worker,label"),
			("", truth, "labels.csv:1: the first line must be task,worker,label"),
			("task,worker,label\n0,0,1\n0,1\n", truth, "labels.csv:3: 3 whole numbers were expected"),
			("task,worker,label\n0,0,one\n", truth, "labels.csv:2: 3 whole numbers were expected"),
			("task,worker,label\n0,0,1\n0,0,0\n", truth, "labels.csv:3: worker 0 answered task 0 before"),
			(labels, "task,label\n0,64\n", "truth.csv:2: 64 is no class; classes are 0 to 63"),
			(labels, "task,label\n0,1\n\n", "truth.csv:3: 2 whole numbers were expected"),
			(labels, "task,label\n0,1\n0,1\n", "truth.csv:3: task 0 has a truth before"),
		] {
			assert_eq!(read(labels, truth).unwrap_err(), message);
		}
	}

	#[test]
	fn a_missing_file_is_named() {
		let folder = tempfile::tempdir().unwrap();
		let message = Crowd::read(folder.path()).unwrap_err().to_string();
		assert!(message.contains("labels.csv"), "{message}");
	}
}
