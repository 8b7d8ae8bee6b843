//! What the answers of a classification were held against.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "this is not in the runtime, and the limits of tasks bound every number"
)]

use super::{references, Classes, NO_ANSWER};
use crate::{
	labels::kinds::evidence::{self, shorten, Shown},
	Task,
};
use serde::Serialize;
use std::fmt;

/// Items without a match, in order.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Evidence {
	/// Items of the task.
	pub items: usize,
	/// Answers that are what they were held against.
	pub matches: usize,
	/// Items on which those that vouch for the label tie.
	pub undecided: usize,
	/// The answers that are not.
	pub differences: Vec<Item>,
}

/// An answer of a classification.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Item {
	/// Its number, from 0.
	pub item: usize,
	/// None for no answer.
	pub answer: Option<u8>,
	/// What it is held against; none where the others tie, so that the item does not count.
	pub reference: Option<u8>,
	/// The reference is gold.
	pub gold: bool,
}

impl Classes {
	pub(super) fn compared(
		&self,
		sheets: &[&[u8]],
		gold: Option<&[u8]>,
		label: usize,
		most: usize,
	) -> Option<evidence::Evidence> {
		let task = Task::Classification { items: self.items, classes: self.classes };
		let references = references(&task, sheets, gold, label)?;
		let answers = sheets.get(label)?;
		let is_gold = |item: usize| gold.and_then(|gold| gold.get(item)).is_some_and(|class| *class != NO_ANSWER);
		let unmatched = answers
			.iter()
			.zip(&references)
			.enumerate()
			.filter(|(_, (answer, reference))| Some(**answer) != **reference);
		let mut differences = unmatched
			.map(|(item, (answer, reference))| Item {
				item,
				answer: (*answer != NO_ANSWER).then_some(*answer),
				reference: *reference,
				gold: is_gold(item),
			})
			.collect::<Vec<_>>();
		let undecided = references.iter().filter(|reference| reference.is_none()).count();
		let (items, matches) = (answers.len(), answers.len() - differences.len());
		let more = shorten(&mut differences, most);
		let shown = Shown::Classification(Evidence { items, matches, undecided, differences });
		Some(evidence::Evidence { shown, more })
	}
}

impl fmt::Display for Evidence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let class = |class: Option<u8>, none: &str| -> String { class.map_or(none.into(), |class| class.to_string()) };
		let Self { items, matches, undecided, differences } = self;
		write!(f, "{matches} of {items} answers are what they are held against")?;
		if *undecided > 0 {
			write!(f, "; {undecided} items do not count, for the others tie")?;
		}
		for Item { item, answer, reference, gold } in differences {
			let (answer, reference) = (class(*answer, "none"), class(*reference, "a tie"));
			let gold = if *gold { " (gold)" } else { "" };
			write!(f, "\n  item {item:<6} your answer {answer:<6} held against {reference}{gold}")?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{classes::classify, Summary};

	#[test]
	fn a_classification_shows_items_without_a_match() {
		let task = Task::Classification { items: 12, classes: 2 };
		let truth = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1];
		let mut sheets = vec![truth.to_vec(); 6];
		sheets.iter_mut().enumerate().for_each(|(item, sheet)| sheet[item] ^= 1);
		sheets[0][5] = NO_ANSWER;
		sheets[0][6] ^= 1;
		let mut gold = vec![NO_ANSWER; 12];
		gold[6..10].copy_from_slice(&truth[6..10]);
		let labels = sheets.iter().cloned().map(Summary::Classes).collect::<Vec<_>>();
		let labels = labels.iter().collect::<Vec<_>>();
		let evidence = evidence::Evidence::of(&task, &labels, Some(&gold), 0, 2).unwrap();
		let Shown::Classification(Evidence { items, matches, undecided, differences }) = evidence.shown else {
			panic!()
		};
		assert_eq!((items, matches, undecided, evidence.more), (12, 9, 0, 1));
		let item = |item, answer, reference, gold| Item { item, answer, reference, gold };
		assert_eq!(differences, [item(0, Some(1), Some(0), false), item(5, None, Some(0), false)]);
		let sheets = sheets.iter().map(Vec::as_slice).collect::<Vec<_>>();
		assert_eq!(matches as u32, classify(&task, &sheets, Some(&gold)).unwrap().matches[0]);
	}
}
