//! Who plays, and what they say meanwhile.

use crate::{tool::Tool, Error, Result};
use serde_json::Value;
use std::{path::Path, thread::ScopedJoinHandle};

/// Development accounts with money, besides the provider `//Alice`.
pub const PLAYERS: [&str; 11] = [
	"//Bob",
	"//Charlie",
	"//Dave",
	"//Eve",
	"//Ferdie",
	"//Alice//stash",
	"//Bob//stash",
	"//Charlie//stash",
	"//Dave//stash",
	"//Eve//stash",
	"//Ferdie//stash",
];

/// Who offers samples that all players label.
pub const PROVIDER: &str = "//Alice";

/// One unit of the token.
pub const UNIT: u128 = 1_000_000_000_000;

/// Something to show while the game is on.
#[derive(Clone, Debug)]
pub enum Progress {
	/// Words.
	Says(String),
	/// How far a sample is, as `sample watch` tells it.
	Event(Value),
}

/// What a thread of a player came to.
pub(crate) fn join<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
	thread.join().map_err(|_| Error::new("a player panicked"))?
}

/// Address of a development account.
pub fn address(tool: &Tool, account: &str) -> Result<String> {
	let shown = tool.as_account(account).run(&["account", "show"])?;
	shown["address"].as_str().map(str::to_owned).ok_or_else(|| Error(format!("no address: {shown}")))
}

/// An amount as the tool takes it, in the smallest unit.
pub(crate) fn amount(units: u32) -> String {
	(u128::from(units) * UNIT).to_string()
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> Result<&str> {
	path.to_str().ok_or_else(|| Error::new("a path is no text"))
}
