//! # Quorum
//!
//! How scorers agree on what a piece of work came to, the same for every game. An instance of this pallet collects the
//! reports on the work of one game, so that calls, events and weights know the game's own types.
//!
//! ## Overview
//!
//! A game gives out **work** that scorers judge off chain. In the **round** of a piece of work each scorer commits to the
//! hash of its **report**, then reveals the report; half of the round is for commitments, or less when all have committed.
//! A report that more than two thirds of the scorers of the session reveal decides. Scorers that reveal something else, or
//! nothing, are named to the validator set, which counts and slashes.
//!
//! The calls are feeless and authorized by the scorers' session keys. What is authorized can always be stored.
//!
//! ## A game and its quorum
//!
//! A game implements [`Game`]: what a report is, which work is in its round, and what the end of a round means. It asks its
//! instance of this pallet through [`Quorum`] for the round as scorers see it, and for the decision when a round is over.
//! Rounds are not stored here: they follow from the game's own phases.
//!
//! The crate also has what else games have in common: [`Disclosure`] of secret files, [`deadline`]s, and spending what is
//! held ([`Purse`], [`Ledger`]).

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;
// The scorers of the mock, which the tests here share with those of the games, know this crate by its name.
#[cfg(test)]
extern crate self as pallet_quorum;

mod authorize;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod disclosure;
mod game;
#[cfg(test)]
mod mock;
mod money;
mod page;
mod reports;
pub mod runtime_api;
mod schedule;
mod scorers;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
pub mod weights;

pub use authorize::Refusal;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::{try_calls, BenchmarkGame, BenchmarkHelper, Panel};
pub use disclosure::{Disclosure, Location, RevealError};
pub use game::{Decision, Domains, Game, Quorum};
pub use money::{release, slash, Ledger, Purse};
pub use page::page;
pub use pallet::*;
pub use schedule::{deadline, MIN_REVEAL_PERIOD};
pub use scorers::{ScorerIndex, Scorers, SessionIndex, Standing};
pub use types::{genesis, signing_payload, ReportReveal, Round, ScorePhase, Tally, MIN_SCORE_PERIOD};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{Decision, Game, ReportReveal, ScorerIndex, Scorers, SessionIndex, Tally, WeightInfo};
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::{traits::SaturatedConversion, RuntimeAppPublic};

	/// What names a piece of work.
	pub type WorkIdOf<T, I> = <<T as Config<I>>::Game as Game>::WorkId;
	/// What scorers agree on.
	pub type ReportOf<T, I> = <<T as Config<I>>::Game as Game>::Report;
	/// Key of a scorer.
	pub type KeyOf<T, I> = <<T as Config<I>>::Scorers as Scorers>::Key;
	/// Signature of a scorer.
	pub type SignatureOf<T, I> = <KeyOf<T, I> as RuntimeAppPublic>::Signature;
	/// [`Tally`] of a runtime.
	pub type TallyOf<T, I> = Tally<<T as Config<I>>::MaxScorers>;
	/// [`Decision`] of a runtime.
	pub type DecisionOf<T, I> = Decision<ReportOf<T, I>, <T as frame_system::Config>::AccountId>;
	/// Report commitments of one call: work in rising order, each with the hash of the report on it.
	pub type ReportCommitments<T, I> = BoundedVec<(WorkIdOf<T, I>, H256), ConstU32<MAX_COMMITMENTS_PER_CALL>>;
	/// Revealed reports of one call, work in rising order.
	pub type ReportReveals<T, I> =
		BoundedVec<ReportReveal<WorkIdOf<T, I>, ReportOf<T, I>>, ConstU32<MAX_REVEALS_PER_CALL>>;

	/// Most report commitments in one call.
	pub const MAX_COMMITMENTS_PER_CALL: u32 = 16;
	/// Most reports revealed in one call.
	pub const MAX_REVEALS_PER_CALL: u32 = 4;

	#[pallet::config]
	pub trait Config<I: 'static = ()>: frame_system::Config {
		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// The game on whose work scorers report.
		type Game: Game<BlockNumber = BlockNumberFor<Self>>;

		/// Who scores.
		type Scorers: Scorers<
			AccountId = Self::AccountId,
			BlockNumber = BlockNumberFor<Self>,
			Key: RuntimeAppPublic<Signature: Parameter>,
		>;

		/// Most scorers of a session.
		#[pallet::constant]
		type MaxScorers: Get<u32>;

		/// Sets up scorers for benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<KeyOf<Self, I>>;
	}

	/// Version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T, I = ()>(_);

	/// What the scorers have sent on each piece of work in its round. The hasher is cheap: nobody chooses the keys.
	#[pallet::storage]
	pub type Tallies<T: Config<I>, I: 'static = ()> =
		StorageMap<_, Twox64Concat, WorkIdOf<T, I>, TallyOf<T, I>, ValueQuery>;

	/// The different reports revealed on a piece of work, by their hash; one, when all agree.
	#[pallet::storage]
	pub type Reports<T: Config<I>, I: 'static = ()> =
		StorageDoubleMap<_, Twox64Concat, WorkIdOf<T, I>, Identity, H256, ReportOf<T, I>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config<I>, I: 'static = ()> {
		/// A scorer committed to a report.
		ReportCommitted {
			/// The work.
			work: WorkIdOf<T, I>,
			/// Session of validators that the scorer belongs to.
			session: SessionIndex,
			/// Its place in the session.
			scorer: ScorerIndex,
		},
		/// A scorer revealed its report.
		ReportRevealed {
			/// The work.
			work: WorkIdOf<T, I>,
			/// Session of validators that the scorer belongs to.
			session: SessionIndex,
			/// Its place in the session.
			scorer: ScorerIndex,
			/// Hash of the report.
			report: H256,
		},
		/// Something happened that should not be possible; please report it.
		Unexpected(UnexpectedKind),
	}

	/// What should not be possible.
	#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
	pub enum UnexpectedKind {
		/// An authorized report could not be stored.
		#[codec(index = 0)]
		ReportNotStored,
	}

	#[pallet::hooks]
	impl<T: Config<I>, I: 'static> Hooks<BlockNumberFor<T>> for Pallet<T, I> {
		fn integrity_test() {
			assert!(T::MaxScorers::get() > 0, "nobody could score");
			// The pool drops a call whose weight leaves no room for others.
			let max = T::BlockWeights::get().get(DispatchClass::Normal).max_extrinsic.unwrap_or_default();
			let half = Weight::from_parts(max.ref_time() / 2, max.proof_size() / 2);
			let reveal = T::WeightInfo::reveal_report(MAX_REVEALS_PER_CALL)
				.saturating_add(T::WeightInfo::authorize_reveal_report(MAX_REVEALS_PER_CALL));
			assert!(reveal.all_lte(half), "a full reveal_report ({reveal:?}) must fit half of an extrinsic ({half:?})");
			let commit = T::WeightInfo::commit_report(MAX_COMMITMENTS_PER_CALL)
				.saturating_add(T::WeightInfo::authorize_commit_report(MAX_COMMITMENTS_PER_CALL));
			assert!(commit.all_lte(half), "a full commit_report ({commit:?}) must fit half of an extrinsic ({half:?})");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config<I>, I: 'static> Pallet<T, I> {
		/// Commits a scorer to its reports on some pieces of work. Feeless; the node sends it.
		///
		/// - `session`, `scorer`: who.
		/// - `commitments`: work in rising order, each with the hash of the report.
		/// - `signature`: of the scorer's session key over [`signing_payload`](crate::signing_payload).
		///
		/// Emits `ReportCommitted` for each.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config<I>>::WeightInfo::commit_report(commitments.len().saturated_into()))]
		#[pallet::weight_of_authorize(<T as Config<I>>::WeightInfo::authorize_commit_report(commitments.len().saturated_into()))]
		#[pallet::authorize(|_, session, scorer, commitments, signature| {
			Pallet::<T, I>::authorize_commit(*session, *scorer, commitments, signature)
		})]
		pub fn commit_report(
			origin: OriginFor<T>,
			session: SessionIndex,
			scorer: ScorerIndex,
			commitments: ReportCommitments<T, I>,
			signature: SignatureOf<T, I>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_commit(session, scorer, commitments);
			Ok(())
		}

		/// Reveals a scorer's reports. When everybody who committed has revealed, the work is ended. Feeless; the node sends
		/// it.
		///
		/// - `session`, `scorer`: who.
		/// - `reveals`: work in rising order, each with its report and salt.
		/// - `signature`: of the scorer's session key over [`signing_payload`](crate::signing_payload).
		///
		/// Emits `ReportRevealed` for each.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config<I>>::WeightInfo::reveal_report(reveals.len().saturated_into()))]
		#[pallet::weight_of_authorize(<T as Config<I>>::WeightInfo::authorize_reveal_report(reveals.len().saturated_into()))]
		#[pallet::authorize(|_, session, scorer, reveals, signature| {
			Pallet::<T, I>::authorize_reveal(*session, *scorer, reveals, signature)
		})]
		pub fn reveal_report(
			origin: OriginFor<T>,
			session: SessionIndex,
			scorer: ScorerIndex,
			reveals: ReportReveals<T, I>,
			signature: SignatureOf<T, I>,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_reveal(session, scorer, reveals);
			Ok(())
		}
	}
}
