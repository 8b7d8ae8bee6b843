//! The compiler and its settings.

use crate::{
	cache::Cache,
	fault::Fault,
	slots::{Slots, WASM_STACK_BYTES},
};
use std::{
	num::NonZeroUsize,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	thread,
	time::Duration,
};
use wasmtime::{Config, OptLevel, Strategy, WasmBacktraceDetails};

/// How long a run goes on after it was stopped.
const TICK: Duration = Duration::from_millis(100);

/// Compiles learnwares, and runs a bounded number of them at a time. Clones share the bound.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Shared>);

pub(crate) struct Shared {
	pub compiler: wasmtime::Engine,
	pub slots: Slots,
	pub cache: Option<Cache>,
	pub done: AtomicU64,
	pub known: AtomicU64,
}

/// Runs so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Runs {
	/// Runs of modules.
	pub done: u64,
	/// Results that were in the cache.
	pub known: u64,
}

impl Engine {
	/// At most `threads` learnwares are compiled or run at a time; each may take the memory of its limits, and an address
	/// range of 4 GiB.
	pub fn new(threads: NonZeroUsize, cache: Option<Cache>) -> Result<Self, Fault> {
		check_processor()?;
		let compiler = wasmtime::Engine::new(&config()).map_err(Fault::host)?;
		tick(&compiler).map_err(Fault::host)?;
		let slots = Slots::new(threads);
		Ok(Self(Arc::new(Shared { compiler, slots, cache, done: AtomicU64::new(0), known: AtomicU64::new(0) })))
	}

	/// How much was run so far, and how much did not have to be.
	pub fn runs(&self) -> Runs {
		Runs { done: self.0.done.load(Ordering::Relaxed), known: self.0.known.load(Ordering::Relaxed) }
	}
}

/// Has runs look at what stops them, now and then, for as long as there is an engine.
fn tick(compiler: &wasmtime::Engine) -> std::io::Result<()> {
	let compiler = compiler.weak();
	let ticks = move || {
		while let Some(compiler) = compiler.upgrade() {
			compiler.increment_epoch();
			drop(compiler);
			thread::sleep(TICK);
		}
	};
	thread::Builder::new().name("learnware-tick".into()).spawn(ticks).map(drop)
}

/// The same instructions with the same results everywhere; see the crate's documentation.
fn config() -> Config {
	let mut config = Config::new();
	config
		.strategy(Strategy::Cranelift)
		.cranelift_opt_level(OptLevel::Speed)
		// `nan` does it, with less work.
		.cranelift_nan_canonicalization(false)
		.consume_fuel(true)
		.epoch_interruption(true)
		.max_wasm_stack(WASM_STACK_BYTES)
		.parallel_compilation(false)
		.wasm_backtrace_details(WasmBacktraceDetails::Disable)
		.wasm_simd(true)
		.wasm_relaxed_simd(false)
		.wasm_threads(false)
		.wasm_bulk_memory(false)
		.wasm_reference_types(false)
		.wasm_function_references(false)
		.wasm_gc(false)
		.wasm_tail_call(false)
		.wasm_multi_memory(false)
		.wasm_memory64(false)
		.wasm_extended_const(false)
		.wasm_wide_arithmetic(false)
		.wasm_custom_page_sizes(false);
	config
}

/// Without SSE 4.1 rounding is done by functions of the host, some ten times slower than the fuel says.
fn check_processor() -> Result<(), Fault> {
	#[cfg(target_arch = "x86_64")]
	if !std::arch::is_x86_feature_detected!("sse4.1") {
		return Err(Fault::host("the processor has no SSE 4.1"));
	}
	Ok(())
}
