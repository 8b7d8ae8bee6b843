//! What a pallet says of itself.

use crate::{Round, Tally};
use frame_support::{pallet_prelude::*, StorageDoubleMap, StorageMap};
use learnware_primitives::scorers::{ScorerIndex, Scorers, SessionIndex};
use sp_core::H256;
use sp_runtime::{traits::AtLeast32BitUnsigned, RuntimeAppPublic};

/// Names that keep what is signed and hashed for one game from being used in another, and calls apart in the pool.
#[derive(Clone, Copy, Debug)]
pub struct Domains {
	/// Of the hash of a report, see [`learnware_primitives::commitment::report`].
	pub report: &'static str,
	/// Of the signature of a commitment.
	pub commit: &'static str,
	/// Of the signature of a reveal.
	pub reveal: &'static str,
}

/// A pallet whose work scorers judge.
pub trait Game {
	/// Account that a scorer is paid on.
	type AccountId;
	/// Block number.
	type BlockNumber: AtLeast32BitUnsigned + Copy;
	/// Session key of scorers.
	type ScorerId: RuntimeAppPublic<Signature: Decode>;
	/// Who scores.
	type Scorers: Scorers<AccountId = Self::AccountId, BlockNumber = Self::BlockNumber, Key = Self::ScorerId>;
	/// Most scorers of a session.
	type MaxScorers: Get<u32>;
	/// What names a piece of work. Never used again: what scorers sign holds for one round only.
	type Id: Parameter + Copy + Ord;
	/// What scorers agree on.
	type Report: Parameter;
	/// A piece of work as the game needs it to judge a report's form, and to end it.
	type Work;
	/// What scorers have sent.
	type Tallies: StorageMap<Self::Id, Tally<Self::MaxScorers>, Query = Tally<Self::MaxScorers>>;
	/// The different reports revealed, by their hash.
	type Reports: StorageDoubleMap<Self::Id, H256, Self::Report, Query = Option<Self::Report>>;

	/// Names of this game.
	const DOMAINS: Domains;

	/// The block that is being built.
	fn now() -> Self::BlockNumber;
	/// The chain's identity.
	fn genesis() -> H256;
	/// A piece of work in its round.
	fn in_round(work: Self::Id) -> Option<(Self::Work, Round<Self::BlockNumber>)>;
	/// Whether a report has the form that the work asks for.
	fn is_well_formed(work: &Self::Work, report: &Self::Report) -> bool;
	/// A scorer's commitment is stored. If the round began by a deadline alone, this is the time to store that, too.
	fn committed(work: Self::Id, scored: Self::Work, round: Round<Self::BlockNumber>, scorer: ScorerIndex);
	/// A scorer's report is stored.
	fn revealed(work: Self::Id, session: SessionIndex, scorer: ScorerIndex, report: H256);
	/// All who committed have revealed: the work ends.
	fn complete(work: Self::Id, scored: Self::Work, session: SessionIndex);
	/// What was authorized could not be stored.
	fn not_stored();
}
