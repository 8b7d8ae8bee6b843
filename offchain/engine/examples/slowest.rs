//! How long a unit of fuel can take: a module that reads each address from the one before it, all over its memory, so that
//! neither caches nor address translation help. Prints nanoseconds per unit for several sizes of memory.

use learnware_engine::{Engine, Limits};
use std::{error::Error, num::NonZeroUsize, time::Instant};

/// Fuel of what is measured.
const FUEL: u64 = 1 << 22;

fn main() -> Result<(), Box<dyn Error>> {
	let engine = Engine::new(NonZeroUsize::MIN, None)?;
	for mib in [1_u32, 4, 16, 64, 256, 512] {
		let learnware = engine.compile(&wat::parse_str(chase(mib))?)?;
		let limits = Limits { fuel: u64::MAX >> 1, memory: mib << 20, state: 1 };
		// All but the chase, which ends at once when there is no lesson.
		let start = Instant::now();
		let fuel = learnware.train(&[], &[], limits)?.usage.fuel;
		let before = start.elapsed();
		let start = Instant::now();
		learnware.train(&[], &[1], Limits { fuel: fuel + FUEL, ..limits }).expect_err("it has no end");
		let nanoseconds = start.elapsed().saturating_sub(before).as_nanos() as f64 / FUEL as f64;
		println!("{mib:4} MiB: {nanoseconds:.1} ns");
	}
	Ok(())
}

/// Training writes into each line of 64 bytes where the next one is, by a generator of full period, and then goes from one to
/// the next for as long as there is fuel.
fn chase(mib: u32) -> String {
	let (pages, mask, loads) = (mib << 4, (mib << 20) - 64, 64);
	let chain = format!("{}(local.get $p){}", "(i32.load ".repeat(loads), ")".repeat(loads));
	format!(
		r#"(module (memory (export "memory") {pages})
			(func (export "alloc") (param i32) (result i32) (i32.const 4))
			(func (export "train") (param i32 i32) (local $p i32)
				(loop (i32.store (local.get $p) (i32.and (i32.const {mask})
						(i32.add (i32.mul (local.get $p) (i32.const 1664525)) (i32.const 1013904192))))
					(br_if 0 (local.tee $p (i32.and (i32.add (local.get $p) (i32.const 64)) (i32.const {mask})))))
				(if (local.get 1) (then (loop (br_if 0 (i32.ne (i32.const 4) (local.tee $p {chain})))))))
			(func (export "evaluate") (param i32 i32) (result i64) (i64.const 1))
			(func (export "save") (result i64) (i64.const 0))
			(func (export "load") (param i32 i32)))"#
	)
}
