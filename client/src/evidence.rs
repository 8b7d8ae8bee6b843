//! Why a label has its score: which of its answers counted, and against what.

use learnware_primitives::{
	boxes,
	classification::{references, NO_ANSWER},
	vector::CAP,
	Summary, Task,
};
use serde::Serialize;
use std::{cmp::Reverse, fmt};

/// Of a label, what is behind its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
	/// Items without a match, in order.
	Classification {
		items: usize,
		matches: usize,
		/// Items on which those that vouch for the label tie.
		undecided: usize,
		differences: Vec<Item>,
		/// Differences that are not shown.
		more: usize,
	},
	/// Coordinates, the farthest off first.
	Vector { coordinates: usize, fraction_bits: u8, worst: Vec<Coordinate>, more: usize },
	/// Voxels of the label and of the strict majority of the others.
	Mask {
		marked: u64,
		reference: u64,
		common: u64,
		missed: u64,
		added: u64,
		/// `2 common / (marked + reference)`.
		dice: f64,
		/// The first of them, as `[x, y, z]`.
		missed_at: Vec<[u32; 3]>,
		added_at: Vec<[u32; 3]>,
		more: u64,
	},
	/// Items, the worst first.
	Boxes { items: usize, worst: Vec<BoxItem>, more: usize },
}

/// An answer of a classification.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Item {
	pub item: usize,
	pub answer: Option<u8>,
	/// What it is held against; none where the others tie, so that the item does not count.
	pub reference: Option<u8>,
	/// The reference is gold.
	pub gold: bool,
}

/// A number of a vector; value and reference in units of `2^-fraction_bits`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coordinate {
	pub coordinate: usize,
	pub value: i64,
	/// Lower median of the others.
	pub reference: i64,
	/// In units of acceptable error, 8 at most.
	pub deviation: f64,
}

/// A box of a label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoxItem {
	pub item: usize,
	pub answer: [u32; 4],
	/// Lower medians of the others' edges.
	pub reference: [u32; 4],
	/// Lower median of the overlaps with each of the others: the score.
	pub overlap: f64,
	/// Overlap with the reference: the tie-break.
	pub with_reference: f64,
}

impl Evidence {
	/// What is behind the score of the label at `label` among those that could be read. `gold` is that which
	/// counted. At most `most` entries are listed.
	pub fn of(task: &Task, labels: &[&Summary], gold: Option<&[u8]>, label: usize, most: usize) -> Option<Self> {
		match task {
			Task::Classification { .. } => {
				let sheets = labels.iter().map(|label| sheet(label)).collect::<Option<Vec<_>>>()?;
				classification(task, &sheets, gold, label, most)
			},
			Task::Vector { scale, fraction_bits } => {
				let vectors = labels.iter().map(|label| numbers(label)).collect::<Option<Vec<_>>>()?;
				vector(scale, *fraction_bits, &vectors, label, most)
			},
			Task::Mask { width, height, .. } => {
				let masks = labels.iter().map(|label| words(label)).collect::<Option<Vec<_>>>()?;
				mask(*width, *height, &masks, label, most)
			},
			Task::Boxes { .. } => {
				let lists = labels.iter().map(|label| corners(label)).collect::<Option<Vec<_>>>()?;
				box_items(&lists, label, most)
			},
		}
	}
}

fn sheet(label: &Summary) -> Option<&[u8]> {
	if let Summary::Classes(sheet) = label {
		Some(sheet)
	} else {
		None
	}
}

fn numbers(label: &Summary) -> Option<&[i64]> {
	if let Summary::Vector(numbers) = label {
		Some(numbers)
	} else {
		None
	}
}

fn words(label: &Summary) -> Option<&[u64]> {
	if let Summary::Mask(words) = label {
		Some(words)
	} else {
		None
	}
}

fn corners(label: &Summary) -> Option<&[[u32; 4]]> {
	if let Summary::Boxes(boxes) = label {
		Some(boxes)
	} else {
		None
	}
}

fn classification(task: &Task, sheets: &[&[u8]], gold: Option<&[u8]>, label: usize, most: usize) -> Option<Evidence> {
	let references = references(task, sheets, gold, label)?;
	let answers = sheets.get(label)?;
	let is_gold = |item: usize| gold.and_then(|gold| gold.get(item)).is_some_and(|class| *class != NO_ANSWER);
	let unmatched =
		answers.iter().zip(&references).enumerate().filter(|(_, (answer, reference))| Some(**answer) != **reference);
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
	Some(Evidence::Classification { items, matches, undecided, differences, more })
}

fn vector(scale: &[u32], fraction_bits: u8, vectors: &[&[i64]], label: usize, most: usize) -> Option<Evidence> {
	let values = vectors.get(label)?;
	let coordinate = |(coordinate, (value, scale)): (usize, (&i64, &u32))| {
		let others = others(vectors, label).filter_map(|values| values.get(coordinate).copied());
		let reference = lower_median(others.collect()).unwrap_or(*value);
		let scale = u64::from(*scale).max(1);
		let distance = (value.abs_diff(reference).min(CAP * scale) << 16) / scale;
		(distance, Coordinate { coordinate, value: *value, reference, deviation: distance as f64 / 65536.0 })
	};
	let mut all = values.iter().zip(scale).enumerate().map(coordinate).collect::<Vec<_>>();
	all.sort_by_key(|(distance, _)| Reverse(*distance));
	let coordinates = all.len();
	let mut worst = all.into_iter().map(|(_, coordinate)| coordinate).collect::<Vec<_>>();
	let more = shorten(&mut worst, most);
	Some(Evidence::Vector { coordinates, fraction_bits, worst, more })
}

fn mask(width: u32, height: u32, masks: &[&[u64]], label: usize, most: usize) -> Option<Evidence> {
	let own = *masks.get(label)?;
	let reference = majority(&others(masks, label).collect::<Vec<_>>(), own.len());
	let count = |words: &mut dyn Iterator<Item = u64>| words.map(|word| u64::from(word.count_ones())).sum::<u64>();
	let pairs = || own.iter().zip(&reference);
	let marked = count(&mut own.iter().copied());
	let referenced = count(&mut reference.iter().copied());
	let common = count(&mut pairs().map(|(own, reference)| own & reference));
	let missed = pairs().map(|(own, reference)| reference & !own).collect::<Vec<_>>();
	let added = pairs().map(|(own, reference)| own & !reference).collect::<Vec<_>>();
	let place = |position: u32| [position % width, position / width % height, position / width / height];
	let places = |words: &[u64]| positions(words).take(most).map(place).collect::<Vec<_>>();
	let (missed_at, added_at) = (places(&missed), places(&added));
	let (missed, added) = (referenced - common, marked - common);
	let both = marked + referenced;
	Some(Evidence::Mask {
		marked,
		reference: referenced,
		common,
		missed,
		added,
		dice: if both == 0 { 1.0 } else { (2 * common) as f64 / both as f64 },
		more: missed + added - (missed_at.len() + added_at.len()) as u64,
		missed_at,
		added_at,
	})
}

/// The voxels that more than half of the masks have.
fn majority(masks: &[&[u64]], length: usize) -> Vec<u64> {
	let word = |index: usize| {
		let bit = |bit: u32| {
			let votes = masks.iter().filter(|mask| mask.get(index).is_some_and(|word| word >> bit & 1 == 1)).count();
			u64::from(2 * votes > masks.len()) << bit
		};
		(0..64).map(bit).sum()
	};
	(0..length).map(word).collect()
}

/// The positions of the bits that are 1, in order.
fn positions(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
	words.iter().zip(0u32..).flat_map(|(word, index)| {
		let word = *word;
		(0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit)
	})
}

fn box_items(lists: &[&[[u32; 4]]], label: usize, most: usize) -> Option<Evidence> {
	let own = lists.get(label)?;
	let judged = |item: usize| {
		let boxes = lists.iter().map(|boxes| boxes.get(item..=item)).collect::<Option<Vec<_>>>()?;
		let outcome = boxes::compare(&Task::Boxes { items: 1 }, &boxes)?;
		let edge = |edge: usize| {
			let edges = others(&boxes, label).filter_map(|boxes| boxes.first().map(|corners| corners[edge]));
			lower_median(edges.collect()).unwrap_or_default()
		};
		let answer = *own.get(item)?;
		let (overlap, with_reference) = (*outcome.scores.get(label)?, *outcome.tie_breaks.get(label)?);
		let reference = std::array::from_fn(edge);
		Some((overlap, BoxItem { item, answer, reference, overlap: q32(overlap), with_reference: q32(with_reference) }))
	};
	let mut all = (0..own.len()).map(judged).collect::<Option<Vec<_>>>()?;
	all.sort_by_key(|(overlap, _)| *overlap);
	let items = all.len();
	let mut worst = all.into_iter().map(|(_, item)| item).collect::<Vec<_>>();
	let more = shorten(&mut worst, most);
	Some(Evidence::Boxes { items, worst, more })
}

fn q32(number: u64) -> f64 {
	number as f64 / boxes::ONE as f64
}

fn others<'a, T: ?Sized>(labels: &'a [&'a T], label: usize) -> impl Iterator<Item = &'a T> {
	labels.iter().enumerate().filter(move |(other, _)| *other != label).map(|(_, other)| *other)
}

fn lower_median<T: Copy + Ord>(mut values: Vec<T>) -> Option<T> {
	values.sort_unstable();
	values.get(values.len().saturating_sub(1) / 2).copied()
}

/// Drops all but the first `most`, and says how many those were.
fn shorten<T>(list: &mut Vec<T>, most: usize) -> usize {
	let more = list.len().saturating_sub(most);
	list.truncate(most);
	more
}

impl fmt::Display for Evidence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let class = |class: Option<u8>, none: &str| class.map_or(none.to_string(), |class| class.to_string());
		let more = match self {
			Self::Classification { items, matches, undecided, differences, more } => {
				write!(f, "{matches} of {items} answers are what they are held against")?;
				if *undecided > 0 {
					write!(f, "; {undecided} items do not count, for the others tie")?;
				}
				for Item { item, answer, reference, gold } in differences {
					let answer = class(*answer, "none");
					let gold = if *gold { " (gold)" } else { "" };
					write!(
						f,
						"\n  item {item:<6} your answer {answer:<6} held against {}{gold}",
						class(*reference, "a tie")
					)?;
				}
				*more as u64
			},
			Self::Vector { coordinates, fraction_bits, worst, more } => {
				let number = |value: i64| value as f64 / (1u64 << fraction_bits) as f64;
				write!(f, "{coordinates} numbers against the median of the others, the farthest off first")?;
				for Coordinate { coordinate, value, reference, deviation } in worst {
					let (value, reference) = (number(*value), number(*reference));
					write!(f, "\n  number {coordinate:<6} yours {value:<12} reference {reference:<12} ")?;
					write!(f, "off by {deviation:.3} units")?;
				}
				*more as u64
			},
			Self::Mask { marked, reference, common, missed, added, dice, missed_at, added_at, more } => {
				write!(f, "{marked} voxels marked, {reference} in the majority of the others, {common} in both: ")?;
				write!(f, "Dice {dice:.4}; {missed} missed, {added} added")?;
				for (word, places) in [("missed", missed_at), ("added", added_at)] {
					let places = places.iter().map(|[x, y, z]| format!("({x},{y},{z})")).collect::<Vec<_>>();
					if !places.is_empty() {
						write!(f, "\n  {word} at {}", places.join(" "))?;
					}
				}
				*more
			},
			Self::Boxes { items, worst, more } => {
				write!(f, "{items} boxes, the worst first")?;
				for BoxItem { item, answer, reference, overlap, with_reference } in worst {
					write!(f, "\n  box {item:<6} yours {answer:?}  median of the others {reference:?}  ")?;
					write!(f, "IoU with the others {overlap:.4}, with their median {with_reference:.4}")?;
				}
				*more as u64
			},
		};
		match more {
			0 => Ok(()),
			more => write!(f, "\n  and {more} more (--all)"),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use learnware_primitives::{classification::classify, judge, mask, vector, Verdict};

	fn summaries<T>(labels: &[T], wrap: impl Fn(&T) -> Summary) -> Vec<Summary> {
		labels.iter().map(wrap).collect()
	}

	fn evidence(task: &Task, labels: &[Summary], gold: Option<&[u8]>, label: usize) -> Evidence {
		Evidence::of(task, &labels.iter().collect::<Vec<_>>(), gold, label, 2).unwrap()
	}

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
		let labels = summaries(&sheets, |sheet| Summary::Classes(sheet.clone()));
		let Evidence::Classification { items, matches, undecided, differences, more } =
			evidence(&task, &labels, Some(&gold), 0)
		else {
			panic!()
		};
		assert_eq!((items, matches, undecided, more), (12, 9, 0, 1));
		let item = |item, answer, reference, gold| Item { item, answer, reference, gold };
		assert_eq!(differences, [item(0, Some(1), Some(0), false), item(5, None, Some(0), false)]);
		let sheets = sheets.iter().map(Vec::as_slice).collect::<Vec<_>>();
		assert_eq!(matches as u32, classify(&task, &sheets, Some(&gold)).unwrap().matches[0]);
	}

	#[test]
	fn a_vector_shows_the_farthest_coordinates() {
		let task = Task::Vector { scale: vec![2, 4, 1].try_into().unwrap(), fraction_bits: 0 };
		let vectors = [[0, 0, 0], [1, 0, 0], [0, 5, 0], [0, 0, 3], [-1, 9, 100]].map(|values| values.to_vec());
		let labels = summaries(&vectors, |values| Summary::Vector(values.clone()));
		let Evidence::Vector { worst, more, .. } = evidence(&task, &labels, None, 4) else { panic!() };
		let found = worst.iter().map(|it| (it.coordinate, it.value, it.reference, it.deviation)).collect::<Vec<_>>();
		assert_eq!((found, more), (vec![(2, 100, 0, 8.0), (1, 9, 0, 2.25)], 1));
		let all = Evidence::of(&task, &labels.iter().collect::<Vec<_>>(), None, 4, 9).unwrap();
		let Evidence::Vector { worst, .. } = all else { panic!() };
		let loss = worst.iter().map(|it| ((it.deviation * 65536.0) as u64).pow(2)).sum::<u64>();
		let vectors = vectors.iter().map(Vec::as_slice).collect::<Vec<_>>();
		assert_eq!(loss, vector::compare(&task, &vectors).unwrap().losses[4]);
	}

	#[test]
	fn a_mask_shows_what_is_missed_and_added() {
		let task = Task::Mask { width: 10, height: 4, depth: 2 };
		let masks: [[u64; 2]; 5] = [[0b1110, 1], [0b1110, 0], [0b0110, 1], [0b1111, 1], [0b11000, 0b11]];
		let labels = summaries(&masks, |words| Summary::Mask(words.to_vec()));
		let Evidence::Mask { marked, reference, common, missed, added, dice, missed_at, added_at, more } =
			evidence(&task, &labels, None, 4)
		else {
			panic!()
		};
		assert_eq!((marked, reference, common, missed, added, more), (4, 4, 2, 2, 2, 0));
		assert_eq!((missed_at, added_at), (vec![[1, 0, 0], [2, 0, 0]], vec![[4, 0, 0], [5, 2, 1]]));
		let masks = masks.iter().map(|words| &words[..]).collect::<Vec<_>>();
		assert_eq!((dice * mask::ONE as f64) as u64, mask::compare(&task, &masks).unwrap().scores[4]);
	}

	#[test]
	fn boxes_show_each_item() {
		let task = Task::Boxes { items: 2 };
		let lists = [10, 11, 12, 13, 30].map(|x| vec![[x, 10, x + 40, 50], [x, x, 2 * x, 2 * x]]);
		let labels = summaries(&lists, |boxes| Summary::Boxes(boxes.clone()));
		let Evidence::Boxes { worst, .. } = evidence(&task, &labels, None, 4) else { panic!() };
		assert_eq!(worst.iter().map(|item| item.item).collect::<Vec<_>>(), [1, 0]);
		assert_eq!((worst[1].answer, worst[1].reference), ([30, 10, 70, 50], [11, 10, 51, 50]));
		let read = labels.iter().cloned().map(Ok).collect::<Vec<_>>();
		let Verdict::Scored { score, .. } = judge(&task, &read, None).verdicts[4] else { panic!() };
		let mean = (worst[0].overlap + worst[1].overlap) / 2.0;
		assert!((mean - q32(boxes::split_box_score(score).0)).abs() < 1e-9);
	}
}
