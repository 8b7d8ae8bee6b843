//! Questions to a person, and only to a person: a script is told what is missing instead.

use crate::{
	error::{Failure, Kind, Result},
	files,
	output::Output,
};
use std::{
	fs,
	io::{self, IsTerminal, Read, Write},
	path::Path,
};
use zeroize::Zeroizing;

/// Flags that are needed because nobody can be asked; collected, so that all are told at once.
#[derive(Default)]
pub struct Missing(Vec<String>);

impl Missing {
	/// Notes a flag when nobody can be asked for what it gives.
	pub fn unless_interactive(&mut self, flag: &str) {
		if !is_interactive() {
			self.0.push(flag.into());
		}
	}

	/// Fails with all missing flags.
	pub fn check(self) -> Result<()> {
		if self.0.is_empty() {
			return Ok(());
		}
		let flags = self.0.join(", ");
		Err(Failure::new(Kind::Usage, "missing_input", format!("missing, and nobody can be asked: {flags}"))
			.help("give them as flags, in the environment, or in the configuration"))
	}
}

/// True when a person sits at stdin.
pub fn is_interactive() -> bool {
	io::stdin().is_terminal()
}

/// Where a password comes from.
pub enum Password<'a> {
	File(&'a Path),
	Given(Zeroizing<String>),
	Asked,
}

impl Password<'_> {
	/// The password of an account that exists.
	pub fn read(&self, output: &Output, account: &str) -> Result<Zeroizing<String>> {
		match self {
			Self::File(path) => match from_file(output, path)? {
				(password, None) => Ok(password),
				(password, Some(mark)) => {
					output.warn(format_args!("{}; it counts as a part of the password", mark.message));
					Ok(password)
				},
			},
			Self::Given(password) => Ok(password.clone()),
			Self::Asked => ask_secret(&format!("Password of {account}: ")),
		}
	}

	/// The password of a new account.
	pub fn choose(&self, output: &Output, account: &str) -> Result<Zeroizing<String>> {
		let password = match self {
			Self::File(path) => match from_file(output, path)? {
				(password, None) => password,
				// With it, nobody could type the password.
				(_, Some(mark)) => return Err(mark),
			},
			Self::Given(_) | Self::Asked => self.read(output, account)?,
		};
		if password.is_empty() {
			return Err(Failure::account("the password is empty").help("choose one that nobody guesses"));
		}
		if matches!(self, Self::Asked) && ask_secret("The same again: ")? != password {
			return Err(Failure::account("the two passwords differ").help("try again; nothing was written"));
		}
		Ok(password)
	}
}

/// Asks for something that is not shown.
pub fn ask_secret(question: &str) -> Result<Zeroizing<String>> {
	rpassword::prompt_password(question)
		.map(Zeroizing::new)
		.map_err(|error| Failure::new(Kind::Usage, "missing_input", format!("can't ask: {error}")))
}

/// Asks for a yes; anything else is a no.
pub fn confirm(question: &str) -> Result<()> {
	let mut answer = String::new();
	let mut stderr = io::stderr().lock();
	let asked = write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush());
	asked
		.and_then(|()| io::stdin().read_line(&mut answer))
		.map_err(|error| Failure::new(Kind::Usage, "missing_input", format!("can't ask: {error}")))?;
	if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
		return Err(Failure::new(Kind::Interrupted, "declined", "nothing was sent"));
	}
	Ok(())
}

/// A secret from stdin: all of it from a pipe, one hidden line from a person.
pub fn secret_from_stdin(question: &str) -> Result<Zeroizing<String>> {
	if is_interactive() {
		return ask_secret(question);
	}
	let mut text = Zeroizing::new(String::new());
	io::stdin()
		.take(4096)
		.read_to_string(&mut text)
		.map_err(|error| Failure::input(format!("can't read the secret from stdin: {error}")))?;
	Ok(text)
}

/// The first line of a file, and what in the file cannot be seen, if there is such a thing.
fn from_file(output: &Output, path: &Path) -> Result<(Zeroizing<String>, Option<Failure>)> {
	let text = fs::read_to_string(path).map(Zeroizing::new);
	let mark = match &text {
		Ok(text) => files::text(text.as_bytes().to_vec()).err(),
		// It may be of another encoding, which is told in words.
		Err(_) => fs::read(path).ok().and_then(|bytes| files::text(bytes).err()),
	};
	let mark = mark.map(|mark| Failure { message: format!("{}: {}", path.display(), mark.message), ..mark });
	let text = match (text, mark.clone()) {
		(Ok(text), _) => text,
		(Err(_), Some(mark)) => return Err(mark),
		(Err(error), None) => return Err(Failure::file(Kind::Account, "read the password from", path, &error)),
	};
	if files::is_readable_by_others(path) {
		output.warn(format_args!("{} can be read by others; `chmod 600` it", path.display()));
	}
	Ok((Zeroizing::new(text.lines().next().unwrap_or_default().to_string()), mark))
}
