//! What can be done with a learnware: each is one run, and may be known from before.

use crate::{
	cache::{Key, Run},
	fault::Export,
	instance::Instance,
	limits::Limits,
	Engine, Fault,
};
use learnware_primitives::training::{curve::Ratio, Trap};
use parity_scale_codec::{Decode, Encode};
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

/// How many questions of a test were answered right.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, serde::Serialize)]
pub struct Score {
	/// Answered right.
	pub correct: u32,
	/// Asked.
	pub total: u32,
}

/// What a run took.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, serde::Serialize)]
pub struct Usage {
	/// Instructions, about.
	pub fuel: u64,
	/// Most memory, in bytes.
	pub memory: u64,
}

/// What teaching made of a state.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Taught {
	/// The state after the lesson, as `save` gave it.
	pub state: Vec<u8>,
	/// What it took.
	pub usage: Usage,
}

/// What a test made of a state.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq)]
pub struct Scored {
	/// Sum of all parts of the test.
	pub score: Score,
	/// What it took: the fuel of all parts, the memory of the largest.
	pub usage: Usage,
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

impl Score {
	/// From `correct << 32 | total`.
	fn unpack(packed: u64) -> Result<Self, Fault> {
		let score = Self { correct: (packed >> 32) as u32, total: packed as u32 };
		match score.total == 0 || score.correct > score.total {
			true => Err(Fault::trap(Trap::Score, format!("{} of {}", score.correct, score.total))),
			false => Ok(score),
		}
	}

	/// As a share of 1, for people.
	pub fn share(self) -> f64 {
		f64::from(self.correct) / f64::from(self.total.max(1))
	}
}

impl From<Score> for Ratio {
	fn from(score: Score) -> Self {
		Self::new(score.correct, score.total)
	}
}

impl Scored {
	fn plus(self, other: Self) -> Result<Self, Fault> {
		let too_many = || Fault::trap(Trap::Score, "too many questions");
		let total = self.score.total.checked_add(other.score.total).ok_or_else(too_many)?;
		let correct = self.score.correct.saturating_add(other.score.correct);
		Ok(Self { score: Score { correct, total }, usage: self.usage.and(other.usage) })
	}
}

impl Usage {
	/// Of two runs after each other.
	pub fn and(self, other: Self) -> Self {
		Self { fuel: self.fuel.saturating_add(other.fuel), memory: self.memory.max(other.memory) }
	}
}
