//! What the calls do, in their order.

use crate::*;
use frame_support::{
	ensure,
	pallet_prelude::*,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid,
	commitment::{self, Salt},
	places::PPM,
	Task, MAX_LABELS, MIN_LABELS,
};
use pallet_quorum::deadline;
use sp_core::H256;
use sp_runtime::traits::{One, SaturatedConversion, Saturating};

/// Largest share of a bounty, in parts per million, that goes elsewhere than to places.
const MAX_FEES: u32 = PPM / 2;

/// A sample, its labels, and the terms of its dataset.
type GameOf<T> = (SampleRecordOf<T>, LabelsOf<T>, TermsOf<T>);

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_dataset(
		owner: T::AccountId,
		description: Location,
		task: Task,
		terms: TermsOf<T>,
	) -> DispatchResult {
		Self::ensure_fetchable(&description)?;
		task.validate().map_err(|_| Error::<T>::TaskOutOfBounds)?;
		Self::ensure_playable(&terms)?;
		let personal = terms.eligibility == Eligibility::Persons;
		ensure!(!personal || T::Personhood::is_available(), Error::<T>::NoPersonhood);
		let bytes = task.encoded_size() as u128;
		let deposit = T::DatasetDeposit::get().saturating_add(T::DatasetDepositPerByte::get().saturating_mul(bytes));
		T::Currency::hold(&HoldReason::DatasetDeposit.into(), &owner, deposit)?;
		let dataset = NextDataset::<T>::mutate(|next| core::mem::replace(next, next.saturating_add(1)));
		let record = DatasetRecord {
			owner: owner.clone(),
			description: description.clone(),
			terms: terms.clone(),
			deposit,
			live: 0,
			allowed: 0,
		};
		Datasets::<T>::insert(dataset, record);
		Tasks::<T>::insert(dataset, &task);
		Self::deposit_event(Event::DatasetCreated { dataset, owner, description, task, terms });
		Ok(())
	}

	pub(crate) fn do_close_dataset(owner: T::AccountId, dataset: DatasetId) -> DispatchResult {
		let record = Self::dataset_of(dataset, &owner)?;
		ensure!(record.live == 0, Error::<T>::DatasetInUse);
		ensure!(record.allowed == 0, Error::<T>::AllowListNotEmpty);
		Self::release(HoldReason::DatasetDeposit, &owner, record.deposit);
		Datasets::<T>::remove(dataset);
		Tasks::<T>::remove(dataset);
		Self::deposit_event(Event::DatasetClosed { dataset });
		Ok(())
	}

	pub(crate) fn do_submit_sample(
		provider: T::AccountId,
		dataset: DatasetId,
		location: Location,
		bounty: BalanceOf<T>,
		gold: Option<H256>,
	) -> DispatchResult {
		Self::ensure_fetchable(&location)?;
		let mut record = Datasets::<T>::get(dataset).ok_or(Error::<T>::UnknownDataset)?;
		let task = Tasks::<T>::get(dataset).ok_or(Error::<T>::UnknownDataset)?;
		ensure!(gold.is_none() || matches!(task, Task::Classification { .. }), Error::<T>::GoldNotTaken);
		ensure!(bounty >= T::MinBounty::get(), Error::<T>::BountyTooSmall);
		ensure!(Samples::<T>::count() < T::MaxLiveSamples::get(), Error::<T>::TooManySamples);
		Self::engage_sample(&provider)?;
		let terms = record.terms.clone();
		let deposit = Self::sample_deposit(&terms);
		T::Currency::hold(&HoldReason::SampleDeposit.into(), &provider, deposit)?;
		T::Currency::hold(&HoldReason::Bounty.into(), &provider, bounty)?;

		record.live = record.live.saturating_add(1);
		Datasets::<T>::insert(dataset, record);
		let sample = NextSample::<T>::mutate(|next| core::mem::replace(next, next.saturating_add(1)));
		let commit_until = Self::now().saturating_add(terms.commit_period);
		let phase = Phase::Commit { until: commit_until };
		Samples::<T>::insert(
			sample,
			SampleRecord {
				dataset,
				provider: provider.clone(),
				location: location.clone(),
				bounty,
				deposit,
				gold: gold.map(Disclosure::Committed),
				phase,
			},
		);
		Self::deposit_event(Event::SampleSubmitted {
			sample,
			dataset,
			provider,
			location,
			bounty,
			gold,
			task,
			terms,
			commit_until,
		});
		Ok(())
	}

	pub(crate) fn do_cancel_sample(provider: T::AccountId, sample: SampleId) -> DispatchResult {
		let record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		ensure!(record.provider == provider, Error::<T>::NotProvider);
		ensure!(Labels::<T>::decode_len(sample).unwrap_or(0) == 0, Error::<T>::HasCommitments);
		// Without commitments the game can only end by the deadline, which gives the same money back.
		Self::release(HoldReason::Bounty, &provider, record.bounty);
		Self::forget(sample, &record);
		Self::deposit_event(Event::SampleCancelled { sample });
		Ok(())
	}

	pub(crate) fn do_commit_label(who: T::AccountId, sample: SampleId, commitment: H256) -> DispatchResult {
		let mut record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		let Phase::Commit { until: scheduled } = record.phase else { return Err(Error::<T>::TooLate.into()) };
		ensure!(Self::now() < scheduled, Error::<T>::TooLate);
		let terms = Self::terms_of(record.dataset)?;
		ensure!(Self::is_eligible(record.dataset, &terms, &who), Error::<T>::NotEligible);
		let mut labels = Labels::<T>::get(sample);
		ensure!(labels.iter().all(|label| label.who != who), Error::<T>::AlreadyCommitted);
		ensure!((labels.len() as u32) < terms.max_labels, Error::<T>::TooLate);
		labels
			.try_push(LabelRecord { who: who.clone(), state: Disclosure::Committed(commitment) })
			.map_err(|_| Error::<T>::TooLate)?;
		Self::engage_label(&who)?;
		T::Currency::hold(&HoldReason::Collateral.into(), &who, terms.collateral)?;
		let full = labels.len() as u32 >= terms.max_labels;
		Labels::<T>::insert(sample, labels);
		Self::deposit_event(Event::LabelCommitted { sample, who, commitment });
		if full {
			let until = deadline(scheduled, terms.reveal_period);
			Self::enter(sample, &mut record, Phase::Reveal { until });
		}
		Ok(())
	}

	pub(crate) fn do_withdraw_label(who: T::AccountId, sample: SampleId) -> DispatchResult {
		let record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		Self::take_committed(sample, &record, &who, None)?;
		let terms = Self::terms_of(record.dataset)?;
		Self::release(HoldReason::Collateral, &who, terms.collateral);
		Self::deposit_event(Event::LabelWithdrawn { sample, who });
		Ok(())
	}

	pub(crate) fn do_denounce(
		by: T::AccountId,
		sample: SampleId,
		who: T::AccountId,
		location: Location,
		salt: Salt,
	) -> DispatchResult {
		ensure!(by != who, Error::<T>::DenouncesItself);
		let record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		let opened = commitment::label(&Self::genesis().0, sample, &who, &location, &salt);
		Self::take_committed(sample, &record, &who, Some(H256(opened)))?;
		let collateral = Self::terms_of(record.dataset)?.collateral;
		// An account that cannot take it (dead, and less than the existential deposit) gets nothing.
		let reward = T::Currency::transfer_on_hold(
			&HoldReason::Collateral.into(),
			&who,
			&by,
			collateral / 2,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or_default();
		let slashed = Self::slash_collateral(&who, collateral.saturating_sub(reward));
		Self::deposit_event(Event::LabelDenounced { sample, who, by, reward, slashed });
		Ok(())
	}

	/// Takes a label out of a sample in its commit phase; `opened`, if given, must be its commitment.
	fn take_committed(
		sample: SampleId,
		record: &SampleRecordOf<T>,
		who: &T::AccountId,
		opened: Option<H256>,
	) -> DispatchResult {
		let mut labels = Labels::<T>::get(sample);
		let position = labels.iter().position(|label| label.who == *who).ok_or(Error::<T>::NotCommitted)?;
		ensure!(matches!(record.phase, Phase::Commit { until } if Self::now() < until), Error::<T>::TooLate);
		let label = labels.remove(position);
		ensure!(opened.is_none_or(|opened| label.state == Disclosure::Committed(opened)), Error::<T>::InvalidReveal);
		if labels.is_empty() {
			Labels::<T>::remove(sample);
		} else {
			Labels::<T>::insert(sample, labels);
		}
		Self::disengage_label(who);
		Ok(())
	}

	pub(crate) fn do_reveal_label(
		who: T::AccountId,
		sample: SampleId,
		location: Location,
		salt: Salt,
	) -> DispatchResult {
		let (record, mut labels, terms) = Self::game(sample)?;
		let phase = Self::reveal_phase(&record, &labels, &terms)?;
		let label = labels.iter_mut().find(|label| label.who == who).ok_or(Error::<T>::NotCommitted)?;
		let opened = commitment::label(&Self::genesis().0, sample, &who, &location, &salt);
		label.state.reveal(&location, opened).map_err(Error::<T>::from)?;
		Labels::<T>::insert(sample, &labels);
		Self::deposit_event(Event::LabelRevealed { sample, who, location });
		Self::after_reveal(sample, record, &labels, &terms, phase);
		Ok(())
	}

	pub(crate) fn do_reveal_gold(
		provider: T::AccountId,
		sample: SampleId,
		location: Location,
		salt: Salt,
	) -> DispatchResult {
		let (mut record, labels, terms) = Self::game(sample)?;
		ensure!(record.provider == provider, Error::<T>::NotProvider);
		let phase = Self::reveal_phase(&record, &labels, &terms)?;
		let opened = commitment::gold(&Self::genesis().0, record.dataset, &provider, &location, &salt);
		let gold = record.gold.as_mut().ok_or(Error::<T>::NoGold)?;
		gold.reveal(&location, opened).map_err(Error::<T>::from)?;
		Samples::<T>::insert(sample, &record);
		Self::deposit_event(Event::GoldRevealed { sample, location });
		Self::after_reveal(sample, record, &labels, &terms, phase);
		Ok(())
	}

	fn game(sample: SampleId) -> Result<GameOf<T>, Error<T>> {
		let record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		let terms = Self::terms_of(record.dataset)?;
		Ok((record, Labels::<T>::get(sample), terms))
	}

	/// The reveal phase, if the sample is in it.
	fn reveal_phase(
		record: &SampleRecordOf<T>,
		labels: &LabelsOf<T>,
		terms: &TermsOf<T>,
	) -> Result<Phase<BlockNumberFor<T>>, Error<T>> {
		match record.stage(terms, labels, Self::now(), T::Quorum::session_at) {
			Stage::Open(phase @ Phase::Reveal { .. }) => Ok(phase),
			Stage::Open(Phase::Commit { .. }) => Err(Error::<T>::TooEarly),
			_ => Err(Error::<T>::TooLate),
		}
	}

	/// Starts the score phase when there is nothing left to reveal, and the reveal phase with its first reveal.
	fn after_reveal(
		sample: SampleId,
		mut record: SampleRecordOf<T>,
		labels: &LabelsOf<T>,
		terms: &TermsOf<T>,
		reveal: Phase<BlockNumberFor<T>>,
	) {
		let all_revealed = !record.awaits_gold() && labels.iter().all(|label| label.location().is_some());
		let now = Self::now();
		if let Some(session) = T::Quorum::session_at(now).filter(|_| all_revealed) {
			let until = now.saturating_add(terms.score_period);
			Self::enter(sample, &mut record, Phase::Score { since: now, until, session });
		} else if record.phase != reveal {
			Self::enter(sample, &mut record, reveal);
		}
	}

	pub(crate) fn do_resolve(sample: SampleId) -> DispatchResult {
		let mut record = Samples::<T>::get(sample).ok_or(Error::<T>::UnknownSample)?;
		let labels = Labels::<T>::get(sample);
		let dataset = Datasets::<T>::get(record.dataset).ok_or(Error::<T>::UnknownDataset)?;
		match record.stage(&dataset.terms, &labels, Self::now(), T::Quorum::session_at) {
			Stage::Open(phase) => {
				ensure!(phase != record.phase, Error::<T>::NotOverdue);
				Self::enter(sample, &mut record, phase);
			},
			Stage::Overdue(end) => Self::settle(sample, &record, &dataset, &labels, end, None),
			Stage::Scored(session) => Self::conclude(sample, &record, &dataset, &labels, session),
		}
		Ok(())
	}

	/// What a sample's state costs for as long as it can live.
	pub(crate) fn sample_deposit(terms: &TermsOf<T>) -> BalanceOf<T> {
		let blocks = terms.commit_period.saturating_add(terms.reveal_period).saturating_add(terms.score_period);
		let blocks: u128 = blocks.saturated_into();
		T::SampleDeposit::get().saturating_add(T::SampleDepositPerBlock::get().saturating_mul(blocks))
	}

	/// Starts a phase of a sample.
	pub(crate) fn enter(sample: SampleId, record: &mut SampleRecordOf<T>, phase: Phase<BlockNumberFor<T>>) {
		record.phase = phase;
		Samples::<T>::insert(sample, &*record);
		Self::deposit_event(Event::PhaseStarted { sample, phase });
	}

	fn terms_of(dataset: DatasetId) -> Result<TermsOf<T>, Error<T>> {
		Datasets::<T>::get(dataset).map(|record| record.terms).ok_or(Error::<T>::UnknownDataset)
	}

	fn ensure_fetchable(location: &Location) -> DispatchResult {
		ensure!(cid::is_fetchable(location), Error::<T>::InvalidLocation);
		Ok(())
	}

	/// Refuses terms out of bounds, with an error that names the bound.
	fn ensure_playable(terms: &TermsOf<T>) -> DispatchResult {
		ensure!(terms.collateral >= T::MinCollateral::get(), Error::<T>::CollateralTooSmall);
		ensure!(
			terms.min_labels >= MIN_LABELS && terms.min_labels <= terms.max_labels && terms.max_labels <= MAX_LABELS,
			Error::<T>::LabelLimits
		);
		let periods = [terms.commit_period, terms.reveal_period, terms.score_period];
		ensure!(periods.iter().all(|period| *period >= One::one()), Error::<T>::PeriodTooShort);
		ensure!(terms.reveal_period >= MIN_REVEAL_PERIOD.into(), Error::<T>::PeriodTooShort);
		ensure!(terms.score_period >= MIN_SCORE_PERIOD.into(), Error::<T>::PeriodTooShort);
		ensure!(periods.iter().all(|period| *period <= T::MaxPeriod::get()), Error::<T>::PeriodTooLong);
		terms.payout.validate().map_err(|_| Error::<T>::PayoutOutOfBounds)?;
		let fees = terms.scoring_fee.checked_add(terms.attendance_fee);
		ensure!(fees.is_some_and(|fees| fees <= MAX_FEES), Error::<T>::FeesTooHigh);
		Ok(())
	}

	/// The block that is being built.
	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	/// The chain's identity.
	pub(crate) fn genesis() -> H256 {
		pallet_quorum::genesis::<T>()
	}

	/// Gives back what was held; storage and holds agree, so all of it is there.
	pub(crate) fn release(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) {
		if !pallet_quorum::release::<T::Currency, _>(reason.into(), who, amount) {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
	}

	/// Tells of the impossible: loud in tests, an event in production.
	pub(crate) fn unexpected(kind: UnexpectedKind) {
		frame_support::defensive!("unexpected", kind);
		Self::deposit_event(Event::Unexpected(kind));
	}

	/// What is on hold from `who`.
	#[cfg(test)]
	pub(crate) fn held(reason: HoldReason, who: &T::AccountId) -> BalanceOf<T> {
		<T::Currency as frame_support::traits::fungible::InspectHold<T::AccountId>>::balance_on_hold(
			&reason.into(),
			who,
		)
	}
}
