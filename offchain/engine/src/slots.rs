//! Bounds how many learnwares run at a time, and gives each a thread with a stack that is large enough.

use crate::{fault::Fault, limits::STACK_BYTES};
use sp_panic_handler::AbortGuard;
use std::{
	num::NonZeroUsize,
	sync::{Condvar, Mutex, PoisonError},
	thread,
};

/// Machine stack of a module: twice the bound that is counted, which leaves room for what is not (the frames at both ends
/// of a chain of calls).
pub(crate) const WASM_STACK_BYTES: usize = 2 * STACK_BYTES as usize;

/// And of the host's code below and above.
const THREAD_STACK_BYTES: usize = WASM_STACK_BYTES + (8 << 20);

/// Free places.
pub(crate) struct Slots {
	free: Mutex<usize>,
	freed: Condvar,
}

/// A place, until it is dropped.
struct Slot<'a>(&'a Slots);

impl Slots {
	pub fn new(places: NonZeroUsize) -> Self {
		Self { free: Mutex::new(places.get()), freed: Condvar::new() }
	}

	/// Runs `work` in a thread of its own, as soon as there is a place.
	pub fn run<T: Send>(&self, work: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
		let _slot = self.take();
		thread::scope(|scope| {
			let thread = thread::Builder::new().name("learnware".into()).stack_size(THREAD_STACK_BYTES);
			let running = thread
				.spawn_scoped(scope, || {
					// In a node, a panic would end the process: no module may do that.
					let _guard = AbortGuard::force_unwind();
					work()
				})
				.map_err(Fault::host)?;
			running.join().unwrap_or_else(|_| Err(Fault::host("the thread that ran the learnware panicked")))
		})
	}

	fn take(&self) -> Slot<'_> {
		let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
		let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
		*free = free.saturating_sub(1);
		Slot(self)
	}
}

impl Drop for Slot<'_> {
	fn drop(&mut self) {
		*self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
		self.0.freed.notify_one();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::sync::atomic::{AtomicUsize, Ordering};

	#[test]
	fn runs_no_more_than_there_are_places() {
		let slots = Slots::new(NonZeroUsize::new(2).unwrap());
		let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
		let work = || {
			most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
			thread::sleep(std::time::Duration::from_millis(5));
			running.fetch_sub(1, Ordering::SeqCst);
			Ok(())
		};
		thread::scope(|scope| {
			for _ in 0..8 {
				scope.spawn(|| slots.run(work).unwrap());
			}
		});
		assert_eq!(most.into_inner(), 2);
	}

	#[test]
	fn a_panic_gives_its_place_back() {
		let slots = Slots::new(NonZeroUsize::MIN);
		let panics = slots.run::<()>(|| panic!("on purpose"));
		assert!(matches!(panics, Err(Fault::Host(_))));
		assert_eq!(slots.run(|| Ok(1)), Ok(1));
	}
}
