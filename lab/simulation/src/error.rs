//! What can go wrong.

use std::{io, path::PathBuf};

/// Why there are no results.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// A file of the crowd can't be read; check the folder's name.
	#[error("can't read {}: {source}", path.display())]
	Read {
		/// The file.
		path: PathBuf,
		/// What the system says.
		source: io::Error,
	},
	/// A line of a file is not what it should be; correct it.
	#[error("{}:{line}: {problem}", path.display())]
	Line {
		/// The file.
		path: PathBuf,
		/// Its line, from 1.
		line: usize,
		/// What is wrong with it.
		problem: String,
	},
	/// No group of people answered that much together; ask for fewer items or people.
	#[error("the crowd has no {people} people who all answered the same {items} items")]
	TooSmall {
		/// Most people of a game.
		people: usize,
		/// Items of a game.
		items: usize,
	},
	/// An option is out of its bounds, which the message names.
	#[error("{0}")]
	Option(String),
	/// The plot can't be drawn; the numbers are not finite.
	#[error("can't draw the plot: {0}")]
	Plot(String),
}
