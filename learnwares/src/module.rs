//! What makes a module of a model: the exported functions, and the memory that lessons are put into.

use crate::Model;
use core::cell::UnsafeCell;

/// A place for a model that needs no pointer. A module has one thread.
pub struct Place<T>(UnsafeCell<T>);

// SAFETY: modules have one thread; elsewhere, `with` is not called (the exports are for WebAssembly only).
unsafe impl<T> Sync for Place<T> {}

impl<T> Place<T> {
	/// With the model in it.
	pub const fn new(model: T) -> Self {
		Self(UnsafeCell::new(model))
	}

	/// Works on the model.
	///
	/// # Safety
	///
	/// From one thread, and not from within `work`.
	pub unsafe fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
		// SAFETY: the caller sees to it that nobody else works on it.
		work(unsafe { &mut *self.0.get() })
	}
}

/// Memory behind all that the compiler has placed. Nothing is given back: an instance lives for one call.
pub struct Memory;

#[cfg(target_arch = "wasm32")]
impl Memory {
	/// `length` bytes of zero, at a multiple of 16.
	///
	/// # Panics
	///
	/// If there is no more memory.
	pub fn alloc(length: usize) -> *mut u8 {
		use core::arch::wasm32::{memory_grow, memory_size};
		const PAGE: usize = 1 << 16;
		static FREE: Place<(usize, usize)> = Place::new((0, 0));
		// SAFETY: modules have one thread, and this does not call itself.
		unsafe {
			FREE.with(|(free, end)| {
				if length > *end - *free {
					let pages = length.div_ceil(PAGE);
					let grown = memory_size::<0>() * PAGE;
					assert!(memory_grow::<0>(pages) != usize::MAX, "no more memory");
					*free = if grown == *end { *free } else { grown };
					*end = grown + pages * PAGE;
				}
				let start = *free;
				*free = (start + length).next_multiple_of(16).min(*end);
				start as *mut u8
			})
		}
	}
}

/// The numbers that `save` puts, at one place.
#[cfg(target_arch = "wasm32")]
pub fn save(model: &impl Model) -> u64 {
	let mut length = 0;
	model.save(&mut |number| length += number.len());
	let start = Memory::alloc(length);
	// SAFETY: `alloc` has given so many bytes.
	let mut left = unsafe { core::slice::from_raw_parts_mut(start, length) }.chunks_exact_mut(4);
	model.save(&mut |number| left.next().expect("as many as before").copy_from_slice(&number));
	(start as u64) << 32 | length as u64
}

/// Takes the numbers of a state.
///
/// # Panics
///
/// If it has too few or too many.
pub fn load(model: &mut impl Model, state: &[u8]) {
	let mut numbers = state.chunks_exact(4);
	model.load(&mut || *numbers.next().and_then(<[u8]>::first_chunk).expect("a state of this model"));
	assert!(numbers.next().is_none() && numbers.remainder().is_empty(), "a state of this model");
}

/// Exports a model as a learnware: `learnware!(Type, settings)`.
#[macro_export]
macro_rules! learnware {
	($model:ty, $settings:expr) => {
		#[cfg(target_arch = "wasm32")]
		mod exports {
			use $crate::{Memory, Model, Place};

			static MODEL: Place<$model> = Place::new(<$model>::NEW);

			/// SAFETY: the caller has put `length` bytes to where `alloc` said.
			unsafe fn input<'a>(start: *const u8, length: usize) -> &'a [u8] {
				unsafe { core::slice::from_raw_parts(start, length) }
			}

			#[unsafe(no_mangle)]
			extern "C" fn alloc(length: usize) -> *mut u8 {
				Memory::alloc(length)
			}

			#[unsafe(no_mangle)]
			unsafe extern "C" fn train(start: *const u8, length: usize) {
				// SAFETY: there is one thread, and it does not come back here from within.
				unsafe { MODEL.with(|model| model.train(&$settings, input(start, length))) }
			}

			#[unsafe(no_mangle)]
			unsafe extern "C" fn evaluate(start: *const u8, length: usize) -> u64 {
				// SAFETY: as above.
				let (correct, total) = unsafe { MODEL.with(|model| model.evaluate(&$settings, input(start, length))) };
				u64::from(correct) << 32 | u64::from(total)
			}

			#[unsafe(no_mangle)]
			extern "C" fn save() -> u64 {
				// SAFETY: as above.
				unsafe { MODEL.with(|model| $crate::save(model)) }
			}

			#[unsafe(no_mangle)]
			unsafe extern "C" fn load(start: *const u8, length: usize) {
				// SAFETY: as above.
				unsafe { MODEL.with(|model| $crate::load(model, input(start, length))) }
			}
		}
	};
}

/// A panic is a trap.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
	core::arch::wasm32::unreachable()
}
