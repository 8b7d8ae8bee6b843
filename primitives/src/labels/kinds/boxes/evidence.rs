//! What boxes were held against.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "this is not in the runtime, and the limits of tasks bound every number"
)]

use super::{Boxes, ONE};
use crate::labels::{
	kinds::evidence::{self, others, shorten, Shown},
	statistics::lower_median,
};
use serde::Serialize;
use std::{array, fmt};

/// Items, the worst first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
	/// Items of the task.
	pub items: usize,
	/// The worst.
	pub worst: Vec<BoxItem>,
}

/// A box of a label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoxItem {
	/// Its number, from 0.
	pub item: usize,
	/// That of the label.
	pub answer: [u32; 4],
	/// Lower medians of the others' edges.
	pub reference: [u32; 4],
	/// Lower median of the overlaps with each of the others: the score.
	pub overlap: f64,
	/// Overlap with the reference: the tie-break.
	pub with_reference: f64,
}

impl Boxes {
	pub(super) fn compared(&self, lists: &[&[[u32; 4]]], label: usize, most: usize) -> Option<evidence::Evidence> {
		let own = lists.get(label)?;
		let judged = |item: usize| {
			let boxes = lists.iter().map(|boxes| boxes.get(item..=item)).collect::<Option<Vec<_>>>()?;
			let outcome = Self { items: 1 }.compare(&boxes)?;
			let edge = |edge: usize| {
				lower_median(others(&boxes, label).filter_map(|boxes| boxes.first().map(|corners| corners[edge])))
			};
			let answer = *own.get(item)?;
			let (overlap, with_reference) = (*outcome.scores.get(label)?, *outcome.tie_breaks.get(label)?);
			let reference = array::from_fn(edge);
			let share = |overlap: u64| overlap as f64 / ONE as f64;
			let (shown, with_reference) = (share(overlap), share(with_reference));
			Some((overlap, BoxItem { item, answer, reference, overlap: shown, with_reference }))
		};
		let mut all = (0..own.len()).map(judged).collect::<Option<Vec<_>>>()?;
		all.sort_by_key(|(overlap, _)| *overlap);
		let items = all.len();
		let mut worst = all.into_iter().map(|(_, item)| item).collect::<Vec<_>>();
		let more = shorten(&mut worst, most);
		Some(evidence::Evidence { shown: Shown::Boxes(Evidence { items, worst }), more })
	}
}

impl fmt::Display for Evidence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} boxes, the worst first", self.items)?;
		for BoxItem { item, answer, reference, overlap, with_reference } in &self.worst {
			write!(f, "\n  box {item:<6} yours {answer:?}  median of the others {reference:?}  ")?;
			write!(f, "IoU with the others {overlap:.4}, with their median {with_reference:.4}")?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{boxes::split_box_score, judge, Summary, Task, Verdict};

	#[test]
	fn boxes_show_each_item() {
		let task = Task::Boxes { items: 2 };
		let lists = [10, 11, 12, 13, 30].map(|x| [[x, 10, x + 40, 50], [x, x, 2 * x, 2 * x]].to_vec());
		let labels = lists.map(Summary::Boxes);
		let evidence = evidence::Evidence::of(&task, &labels.iter().collect::<Vec<_>>(), None, 4, 2).unwrap();
		let Shown::Boxes(Evidence { worst, .. }) = evidence.shown else { panic!() };
		assert_eq!(worst.iter().map(|item| item.item).collect::<Vec<_>>(), [1, 0]);
		assert_eq!((worst[1].answer, worst[1].reference), ([30, 10, 70, 50], [11, 10, 51, 50]));
		let Verdict::Scored { score, .. } = judge(&task, &labels.map(Ok), None).verdicts[4] else { panic!() };
		let mean = (worst[0].overlap + worst[1].overlap) / 2.0;
		assert!((mean - split_box_score(score).0 as f64 / ONE as f64).abs() < 1e-9);
	}
}
