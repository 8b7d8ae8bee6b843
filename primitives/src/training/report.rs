//! What scorers find when they replay a training session.

use super::curve::Ratio;
use crate::BadReason;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Serialize;

/// Version of what a replay gives. Another score, state or verdict for the same module, lessons, test and limits is another
/// version, whatever the reason: the compiler, the meter, a limit, the interface. The tests of the replay pin the results
/// of this one.
///
/// A session names the version that it is replayed by, and a node that has another one keeps silent about it: two versions
/// that disagree must not both be in one quorum.
pub const REPLAY_VERSION: u16 = 1;

/// Why a file of a session is of no use.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
	/// It is no file that could be had.
	#[codec(index = 0)]
	File(BadReason),
	/// The learnware did something that it may not when it was run with it.
	#[codec(index = 1)]
	Run(Trap),
}

/// What a learnware did that it may not.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, Hash, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Trap {
	/// Not a WebAssembly module, or it needs more than WebAssembly 1.0 with sign extension, saturating conversion,
	/// multiple values and (not relaxed) SIMD. Compile it without bulk memory and reference types.
	#[codec(index = 0)]
	Invalid,
	/// Larger than a module, one of its functions or tables may be.
	#[codec(index = 1)]
	TooLarge,
	/// It imports something.
	#[codec(index = 2)]
	Imports,
	/// An export is missing or has another type.
	#[codec(index = 3)]
	Exports,
	/// It ran out of fuel. Teach in smaller lessons.
	#[codec(index = 4)]
	Fuel,
	/// It needs more memory than it may have to begin with. One that is told so later may go on, or give up by a trap.
	#[codec(index = 5)]
	Memory,
	/// Calls nested too deeply.
	#[codec(index = 6)]
	Stack,
	/// It trapped: what a panic compiles to. It is how a learnware refuses a lesson.
	#[codec(index = 7)]
	Unreachable,
	/// It gave a range that is not in its memory.
	#[codec(index = 8)]
	Range,
	/// The state it saved is too large.
	#[codec(index = 9)]
	State,
	/// Its score is no score: more correct than there are, or none at all, or another number of questions than before.
	#[codec(index = 10)]
	Score,
}

impl core::fmt::Display for Trap {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.write_str(match self {
			Self::Invalid => "not a module of the WebAssembly that learnwares may use",
			Self::TooLarge => "too large a module",
			Self::Imports => "a learnware imports nothing",
			Self::Exports => "wrong exports",
			Self::Fuel => "out of fuel",
			Self::Memory => "too much memory",
			Self::Stack => "too deep a stack",
			Self::Unreachable => "it refused this, or has a fault",
			Self::Range => "a range outside of its memory",
			Self::State => "too large a state",
			Self::Score => "not a score",
		})
	}
}

/// What is the student's to provide.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
	/// The WebAssembly module.
	#[codec(index = 0)]
	Learnware,
	/// What it knows before the first lesson, if it is not to begin anew.
	#[codec(index = 1)]
	State,
	/// What it is scored on.
	#[codec(index = 2)]
	TestSet,
}

/// What came of a lesson.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Step {
	/// So many answers are correct after it.
	#[codec(index = 0)]
	Scored(u32),
	/// It was of no use, and changed nothing.
	#[codec(index = 1)]
	Refused(Flaw),
}

/// What scorers find when they replay a training session.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Report<Steps, Location> {
	/// The learnware was taught all lessons.
	#[codec(index = 0)]
	Taught {
		/// Its score before the first lesson.
		before: Ratio,
		/// One for each revealed lesson, in order of commitment.
		steps: Steps,
		/// Binary CID of what it knows after the last lesson that was kept.
		state: Location,
	},
	/// It could not even be scored, which is the student's fault.
	#[codec(index = 1)]
	Unusable(Part, Flaw),
}
