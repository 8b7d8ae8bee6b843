//! # Learnware rewards
//!
//! Tutors are paid for what a model learned of them, without trust. A *student* owns a **learnware**, a model as a
//! WebAssembly module, and declares a budget on a curve over the model's score. *Tutors* bring lessons, files that the
//! model learns from. The validators replay all of it, agree on the score before and after each lesson, and the chain pays
//! the difference of the curve.
//!
//! ## Overview
//!
//! `Show -> Commit -> Reveal -> Test -> Score -> gone, or Commit of the next epoch`
//!
//! The student commits to the parts of its test set when it opens a **training session**. One part, drawn by the hash of
//! that block, is shown first: it proves that the set exists, and tells tutors what is asked; nobody is scored on it.
//! Tutors commit to lessons and reveal them, so that nobody can copy one. Then the student reveals what the lessons are
//! scored on: with [`Settlement::AtEnd`](learnware_primitives::training::Settlement), all other parts; with `PerStep`,
//! the next part, and the session goes on with another **epoch** until the parts are used up. So nobody knows the
//! questions before the lessons are fixed. The scorers teach the lessons in order of commitment; one that makes the
//! learnware worse is left out. The first epoch begins with what the module begins with, or with a **state** that the
//! session is opened with, such as an earlier one has ended with; each other epoch begins with what was learned.
//!
//! A phase is a function of the block number and of what has happened; nothing is iterated each block. The block of a
//! deadline belongs to the later phase, and a phase ends early when everybody who can act has acted. The phases in which
//! lessons and the test set are revealed never end before their schedule for anybody who has not: a tutor knows when it
//! commits by when to reveal, and a student by when its test set is due at the earliest. When a deadline has passed,
//! anybody may [`resolve`](Pallet::resolve).
//!
//! ## Money
//!
//! Budget, fees and deposits are held, never transferred to a pot. However a session ends, all that was held has been
//! paid, refunded or slashed in the block in which its state is removed; `try_state` proves that holds and storage agree.
//!
//! - A rise pays its tutor the difference of the curve. A fall pays nothing or, with `EarnOrPay`, costs the tutor the
//!   difference, at most the deposit.
//! - What was charged can pay later lessons. What is left of it in the end is slashed: a student, who wrote the module,
//!   must not get back what a module has cost tutors that makes lessons look bad.
//! - A lesson that is not revealed, or whose file cannot be had, costs its deposit. One at which the module traps costs
//!   nothing: the module is the student's.
//! - A student that withholds the test set, or whose files are of no use, loses its deposit, and one epoch's share of the
//!   budget in equal parts to the tutors who revealed: otherwise lessons could be had for nothing.
//! - Without a quorum, all goes back, except the deposits of who did not reveal.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
mod game;
#[cfg(test)]
mod mock;
mod money;
pub mod runtime_api;
mod settlement;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod view;
pub mod weights;

pub use pallet::*;
use pallet_quorum::{Quorum, MIN_REVEAL_PERIOD, MIN_SCORE_PERIOD};
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{types::*, WeightInfo};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold::Balanced},
			OnUnbalanced,
		},
	};
	use frame_system::pallet_prelude::*;
	use learnware_primitives::{
		commitment::Salt,
		training::curve::{Curve, Ratio},
	};
	use pallet_quorum::{Quorum, RevealError, MIN_REVEAL_PERIOD, MIN_SCORE_PERIOD};
	use sp_core::H256;
	use sp_runtime::traits::SaturatedConversion;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Native token; budgets, fees and deposits are held in it.
		type Currency: fungible::Inspect<Self::AccountId, Balance = u128>
			+ fungible::MutateHold<Self::AccountId, Reason: From<HoldReason>>
			+ fungible::Mutate<Self::AccountId>
			+ Balanced<Self::AccountId>;

		/// Where slashed deposits go; never to a student or tutor, who would gain by the other's loss.
		type Slashed: OnUnbalanced<fungible::Credit<Self::AccountId, Self::Currency>>;

		/// Collects the reports of scorers on epochs.
		type Quorum: Quorum<
			AccountId = Self::AccountId,
			BlockNumber = BlockNumberFor<Self>,
			WorkId = WorkId,
			Report = ScorerReport,
		>;

		/// Held from a student, whatever its session.
		#[pallet::constant]
		type TrainingDeposit: Get<BalanceOf<Self>>;

		/// Held from a student for each part of its test set.
		#[pallet::constant]
		type PartDeposit: Get<BalanceOf<Self>>;

		/// Smallest budget.
		#[pallet::constant]
		type MinBudget: Get<BalanceOf<Self>>;

		/// Smallest deposit of a lesson.
		#[pallet::constant]
		type MinLessonDeposit: Get<BalanceOf<Self>>;

		/// Least that scorers get for each unit of fuel that a lesson may use.
		#[pallet::constant]
		type MinFeePerFuel: Get<BalanceOf<Self>>;

		/// Most units of fuel for each block of the score period.
		#[pallet::constant]
		type MaxFuelPerBlock: Get<u32>;

		/// Blocks in which the drawn part is shown.
		#[pallet::constant]
		type ShowPeriod: Get<BlockNumberFor<Self>>;

		/// Longest commit, reveal, test or score period.
		#[pallet::constant]
		type MaxPeriod: Get<BlockNumberFor<Self>>;

		/// Most sessions that are on.
		#[pallet::constant]
		type MaxTrainings: Get<u32>;

		/// Most sessions of one student that are on.
		#[pallet::constant]
		type MaxTrainingsPerAccount: Get<u32>;
	}

	/// Why balances are held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit of a student.
		#[codec(index = 0)]
		TrainingDeposit,
		/// What a student pays for lessons.
		#[codec(index = 1)]
		Budget,
		/// What a student pays for scores.
		#[codec(index = 2)]
		ScoringFee,
		/// What a tutor may lose.
		#[codec(index = 3)]
		LessonDeposit,
	}

	/// Version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Number of the next session.
	#[pallet::storage]
	pub type NextTraining<T> = StorageValue<_, TrainingId, ValueQuery>;

	/// Sessions that are on. The hasher is cheap: nobody chooses the keys.
	#[pallet::storage]
	pub type Trainings<T: Config> = CountedStorageMap<_, Twox64Concat, TrainingId, TrainingRecordOf<T>>;

	/// Sessions of each student that are on; none for those that have none.
	#[pallet::storage]
	pub type TrainingsOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// Test sets, apart from the sessions: most calls do not need them.
	#[pallet::storage]
	pub type TestSets<T: Config> = StorageMap<_, Twox64Concat, TrainingId, TestSet, ValueQuery>;

	/// Lessons of the present epoch.
	#[pallet::storage]
	pub type Lessons<T: Config> = StorageMap<_, Twox64Concat, TrainingId, LessonsOf<T>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A session was opened.
		TrainingOpened {
			/// Its number.
			training: TrainingId,
			/// Who pays.
			student: T::AccountId,
			/// Binary CID of the WebAssembly module.
			learnware: Location,
			/// Binary CID of the state that it begins with; empty for what the module begins with.
			state: Location,
			/// Hashes of the parts of its test set.
			test_set: TestCommitments,
			/// What the whole curve is worth.
			budget: BalanceOf<T>,
			/// What is paid for.
			curve: Curve,
			/// The terms.
			terms: TermsOf<T>,
		},
		/// Parts of a test set were revealed.
		PartsRevealed {
			/// The session.
			training: TrainingId,
			/// The parts, by their index.
			parts: Vec<(u32, Location)>,
		},
		/// A lesson was committed and its deposit held.
		LessonCommitted {
			/// The session.
			training: TrainingId,
			/// The epoch.
			epoch: EpochIndex,
			/// Who teaches.
			who: T::AccountId,
			/// Hash of the lesson's location.
			commitment: H256,
		},
		/// A lesson was withdrawn and its deposit released.
		LessonWithdrawn {
			/// The session.
			training: TrainingId,
			/// Who taught.
			who: T::AccountId,
		},
		/// A lesson was revealed.
		LessonRevealed {
			/// The session.
			training: TrainingId,
			/// The epoch.
			epoch: EpochIndex,
			/// Who teaches.
			who: T::AccountId,
			/// Binary CID of the lesson.
			location: Location,
		},
		/// A session entered its next phase.
		PhaseStarted {
			/// The session.
			training: TrainingId,
			/// The epoch.
			epoch: EpochIndex,
			/// The phase.
			phase: Phase<BlockNumberFor<T>>,
		},
		/// The lessons of an epoch are settled: their deposits have been released, charged or slashed.
		EpochSettled {
			/// The session.
			training: TrainingId,
			/// The epoch.
			epoch: EpochIndex,
			/// Score before the first lesson, if they were scored.
			before: Option<Ratio>,
			/// Score after the last lesson that was kept, if they were scored.
			after: Option<Ratio>,
			/// Binary CID of what the learnware knows now; empty for what the module begins with.
			state: Location,
			/// What went to scorers.
			scoring_fee: BalanceOf<T>,
			/// What became of each lesson, in order of commitment.
			lessons: Vec<LessonOutcomeOf<T>>,
		},
		/// A session is over: everything that was held for it has been paid, refunded or slashed.
		TrainingClosed {
			/// The session.
			training: TrainingId,
			/// Who paid.
			student: T::AccountId,
			/// How it ended.
			end: End,
			/// What the whole curve was worth.
			budget: BalanceOf<T>,
			/// Paid to tutors.
			paid: BalanceOf<T>,
			/// Taken from tutors.
			charged: BalanceOf<T>,
			/// What of the budget went back to the student.
			returned: BalanceOf<T>,
			/// Slashed of what tutors were charged and of the student's deposit.
			slashed: BalanceOf<T>,
			/// Its last score, if it has any.
			score: Option<Ratio>,
			/// Binary CID of what the learnware knows; empty for what the module begins with.
			state: Location,
		},
		/// Something happened that should not be possible; please report it.
		Unexpected(UnexpectedKind),
	}

	/// What should not be possible.
	#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
	pub enum UnexpectedKind {
		/// Less was on hold than storage says.
		#[codec(index = 0)]
		HoldTooSmall,
	}

	#[pallet::error]
	pub enum Error<T> {
		/// This account has committed a lesson to this epoch already. Withdraw it first to commit another one.
		AlreadyCommitted,
		/// This file is revealed already; there is nothing left to do.
		AlreadyRevealed,
		/// The budget is below `MinBudget`. Offer more.
		BudgetTooSmall,
		/// The curve does not rise: a logarithmic one has `min < mid < max <= 1` with denominators above 0, the log of the
		/// error an `h` of at least 3.
		CurveInvalid,
		/// `terms.deposit` is below `MinLessonDeposit`. Raise it.
		DepositTooSmall,
		/// `terms.scoring_fee` is below twice the fuel times `MinFeePerFuel`. Offer more, or limit the fuel.
		FeeTooSmall,
		/// The session has lessons under way, or its drawn part is not shown yet. Wait until it has not.
		HasLessons,
		/// The location is not the binary CID of a file that scorers can fetch: CIDv0, or CIDv1 with codec raw or
		/// dag-pb, and a SHA-256 multihash. `learnware ipfs add FILE` prints it.
		InvalidLocation,
		/// Location and salt do not hash to the commitment. Reveal with what was committed.
		InvalidReveal,
		/// `terms.max_lessons` is 1 to 64.
		LessonLimits,
		/// `terms.limits` is above 0 and at most 1,000 units of fuel, 512 MiB of memory and 64 MiB of state.
		LimitsOutOfBounds,
		/// This account has no lesson committed to this epoch.
		NotCommitted,
		/// This part of the test set is not due now, or not in the test set, or named twice.
		NotDue,
		/// No deadline of the session has passed; there is nothing to resolve.
		NotOverdue,
		/// Only the student may do this.
		NotStudent,
		/// A test set has 2 to 128 parts, no two with the same commitment.
		PartLimits,
		/// A period is above `MaxPeriod`. Shorten it.
		PeriodTooLong,
		/// The commit period is at least 1 block, reveal and test period at least 20, the score period at least 10. Lengthen
		/// it.
		PeriodTooShort,
		/// Scorers need more time for that much fuel: `(2 * max_lessons + 1) * limits.fuel` is at most `score_period / 2 *
		/// MaxFuelPerBlock`. Lengthen the score period, or lower the others.
		ScorePeriodTooShort,
		/// It is too early for this; the phase before it is still on.
		TooEarly,
		/// It is too late: the phase for this is over, or as many lessons were committed as the terms allow.
		TooLate,
		/// As many sessions are on as the chain allows (`MaxTrainings`). Try again later.
		TooManyTrainings,
		/// This account has as many sessions as the chain allows (`MaxTrainingsPerAccount`). Wait until some are over.
		TooManyTrainingsOfAccount,
		/// There is no such session: it was never opened, or it is over.
		UnknownTraining,
	}

	impl<T> From<RevealError> for Error<T> {
		fn from(error: RevealError) -> Self {
			match error {
				RevealError::AlreadyRevealed => Self::AlreadyRevealed,
				RevealError::InvalidLocation => Self::InvalidLocation,
				RevealError::InvalidReveal => Self::InvalidReveal,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxTrainings::get() > 0, "no session could be opened");
			let longest = MIN_REVEAL_PERIOD.max(MIN_SCORE_PERIOD);
			assert!(T::MaxPeriod::get() >= longest.into(), "no period to reveal or to score would be legal");
			assert!(T::ShowPeriod::get() < T::BlockHashCount::get(), "the draw would be forgotten");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Opens a training session.
		///
		/// - `learnware`: binary CID of a WebAssembly module.
		/// - `state`: binary CID of what it has saved, and is to begin with; empty for what it begins with by itself.
		/// - `test_set`: for each part, `blake2_256(SCALE("learnware/test-part/1", genesis_hash, student, index, location,
		///   salt))`.
		/// - `budget`: what the whole curve is worth.
		/// - `curve`: what is paid for which score.
		/// - `terms`: deposit, limits, periods and fees.
		///
		/// Holds the budget, the scoring fees of all epochs, and a deposit that grows with the parts. Emits
		/// `TrainingOpened`.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::open_training(test_set.len().saturated_into()))]
		pub fn open_training(
			origin: OriginFor<T>,
			learnware: Location,
			state: Location,
			test_set: TestCommitments,
			#[pallet::compact] budget: BalanceOf<T>,
			curve: Curve,
			terms: TermsOf<T>,
		) -> DispatchResult {
			let student = ensure_signed(origin)?;
			Self::do_open_training(student, learnware, state, test_set, budget, curve, terms)
		}

		/// Ends a session in which no lesson is under way; what is left of the budget goes back.
		///
		/// Only for its student, in the commit phase. Emits `TrainingClosed`.
		#[pallet::call_index(1)]
		pub fn close_training(origin: OriginFor<T>, training: TrainingId) -> DispatchResult {
			let student = ensure_signed(origin)?;
			Self::do_close_training(student, training)
		}

		/// Shows parts of the test set: in the show phase the one that was drawn (see [`draw`](crate::draw)), in the test
		/// phase those that the lessons are scored on, all together or in several calls.
		///
		/// - `training`: the session.
		/// - `parts`: each with its location and the secret of its commitment.
		///
		/// Only for the student. Emits `PartsRevealed`.
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::reveal_test_set(parts.len().saturated_into()))]
		pub fn reveal_test_set(origin: OriginFor<T>, training: TrainingId, parts: PartReveals) -> DispatchResult {
			let student = ensure_signed(origin)?;
			Self::do_reveal_test_set(student, training, parts)
		}

		/// Commits to a lesson without showing it.
		///
		/// - `training`: the session.
		/// - `commitment`: `blake2_256(SCALE("learnware/lesson/1", genesis_hash, training, epoch, account, location, salt))`.
		///
		/// Holds the deposit. Whoever does not reveal loses it. Emits `LessonCommitted`.
		#[pallet::call_index(3)]
		pub fn commit_lesson(origin: OriginFor<T>, training: TrainingId, commitment: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_lesson(who, training, commitment)
		}

		/// Takes back a commitment in the commit phase, with its deposit. Emits `LessonWithdrawn`.
		#[pallet::call_index(4)]
		pub fn withdraw_lesson(origin: OriginFor<T>, training: TrainingId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_lesson(who, training)
		}

		/// Shows the lesson that was committed.
		///
		/// - `training`: the session.
		/// - `location`: binary CID of the lesson.
		/// - `salt`: the secret of the commitment.
		///
		/// In the reveal phase only. Emits `LessonRevealed`.
		#[pallet::call_index(5)]
		pub fn reveal_lesson(
			origin: OriginFor<T>,
			training: TrainingId,
			location: Location,
			salt: Salt,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal_lesson(who, training, location, salt)
		}

		/// Moves a session whose deadline has passed to its next phase, its next epoch or its end. For anybody; free of
		/// charge when there was something to do.
		#[pallet::call_index(6)]
		pub fn resolve(origin: OriginFor<T>, training: TrainingId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_resolve(training)?;
			Ok(Pays::No.into())
		}
	}
}
