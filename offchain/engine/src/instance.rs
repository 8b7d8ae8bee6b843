//! One run of a module, in its bounds.

use crate::{
	fault::{Export, Fault},
	inspect::STACK_EXPORT,
	limits::{Limits, MAX_TABLE_ELEMENTS, STACK_BYTES},
	outcome::Usage,
};
use learnware_primitives::training::Trap;
use std::sync::{
	atomic::{AtomicBool, Ordering},
	Arc,
};
use wasmtime::{
	Instance as Raw, Memory, Module, ResourceLimiter, Store, Trap as Cause, UpdateDeadline, WasmParams, WasmResults,
};

pub(crate) struct Instance {
	store: Store<Bounds>,
	raw: Raw,
	memory: Memory,
	limits: Limits,
}

/// What the module asked for.
struct Bounds {
	most: usize,
	used: usize,
	/// Whether its last request for memory was refused.
	refused: bool,
	stop: Arc<AtomicBool>,
}

/// The machine had no memory, although the module may have it.
#[derive(Debug, thiserror::Error)]
#[error("out of memory: {0}")]
struct HostMemory(String);

/// Somebody wants it to stop.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped;

impl ResourceLimiter for Bounds {
	fn memory_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
		let granted = desired <= self.most && maximum.is_none_or(|maximum| desired <= maximum);
		self.refused = !granted;
		self.used = if granted { desired } else { self.used };
		Ok(granted)
	}

	/// Only the machine can fail here: what the module may not have was refused before. So the module doesn't hear of it.
	fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
		Err(HostMemory(format!("{error:#}")).into())
	}

	fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
		Ok(desired as u64 <= MAX_TABLE_ELEMENTS)
	}

	fn instances(&self) -> usize {
		1
	}

	fn memories(&self) -> usize {
		1
	}

	fn tables(&self) -> usize {
		1
	}
}

impl Instance {
	pub fn new(module: &Module, limits: Limits, stop: Arc<AtomicBool>) -> Result<Self, Fault> {
		let bounds = Bounds { most: limits.memory as usize, used: 0, refused: false, stop };
		let mut store = Store::new(module.engine(), bounds);
		store.limiter(|bounds| bounds);
		store.set_epoch_deadline(1);
		store.epoch_deadline_callback(|store| match store.data().stop.load(Ordering::Relaxed) {
			true => Err(Stopped.into()),
			false => Ok(UpdateDeadline::Continue(1)),
		});
		store.set_fuel(limits.fuel).map_err(Fault::host)?;
		let raw = Raw::new(&mut store, module, &[]);
		let raw = raw.map_err(|error| match store.data().refused && !error.is::<Cause>() {
			true => Fault::trap(Trap::Memory, format!("it begins with more than {} bytes", limits.memory)),
			// The stack can't be looked at before there is an instance: a start function has the fuel, and no more to say.
			false => fault(&error, None),
		})?;
		let memory = raw.get_memory(&mut store, Export::Memory.name()).ok_or_else(|| Fault::host("no memory"))?;
		Ok(Self { store, raw, memory, limits })
	}

	/// Calls a function on bytes, which are copied to where `alloc` says.
	pub fn call_on<R: WasmResults>(&mut self, part: Export, bytes: &[u8]) -> Result<R, Fault> {
		let length = i32::try_from(bytes.len())
			.map_err(|_| Fault::trap(Trap::Range, format!("{} bytes are too many", bytes.len())))?;
		let pointer: i32 = self.call(Export::Alloc, length)?;
		self.memory
			.write(&mut self.store, pointer as u32 as usize, bytes)
			.map_err(|_| Fault::trap(Trap::Range, format!("alloc({length}) gave {}", pointer as u32)))?;
		self.call(part, (pointer, length))
	}

	/// The bytes that `save` gives.
	pub fn save(&mut self) -> Result<Vec<u8>, Fault> {
		let range = self.call::<_, i64>(Export::Save, ())? as u64;
		let (pointer, length) = (range >> 32, range & u64::from(u32::MAX));
		if length > self.limits.state.into() {
			return Err(Fault::trap(Trap::State, format!("{length} bytes; {} at most", self.limits.state)));
		}
		let state = self.memory.data(&self.store).get(pointer as usize..(pointer + length) as usize);
		let outside = || Fault::trap(Trap::Range, format!("save gave {length} bytes at {pointer}"));
		state.map(<[u8]>::to_vec).ok_or_else(outside)
	}

	pub fn usage(&self) -> Usage {
		let left = self.store.get_fuel().unwrap_or_default();
		Usage { fuel: self.limits.fuel.saturating_sub(left), memory: self.store.data().used as u64 }
	}

	fn call<P: WasmParams, R: WasmResults>(&mut self, part: Export, params: P) -> Result<R, Fault> {
		let function = self.raw.get_typed_func::<P, R>(&mut self.store, part.name()).map_err(Fault::host)?;
		function.call(&mut self.store, params).map_err(|error| fault(&error, self.depth()).within(part))
	}

	/// How deep the stack was when it trapped.
	fn depth(&mut self) -> Option<u32> {
		let depth = self.raw.get_global(&mut self.store, STACK_EXPORT)?;
		depth.get(&mut self.store).i32().map(|depth| depth as u32)
	}
}

/// Whose fault it is that a call did not come back.
fn fault(error: &wasmtime::Error, depth: Option<u32>) -> Fault {
	if let Some(error) = error.downcast_ref::<HostMemory>() {
		return Fault::host(error);
	}
	match error.downcast_ref::<Cause>() {
		Some(Cause::OutOfFuel) => Fault::trap(Trap::Fuel, "all of its fuel is used up"),
		Some(Cause::UnreachableCodeReached) if depth.is_some_and(|depth| depth > STACK_BYTES) => {
			Fault::trap(Trap::Stack, "calls are nested too deeply")
		},
		// The bound in the module comes first. A machine for which it doesn't has no verdict.
		Some(Cause::StackOverflow) | None => Fault::host(error),
		Some(cause) => Fault::trap(Trap::Unreachable, cause),
	}
}

impl Fault {
	fn within(self, part: Export) -> Self {
		match self {
			Self::Trap(trap, text) => Self::Trap(trap, format!("{text}, in {}", part.name())),
			host => host,
		}
	}
}
