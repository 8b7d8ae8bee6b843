//! `learnware judge`: without a node, what the scorers would say.

use crate::common::Home;
use serde_json::{json, Value};

/// Five labels of which four agree; the fifth is about as wrong as can be.
fn labels(home: &Home) -> Vec<String> {
	let right = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
	(0..6)
		.map(|label| {
			let answers = right.iter().enumerate().map(|(item, class)| match label {
				5 => 1 - class,
				_ if item == label => 1 - class,
				_ => *class,
			});
			home.file(&format!("label{label}.json"), json!(answers.collect::<Vec<_>>()).to_string())
		})
		.collect()
}

fn judge(home: &Home, more: &[&str], labels: &[String]) -> Value {
	let task = home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let mut args = vec!["judge", "--json", "--task", &task, "--bounty", "1UNIT"];
	args.extend(more);
	args.extend(labels.iter().map(String::as_str));
	home.run(&args).succeeds().data()
}

#[test]
fn prints_exactly_what_is_documented() {
	let home = Home::new();
	let data = judge(&home, &[], &labels(&home));
	assert_eq!(data.as_object().unwrap().keys().collect::<Vec<_>>(), ["consensus", "gold", "labels", "wash"]);
	assert_eq!(data["wash"], false);
	assert_eq!(data["consensus"].as_array().unwrap().len(), 20);
	let all = data["labels"].as_array().unwrap();
	assert_eq!(all.len(), 6);
	for label in all {
		let label = label.as_object().unwrap();
		assert_eq!(label.keys().collect::<Vec<_>>(), ["copy_of", "eligible", "loss", "outlier", "payout", "score"]);
		assert!(label["score"].is_string() && label["payout"].is_string() && label["loss"].is_u64());
	}
	assert_eq!(
		(&all[5]["eligible"], &all[5]["outlier"], &all[5]["payout"]),
		(&json!(false), &json!(true), &json!("0"))
	);
	let paid = all.iter().map(|label| label["payout"].as_str().unwrap().parse::<u128>().unwrap()).sum::<u128>();
	assert!(paid > 900_000_000_000 && paid <= 1_000_000_000_000, "{paid}");
}

#[test]
fn keeps_the_order_of_its_arguments() {
	let home = Home::new();
	let mut labels = labels(&home);
	let forward = judge(&home, &[], &labels);
	labels.reverse();
	let mut backward = judge(&home, &[], &labels);
	backward["labels"].as_array_mut().unwrap().reverse();
	assert_eq!(forward, backward);
}

#[test]
fn tells_why_a_label_is_bad() {
	let home = Home::new();
	let mut labels = labels(&home);
	labels.push(home.file("malformed.json", "no"));
	labels.push(home.file("wrong_shape.json", "[0, 1]"));
	labels.push(home.file("too_large.json", vec![b' '; 8 * 1024 * 1024 + 1]));
	let data = judge(&home, &[], &labels);
	for (label, reason) in data["labels"].as_array().unwrap()[6..].iter().zip(["malformed", "wrong_shape", "too_large"])
	{
		assert_eq!(label["bad"], reason);
		assert_eq!(label["payout"], "0");
		assert_eq!(label["score"], Value::Null);
	}
}

#[test]
fn takes_gold() {
	let home = Home::new();
	let labels = labels(&home);
	let gold = home.file("gold.json", r#"{"6": 0, "7": 1, "8": 1, "9": 0, "10": 0}"#);
	let data = judge(&home, &["--gold", &gold], &labels);
	assert_eq!(data["consensus"][10], 0, "the gold is the consensus of its items");
	let outside = home.file("outside.json", r#"{"20": 0}"#);
	let task = home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let run = home.run(&["judge", "--task", &task, "--bounty", "1", "--gold", &outside, &labels[0]]).fails(2);
	assert!(run.stderr.contains("item 20"), "{}", run.stderr);
}

#[test]
fn says_what_became_of_the_gold() {
	let home = Home::new();
	let labels = labels(&home);
	for (gold, fate) in [
		(r#"{"0": 0}"#, "too_few"),
		(r#"{"0": 1, "1": 0, "2": 0, "3": 1}"#, "contradicted"),
		("[0]", "bad"),
		("no", "bad"),
	] {
		let gold = home.file("gold.json", gold);
		assert_eq!(judge(&home, &["--gold", &gold], &labels)["gold"], fate);
	}
	assert_eq!(judge(&home, &[], &labels)["gold"], "none");
	let (gold, task) = (home.file("gold.json", "{}"), home.file("task.json", r#"{"boxes": {"items": 1}}"#));
	home.run(&["judge", "--task", &task, "--bounty", "1", "--gold", &gold, &labels[0]]).fails(2);
}

#[test]
fn pays_by_any_curve() {
	let home = Home::new();
	// All but the last are the same.
	let right = labels(&home)[5].clone();
	let labels = [&vec![right; 5][..], &labels(&home)[..1]].concat();
	let payouts = |more: &[&str]| {
		let data = judge(&home, more, &labels);
		let payout = |label: &Value| label["payout"].as_str().unwrap().parse::<u64>().unwrap();
		data["labels"].as_array().unwrap().iter().map(payout).collect::<Vec<_>>()
	};
	assert_eq!(payouts(&[])[..5], [193_750_000_000; 5], "31/32 of the bounty, shared");
	assert_eq!(payouts(&["--duplicates", "collapse"])[..5], [100_000_000_000; 5], "one place");
	assert_eq!(payouts(&["--ratio", "20%", "--duplicates", "collapse"])[0], 40_000_000_000);
	assert_eq!(payouts(&["--ratio", "200000"]), payouts(&["--ratio", "20%"]));
	for curve in [&["equal"][..], &["linear"], &["softmax", "--temperature", "0.5"], &["winner-takes-all"]] {
		let paid = payouts(&[&["--payout"], curve].concat());
		let shares = if curve[0] == "winner-takes-all" { 200_000_000_000 } else { paid[0] };
		assert_eq!(paid[..5], vec![shares; 5], "{curve:?}");
		assert!(paid.iter().sum::<u64>() > 999_999_999_990, "{curve:?} {paid:?}");
	}
	let task = home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let args = ["judge", "--task", &task, "--bounty", "1", "--payout", "equal", "--ratio", "1%", &labels[0]];
	let run = home.run(&args).fails(2);
	assert!(run.stderr.contains("--ratio"), "{}", run.stderr);
}

#[test]
fn speaks_to_people() {
	let home = Home::new();
	let labels = labels(&home);
	let task = home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let mut args = vec!["judge", "--task", &task, "--bounty", "1UNIT"];
	args.extend(labels.iter().map(String::as_str));
	let text = home.run(&args).succeeds().stdout;
	assert!(text.contains("slashed: outlier") && text.contains(" UNIT") && text.contains("agreed"), "{text}");
}

#[test]
fn refuses_what_it_cannot_use() {
	let home = Home::new();
	let label = home.file("label.json", "[0]");
	for (task, word) in [
		(r#"{"classification": {"items": 0, "classes": 2}}"#, "items"),
		(r#"{"classification": {"items": 1, "classes": 99}}"#, "classes"),
		(r#"{"vector": {}}"#, "scale"),
		(r#"{"mask": {"width": 0, "height": 1}}"#, "width"),
		(r#"{"boxes": {"items": 1025}}"#, "items"),
		(r#"{"polygon": {}}"#, "unknown variant"),
		("", "task.json"),
	] {
		let task = home.file("task.json", task);
		let error = home.run(&["judge", "--json", "--task", &task, "--bounty", "1", &label]).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains(word), "{error}");
	}
	let task = home.file("task.json", r#"{"classification": {"items": 1, "classes": 2}}"#);
	home.run(&["judge", "--task", &task, "--bounty", "1.5", &label]).fails(2);
	home.run(&["judge", "--task", &task, "--bounty", "1", "nowhere.json"]).fails(2);
	let many = vec![label.as_str(); 65];
	home.run(&[&["judge", "--task", &task, "--bounty", "1"][..], &many].concat()).fails(2);
}

#[test]
fn says_what_is_wrong_with_a_label_where_and_what_to_do() {
	let home = Home::new();
	let task = home.file("task.json", r#"{"mask": {"width": 3, "height": 2}}"#);
	for (text, place, remedy) in [
		("[[0, 1, 0],\n [0, 255, 0]]", "item (1, 1) (line 2, column 6): 255", "(mask > 0)"),
		("[[0, 1, 0], [0, 1.0, 0]]", "item (1, 1) (line 1, column 17): 1.0", "write 1, not 1.0"),
		("[[0, 1, 0], [0, 1, 0,]]", "line 1, column 22: a comma", "delete the comma"),
		("[[0, 1], [0, 1], [0, 1]]", "the shape (3, 2), where the shape (2, 3)", "opposite order"),
		("\u{feff}[[0, 1, 0], [0, 1, 0]]", "an invisible byte order mark", "UTF-8"),
	] {
		let label = home.file("label.json", text);
		let run = home.run(&["judge", "--task", &task, "--bounty", "1", &label]).succeeds();
		assert!(run.stderr.contains(place) && run.stderr.contains(remedy), "{}", run.stderr);
		let data = home.run(&["judge", "--json", "--task", &task, "--bounty", "1", &label]).succeeds().data();
		let defect = &data["labels"][0]["defect"];
		assert_eq!(defect["reason"], data["labels"][0]["bad"]);
		assert!(defect["remedy"].as_str().unwrap().contains(remedy), "{defect}");
	}
}

#[test]
fn refuses_texts_that_are_not_what_they_seem() {
	let home = Home::new();
	let labels = labels(&home);
	let task = home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	for (gold, words) in [
		(r#"{"0": 1, "1": 0, "2": 0, "3": 1, "0": 0}"#, "item 0 is given twice"),
		(r#"{"0": 1.0}"#, "1.0"),
		("{\"0\":\u{a0}1}", "an invisible no-break space"),
	] {
		let gold = home.file("gold.json", gold);
		let args = ["judge", "--json", "--task", &task, "--bounty", "1", "--gold", &gold, &labels[0]];
		let error = home.run(&args).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains(words), "{error}");
	}
	let marked = home.file("marked.json", "\u{feff}{\"boxes\": {\"items\": 1}}");
	let error = home.run(&["judge", "--json", "--task", &marked, "--bounty", "1", &labels[0]]).fails(2).error();
	assert!(error["message"].as_str().unwrap().contains("byte order mark"), "{error}");
}
