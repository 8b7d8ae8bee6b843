//! Who may label, and how much one account may take part in.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*, traits::fungible::MutateHold};
use sp_runtime::Saturating;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_allow(owner: T::AccountId, dataset: DatasetId, accounts: AccountsOf<T>) -> DispatchResult {
		let mut record = Self::dataset_of(dataset, &owner)?;
		ensure!(record.terms.eligibility == Eligibility::AllowList, Error::<T>::NoAllowList);
		let each = T::AllowDeposit::get();
		let mut added = Vec::new();
		for who in accounts {
			if !AllowList::<T>::contains_key(dataset, &who) {
				T::Currency::hold(&HoldReason::DatasetDeposit.into(), &owner, each)?;
				AllowList::<T>::insert(dataset, &who, each);
				record.allowed.saturating_inc();
				added.push(who);
			}
		}
		Datasets::<T>::insert(dataset, record);
		Self::deposit_event(Event::Allowed { dataset, accounts: added });
		Ok(())
	}

	pub(crate) fn do_disallow(owner: T::AccountId, dataset: DatasetId, accounts: AccountsOf<T>) -> DispatchResult {
		let mut record = Self::dataset_of(dataset, &owner)?;
		let mut removed = Vec::new();
		for who in accounts {
			if let Some(deposit) = AllowList::<T>::take(dataset, &who) {
				Self::release(HoldReason::DatasetDeposit, &owner, deposit);
				record.allowed.saturating_dec();
				removed.push(who);
			}
		}
		Datasets::<T>::insert(dataset, record);
		Self::deposit_event(Event::Disallowed { dataset, accounts: removed });
		Ok(())
	}

	/// Whether `who` may label samples of a dataset with these terms.
	pub(crate) fn is_eligible(dataset: DatasetId, terms: &TermsOf<T>, who: &T::AccountId) -> bool {
		match terms.eligibility {
			Eligibility::Open => true,
			Eligibility::AllowList => AllowList::<T>::contains_key(dataset, who),
			Eligibility::Persons => T::Personhood::is_person(who),
		}
	}

	/// One more sample of `who`, unless it has as many as it may.
	pub(crate) fn engage_sample(who: &T::AccountId) -> DispatchResult {
		Engagements::<T>::try_mutate(who, |engagement| {
			ensure!(engagement.samples < T::MaxSamplesPerAccount::get(), Error::<T>::TooManySamplesOfAccount);
			engagement.samples.saturating_inc();
			Ok(())
		})
	}

	/// One more label of `who`, unless it has as many as it may.
	pub(crate) fn engage_label(who: &T::AccountId) -> DispatchResult {
		Engagements::<T>::try_mutate(who, |engagement| {
			ensure!(engagement.labels < T::MaxLabelsPerAccount::get(), Error::<T>::TooManyLabels);
			engagement.labels.saturating_inc();
			Ok(())
		})
	}

	pub(crate) fn disengage_sample(who: &T::AccountId) {
		Self::disengage(who, |engagement| engagement.samples.saturating_dec());
	}

	pub(crate) fn disengage_label(who: &T::AccountId) {
		Self::disengage(who, |engagement| engagement.labels.saturating_dec());
	}

	fn disengage(who: &T::AccountId, one_less: impl FnOnce(&mut Engagement)) {
		Engagements::<T>::mutate_exists(who, |stored| {
			let mut engagement = stored.unwrap_or_default();
			one_less(&mut engagement);
			*stored = (engagement != Engagement::default()).then_some(engagement);
		});
	}

	/// A dataset of which `owner` is the owner.
	pub(crate) fn dataset_of(dataset: DatasetId, owner: &T::AccountId) -> Result<DatasetRecordOf<T>, Error<T>> {
		let record = Datasets::<T>::get(dataset).ok_or(Error::<T>::UnknownDataset)?;
		ensure!(record.owner == *owner, Error::<T>::NotOwner);
		Ok(record)
	}
}
