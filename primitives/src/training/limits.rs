//! What a training session may be at most: its lessons, its files, and what a run of its learnware may use.

use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

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
