//! Vectors, masks and boxes as the integer reference judges them.

use super::{bools, first_same, games_of, number, numbers, paid, parse};
use learnware_primitives::{
	boxes::{self, split_box_score},
	judge, mask, to_label, vector, BadReason, Summary, Task, Verdict,
};
use serde_json::Value;

/// What the outcomes of all tasks have.
struct Found {
	losses: Vec<u64>,
	cut: u64,
	wash: bool,
	outliers: Vec<bool>,
	eligible: Vec<bool>,
	consensus: Summary,
}

/// Checks what all tasks have, and that the public way says the same.
fn check(name: &str, case: &Value, task: &Task, labels: Vec<Summary>, scores: &[i128], found: Found) {
	let expect = &case["expect"];
	// The reference has no list of what masks and boxes lack of 1.
	if let Some(losses) = expect.get("loss") {
		assert_eq!(
			found.losses.iter().copied().map(i128::from).collect::<Vec<_>>(),
			numbers(losses),
			"losses of {name}"
		);
	}
	assert_eq!(i128::from(found.cut), number(&expect["cut"]), "cut of {name}");
	assert_eq!(found.wash, expect["wash"].as_bool().unwrap(), "wash of {name}");
	assert_eq!(found.outliers, bools(&expect["slash"]), "outliers of {name}");
	assert_eq!(found.eligible, bools(&expect["eligible"]), "eligible of {name}");

	let paid = paid(scores, &found.eligible, number(&case["bounty"]) as u128);
	assert_eq!(paid, numbers(&expect["payout"]), "payout of {name}");

	let verdicts = (0..labels.len()).map(|label| Verdict::Scored {
		score: scores[label],
		loss: found.losses[label],
		eligible: found.eligible[label],
		outlier: found.outliers[label],
		copy_of: first_same(&labels, label),
	});
	let verdicts = verdicts.collect::<Vec<_>>();
	let judgement = judge(task, &labels.into_iter().map(Ok::<_, BadReason>).collect::<Vec<_>>(), None);
	assert_eq!(judgement.verdicts, verdicts, "{name}");
	assert_eq!(judgement.wash, found.wash, "{name}");
	assert_eq!(judgement.consensus, to_label(task, &found.consensus), "{name}");
}

fn lists<T: TryFrom<i128>>(value: &Value) -> Vec<Vec<T>> {
	let list = |list: &Value| numbers(list).into_iter().map(|number| T::try_from(number).ok().unwrap()).collect();
	value.as_array().unwrap().iter().map(list).collect()
}

fn widen(values: &[u64]) -> Vec<i128> {
	values.iter().copied().map(i128::from).collect()
}

fn check_vectors(name: &str, case: &Value) {
	let scale = numbers(&case["scale"]).into_iter().map(|unit| unit as u32).collect::<Vec<_>>();
	let task = Task::Vector { scale: scale.try_into().unwrap(), fraction_bits: 0 };
	let vectors = lists::<i64>(&case["vectors"]);
	let outcome = vector::compare(&task, &vectors.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
	let consensus = outcome.consensus.iter().copied().map(i128::from).collect::<Vec<_>>();
	assert_eq!(consensus, numbers(&case["expect"]["consensus"]), "consensus of {name}");
	assert_eq!(widen(&outcome.guards), numbers(&case["expect"]["guard"]), "guards of {name}");
	let scores = outcome.losses.iter().map(|loss| -i128::from(*loss)).collect::<Vec<_>>();
	let vector::Outcome { consensus, losses, wash, cut, eligible, outliers, .. } = outcome;
	let found = Found { losses, cut, wash, outliers, eligible, consensus: Summary::Vector(consensus) };
	check(name, case, &task, vectors.into_iter().map(Summary::Vector).collect(), &scores, found);
}

/// Row-major bits, most significant first, left-padded with zero bits to whole hex digits.
fn words(hex: &Value, voxels: usize) -> Vec<u64> {
	let digits = hex.as_str().unwrap().bytes().map(|digit| (digit as char).to_digit(16).unwrap());
	let bits = digits.flat_map(|digit| (0..4).rev().map(move |bit| u64::from(digit >> bit & 1))).collect::<Vec<_>>();
	let bits = &bits[bits.len() - voxels..];
	bits.chunks(64).map(|bits| bits.iter().enumerate().fold(0, |word, (at, bit)| word | bit << at)).collect()
}

fn check_masks(name: &str, case: &Value) {
	let side = |name: &str| case.get(name).map_or(1, |side| number(side) as u32);
	let (width, height, depth) = (side("w"), side("h"), side("d"));
	let task = Task::Mask { width, height, depth };
	let words = |hex: &Value| words(hex, (width * height * depth) as usize);
	let masks = case["masks_hex"].as_array().unwrap().iter().map(words).collect::<Vec<_>>();
	let outcome = mask::compare(&task, &masks.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
	assert_eq!(outcome.consensus, words(&case["expect"]["consensus"]), "consensus of {name}");
	assert_eq!(widen(&outcome.scores), numbers(&case["expect"]["score"]), "scores of {name}");
	assert_eq!(widen(&outcome.guards), numbers(&case["expect"]["guard"]), "guards of {name}");
	let lacks = outcome.scores.iter().map(|score| mask::ONE - score).collect::<Vec<_>>();
	assert_eq!(outcome.losses, lacks, "losses of {name}");
	let scores = widen(&outcome.scores);
	let mask::Outcome { consensus, losses, wash, cut, eligible, outliers, .. } = outcome;
	let found = Found { losses, cut, wash, outliers, eligible, consensus: Summary::Mask(consensus) };
	check(name, case, &task, masks.into_iter().map(Summary::Mask).collect(), &scores, found);
}

/// One box of a label with one item, or a list of boxes.
fn boxes_of(label: &Value) -> Vec<[u32; 4]> {
	let corners = |corners: &Value| {
		let corners = numbers(corners).into_iter().map(|edge| u32::try_from(edge).unwrap()).collect::<Vec<_>>();
		<[u32; 4]>::try_from(corners).unwrap()
	};
	match label[0].is_array() {
		true => label.as_array().unwrap().iter().map(corners).collect(),
		false => vec![corners(label)],
	}
}

fn check_boxes(name: &str, case: &Value) {
	let labels = case["boxes"].as_array().unwrap().iter().map(boxes_of).collect::<Vec<_>>();
	let task = Task::Boxes { items: labels[0].len() as u32 };
	let outcome = boxes::compare(&task, &labels.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
	assert_eq!(outcome.consensus, boxes_of(&case["expect"]["consensus"]), "consensus of {name}");
	assert_eq!(widen(&outcome.scores), numbers(&case["expect"]["score"]), "scores of {name}");
	assert_eq!(widen(&outcome.tie_breaks), numbers(&case["expect"]["loo_iou"]), "tie-breaks of {name}");
	let keys = outcome.scores.iter().zip(&outcome.tie_breaks);
	let keys = keys.map(|(score, tie_break)| (i128::from(*score) << 33) + i128::from(*tie_break)).collect::<Vec<_>>();
	for (label, key) in keys.iter().enumerate() {
		assert_eq!(split_box_score(*key), (outcome.scores[label], outcome.tie_breaks[label]));
	}
	let boxes::Outcome { consensus, losses, wash, cut, eligible, outliers, .. } = outcome;
	let found = Found { losses, cut, wash, outliers, eligible, consensus: Summary::Boxes(consensus) };
	check(name, case, &task, labels.into_iter().map(Summary::Boxes).collect(), &keys, found);
}

fn check_all(text: &str, games: usize, check: impl Fn(&str, &Value)) {
	let cases = parse(text);
	let cases = cases.as_array().unwrap();
	assert_eq!(cases.len(), games);
	for (index, case) in cases.iter().enumerate() {
		check(&case["name"].as_str().map_or(format!("game {index}"), str::to_owned), case);
	}
}

fn check_more(kind: &str, check: impl Fn(&str, &Value)) {
	if let Some(text) = games_of(kind) {
		for (index, case) in parse(&text).as_array().unwrap().iter().enumerate() {
			check(&format!("game {index} of {kind}"), case);
		}
	}
}

#[test]
fn vectors_are_the_reference_to_the_bit() {
	check_all(include_str!("../vectors/vectors.json"), 4, check_vectors);
	check_all(include_str!("../vectors/random_vectors.json"), 120, check_vectors);
	check_more("vectors", check_vectors);
}

#[test]
fn masks_are_the_reference_to_the_bit() {
	check_all(include_str!("../vectors/masks.json"), 4, check_masks);
	check_all(include_str!("../vectors/random_masks.json"), 120, check_masks);
	check_more("masks", check_masks);
}

#[test]
fn boxes_are_the_reference_to_the_bit() {
	check_all(include_str!("../vectors/boxes.json"), 3, check_boxes);
	check_all(include_str!("../vectors/random_boxes.json"), 120, check_boxes);
	check_more("boxes", check_boxes);
}
