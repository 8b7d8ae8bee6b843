//! What games ask of the validator set: who scored in a session, and what they tell it of their conduct.

use crate::{sr25519::AuthorityId, Bonds, Conduct, Config, Event, Fault, Pallet, Scorers, Starts, Validators};
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_quorum::{ScorerIndex, SessionIndex, Standing};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> pallet_quorum::Scorers for Pallet<T> {
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

	fn standing(session: SessionIndex, index: ScorerIndex) -> Option<Standing> {
		let (who, _) = Self::scorer(session, index)?;
		let faults = Conduct::<T>::get(&who);
		let bond = Bonds::<T>::get(&who).map_or(0, |bonded| bonded.amount.saturated_into());
		Some(Standing { deviations: faults.deviant, absences: faults.absent, bond })
	}

	fn report_deviant(session: SessionIndex, index: ScorerIndex) {
		Self::fault(session, index, Fault::Deviant);
	}

	fn report_absent(session: SessionIndex, index: ScorerIndex) {
		Self::fault(session, index, Fault::Absent);
	}
}

impl<T: Config> Pallet<T> {
	/// A scorer failed: say so, count it if the scorer is a validator still, and slash it if it deviated. Nothing happens
	/// for a session that is forgotten.
	pub fn fault(session: SessionIndex, index: ScorerIndex, fault: Fault) {
		let Some((who, _)) = <Self as pallet_quorum::Scorers>::scorer(session, index) else { return };
		if Validators::<T>::get().contains(&who) {
			Conduct::<T>::mutate(&who, |faults| faults.count(fault));
		}
		match fault {
			Fault::Deviant => {
				let slashed = Self::slash(&who);
				Self::deposit_event(Event::ScorerDeviated { session, index, who: who.clone(), slashed });
				Self::remove_if_short(who);
			},
			Fault::Absent => Self::deposit_event(Event::ScorerAbsent { session, index, who }),
		}
	}
}
