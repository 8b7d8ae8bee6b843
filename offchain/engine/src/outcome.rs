//! What comes of a run, and what it took.

use crate::fault::Fault;
use learnware_primitives::training::{curve::Ratio, Trap};
use parity_scale_codec::{Decode, Encode};

/// How many questions of a test were answered right.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, serde::Serialize)]
pub struct Score {
	/// Answered right.
	pub correct: u32,
	/// Asked.
	pub total: u32,
}

/// What a run took.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, serde::Serialize)]
pub struct Usage {
	/// Instructions, about.
	pub fuel: u64,
	/// Most memory, in bytes.
	pub memory: u64,
}

/// What teaching made of a state.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Taught {
	/// The state after the lesson, as `save` gave it.
	pub state: Vec<u8>,
	/// What it took.
	pub usage: Usage,
}

/// What a test made of a state.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq)]
pub struct Scored {
	/// Sum of all parts of the test.
	pub score: Score,
	/// What it took: the fuel of all parts, the memory of the largest.
	pub usage: Usage,
}

impl Score {
	/// From `correct << 32 | total`.
	pub(crate) fn unpack(packed: u64) -> Result<Self, Fault> {
		let score = Self { correct: (packed >> 32) as u32, total: packed as u32 };
		match score.total == 0 || score.correct > score.total {
			true => Err(Fault::trap(Trap::Score, format!("{} of {}", score.correct, score.total))),
			false => Ok(score),
		}
	}

	/// As a share of 1, for people.
	pub fn share(self) -> f64 {
		f64::from(self.correct) / f64::from(self.total.max(1))
	}
}

impl From<Score> for Ratio {
	fn from(score: Score) -> Self {
		Self::new(score.correct, score.total)
	}
}

impl Scored {
	pub(crate) fn plus(self, other: Self) -> Result<Self, Fault> {
		let too_many = || Fault::trap(Trap::Score, "too many questions");
		let total = self.score.total.checked_add(other.score.total).ok_or_else(too_many)?;
		let correct = self.score.correct.saturating_add(other.score.correct);
		Ok(Self { score: Score { correct, total }, usage: self.usage.and(other.usage) })
	}
}

impl Usage {
	/// Of two runs after each other.
	pub fn and(self, other: Self) -> Self {
		Self { fuel: self.fuel.saturating_add(other.fuel), memory: self.memory.max(other.memory) }
	}
}
