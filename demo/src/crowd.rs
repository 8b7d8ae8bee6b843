//! Real people's labels of images, with the truth.

use crate::{Error, Result};
use std::{collections::HashMap, path::Path};

/// Labels of a crowd: every worker answered every task.
pub struct Crowd {
	labels: HashMap<(u32, u32), u8>,
	truth: HashMap<u32, u8>,
}

impl Crowd {
	/// Reads `labels.csv` (`task,worker,label`) and `truth.csv` (`task,label`).
	pub fn read(folder: &Path) -> Result<Self> {
		let labels = rows::<3>(&folder.join("labels.csv"))?;
		let truth = rows::<2>(&folder.join("truth.csv"))?;
		let class = |label: u32| u8::try_from(label).map_err(|_| Error::new("a label is no class"));
		Ok(Self {
			labels: labels
				.into_iter()
				.map(|[task, worker, label]| Ok(((task, worker), class(label)?)))
				.collect::<Result<_>>()?,
			truth: truth.into_iter().map(|[task, label]| Ok((task, class(label)?))).collect::<Result<_>>()?,
		})
	}

	/// The tasks of sample `index` of `samples`, at regular distances: the data is sorted by class.
	pub fn tasks(&self, index: u32, samples: u32) -> Vec<u32> {
		let mut tasks: Vec<_> = self.truth.keys().copied().filter(|task| task % samples == index).collect();
		tasks.sort_unstable();
		tasks
	}

	/// What `worker` answered, `None` where it did not.
	pub fn answers(&self, worker: u32, tasks: &[u32]) -> Vec<Option<u8>> {
		tasks.iter().map(|task| self.labels.get(&(*task, worker)).copied()).collect()
	}

	/// Share of the tasks that were answered right.
	pub fn accuracy(&self, answers: &[Option<u8>], tasks: &[u32]) -> f64 {
		let right = tasks.iter().zip(answers).filter(|(task, answer)| self.truth.get(task).copied() == **answer);
		right.count() as f64 / tasks.len().max(1) as f64
	}
}

/// Rows of numbers under a head line.
fn rows<const N: usize>(file: &Path) -> Result<Vec<[u32; N]>> {
	let text = std::fs::read_to_string(file).map_err(|error| Error(format!("{}: {error}", file.display())))?;
	text.lines()
		.skip(1)
		.enumerate()
		.map(|(line, row)| {
			let numbers: Option<Vec<u32>> = row.split(',').map(|cell| cell.trim().parse().ok()).collect();
			let numbers = numbers.and_then(|numbers| <[u32; N]>::try_from(numbers).ok());
			numbers.ok_or_else(|| Error(format!("{}:{}: not {N} numbers", file.display(), line + 2)))
		})
		.collect()
}
