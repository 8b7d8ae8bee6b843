//! Bonds: what validators put at stake, what a deviation takes of it, and when they get it back.

use crate::{BalanceOf, Bonded, Bonds, Config, CurrencyOf, Error, Event, HoldReason, Pallet, Removal, Validators};
use frame_support::{
	ensure,
	traits::{
		fungible::{BalancedHold, MutateHold},
		tokens::Precision,
		Get, Imbalance, OnUnbalanced,
	},
};
use sp_runtime::{
	traits::{Saturating, Zero},
	DispatchResult,
};
use sp_staking::SessionIndex;

/// Sessions until a change of the validators takes effect.
const DELAY: SessionIndex = 2;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond(who: T::AccountId) -> DispatchResult {
		let Bonded { amount: present, unlocks } = Bonds::<T>::get(&who).unwrap_or_default();
		let amount = T::Bond::get().saturating_sub(present);
		ensure!(!amount.is_zero(), Error::<T>::AlreadyBonded);
		CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &who, amount)?;
		Bonds::<T>::insert(&who, Bonded { amount: present.saturating_add(amount), unlocks });
		Self::deposit_event(Event::Bonded { who, amount });
		Ok(())
	}

	pub(crate) fn do_unbond(who: T::AccountId) -> DispatchResult {
		let Bonded { amount, unlocks } = Bonds::<T>::get(&who).ok_or(Error::<T>::NothingBonded)?;
		ensure!(!Validators::<T>::get().contains(&who), Error::<T>::StillValidator);
		let session = pallet_session::CurrentIndex::<T>::get();
		ensure!(unlocks.is_none_or(|first| session >= first), Error::<T>::BondLocked);
		CurrencyOf::<T>::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
		Bonds::<T>::remove(&who);
		Self::deposit_event(Event::Unbonded { who, amount });
		Ok(())
	}

	/// Whether the account can be appointed.
	pub(crate) fn is_bonded(who: &T::AccountId) -> bool {
		Bonds::<T>::get(who).is_some_and(|bonded| bonded.amount >= T::Bond::get())
	}

	/// The account becomes a validator: its bond stays until it is removed.
	pub(crate) fn lock(who: &T::AccountId) {
		Self::set_unlocks(who, None);
	}

	/// The account is no longer a validator: its bond stays until the last of its sessions is forgotten.
	pub(crate) fn start_unlocking(who: &T::AccountId) {
		Self::set_unlocks(who, Some(Self::unlocks_from_now()));
	}

	/// Session in which the bond of a validator unlocks that is removed now.
	pub(crate) fn unlocks_from_now() -> SessionIndex {
		let stops = pallet_session::CurrentIndex::<T>::get().saturating_add(DELAY);
		stops.saturating_add(T::HistoryDepth::get())
	}

	fn set_unlocks(who: &T::AccountId, unlocks: Option<SessionIndex>) {
		Bonds::<T>::mutate(who, |entry| {
			if let Some(bonded) = entry {
				bonded.unlocks = unlocks;
			}
		});
	}

	/// Take a deviation's share of what is left of a bond; returns what was taken. It never fails: who has no bond loses
	/// nothing, and storage follows what was on hold indeed.
	pub(crate) fn slash(who: &T::AccountId) -> BalanceOf<T> {
		let Some(bonded) = Bonds::<T>::get(who) else { return Zero::zero() };
		let due = T::DeviationSlash::get().mul_ceil(bonded.amount);
		let (credit, _missing) = CurrencyOf::<T>::slash(&HoldReason::Bond.into(), who, due);
		let slashed = credit.peek();
		Bonds::<T>::insert(who, Bonded { amount: bonded.amount.saturating_sub(slashed), ..bonded });
		T::Slashed::on_unbalanced(credit);
		slashed
	}

	/// Remove a validator that has less than half of the bond left. The last one stays: nobody would make blocks.
	pub(crate) fn remove_if_short(who: T::AccountId) {
		let left = Bonds::<T>::get(&who).unwrap_or_default().amount;
		let lost = T::Bond::get().saturating_sub(left);
		if left < lost {
			// Refused for the last validator, and for an account that is none; nothing has changed then.
			let _ = Self::do_remove_validator(who, Removal::BondTooSmall);
		}
	}
}
