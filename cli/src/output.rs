//! What is printed: data on stdout, words and progress on stderr, one JSON envelope for programs.

use crate::error::Failure;
use comfy_table::{presets, CellAlignment, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::{
	fmt::Display,
	io::{self, IsTerminal, Write},
	time::Duration,
};

/// Version of all JSON output; raised when a field changes its meaning or goes.
pub const SCHEMA_VERSION: u32 = 1;

/// How to print.
#[derive(Clone, Copy, Debug, Default)]
pub struct Output {
	pub json: bool,
	pub quiet: bool,
	pub verbose: u8,
}

impl Output {
	/// Prints a command's result, or one event of a watch: text for people, or one line of JSON.
	pub fn data(&self, data: &(impl Serialize + Display)) {
		if self.json {
			self.envelope(&Success { schema_version: SCHEMA_VERSION, data });
		} else {
			self.line(data);
		}
	}

	/// Prints bytes as they are.
	pub fn bytes(&self, bytes: &[u8]) {
		let mut stdout = io::stdout().lock();
		finish(stdout.write_all(bytes).and_then(|()| stdout.flush()));
	}

	/// Says what failed.
	pub fn failure(&self, failure: &Failure) {
		eprintln!("error: {}", failure.message);
		if let Some(help) = &failure.help {
			eprintln!("help: {help}");
		}
		if self.json {
			let Failure { code, message, help, details, .. } = failure;
			self.envelope(&Failed {
				schema_version: SCHEMA_VERSION,
				error: Told { code, message, help: help.as_deref(), details: details.as_ref() },
			});
		}
	}

	/// Tells a person what happens.
	pub fn note(&self, text: impl Display) {
		if !self.quiet {
			eprintln!("{text}");
		}
	}

	/// Tells a person who asked for it (`-v`) what happens.
	pub fn detail(&self, text: impl Display) {
		if self.verbose > 0 {
			eprintln!("{text}");
		}
	}

	/// Warns, even when quiet.
	pub fn warn(&self, text: impl Display) {
		eprintln!("warning: {text}");
	}

	/// Shows that something takes its time, where somebody can see it.
	pub fn progress(&self, text: impl Into<String>) -> Progress {
		let bar = ProgressBar::new_spinner().with_message(text.into());
		if self.quiet || !io::stderr().is_terminal() {
			bar.set_draw_target(ProgressDrawTarget::hidden());
		} else {
			bar.set_style(ProgressStyle::default_spinner());
			bar.enable_steady_tick(Duration::from_millis(100));
		}
		Progress(bar)
	}

	fn envelope(&self, envelope: &impl Serialize) {
		match serde_json::to_string(envelope) {
			Ok(line) => self.line(&line),
			Err(error) => eprintln!("error: can't write JSON: {error}"),
		}
	}

	fn line(&self, text: &impl Display) {
		let mut stdout = io::stdout().lock();
		finish(writeln!(stdout, "{text}").and_then(|()| stdout.flush()));
	}
}

#[derive(Serialize)]
struct Success<'a, T> {
	schema_version: u32,
	data: &'a T,
}

#[derive(Serialize)]
struct Failed<'a> {
	schema_version: u32,
	error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
	code: &'a str,
	message: &'a str,
	help: Option<&'a str>,
	#[serde(skip_serializing_if = "Option::is_none")]
	details: Option<&'a serde_json::Value>,
}

/// Columns of text under their names; the numbers of a column whose name starts with `>` stand to the right.
pub fn table<const N: usize>(names: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
	let mut table = Table::new();
	table.load_style(presets::NOTHING).set_header(names.map(|name| name.trim_start_matches('>').to_uppercase()));
	table.add_rows(rows);
	for (column, name) in table.column_iter_mut().zip(names) {
		column.set_padding((0, 2));
		if name.starts_with('>') {
			column.set_cell_alignment(CellAlignment::Right);
		}
	}
	table.trim_fmt()
}

/// A spinner that goes away when it is dropped.
pub struct Progress(ProgressBar);

impl Progress {
	pub fn says(&self, text: impl Into<String>) {
		self.0.set_message(text.into());
	}

	/// Gets out of the way of a question.
	pub fn pause<T>(&self, ask: impl FnOnce() -> T) -> T {
		self.0.suspend(ask)
	}
}

impl Drop for Progress {
	fn drop(&mut self) {
		self.0.finish_and_clear();
	}
}

/// A reader that went away (`learnware label next | head -1`) is no failure, but nothing is left to say.
fn finish(written: io::Result<()>) {
	if let Err(error) = written {
		let broken = error.kind() == io::ErrorKind::BrokenPipe;
		if !broken {
			eprintln!("error: can't write to stdout: {error}");
		}
		std::process::exit(i32::from(!broken));
	}
}
