//! A network of real nodes, and people who play on it with the real command line.
//!
//! Nothing here touches the chain by itself: nodes and commands are processes, as anybody would start them. The
//! demo and the end-to-end tests share it.

#![deny(missing_docs)]

pub mod answer;
pub mod crowd;
pub mod driving;
pub mod game;
mod json;
pub mod mask;
pub mod network;
pub mod picture;
pub mod players;
pub mod results;
mod rows;
pub mod tool;
pub mod training;

/// How long something on the chain is waited for, at most; a busy machine takes a minute to start a node.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);

/// What went wrong, with what to do where that is known.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);

impl Error {
	/// From anything that can be shown.
	pub fn new(error: impl std::fmt::Display) -> Self {
		Self(error.to_string())
	}
}

impl From<std::io::Error> for Error {
	fn from(error: std::io::Error) -> Self {
		Self::new(error)
	}
}

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;
