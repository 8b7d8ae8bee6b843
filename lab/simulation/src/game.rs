//! An honest game, drawn from a crowd.

use crate::{Block, Crowd, Error};
use rand::{
	distributions::{Distribution, WeightedIndex},
	seq::SliceRandom,
	Rng, SeedableRng,
};
use rand_chacha::ChaCha8Rng;
use std::ops::RangeInclusive;

/// People, items that all of them answered, and what is true.
#[derive(Clone, Debug)]
pub struct Game {
	/// Number of classes.
	pub classes: u8,
	/// The true class of each item.
	pub truth: Vec<u8>,
	/// One label for each of the people: a class for each item.
	pub sheets: Vec<Vec<u8>>,
}

/// A crowd with what every draw needs.
pub struct Pool {
	crowd: Crowd,
	classes: u8,
	blocks: Vec<Block>,
	/// Draws a block in proportion to its tasks.
	choice: WeightedIndex<usize>,
	/// Items of a game.
	items: usize,
	/// People of a game.
	people: RangeInclusive<usize>,
}

impl Pool {
	/// Keeps the blocks that have enough tasks and people.
	pub fn new(crowd: Crowd, items: usize, people: RangeInclusive<usize>) -> Result<Self, Error> {
		let mut blocks = crowd.blocks();
		blocks.retain(|block| block.tasks.len() >= items && block.workers.len() >= *people.end());
		let choice = WeightedIndex::new(blocks.iter().map(|block| block.tasks.len()))
			.map_err(|_| Error::TooSmall { people: *people.end(), items })?;
		Ok(Self { classes: crowd.classes(), crowd, blocks, choice, items, people })
	}

	/// Game number `number`: the same for the same seed, whatever else is drawn.
	pub fn draw(&self, seed: u64, number: u64) -> Game {
		let mut random = ChaCha8Rng::seed_from_u64(seed);
		random.set_stream(number);
		let block = &self.blocks[self.choice.sample(&mut random)];
		let people = random.gen_range(self.people.clone());
		let workers = block.workers.choose_multiple(&mut random, people).copied().collect::<Vec<_>>();
		let tasks = block.tasks.choose_multiple(&mut random, self.items).copied().collect::<Vec<_>>();
		Game {
			classes: self.classes,
			truth: self.crowd.truth(&tasks).into_iter().flatten().collect(),
			sheets: workers
				.iter()
				.map(|&worker| self.crowd.answers(worker, &tasks).into_iter().flatten().collect())
				.collect(),
		}
	}
}

impl Game {
	/// Items that a label has right.
	pub fn right(&self, sheet: &[u8]) -> usize {
		matches(sheet, &self.truth)
	}

	/// Whether a label has more right than guessing would.
	pub fn is_good(&self, sheet: &[u8]) -> bool {
		self.right(sheet) * usize::from(self.classes) > self.truth.len()
	}

	/// A label that differs from another in every item: the next class in its place.
	pub fn opposite(&self, sheet: &[u8]) -> Vec<u8> {
		sheet.iter().map(|class| (class + 1) % self.classes).collect()
	}
}

/// Entries that are the same.
pub fn matches<T: PartialEq>(left: &[T], right: &[T]) -> usize {
	left.iter().zip(right).filter(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::path::Path;

	fn pool(crowd: &str) -> Pool {
		let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(crowd);
		Pool::new(Crowd::read(&folder).unwrap(), 20, 5..=10).unwrap()
	}

	#[test]
	fn every_label_answers_every_item() {
		for crowd in ["bluebird", "rte"] {
			let pool = pool(crowd);
			for number in 0..100 {
				let game = pool.draw(1, number);
				assert!((5..=10).contains(&game.sheets.len()));
				assert_eq!(game.truth.len(), 20);
				assert!(game.sheets.iter().all(|sheet| sheet.len() == 20));
			}
		}
	}

	#[test]
	fn numbers_and_seeds_tell_games_apart() {
		let pool = pool("bluebird");
		assert_eq!(pool.draw(1, 7).sheets, pool.draw(1, 7).sheets);
		assert_ne!(pool.draw(1, 7).sheets, pool.draw(1, 8).sheets);
		assert_ne!(pool.draw(1, 7).sheets, pool.draw(2, 7).sheets);
	}

	#[test]
	fn a_crowd_can_be_too_small() {
		let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/rte");
		let error = Pool::new(Crowd::read(&folder).unwrap(), 20, 5..=11).err().unwrap();
		assert_eq!(error.to_string(), "the crowd has no 11 people who all answered the same 20 items");
	}
}
