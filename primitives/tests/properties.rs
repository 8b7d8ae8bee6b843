//! What holds for all inputs.

mod support;

use learnware_primitives::{
	classification::NO_ANSWER, condense, judge, BadReason, Judgement, Summary, Task, Verdict, MAX_ITEMS,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use support::{classification, npy};

type Label = Result<Summary, BadReason>;

/// JSON with `null` for no answer.
fn json(answers: &[Option<u8>]) -> Vec<u8> {
	serde_json::to_vec(answers).unwrap()
}

fn answers(items: usize, classes: u8) -> impl Strategy<Value = Vec<Option<u8>>> {
	vec(prop_oneof![4 => (0..classes).prop_map(Some), 1 => Just(None)], items)
}

/// A task with an answer to it.
fn answered() -> impl Strategy<Value = (Task, Vec<Option<u8>>)> {
	(1..70usize, 2..=64u8)
		.prop_flat_map(|(items, classes)| (Just(classification(items, classes)), answers(items, classes)))
}

/// A task with labels that often have the same truth in them.
fn game() -> impl Strategy<Value = (Task, Vec<Label>)> {
	(1..40usize, 2..=5u8, 0..14usize).prop_flat_map(|(items, classes, labels)| {
		let answers = || vec(prop_oneof![9 => 0..classes, 1 => Just(NO_ANSWER)], items);
		let errors = vec(vec(0..4u8, items), labels);
		(answers(), vec(answers(), labels), errors).prop_map(move |(truth, guesses, errors)| {
			let label = |(guess, errors): (Vec<u8>, Vec<u8>)| {
				let answers = truth.iter().zip(guess).zip(errors);
				Ok(Summary::Classes(
					answers.map(|((truth, guess), error)| if error == 0 { guess } else { *truth }).collect(),
				))
			};
			(classification(items, classes), guesses.into_iter().zip(errors).map(label).collect())
		})
	})
}

/// Any label at all.
fn any_label() -> impl Strategy<Value = Label> {
	let reason = prop_oneof![
		Just(BadReason::Malformed),
		Just(BadReason::WrongShape),
		Just(BadReason::TooLarge),
		Just(BadReason::Unavailable)
	];
	prop_oneof![
		8 => vec(prop_oneof![8 => 0..4u8, 1 => any::<u8>()], 0..12).prop_map(|sheet| Ok(Summary::Classes(sheet))),
		1 => reason.prop_map(Err)
	]
}

/// Whether the judgement says of each label what it may say.
fn check(task: &Task, labels: &[Label], judgement: &Judgement) {
	assert_eq!(judgement.verdicts.len(), labels.len());
	for (label, verdict) in labels.iter().zip(&judgement.verdicts) {
		match (label, verdict) {
			(Err(reason), Verdict::Bad(found)) => assert_eq!(reason, found),
			(Ok(_), Verdict::Bad(found)) => assert_eq!(*found, BadReason::WrongShape),
			(Ok(_), Verdict::Scored { score, eligible, outlier, .. }) => {
				assert!(!(judgement.wash && (*eligible || *outlier)));
				assert!(!*eligible || *score > 0);
				assert!(!*outlier || *score <= 0);
			},
			(Err(reason), Verdict::Scored { .. }) => panic!("{reason:?} was scored"),
		}
	}
	let readable = judgement.verdicts.iter().any(|verdict| matches!(verdict, Verdict::Scored { .. }));
	assert_eq!(condense(task, &judgement.consensus).is_ok(), readable);
}

proptest! {
	#[test]
	fn condense_answers_to_any_bytes(
		items in 0..=MAX_ITEMS,
		classes: u8,
		bytes in vec(any::<u8>(), 0..200),
		json in "[\\[\\], 0-9nul.eE-]{0,40}",
		header in "\\{('(descr|fortran_order|shape)': ?('[<>|][uibf][0-9]'|True|False|\\([0-9]{0,3},?\\)),? ?){0,4}\\}",
	) {
		let task = Task::Classification { items, classes };
		let mut npy = b"\x93NUMPY\x01\x00".to_vec();
		npy.extend((header.len() as u16).to_le_bytes());
		npy.extend(header.bytes());
		npy.extend(&bytes);
		for file in [&bytes, json.as_bytes(), &npy[..]] {
			if let Ok(Summary::Classes(sheet)) = condense(&task, file) {
				prop_assert_eq!(sheet.len(), items as usize);
				prop_assert!(sheet.iter().all(|class| *class < classes || *class == NO_ANSWER));
			}
		}
	}

	#[test]
	fn condense_answers_to_mutated_labels(
		(task, answers) in answered(),
		mutations in vec((any::<Index>(), any::<u8>(), 0..4u8), 1..5),
	) {
		let bytes = answers.iter().map(|answer| answer.unwrap_or(NO_ANSWER)).collect::<Vec<_>>();
		for mut file in [json(&answers), npy("|u1", &format!("({},)", bytes.len()), &bytes)] {
			for (at, byte, kind) in &mutations {
				let at = at.index(file.len());
				match kind {
					0 => file[at] = *byte,
					1 => file.insert(at, *byte),
					2 => file.truncate(at + 1),
					_ => drop(file.remove(at)),
				}
				if file.is_empty() {
					break;
				}
			}
			let Task::Classification { items, classes } = task;
			if let Ok(Summary::Classes(sheet)) = condense(&task, &file) {
				prop_assert_eq!(sheet.len(), items as usize);
				prop_assert!(sheet.iter().all(|class| *class < classes || *class == NO_ANSWER));
			}
		}
	}

	#[test]
	fn json_and_npy_of_the_same_array_are_the_same_label((task, answers) in answered()) {
		let sheet = answers.iter().map(|answer| answer.unwrap_or(NO_ANSWER)).collect::<Vec<_>>();
		let shape = format!("({},)", answers.len());
		let wide = |bytes: fn(i64) -> Vec<u8>| {
			answers.iter().flat_map(|answer| bytes(answer.map_or(-1, i64::from))).collect::<Vec<_>>()
		};
		for file in [
			json(&answers),
			npy("|u1", &shape, &sheet),
			npy("|i1", &shape, &sheet),
			npy("<i2", &shape, &wide(|value| (value as i16).to_le_bytes().to_vec())),
			npy(">i4", &shape, &wide(|value| (value as i32).to_be_bytes().to_vec())),
			npy("<i8", &shape, &wide(|value| value.to_le_bytes().to_vec())),
		] {
			prop_assert_eq!(condense(&task, &file), Ok(Summary::Classes(sheet.clone())));
		}
	}

	#[test]
	fn judge_answers_to_anything(
		items in 0..12u32,
		classes in 0..6u8,
		labels in vec(any_label(), 0..70),
		gold in vec((0..14u32, 0..7u8), 0..10),
	) {
		let task = Task::Classification { items, classes };
		check(&task, &labels, &judge(&task, &labels, &gold));
	}

	#[test]
	fn judge_answers_to_games((task, labels) in game(), gold in vec((0..40u32, 0..5u8), 0..10)) {
		check(&task, &labels, &judge(&task, &labels, &gold));
	}

	/// Which labels the permutation test leaves out depends, on a tie, on their order; nothing else does.
	#[test]
	fn the_order_of_labels_does_not_matter((task, labels) in game(), keys in vec(any::<u32>(), 14)) {
		let mut order = (0..labels.len()).collect::<Vec<_>>();
		order.sort_by_key(|label| keys[*label]);
		let before = judge(&task, &labels, &[]);
		let after = judge(&task, &order.iter().map(|label| labels[*label].clone()).collect::<Vec<_>>(), &[]);
		prop_assert_eq!(&before.consensus, &after.consensus);
		let ranked = |verdict: &Verdict| match *verdict {
			Verdict::Scored { score, loss, .. } => (score, loss),
			Verdict::Bad(_) => unreachable!("all labels are readable"),
		};
		for (position, label) in order.iter().enumerate() {
			prop_assert_eq!(ranked(&before.verdicts[*label]), ranked(&after.verdicts[position]));
			prop_assert!(before.wash != after.wash || before.verdicts[*label] == after.verdicts[position]);
		}
	}

	#[test]
	fn a_constant_label_is_never_above_chance((task, mut labels) in game(), class in 0..2u8) {
		let Task::Classification { items, .. } = task;
		prop_assume!(items >= 8);
		labels.push(Ok(Summary::Classes(vec![class; items as usize])));
		let judgement = judge(&task, &labels, &[]);
		let by_chance = matches!(judgement.verdicts.last(), Some(Verdict::Scored { score: 0, eligible: false, .. }));
		prop_assert!(by_chance);
	}
}
