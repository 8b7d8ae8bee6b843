//! Any bytes are a label of the task, which the writer writes back, or have a reason why not.

#![no_main]

mod input;

use learnware_primitives::{condense, to_label, BadReason};
use libfuzzer_sys::{arbitrary::Unstructured, fuzz_target};

fuzz_target!(|bytes: &[u8]| {
	let mut input = Unstructured::new(bytes);
	let Ok(task) = input::task(&mut input) else { return };
	match condense(&task, input.take_rest()) {
		Ok(summary) => {
			assert!(summary.is_of(&task));
			assert_eq!(condense(&task, &to_label(&task, &summary)), Ok(summary));
		},
		Err(reason) => assert!(matches!(reason, BadReason::Malformed | BadReason::WrongShape)),
	}
});
