//! The learnware `mlp_steering` on this machine's own processor: the module counts its right answers, but does not tell
//! them, and to drive they are needed.

use crate::{
	car::{lap, Drive, Sensors},
	track::Track,
	Error,
};
use learnwares::{
	load,
	reference::{MlpSteering, MLP_STEERING},
	Model,
};

/// Seeds of the tracks that distances are measured on.
const DISTANCE_SEEDS: std::ops::Range<u64> = 0..10;

/// A driver with what it has learned.
pub struct Driver(MlpSteering);

impl Driver {
	/// From a state of the learnware, [`Error::State`] if it is none.
	pub fn new(state: &[u8]) -> Result<Self, Error> {
		let mut model = MlpSteering::NEW;
		let mut bytes = 0;
		model.save(&mut |number| bytes += number.len());
		if state.len() != bytes {
			return Err(Error::State { bytes: state.len(), expected: bytes });
		}
		load(&mut model, state);
		Ok(Self(model))
	}

	/// The class that it steers.
	pub fn steer(&self, sensors: &Sensors) -> usize {
		self.0.predict(&MLP_STEERING, sensors)
	}

	/// A lap from the start of a track, as far as it comes.
	pub fn lap(&self, track: &Track) -> Drive {
		lap(track, |_, sensors| self.steer(sensors))
	}
}

/// How much of a lap a driver comes before it leaves the road, from 0 to 1: the mean of ten tracks, always the same,
/// that no lesson is of.
pub fn distance(state: &[u8]) -> Result<f64, Error> {
	let driver = Driver::new(state)?;
	let laps = DISTANCE_SEEDS.map(|seed| driver.lap(&Track::new(seed)).laps);
	Ok(laps.sum::<f64>() / DISTANCE_SEEDS.count() as f64)
}
