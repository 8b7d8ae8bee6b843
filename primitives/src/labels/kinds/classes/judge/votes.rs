//! The weighted votes on one item, with and without some of the labels.

use super::{LabelSet, NO_ANSWER};
use crate::MAX_CLASSES;
use alloc::vec::Vec;

/// Bits for a class in a [`Candidate`].
const CLASS_BITS: u32 = 6;

/// The answers of all labels to one item.
pub(super) struct Column<'a> {
	weights: &'a [u64],
	/// The labels that gave each class.
	voters: [LabelSet; MAX_CLASSES as usize],
	/// The classes that anybody gave: most votes first, on a tie the lowest class first.
	candidates: Vec<Candidate>,
}

/// Votes and class in one word that sorts by votes, then by descending class.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Candidate(u64);

impl Candidate {
	fn new(votes: u64, class: u8) -> Self {
		Self(votes << CLASS_BITS | u64::from(MAX_CLASSES - 1 - class))
	}

	fn votes(self) -> u64 {
		self.0 >> CLASS_BITS
	}

	fn class(self) -> u8 {
		MAX_CLASSES - 1 - (self.0 & u64::from(MAX_CLASSES - 1)) as u8
	}
}

impl<'a> Column<'a> {
	/// No answers yet, from labels with these weights.
	pub fn new(weights: &'a [u64]) -> Self {
		let voters = [LabelSet::default(); MAX_CLASSES as usize];
		Self { weights, voters, candidates: Vec::with_capacity(weights.len()) }
	}

	/// Replaces the answers by those to another item, one for each label.
	pub fn count(&mut self, answers: impl Iterator<Item = u8>) {
		for candidate in self.candidates.drain(..) {
			self.voters[usize::from(candidate.class())] = LabelSet::default();
		}
		for (label, class) in answers.enumerate().filter(|(_, class)| *class != NO_ANSWER) {
			let voters = &mut self.voters[usize::from(class)];
			if voters.is_empty() {
				self.candidates.push(Candidate::new(0, class));
			}
			voters.insert(label);
		}
		for candidate in &mut self.candidates {
			let class = candidate.class();
			*candidate = Candidate::new(votes(self.voters[usize::from(class)], self.weights), class);
		}
		self.candidates.sort_unstable_by(|left, right| right.cmp(left));
	}

	/// The class with most votes, the lowest on a tie; 0 when nobody with a weight has answered.
	pub fn plurality(&self) -> u8 {
		match self.candidates.first() {
			Some(first) if first.votes() > 0 => first.class(),
			_ => 0,
		}
	}

	/// The class with most votes of `labels`, if no other has as many.
	pub fn plurality_of(&self, labels: LabelSet) -> Option<u8> {
		let mut most = 0;
		let mut winner = None;
		for candidate in &self.candidates {
			let beaten = candidate.votes() < most;
			let undecided_at_best = candidate.votes() == most && winner.is_none();
			if beaten || undecided_at_best {
				break;
			}
			let votes = self.votes_of(*candidate, labels);
			if votes > most {
				most = votes;
				winner = Some(candidate.class());
			} else if votes == most {
				winner = None;
			}
		}
		winner
	}

	/// The votes of `labels` for a candidate, by whichever sum is shorter.
	fn votes_of(&self, candidate: Candidate, labels: LabelSet) -> u64 {
		let voters = self.voters[usize::from(candidate.class())];
		let included = voters.and(labels);
		let excluded = voters.minus(labels);
		if excluded.len() < included.len() {
			candidate.votes() - votes(excluded, self.weights)
		} else {
			votes(included, self.weights)
		}
	}
}

fn votes(voters: LabelSet, weights: &[u64]) -> u64 {
	voters.iter().map(|label| weights[label]).sum()
}
