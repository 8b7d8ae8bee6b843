//! The labeling game as the commands speak of it; what is serialized here is part of the JSON interface.

use crate::amount::Amount;
use learnware_primitives::{places::Payout, BadReason, Task};
use serde::Serialize;

/// The terms on which a dataset's samples are played.
#[derive(Clone, Debug, Serialize)]
pub struct Terms {
	pub collateral: Amount,
	pub min_labels: u32,
	pub max_labels: u32,
	/// Blocks.
	pub commit_period: u32,
	/// Blocks.
	pub reveal_period: u32,
	/// Blocks.
	pub score_period: u32,
	pub payout: Payout,
	/// Parts per million of the bounty.
	pub scoring_fee: u32,
	/// Parts per million of the bounty.
	pub attendance_fee: u32,
}

/// A question with its terms.
#[derive(Clone, Debug, Serialize)]
pub struct Dataset {
	pub dataset: u32,
	pub owner: String,
	pub description: String,
	pub task: Task,
	pub terms: Terms,
	pub deposit: Amount,
	/// Samples whose game is on.
	pub live: u32,
}

/// Where a game is. The block of a deadline belongs to what comes after.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Stage {
	Commit {
		until: u32,
	},
	Reveal {
		until: u32,
	},
	Score {
		since: u32,
		until: u32,
	},
	/// The last deadline has passed; anybody may resolve.
	Overdue {
		/// How it ends; unknown if that is up to the scorers' reports.
		end: Option<End>,
	},
}

/// How a game ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
	Paid,
	Washed,
	NoQuorum,
	TooFewReveals,
	TooFewCommitments,
}

/// A sample whose game is on.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
	pub sample: u32,
	pub dataset: u32,
	pub provider: String,
	/// CID of what is to be labeled.
	pub location: String,
	pub bounty: Amount,
	pub deposit: Amount,
	pub task: Task,
	pub terms: Terms,
	pub stage: Stage,
	pub committed: u32,
	pub revealed: u32,
}

/// How far a label is.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LabelState {
	Committed {
		#[serde(serialize_with = "hexadecimal")]
		commitment: [u8; 32],
	},
	Revealed {
		location: String,
	},
}

/// One account's label in a sample whose game is on.
#[derive(Clone, Debug, Serialize)]
pub struct Label {
	pub sample: u32,
	pub stage: Stage,
	#[serde(flatten)]
	pub state: LabelState,
	pub collateral: Amount,
}

/// What a label puts at risk and may earn.
#[derive(Clone, Debug, Serialize)]
pub struct Quote {
	pub collateral: Amount,
	/// Pay of the places when nobody ties, best first.
	pub places: Vec<Amount>,
	/// Pay when the sample is washed and the most labels were revealed; more for each if fewer were.
	pub attendance: Amount,
}

/// Why collateral was slashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SlashReason {
	NotRevealed,
	BadLabel,
	Outlier,
}

/// What became of one label.
#[derive(Clone, Debug, Serialize)]
pub struct LabelOutcome {
	pub account: String,
	pub location: Option<String>,
	#[serde(serialize_with = "text")]
	pub score: Option<i128>,
	pub loss: Option<u64>,
	pub eligible: bool,
	pub outlier: bool,
	pub bad: Option<BadReason>,
	/// Place among the labels that may be paid, from 1; equal scores share one.
	pub place: Option<u32>,
	pub paid: Amount,
	pub slashed: Amount,
	pub slash_reason: Option<SlashReason>,
}

/// How a sample's game ended, and what became of everybody.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
	pub sample: u32,
	pub dataset: u32,
	pub provider: String,
	pub end: End,
	pub bounty: Amount,
	/// What of the bounty went back to the provider.
	pub returned: Amount,
	pub scoring_fee: Amount,
	/// CID of the consensus label.
	pub consensus: Option<String>,
	pub labels: Vec<LabelOutcome>,
}

impl Outcome {
	/// Gives each label that may be paid its place.
	pub fn rank(&mut self) {
		if self.end != End::Paid {
			return;
		}
		let ranked = |label: &LabelOutcome| label.score.filter(|_| label.eligible && !label.outlier);
		let scores = self.labels.iter().filter_map(ranked).collect::<Vec<_>>();
		for label in &mut self.labels {
			label.place = ranked(label).map(|score| 1 + scores.iter().filter(|other| **other > score).count() as u32);
		}
	}
}

/// The rules that hold for all datasets.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
	pub min_bounty: Amount,
	pub min_collateral: Amount,
	pub dataset_deposit: Amount,
	pub sample_deposit: Amount,
	pub sample_deposit_per_block: Amount,
	/// Blocks.
	pub max_period: u32,
	pub max_live_samples: u32,
}

impl Limits {
	/// What the provider of a sample has held in addition to the bounty.
	pub fn deposit_of(&self, terms: &Terms) -> Amount {
		let periods = [terms.commit_period, terms.reveal_period, terms.score_period];
		let blocks = periods.into_iter().map(u128::from).sum::<u128>();
		Amount(self.sample_deposit_per_block.0.saturating_mul(blocks).saturating_add(self.sample_deposit.0))
	}
}

/// What an account has.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Balance {
	/// May be spent, but for what the account must keep to exist.
	pub free: Amount,
	/// On hold: bounties, collateral and deposits.
	pub held: Amount,
	/// What the account must keep to exist.
	pub minimum: Amount,
}

fn hexadecimal<S: serde::Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(&format_args!("0x{}", hex::encode(bytes)))
}

/// Scores have 128 bits, more than numbers in JSON.
fn text<S: serde::Serializer>(score: &Option<i128>, serializer: S) -> Result<S::Ok, S::Error> {
	match score {
		Some(score) => serializer.collect_str(score),
		None => serializer.serialize_none(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn equal_scores_share_a_place() {
		let label = |score, eligible| LabelOutcome {
			account: String::new(),
			location: None,
			score: Some(score),
			loss: Some(0),
			eligible,
			outlier: false,
			bad: None,
			place: None,
			paid: Amount(0),
			slashed: Amount(0),
			slash_reason: None,
		};
		let mut outcome = Outcome {
			sample: 0,
			dataset: 0,
			provider: String::new(),
			end: End::Paid,
			bounty: Amount(0),
			returned: Amount(0),
			scoring_fee: Amount(0),
			consensus: None,
			labels: vec![label(5, true), label(9, true), label(5, true), label(7, false), label(1, true)],
		};
		outcome.rank();
		let places = outcome.labels.iter().map(|label| label.place).collect::<Vec<_>>();
		assert_eq!(places, [Some(2), Some(1), Some(2), None, Some(4)]);
	}
}
