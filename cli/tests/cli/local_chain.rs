//! A development chain for one test. Needs `learnware-node` beside `learnware`.

use crate::common::{Home, Run};
use serde_json::{json, Value};
use std::{
	fs,
	net::TcpListener,
	path::PathBuf,
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

/// Accounts with money.
pub const LABELERS: [&str; 5] = ["//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];

/// Of the accounts that a test makes.
const PASSWORD: &str = "secret";

/// A development chain of its own, with a block each second and a scorer.
pub struct Node {
	process: Child,
	pub home: Home,
	url: String,
	ipfs_api: String,
}

/// The node beside `learnware`.
pub fn node_program() -> PathBuf {
	let program = PathBuf::from(env!("CARGO_BIN_EXE_learnware")).with_file_name("learnware-node");
	let profile = if cfg!(debug_assertions) { "" } else { " --release" };
	assert!(program.is_file(), "build the node first: cargo build -p learnware-node{profile}");
	program
}

impl Node {
	pub fn start() -> Self {
		let home = Home::new();
		let [rpc, p2p, metrics, ipfs, gateway] = free_ports();
		let process = Command::new(node_program())
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
		let deadline = Instant::now() + Duration::from_secs(300);
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

	/// An account that has nothing.
	pub fn poor(&self) -> String {
		self.home.run_with_env(&["account", "new", "poor"], &[("LEARNWARE_PASSWORD", PASSWORD)]).succeeds();
		"poor".into()
	}

	pub fn command(&self, account: &str, args: &[&str]) -> Command {
		let mut command = self.command_for_people(account, args);
		command.arg("--json");
		command
	}

	fn command_for_people(&self, account: &str, args: &[&str]) -> Command {
		let mut command = self.home.command(args);
		command.env("LEARNWARE_PASSWORD", PASSWORD);
		command.args(["--wait", "best", "--account", account]);
		command.args(["--url", &self.url, "--ipfs-api", &self.ipfs_api]);
		command
	}

	/// What a command that succeeds prints for people.
	pub fn says(&self, account: &str, args: &[&str]) -> String {
		Run::from(self.command_for_people(account, args).output().unwrap()).succeeds().stdout
	}

	pub fn run(&self, account: &str, args: &[&str]) -> Run {
		self.command(account, args).output().unwrap().into()
	}

	/// A run that reaches the chain, but no IPFS.
	pub fn run_without_ipfs(&self, account: &str, args: &[&str]) -> Run {
		let settings = ["--json", "--account", account, "--url", &self.url, "--ipfs-api", "http://127.0.0.1:9"];
		self.home.run(&[args, &settings].concat())
	}

	/// `data` of a command that succeeds.
	pub fn does(&self, account: &str, args: &[&str]) -> Value {
		self.run(account, args).succeeds().data()
	}

	/// The code of a command's error.
	pub fn refuses(&self, account: &str, args: &[&str], exit: i32) -> String {
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
pub fn label(home: &Home, wrong: usize) -> String {
	let right = [0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0];
	let first = wrong * wrong.saturating_sub(1) / 2;
	let is_wrong = |item: usize| (first..first + wrong).contains(&item);
	let answers = right.iter().enumerate().map(|(item, class)| if is_wrong(item) { 1 - class } else { *class });
	home.file(&format!("label-{wrong}.json"), json!(answers.collect::<Vec<_>>()).to_string())
}

/// `data` of each line of a watch.
pub fn events(output: &str) -> Vec<Value> {
	let parse = |line| serde_json::from_str::<Value>(line).unwrap()["data"].take();
	output.lines().map(parse).collect()
}
