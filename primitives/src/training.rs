//! What scorers find when they replay a training session, and what each lesson is paid for it.

pub mod curve;

use crate::{
	rewards::{Curve, Ratio},
	BadReason,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Version of what a replay gives. Another score, state or verdict for the same module, lessons, test and limits is another
/// version, whatever the reason: the compiler, the meter, a limit, the interface. The tests of the replay pin the results
/// of this one.
///
/// A session names the version that it is replayed by, and a node that has another one keeps silent about it: two versions
/// that disagree must not both be in one quorum.
pub const REPLAY_VERSION: u16 = 1;

/// Most lessons that are taught between two reveals of test parts.
pub const MAX_LESSONS: u32 = 64;

/// Most parts of a test set.
pub const MAX_PARTS: u32 = 128;

/// Largest learnware, in bytes.
pub const MAX_LEARNWARE_BYTES: u32 = 1 << 20;

/// Largest lesson, in bytes.
pub const MAX_LESSON_BYTES: u32 = 32 << 20;

/// Most bytes of all parts of a test set that are scored together.
pub const MAX_TEST_BYTES: u32 = 64 << 20;

/// What one run of a learnware may use, and the runs of all parts of a test together.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(deny_unknown_fields)]
pub struct Limits {
	/// Instructions, about, in units of [`FUEL_UNIT`].
	pub fuel: u32,
	/// Bytes of memory.
	pub memory: u32,
	/// Bytes of what it saves.
	pub state: u32,
}

/// Instructions of one unit of [`Limits::fuel`]: a tenth of a second for the reference learnwares. It bounds a run, but is no
/// measure of time: a module that does nothing but miss the caches takes minutes.
pub const FUEL_UNIT: u64 = 1_000_000_000;

impl Limits {
	/// The most that a session may ask for: two minutes of the reference learnwares, about, 512 MiB, 64 MiB.
	pub const MAX: Self = Self { fuel: 1_000, memory: 512 << 20, state: 64 << 20 };

	/// Whether each is above 0 and at most that of [`Limits::MAX`].
	pub fn is_valid(&self) -> bool {
		let Self { fuel, memory, state } = *self;
		(1..=Self::MAX.fuel).contains(&fuel)
			&& (1..=Self::MAX.memory).contains(&memory)
			&& (1..=Self::MAX.state).contains(&state)
	}
}

/// When lessons are scored.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
	/// All together, on all of the test set that was not shown before.
	#[codec(index = 0)]
	AtEnd,
	/// In epochs, each on a part of the test set that was not shown before.
	#[codec(index = 1)]
	PerStep,
}

/// Whether a lesson can cost its tutor something.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
	/// A lesson that makes the learnware worse earns nothing.
	#[codec(index = 0)]
	Earn,
	/// It costs what the fall is worth, at most the deposit.
	#[codec(index = 1)]
	EarnOrPay,
}

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

/// What scorers find.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Replay<Steps, Location> {
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

/// What became of one step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// Score before the lesson: that after the last lesson that was kept.
	pub before: Ratio,
	/// Score after it, if it was taught.
	pub after: Option<Ratio>,
	/// Whether the learnware has learned it. A lesson that makes it worse is left out, so that nobody can make it worse
	/// in one name and better in another.
	pub kept: bool,
	/// Above 0, what the curve gives the tutor for the rise; below 0, what it takes for the fall, of which the deposit is
	/// all that can be taken.
	pub payment: i128,
}

/// What each step is worth: the difference of the curve before and after it. A fall is worth nothing where tutors only
/// earn. All payments above 0 together are at most `reward(last) - reward(before)`.
pub fn settle(curve: &Curve, budget: u128, mode: Mode, before: Ratio, steps: &[Step]) -> Vec<Outcome> {
	let mut known = before;
	steps
		.iter()
		.map(|step| {
			let before = known;
			let Step::Scored(correct) = *step else { return Outcome { before, after: None, kept: false, payment: 0 } };
			let after = Ratio::new(correct, before.denominator);
			let kept = after.numerator >= before.numerator;
			let payment = match (kept, mode) {
				(false, Mode::Earn) => 0,
				_ => curve.payment(budget, before, after),
			};
			if kept {
				known = after;
			}
			Outcome { before, after: Some(after), kept, payment }
		})
		.collect()
}
