//! How people speak of tasks and labels. Floats are for display only, and nothing of this is in the runtime.

use super::{elements_of, evidence::Evidence, Kind};
use crate::{
	labels::label::defect::{Defect, Found},
	places::Duplicates,
	Summary, Task,
};
use serde::Serialize;
use std::fmt;

/// What people are told about tasks of a kind and their labels.
pub(crate) trait Words: Kind {
	/// What is asked.
	fn task(&self) -> String;

	/// How a label is written.
	fn form(&self) -> String;

	/// What a label says, in short.
	fn says(&self, label: &[Self::Element]) -> String;

	/// All that it says, as numbers nested in the shape of the task.
	fn numbers(&self, label: &[Self::Element]) -> Numbers;

	/// A score in the unit that people think of it in.
	fn score(&self, score: i128) -> String;

	/// The parts of a score: which comes first, and what decides between labels that are equal in it.
	fn parts(&self, score: i128) -> (i128, Option<u64>) {
		(score, None)
	}

	/// A loss in the unit that people think of it in.
	fn loss(&self, loss: u64) -> String {
		format!("{:.4}", q32(loss.into()))
	}

	/// What is usual for equal labels: whether they are rather honest or copies.
	fn usual_duplicates(&self) -> Duplicates;

	/// What an element may be.
	fn element(&self) -> String;

	/// Types of `.npy` that are taken.
	fn types(&self) -> &'static str {
		"u1 i1 b1 u2 i2 u4 i4 i8"
	}

	/// Whether numbers with a fraction are.
	fn takes_floats(&self) -> bool {
		false
	}

	/// What to do about an element that is no answer.
	fn remedy(&self, _: &Found<'_>) -> Option<&'static str> {
		None
	}

	/// What to write instead of what other tools write for no answer.
	fn instead_of_nothing(&self) -> String {
		format!("every element must be {}", self.element())
	}

	/// What to write instead of an object.
	fn instead_of_object(&self) -> String {
		format!("write {}", self.form())
	}

	/// What is wrong with the bytes of a label, if anything is.
	fn defect(&self, bytes: &[u8]) -> Option<Defect>;

	/// See [`Evidence::of`].
	fn evidence(&self, labels: &[&[Self::Element]], gold: Option<&[u8]>, label: usize, most: usize)
		-> Option<Evidence>;
}

/// Numbers, nested.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Numbers {
	/// An element.
	One(i64),
	/// An array.
	Many(Vec<Numbers>),
}

impl Numbers {
	pub(super) fn list<T: Into<i64>>(elements: impl IntoIterator<Item = T>) -> Self {
		Self::Many(elements.into_iter().map(|element| Self::One(element.into())).collect())
	}
}

impl fmt::Display for Task {
	/// What is asked.
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&of_kind!(self, kind => Words::task(kind)))
	}
}

impl Task {
	/// How a label is written, for people.
	pub fn form(&self) -> String {
		of_kind!(self, kind => Words::form(kind))
	}

	/// What a label says, in short, for people; empty if it is not of the task.
	pub fn says(&self, summary: &Summary) -> String {
		of_kind!(self, kind => says(kind, summary))
	}

	/// All that a label says, as numbers nested in the shape of the task; none if it is not of the task.
	pub fn numbers(&self, summary: &Summary) -> Numbers {
		of_kind!(self, kind => numbers(kind, summary))
	}

	/// A score in the unit that people think of it in.
	pub fn score(&self, score: i128) -> String {
		of_kind!(self, kind => Words::score(kind, score))
	}

	/// The parts of a score: which comes first, and what decides between labels that are equal in it, if there is such.
	pub fn score_parts(&self, score: i128) -> (i128, Option<u64>) {
		of_kind!(self, kind => Words::parts(kind, score))
	}

	/// A loss in the unit that people think of it in.
	pub fn loss(&self, loss: u64) -> String {
		of_kind!(self, kind => Words::loss(kind, loss))
	}

	/// What is usual for equal labels: whether they are rather honest or copies.
	pub fn usual_duplicates(&self) -> Duplicates {
		of_kind!(self, kind => Words::usual_duplicates(kind))
	}
}

impl Evidence {
	/// What is behind the score of the label at `label` among those that could be read. `gold` is that which
	/// counted. At most `most` entries are listed.
	pub fn of(task: &Task, labels: &[&Summary], gold: Option<&[u8]>, label: usize, most: usize) -> Option<Self> {
		of_kind!(task, kind => kind.evidence(&elements_of(kind, labels)?, gold, label, most))
	}
}

/// What is wrong with the bytes of a label, if anything is. The task is valid.
pub(in crate::labels) fn defect(task: &Task, bytes: &[u8]) -> Option<Defect> {
	match task.validate() {
		Ok(()) => of_kind!(task, kind => kind.defect(bytes)),
		Err(_) => None,
	}
}

fn says<K: Words>(kind: &K, summary: &Summary) -> String {
	K::elements(summary).map_or_else(String::new, |elements| kind.says(elements))
}

fn numbers<K: Words>(kind: &K, summary: &Summary) -> Numbers {
	K::elements(summary).map_or(Numbers::Many(Vec::new()), |elements| kind.numbers(elements))
}

/// `1 label`, `2 labels`.
pub(super) fn count(number: usize, what: &str) -> String {
	format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A number in units of 2^-32.
pub(super) fn q32(number: i128) -> f64 {
	number as f64 / (1u64 << 32) as f64
}

/// A number in units of 2^-32, as shares are shown.
pub(super) fn share(number: impl TryInto<i128>) -> String {
	number.try_into().map_or_else(|_| "0".to_string(), |number| format!("{:.4}", q32(number)))
}
