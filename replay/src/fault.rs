//! Whose fault it is.

use parity_scale_codec::{Decode, Encode};

/// Why there is no result.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
	/// The learnware's fault, or its lesson's. Every machine comes to this verdict; the text is for people, and may differ.
	#[error("{0}: {1}")]
	Bad(Bad, String),
	/// This machine's fault: no verdict. Try again, with more memory, or elsewhere.
	#[error("this machine can't run it: {0}")]
	Host(String),
}

/// What a learnware did wrong.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Hash, PartialEq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Bad {
	/// Not a WebAssembly module, or it needs more than WebAssembly 1.0 with sign extension, saturating conversion,
	/// multiple values and (not relaxed) SIMD. Compile it without bulk memory and reference types.
	#[error("not a module of the WebAssembly that learnwares may use")]
	Invalid,
	/// Larger than a module, one of its functions or tables may be.
	#[error("too large a module")]
	TooLarge,
	/// It imports something.
	#[error("a learnware imports nothing")]
	Imports,
	/// An export is missing or has another type.
	#[error("wrong exports")]
	Exports(Part),
	/// It ran out of fuel. Teach in smaller lessons.
	#[error("out of fuel")]
	Fuel,
	/// It needs more memory than it may have to begin with. One that is told so later may go on, or give up by a trap.
	#[error("too much memory")]
	Memory,
	/// Calls nested too deeply.
	#[error("too deep a stack")]
	Stack,
	/// It trapped: what a panic compiles to. It is how a learnware refuses a lesson.
	#[error("it refused this, or has a fault")]
	Trap,
	/// It gave a range that is not in its memory.
	#[error("a range outside of its memory")]
	Range(Part),
	/// The state it saved is too large.
	#[error("too large a state")]
	State,
	/// Its score is no score: more correct than there are, or none at all, or another number of questions than before.
	#[error("not a score")]
	Score,
}

/// A part of the interface.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
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

impl Part {
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
	pub(crate) fn bad(reason: Bad, detail: impl ToString) -> Self {
		Self::Bad(reason, detail.to_string())
	}

	pub(crate) fn host(error: impl std::fmt::Display) -> Self {
		// With the causes.
		Self::Host(format!("{error:#}"))
	}

	/// The verdict, if it is one.
	pub fn verdict(&self) -> Option<Bad> {
		match self {
			Self::Bad(bad, _) => Some(*bad),
			Self::Host(_) => None,
		}
	}
}
