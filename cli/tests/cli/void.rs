//! A game that nobody plays to its end, on a real chain: what was held comes back, and who commits elsewhere is told in time.
//! Needs `learnware-node` beside `learnware`.

use crate::{
	common::{Home, Run},
	local_chain::{events, label, Node},
};
use serde_json::{json, Value};

/// Blocks in which labels are committed; too few to play will be.
const COMMIT_PERIOD: &str = "20";

/// Offers a sample to which Bob commits a label; returns its number.
fn offer(node: &Node) -> String {
	let sample = node.home.file("sample.json", "[]");
	let submitted = node.does("//Alice", &["sample", "submit", "0", &sample, "--bounty", "8UNIT", "--yes"]);
	let sample = submitted["sample"].to_string();
	let committed = node.does("//Bob", &["label", "commit", &sample, &label(&node.home, 0), "--yes"]);
	assert_eq!(committed["collateral"], "1000000000000");
	sample
}

fn held(node: &Node, account: &str) -> Value {
	node.does(account, &["account", "show", account, "--balance"])["balance"]["held"].clone()
}

fn wait_for_overdue(node: &Node, sample: &str) {
	while node.does("//Eve", &["sample", "show", sample])["stage"]["phase"] != "overdue" {
		std::thread::sleep(std::time::Duration::from_millis(500));
	}
}

#[test]
fn a_void_game_ends_and_gives_back() {
	let node = Node::start();
	let task = node.home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let words = node.home.file("description.txt", "One or the other?\u{1b}[31m");
	let create = ["dataset", "create", "--task", &task, "--description", &words, "--collateral", "1UNIT", "--yes"];
	let terms = ["--min-labels", "5", "--max-labels", "5", "--commit-period", COMMIT_PERIOD, "--score-period", "60"];
	node.does("//Alice", &[&create[..], &terms].concat());
	let deposit = held(&node, "//Alice");

	let first = offer(&node);
	told_at_once(&node, &first);
	assert_eq!(held(&node, "//Bob"), "0", "its own watch has resolved it");
	assert_eq!(held(&node, "//Alice"), deposit);

	let second = offer(&node);
	assert!(shown(&node, &second).contains("One or the other?\u{fffd}[31m"), "the question in its words");
	wait_for_overdue(&node, &second);
	let late = node.run("//Bob", &["label", "reveal", &second]).fails(1).error();
	assert_eq!(late["code"], "LabelingGame.TooLate");
	for word in ["nothing is lost", &format!("`learnware sample resolve {second}`")] {
		assert!(late["help"].as_str().unwrap().contains(word), "{late}");
	}
	let withdraw = node.run("//Bob", &["label", "withdraw", &second]).fails(1).error();
	assert_eq!((&withdraw["code"], &withdraw["help"]), (&late["code"], &late["help"]));
	let looked = Run::from(node.command("//Eve", &["sample", "watch", &second]).output().unwrap()).fails(5);
	let last = looked.stdout.lines().last().unwrap();
	let end: Value = serde_json::from_str(last).unwrap();
	assert_eq!(end["error"]["code"], "overdue", "{end}");
	assert!(end["error"]["help"].as_str().unwrap().contains(&format!("learnware sample resolve {second}")), "{end}");
	let watched = events(&node.run("//Alice", &["sample", "watch", &second]).succeeds().stdout);
	assert!(watched.iter().any(|event| event["event"] == "resolve_sent"), "{watched:?}");
	let end = watched.last().unwrap();
	assert_eq!((&end["event"], &end["end"]), (&json!("resolved"), &json!("too_few_commitments")), "{end}");
	assert_eq!((held(&node, "//Alice"), held(&node, "//Bob")), (deposit, json!("0")));
}

/// The watch of a home that has no journal says so while there is time, and not when it is too late.
fn told_at_once(node: &Node, sample: &str) {
	let elsewhere = Home::new();
	let run = |args: &[&str]| {
		let output = node.command("//Bob", args).env("LEARNWARE_HOME", elsewhere.path("")).output().unwrap();
		Run::from(output).succeeds()
	};
	let closed = format!("this home can't open the label of sample {sample}");
	assert!(run(&["label", "status"]).stderr.contains(&closed));
	let here = node.run("//Bob", &["label", "status"]).succeeds();
	assert!(!here.stderr.contains("can't open"), "{}", here.stderr);
	let told = events(&run(&["label", "watch"]).stdout);
	let trouble = &told[1];
	assert_eq!((&told[0]["stage"]["phase"], &trouble["event"]), (&json!("commit"), &json!("trouble")), "{told:?}");
	assert!(trouble["message"].as_str().unwrap().contains("this home can't open"), "{trouble}");
	assert!(trouble["help"].as_str().unwrap().contains(&format!("label reveal {sample} FILE")), "{trouble}");
	assert_eq!(told.last().unwrap()["end"], "too_few_commitments");
}

/// What a person is shown.
fn shown(node: &Node, sample: &str) -> String {
	node.says("//Eve", &["sample", "show", sample])
}
