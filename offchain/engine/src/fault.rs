//! Whose fault it is.

use learnware_primitives::training::Trap;

/// Why there is no result.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
	/// The learnware's fault, or its lesson's. Every machine comes to this verdict; the text is for people, and may differ.
	#[error("{0}: {1}")]
	Trap(Trap, String),
	/// This machine's fault: no verdict. Try again, with more memory, or elsewhere.
	#[error("this machine can't run it: {0}")]
	Host(String),
}

/// What a learnware exports.
#[derive(Clone, Copy)]
pub(crate) enum Export {
	/// `memory`
	Memory,
	/// `alloc(len: i32) -> i32`
	Alloc,
	/// `train(ptr: i32, len: i32)`
	Train,
	/// `evaluate(ptr: i32, len: i32) -> i64`
	Evaluate,
	/// `save() -> i64`
	Save,
	/// `load(ptr: i32, len: i32)`
	Load,
}

impl Export {
	/// Name of the export.
	pub fn name(self) -> &'static str {
		match self {
			Self::Memory => "memory",
			Self::Alloc => "alloc",
			Self::Train => "train",
			Self::Evaluate => "evaluate",
			Self::Save => "save",
			Self::Load => "load",
		}
	}
}

impl Fault {
	pub(crate) fn trap(trap: Trap, detail: impl ToString) -> Self {
		Self::Trap(trap, detail.to_string())
	}

	pub(crate) fn host(error: impl std::fmt::Display) -> Self {
		// With the causes.
		Self::Host(format!("{error:#}"))
	}

	/// The verdict, if it is one.
	pub fn verdict(&self) -> Option<Trap> {
		match self {
			Self::Trap(trap, _) => Some(*trap),
			Self::Host(_) => None,
		}
	}
}
