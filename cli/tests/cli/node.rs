//! A game on a real chain, played from the first word to the last. Needs `learnware-node` beside `learnware`.

use crate::{
	common::Home,
	local_chain::{events, label, node_program, Node, LABELERS},
};
use serde_json::json;
use std::{
	fs,
	net::TcpListener,
	path::Path,
	process::{Command, Stdio},
};

/// Offers a sample; returns its number.
fn offer(node: &Node) -> String {
	let sample = node.home.file("sample.json", "[]");
	let submitted = node.does("//Alice", &["sample", "submit", "0", &sample, "--bounty", "8UNIT", "--yes"]);
	submitted["sample"].to_string()
}

fn create_dataset(node: &Node) {
	let task = node.home.file("task.json", r#"{"classification": {"items": 20, "classes": 2}}"#);
	let words = node.home.file("description.txt", "One or the other?");
	let mut create = vec!["dataset", "create", "--task", &task, "--description", &words, "--collateral", "1UNIT"];
	create.extend([
		"--min-labels",
		"5",
		"--max-labels",
		"5",
		"--commit-period",
		"300",
		"--score-period",
		"60",
		"--yes",
	]);
	let dry = node.does("//Alice", &[&create[..], &["--dry-run"]].concat());
	assert!(dry["dry_run"].as_bool().unwrap() && dry["holds"][0]["what"] == "deposit", "{dry}");
	assert_eq!(node.does("//Alice", &["dataset", "list"]), json!([]), "nothing was sent");
	assert_eq!(node.refuses("//Alice", &[&create[..], &["--max-labels", "65"]].concat(), 2), "usage");
	assert_eq!(node.does("//Alice", &create)["dataset"], 0);
}

/// What the chain would refuse, or refuses, each with its name.
fn refusals(node: &Node, sample: &str, right: &str) {
	let short = node.home.file("short.json", "[0]");
	assert_eq!(node.refuses("//Bob", &["label", "commit", sample, &short, "--yes"], 2), "bad_input");
	assert_eq!(node.refuses("//Bob", &["label", "commit", "99", right, "--yes"], 1), "LabelingGame.UnknownSample");
	assert_eq!(node.refuses("//Bob", &["sample", "cancel", sample], 1), "LabelingGame.NotProvider");
	assert_eq!(node.refuses("//Bob", &["label", "withdraw", sample], 1), "LabelingGame.NotCommitted");
	assert_eq!(node.refuses("//Alice", &["dataset", "close", "0"], 1), "LabelingGame.DatasetInUse");
	// Only the chain knows this one; its words come from the runtime's metadata.
	let error = node.run("//Bob", &["sample", "resolve", sample]).fails(1).error();
	assert_eq!(error["code"], "LabelingGame.NotOverdue");
	assert!(error["message"].as_str().unwrap().contains("nothing to resolve"), "{error}");
	let commit = ["label", "commit", sample, right, "--yes"];
	assert_eq!(node.refuses(&node.poor(), &commit, 1), "insufficient_balance");
	let unknown = node.run("//bob", &commit).fails(2).error();
	assert!(unknown["message"].as_str().unwrap().contains("not a development account"), "{unknown}");
}

fn commit_all(node: &Node, sample: &str) {
	for (wrong, account) in LABELERS.into_iter().enumerate() {
		let file = label(&node.home, wrong);
		let committed = node.does(account, &["label", "commit", sample, &file, "--yes"]);
		assert_eq!(committed["collateral"], "1000000000000");
		if wrong == 0 {
			assert_eq!(node.refuses(account, &["label", "reveal", sample], 1), "LabelingGame.TooEarly");
			let again = node.refuses(account, &["label", "commit", sample, &file, "--yes"], 1);
			assert_eq!(again, "LabelingGame.AlreadyCommitted");
			node.does(account, &["label", "withdraw", sample]);
			node.does(account, &["label", "commit", sample, &file, "--yes"]);
			assert_eq!(node.does(account, &["label", "next"]), json!([]), "it has labeled all there is");
		}
	}
}

/// The journal is lost, but neither the account nor the label.
fn reveal_without_journal(node: &Node, sample: &str) {
	fs::remove_dir_all(node.home.path("journal")).unwrap();
	assert_eq!(node.refuses("//Bob", &["label", "reveal"], 4), "account");
	let (right, wrong) = (label(&node.home, 0), label(&node.home, 1));
	assert_eq!(node.refuses("//Bob", &["label", "reveal", sample, &wrong], 2), "bad_input");
	let revealed = node.does("//Bob", &["label", "reveal", sample, &right]);
	assert_eq!(revealed[0]["sample"].to_string(), sample);
	assert_eq!(node.refuses("//Bob", &["label", "reveal", sample], 1), "LabelingGame.AlreadyRevealed");
}

#[test]
fn a_game_is_played_to_its_end() {
	let node = Node::start();
	create_dataset(&node);
	let sample = offer(&node);
	let fetched = node.home.path("fetched.json");
	node.run("//Bob", &["sample", "fetch", &sample, "--output", fetched.to_str().unwrap()]).succeeds();
	assert_eq!(fs::read_to_string(&fetched).unwrap(), "[]");
	refusals(&node, &sample, &label(&node.home, 0));

	// The watch of an account whose journal is in another home than the lost one.
	let elsewhere = Home::new();
	commit_all(&node, &sample);
	copy(&node.home.path("journal"), &elsewhere.path("journal"));
	reveal_without_journal(&node, &sample);
	let watches = LABELERS.map(|account| {
		let mut watch = node.command(account, &["label", "watch"]);
		watch.env("LEARNWARE_HOME", elsewhere.path("")).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
	});
	let end = events(&node.run("//Alice", &["sample", "watch", &sample]).succeeds().stdout).pop().unwrap();
	assert_eq!((end["event"].as_str(), end["end"].as_str()), (Some("resolved"), Some("paid")), "{end}");
	assert!(end["consensus"].is_string());
	for (place, watch) in watches.into_iter().enumerate() {
		let output = watch.wait_with_output().unwrap();
		assert!(output.status.success());
		let outcome = events(&String::from_utf8(output.stdout).unwrap()).pop().unwrap();
		assert_eq!((outcome["event"].as_str(), outcome["place"].as_u64()), (Some("outcome"), Some(place as u64 + 1)));
		assert_eq!(outcome["paid"], end["labels"][place]["paid"]);
		let status = node.does(LABELERS[place], &["label", "status", &sample]);
		assert_eq!(status["paid"], outcome["paid"], "found again in the chain's history");
	}
	assert_eq!(node.does("//Alice", &["sample", "show", &sample])["labels"], end["labels"]);

	let second = offer(&node);
	node.does("//Alice", &["sample", "cancel", &second]);
	assert_eq!(node.does("//Alice", &["dataset", "close", "0"])["dataset"], 0);
}

/// A node whose ports somebody else has would be talked to in that one's place: it stops, and names the options.
#[test]
fn a_node_whose_ports_are_taken_does_not_start() {
	let home = Home::new();
	let [rpc, p2p, metrics] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").unwrap());
	let port = |listener: &TcpListener| listener.local_addr().unwrap().port().to_string();
	for mode in [&["--dev"][..], &["--chain", "local", "--alice", "--unsafe-force-node-key-generation"]] {
		let node = Command::new(node_program())
			.args(mode)
			.args(["--base-path", home.path("node").to_str().unwrap(), "--no-telemetry"])
			.args(["--rpc-port", &port(&rpc), "--prometheus-port", &port(&metrics)])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", port(&p2p))])
			.output()
			.unwrap();
		let told = String::from_utf8(node.stderr).unwrap();
		let told = told.lines().find(|line| line.starts_with("Error: ")).unwrap_or_else(|| panic!("{told}"));
		assert_eq!(node.status.code(), Some(1));
		for (listener, option) in [(&rpc, "--rpc-port"), (&p2p, "--port"), (&metrics, "--prometheus-port")] {
			let expected = format!("127.0.0.1:{} (", port(listener));
			assert!(told.contains(&expected) && told.contains(&format!("another port with {option}")), "{told}");
		}
	}
}

fn copy(from: &Path, to: &Path) {
	fs::create_dir_all(to).unwrap();
	for entry in fs::read_dir(from).unwrap() {
		let entry = entry.unwrap();
		let target = to.join(entry.file_name());
		if entry.file_type().unwrap().is_dir() {
			copy(&entry.path(), &target);
		} else {
			fs::copy(entry.path(), target).unwrap();
		}
	}
}
