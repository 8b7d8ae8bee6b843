//! What `judge` does around the judgement of each task: bad labels, gold, copies, limits; and payouts and CIDs.

use learnware_primitives::{
	boxes::split_box_score,
	cid::{is_fetchable, raw_cid},
	classes::{classify, gold_sheet, MIN_GOLD, NO_ANSWER},
	condense, judge, BadReason, GoldUse, Judgement, Summary, Task, Verdict, MAX_LABELS, MIN_LABELS,
};

const TASK: Task = Task::Classification { items: 12, classes: 2 };
const TRUTH: [u8; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1];

type Label = Result<Summary, BadReason>;

fn label(answers: &[u8]) -> Label {
	Ok(Summary::Classes(answers.to_vec()))
}

/// The truth but for some items.
fn but(items: &[usize]) -> Label {
	let mut answers = TRUTH;
	items.iter().for_each(|item| answers[*item] ^= 1);
	label(&answers)
}

/// Six labelers with one mistake each and one who is always wrong.
fn crowd() -> Vec<Label> {
	(0..6).map(|item| but(&[item])).chain([label(&TRUTH.map(|class| 1 - class))]).collect()
}

/// Five of six make the same mistake in the last item.
fn erring_crowd() -> Vec<Label> {
	(0..5).map(|item| but(&[item, 11])).chain(crowd().split_off(5)).collect()
}

const GOLD: [(u32, u8); 4] = [(8, 0), (9, 1), (10, 0), (11, 1)];

fn gold(known: &[(u32, u8)]) -> Label {
	Ok(gold_sheet(&TASK, known).unwrap())
}

fn eligible(judgement: &Judgement) -> Vec<bool> {
	judgement.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Scored { eligible: true, .. })).collect()
}

fn outliers(judgement: &Judgement) -> Vec<bool> {
	judgement.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Scored { outlier: true, .. })).collect()
}

#[test]
fn a_crowd_is_paid_and_its_saboteur_is_not() {
	let judgement = judge(&TASK, &crowd(), None);
	assert!(!judgement.wash && judgement.gold == GoldUse::None);
	assert_eq!(eligible(&judgement), [true, true, true, true, true, true, false]);
	assert_eq!(outliers(&judgement), [false, false, false, false, false, false, true]);
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
}

#[test]
fn bad_labels_keep_their_reason_and_take_no_part() {
	use BadReason::*;
	let without = judge(&TASK, &crowd(), None);
	let mut labels = crowd();
	labels.insert(0, Err(Malformed));
	labels.insert(3, Err(Unavailable));
	labels.push(Err(TooLarge));
	labels.push(label(&[0; 11]));
	labels.push(label(&[2; 12]));
	let with = judge(&TASK, &labels, None);
	let bad = |index: usize| with.verdicts[index];
	assert_eq!([bad(0), bad(3), bad(9)], [Malformed, Unavailable, TooLarge].map(Verdict::Bad));
	assert_eq!([bad(10), bad(11)], [Verdict::Bad(WrongShape); 2]);
	let scored = with.verdicts.iter().copied().filter(|verdict| matches!(verdict, Verdict::Scored { .. }));
	assert_eq!(scored.collect::<Vec<_>>(), without.verdicts);
	assert_eq!((with.wash, with.consensus), (without.wash, without.consensus));
}

#[test]
fn too_few_labels_are_a_wash_with_a_consensus() {
	let few = crowd()[..MIN_LABELS as usize - 1].to_vec();
	let judgement = judge(&TASK, &few, None);
	assert!(judgement.wash);
	assert!(!eligible(&judgement).contains(&true) && !outliers(&judgement).contains(&true));
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
	assert!(!judge(&TASK, &crowd()[..MIN_LABELS as usize], None).wash);
}

#[test]
fn no_readable_label_has_no_consensus() {
	for labels in [vec![], vec![Err(BadReason::Malformed)]] {
		let judgement = judge(&TASK, &labels, Some(&gold(&GOLD)));
		assert!(judgement.wash && judgement.consensus.is_empty());
		assert_eq!(judgement.gold, GoldUse::Counted);
		assert_eq!(judgement.verdicts.len(), labels.len());
	}
}

#[test]
fn more_labels_than_allowed_harm_nobody() {
	let many = vec![label(&TRUTH); MAX_LABELS as usize];
	assert!(!judge(&TASK, &many, None).consensus.is_empty());
	let judgement = judge(&TASK, &[many, vec![label(&TRUTH), Err(BadReason::Malformed)]].concat(), None);
	assert!(judgement.wash && judgement.consensus.is_empty());
	assert_eq!(judgement.verdicts.len(), MAX_LABELS as usize + 2);
	assert!(!eligible(&judgement).contains(&true) && !outliers(&judgement).contains(&true));
	assert_eq!(judgement.verdicts.last(), Some(&Verdict::Bad(BadReason::Malformed)));
}

#[test]
fn a_task_that_is_not_valid_has_bad_labels_only() {
	for (items, classes) in [(0, 2), (12, 0), (12, 1), (u32::MAX, 2)] {
		let task = Task::Classification { items, classes };
		let judgement = judge(&task, &[label(&TRUTH), label(&[])], Some(&label(&TRUTH)));
		assert_eq!(judgement.verdicts, [Verdict::Bad(BadReason::WrongShape); 2]);
		assert_eq!(judgement.gold, GoldUse::Bad(BadReason::WrongShape));
		assert_eq!(classify(&task, &[&TRUTH], None), None);
	}
}

#[test]
fn gold_is_followed_where_the_crowd_errs() {
	assert_eq!(judge(&TASK, &erring_crowd(), None).consensus, b"[0,1,0,1,1,0,0,1,0,1,0,0]");
	let judgement = judge(&TASK, &erring_crowd(), Some(&gold(&GOLD)));
	assert_eq!(judgement.gold, GoldUse::Counted);
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
}

#[test]
fn gold_that_the_crowd_contradicts_is_void() {
	let judgement = judge(&TASK, &crowd(), Some(&gold(&[(8, 1), (9, 0), (10, 1), (11, 1)])));
	assert_eq!(judgement, Judgement { gold: GoldUse::Contradicted, ..judge(&TASK, &crowd(), None) });
}

#[test]
fn gold_of_too_few_items_is_as_none() {
	for known in [&[][..], &[(11, 1)], &[(8, 1), (9, 0), (11, 0)], &[(8, 0), (9, 1), (11, 1), (11, 1)]] {
		let judgement = judge(&TASK, &erring_crowd(), Some(&gold(known)));
		assert_eq!(judgement, Judgement { gold: GoldUse::TooFew, ..judge(&TASK, &erring_crowd(), None) });
	}
	assert_eq!(GOLD.len() as u32, MIN_GOLD);
}

#[test]
fn bad_gold_is_as_none() {
	use BadReason::*;
	let of_another_task = || Ok(Summary::Boxes(vec![[0, 0, 1, 1]; 12]));
	for (gold, reason) in [
		(Err(Malformed), Malformed),
		(Err(Unavailable), Unavailable),
		(label(&TRUTH[..11]), WrongShape),
		(label(&[2; 12]), WrongShape),
		(of_another_task(), WrongShape),
	] {
		let judgement = judge(&TASK, &erring_crowd(), Some(&gold));
		assert_eq!(judgement, Judgement { gold: GoldUse::Bad(reason), ..judge(&TASK, &erring_crowd(), None) });
	}
	let task = Task::Boxes { items: 12 };
	let labels = vec![of_another_task(); 5];
	for gold in [of_another_task(), label(&TRUTH)] {
		let judgement = judge(&task, &labels, Some(&gold));
		assert_eq!(judgement, Judgement { gold: GoldUse::Bad(WrongShape), ..judge(&task, &labels, None) });
	}
}

#[test]
fn a_gold_sheet_knows_what_it_is_given() {
	let sheet = |known: &[(u32, u8)]| gold_sheet(&Task::Classification { items: 4, classes: 3 }, known);
	assert_eq!(sheet(&[]), Some(Summary::Classes(vec![NO_ANSWER; 4])));
	assert_eq!(sheet(&[(3, 2), (0, 1), (0, 0)]), Some(Summary::Classes(vec![0, NO_ANSWER, NO_ANSWER, 2])));
	assert_eq!(
		[sheet(&[(4, 0)]), sheet(&[(u32::MAX, 0)]), sheet(&[(0, 3)]), sheet(&[(0, NO_ANSWER)])],
		[const { None }; 4]
	);
	assert_eq!(gold_sheet(&Task::Classification { items: 0, classes: 3 }, &[]), None);
	assert_eq!(gold_sheet(&Task::Boxes { items: 4 }, &[]), None);
}

#[test]
fn copies_name_the_first_of_their_kind() {
	let mut labels = crowd();
	labels[4] = labels[1].clone();
	labels.push(labels[1].clone());
	labels.insert(0, Err(BadReason::Malformed));
	labels.push(Err(BadReason::Malformed));
	labels.push(labels[3].clone());
	let judgement = judge(&TASK, &labels, None);
	let copy_of = |verdict: &Verdict| match verdict {
		Verdict::Scored { copy_of, .. } => *copy_of,
		Verdict::Bad(_) => None,
	};
	let copies = judgement.verdicts.iter().map(copy_of).collect::<Vec<_>>();
	assert_eq!(copies, [None, None, None, None, None, Some(2), None, None, Some(2), None, Some(3)]);
}

/// Five boxes of which the last is far off, for each item.
fn boxes(items: usize) -> Vec<Label> {
	let boxes = [[10, 10, 50, 50], [12, 10, 50, 52], [11, 9, 49, 50], [10, 11, 52, 50], [100, 100, 120, 120]];
	boxes.map(|corners| Ok(Summary::Boxes(vec![corners; items]))).to_vec()
}

#[test]
fn each_kind_of_task_pays_its_crowd_and_not_its_saboteur() {
	let vector = Task::Vector { scale: vec![2, 2].try_into().unwrap(), fraction_bits: 1 };
	let vectors = [[1, -1], [3, 0], [2, -1], [2, 0], [100, 99]].map(|values| Ok(Summary::Vector(values.to_vec())));
	let mask = Task::Mask { width: 4, height: 2, depth: 1 };
	let masks = [0b1111, 0b0111, 0b1111, 0b1110, 0b1111_0000].map(|word| Ok(Summary::Mask(vec![word])));
	let black_mask = [
		b"\x93NUMPY\x01\x00\x76\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4), }".as_slice(),
		&[b' '; 58],
		b"\n\x01\x01\x01\x01\x00\x00\x00\x00",
	]
	.concat();
	for (task, labels, consensus) in [
		(vector, vectors.to_vec(), b"[1,0]".to_vec()),
		(mask, masks.to_vec(), black_mask),
		(Task::Boxes { items: 2 }, boxes(2), b"[[11,10,50,50],[11,10,50,50]]".to_vec()),
	] {
		let judgement = judge(&task, &labels, None);
		assert!(!judgement.wash && judgement.gold == GoldUse::None, "{task:?}");
		assert_eq!(eligible(&judgement), [true, true, true, true, false], "{task:?}");
		assert_eq!(outliers(&judgement), [false, false, false, false, true], "{task:?}");
		assert_eq!(judgement.consensus, consensus, "{task:?}");
		for few in 1..MIN_LABELS as usize {
			let judgement = judge(&task, &labels[..few], None);
			assert!(judgement.wash && condense(&task, &judgement.consensus).is_ok(), "{task:?}");
			assert!(!eligible(&judgement).contains(&true) && !outliers(&judgement).contains(&true));
		}
		let many = judge(&task, &vec![labels[0].clone(); MAX_LABELS as usize + 1], None);
		assert!(many.wash && many.consensus.is_empty());
		assert!(judge(&task, &[], None).consensus.is_empty());
		let of_another_task = judge(&TASK, &labels, None);
		assert_eq!(of_another_task.verdicts, [Verdict::Bad(BadReason::WrongShape); 5]);
	}
}

#[test]
fn boxes_are_scored_by_the_mean_over_the_items() {
	let Verdict::Scored { score: one, .. } = judge(&Task::Boxes { items: 1 }, &boxes(1), None).verdicts[1] else {
		unreachable!()
	};
	assert_eq!(split_box_score(one), (3_633_071_651, 3_895_197_070));
	let verdicts = judge(&Task::Boxes { items: 1024 }, &boxes(1024), None).verdicts;
	assert!(matches!(verdicts[1], Verdict::Scored { score, .. } if score == one));
}

#[test]
fn an_item_that_nobody_answered_is_class_0_in_the_consensus() {
	let labels = vec![label(&[NO_ANSWER; 12]); 5];
	let judgement = judge(&TASK, &labels, None);
	assert_eq!(judgement.consensus, b"[0,0,0,0,0,0,0,0,0,0,0,0]");
	assert_eq!(condense(&TASK, &judgement.consensus), label(&[0; 12]));
	assert!(judgement.wash);
}

#[test]
fn a_raw_cid_can_be_fetched() {
	let cid = raw_cid([7; 32]);
	assert_eq!(hex::encode(cid), format!("01551220{}", "07".repeat(32)));
	assert!(is_fetchable(&cid));
	assert!(!is_fetchable(&cid[..35]));
}
