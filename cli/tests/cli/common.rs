//! Runs the real program in a home of its own.

use serde_json::Value;
use std::{
	fs,
	io::Write,
	path::PathBuf,
	process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// A home directory that goes away.
pub struct Home(TempDir);

/// What a run left behind.
pub struct Run {
	pub code: i32,
	pub stdout: String,
	pub stderr: String,
}

impl Home {
	pub fn new() -> Self {
		Self(tempfile::tempdir().unwrap())
	}

	pub fn path(&self, name: &str) -> PathBuf {
		self.0.path().join(name)
	}

	/// Writes a file and returns its path as an argument.
	pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
		let path = self.path(name);
		fs::write(&path, content).unwrap();
		path.display().to_string()
	}

	/// The program with nothing in its environment but this home.
	pub fn command(&self, args: &[&str]) -> Command {
		let mut command = Command::new(env!("CARGO_BIN_EXE_learnware"));
		command.args(args).env_clear().env("LEARNWARE_HOME", self.0.path()).stdin(Stdio::null());
		command
	}

	pub fn run(&self, args: &[&str]) -> Run {
		self.command(args).output().unwrap().into()
	}

	pub fn run_with_env(&self, args: &[&str], env: &[(&str, &str)]) -> Run {
		self.command(args).envs(env.iter().copied()).output().unwrap().into()
	}

	pub fn run_with_stdin(&self, args: &[&str], stdin: &str) -> Run {
		let mut child =
			self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
		child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
		child.wait_with_output().unwrap().into()
	}
}

impl From<Output> for Run {
	fn from(output: Output) -> Self {
		Self {
			code: output.status.code().unwrap(),
			stdout: String::from_utf8(output.stdout).unwrap(),
			stderr: String::from_utf8(output.stderr).unwrap(),
		}
	}
}

impl Run {
	pub fn succeeds(self) -> Self {
		assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
		self
	}

	pub fn fails(self, code: i32) -> Self {
		assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
		self
	}

	/// `data` of the one envelope on stdout.
	pub fn data(&self) -> Value {
		self.envelope()["data"].clone()
	}

	/// `error` of the one envelope on stdout.
	pub fn error(&self) -> Value {
		self.envelope()["error"].clone()
	}

	fn envelope(&self) -> Value {
		let envelope: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}", self.stdout));
		assert_eq!(envelope["schema_version"], 1);
		assert_eq!(envelope.as_object().unwrap().len(), 2);
		envelope
	}
}
