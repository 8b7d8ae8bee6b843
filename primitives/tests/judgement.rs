//! What `judge` does around the classification: bad labels, gold, limits; and payouts and CIDs.

use learnware_primitives::{
	cid::{is_fetchable, raw_cid},
	classification::{classify, NO_ANSWER},
	condense, judge, BadReason, Judgement, Summary, Task, Verdict, MAX_LABELS, MIN_LABELS,
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

fn eligible(judgement: &Judgement) -> Vec<bool> {
	judgement.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Scored { eligible: true, .. })).collect()
}

fn outliers(judgement: &Judgement) -> Vec<bool> {
	judgement.verdicts.iter().map(|verdict| matches!(verdict, Verdict::Scored { outlier: true, .. })).collect()
}

#[test]
fn a_crowd_is_paid_and_its_saboteur_is_not() {
	let judgement = judge(&TASK, &crowd(), &[]);
	assert!(!judgement.wash && !judgement.gold_void);
	assert_eq!(eligible(&judgement), [true, true, true, true, true, true, false]);
	assert_eq!(outliers(&judgement), [false, false, false, false, false, false, true]);
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
}

#[test]
fn bad_labels_keep_their_reason_and_take_no_part() {
	use BadReason::*;
	let without = judge(&TASK, &crowd(), &[]);
	let mut labels = crowd();
	labels.insert(0, Err(Malformed));
	labels.insert(3, Err(Unavailable));
	labels.push(Err(TooLarge));
	labels.push(label(&[0; 11]));
	labels.push(label(&[2; 12]));
	let with = judge(&TASK, &labels, &[]);
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
	let judgement = judge(&TASK, &few, &[]);
	assert!(judgement.wash);
	assert!(!eligible(&judgement).contains(&true) && !outliers(&judgement).contains(&true));
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
	assert!(!judge(&TASK, &crowd()[..MIN_LABELS as usize], &[]).wash);
}

#[test]
fn no_readable_label_has_no_consensus() {
	for labels in [vec![], vec![Err(BadReason::Malformed)]] {
		let judgement = judge(&TASK, &labels, &[(0, 0), (1, 1), (2, 0), (3, 1)]);
		assert!(judgement.wash && !judgement.gold_void && judgement.consensus.is_empty());
		assert_eq!(judgement.verdicts.len(), labels.len());
	}
}

#[test]
fn more_labels_than_allowed_harm_nobody() {
	let many = vec![label(&TRUTH); MAX_LABELS as usize];
	assert!(!judge(&TASK, &many, &[]).consensus.is_empty());
	let judgement = judge(&TASK, &[many, vec![label(&TRUTH), Err(BadReason::Malformed)]].concat(), &[]);
	assert!(judgement.wash && judgement.consensus.is_empty());
	assert_eq!(judgement.verdicts.len(), MAX_LABELS as usize + 2);
	assert!(!eligible(&judgement).contains(&true) && !outliers(&judgement).contains(&true));
	assert_eq!(judgement.verdicts.last(), Some(&Verdict::Bad(BadReason::Malformed)));
}

#[test]
fn a_task_that_is_not_valid_has_bad_labels_only() {
	for (items, classes) in [(0, 2), (12, 0), (12, 1), (u32::MAX, 2)] {
		let task = Task::Classification { items, classes };
		let judgement = judge(&task, &[label(&TRUTH), label(&[])], &[(0, 0)]);
		assert_eq!(judgement.verdicts, [Verdict::Bad(BadReason::WrongShape); 2]);
		assert_eq!(classify(&task, &[&TRUTH], &[]), None);
	}
}

#[test]
fn gold_is_followed_where_the_crowd_errs() {
	assert_eq!(judge(&TASK, &erring_crowd(), &[]).consensus, b"[0,1,0,1,1,0,0,1,0,1,0,0]");
	let judgement = judge(&TASK, &erring_crowd(), &GOLD);
	assert!(!judgement.gold_void);
	assert_eq!(judgement.consensus, b"[0,1,0,1,1,0,0,1,0,1,0,1]");
}

#[test]
fn gold_that_the_crowd_contradicts_is_void() {
	let gold = [(8, 1), (9, 0), (10, 1), (11, 1)];
	let judgement = judge(&TASK, &crowd(), &gold);
	assert_eq!(judgement, Judgement { gold_void: true, ..judge(&TASK, &crowd(), &[]) });
}

#[test]
fn gold_outside_of_the_task_is_ignored_and_the_last_word_counts() {
	let noisy = [(8, 1), (8, 0), (9, 1), (12, 0), (u32::MAX, 0), (10, 0), (11, 2), (11, 1), (11, NO_ANSWER)];
	assert_eq!(judge(&TASK, &erring_crowd(), &noisy), judge(&TASK, &erring_crowd(), &GOLD));
	assert_ne!(judge(&TASK, &erring_crowd(), &noisy), judge(&TASK, &erring_crowd(), &[]));
}

#[test]
fn gold_of_too_few_items_is_none() {
	for gold in [&[(8, 1), (9, 0), (11, 0)][..], &[(8, 0), (9, 1), (11, 1), (11, 1)], &[(11, 1)]] {
		assert_eq!(judge(&TASK, &erring_crowd(), gold), judge(&TASK, &erring_crowd(), &[]));
	}
}

#[test]
fn an_item_that_nobody_answered_is_class_0_in_the_consensus() {
	let labels = vec![label(&[NO_ANSWER; 12]); 5];
	let judgement = judge(&TASK, &labels, &[]);
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
