//! Answers to clients and scorers; read only.

use crate::{runtime_api::*, *};
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	places::{self, CopyAttack},
	MAX_LABELS,
};
use pallet_quorum::page;

type DatasetInfoOf<T> = DatasetInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
type SampleInfoOf<T> = SampleInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

impl<T: Config> Pallet<T> {
	/// See [`LabelingGameApi::dataset`].
	pub fn dataset_info(dataset: DatasetId) -> Option<DatasetInfoOf<T>> {
		Some(DatasetInfo { record: Datasets::<T>::get(dataset)?, task: Tasks::<T>::get(dataset)? })
	}

	/// See [`LabelingGameApi::may_label`].
	pub fn may_label(who: &T::AccountId, dataset: DatasetId) -> bool {
		Datasets::<T>::get(dataset).is_some_and(|record| Self::is_eligible(dataset, &record.terms, who))
	}

	/// See [`LabelingGameApi::copy_attack`].
	pub fn copy_attack(terms: &TermsOf<T>, bounty: BalanceOf<T>, chance: u32) -> CopyAttack {
		let pot = bounty.saturating_sub(places::parts_per_million(terms.scoring_fee, bounty));
		let Terms { payout, duplicates, max_labels, collateral, .. } = terms;
		places::copy_attack(payout, *duplicates, pot, (*max_labels).min(MAX_LABELS), *collateral, chance)
	}

	/// See [`LabelingGameApi::sample`].
	pub fn sample_info(sample: SampleId) -> Option<SampleInfoOf<T>> {
		let record = Samples::<T>::get(sample)?;
		let dataset = Datasets::<T>::get(record.dataset)?;
		let task = Tasks::<T>::get(record.dataset)?;
		let labels = Labels::<T>::get(sample);
		let stage = record.stage(&dataset.terms, &labels, Self::now(), T::Quorum::session_at);
		Some(SampleInfo {
			sample,
			record,
			task,
			terms: dataset.terms,
			stage,
			committed: labels.len() as u32,
			revealed: count_revealed(&labels),
		})
	}

	/// See [`LabelingGameApi::samples`].
	pub fn samples(from: SampleId, limit: u32) -> Vec<SampleInfoOf<T>> {
		page(Samples::<T>::iter_keys(), from, limit, Self::sample_info)
	}

	/// See [`LabelingGameApi::labels_of`].
	pub fn labels_of(
		who: &T::AccountId,
		from: SampleId,
		limit: u32,
	) -> Vec<LabelInfo<BalanceOf<T>, BlockNumberFor<T>>> {
		page(Samples::<T>::iter_keys(), from, limit, |sample| {
			let label = Labels::<T>::get(sample).into_iter().find(|label| label.who == *who)?;
			let info = Self::sample_info(sample)?;
			Some(LabelInfo { sample, stage: info.stage, state: label.state, collateral: info.terms.collateral })
		})
	}

	/// See [`LabelingGameApi::quote`].
	pub fn quote_of(sample: SampleId) -> Option<Quote<BalanceOf<T>, BlockNumberFor<T>>> {
		let SampleInfo { record, terms, stage, .. } = Self::sample_info(sample)?;
		let share = |parts: u32| places::parts_per_million(parts, record.bounty);
		Some(Quote {
			collateral: terms.collateral,
			places: places::places(
				&terms.payout,
				terms.max_labels,
				record.bounty.saturating_sub(share(terms.scoring_fee)),
			),
			attendance: share(terms.attendance_fee).checked_div(terms.max_labels.into()).unwrap_or_default(),
			stage,
		})
	}

	/// See [`LabelingGameApi::work`].
	pub fn work(from: SampleId, limit: u32) -> Vec<Work<BlockNumberFor<T>>> {
		page(Samples::<T>::iter_keys(), from, limit, |sample| {
			let info = Self::sample_info(sample)?;
			let score = match info.stage {
				Stage::Open(Phase::Reveal { .. }) => None,
				Stage::Open(Phase::Score { .. }) => T::Quorum::score_phase(sample),
				_ => return None,
			};
			let labels = Labels::<T>::get(sample).iter().filter_map(|label| label.location().cloned()).collect();
			let gold = info.record.gold.as_ref().and_then(Disclosure::location).cloned();
			Some(Work { sample, task: info.task, labels, gold, score })
		})
	}
}
