//! What a game and the pallet that collects the reports on its work are to each other.

use crate::{Round, ScorePhase, SessionIndex};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use sp_runtime::traits::AtLeast32BitUnsigned;

/// Names that keep what is signed and hashed for one game from being used in another, and calls apart in the pool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Domains {
	/// Of the hash of a report, see [`learnware_primitives::commitment::report`].
	pub report: &'static str,
	/// Of the signature of a commitment.
	pub commit: &'static str,
	/// Of the signature of a reveal.
	pub reveal: &'static str,
}

/// A game whose work scorers judge.
pub trait Game {
	/// Block number.
	type BlockNumber: AtLeast32BitUnsigned + Copy;
	/// What names a piece of work. Never used again: what scorers sign holds for one round only.
	type WorkId: Parameter + MaxEncodedLen + Copy + Ord;
	/// What scorers agree on.
	type Report: Parameter + MaxEncodedLen;
	/// A piece of work as the game needs it to judge a report's form, and to end it.
	type Work;
	/// What a report says could not be fetched.
	type Unavailable: PartialEq;

	/// Names of this game.
	const DOMAINS: Domains;

	/// A piece of work in its round.
	fn in_round(id: Self::WorkId) -> Option<(Self::Work, Round<Self::BlockNumber>)>;
	/// Whether it is stored of a piece of work that its round has begun, even if the round is over by now.
	fn has_begun(id: Self::WorkId) -> bool;
	/// Whether a report has the form that the work asks for.
	fn is_well_formed(work: &Self::Work, report: &Self::Report) -> bool;
	/// What a report says could not be fetched.
	fn unavailable(report: &Self::Report) -> Self::Unavailable;
	/// A commitment was stored. If the round began by a deadline alone, this is the time to store that it has begun.
	fn begin(id: Self::WorkId, work: Self::Work, round: Round<Self::BlockNumber>);
	/// All scorers that committed have revealed: the game is to [`close`](Quorum::close) the round of `session` and to end
	/// the work.
	fn complete(id: Self::WorkId, work: Self::Work, session: SessionIndex);
}

/// The report that more than two thirds of the scorers agree on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision<Report, AccountId> {
	/// The report.
	pub report: Report,
	/// Accounts of the scorers that revealed it.
	pub agreeing: Vec<AccountId>,
}

/// What a game asks of the pallet that collects the reports on its work.
pub trait Quorum {
	/// Account that a scorer is paid on.
	type AccountId;
	/// Block number.
	type BlockNumber;
	/// See [`Game::WorkId`].
	type WorkId;
	/// See [`Game::Report`].
	type Report;
	/// Most scorers of a session.
	type MaxScorers: Get<u32>;

	/// The session whose scorers score what was complete in block `at`, if it is still remembered.
	fn session_at(at: Self::BlockNumber) -> Option<SessionIndex>;
	/// What scorers must know of the round of a piece of work, if it is in it.
	fn score_phase(id: Self::WorkId) -> Option<ScorePhase<Self::BlockNumber>>;
	/// Ends the round of a piece of work, which was scored by `session`: tells the validator set who deviated and who was
	/// absent, if there is a decision, and removes all that scorers have sent.
	fn close(id: Self::WorkId, session: SessionIndex) -> Option<Decision<Self::Report, Self::AccountId>>;

	/// Makes so many accounts the scorers of the present session.
	#[cfg(feature = "runtime-benchmarks")]
	fn appoint(count: u32) -> SessionIndex;
	/// Fills the round of a piece of work: see [`Panel`](crate::Panel).
	#[cfg(feature = "runtime-benchmarks")]
	fn fill(id: Self::WorkId, panel: crate::Panel, report: impl Fn(u32) -> Self::Report);
}
