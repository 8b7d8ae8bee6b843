//! What clients and scorers ask the chain.

use crate::types::*;
use alloc::vec::Vec;
use learnware_primitives::training::Limits;
use pallet_quorum::ScorePhase;
use parity_scale_codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;

/// One session with its present stage.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct TrainingInfo<AccountId, Balance, BlockNumber> {
	/// Its number.
	pub training: TrainingId,
	/// What the chain stores of it.
	pub record: TrainingRecord<AccountId, Balance, BlockNumber>,
	/// Where it is now.
	pub stage: Stage<BlockNumber>,
	/// The part of the test set that the student must show, or has shown; unknown in the block of its opening.
	pub drawn: Option<u32>,
	/// The parts that the lessons of this epoch are scored on.
	pub due: Vec<u32>,
	/// Lessons committed in this epoch.
	pub committed: u32,
	/// Lessons revealed in this epoch.
	pub revealed: u32,
}

/// A session with all that belongs to it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct TrainingDetails<AccountId, Balance, BlockNumber> {
	/// The session.
	pub info: TrainingInfo<AccountId, Balance, BlockNumber>,
	/// The parts of its test set.
	pub test_set: Vec<Disclosure>,
	/// The lessons of this epoch, in order of commitment.
	pub lessons: Vec<LessonRecord<AccountId>>,
}

/// A lesson of one account.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct LessonInfo<Balance, BlockNumber> {
	/// The session.
	pub training: TrainingId,
	/// Its present epoch.
	pub epoch: EpochIndex,
	/// Position among the lessons of the epoch.
	pub position: u32,
	/// Where the session is now, with the deadline.
	pub stage: Stage<BlockNumber>,
	/// How far the lesson is.
	pub state: Disclosure,
	/// What is on hold for it.
	pub deposit: Balance,
}

/// An epoch that scorers work on.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Work<BlockNumber> {
	/// The epoch.
	pub work: WorkId,
	/// The version of the replay that scores it.
	pub version: u16,
	/// Location of the module.
	pub learnware: Location,
	/// What it begins with.
	pub start: Start,
	/// What it may use.
	pub limits: Limits,
	/// Locations of the lessons revealed so far, in order of commitment.
	pub lessons: Vec<Location>,
	/// Locations of the parts to score it on, in their order; empty until all of them are revealed.
	pub test: Vec<Location>,
	/// The score phase, once it has begun.
	pub score: Option<ScorePhase<BlockNumber>>,
}

sp_api::decl_runtime_apis! {
	/// Questions to learnware rewards.
	pub trait LearnwareRewardsApi<AccountId, Balance, BlockNumber>
	where
		AccountId: Codec,
		Balance: Codec,
		BlockNumber: Codec,
	{
		/// A session that is on, with its lessons and test set.
		fn training(training: TrainingId) -> Option<TrainingDetails<AccountId, Balance, BlockNumber>>;
		/// Sessions that are on, at most `limit` (and at most 256) with a number of at least `from`, in rising order.
		fn trainings(from: TrainingId, limit: u32) -> Vec<TrainingInfo<AccountId, Balance, BlockNumber>>;
		/// Lessons of `who` in the present epochs of sessions that are on, as [`LearnwareRewardsApi::trainings`] pages.
		fn lessons_of(who: AccountId, from: TrainingId, limit: u32) -> Vec<LessonInfo<Balance, BlockNumber>>;
		/// Sessions in their reveal, test or score phase, as [`LearnwareRewardsApi::trainings`] pages.
		fn work(from: TrainingId, limit: u32) -> Vec<Work<BlockNumber>>;
	}
}
