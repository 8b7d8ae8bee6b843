//! A multi-layer perceptron with one hidden layer.

use crate::{
	batch::Row,
	lanes::{add_scaled, dot},
	light::Light,
	math::{best, softmax},
	random::Random,
	Batch, Model, Settings,
};

/// `INPUTS` pixels, `HIDDEN` rectified linear units, `CLASSES` probabilities; taught by stochastic gradient descent, image
/// by image.
pub struct Mlp<const INPUTS: usize, const HIDDEN: usize, const CLASSES: usize> {
	/// Images learned from, counted in each epoch anew.
	seen: u32,
	/// By pixel, so that black ones need no work.
	first: [[f32; HIDDEN]; INPUTS],
	first_bias: [f32; HIDDEN],
	second: [[f32; HIDDEN]; CLASSES],
	second_bias: [f32; CLASSES],
}

impl<const INPUTS: usize, const HIDDEN: usize, const CLASSES: usize> Model for Mlp<INPUTS, HIDDEN, CLASSES> {
	const NEW: Self = Self {
		seen: 0,
		first: [[0.0; HIDDEN]; INPUTS],
		first_bias: [0.0; HIDDEN],
		second: [[0.0; HIDDEN]; CLASSES],
		second_bias: [0.0; CLASSES],
	};

	fn train(&mut self, settings: &Settings, lesson: &[u8]) {
		let batch = Batch::parse(lesson, INPUTS, CLASSES);
		if self.seen == 0 {
			self.scatter();
		}
		let mut random = Random::new(u64::from(self.seen));
		let mut light = Light::new(settings);
		for _ in 0..settings.epochs * batch.len() as u32 {
			let row = batch.row(random.below(batch.len()));
			let shift = (random.around(settings.shift), random.around(settings.shift));
			self.learn(settings, &mut light, row, shift);
		}
	}

	fn evaluate(&self, settings: &Settings, test: &[u8]) -> (u32, u32) {
		let batch = Batch::parse(test, INPUTS, CLASSES);
		let mut light = Light::new(settings);
		let correct = (0..batch.len()).filter(|index| {
			let row = batch.row(*index);
			self.answer(settings, &mut light, row.pixels) == row.class
		});
		(correct.count() as u32, batch.len() as u32)
	}

	fn save(&self, put: &mut dyn FnMut([u8; 4])) {
		put(self.seen.to_le_bytes());
		let weights = self.first.iter().flatten().chain(&self.first_bias);
		let weights = weights.chain(self.second.iter().flatten()).chain(&self.second_bias);
		weights.for_each(|weight| put(weight.to_le_bytes()));
	}

	fn load(&mut self, take: &mut dyn FnMut() -> [u8; 4]) {
		self.seen = u32::from_le_bytes(take());
		let weights = self.first.iter_mut().flatten().chain(&mut self.first_bias);
		let weights = weights.chain(self.second.iter_mut().flatten()).chain(&mut self.second_bias);
		weights.for_each(|weight| *weight = f32::from_le_bytes(take()));
	}
}

impl<const INPUTS: usize, const HIDDEN: usize, const CLASSES: usize> Mlp<INPUTS, HIDDEN, CLASSES> {
	/// The class of an image: what `evaluate` compares with the right one.
	pub fn predict(&self, settings: &Settings, pixels: &[u8; INPUTS]) -> usize {
		self.answer(settings, &mut Light::new(settings), pixels)
	}

	fn answer(&self, settings: &Settings, light: &mut Light<INPUTS>, pixels: &[u8]) -> usize {
		light.read(settings, pixels, (0, 0));
		best(&self.forward(light).1)
	}

	/// Weights to begin with: hidden units that are all the same would stay so.
	fn scatter(&mut self) {
		let mut random = Random::new(INPUTS as u64);
		// Of a variance of about 2 over the number of inputs, for sparse images.
		let (first, second) = (2.0 / root(INPUTS), 2.0 / root(HIDDEN));
		self.first.iter_mut().flatten().for_each(|weight| *weight = first * random.weight());
		self.second.iter_mut().flatten().for_each(|weight| *weight = second * random.weight());
	}

	/// What the hidden units say, and the score of each class.
	#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
	fn forward(&self, light: &Light<INPUTS>) -> ([f32; HIDDEN], [f32; CLASSES]) {
		let mut hidden = self.first_bias;
		for (pixel, value) in light.pixels() {
			add_scaled(&mut hidden, *value, &self.first[*pixel as usize]);
		}
		hidden.iter_mut().for_each(|unit| *unit = if *unit > 0.0 { *unit } else { 0.0 });
		let mut scores = self.second_bias;
		for (score, weights) in scores.iter_mut().zip(&self.second) {
			*score += dot(&hidden, weights);
		}
		(hidden, scores)
	}

	/// One step down the gradient of the cross entropy.
	#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
	fn learn(&mut self, settings: &Settings, light: &mut Light<INPUTS>, row: Row, shift: (isize, isize)) {
		light.read(settings, row.pixels, shift);
		let (hidden, mut errors) = self.forward(light);
		softmax(&mut errors);
		errors[row.class] -= 1.0;
		let step = -settings.rate_after(self.seen);
		self.seen = self.seen.saturating_add(1);

		let mut blame = [0.0; HIDDEN];
		for ((error, weights), bias) in errors.iter().zip(&mut self.second).zip(&mut self.second_bias) {
			add_scaled(&mut blame, *error, weights);
			add_scaled(weights, step * error, &hidden);
			*bias += step * error;
		}
		for (blame, unit) in blame.iter_mut().zip(&hidden) {
			*blame = if *unit > 0.0 { step * *blame } else { 0.0 };
		}
		add_scaled(&mut self.first_bias, 1.0, &blame);
		for (pixel, value) in light.pixels() {
			add_scaled(&mut self.first[*pixel as usize], *value, &blame);
		}
	}
}

/// Square root, by Newton's method from above.
fn root(number: usize) -> f32 {
	let number = number as f32;
	(0..20).fold(number, |root, _| 0.5 * (root + number / root))
}
