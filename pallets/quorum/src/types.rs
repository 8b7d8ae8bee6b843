//! What is stored and told of a round.

use crate::{ScorerIndex, SessionIndex};
use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, BoundedBTreeMap, DefaultNoBound};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::commitment::Salt;
use sp_core::H256;
use sp_runtime::traits::{AtLeast32BitUnsigned, Zero};

/// Shortest round: half of it is for commitments, half for reveals, and finality lags a few blocks.
pub const MIN_SCORE_PERIOD: u32 = 10;

/// The time in which scorers report on a piece of work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Round<BlockNumber> {
	/// Block in which everything was there that is judged.
	pub since: BlockNumber,
	/// First block in which no report counts any more.
	pub until: BlockNumber,
	/// Session whose validators are the scorers.
	pub session: SessionIndex,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Round<BlockNumber> {
	/// Block in which reveals are taken at the latest: half of the round is for commitments.
	pub fn reveal_from(&self) -> BlockNumber {
		let half = self.until.saturating_sub(self.since).checked_div(&2u32.into());
		self.since.saturating_add(half.unwrap_or_else(Zero::zero))
	}
}

/// What scorers have sent for one piece of work.
#[derive(
	CloneNoBound, DebugNoBound, Decode, DefaultNoBound, Encode, EqNoBound, MaxEncodedLen, PartialEqNoBound, TypeInfo,
)]
#[scale_info(skip_type_params(MaxScorers))]
pub struct Tally<MaxScorers: Get<u32>> {
	/// Hashes of the first half.
	pub commits: BoundedBTreeMap<ScorerIndex, H256, MaxScorers>,
	/// Hashes of the reports of the second half.
	pub reveals: BoundedBTreeMap<ScorerIndex, H256, MaxScorers>,
}

impl<MaxScorers: Get<u32>> Tally<MaxScorers> {
	/// The report that more than two thirds of `scorers` revealed. There is none if the session is forgotten, and
	/// `scorers` is 0: otherwise a few scorers could wait until it is forgotten and then decide alone.
	pub fn decided(&self, scorers: u32) -> Option<H256> {
		if scorers == 0 {
			return None;
		}
		self.reveals.values().copied().find(|hash| {
			let votes = self.reveals.values().filter(|other| *other == hash).count() as u64;
			votes.saturating_mul(3) > u64::from(scorers).saturating_mul(2)
		})
	}
}

/// A report with what opens its commitment.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct ReportReveal<Id, Report> {
	/// The work it is about.
	pub work: Id,
	/// The report.
	pub report: Report,
	/// The salt of its commitment.
	pub salt: Salt,
}

/// What a scorer must know of a round.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct ScorePhase<BlockNumber> {
	/// See [`Round::since`].
	pub since: BlockNumber,
	/// See [`Round::until`].
	pub until: BlockNumber,
	/// See [`Round::session`].
	pub session: SessionIndex,
	/// Reveals are taken now; commitments are not.
	pub revealing: bool,
	/// First block in which reveals are taken and commitments are not, if not all commit before.
	pub reveal_from: BlockNumber,
	/// Scorers that have committed, each with the hash of its report.
	pub committed: Vec<(ScorerIndex, H256)>,
	/// Scorers that have revealed.
	pub revealed: Vec<ScorerIndex>,
}

/// Bytes that a scorer signs when it commits to reports, and when it reveals them: domain, genesis, session
/// and scorer make the signature worthless anywhere else.
pub fn signing_payload(
	domain: &str,
	genesis: &H256,
	session: SessionIndex,
	scorer: ScorerIndex,
	entries: &impl Encode,
) -> Vec<u8> {
	(domain, genesis, session, scorer, entries).encode()
}

/// Hash of the first block: the chain's identity in all that is signed and committed to.
pub fn genesis<T: frame_system::Config>() -> H256 {
	H256::from_slice(frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).as_ref())
}
