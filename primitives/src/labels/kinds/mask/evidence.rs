//! What a mask was held against.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "this is not in the runtime, and the limits of tasks bound every number"
)]

use super::{judge::Majorities, Mask};
use crate::labels::kinds::evidence::{self, others, Shown};
use serde::Serialize;
use std::fmt;

/// Voxels of the label and of the strict majority of the others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
	/// Voxels of the label.
	pub marked: u64,
	/// Voxels of the majority.
	pub reference: u64,
	/// Voxels in both.
	pub common: u64,
	/// Voxels of the majority only.
	pub missed: u64,
	/// Voxels of the label only.
	pub added: u64,
	/// `2 common / (marked + reference)`.
	pub dice: f64,
	/// The first of them, as `[x, y, z]`.
	pub missed_at: Vec<[u32; 3]>,
	/// The first of them.
	pub added_at: Vec<[u32; 3]>,
}

impl Mask {
	pub(super) fn compared(&self, masks: &[&[u64]], label: usize, most: usize) -> Option<evidence::Evidence> {
		let own = *masks.get(label)?;
		let others = others(masks, label).collect::<Vec<_>>();
		let reference = match others.is_empty() {
			true => own.iter().map(|_| 0).collect(),
			false => Majorities::of(&others).consensus,
		};
		let count = |words: &[u64]| words.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
		let both = |rule: fn(u64, u64) -> u64| -> Vec<u64> {
			own.iter().zip(&reference).map(|(own, reference)| rule(*own, *reference)).collect()
		};
		let (missed, added) = (both(|own, reference| reference & !own), both(|own, reference| own & !reference));
		let (marked, referenced) = (count(own), count(&reference));
		let common = count(&both(|own, reference| own & reference));
		let (width, height) = (self.width, self.height);
		let place = |position: u32| [position % width, position / width % height, position / width / height];
		let places = |words: &[u64]| positions(words).take(most).map(place).collect::<Vec<_>>();
		let (missed_at, added_at) = (places(&missed), places(&added));
		let (missed, added) = (referenced - common, marked - common);
		let all = marked + referenced;
		let dice = if all == 0 { 1.0 } else { (2 * common) as f64 / all as f64 };
		let more = (missed + added) as usize - (missed_at.len() + added_at.len());
		let shown = Evidence { marked, reference: referenced, common, missed, added, dice, missed_at, added_at };
		Some(evidence::Evidence { shown: Shown::Mask(shown), more })
	}
}

/// The positions of the bits that are 1, in order.
fn positions(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
	words.iter().zip(0u32..).flat_map(|(word, index)| {
		let word = *word;
		(0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit)
	})
}

impl fmt::Display for Evidence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { marked, reference, common, missed, added, dice, missed_at, added_at } = self;
		write!(f, "{marked} voxels marked, {reference} in the majority of the others, {common} in both: ")?;
		write!(f, "Dice {dice:.4}; {missed} missed, {added} added")?;
		for (word, places) in [("missed", missed_at), ("added", added_at)] {
			let places = places.iter().map(|[x, y, z]| format!("({x},{y},{z})")).collect::<Vec<String>>();
			if !places.is_empty() {
				write!(f, "\n  {word} at {}", places.join(" "))?;
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		mask::{compare, ONE},
		Summary, Task,
	};

	#[test]
	fn a_mask_shows_what_is_missed_and_added() {
		let task = Task::Mask { width: 10, height: 4, depth: 2 };
		let masks: [[u64; 2]; 5] = [[0b1110, 1], [0b1110, 0], [0b0110, 1], [0b1111, 1], [0b11000, 0b11]];
		let labels = masks.iter().map(|words| Summary::Mask(words.to_vec())).collect::<Vec<_>>();
		let evidence = evidence::Evidence::of(&task, &labels.iter().collect::<Vec<_>>(), None, 4, 2).unwrap();
		let Shown::Mask(Evidence { marked, reference, common, missed, added, dice, missed_at, added_at }) =
			evidence.shown
		else {
			panic!()
		};
		assert_eq!((marked, reference, common, missed, added, evidence.more), (4, 4, 2, 2, 2, 0));
		assert_eq!((missed_at, added_at), (vec![[1, 0, 0], [2, 0, 0]], vec![[4, 0, 0], [5, 2, 1]]));
		let masks = masks.iter().map(|words| &words[..]).collect::<Vec<_>>();
		assert_eq!((dice * ONE as f64) as u64, compare(&task, &masks).unwrap().scores[4]);
	}
}
