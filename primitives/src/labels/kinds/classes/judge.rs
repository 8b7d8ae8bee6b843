//! The judgement of classifications: agreement beyond chance, without near copies.
//!
//! A label is a *sheet*: one byte for each item, its class or [`NO_ANSWER`]. Each label gets a weight by
//! how well it agrees with the others beyond chance, and is then scored against the weighted plurality of
//! the others. Labels that are nearly the same do not vouch for each other. [`classify`] follows the
//! integer reference `tests/reference/scoring.py` step by step and to the bit.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "the limits bound every value (see `Bounds` below), and every index is below the length it was made from"
)]

// Bounds, with n <= 2^6 labels, T <= 2^12 items, K <= 2^6 classes, and everything a count of items <= T:
//
//   agreements a, class counts c          <= T                 = 2^12
//   agreements by chance S = sum c c'     <= T^2               = 2^24
//   beyond chance G = T a - S             in [-T^2, T^2]
//   weight by agreement                   <= T^2               = 2^24
//   weight with gold                      <= T^2 K T           = 2^42
//   votes for a class, sum of weights     <= n T^2 K T         = 2^48      (u64; packed with a class: 2^54)
//   score                                 in [-T^2, T^2]                   (i64)
//   loss, cut                             <= T + 4.448 T       < 2^15      (u64; 4448 mad <= 2^25)
//
// The sums of the permutation test have bounds of their own in `wash`.

mod agreement;
mod label_set;
mod votes;
mod wash;

pub use label_set::LabelSet;

use super::{super::Kind, Classes};
use crate::{
	labels::statistics::{lower_median, outlier_cut},
	Summary, Task, MAX_LABELS, MIN_LABELS,
};
use agreement::Pairs;
use alloc::{vec, vec::Vec};
use votes::Column;

/// The byte that stands for "no answer" in a [`Summary::Classes`].
pub const NO_ANSWER: u8 = 255;

/// Fewest items for which agreement by chance is estimated; with fewer, all agreement counts.
pub const MIN_ITEMS_FOR_CHANCE: u32 = 8;

/// Fewest labels that may vouch for a label; with fewer, its near copies may too.
pub const MIN_OTHERS: u32 = 3;

/// Fewest items of gold; [`judge`](crate::judge) ignores less, for it would say little about anybody.
pub const MIN_GOLD: u32 = 4;

/// All that [`classify`] finds. Lists have one entry for each label, in the order given, if not said
/// otherwise.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// `agreements[i][j]`: items to which i and j give the same answer.
	pub agreements: Vec<Vec<u32>>,
	/// `beyond_chance[i][j]`: items times agreements, minus what their class frequencies make by chance.
	pub beyond_chance: Vec<Vec<i64>>,
	/// The near copies of each label.
	pub near: Vec<LabelSet>,
	/// Weight of each label's votes.
	pub weights: Vec<u64>,
	/// Items on which a label gives the answer that it is scored against.
	pub matches: Vec<u32>,
	/// Items times matches, minus what chance makes; above 0 is better than chance.
	pub scores: Vec<i64>,
	/// Items without a match.
	pub losses: Vec<u32>,
	/// Loss above which a label is an outlier, if its score is not above 0.
	pub cut: u64,
	/// One class for each item: the gold, else the weighted plurality, ties to the lowest class.
	pub consensus: Vec<u8>,
	/// The crowd contradicts more than half of the gold, which is ignored.
	pub gold_void: bool,
	/// The agreement is not told from chance, or there are too few labels.
	pub wash: bool,
	/// Sum of the agreement beyond chance over the pairs of the permutation test.
	pub wash_agreement: i64,
	/// Sum of its squares over all permutations, see the reference.
	pub wash_squares: i128,
	/// May take a paid place.
	pub eligible: Vec<bool>,
	/// So far off that its collateral is slashed.
	pub outliers: Vec<bool>,
}

/// The gold that knows the class of some items, `(item, class)`; of several for one item, the last. `None` when
/// the task is not a valid classification, or does not have an item or a class.
pub fn gold_sheet(task: &Task, known: &[(u32, u8)]) -> Option<Summary> {
	let Task::Classification { items, classes } = *task else { return None };
	task.validate().ok()?;
	let mut sheet = vec![NO_ANSWER; items as usize];
	for (item, class) in known {
		*sheet.get_mut(*item as usize).filter(|_| *class < classes)? = *class;
	}
	Some(Summary::Classes(sheet))
}

/// Judges 1 to [`MAX_LABELS`] sheets. `gold` is a sheet of the true classes, with [`NO_ANSWER`] where
/// nothing is known; it counts however little it knows. `None` when the task is not valid, when a sheet is not
/// of the task, or when there are too many sheets or none.
pub fn classify(task: &Task, sheets: &[&[u8]], gold: Option<&[u8]>) -> Option<Outcome> {
	let Task::Classification { items, classes } = *task else { return None };
	Classes { items, classes }.classify(sheets, gold)
}

impl Classes {
	pub(super) fn classify(&self, sheets: &[&[u8]], gold: Option<&[u8]>) -> Option<Outcome> {
		let Self { items, classes } = *self;
		let fits = self.validate().is_ok()
			&& (1..=MAX_LABELS as usize).contains(&sheets.len())
			&& sheets.iter().chain(&gold).all(|sheet| self.fits(sheet));
		fits.then(|| Game::new(items, classes, sheets).judge(gold.unwrap_or(&vec![NO_ANSWER; items as usize])))
	}
}

/// What the answers of one label are held against, item by item: the gold where it counts, else the weighted
/// plurality of the labels that vouch for it; `None` where they tie and the item does not count. The label is the
/// one at `label`, and its [matches](Outcome::matches) are the items with its own answer. `None` as from
/// [`classify`], or if there is no such label.
pub fn references(task: &Task, sheets: &[&[u8]], gold: Option<&[u8]>, label: usize) -> Option<Vec<Option<u8>>> {
	let Outcome { near, weights, consensus, gold_void, .. } = classify(task, sheets, gold)?;
	let others = *vouchers(&near).get(label)?;
	let gold = gold.filter(|_| !gold_void);
	let is_known = |item: usize| gold.is_some_and(|gold| gold[item] != NO_ANSWER);
	let mut column = Column::new(&weights);
	let mut reference = |(item, known): (usize, &u8)| {
		if is_known(item) {
			return Some(*known);
		}
		column.count(sheets.iter().map(|sheet| sheet[item]));
		column.plurality_of(others)
	};
	Some(consensus.iter().enumerate().map(&mut reference).collect())
}

/// The labels that vouch for each: all but itself and its near copies, if that leaves enough.
fn vouchers(near: &[LabelSet]) -> Vec<LabelSet> {
	let all = (0..near.len()).collect::<LabelSet>();
	let vouchers = |(label, near): (usize, &LabelSet)| {
		let rest = all.without(label);
		let distinct = rest.minus(*near);
		match distinct.len() >= MIN_OTHERS {
			true => distinct,
			false => rest,
		}
	};
	near.iter().enumerate().map(vouchers).collect()
}

/// The labels of one sample, checked, with what is counted once.
struct Game<'a> {
	sheets: &'a [&'a [u8]],
	items: usize,
	classes: usize,
	/// Whether agreement by chance is taken off.
	corrected: bool,
	/// `class_counts[i][k]`: answers k of label i.
	class_counts: Vec<Vec<u64>>,
	pairs: Pairs,
}

/// The true classes as far as they are in force.
struct Gold {
	sheet: Vec<u8>,
	/// Items with a known class; 0 without gold.
	known: u64,
	/// Of those, the ones that each label has right.
	right: Vec<u64>,
}

/// How each label does against the votes of the others.
struct Standing {
	consensus: Vec<u8>,
	matches: Vec<u32>,
	scores: Vec<i64>,
}

impl<'a> Game<'a> {
	fn new(items: u32, classes: u8, sheets: &'a [&'a [u8]]) -> Self {
		let class_counts = sheets.iter().map(|sheet| count_classes(sheet, classes.into())).collect::<Vec<_>>();
		let pairs = Pairs::measure(sheets, &class_counts);
		let corrected = items >= MIN_ITEMS_FOR_CHANCE;
		Self { sheets, items: items as usize, classes: classes.into(), corrected, class_counts, pairs }
	}

	fn judge(self, gold: &[u8]) -> Outcome {
		let beyond_chance = self.beyond_chance();
		let near = self.near_copies();
		let others = vouchers(&near);
		let agreement = self.median_agreement(&beyond_chance, &others);
		let base = self.base_weights(&agreement);
		let gold_void = self.contradicts(&base, gold);
		let gold = self.in_force(gold, gold_void);
		let weights = self.weights(base, &gold);
		let Standing { consensus, matches, scores } = self.stand(&weights, &others, &gold.sheet);
		let losses = matches.iter().map(|matches| self.items as u32 - matches).collect::<Vec<_>>();
		let cut = outlier_cut(&losses.iter().copied().map(u64::from).collect::<Vec<_>>(), self.least_cut());
		let passed = self.passed(&gold);
		let trial = wash::Trial::hold(&self, &agreement, passed);
		let wash = self.sheets.len() < MIN_LABELS as usize || (self.corrected && !trial.shows_agreement(self.items));
		Outcome {
			near,
			weights,
			cut,
			consensus,
			gold_void,
			wash,
			wash_agreement: trial.agreement,
			wash_squares: trial.squares,
			eligible: self.labels().map(|i| !wash && scores[i] > 0 && passed.contains(i)).collect(),
			outliers: self.labels().map(|i| !wash && scores[i] <= 0 && u64::from(losses[i]) > cut).collect(),
			agreements: self.pairs.agreements,
			beyond_chance,
			matches,
			scores,
			losses,
		}
	}

	fn labels(&self) -> core::ops::Range<usize> {
		0..self.sheets.len()
	}

	/// `G`: for few items, chance is not taken off.
	fn beyond_chance(&self) -> Vec<Vec<i64>> {
		let beyond = |i: usize, j: usize| match self.corrected {
			true => self.pairs.beyond_chance(self.items, i, j),
			false => self.items as i64 * i64::from(self.pairs.agreements[i][j]),
		};
		self.labels().map(|i| self.labels().map(|j| beyond(i, j)).collect()).collect()
	}

	/// Labels are near when they differ in less than a third of what is usual for either.
	fn near_copies(&self) -> Vec<LabelSet> {
		let differences = |i: usize, j: usize| self.items as u32 - self.pairs.agreements[i][j];
		let usual = self
			.labels()
			.map(|i| lower_median(self.labels().filter(|&j| j != i).map(|j| differences(i, j))))
			.collect::<Vec<_>>();
		let near = |i: usize, j: usize| j != i && 3 * differences(i, j) < usual[i].min(usual[j]);
		self.labels().map(|i| self.labels().filter(|&j| near(i, j)).collect()).collect()
	}

	fn median_agreement(&self, beyond_chance: &[Vec<i64>], others: &[LabelSet]) -> Vec<i64> {
		beyond_chance
			.iter()
			.zip(others)
			.map(|(beyond_chance, others)| lower_median(others.iter().map(|other| beyond_chance[other])))
			.collect()
	}

	fn base_weights(&self, agreement: &[i64]) -> Vec<u64> {
		let weights = agreement.iter().map(|&agreement| agreement.max(0) as u64).collect::<Vec<_>>();
		if self.corrected && weights.iter().any(|&weight| weight > 0) {
			weights
		} else {
			vec![1; self.sheets.len()]
		}
	}

	/// Whether the plurality contradicts more than half of the gold.
	fn contradicts(&self, weights: &[u64], gold: &[u8]) -> bool {
		let mut column = Column::new(weights);
		let mut known = 0;
		let mut contradicted = 0;
		for (item, &class) in gold.iter().enumerate().filter(|(_, &class)| class != NO_ANSWER) {
			column.count(self.sheets.iter().map(|sheet| sheet[item]));
			known += 1;
			contradicted += u32::from(column.plurality() != class);
		}
		2 * contradicted > known
	}

	fn in_force(&self, gold: &[u8], void: bool) -> Gold {
		let sheet = if void { vec![NO_ANSWER; self.items] } else { gold.to_vec() };
		let is_right = |(class, known): (&u8, &u8)| *known != NO_ANSWER && class == known;
		Gold {
			known: sheet.iter().filter(|&&class| class != NO_ANSWER).count() as u64,
			right: self
				.sheets
				.iter()
				.map(|label| label.iter().zip(&sheet).filter(|pair| is_right(*pair)).count() as u64)
				.collect(),
			sheet,
		}
	}

	/// The labels that know more of the gold than guessing would.
	fn passed(&self, gold: &Gold) -> LabelSet {
		self.labels().filter(|&label| gold.known == 0 || gold.right[label] * self.classes as u64 > gold.known).collect()
	}

	/// The base weights times what is known of the gold beyond guessing; unless nobody knows anything.
	fn weights(&self, base: Vec<u64>, gold: &Gold) -> Vec<u64> {
		if gold.known == 0 {
			return base;
		}
		let knowledge = gold.right.iter().map(|right| (right * self.classes as u64).saturating_sub(gold.known));
		let weights = base.iter().zip(knowledge).map(|(base, knowledge)| base * knowledge).collect::<Vec<_>>();
		if weights.iter().any(|&weight| weight > 0) {
			weights
		} else {
			base
		}
	}

	/// Compares each label with the gold, or else with the plurality of its `others`; an item on which
	/// they tie does not count for it.
	fn stand(&self, weights: &[u64], others: &[LabelSet], gold: &[u8]) -> Standing {
		let mut column = Column::new(weights);
		let mut consensus = Vec::with_capacity(self.items);
		let mut matches = vec![0; self.sheets.len()];
		let mut reference_counts = vec![vec![0; self.classes]; self.sheets.len()];
		for (item, &known) in gold.iter().enumerate() {
			column.count(self.sheets.iter().map(|sheet| sheet[item]));
			consensus.push(if known == NO_ANSWER { column.plurality() } else { known });
			for label in self.labels() {
				let reference = if known == NO_ANSWER { column.plurality_of(others[label]) } else { Some(known) };
				if let Some(reference) = reference {
					reference_counts[label][usize::from(reference)] += 1;
					matches[label] += u32::from(self.sheets[label][item] == reference);
				}
			}
		}
		let by_chance = |label: usize| match self.corrected {
			true => dot(&self.class_counts[label], &reference_counts[label]) as i64,
			false => 0,
		};
		let score = |label: usize| self.items as i64 * i64::from(matches[label]) - by_chance(label);
		Standing { scores: self.labels().map(score).collect(), consensus, matches }
	}

	/// An outlier has at least a tenth of the items wrong beyond the median.
	fn least_cut(&self) -> u64 {
		(self.items as u64 / 10).max(1)
	}
}

fn count_classes(sheet: &[u8], classes: usize) -> Vec<u64> {
	let mut counts = vec![0; classes];
	for &class in sheet.iter().filter(|&&class| class != NO_ANSWER) {
		counts[usize::from(class)] += 1;
	}
	counts
}

fn dot(left: &[u64], right: &[u64]) -> u64 {
	left.iter().zip(right).map(|(left, right)| left * right).sum()
}
