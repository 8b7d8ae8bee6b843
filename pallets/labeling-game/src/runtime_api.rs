//! What clients and scorers ask the chain.

use crate::types::*;
use alloc::vec::Vec;
use learnware_primitives::{places::CopyAttack, BadReason, Judgement, Summary, Task};
use pallet_quorum::ScorePhase;
use parity_scale_codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;

/// A dataset with its question.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct DatasetInfo<AccountId, Balance, BlockNumber> {
	/// What the chain stores of it.
	pub record: DatasetRecord<AccountId, Balance, BlockNumber>,
	/// What is asked.
	pub task: Task,
}

/// One sample with its question, terms and present stage.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct SampleInfo<AccountId, Balance, BlockNumber> {
	/// Its number.
	pub sample: SampleId,
	/// What the chain stores of it.
	pub record: SampleRecord<AccountId, Balance, BlockNumber>,
	/// What is asked.
	pub task: Task,
	/// On which terms.
	pub terms: Terms<Balance, BlockNumber>,
	/// Where its game is now.
	pub stage: Stage<BlockNumber>,
	/// Labels committed.
	pub committed: u32,
	/// Labels revealed.
	pub revealed: u32,
}

/// A label of one account.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct LabelInfo<Balance, BlockNumber> {
	/// The sample.
	pub sample: SampleId,
	/// Where its game is now, with the deadline.
	pub stage: Stage<BlockNumber>,
	/// How far the label is.
	pub state: Disclosure,
	/// What is on hold for it.
	pub collateral: Balance,
}

/// What a label puts at risk, and what it may earn.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Quote<Balance, BlockNumber> {
	/// Held, and lost by who does not reveal or cheats.
	pub collateral: Balance,
	/// What the first places get when nobody ties, best first; as many as labels are allowed.
	pub places: Vec<Balance>,
	/// What each gets when the sample is washed and `max_labels` were revealed.
	pub attendance: Balance,
	/// Where the sample's game is now.
	pub stage: Stage<BlockNumber>,
}

/// A sample that scorers work on.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Work<BlockNumber> {
	/// The sample.
	pub sample: SampleId,
	/// What is asked.
	pub task: Task,
	/// Locations of the labels revealed so far, in order of commitment.
	pub labels: Vec<Location>,
	/// Location of the gold, once it is revealed.
	pub gold: Option<Location>,
	/// The score phase, once it has begun.
	pub score: Option<ScorePhase<BlockNumber>>,
}

sp_api::decl_runtime_apis! {
	/// Questions to the labeling game.
	pub trait LabelingGameApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// A dataset.
		fn dataset(dataset: DatasetId) -> Option<DatasetInfo<AccountId, Balance, BlockNumber>>;
		/// Whether `who` is among those who may label `dataset`; says nothing of its balance.
		fn may_label(who: AccountId, dataset: DatasetId) -> bool;
		/// What the best attack with copies of one worthless label is worth under `terms`, if the crowd follows it with
		/// a chance of `chance` parts per million, and which collateral makes each of them a loss.
		fn copy_attack(terms: Terms<Balance, BlockNumber>, bounty: Balance, chance: u32) -> CopyAttack;
		/// A sample whose game is on.
		fn sample(sample: SampleId) -> Option<SampleInfo<AccountId, Balance, BlockNumber>>;
		/// Samples whose game is on, at most `limit` (and at most 256) with a number of at least `from`, in rising
		/// order.
		fn samples(from: SampleId, limit: u32) -> Vec<SampleInfo<AccountId, Balance, BlockNumber>>;
		/// Labels of `who` in samples whose game is on, as [`LabelingGameApi::samples`] pages.
		fn labels_of(who: AccountId, from: SampleId, limit: u32) -> Vec<LabelInfo<Balance, BlockNumber>>;
		/// What a label of `sample` puts at risk and may earn.
		fn quote(sample: SampleId) -> Option<Quote<Balance, BlockNumber>>;
		/// Samples in their reveal or score phase, as [`LabelingGameApi::samples`] pages.
		fn work(from: SampleId, limit: u32) -> Vec<Work<BlockNumber>>;
		/// Parses one label. A pure function of its arguments.
		fn condense(task: Task, label: Vec<u8>) -> Result<Summary, BadReason>;
		/// Judges all labels of a sample, at most 64, by its gold, if it has any. A pure function of its arguments.
		fn judge(
			task: Task,
			labels: Vec<Result<Summary, BadReason>>,
			gold: Option<Result<Summary, BadReason>>,
		) -> Option<Judgement>;
	}
}
