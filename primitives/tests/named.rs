//! Choices by name, and the documents that list them.

use learnware_primitives::{
	places::{Payout, PayoutKind, MAX_RATIO, PPM},
	training::curve::{Curve, CurveKind, Ratio},
	Named, Task, TaskKind,
};
use std::{collections::BTreeSet, fmt::Debug, fs, str::FromStr};

fn check_names<T: Named + Debug + ToString + FromStr<Err: ToString + Debug>>() {
	let names = T::ALL.iter().map(|choice| choice.to_string()).collect::<BTreeSet<_>>();
	assert_eq!(names.len(), T::ALL.len(), "{names:?}");
	for choice in T::ALL {
		assert_eq!(T::from_str(&choice.to_string()).ok(), Some(*choice));
		assert!(!choice.meaning().is_empty());
	}
	let words = T::from_str("Gold").unwrap_err().to_string();
	assert!(names.iter().all(|name| words.contains(name)), "{words}");
}

#[test]
fn a_name_stands_for_one_choice() {
	check_names::<TaskKind>();
	check_names::<PayoutKind>();
	check_names::<CurveKind>();
}

#[test]
fn usual_choices_are_of_their_kind_and_can_be_used() {
	for kind in PayoutKind::ALL {
		assert_eq!((kind.usual().kind(), kind.usual().validate()), (*kind, Ok(())));
	}
	for kind in CurveKind::ALL {
		assert_eq!((kind.usual().kind(), kind.usual().validate()), (*kind, Ok(())));
	}
	let hundredth = Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(99, 100), max: Ratio::new(1, 1) };
	assert_eq!(CurveKind::Logarithmic.usual(), hundredth);
}

#[test]
fn payouts_are_put_into_words() {
	for (payout, words) in [
		(Payout::Geometric { ratio: MAX_RATIO }, "50% of the bounty to the first place, and to each next one 50% of"),
		(Payout::Geometric { ratio: 1 }, "0.0001% of the bounty"),
		(Payout::Geometric { ratio: 123_400 }, "12.34% of the bounty"),
		(Payout::Softmax { temperature: 2 * PPM }, "e^(-1/2) of the one before"),
		(Payout::Softmax { temperature: PPM / 10 }, "e^(-1/0.1) of the one before"),
	] {
		assert!(payout.to_string().contains(words), "{payout}");
	}
}

/// The rows of a table, from the one that begins with `head`.
fn table(document: &str, head: &str) -> Vec<String> {
	let path = format!("{}/../docs/{document}", env!("CARGO_MANIFEST_DIR"));
	let text = fs::read_to_string(path).unwrap();
	let rows = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
	rows.take_while(|line| line.starts_with('|')).map(String::from).collect()
}

#[test]
fn the_rules_list_every_payout_and_kind_of_task() {
	let payouts = table("labeling-game.md", "| payout |");
	assert_eq!(payouts.len(), PayoutKind::ALL.len());
	for (row, kind) in payouts.iter().zip(PayoutKind::ALL) {
		assert!(row.starts_with(&format!("| `{kind:?}")), "{kind}: {row}");
	}
	let forms = table("labeling-game.md", "| task |");
	assert_eq!(forms.len(), TaskKind::ALL.len());
	let bounds = table("labeling-game.md", "| what | bounds |");
	for (row, kind) in forms.iter().zip(TaskKind::ALL) {
		assert!(row.split('|').nth(1).is_some_and(|task| task.contains(kind.name())), "{kind}: {row}");
		assert!(bounds.iter().any(|row| row.starts_with(&format!("| {kind} |"))), "{kind} has no bounds");
	}
}

#[test]
fn the_name_of_a_kind_is_that_in_a_file() {
	for (kind, json) in [
		(TaskKind::Classification, r#"{"classification":{"items":3,"classes":2}}"#),
		(TaskKind::Vector, r#"{"vector":{"scale":[1]}}"#),
		(TaskKind::Mask, r#"{"mask":{"width":3,"height":2}}"#),
		(TaskKind::Boxes, r#"{"boxes":{"items":3}}"#),
	] {
		let task = serde_json::from_str::<Task>(json).unwrap();
		assert!(task.kind() == kind && json[2..].starts_with(kind.name()));
	}
}
