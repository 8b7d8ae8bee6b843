//! Sessions: the set that is proposed to `pallet-session`, and the record of who scores in each session.

use crate::{sr25519::AuthorityId, Config, Pallet, Scorers, ScorersOf, Starts, Validators};
use alloc::vec::Vec;
use frame_support::{
	traits::{DefensiveTruncateFrom, OneSessionHandler},
	BoundedVec,
};
use sp_runtime::BoundToRuntimeAppPublic;
use sp_staking::SessionIndex;

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	/// The stored set if it differs from that of the running session, otherwise no change.
	///
	/// A validator whose keys are missing is left out by `pallet-session`; the sets then differ, so that the
	/// proposal is repeated until its keys are there. An empty set is never proposed.
	fn new_session(_planned: SessionIndex) -> Option<Vec<T::AccountId>> {
		let validators = Validators::<T>::get().into_inner();
		(!validators.is_empty() && validators != pallet_session::Validators::<T>::get()).then_some(validators)
	}

	fn start_session(_started: SessionIndex) {}

	fn end_session(_ended: SessionIndex) {}
}

impl<T: Config> BoundToRuntimeAppPublic for Pallet<T> {
	type Public = AuthorityId;
}

impl<T: Config> OneSessionHandler<T::AccountId> for Pallet<T> {
	type Key = AuthorityId;

	fn on_genesis_session<'a, I>(validators: I)
	where
		I: Iterator<Item = (&'a T::AccountId, AuthorityId)> + 'a,
		T::AccountId: 'a,
	{
		Self::remember(validators);
	}

	fn on_new_session<'a, I>(_changed: bool, validators: I, _queued: I)
	where
		I: Iterator<Item = (&'a T::AccountId, AuthorityId)> + 'a,
		T::AccountId: 'a,
	{
		Self::remember(validators);
	}

	fn on_disabled(_validator: u32) {}
}

impl<T: Config> Pallet<T> {
	/// Record the scorers of the session that starts in this block, and forget those of the oldest one.
	fn remember<'a>(validators: impl Iterator<Item = (&'a T::AccountId, AuthorityId)>)
	where
		T::AccountId: 'a,
	{
		// `pallet-session` has moved its index on already; it is 0 at genesis.
		let session = pallet_session::CurrentIndex::<T>::get();
		let scorers: Vec<_> = validators.map(|(who, key)| (who.clone(), key)).collect();

		let mut starts = Starts::<T>::get().into_inner();
		if starts.len() >= <T::HistoryDepth as frame_support::traits::Get<u32>>::get() as usize {
			let (forgotten, _) = starts.remove(0);
			Scorers::<T>::remove(forgotten);
		}
		starts.push((session, frame_system::Pallet::<T>::block_number()));

		Starts::<T>::put(BoundedVec::defensive_truncate_from(starts));
		Scorers::<T>::insert(session, ScorersOf::<T>::defensive_truncate_from(scorers));
	}
}
