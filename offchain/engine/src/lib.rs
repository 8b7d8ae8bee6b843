//! Runs learnwares: WebAssembly models that are taught and scored with the same result on every machine.
//!
//! A learnware is a module without imports that exports `memory`, `alloc(len) -> ptr`, `train(ptr, len)`,
//! `evaluate(ptr, len) -> correct << 32 | total`, `save() -> ptr << 32 | len` and `load(ptr, len)`.
//!
//! - [`Engine`] compiles it, and bounds how many of them run at a time.
//! - [`Learnware`] teaches and scores a *state*, which is what `save` gave. Each run is an instance of its own that
//!   loads the state first. So nothing but the state goes from a lesson to the next one, or from the test to a lesson,
//!   and the state that a student gets is the one that was scored.
//! - [`Session`] is a whole training session: score, teach, score, teach, ...
//! - [`Cache`] keeps what has been run, so that a restart goes on where it was.
//!
//! What makes it the same everywhere: no imports, no threads, no relaxed SIMD, canonical NaNs, fuel instead of time,
//! and a bound on the stack that is counted in the module's own terms (`meter`), not in the machine's.
//!
//! Whoever runs them must be able to tell whose fault a failure is: [`Fault::Trap`] is the same verdict on every
//! machine, [`Fault::Host`] is none.

#![deny(missing_docs)]

mod cache;
mod engine;
mod fault;
mod inspect;
mod instance;
mod learnware;
mod leb;
mod limits;
mod meter;
mod nan;
mod outcome;
mod session;
mod slots;

pub use cache::Cache;
pub use engine::{Engine, Runs};
pub use fault::Fault;
pub use learnware::Learnware;
pub use limits::{
	Limits, MAX_CODE_BYTES, MAX_FUNCTIONS, MAX_FUNCTION_BYTES, MAX_GLOBALS, MAX_LOCALS, MAX_LOOP_DEPTH,
	MAX_MODULE_BYTES, MAX_PATHS, MAX_TABLE_ELEMENTS, STACK_BYTES,
};
pub use outcome::{Score, Scored, Taught, Usage};
pub use session::{Session, Step};
