//! What a learnware may use.

use learnware_primitives::training::{self, FUEL_UNIT, MAX_LEARNWARE_BYTES};
use parity_scale_codec::Encode;

/// Largest module, in bytes.
pub const MAX_MODULE_BYTES: usize = MAX_LEARNWARE_BYTES as usize;

/// Most code of all functions together, in bytes. What is added to it may be four times as much.
pub const MAX_CODE_BYTES: usize = 1 << 18;

/// Most blocks, loops and conditions, each counted as many times as its function has variables: what a compiler keeps track
/// of. A module at this bound compiles in seconds.
pub const MAX_PATHS: u64 = 1_000_000;

/// Most loops within each other: compilers take more than the square of them.
pub const MAX_LOOP_DEPTH: usize = 32;

/// Largest body of a function, in bytes. Compilers take more than linear time for a function.
pub const MAX_FUNCTION_BYTES: usize = 1 << 16;

/// Most functions of a module.
pub const MAX_FUNCTIONS: u32 = 10_000;

/// Most parameters and local variables of a function.
pub const MAX_LOCALS: u32 = 1_000;

/// Most globals of a module.
pub const MAX_GLOBALS: u32 = 1_000;

/// Most elements of the table, which can't grow.
pub const MAX_TABLE_ELEMENTS: u64 = 10_000;

/// What the frames of nested calls may be, by their upper bounds: 256 bytes for a call, and 16 for each local variable
/// and for each byte of the caller's code.
pub const STACK_BYTES: u32 = 32 << 20;

/// What one run may use, that is one lesson taught, and the runs of all parts of a test together.
#[derive(Clone, Copy, Debug, Encode, Eq, PartialEq)]
pub struct Limits {
	/// Instructions, about: of the module and of what is added to it. It is no measure of time: a modern core runs ten in a
	/// nanosecond if they are arithmetic on what is in its caches, and one in a hundred nanoseconds or more if they do nothing
	/// but miss them (`examples/slowest.rs`).
	pub fuel: u64,
	/// Bytes of memory; the module is told that there is no more when it asks for more.
	pub memory: u32,
	/// Bytes of a saved state.
	pub state: u32,
}

impl Default for Limits {
	/// 256 MiB, 64 MiB, and what is less than a minute of arithmetic.
	fn default() -> Self {
		Self { fuel: 500_000_000_000, memory: 256 << 20, state: 64 << 20 }
	}
}

impl From<training::Limits> for Limits {
	fn from(training::Limits { fuel, memory, state }: training::Limits) -> Self {
		Self { fuel: u64::from(fuel).saturating_mul(FUEL_UNIT), memory, state }
	}
}
