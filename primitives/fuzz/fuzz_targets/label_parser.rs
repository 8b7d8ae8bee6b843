//! Any bytes are a label of the task's shape, or have a reason why not. The first two bytes are the task.

#![no_main]

use learnware_primitives::{classification::is_sheet, condense, BadReason, Summary, Task};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
	let (items, classes, bytes) = input;
	let task = Task::Classification { items: items.into(), classes };
	match condense(&task, bytes) {
		Ok(Summary::Classes(sheet)) => assert!(task.validate().is_ok() && is_sheet(&task, &sheet)),
		Err(reason) => assert!(matches!(reason, BadReason::Malformed | BadReason::WrongShape)),
	}
});
