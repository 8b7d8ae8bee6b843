//! Label files that people's tools write: each is a label, or is refused in words of its own. See `cases/README.md`.

use learnware_primitives::{
	condense,
	label::{read, Cause},
	BadReason, Task,
};
use std::{collections::BTreeMap, fs, path::PathBuf};

struct Case {
	name: String,
	task: Task,
	bytes: Vec<u8>,
	verdict: String,
	message: String,
}

fn file(folder: &str, name: &str) -> Vec<u8> {
	fs::read([env!("CARGO_MANIFEST_DIR"), "tests/cases", folder, name].iter().collect::<PathBuf>()).unwrap()
}

fn cases() -> Vec<Case> {
	let table = String::from_utf8(file("", "expected.tsv")).unwrap();
	let case = |row: &str| {
		let [folder, task, name, verdict, message] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
		Case {
			name: format!("{folder}/{name}"),
			task: serde_json::from_slice(&file(folder, task)).unwrap(),
			bytes: file(folder, name),
			verdict: verdict.into(),
			message: message.into(),
		}
	};
	table.lines().skip(1).map(case).collect()
}

#[test]
fn each_file_has_its_verdict_and_its_words() {
	let cases = cases();
	assert!(cases.len() > 90, "{}", cases.len());
	for Case { name, task, bytes, verdict, message } in cases {
		let found = condense(&task, &bytes);
		let word = match found {
			Ok(_) => "ok".into(),
			Err(reason) => serde_json::to_value(reason).unwrap().as_str().unwrap().to_string(),
		};
		assert_eq!(word, verdict, "{name}");
		match read(&task, &bytes) {
			Ok(summary) => assert_eq!(Ok(summary), found, "{name}"),
			Err(defect) => {
				assert_eq!(found, Err(defect.reason), "{name}");
				assert_eq!(defect.to_string(), message, "{name}");
				assert!(!defect.remedy.is_empty(), "{name}: {message}");
			},
		}
	}
}

#[test]
fn different_faults_have_different_words() {
	let mut causes = BTreeMap::<String, usize>::new();
	for Case { task, bytes, .. } in cases() {
		if let Err(defect) = read(&task, &bytes) {
			*causes.entry(format!("{:?}", defect.cause)).or_default() += 1;
		}
	}
	let found = causes.keys().map(String::as_str).collect::<Vec<_>>();
	let expected = ["EmptyBox", "Format", "Header", "Length", "Mark", "Order", "Shape", "Syntax", "Type", "Value"];
	assert_eq!(found, expected);
}

/// Files that are cut off or have another byte somewhere have a verdict, and it has a cause.
#[test]
fn whatever_is_wrong_has_a_cause() {
	let mut wrong = 0;
	for Case { name, task, bytes, .. } in cases() {
		let cut = (0..bytes.len().min(200)).map(|length| bytes[..length].to_vec());
		let changed = (0..bytes.len().min(150)).flat_map(|at| {
			let bytes = &bytes;
			[b'[', b']', b',', b' ', b'9', b'-', b'.', b'"', b'e', 0, 1, 0xc2, 0xff].map(move |byte| {
				let mut changed = bytes.clone();
				changed[at] = byte;
				changed
			})
		});
		for bytes in cut.chain(changed) {
			match (read(&task, &bytes), condense(&task, &bytes)) {
				(Ok(left), Ok(right)) => assert_eq!(left, right),
				(Err(defect), Err(reason)) => {
					wrong += 1;
					assert_eq!(defect.reason, reason, "{name}");
					assert!(defect.cause != Cause::Task, "{name}: {}", String::from_utf8_lossy(&bytes));
				},
				(left, right) => panic!("{name}: {left:?} {right:?}"),
			}
		}
	}
	assert!(wrong > 5_000, "{wrong}");
}

#[test]
fn a_task_that_cannot_be_played_has_no_labels() {
	let defect = read(&Task::Boxes { items: 0 }, b"[]").unwrap_err();
	assert_eq!((defect.reason, defect.cause), (BadReason::WrongShape, Cause::Task));
	let large = vec![b' '; 8 * 1024 * 1024 + 1];
	let defect = read(&Task::Boxes { items: 1 }, &large).unwrap_err();
	assert_eq!((defect.reason, defect.cause), (BadReason::TooLarge, Cause::TooLarge));
}
