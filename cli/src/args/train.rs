//! `learnware train`.

use clap::Args;
use std::path::PathBuf;

/// Runs in the same bounds as on the chain, so the scores are those that scorers come to. A lesson that traps, takes more
/// than its limits, or makes the score worse, changes nothing.
///
/// With --json, `data` is {"before", "steps", "state_bytes", "compile_seconds"}; a step has "lesson", "score" (null if
/// "bad" says what went wrong, and "detail" how), "kept", "fuel", "memory" (bytes) and "seconds".
#[derive(Args, Debug)]
pub struct Train {
	/// Run on this machine, without a chain
	#[arg(long, required = true)]
	pub local: bool,
	/// WebAssembly module of the learnware
	#[arg(value_name = "MODULE")]
	pub learnware: PathBuf,
	/// Lessons, in the order in which they are taught
	#[arg(value_name = "LESSON", required = true)]
	pub lessons: Vec<PathBuf>,
	/// Test set; give more for one of several parts
	#[arg(long, value_name = "FILE", required = true)]
	pub test: Vec<PathBuf>,
	/// Go on from this state, rather than from the beginning
	#[arg(long, value_name = "FILE")]
	pub from: Option<PathBuf>,
	/// Write the state that it has in the end
	#[arg(long, short, value_name = "FILE")]
	pub output: Option<PathBuf>,
	/// Billions of instructions for each lesson, and for each score, over all parts of the test
	#[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
	pub fuel: u64,
	/// MiB of memory
	#[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..4096))]
	pub memory: u32,
	/// MiB of a state
	#[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..4096))]
	pub state: u32,
}
