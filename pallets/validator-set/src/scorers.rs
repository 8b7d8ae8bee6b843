//! What games ask of the validator set: who scored in a session, and what they tell it of their conduct.

use crate::{sr25519::AuthorityId, Conduct, Config, Event, Fault, Pallet, Scorers, Starts, Validators};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::scorers::{ScorerIndex, SessionIndex};

impl<T: Config> learnware_primitives::scorers::Scorers for Pallet<T> {
	type AccountId = T::AccountId;
	type BlockNumber = BlockNumberFor<T>;
	type Key = AuthorityId;

	/// One storage read. A block that is not there yet counts to the newest session.
	fn session_at(at: BlockNumberFor<T>) -> Option<SessionIndex> {
		Starts::<T>::get().iter().rev().find(|(_, start)| *start <= at).map(|(session, _)| *session)
	}

	fn count(session: SessionIndex) -> u32 {
		Scorers::<T>::decode_len(session).unwrap_or_default() as u32
	}

	fn scorer(session: SessionIndex, index: ScorerIndex) -> Option<(T::AccountId, AuthorityId)> {
		Scorers::<T>::get(session)?.get(index as usize).cloned()
	}

	fn report_deviant(session: SessionIndex, index: ScorerIndex) {
		Self::fault(session, index, Fault::Deviant);
	}

	fn report_absent(session: SessionIndex, index: ScorerIndex) {
		Self::fault(session, index, Fault::Absent);
	}
}

impl<T: Config> Pallet<T> {
	/// A scorer failed: say so, and count it if the scorer is a validator still. Nothing happens for a session that
	/// is forgotten.
	///
	/// Once validators are bonded, this is where a fault costs them.
	pub fn fault(session: SessionIndex, index: ScorerIndex, fault: Fault) {
		let Some((who, _)) = <Self as learnware_primitives::scorers::Scorers>::scorer(session, index) else { return };
		if Validators::<T>::get().contains(&who) {
			Conduct::<T>::mutate(&who, |faults| faults.count(fault));
		}
		Self::deposit_event(match fault {
			Fault::Deviant => Event::ScorerDeviated { session, index, who },
			Fault::Absent => Event::ScorerAbsent { session, index, who },
		});
	}
}

#[cfg(any(test, feature = "try-runtime"))]
impl<T: Config> Pallet<T> {
	/// The invariants of the pallet's storage.
	pub(crate) fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		use alloc::collections::BTreeSet;
		use frame_support::ensure;

		let validators = Validators::<T>::get();
		let distinct: BTreeSet<_> = validators.iter().collect();
		ensure!(distinct.len() == validators.len(), "a validator is listed twice");
		ensure!(
			Conduct::<T>::iter_keys().all(|who| distinct.contains(&who)),
			"conduct of an account that is no validator"
		);

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
}
