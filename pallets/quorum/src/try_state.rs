//! Invariants of what scorers have sent.

use crate::{pallet::*, Game};
use alloc::collections::BTreeSet;
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::TryRuntimeError;

impl<T: Config<I>, I: 'static> Pallet<T, I> {
	/// Checks that what is stored belongs to rounds that have begun, that nobody revealed without a commitment, and that
	/// stored are the reports that were revealed, and no others. Tests of games call it, too.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut revealed = BTreeSet::new();
		for (id, tally) in Tallies::<T, I>::iter() {
			ensure!(T::Game::has_begun(id), "a report came before its round, or was left behind");
			ensure!(!tally.commits.is_empty(), "a tally of nothing is stored");
			let committed = |scorer| tally.commits.contains_key(scorer);
			ensure!(tally.reveals.keys().all(committed), "a report was revealed without commitment");
			revealed.extend(tally.reveals.values().map(|hash| (id, *hash)));
		}
		let mut stored = BTreeSet::new();
		for (id, hash, report) in Reports::<T, I>::iter() {
			let encoded = parity_scale_codec::Encode::encode(&report);
			ensure!(hash == H256(sp_io::hashing::blake2_256(&encoded)), "a report is stored under another's hash");
			stored.insert((id, hash));
		}
		ensure!(stored == revealed, "the stored reports are not those that were revealed");
		Ok(())
	}
}
