//! The validator set: who validates, with which key each validator reports scores, and how well it does.
//!
//! # Validator set pallet
//!
//! ## Pallet API
//!
//! See the [`pallet`] module for the calls, storage, events and errors.
//!
//! ## Overview
//!
//! A chain without staking needs three things that this pallet gives it:
//!
//! - **A set of validators.** It is given at genesis and changed by [`Config::AdminOrigin`]. As
//!   [`SessionManager`](pallet_session::SessionManager) the pallet proposes it for each session; a change
//!   takes effect two sessions later.
//! - **Scorers.** Every validator is a scorer: one of its session keys ([`sr25519`], key type [`KEY_TYPE`])
//!   signs reports about samples. The pallet remembers who scored, and with which key, for the last
//!   [`Config::HistoryDepth`] sessions, because a sample is scored by the validators of the session in which its
//!   scoring began. Other pallets ask through [`Scorers`](pallet_quorum::Scorers).
//! - **Conduct.** A game tells this pallet of scorers that deviated from the decided report or took no part in it.
//!   It counts both for every current validator, and says so in events. A deviation costs a part of the bond.
//!
//! ### Terminology
//!
//! - **Session**: a period with fixed validators. Block `b` belongs to the session that `b` itself started, if the
//!   session rotated in it: `pallet-session` rotates while it initializes the block.
//! - **Deviant**: a scorer that reported something else than more than two thirds of the scorers did.
//! - **Absent**: a scorer without a report on a sample that was decided.
//!
//! ## Bonds
//!
//! A validator answers for its reports with [`Config::Bond`], held on its account. The way in and out:
//!
//! 1. [`bond`](Pallet::bond) holds what is missing to a full bond. Without one nobody is appointed.
//! 2. [`add_validator`](Pallet::add_validator) appoints the account; from then on the bond is locked.
//! 3. Each deviation takes [`Config::DeviationSlash`] of what is left of the bond, rounded up, to
//!    [`Config::Slashed`]. A validator with less than half of [`Config::Bond`] left is removed, unless it is the last
//!    one. It may top up with `bond` at any time. Absence is counted, and costs nothing.
//! 4. A validator that is removed serves until the second session from then, and its reports are judged for as
//!    long as their session is remembered. So its bond unlocks `2 + HistoryDepth` sessions after the removal, and is
//!    slashed like any other before. Then [`unbond`](Pallet::unbond) releases what is left.
//!
//! Whoever scored in a session that is remembered therefore has a bond that cannot be withdrawn before the session is
//! forgotten; `try_state` proves it. A fault in a forgotten session is ignored.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod scorers;
mod session;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{BalanceOf, Bonded, BondedOf, CurrencyOf, Fault, Faults, Removal, ScorersOf};
pub use weights::WeightInfo;

use sp_application_crypto::KeyTypeId;

/// Type of the keys with which scorers sign.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"labl");

/// The keys with which scorers sign, of type [`KEY_TYPE`].
pub mod sr25519 {
	mod app {
		use sp_application_crypto::{app_crypto, sr25519};
		app_crypto!(sr25519, crate::KEY_TYPE);
	}

	sp_application_crypto::with_pair! {
		/// Key pair of a scorer.
		pub type AuthorityPair = app::Pair;
	}

	/// Signature of a scorer.
	pub type AuthoritySignature = app::Signature;

	/// Public key of a scorer.
	pub type AuthorityId = app::Public;
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{collections::BTreeSet, vec::Vec};
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, OnUnbalanced},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{traits::Zero, Perbill};
	use sp_staking::SessionIndex;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs of the runtime.
	#[pallet::config]
	pub trait Config:
		frame_system::Config + pallet_session::Config<ValidatorId = <Self as frame_system::Config>::AccountId>
	{
		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Who adds and removes validators.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Native token; bonds are held in it.
		type Currency: fungible::MutateHold<Self::AccountId, Reason: From<HoldReason>>
			+ fungible::BalancedHold<Self::AccountId>;

		/// What an account must have bonded to become a validator.
		#[pallet::constant]
		type Bond: Get<BalanceOf<Self>>;

		/// Share of what is left of its bond that a scorer loses by a deviation.
		#[pallet::constant]
		type DeviationSlash: Get<Perbill>;

		/// Where slashed bonds go; never to other scorers, who would gain by making one look bad.
		type Slashed: OnUnbalanced<fungible::Credit<Self::AccountId, CurrencyOf<Self>>>;

		/// Most validators at a time.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// For how many sessions, the current one included, the scorers are remembered.
		///
		/// That many sessions must last longer than any scoring.
		#[pallet::constant]
		type HistoryDepth: Get<u32>;
	}

	/// Why balances are held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// What a validator loses by reports that deviate.
		#[codec(index = 0)]
		Bond,
	}

	/// The validators proposed for the next session that is planned, in order of their appointment.
	#[pallet::storage]
	pub type Validators<T: Config> = StorageValue<_, BoundedVec<T::AccountId, T::MaxValidators>, ValueQuery>;

	/// Accounts and keys of a session's scorers, for every session in [`Starts`].
	// twox: session indices are consecutive and chosen by nobody.
	#[pallet::storage]
	pub type Scorers<T: Config> = StorageMap<_, Twox64Concat, SessionIndex, ScorersOf<T>, OptionQuery>;

	/// The remembered sessions and the first block of each, newest last.
	#[pallet::storage]
	pub type Starts<T: Config> =
		StorageValue<_, BoundedVec<(SessionIndex, BlockNumberFor<T>), T::HistoryDepth>, ValueQuery>;

	/// What validators did wrong since their appointment; none for those without faults.
	// twox: only appointed accounts are keys.
	#[pallet::storage]
	pub type Conduct<T: Config> = StorageMap<_, Twox64Concat, T::AccountId, Faults, ValueQuery>;

	/// The bonds of validators, of those who want to be, and of those who were and have not called `unbond` yet.
	// blake2: anybody can bond.
	#[pallet::storage]
	pub type Bonds<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, BondedOf<T>, OptionQuery>;

	/// The validators at genesis.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Accounts of the first validators. Each also needs session keys in the genesis of `pallet-session`, and an
		/// endowment from which its bond is held.
		pub validators: Vec<T::AccountId>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let distinct: BTreeSet<_> = self.validators.iter().collect();
			assert!(distinct.len() == self.validators.len(), "the genesis names a validator twice");
			assert!(
				self.validators.len() <= T::MaxValidators::get() as usize,
				"the genesis names more validators than `MaxValidators`"
			);
			for who in &self.validators {
				if let Err(error) = Pallet::<T>::do_bond(who.clone()) {
					panic!(
						"the genesis validator {who:?} cannot bond {:?}; is it endowed with more? {error:?}",
						T::Bond::get()
					);
				}
			}
			Validators::<T>::put(BoundedVec::truncate_from(self.validators.clone()));
		}
	}

	/// What happened to validators.
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A bond was made, or filled up.
		Bonded {
			/// Account whose bond it is.
			who: T::AccountId,
			/// What is held in addition; the bond is full now.
			amount: BalanceOf<T>,
		},
		/// A bond was released.
		Unbonded {
			/// Account whose bond it was.
			who: T::AccountId,
			/// What was left of the bond.
			amount: BalanceOf<T>,
		},
		/// A validator was appointed; it validates two sessions from now.
		ValidatorAdded {
			/// Account of the validator.
			who: T::AccountId,
		},
		/// A validator was removed; it stops two sessions from now.
		ValidatorRemoved {
			/// Account of the validator.
			who: T::AccountId,
			/// Why.
			reason: Removal,
		},
		/// A scorer's report differed from the one that was decided.
		ScorerDeviated {
			/// Session of which the scorer is a validator.
			session: SessionIndex,
			/// Place of the scorer in that session.
			index: u32,
			/// Account of the scorer.
			who: T::AccountId,
			/// What it lost of its bond.
			slashed: BalanceOf<T>,
		},
		/// A scorer took no part in a report that was decided.
		ScorerAbsent {
			/// Session of which the scorer is a validator.
			session: SessionIndex,
			/// Place of the scorer in that session.
			index: u32,
			/// Account of the scorer.
			who: T::AccountId,
		},
	}

	/// Why a call was refused.
	#[pallet::error]
	pub enum Error<T> {
		/// The account's bond is full. There is nothing to hold.
		AlreadyBonded,
		/// The account is a validator already.
		AlreadyValidator,
		/// Reports of the former validator may still be judged. From the session on that `validatorSet.bonds` names as
		/// `unlocks` for the account, it can call `unbond`.
		BondLocked,
		/// The last validator cannot be removed: nobody would make blocks. Add another one first.
		LastValidator,
		/// The account has no session keys. It must call `session.setKeys` first.
		NoSessionKeys,
		/// The account has no full bond. It must call `validatorSet.bond` first.
		NotBonded,
		/// The account has no bond. There is nothing to release.
		NothingBonded,
		/// The account is not a validator.
		NotValidator,
		/// A validator's bond stays as long as it is one. It must be removed first.
		StillValidator,
		/// There are as many validators as the chain allows. Remove one first.
		TooManyValidators,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "a chain needs a validator");
			assert!(T::HistoryDepth::get() > 0, "the scorers of the current session must be remembered");
			assert!(!T::Bond::get().is_zero(), "validators must have something to lose");
			assert!(!T::DeviationSlash::get().is_zero(), "a deviation must cost something");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Appoint a validator, two sessions from now.
		///
		/// - `origin`: [`Config::AdminOrigin`].
		/// - `who`: account of the validator; it must have set its session keys, and have a full bond.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::add_validator())]
		pub fn add_validator(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_add_validator(who)
		}

		/// Dismiss a validator, two sessions from now, and forget its conduct. Its bond unlocks when none of its reports
		/// can be judged any more.
		///
		/// - `origin`: [`Config::AdminOrigin`].
		/// - `who`: account of the validator; not the last one.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::remove_validator())]
		pub fn remove_validator(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_remove_validator(who, Removal::Dismissed)
		}

		/// Hold what is missing to a full bond, which a validator must have to be appointed. It also makes good what a
		/// deviation has taken.
		///
		/// - `origin`: signed by the account that bonds; that much of its balance must be free.
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::bond())]
		pub fn bond(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bond(who)
		}

		/// Release what is left of the bond.
		///
		/// - `origin`: signed by the account that bonded; it is no validator, and if it was one, the session has come in
		///   which its bond unlocks.
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::unbond())]
		pub fn unbond(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbond(who)
		}
	}

	impl<T: Config> Pallet<T> {
		fn do_add_validator(who: T::AccountId) -> DispatchResult {
			Validators::<T>::try_mutate(|validators| {
				ensure!(!validators.contains(&who), Error::<T>::AlreadyValidator);
				ensure!(pallet_session::NextKeys::<T>::contains_key(&who), Error::<T>::NoSessionKeys);
				ensure!(Self::is_bonded(&who), Error::<T>::NotBonded);
				validators.try_push(who.clone()).map_err(|_| Error::<T>::TooManyValidators)
			})?;
			Self::lock(&who);
			Self::deposit_event(Event::ValidatorAdded { who });
			Ok(())
		}

		/// Remove a validator, or change nothing.
		pub(crate) fn do_remove_validator(who: T::AccountId, reason: Removal) -> DispatchResult {
			Validators::<T>::try_mutate(|validators| {
				let place = validators.iter().position(|one| *one == who).ok_or(Error::<T>::NotValidator)?;
				ensure!(validators.len() > 1, Error::<T>::LastValidator);
				validators.remove(place);
				Ok::<_, Error<T>>(())
			})?;
			Conduct::<T>::remove(&who);
			Self::start_unlocking(&who);
			Self::deposit_event(Event::ValidatorRemoved { who, reason });
			Ok(())
		}
	}
}
