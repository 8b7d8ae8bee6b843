//! Answers to a task: as the files that are labels, and how near they are to the truth.

use crate::{mask::Mask, Error, Result};
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
	/// A class for each item.
	Classification {
		/// Number of items.
		items: usize,
		/// Number of classes.
		classes: u8,
	},
	/// A number for each coordinate.
	Vector {
		/// For each coordinate one unit of acceptable error, in units of `2^-fraction_bits`.
		scale: Vec<u32>,
		/// Binary digits behind the point.
		fraction_bits: u8,
	},
	/// What belongs to the object in an image.
	Mask {
		/// Pixels of a row.
		width: usize,
		/// Rows.
		height: usize,
	},
}

impl Task {
	/// As `learnware dataset create --task` reads it.
	pub fn json(&self) -> Value {
		match self {
			Self::Classification { items, classes } => {
				json!({ "classification": { "items": items, "classes": classes } })
			},
			Self::Vector { scale, fraction_bits } => {
				json!({ "vector": { "scale": scale, "fraction_bits": fraction_bits } })
			},
			Self::Mask { width, height } => json!({ "mask": { "width": width, "height": height } }),
		}
	}

	/// Its kind.
	pub fn kind(&self) -> &'static str {
		match self {
			Self::Classification { .. } => "classification",
			Self::Vector { .. } => "vector",
			Self::Mask { .. } => "mask",
		}
	}
}

/// An answer to a task. The truth is one, too.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
	/// A class, or no answer, for each item.
	Classes(Vec<Option<u8>>),
	/// A number for each coordinate.
	Values(Vec<f64>),
	/// The object.
	Mask(Mask),
}

/// How near an answer is to the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
	/// From 0 to 1: of classes the share that is right, of values the share that is off by one unit at most, of masks
	/// the Dice overlap with the truth.
	pub share: f64,
	/// Of values, how far they are off, in units and on average.
	pub error: Option<f64>,
}

impl Answer {
	/// Writes it into a folder, under this name with the extension of its kind.
	pub fn write(&self, folder: &Path, name: &str) -> Result<PathBuf> {
		let (extension, content) = match self {
			Self::Classes(classes) => ("json", json!(classes).to_string().into_bytes()),
			Self::Values(values) => ("json", json!(values).to_string().into_bytes()),
			Self::Mask(mask) => ("npy", mask.to_npy()),
		};
		let file = folder.join(format!("{name}.{extension}"));
		fs::write(&file, content).map_err(|error| Error(format!("{}: {error}", file.display())))?;
		Ok(file)
	}

	/// Reads an answer to a task, as scorers write it.
	pub fn read(task: &Task, file: &Path) -> Result<Self> {
		let wrong = |error: &dyn std::fmt::Display| Error(format!("{}: {error}", file.display()));
		let content = fs::read(file).map_err(|error| wrong(&error))?;
		let answer = match task {
			Task::Classification { .. } => Self::Classes(serde_json::from_slice(&content).map_err(|e| wrong(&e))?),
			Task::Vector { .. } => Self::Values(serde_json::from_slice(&content).map_err(|e| wrong(&e))?),
			Task::Mask { width, height } => {
				Self::Mask(Mask::from_npy(*width, *height, &content).map_err(|e| wrong(&e))?)
			},
		};
		match (task, &answer) {
			(Task::Classification { items, .. }, Self::Classes(classes)) if classes.len() != *items => {
				Err(wrong(&format!("{} answers and not {items}", classes.len())))
			},
			(Task::Vector { scale, .. }, Self::Values(values)) if values.len() != scale.len() => {
				Err(wrong(&format!("{} values and not {}", values.len(), scale.len())))
			},
			_ => Ok(answer),
		}
	}

	/// Holds it against the truth. Answers of different kinds have nothing in common.
	pub fn accuracy(&self, truth: &Self, task: &Task) -> Accuracy {
		match (self, truth, task) {
			(Self::Classes(answers), Self::Classes(truth), _) => {
				let right = answers.iter().zip(truth).map(|(answer, true_class)| answer == true_class);
				Accuracy { share: share(right), error: None }
			},
			(Self::Mask(mask), Self::Mask(truth), _) => Accuracy { share: mask.dice(truth), error: None },
			(Self::Values(values), Self::Values(truth), Task::Vector { scale, fraction_bits }) => {
				let units = scale.iter().map(|scale| f64::from(*scale) / f64::from(*fraction_bits).exp2());
				let pairs = values.iter().zip(truth).zip(units);
				let errors: Vec<_> = pairs.map(|((value, truth), unit)| (value - truth).abs() / unit).collect();
				let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
				Accuracy { share: share(errors.iter().map(|error| *error <= 1.0)), error: Some(mean) }
			},
			_ => Accuracy { share: 0.0, error: None },
		}
	}
}

fn share(hits: impl ExactSizeIterator<Item = bool>) -> f64 {
	let all = hits.len().max(1) as f64;
	hits.filter(|hit| *hit).count() as f64 / all
}

#[cfg(test)]
mod tests {
	use super::*;

	fn tasks() -> [(Task, Answer, &'static str); 3] {
		let mask = Mask::from_runs(2, 2, "1 3").unwrap();
		[
			(
				Task::Classification { items: 3, classes: 2 },
				Answer::Classes(vec![Some(1), None, Some(0)]),
				r#"{"classification":{"classes":2,"items":3}}"#,
			),
			(
				Task::Vector { scale: vec![512, 128], fraction_bits: 8 },
				Answer::Values(vec![3.25, -1.0]),
				r#"{"vector":{"fraction_bits":8,"scale":[512,128]}}"#,
			),
			(Task::Mask { width: 2, height: 2 }, Answer::Mask(mask), r#"{"mask":{"height":2,"width":2}}"#),
		]
	}

	#[test]
	fn files_and_back() {
		let folder = tempfile::tempdir().unwrap();
		for (task, answer, json) in tasks() {
			assert_eq!(task.json(), serde_json::from_str::<Value>(json).unwrap());
			let file = answer.write(folder.path(), task.kind()).unwrap();
			assert_eq!(Answer::read(&task, &file).unwrap(), answer);
			fs::write(&file, "[1]").unwrap();
			let error = Answer::read(&task, &file).unwrap_err().to_string();
			assert!(error.starts_with(&file.display().to_string()), "{error}");
		}
	}

	#[test]
	fn accuracy() {
		for (task, answer, _) in tasks() {
			let exact = answer.accuracy(&answer, &task);
			assert_eq!((exact.share, exact.error.unwrap_or_default()), (1.0, 0.0));
		}
		let [(task, answer, _), (vector, values, _), _] = tasks();
		let truth = Answer::Classes(vec![Some(1), Some(1), Some(1)]);
		assert_eq!(answer.accuracy(&truth, &task), Accuracy { share: 1.0 / 3.0, error: None });
		// Off by 2 and by 1, in units of 2 and of 1/2.
		let truth = Answer::Values(vec![5.25, 0.0]);
		assert_eq!(values.accuracy(&truth, &vector), Accuracy { share: 0.5, error: Some(1.5) });
		assert_eq!(values.accuracy(&answer, &vector).share, 0.0);
	}
}
