//! A game on a real chain, played from the first word to the last. Needs `learnware-node` beside `learnware`.

use crate::common::{Home, Run};
use serde_json::{json, Value};
use std::{
	fs,
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

const LABELERS: [&str; 5] = ["//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];

/// A development chain of its own, with a block each second and a scorer.
struct Node {
	process: Child,
	home: Home,
	url: String,
	ipfs_api: String,
}

impl Node {
	fn start() -> Self {
		let program = PathBuf::from(env!("CARGO_BIN_EXE_learnware")).with_file_name("learnware-node");
		let profile = if cfg!(debug_assertions) { "" } else { " --release" };
		assert!(program.is_file(), "build the node first: cargo build -p learnware-node{profile}");
		let home = Home::new();
		let [rpc, p2p, metrics, ipfs, gateway] = free_ports();
		let process = Command::new(program)
			.args(["--dev", "--no-prometheus", "--base-path", home.path("node").to_str().unwrap()])
			.args([
				"--rpc-port",
				&rpc.to_string(),
				"--port",
				&p2p.to_string(),
				"--prometheus-port",
				&metrics.to_string(),
			])
			.args([
				"--ipfs-listen",
				&format!("127.0.0.1:{ipfs}"),
				"--ipfs-gateway-listen",
				&format!("127.0.0.1:{gateway}"),
			])
			.stdin(Stdio::null())
			.stderr(fs::File::create(home.path("node.log")).unwrap())
			.spawn()
			.unwrap();
		let (url, ipfs_api) = (format!("ws://127.0.0.1:{rpc}"), format!("http://127.0.0.1:{ipfs}"));
		let mut node = Self { process, home, url, ipfs_api };
		node.wait();
		node
	}

	/// Waits for the first finalized block.
	fn wait(&mut self) {
		let deadline = Instant::now() + Duration::from_secs(60);
		loop {
			let health = self.run("//Alice", &["chain", "health"]);
			if health.code == 0 && health.data()["finalized"].as_u64() > Some(0) {
				return;
			}
			let ended = self.process.try_wait().unwrap();
			let log = fs::read_to_string(self.home.path("node.log")).unwrap();
			assert!(ended.is_none() && Instant::now() < deadline, "{log}");
			std::thread::sleep(Duration::from_millis(200));
		}
	}

	fn command(&self, account: &str, args: &[&str]) -> Command {
		let mut command = self.home.command(args);
		command.args(["--json", "--wait", "best", "--account", account]);
		command.args(["--url", &self.url, "--ipfs-api", &self.ipfs_api]);
		command
	}

	fn run(&self, account: &str, args: &[&str]) -> Run {
		self.command(account, args).output().unwrap().into()
	}

	/// `data` of a command that succeeds.
	fn does(&self, account: &str, args: &[&str]) -> Value {
		self.run(account, args).succeeds().data()
	}

	/// The code of a command's error.
	fn refuses(&self, account: &str, args: &[&str], exit: i32) -> String {
		self.run(account, args).fails(exit).error()["code"].as_str().unwrap().into()
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

fn free_ports<const N: usize>() -> [u16; N] {
	let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
	listeners.map(|listener| listener.local_addr().unwrap().port())
}

/// A label file with so many wrong answers, none of them wrong in another one too.
fn label(home: &Home, wrong: usize) -> String {
	let right = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
	let first = wrong * wrong.saturating_sub(1) / 2;
	let is_wrong = |item: usize| (first..first + wrong).contains(&item);
	let answers = right.iter().enumerate().map(|(item, class)| if is_wrong(item) { 1 - class } else { *class });
	home.file(&format!("label-{wrong}.json"), json!(answers.collect::<Vec<_>>()).to_string())
}

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
	let poor = node.refuses("//Nobody", &["label", "commit", sample, right, "--yes"], 1);
	assert_eq!(poor, "insufficient_balance");
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

fn events(output: &str) -> Vec<Value> {
	let parse = |line| serde_json::from_str::<Value>(line).unwrap()["data"].take();
	output.lines().map(parse).collect()
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
