//! `learnware judge` says what the integer reference says, to the bit, for all tasks.

use crate::common::Home;
use serde_json::{json, Value};

/// Judges labels; `gold` is a file's content.
fn judge(home: &Home, task: &Value, labels: &[Value], case: &Value, gold: Option<&Value>) -> Value {
	let task = home.file("task.json", task.to_string());
	let bounty = integer(&case["bounty"]).to_string();
	let gold = gold.map(|gold| home.file("gold.json", gold.to_string()));
	let files = labels.iter().enumerate().map(|(label, content)| home.file(&format!("{label}"), content.to_string()));
	let files = files.collect::<Vec<_>>();
	let mut args = vec!["judge", "--json", "--task", &task, "--bounty", &bounty];
	args.extend(gold.iter().flat_map(|gold| ["--gold", gold]));
	args.extend(files.iter().map(String::as_str));
	home.run(&args).succeeds().data()
}

/// What all tasks have in common.
fn check(data: &Value, case: &Value) {
	let expect = &case["expect"];
	assert_eq!(data["wash"], expect["wash"], "{case}");
	for (ours, theirs) in [("eligible", "eligible"), ("outlier", "slash")] {
		assert_eq!(column(data, ours), *list(&expect[theirs]), "{ours} in {case}");
	}
	assert_eq!(integers(&column(data, "payout")), integers(list(&expect["payout"])), "{case}");
}

fn column(data: &Value, name: &str) -> Vec<Value> {
	list(&data["labels"]).iter().map(|label| label[name].clone()).collect()
}

fn list(value: &Value) -> &Vec<Value> {
	value.as_array().unwrap()
}

/// A number, or a number as a string.
fn integer(value: &Value) -> i128 {
	value.as_str().map_or_else(|| value.to_string(), String::from).parse().unwrap()
}

fn integers(values: &[Value]) -> Vec<i128> {
	values.iter().map(integer).collect()
}

fn cases(file: &str) -> Vec<Value> {
	serde_json::from_str(file).unwrap()
}

#[test]
fn classifications() {
	let home = Home::new();
	for case in cases(include_str!("../../../primitives/tests/vectors/classify.json")) {
		let expect = &case["expect"];
		let answer = |class: &Value| if *class == json!(255) { Value::Null } else { class.clone() };
		let sheet = |sheet: &Value| Value::from(list(sheet).iter().map(answer).collect::<Vec<_>>());
		let sheets = list(&case["sheets"]).iter().map(sheet).collect::<Vec<_>>();
		let items = list(&sheets[0]).len();
		let task = json!({"classification": {"items": items, "classes": case["K"]}});
		let known = case["gold"].as_object().filter(|known| !known.is_empty());
		let mut sheet = vec![Value::Null; items];
		known.into_iter().flatten().for_each(|(item, class)| sheet[item.parse::<usize>().unwrap()] = class.clone());
		let golds = match known {
			None => vec![None],
			Some(_) => vec![Some(case["gold"].clone()), Some(json!(sheet))],
		};
		for gold in golds {
			let data = judge(&home, &task, &sheets, &case, gold.as_ref());
			check(&data, &case);
			assert_eq!(data["consensus"], expect["consensus"]);
			assert_eq!(integers(&column(&data, "score")), integers(list(&expect["score"])));
			assert_eq!(column(&data, "loss"), *list(&expect["loss"]));
			let fate = match (gold, expect["gold_void"].as_bool().unwrap()) {
				(None, _) => "none",
				(Some(_), false) => "counted",
				(Some(_), true) => "contradicted",
			};
			assert_eq!(data["gold"], fate);
		}
	}
}

#[test]
fn vectors() {
	let home = Home::new();
	for case in cases(include_str!("../../../primitives/tests/vectors/vectors.json")) {
		let expect = &case["expect"];
		let task = json!({"vector": {"scale": case["scale"], "fraction_bits": 0}});
		let data = judge(&home, &task, list(&case["vectors"]), &case, None);
		check(&data, &case);
		assert_eq!(data["consensus"], expect["consensus"]);
		let losses = integers(list(&expect["loss"]));
		assert_eq!(integers(&column(&data, "loss")), losses);
		assert_eq!(integers(&column(&data, "score")), losses.iter().map(|loss| -loss).collect::<Vec<_>>());
	}
}

#[test]
fn fractions_of_vectors() {
	let home = Home::new();
	let task = json!({"vector": {"scale": [4], "fraction_bits": 2}});
	let labels =
		["0.5", "0.625", "0.375", "1e0", "0.75"].map(|number| serde_json::from_str(&format!("[{number}]")).unwrap());
	let data = judge(&home, &task, &labels, &json!({"bounty": 1}), None);
	assert_eq!(data["consensus"], json!([2]), "0.625 and 0.375 are 2 quarters, rounded half to even");
}

#[test]
fn masks() {
	let home = Home::new();
	for case in cases(include_str!("../../../primitives/tests/vectors/masks.json")) {
		let (height, width) = (integer(&case["h"]) as usize, integer(&case["w"]) as usize);
		// The bits of whole hexadecimal digits; those in front are padding.
		let rows = |digits: &Value| {
			let digits = digits.as_str().unwrap();
			let bits = digits.chars().flat_map(|digit| {
				let digit = digit.to_digit(16).unwrap();
				(0..4).rev().map(move |bit| digit >> bit & 1)
			});
			let bits = bits.skip(4 * digits.len() - height * width).collect::<Vec<_>>();
			json!(bits.chunks(width).collect::<Vec<_>>())
		};
		let masks = list(&case["masks_hex"]).iter().map(rows).collect::<Vec<_>>();
		let task = json!({"mask": {"width": width, "height": height, "depth": 1}});
		let data = judge(&home, &task, &masks, &case, None);
		check(&data, &case);
		assert_eq!(data["consensus"], rows(&case["expect"]["consensus"]));
		assert_eq!(integers(&column(&data, "score")), integers(list(&case["expect"]["score"])));
	}
}

#[test]
fn volumes_are_nested_as_they_are_asked_for() {
	let home = Home::new();
	let task = json!({"mask": {"width": 3, "height": 1, "depth": 2}});
	let labels = vec![json!([[[0, 1, 1]], [[1, 0, 0]]]); 5];
	let data = judge(&home, &task, &labels, &json!({"bounty": 1}), None);
	assert_eq!(data["consensus"], labels[0]);
	assert_eq!(column(&data, "copy_of"), [json!(null), json!(0), json!(0), json!(0), json!(0)]);
}

#[test]
fn boxes() {
	let home = Home::new();
	let single = cases(include_str!("../../../primitives/tests/vectors/boxes.json"));
	let single = single.into_iter().map(|mut case| {
		let boxes = list(&case["boxes"]).iter().map(|corners| json!([corners])).collect::<Vec<_>>();
		case["expect"]["consensus"] = json!([case["expect"]["consensus"]]);
		case["boxes"] = json!(boxes);
		case
	});
	let random = cases(include_str!("../../../primitives/tests/vectors/random_boxes.json"));
	for case in single.chain(random.into_iter().take(60)) {
		let (labels, expect) = (list(&case["boxes"]), &case["expect"]);
		let task = json!({"boxes": {"items": list(&labels[0]).len()}});
		let data = judge(&home, &task, labels, &case, None);
		check(&data, &case);
		assert_eq!(data["consensus"], expect["consensus"]);
		assert_eq!(integers(&column(&data, "score")), integers(list(&expect["score"])));
		assert_eq!(column(&data, "tie_break"), *list(&expect["loo_iou"]));
	}
}
