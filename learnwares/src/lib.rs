//! Learnwares, and what they are made of.
//!
//! A learnware is a WebAssembly module that can be taught and scored. [`learnware!`] makes one of a [`Model`], as in
//! `examples/mlp_digits.rs`:
//!
//! ```ignore
//! learnwares::learnware!(Mlp<64, 32, 10>, Settings { white: 16, width: 8, shift: 0, epochs: 40, rate: 0.05, half: 50_000.0 });
//! ```
//!
//! Lessons and tests are [`Batch`]es: `.npy` files of one row for each image, its pixels and then its class.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(missing_docs)]

mod batch;
mod lanes;
mod light;
mod math;
mod mlp;
mod module;
mod random;
pub mod reference;
mod softmax;

pub use batch::{Batch, Row};
pub use mlp::Mlp;
#[cfg(target_arch = "wasm32")]
pub use module::save;
pub use module::{load, Memory, Place};
pub use softmax::Softmax;

/// What can be taught and scored. A panic refuses what it was given: in a module it is a trap, after which the state is
/// what it was before.
pub trait Model {
	/// Knows nothing.
	const NEW: Self;

	/// Learns a lesson.
	fn train(&mut self, settings: &Settings, lesson: &[u8]);

	/// How many of how many questions it answers right.
	fn evaluate(&self, settings: &Settings, test: &[u8]) -> (u32, u32);

	/// Puts the numbers that make up all that it knows.
	fn save(&self, put: &mut dyn FnMut([u8; 4]));

	/// Takes the numbers that `save` has put.
	fn load(&mut self, take: &mut dyn FnMut() -> [u8; 4]);
}

/// How a model learns.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
	/// The largest value of a pixel.
	pub white: u8,
	/// Pixels in a line of an image.
	pub width: usize,
	/// By how many pixels an image is moved at most, each time it is learned from (perceptron only).
	pub shift: usize,
	/// How many times it goes through a lesson.
	pub epochs: u32,
	/// Step at the beginning.
	pub rate: f32,
	/// Images, counted in each epoch anew, after which the step is half as large, a third after twice as many, and so on.
	pub half: f32,
}

impl Settings {
	/// Step after so many images.
	fn rate_after(&self, seen: u32) -> f32 {
		self.rate / (1.0 + seen as f32 / self.half)
	}
}
