//! What can be done with a learnware: each is one run, and may be known from before.

use crate::{
	cache::{Key, Run},
	engine::Engine,
	fault::{Export, Fault},
	inspect::inspect,
	instance::Instance,
	limits::{Limits, MAX_CODE_BYTES},
	meter::meter,
	outcome::{Score, Scored, Taught, Usage},
};
use learnware_primitives::training::Trap;
use sha2::{Digest, Sha256};
use std::sync::{
	atomic::{AtomicBool, Ordering},
	Arc,
};
use wasmtime::Module;

/// A compiled learnware.
pub struct Learnware {
	pub(crate) engine: Engine,
	pub(crate) module: Module,
	pub(crate) hash: [u8; 32],
	pub(crate) stop: Arc<AtomicBool>,
}

impl Engine {
	/// Checks and compiles a module.
	pub fn compile(&self, wasm: &[u8]) -> Result<Learnware, Fault> {
		inspect(wasm)?;
		let metered = meter(wasm).map_err(Fault::host)?;
		if metered.len() > wasm.len() + 4 * MAX_CODE_BYTES {
			return Err(Fault::trap(Trap::TooLarge, "too many calls, float operations, or times more memory"));
		}
		// What passed the inspection compiles, unless the machine fails.
		let module = self.0.slots.run(|| Module::from_binary(&self.0.compiler, &metered).map_err(Fault::host))?;
		Ok(Learnware { engine: self.clone(), module, hash: Sha256::digest(wasm).into(), stop: Arc::default() })
	}
}

impl Learnware {
	/// Its runs end soon after `stop` is set, by a [`Fault::Host`].
	pub fn stopped_by(self, stop: Arc<AtomicBool>) -> Self {
		Self { stop, ..self }
	}

	/// The state that it begins with.
	pub fn initial(&self, limits: Limits) -> Result<Taught, Fault> {
		self.run(
			|| Key::initial(self.hash, limits),
			|| {
				let mut instance = Instance::new(&self.module, limits, self.stop.clone())?;
				let state = instance.save()?;
				Ok(Taught { state, usage: instance.usage() })
			},
		)
	}

	/// Fails unless it takes a state.
	pub fn check(&self, state: &[u8], limits: Limits) -> Result<Usage, Fault> {
		self.run(|| Key::load(self.hash, limits, state), || Ok(self.load(state, limits)?.usage()))
	}

	/// Teaches one lesson.
	pub fn train(&self, state: &[u8], lesson: &[u8], limits: Limits) -> Result<Taught, Fault> {
		self.run(
			|| Key::train(self.hash, limits, state, lesson),
			|| {
				let mut instance = self.load(state, limits)?;
				instance.call_on::<()>(Export::Train, lesson)?;
				let state = instance.save()?;
				Ok(Taught { state, usage: instance.usage() })
			},
		)
	}

	/// Scores a state on a test set of one or more parts, each in a run of its own. All of them share the fuel: each part
	/// has what the parts before it left.
	pub fn evaluate(&self, state: &[u8], test: &[impl AsRef<[u8]>], limits: Limits) -> Result<Scored, Fault> {
		if test.is_empty() {
			return Err(Fault::trap(Trap::Score, "a test without parts"));
		}
		test.iter().try_fold(Scored::default(), |sum, part| {
			let left = limits.fuel.saturating_sub(sum.usage.fuel);
			sum.plus(self.evaluate_part(state, part.as_ref(), Limits { fuel: left, ..limits })?)
		})
	}

	fn evaluate_part(&self, state: &[u8], part: &[u8], limits: Limits) -> Result<Scored, Fault> {
		self.run(
			|| Key::evaluate(self.hash, limits, state, part),
			|| {
				let mut instance = self.load(state, limits)?;
				let score = Score::unpack(instance.call_on::<i64>(Export::Evaluate, part)? as u64)?;
				Ok(Scored { score, usage: instance.usage() })
			},
		)
	}

	fn load(&self, state: &[u8], limits: Limits) -> Result<Instance, Fault> {
		let mut instance = Instance::new(&self.module, limits, self.stop.clone())?;
		instance.call_on::<()>(Export::Load, state)?;
		Ok(instance)
	}

	/// From the cache, or in a place of its own. What is the machine's fault is not kept.
	fn run<T: Run>(
		&self,
		key: impl FnOnce() -> Key,
		work: impl FnOnce() -> Result<T, Fault> + Send,
	) -> Result<T, Fault> {
		let slots = &self.engine.0.slots;
		let done = || {
			self.engine.0.done.fetch_add(1, Ordering::Relaxed);
			slots.run(work)
		};
		let Some(cache) = &self.engine.0.cache else { return done() };
		let key = key();
		if let Some(known) = cache.get(&key) {
			self.engine.0.known.fetch_add(1, Ordering::Relaxed);
			return known;
		}
		let result = done();
		cache.put(&key, &result);
		result
	}
}
