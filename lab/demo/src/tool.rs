//! The command line as its users run it.

use crate::{network::Node, Error, Result, PATIENCE};
use serde_json::Value;
use std::{
	io::{BufRead, BufReader},
	path::{Path, PathBuf},
	process::{Child, ChildStdout, Command, Stdio},
	time::{Duration, Instant},
};

/// The `learnware` program, pointed at a node, acting as one account.
#[derive(Clone)]
pub struct Tool {
	program: PathBuf,
	home: PathBuf,
	url: String,
	ipfs_api: String,
	account: String,
}

impl Tool {
	/// `account` is a development account such as `//Alice//stash`.
	pub fn new(program: &Path, home: &Path, node: &Node, account: &str) -> Self {
		Self {
			program: program.into(),
			home: home.into(),
			url: node.url(),
			ipfs_api: node.ipfs_api(),
			account: account.into(),
		}
	}

	/// The same, as somebody else.
	pub fn as_account(&self, account: &str) -> Self {
		Self { account: account.into(), ..self.clone() }
	}

	/// The same, adding files elsewhere.
	pub fn with_ipfs_api(&self, url: &str) -> Self {
		Self { ipfs_api: url.into(), ..self.clone() }
	}

	/// The account's name.
	pub fn account(&self) -> &str {
		&self.account
	}

	fn command(&self, arguments: &[&str]) -> Command {
		let mut command = Command::new(&self.program);
		command
			.args(arguments)
			.args(["--json", "--yes", "--url", &self.url, "--ipfs-api", &self.ipfs_api, "--account", &self.account])
			.env("LEARNWARE_HOME", &self.home)
			.stdin(Stdio::null());
		command
	}

	/// Runs a command to its end; its `data`.
	pub fn run(&self, arguments: &[&str]) -> Result<Value> {
		let output = self.command(arguments).output()?;
		let words = String::from_utf8_lossy(&output.stderr);
		let answer: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
			Error(format!("`learnware {}` answers no JSON ({error}): {words}", arguments.join(" ")))
		})?;
		match answer.get("data") {
			Some(data) if output.status.success() => Ok(data.clone()),
			_ => Err(Error(format!("`learnware {}`: {answer} {words}", arguments.join(" ")))),
		}
	}

	/// Runs a command that is to fail; its exit code and its `error`.
	pub fn fail(&self, arguments: &[&str]) -> Result<(i32, Value)> {
		let output = self.command(arguments).output()?;
		let mut answer: Value = serde_json::from_slice(&output.stdout).map_err(Error::new)?;
		match (answer.get_mut("error"), output.status.code()) {
			(Some(error), Some(code)) if code != 0 => Ok((code, error.take())),
			_ => Err(Error(format!("`learnware {}` did not fail: {answer}", arguments.join(" ")))),
		}
	}

	/// Starts a command that tells one event a line.
	pub fn watch(&self, arguments: &[&str]) -> Result<Watch> {
		let mut process = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
		let stdout = process.stdout.take().ok_or_else(|| Error::new("no output"))?;
		Ok(Watch { process: Process(process), events: Events(BufReader::new(stdout).lines()) })
	}

	/// Waits until the node has finalized a block.
	pub fn wait_for_finality(&self, node: &mut Node) -> Result<Value> {
		let deadline = Instant::now() + PATIENCE;
		loop {
			node.check()?;
			let health = self.run(&["chain", "health"]);
			if let Ok(health) = &health {
				if health["finalized"].as_u64().is_some_and(|number| number > 0) {
					return Ok(health.clone());
				}
			}
			if Instant::now() > deadline {
				return Err(Error(format!("the chain does not finalize: {health:?}\n{}", node.log_end())));
			}
			std::thread::sleep(Duration::from_millis(200));
		}
	}
}

/// A running command, and what it tells; it is ended when this is dropped.
pub struct Watch {
	process: Process,
	events: Events,
}

impl Watch {
	/// For somebody else to read: what it tells ends when the process is dropped.
	pub fn split(self) -> (Process, Events) {
		(self.process, self.events)
	}
}

impl Iterator for Watch {
	type Item = Result<Value>;

	fn next(&mut self) -> Option<Self::Item> {
		self.events.next()
	}
}

/// What a command tells.
pub struct Events(std::io::Lines<BufReader<ChildStdout>>);

impl Iterator for Events {
	/// The `data` of one line.
	type Item = Result<Value>;

	fn next(&mut self) -> Option<Self::Item> {
		let line = self.0.next()?;
		Some(line.map_err(Error::new).and_then(|line| {
			let mut line: Value = serde_json::from_str(&line).map_err(Error::new)?;
			match line.get_mut("data") {
				Some(data) => Ok(data.take()),
				None => Err(Error(format!("a watch failed: {line}"))),
			}
		}))
	}
}

/// A running command; it is ended when this is dropped.
pub struct Process(Child);

impl Drop for Process {
	fn drop(&mut self) {
		// It may have ended by itself.
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}
