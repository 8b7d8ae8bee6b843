//! What is always true of the pallet's storage.

use crate::{
	BalanceOf, Bonds, Conduct, Config, CurrencyOf, HoldReason, Pallet, Scorers, ScorersOf, Starts, Validators,
};
use alloc::collections::BTreeSet;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use sp_runtime::{traits::Zero, TryRuntimeError};
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
	/// The invariants of the pallet's storage.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_validators()?;
		Self::try_state_sessions()?;
		Self::try_state_holds()?;
		Self::try_state_locks()
	}

	/// Validators are distinct, and only theirs is conduct.
	fn try_state_validators() -> Result<(), TryRuntimeError> {
		let validators = Validators::<T>::get();
		let distinct: BTreeSet<_> = validators.iter().collect();
		ensure!(distinct.len() == validators.len(), "a validator is listed twice");
		ensure!(
			Conduct::<T>::iter_keys().all(|who| distinct.contains(&who)),
			"conduct of an account that is no validator"
		);
		Ok(())
	}

	/// The remembered sessions are consecutive, up to the current one, and exactly they have scorers.
	fn try_state_sessions() -> Result<(), TryRuntimeError> {
		let starts = Starts::<T>::get();
		let pairs = starts.iter().zip(starts.iter().skip(1));
		ensure!(
			pairs.into_iter().all(|(older, newer)| newer.0 == older.0.saturating_add(1) && newer.1 > older.1),
			"remembered sessions are not consecutive"
		);
		ensure!(
			starts.last().is_none_or(|newest| newest.0 == pallet_session::CurrentIndex::<T>::get()),
			"the newest remembered session is not the current one"
		);
		let remembered: BTreeSet<_> = starts.iter().map(|(session, _)| *session).collect();
		let with_scorers: BTreeSet<_> = Scorers::<T>::iter_keys().collect();
		ensure!(remembered == with_scorers, "scorers of a session that is not remembered, or none of one that is");
		Ok(())
	}

	/// What is on hold on any account is what its bond says.
	fn try_state_holds() -> Result<(), TryRuntimeError> {
		let held =
			|who: &T::AccountId| -> BalanceOf<T> { CurrencyOf::<T>::balance_on_hold(&HoldReason::Bond.into(), who) };
		ensure!(Bonds::<T>::iter().all(|(who, bonded)| bonded.amount == held(&who)), "a bond that is not on hold");
		ensure!(
			frame_system::Account::<T>::iter_keys().all(|who| held(&who).is_zero() || Bonds::<T>::contains_key(&who)),
			"a hold without a bond"
		);
		Ok(())
	}

	/// Nobody's bond can be released as long as one of its reports can be judged.
	fn try_state_locks() -> Result<(), TryRuntimeError> {
		let validators = Validators::<T>::get();
		let latest = Self::unlocks_from_now();
		for (who, bonded) in Bonds::<T>::iter() {
			ensure!(bonded.unlocks.is_none() || !validators.contains(&who), "the bond of a validator unlocks");
			ensure!(bonded.unlocks.is_none_or(|first| first <= latest), "a bond unlocks too late");
		}
		ensure!(validators.iter().all(Bonds::<T>::contains_key), "a validator without a bond");
		let answers = |session: SessionIndex, who: &T::AccountId| {
			let forgotten = session.saturating_add(T::HistoryDepth::get());
			let unlocks = Bonds::<T>::get(who).and_then(|bonded| bonded.unlocks);
			validators.contains(who) || unlocks.is_some_and(|first| first >= forgotten)
		};
		ensure!(
			Scorers::<T>::iter()
				.all(|(session, scorers): (_, ScorersOf<T>)| scorers.iter().all(|(who, _)| answers(session, who))),
			"a scorer can release its bond before its session is forgotten"
		);
		Ok(())
	}
}
