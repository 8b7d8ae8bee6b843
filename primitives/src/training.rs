//! Learnware rewards: what scorers find when they replay a training session, and what each lesson is paid for it.

pub mod curve;
mod limits;
mod report;
mod settle;

pub use limits::{Limits, FUEL_UNIT, MAX_LEARNWARE_BYTES, MAX_LESSONS, MAX_LESSON_BYTES, MAX_PARTS, MAX_TEST_BYTES};
pub use report::{Flaw, Part, Report, Step, Trap, REPLAY_VERSION};
pub use settle::{is_kept, settle, settle_step, Mode, Outcome, Settlement};
