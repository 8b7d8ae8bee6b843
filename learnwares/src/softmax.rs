//! Softmax regression: a linear score for each class.

use crate::{
	batch::Row,
	lanes::add_scaled,
	light::Light,
	math::{best, softmax},
	random::Random,
	Batch, Model, Settings,
};

/// `INPUTS` pixels, `CLASSES` probabilities; taught by stochastic gradient descent, image by image.
///
/// `WIDTH` is `CLASSES` rounded up to a multiple of four: as many numbers are worked on at once.
pub struct Softmax<const INPUTS: usize, const CLASSES: usize, const WIDTH: usize> {
	/// Images learned from, counted in each epoch anew.
	seen: u32,
	weights: [[f32; WIDTH]; INPUTS],
	bias: [f32; WIDTH],
}

impl<const INPUTS: usize, const CLASSES: usize, const WIDTH: usize> Model for Softmax<INPUTS, CLASSES, WIDTH> {
	const NEW: Self = Self { seen: 0, weights: [[0.0; WIDTH]; INPUTS], bias: [0.0; WIDTH] };

	fn train(&mut self, settings: &Settings, lesson: &[u8]) {
		let batch = Batch::parse(lesson, INPUTS, CLASSES);
		let mut random = Random::new(u64::from(self.seen));
		let mut light = Light::new(settings);
		for _ in 0..settings.epochs * batch.len() as u32 {
			self.learn(settings, &mut light, batch.row(random.below(batch.len())));
		}
	}

	fn evaluate(&self, settings: &Settings, test: &[u8]) -> (u32, u32) {
		let batch = Batch::parse(test, INPUTS, CLASSES);
		let mut light = Light::new(settings);
		let correct = (0..batch.len()).filter(|index| {
			let row = batch.row(*index);
			light.read(settings, row.pixels, (0, 0));
			best(&self.forward(&light)[..CLASSES]) == row.class
		});
		(correct.count() as u32, batch.len() as u32)
	}

	fn save(&self, put: &mut dyn FnMut([u8; 4])) {
		put(self.seen.to_le_bytes());
		self.weights.iter().flatten().chain(&self.bias).for_each(|weight| put(weight.to_le_bytes()));
	}

	fn load(&mut self, take: &mut dyn FnMut() -> [u8; 4]) {
		self.seen = u32::from_le_bytes(take());
		let weights = self.weights.iter_mut().flatten().chain(&mut self.bias);
		weights.for_each(|weight| *weight = f32::from_le_bytes(take()));
	}
}

impl<const INPUTS: usize, const CLASSES: usize, const WIDTH: usize> Softmax<INPUTS, CLASSES, WIDTH> {
	/// The score of each class, and zeros.
	#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
	fn forward(&self, light: &Light<INPUTS>) -> [f32; WIDTH] {
		let mut scores = self.bias;
		// By fours: fuel is looked at in each round of a loop, and what is in registers is moved out of the way for it.
		let (chunks, rest) = light.pixels().as_chunks::<4>();
		for chunk in chunks {
			for (pixel, value) in chunk {
				add_scaled(&mut scores, *value, &self.weights[*pixel as usize]);
			}
		}
		for (pixel, value) in rest {
			add_scaled(&mut scores, *value, &self.weights[*pixel as usize]);
		}
		scores
	}

	/// One step down the gradient of the cross entropy.
	#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
	fn learn(&mut self, settings: &Settings, light: &mut Light<INPUTS>, row: Row) {
		light.read(settings, row.pixels, (0, 0));
		let mut errors = self.forward(light);
		softmax(&mut errors[..CLASSES]);
		errors[row.class] -= 1.0;
		let step = -settings.rate_after(self.seen);
		self.seen = self.seen.saturating_add(1);
		errors.iter_mut().for_each(|error| *error *= step);
		add_scaled(&mut self.bias, 1.0, &errors);
		let (chunks, rest) = light.pixels().as_chunks::<4>();
		for chunk in chunks {
			for (pixel, value) in chunk {
				add_scaled(&mut self.weights[*pixel as usize], *value, &errors);
			}
		}
		for (pixel, value) in rest {
			add_scaled(&mut self.weights[*pixel as usize], *value, &errors);
		}
	}
}
