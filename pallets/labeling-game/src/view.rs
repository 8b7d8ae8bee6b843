//! Answers to clients and scorers; read only.

use crate::{runtime_api::*, *};
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	places::{self, CopyAttack},
	scorers::{ScorerIndex, Scorers, SessionIndex},
	MAX_LABELS,
};
use parity_scale_codec::Decode;
use sp_core::H256;
use sp_runtime::RuntimeAppPublic;

/// Most entries of one answer.
const MAX_PAGE: u32 = 256;

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
		let stage = record.stage(&dataset.terms, &labels, Self::now(), T::Scorers::session_at);
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
		Self::page(from, limit, Self::sample_info)
	}

	/// See [`LabelingGameApi::labels_of`].
	pub fn labels_of(
		who: &T::AccountId,
		from: SampleId,
		limit: u32,
	) -> Vec<LabelInfo<BalanceOf<T>, BlockNumberFor<T>>> {
		Self::page(from, limit, |sample| {
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
		Self::page(from, limit, |sample| {
			let info = Self::sample_info(sample)?;
			let score = match info.stage {
				Stage::Open(Phase::Reveal { .. }) => None,
				Stage::Open(Phase::Score { .. }) => Self::scoring(sample).map(|scoring| ScorePhase {
					since: scoring.since,
					until: scoring.until,
					session: scoring.session,
					revealing: scoring.takes_reveals(Self::now()),
					reveal_from: scoring.reveal_from(),
					committed: scoring.tally.commits.iter().map(|(scorer, hash)| (*scorer, *hash)).collect(),
					revealed: scoring.tally.reveals.keys().copied().collect(),
				}),
				_ => return None,
			};
			let labels = Labels::<T>::get(sample).iter().filter_map(|label| label.location().cloned()).collect();
			let gold = info.record.gold.as_ref().and_then(Disclosure::location).cloned();
			Some(Work { sample, task: info.task, labels, gold, score })
		})
	}

	/// See [`LabelingGameApi::scorers`].
	pub fn scorers(session: SessionIndex) -> Vec<Vec<u8>> {
		(0..T::Scorers::count(session))
			.filter_map(|i| T::Scorers::scorer(session, i))
			.map(|(_, key)| key.to_raw_vec())
			.collect()
	}

	/// See [`LabelingGameApi::commit_report`].
	pub fn commit_report_call(
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: Vec<(SampleId, H256)>,
		signature: &[u8],
	) -> Option<Call<T>> {
		let commitments = commitments.try_into().ok()?;
		Some(Call::commit_report { session, scorer, commitments, signature: Self::decode_signature(signature)? })
	}

	/// See [`LabelingGameApi::reveal_report`].
	pub fn reveal_report_call(
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: Vec<ReportReveal>,
		signature: &[u8],
	) -> Option<Call<T>> {
		let reveals = reveals.try_into().ok()?;
		Some(Call::reveal_report { session, scorer, reveals, signature: Self::decode_signature(signature)? })
	}

	fn decode_signature(mut bytes: &[u8]) -> Option<ScorerSignatureOf<T>> {
		ScorerSignatureOf::<T>::decode(&mut bytes).ok()
	}

	/// The first `limit` answers of `read` over the live samples, in rising order.
	fn page<R>(from: SampleId, limit: u32, read: impl Fn(SampleId) -> Option<R>) -> Vec<R> {
		let mut samples: Vec<_> = Samples::<T>::iter_keys().filter(|sample| *sample >= from).collect();
		samples.sort_unstable();
		samples.into_iter().filter_map(read).take(limit.min(MAX_PAGE) as usize).collect()
	}
}
