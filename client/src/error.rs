//! Failures: what was wrong, what to do about it, and the exit code that tells a script.

use std::{fmt::Display, io, path::Path};

/// What kind of thing failed; its number is the exit code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// The chain refused: a dispatch error, or an invalid transaction.
	Refused = 1,
	/// Wrong or missing arguments, or a file that is not what it should be.
	Usage = 2,
	/// A node or an IPFS API can't be reached, or does not have what was asked for.
	Unavailable = 3,
	/// Account, password, keystore or journal.
	Account = 4,
	/// Not seen in a block in time: a transaction that was sent, or an end that was waited for.
	Timeout = 5,
	/// What the chain says differs from what its rules make of the same labels.
	Differs = 6,
	/// Ctrl-C.
	Interrupted = 130,
}

/// Why a command failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
	pub kind: Kind,
	/// Stable word for programs, such as `bad_input` or `LabelingGame.TooLate`.
	pub code: String,
	pub message: String,
	pub help: Option<String>,
	/// What programs are told beside the words.
	pub details: Option<serde_json::Value>,
}

pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
	pub fn new(kind: Kind, code: impl Into<String>, message: impl Into<String>) -> Self {
		Self { kind, code: code.into(), message: message.into(), help: None, details: None }
	}

	/// Input that can't be used: an argument, or the content of a file.
	pub fn input(message: impl Into<String>) -> Self {
		Self::new(Kind::Usage, "bad_input", message)
	}

	/// An account, a password, or a file of the keystore or the journal.
	pub fn account(message: impl Into<String>) -> Self {
		Self::new(Kind::Account, "account", message)
	}

	/// A file that can't be read or written.
	pub fn file(kind: Kind, action: &str, path: &Path, error: &io::Error) -> Self {
		Self::new(kind, "file", format!("can't {action} {}: {error}", path.display()))
	}

	/// Adds the file that it is about.
	pub fn of(mut self, path: &Path) -> Self {
		self.message = format!("{}: {}", path.display(), self.message);
		self
	}

	/// Adds what to do.
	pub fn help(mut self, help: impl Into<String>) -> Self {
		self.help = Some(help.into());
		self
	}

	/// Adds what only programs are told.
	pub fn details(mut self, details: &impl serde::Serialize) -> Self {
		self.details = serde_json::to_value(details).ok();
		self
	}

	pub fn exit_code(&self) -> u8 {
		self.kind as u8
	}
}

/// Adds where it happened to an error of another crate that is the user's input.
pub trait Context<T> {
	fn input(self, what: impl Display) -> Result<T>;
}

impl<T, E: Display> Context<T> for std::result::Result<T, E> {
	fn input(self, what: impl Display) -> Result<T> {
		self.map_err(|error| Failure::input(format!("{what}: {error}")))
	}
}
