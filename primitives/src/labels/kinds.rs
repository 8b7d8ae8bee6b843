//! The kinds of tasks: each a folder with all that is particular to it.
//!
//! What a label must be (`read`), how labels are judged (`judge`), what each was held against (`evidence`) and how people
//! speak of it (`words`). The rest of the program asks a [`Task`], which asks its [`Kind`]; [`of_kind`] is the only place
//! that tells them apart. A new kind is a folder here, a variant of [`Task`], [`TaskKind`](crate::task::TaskKind),
//! [`Summary`] and [`Shown`](evidence::Shown), and a line in that macro.

/// Does with the [`Kind`] of a task whatever is to be done.
macro_rules! of_kind {
	($task:expr, $kind:ident => $work:expr) => {
		match $task {
			$crate::Task::Classification { items, classes } => {
				let $kind = &$crate::labels::kinds::classes::Classes { items: *items, classes: *classes };
				$work
			},
			$crate::Task::Vector { scale, fraction_bits } => {
				let $kind = &$crate::labels::kinds::vector::Vector { scale, fraction_bits: *fraction_bits };
				$work
			},
			$crate::Task::Mask { width, height, depth } => {
				let $kind = &$crate::labels::kinds::mask::Mask { width: *width, height: *height, depth: *depth };
				$work
			},
			$crate::Task::Boxes { items } => {
				let $kind = &$crate::labels::kinds::boxes::Boxes { items: *items };
				$work
			},
		}
	};
}

pub mod boxes;
pub mod classes;
pub mod mask;
pub mod vector;

#[cfg(feature = "std")]
pub mod evidence;
#[cfg(feature = "std")]
pub mod words;

use crate::{task::TaskError, BadReason, Summary, Task};
use alloc::{vec, vec::Vec};

/// What is particular to a kind of task. Implemented by the parameters of a [`Task`].
pub(crate) trait Kind {
	/// What a summary has of each item, coordinate or 64 voxels.
	type Element: Ord;

	/// A summary of this kind.
	fn wrap(elements: Vec<Self::Element>) -> Summary;

	/// What a summary holds, if it is of this kind.
	fn elements(summary: &Summary) -> Option<&[Self::Element]>;

	/// Checks the task against the limits of the judgement.
	fn validate(&self) -> Result<(), TaskError>;

	/// Bytes that the summary of one label takes at most.
	fn max_summary_bytes(&self) -> u32;

	/// Reads a label's bytes, which are not too many. The task is valid.
	fn read(&self, bytes: &[u8]) -> Result<Vec<Self::Element>, BadReason>;

	/// Whether a label has just the elements that the task asks for, if it is valid.
	fn fits(&self, elements: &[Self::Element]) -> bool;

	/// Judges the labels; only classifications have gold. `None` for no labels or too many, or if not all fit.
	fn judge(&self, labels: &[&[Self::Element]], gold: Option<&[u8]>) -> Option<Ranking>;

	/// The one file that stands for a label that fits.
	fn write(&self, elements: &[Self::Element]) -> Vec<u8>;
}

/// What the judgement of one label comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Row {
	pub score: i128,
	pub loss: u64,
	pub eligible: bool,
	pub outlier: bool,
	/// The first label that is the same, if that is another.
	pub copy_of: Option<usize>,
}

/// The judgement of readable labels.
pub(crate) struct Ranking {
	/// One for each label, in the order given.
	pub rows: Vec<Row>,
	pub wash: bool,
	pub gold_void: bool,
	pub consensus: Summary,
}

impl Ranking {
	/// `None` for no labels or too many, or if not all are of the task.
	pub fn new(task: &Task, labels: &[&Summary], gold: Option<&[u8]>) -> Option<Self> {
		of_kind!(task, kind => kind.judge(&elements_of(kind, labels)?, gold))
	}
}

/// What each label holds, if all are of one kind.
fn elements_of<'a, K: Kind>(_: &K, labels: &[&'a Summary]) -> Option<Vec<&'a [K::Element]>> {
	labels.iter().map(|label| K::elements(label)).collect()
}

/// One row for each label.
fn rows<T: Ord>(
	labels: &[&[T]],
	scores: impl IntoIterator<Item = i128>,
	losses: impl IntoIterator<Item = u64>,
	eligible: Vec<bool>,
	outliers: Vec<bool>,
) -> Vec<Row> {
	let chosen = eligible.into_iter().zip(outliers);
	let measured = scores.into_iter().zip(losses);
	let rows = measured.zip(chosen).zip(copies(labels));
	rows.map(|(((score, loss), (eligible, outlier)), copy_of)| Row { score, loss, eligible, outlier, copy_of })
		.collect()
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

impl Task {
	/// Bytes that the [`Summary`] of one label takes at most.
	pub fn max_summary_bytes(&self) -> u32 {
		of_kind!(self, kind => kind.max_summary_bytes())
	}

	/// Checks the task against the limits of the judgement.
	pub fn validate(&self) -> Result<(), TaskError> {
		of_kind!(self, kind => kind.validate())
	}
}

impl Summary {
	/// Whether it is one of a label of `task`, as [`condense`](crate::condense) makes them. None is of a task that is not
	/// valid.
	pub fn is_of(&self, task: &Task) -> bool {
		task.validate().is_ok() && of_kind!(task, kind => fits(kind, self))
	}
}

fn fits<K: Kind>(kind: &K, summary: &Summary) -> bool {
	K::elements(summary).is_some_and(|elements| kind.fits(elements))
}

/// Reads a label's bytes, which are not too many, for a task that is valid.
pub(crate) fn read(task: &Task, bytes: &[u8]) -> Result<Summary, BadReason> {
	of_kind!(task, kind => read_as(kind, bytes))
}

fn read_as<K: Kind>(kind: &K, bytes: &[u8]) -> Result<Summary, BadReason> {
	kind.read(bytes).map(K::wrap)
}

/// Writes the one file that stands for a summary: [`condense`](crate::condense) of it is the summary again. A
/// summary that [is not of the task](Summary::is_of) has none, and the bytes are empty.
///
/// - Classes: JSON without spaces, e.g. `[0,1,null]`, `null` for no answer.
/// - Vector: JSON without spaces, e.g. `[12,-0.375]`: each value as the shortest decimal that is exactly it,
///   without an exponent.
/// - Mask: `.npy` of version 1.0 with dtype `|u1` and the shape `(height, width)`, or `(depth, height, width)` if
///   the depth is not 1, with the fewest spaces that put the data at a multiple of 64.
/// - Boxes: JSON without spaces, e.g. `[[0,0,4,4],[1,2,3,4]]`.
pub fn to_label(task: &Task, summary: &Summary) -> Vec<u8> {
	match task.validate() {
		Ok(()) => of_kind!(task, kind => write_as(kind, summary)),
		Err(_) => Vec::new(),
	}
}

fn write_as<K: Kind>(kind: &K, summary: &Summary) -> Vec<u8> {
	K::elements(summary).filter(|elements| kind.fits(elements)).map_or_else(Vec::new, |elements| kind.write(elements))
}
