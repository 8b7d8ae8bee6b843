//! The labeling game as the commands speak of it; what is serialized here is part of the JSON interface.

use crate::amount::Amount;
use learnware_primitives::{
	places::{Duplicates, Payout},
	settle::Spending,
	BadReason, GoldUse, Task, Verdict,
};
use serde::Serialize;
use std::collections::BTreeMap;

pub use learnware_primitives::settle::{End, SlashReason};

/// Who may label.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
	/// Everybody with the collateral
	#[default]
	Open,
	/// The accounts that the dataset's owner allows
	AllowList,
	/// Accounts that the chain knows to be different persons
	Persons,
}

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
	pub duplicates: Duplicates,
	pub eligibility: Eligibility,
}

impl Terms {
	/// The terms that a bounty is spent by.
	pub fn spending(&self) -> Spending {
		let Self { payout, duplicates, scoring_fee, attendance_fee, .. } = *self;
		Spending { payout, duplicates, scoring_fee, attendance_fee }
	}
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
	/// Accounts on its allow-list.
	pub allowed: u32,
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
	/// Answers that the provider knows, if it has committed to any.
	pub gold: Option<Disclosure>,
	pub task: Task,
	pub terms: Terms,
	pub stage: Stage,
	pub committed: u32,
	pub revealed: u32,
}

/// How far a secret file, a label or gold, is shown.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Disclosure {
	Committed {
		#[serde(serialize_with = "hexadecimal")]
		commitment: [u8; 32],
	},
	Revealed {
		location: String,
	},
}

impl Disclosure {
	/// The commitment, until it is revealed.
	pub fn commitment(&self) -> Option<[u8; 32]> {
		match self {
			Self::Committed { commitment } => Some(*commitment),
			Self::Revealed { .. } => None,
		}
	}

	/// The location, once revealed.
	pub fn location(&self) -> Option<&str> {
		match self {
			Self::Committed { .. } => None,
			Self::Revealed { location } => Some(location),
		}
	}
}

/// One account's label in a sample whose game is on.
#[derive(Clone, Debug, Serialize)]
pub struct Label {
	pub sample: u32,
	pub stage: Stage,
	#[serde(flatten)]
	pub state: Disclosure,
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

/// What the scorers say of one label.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Judged {
	#[serde(serialize_with = "text")]
	pub score: Option<i128>,
	pub loss: Option<u64>,
	pub eligible: bool,
	pub outlier: bool,
	/// Position among the revealed labels of the first one that is the same, if that is an earlier one.
	pub copy_of: Option<u32>,
	pub bad: Option<BadReason>,
}

impl From<Verdict> for Judged {
	fn from(verdict: Verdict) -> Self {
		match verdict {
			Verdict::Scored { score, loss, eligible, outlier, copy_of } => {
				Self { score: Some(score), loss: Some(loss), eligible, outlier, copy_of, bad: None }
			},
			Verdict::Bad(reason) => Self { bad: Some(reason), ..Self::default() },
		}
	}
}

impl Judged {
	/// Of a game that was not washed: better than chance, but not in the gold.
	pub fn failed_gold(&self) -> bool {
		!self.eligible && !self.outlier && self.score.is_some_and(|score| score > 0)
	}

	/// The score, if it may take a place.
	pub fn ranked(&self) -> Option<i128> {
		self.score.filter(|_| self.eligible && !self.outlier)
	}
}

/// What became of one label.
#[derive(Clone, Debug, Serialize)]
pub struct LabelOutcome {
	pub account: String,
	pub location: Option<String>,
	#[serde(flatten)]
	pub judged: Judged,
	/// The same as the chain has it; none without a quorum.
	#[serde(skip)]
	pub verdict: Option<Verdict>,
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
	#[serde(serialize_with = "gold_word")]
	pub gold: GoldUse,
	/// CID of the consensus label.
	pub consensus: Option<String>,
	pub labels: Vec<LabelOutcome>,
	/// What was asked, if the dataset is still there.
	#[serde(skip)]
	pub task: Option<Task>,
}

impl Outcome {
	/// Gives each label that may be paid its place. Labels of the same content take one place together, if they
	/// collapse.
	pub fn rank(&mut self, duplicates: Duplicates) {
		if self.end != End::Paid {
			return;
		}
		let mut best: BTreeMap<u32, i128> = BTreeMap::new();
		let contents = self.contents(duplicates);
		for (label, content) in self.labels.iter().zip(&contents) {
			if let Some(score) = label.judged.ranked() {
				best.entry(*content).and_modify(|best| *best = score.max(*best)).or_insert(score);
			}
		}
		for (label, content) in self.labels.iter_mut().zip(contents) {
			let own = label.judged.ranked().and_then(|_| best.get(&content));
			label.place = own.map(|own| 1 + best.values().filter(|other| *other > own).count() as u32);
		}
	}

	/// For each label a number that it has in common with those that take a place together with it.
	fn contents(&self, duplicates: Duplicates) -> Vec<u32> {
		let mut judged = 0..;
		let content = |label: &LabelOutcome| {
			let position = label.verdict.and_then(|_| judged.next());
			let first = label.judged.copy_of.filter(|_| duplicates == Duplicates::Collapse).or(position);
			first.unwrap_or(u32::MAX)
		};
		self.labels.iter().map(content).collect()
	}

	/// Labels that could be paid.
	pub fn ranked(&self) -> usize {
		self.labels.iter().filter(|label| label.place.is_some()).count()
	}
}

/// The rules that hold for all datasets.
#[derive(Clone, Debug, Serialize)]
pub struct Limits {
	pub min_bounty: Amount,
	pub min_collateral: Amount,
	pub dataset_deposit: Amount,
	pub dataset_deposit_per_byte: Amount,
	pub allow_deposit: Amount,
	pub sample_deposit: Amount,
	pub sample_deposit_per_block: Amount,
	/// Blocks.
	pub max_period: u32,
	pub max_live_samples: u32,
	pub max_samples_per_account: u32,
	pub max_labels_per_account: u32,
}

impl Limits {
	/// What the owner of a dataset has held, whose task is encoded in so many bytes.
	pub fn deposit_of_dataset(&self, bytes: usize) -> Amount {
		Amount(self.dataset_deposit_per_byte.0.saturating_mul(bytes as u128).saturating_add(self.dataset_deposit.0))
	}

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

/// The kind of use alone; why gold is bad is told in words.
pub fn gold_word<S: serde::Serializer>(gold: &GoldUse, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.serialize_str(match gold {
		GoldUse::None => "none",
		GoldUse::Counted => "counted",
		GoldUse::Contradicted => "contradicted",
		GoldUse::TooFew => "too_few",
		GoldUse::Bad(_) => "bad",
	})
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

	fn label(score: i128, eligible: bool, copy_of: Option<u32>) -> LabelOutcome {
		let verdict = Verdict::Scored { score, loss: 0, eligible, outlier: false, copy_of };
		LabelOutcome {
			account: String::new(),
			location: None,
			judged: verdict.into(),
			verdict: Some(verdict),
			place: None,
			paid: Amount(0),
			slashed: Amount(0),
			slash_reason: None,
		}
	}

	fn places(labels: Vec<LabelOutcome>, duplicates: Duplicates) -> Vec<Option<u32>> {
		let mut outcome = Outcome {
			sample: 0,
			dataset: 0,
			provider: String::new(),
			end: End::Paid,
			bounty: Amount(0),
			returned: Amount(0),
			scoring_fee: Amount(0),
			gold: GoldUse::None,
			consensus: None,
			labels,
			task: None,
		};
		outcome.rank(duplicates);
		outcome.labels.iter().map(|label| label.place).collect()
	}

	#[test]
	fn equal_scores_share_a_place() {
		let labels = [(5, true), (9, true), (5, true), (7, false), (1, true)];
		let labels = labels.map(|(score, eligible)| label(score, eligible, None)).to_vec();
		assert_eq!(places(labels, Duplicates::Share), [Some(2), Some(1), Some(2), None, Some(4)]);
	}

	#[test]
	fn copies_take_one_place_if_they_collapse() {
		let unjudged = LabelOutcome { verdict: None, judged: Judged::default(), ..label(0, false, None) };
		let labels = vec![unjudged, label(9, true, None), label(5, true, None), label(9, true, Some(0))];
		assert_eq!(places(labels.clone(), Duplicates::Share), [None, Some(1), Some(3), Some(1)]);
		assert_eq!(places(labels, Duplicates::Collapse), [None, Some(1), Some(2), Some(1)]);
	}
}
