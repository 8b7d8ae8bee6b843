//! Invariants of the game's state.

use crate::*;
use alloc::collections::BTreeMap;
use frame_support::ensure;
use pallet_quorum::Ledger;
use sp_runtime::{Saturating, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks that storage and holds agree, and that nothing is left of what is over.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_samples()?;
		Self::check_orphans()?;
		Self::check_engagements()?;
		Self::check_holds()
	}

	fn check_samples() -> Result<(), TryRuntimeError> {
		let mut live = BTreeMap::<DatasetId, u32>::new();
		ensure!(Samples::<T>::iter().count() as u32 == Samples::<T>::count(), "the counter of samples is wrong");
		for (id, sample) in Samples::<T>::iter() {
			ensure!(id < NextSample::<T>::get(), "a sample has a number of the future");
			let dataset = Datasets::<T>::get(sample.dataset).ok_or("a sample has no dataset")?;
			let labels = Labels::<T>::get(id);
			ensure!(labels.len() as u32 <= dataset.terms.max_labels, "a sample has too many labels");
			let in_commit = matches!(sample.phase, Phase::Commit { .. });
			ensure!(!in_commit || count_revealed(&labels) == 0, "a label was revealed in the commit phase");
			let gold_shown = sample.gold.as_ref().is_some_and(|gold| gold.location().is_some());
			ensure!(!in_commit || !gold_shown, "gold was revealed in the commit phase");
			let in_score = matches!(sample.phase, Phase::Score { .. });
			ensure!(!in_score || !sample.awaits_gold(), "a sample is scored without its gold");
			let count = live.entry(sample.dataset).or_default();
			*count = count.saturating_add(1);
		}
		for (id, dataset) in Datasets::<T>::iter() {
			ensure!(id < NextDataset::<T>::get(), "a dataset has a number of the future");
			ensure!(Tasks::<T>::contains_key(id), "a dataset has no question");
			let allowed = AllowList::<T>::iter_prefix(id).count();
			ensure!(dataset.allowed as usize == allowed, "the counter of an allow-list is wrong");
			ensure!(dataset.live == live.get(&id).copied().unwrap_or(0), "a dataset's counter is wrong");
		}
		Ok(())
	}

	fn check_orphans() -> Result<(), TryRuntimeError> {
		let known = |id| Samples::<T>::contains_key(id);
		let dataset = |id| Datasets::<T>::contains_key(id);
		ensure!(Tasks::<T>::iter_keys().all(dataset), "a question was left behind");
		ensure!(AllowList::<T>::iter_keys().all(|(id, _)| dataset(id)), "an allow-list was left behind");
		ensure!(Labels::<T>::iter_keys().all(known), "labels were left behind");
		Ok(())
	}

	fn check_engagements() -> Result<(), TryRuntimeError> {
		let mut expected = BTreeMap::<T::AccountId, Engagement>::new();
		for (id, sample) in Samples::<T>::iter() {
			expected.entry(sample.provider).or_default().samples.saturating_inc();
			for label in Labels::<T>::get(id) {
				expected.entry(label.who).or_default().labels.saturating_inc();
			}
		}
		let stored = Engagements::<T>::iter().collect::<BTreeMap<_, _>>();
		ensure!(stored == expected, "what accounts take part in is counted wrong");
		Ok(())
	}

	fn check_holds() -> Result<(), TryRuntimeError> {
		let mut ledger = Ledger::<T::Currency, _>::default();
		for (id, dataset) in Datasets::<T>::iter() {
			let allow_list = AllowList::<T>::iter_prefix_values(id).fold(0, BalanceOf::<T>::saturating_add);
			ledger.owe(HoldReason::DatasetDeposit, dataset.owner, dataset.deposit.saturating_add(allow_list));
		}
		for (id, sample) in Samples::<T>::iter() {
			ledger.owe(HoldReason::SampleDeposit, sample.provider.clone(), sample.deposit);
			ledger.owe(HoldReason::Bounty, sample.provider, sample.bounty);
			let dataset = Datasets::<T>::get(sample.dataset).ok_or("a sample has no dataset")?;
			for label in Labels::<T>::get(id) {
				ledger.owe(HoldReason::Collateral, label.who, dataset.terms.collateral);
			}
		}
		let reasons =
			[HoldReason::DatasetDeposit, HoldReason::SampleDeposit, HoldReason::Bounty, HoldReason::Collateral];
		ledger.check(&reasons, frame_system::Account::<T>::iter_keys())
	}
}
