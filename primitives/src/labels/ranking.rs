//! What the judgements of all tasks come to: scores, losses, who may be paid and who is slashed.

use crate::{boxes, classification, mask, vector, Summary, Task};
use alloc::{vec, vec::Vec};

/// The judgement of readable labels. Lists have one entry for each, in the order given.
pub(crate) struct Ranking {
	pub scores: Vec<i128>,
	pub losses: Vec<u64>,
	pub eligible: Vec<bool>,
	pub outliers: Vec<bool>,
	/// The first label that is the same, if that is another.
	pub copies: Vec<Option<usize>>,
	pub wash: bool,
	pub gold_void: bool,
	pub consensus: Summary,
}

impl Ranking {
	/// `None` for no labels or too many, or if not all are of the task. Only classifications have gold.
	pub fn new(task: &Task, labels: &[&Summary], gold: Option<&[u8]>) -> Option<Self> {
		match task {
			Task::Classification { .. } => Self::of_classes(task, labels, gold),
			Task::Vector { .. } => Self::of_vectors(task, labels),
			Task::Mask { .. } => Self::of_masks(task, labels),
			Task::Boxes { .. } => Self::of_boxes(task, labels),
		}
	}

	fn of_classes(task: &Task, labels: &[&Summary], gold: Option<&[u8]>) -> Option<Self> {
		let sheets = contents(labels, |label| if let Summary::Classes(sheet) = label { Some(sheet) } else { None })?;
		let outcome = classification::classify(task, &sheets, gold)?;
		Some(Self {
			scores: outcome.scores.into_iter().map(i128::from).collect(),
			losses: outcome.losses.into_iter().map(u64::from).collect(),
			eligible: outcome.eligible,
			outliers: outcome.outliers,
			copies: copies(&sheets),
			wash: outcome.wash,
			gold_void: outcome.gold_void,
			consensus: Summary::Classes(outcome.consensus),
		})
	}

	fn of_vectors(task: &Task, labels: &[&Summary]) -> Option<Self> {
		let vectors = contents(labels, |label| if let Summary::Vector(values) = label { Some(values) } else { None })?;
		let outcome = vector::compare(task, &vectors)?;
		Some(Self {
			scores: outcome.losses.iter().map(|loss| i128::from(*loss).saturating_neg()).collect(),
			losses: outcome.losses,
			eligible: outcome.eligible,
			outliers: outcome.outliers,
			copies: copies(&vectors),
			wash: outcome.wash,
			gold_void: false,
			consensus: Summary::Vector(outcome.consensus),
		})
	}

	fn of_masks(task: &Task, labels: &[&Summary]) -> Option<Self> {
		let masks = contents(labels, |label| if let Summary::Mask(words) = label { Some(words) } else { None })?;
		let outcome = mask::compare(task, &masks)?;
		Some(Self {
			scores: outcome.scores.into_iter().map(i128::from).collect(),
			losses: outcome.losses,
			eligible: outcome.eligible,
			outliers: outcome.outliers,
			copies: copies(&masks),
			wash: outcome.wash,
			gold_void: false,
			consensus: Summary::Mask(outcome.consensus),
		})
	}

	fn of_boxes(task: &Task, labels: &[&Summary]) -> Option<Self> {
		let lists = contents(labels, |label| if let Summary::Boxes(boxes) = label { Some(boxes) } else { None })?;
		let outcome = boxes::compare(task, &lists)?;
		let scores = outcome.scores.iter().zip(&outcome.tie_breaks);
		Some(Self {
			scores: scores.map(|(score, tie_break)| boxes::join_box_score(*score, *tie_break)).collect(),
			losses: outcome.losses,
			eligible: outcome.eligible,
			outliers: outcome.outliers,
			copies: copies(&lists),
			wash: outcome.wash,
			gold_void: false,
			consensus: Summary::Boxes(outcome.consensus),
		})
	}
}

/// What each label holds, if all are of one kind.
fn contents<'a, T>(
	labels: &[&'a Summary],
	content: impl Fn(&'a Summary) -> Option<&'a Vec<T>>,
) -> Option<Vec<&'a [T]>> {
	labels.iter().map(|label| content(label).map(Vec::as_slice)).collect()
}

/// The first label that is the same as each, if that is another. Sorts, as labels that differ only at their end
/// would make a comparison of all pairs slow; and compares element by element, for comparing bytes is slow in
/// WebAssembly.
fn copies<T: Ord>(labels: &[&[T]]) -> Vec<Option<usize>> {
	let mut sorted = labels.iter().enumerate().collect::<Vec<_>>();
	sorted.sort_by_key(|(_, label)| *label);
	let mut copies = vec![None; labels.len()];
	for same in sorted.chunk_by(|(_, left), (_, right)| left.cmp(right).is_eq()) {
		let Some(((first, _), later)) = same.split_first() else { continue };
		for (label, _) in later {
			if let Some(copy) = copies.get_mut(*label) {
				*copy = Some(*first);
			}
		}
	}
	copies
}
