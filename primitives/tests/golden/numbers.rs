//! Numbers as Python's exact fractions round them.

use super::{bytes, games_of, number, parse};
use crate::support::npy;
use learnware_primitives::{condense, BadReason, Summary, Task};

fn check(text: &str) {
	for case in parse(text).as_array().unwrap() {
		let task = Task::Vector { scale: vec![1].try_into().unwrap(), fraction_bits: number(&case["bits"]) as u8 };
		let expected = match &case["value"] {
			serde_json::Value::Null => Err(BadReason::Malformed),
			value => Ok(Summary::Vector(vec![number(value) as i64])),
		};
		if let Some(json) = case["json"].as_str() {
			assert_eq!(condense(&task, format!("[{json}]").as_bytes()), expected, "{case}");
			continue;
		}
		let mut float = bytes(&case["float"]);
		let size = float.len();
		assert_eq!(condense(&task, &npy(&format!(">f{size}"), "(1,)", &float)), expected, "{case}");
		float.reverse();
		assert_eq!(condense(&task, &npy(&format!("<f{size}"), "(1,)", &float)), expected, "{case}");
	}
}

#[test]
fn numbers_are_rounded_exactly() {
	check(include_str!("../vectors/random_numbers.json"));
	games_of("numbers").iter().for_each(|text| check(text));
}
