//! Who teaches the driver, and what it is asked.

use crate::{
	car::{drive, Car, Row, CLASSES, SENSORS},
	track::{Track, HALF_WIDTH, POINTS},
	Driver, Error,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Drives that a contributor corrects for a lesson: those that end soon are short lessons.
const DRIVES: usize = 30;

/// Steps after which a drive ends anyway.
const STEPS: usize = 40;

/// States in a part of a test set. Both scores of a lesson are of the same part, so the noise of their difference is that of the
/// answers that change: some 6 % with a late lesson, which makes a standard error of sqrt(0.06 / 4000) = 0.4 % (measured: 0.4 to
/// 0.5 %). The first good lessons raise the score by 72, 10 and 1.5 %.
pub const PART_ROWS: usize = 4_000;

/// Who starts off the centre line does so by at most this part of the way to the edge.
const OFF_CENTRE: f64 = 0.75;

/// And turned by at most twice the angle of this tangent, about 23 degrees.
const ASKEW: f64 = 0.2;

/// How somebody teaches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// Lets the driver drive, and says what the expert would have steered; also what was said before, so that nothing is
	/// forgotten.
	Teacher,
	/// A teacher two in five of whose answers are drawn.
	Noisy,
	/// A teacher who exchanges left and right.
	Saboteur,
	/// Sends the first lesson again and again.
	Lazy,
}

/// Somebody who teaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contributor {
	/// For people.
	pub name: String,
	/// How.
	pub kind: Kind,
}

/// Those who teach a driver, and what each has said.
#[derive(Clone, Debug)]
pub struct Crowd {
	contributors: Vec<Contributor>,
	seed: u64,
	/// By contributor and round.
	said: BTreeMap<(usize, u32), Vec<Row>>,
}

impl Crowd {
	/// The same seed makes the same lessons of the same states.
	pub fn new(contributors: Vec<Contributor>, seed: u64) -> Self {
		Self { contributors, seed, said: BTreeMap::new() }
	}

	/// Three teachers, and one of each other kind.
	pub fn example(seed: u64) -> Self {
		let contributors = [
			("teacher 1", Kind::Teacher),
			("noisy", Kind::Noisy),
			("teacher 2", Kind::Teacher),
			("saboteur", Kind::Saboteur),
			("teacher 3", Kind::Teacher),
			("lazy", Kind::Lazy),
		];
		Self::new(contributors.map(|(name, kind)| Contributor { name: name.into(), kind }).to_vec(), seed)
	}

	/// Those who teach; an index in this list is what `lesson` takes.
	pub fn contributors(&self) -> &[Contributor] {
		&self.contributors
	}

	/// What a contributor teaches a driver with this state, in a round: a `.npy` file for the learnware `mlp_steering`.
	/// Asked again for the same round, it forgets what it said in it.
	pub fn lesson(&mut self, contributor: usize, state: &[u8], round: u32) -> Result<Vec<u8>, Error> {
		let kind = self.contributors.get(contributor).ok_or(Error::Contributor(contributor))?.kind;
		let driver = Driver::new(state)?;
		let is_first = self.said.range((contributor, 0)..(contributor, round)).next().is_none();
		if kind != Kind::Lazy || is_first {
			let mut random = ChaCha8Rng::seed_from_u64(self.seed);
			random.set_stream((contributor as u64) << 32 | u64::from(round));
			self.said.insert((contributor, round), corrections(kind, &driver, &mut random));
		}
		let rows: Vec<Row> =
			self.said.range((contributor, 0)..=(contributor, round)).flat_map(|(_, rows)| rows).copied().collect();
		Ok(npy(&rows))
	}
}

/// The states of some drives, each with what the contributor would have steered.
fn corrections(kind: Kind, driver: &Driver, random: &mut ChaCha8Rng) -> Vec<Row> {
	let mut rows = Vec::new();
	for number in 0..DRIVES {
		let track = Track::new(random.gen());
		let start = match number % 2 {
			0 => Car::new(&track, random.gen_range(0..POINTS), 0.0, 0.0),
			_ => off_centre(&track, random),
		};
		rows.extend(drive(start, STEPS, |_, sensors| driver.steer(sensors)).rows);
	}
	for [.., class] in &mut rows {
		match kind {
			Kind::Noisy if random.gen_ratio(2, 5) => *class = random.gen_range(0..CLASSES as u8),
			Kind::Saboteur => *class = CLASSES as u8 - 1 - *class,
			_ => {},
		}
	}
	rows
}

/// Parts of a test set, as `.npy` files: each state is on a track of its own, that of no lesson, with the expert's
/// steering. Half of the cars are off the centre line, half are where the expert came from there.
pub fn test_parts(seed: u64, parts: usize) -> Vec<Vec<u8>> {
	let part = |part| {
		// Not that of a crowd with the same seed.
		let mut random = ChaCha8Rng::seed_from_u64(!seed);
		random.set_stream(part as u64);
		npy(&(0..PART_ROWS).map(|_| question(&mut random)).collect::<Vec<_>>())
	};
	(0..parts).map(part).collect()
}

fn question(random: &mut ChaCha8Rng) -> Row {
	let track = Track::new(random.gen());
	let start = off_centre(&track, random);
	let steps = if random.gen() { 0 } else { random.gen_range(1..STEPS) };
	(0..steps).fold(start, |car, _| car.steered(car.expert())).row()
}

fn off_centre<'a>(track: &'a Track, random: &mut ChaCha8Rng) -> Car<'a> {
	let left = HALF_WIDTH * OFF_CENTRE * random.gen_range(-1.0..1.0);
	Car::new(track, random.gen_range(0..POINTS), left, ASKEW * random.gen_range(-1.0..1.0))
}

fn npy(rows: &[Row]) -> Vec<u8> {
	let shape = format!("({}, {})", rows.len(), SENSORS + 1);
	let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}");
	// As NumPy does it: the data begin at a multiple of 64, behind a line end.
	let header = format!("{header:<117}\n");
	[b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), rows.as_flattened()].concat()
}
