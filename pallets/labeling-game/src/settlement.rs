//! The end of a game: who is paid, refunded and slashed, and the removal of its state.

use crate::*;
use alloc::vec::Vec;
use learnware_primitives::{
	places::parts_per_million,
	settle::{earned, judged_end, slash_reason, Played},
};
use pallet_quorum::{Decision, Purse, SessionIndex};
use sp_runtime::traits::Zero;

/// [`Decision`] of a runtime on a sample.
pub(crate) type DecisionOf<T> = Decision<ScorerReport, <T as frame_system::Config>::AccountId>;

impl<T: Config> Pallet<T> {
	/// Ends a sample whose scorers have spoken, or have not in time.
	pub(crate) fn conclude(
		sample: SampleId,
		record: &SampleRecordOf<T>,
		dataset: &DatasetRecordOf<T>,
		labels: &LabelsOf<T>,
		session: SessionIndex,
	) {
		let decision = T::Quorum::close(sample, session);
		let end = match &decision {
			None => End::NoQuorum,
			Some(Decision { report, .. }) => judged_end(report.gold, report.wash),
		};
		Self::settle(sample, record, dataset, labels, end, decision);
	}

	/// Spends the bounty, settles every collateral, and removes the sample.
	pub(crate) fn settle(
		sample: SampleId,
		record: &SampleRecordOf<T>,
		dataset: &DatasetRecordOf<T>,
		labels: &LabelsOf<T>,
		end: End,
		decision: Option<DecisionOf<T>>,
	) {
		let mut purse =
			Purse::<T::Currency, _> { reason: HoldReason::Bounty.into(), owner: &record.provider, left: record.bounty };
		let scoring_fee = decision.as_ref().map_or_else(Zero::zero, |decision| {
			purse.share(&decision.agreeing, parts_per_million(dataset.terms.scoring_fee, record.bounty))
		});
		let played = Self::played(labels, decision.as_ref());
		let amounts = earned(&dataset.terms.spending(), end, record.bounty, scoring_fee, &played);
		let outcomes: Vec<_> = labels
			.iter()
			.zip(played)
			.zip(amounts)
			.map(|((label, played), amount)| {
				let slash_reason = slash_reason(end, &played);
				Self::disengage_label(&label.who);
				LabelOutcome {
					who: label.who.clone(),
					location: label.location().cloned(),
					verdict: played.verdict,
					paid: purse.pay(&label.who, amount),
					slashed: Self::settle_collateral(&label.who, dataset.terms.collateral, slash_reason),
					slash_reason,
				}
			})
			.collect();
		let returned = purse.left;
		Self::release(HoldReason::Bounty, &record.provider, returned);
		Self::forget(sample, record);
		Self::deposit_event(Event::SampleResolved {
			sample,
			dataset: record.dataset,
			provider: record.provider.clone(),
			end,
			bounty: record.bounty,
			returned,
			scoring_fee,
			gold: decision.as_ref().map(|decision| decision.report.gold).unwrap_or_default(),
			consensus: decision.map(|decision| decision.report.consensus).unwrap_or_default(),
			labels: outcomes,
		});
	}

	/// Removes all state of a sample and releases its deposit.
	pub(crate) fn forget(sample: SampleId, record: &SampleRecordOf<T>) {
		Self::release(HoldReason::SampleDeposit, &record.provider, record.deposit);
		Self::disengage_sample(&record.provider);
		Datasets::<T>::mutate_extant(record.dataset, |dataset| dataset.live = dataset.live.saturating_sub(1));
		Samples::<T>::remove(sample);
		Labels::<T>::remove(sample);
	}

	/// The labels in order of commitment, each with its verdict if it was revealed and judged.
	fn played(labels: &LabelsOf<T>, decision: Option<&DecisionOf<T>>) -> Vec<Played> {
		let mut judged = decision.iter().flat_map(|decision| decision.report.verdicts.iter().copied());
		let played = |label: &LabelRecordOf<T>| {
			let revealed = label.location().is_some();
			Played { revealed, verdict: if revealed { judged.next() } else { None } }
		};
		labels.iter().map(played).collect()
	}

	/// Slashes the collateral if there is a reason, and releases it if not; returns what was slashed.
	fn settle_collateral(who: &T::AccountId, collateral: BalanceOf<T>, reason: Option<SlashReason>) -> BalanceOf<T> {
		if reason.is_none() {
			Self::release(HoldReason::Collateral, who, collateral);
			return Zero::zero();
		}
		Self::slash_collateral(who, collateral)
	}

	/// Slashes collateral, and returns how much it was.
	pub(crate) fn slash_collateral(who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		let slashed = pallet_quorum::slash::<T::Currency, _, T::Slashed>(HoldReason::Collateral.into(), who, amount);
		if slashed != amount {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
		slashed
	}
}
