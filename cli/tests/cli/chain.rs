//! What the commands that need a chain do without one.

use crate::common::Home;

/// A port that nobody listens on.
const NOBODY: &str = "ws://127.0.0.1:9";

#[test]
fn without_a_node_they_say_so() {
	let home = Home::new();
	let sample = home.file("sample", "hello");
	for args in [
		&["chain", "info"][..],
		&["dataset", "list"],
		&["sample", "list"],
		&["sample", "show", "1"],
		&["sample", "watch", "1"],
		&["sample", "submit", "0", &sample, "--bounty", "1UNIT", "--yes"],
		&["label", "next"],
		&["label", "status"],
		&["label", "reveal"],
		&["label", "watch"],
		&["account", "show", "--balance"],
	] {
		let error = home.run(&[args, &["--json", "--url", NOBODY, "--account", "alice"]].concat()).fails(3).error();
		assert_eq!(error["code"], "node_unavailable", "{args:?}");
		assert!(error["help"].as_str().unwrap().contains("--url"));
	}
	let health = home.run(&["chain", "health", "--json", "--url", NOBODY, "--ipfs-api", "http://127.0.0.1:9"]);
	assert_eq!(health.fails(3).error()["code"], "unhealthy");
}

#[test]
fn all_that_is_missing_is_told_at_once() {
	let home = Home::new();
	let label = home.file("label.json", "[0]");
	let fixture = home.file("exported.json", include_str!("../../../client/tests/fixtures/keyring-14.json"));
	home.run_with_env(&["account", "import", "me", "--file", &fixture], &[("LEARNWARE_PASSWORD", "correct horse")])
		.succeeds();
	let commit = ["label", "commit", "1", &label, "--json", "--url", NOBODY];
	let error = home.run(&commit).fails(2).error();
	assert_eq!(error["code"], "missing_input");
	let message = error["message"].as_str().unwrap();
	assert!(message.contains("--password-file") && message.contains("--yes"), "{message}");

	let error = home.run(&[&commit[..], &["--dry-run"]].concat()).fails(2).error();
	assert!(!error["message"].as_str().unwrap().contains("--yes"), "a dry run confirms nothing");

	let nobody = Home::new();
	let error = nobody.run(&["label", "commit", "1", &label, "--json", "--url", NOBODY]).fails(2).error();
	let message = error["message"].as_str().unwrap();
	assert!(message.contains("--account") && message.contains("--yes"), "{message}");
}

#[test]
fn input_is_checked_before_the_chain_is_asked() {
	let home = Home::new();
	let home_args =
		|args: &[&str]| home.run(&[args, &["--json", "--url", NOBODY, "--account", "alice", "--yes"]].concat());
	home_args(&["label", "commit", "1", "nowhere.json"]).fails(2);
	home_args(&["sample", "submit", "0", "--cid", "nonsense", "--bounty", "1UNIT"]).fails(2);
	home_args(&["sample", "submit", "0", "--bounty", "1UNIT"]).fails(2);
	home_args(&["sample", "fetch", "1"]).fails(2);
	let task = home.file("task.json", r#"{"classification": {"items": 0, "classes": 2}}"#);
	home_args(&["dataset", "create", "--task", &task, "--description", &task, "--collateral", "1UNIT"]).fails(2);
	home_args(&["dataset", "create", "--task", &task, "--collateral", "1UNIT"]).fails(2);
}
