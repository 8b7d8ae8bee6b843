//! The end of a game: who is paid, refunded and slashed, and the removal of its state.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	pallet_prelude::*,
	traits::{
		fungible::{hold::Balanced, MutateHold},
		tokens::{Fortitude, Precision, Restriction},
		OnUnbalanced,
	},
};
use learnware_primitives::{
	places::{self, parts_per_million, Ranked},
	scorers::{ScorerIndex, Scorers, SessionIndex},
	GoldUse, Verdict,
};
use sp_core::H256;
use sp_runtime::traits::Zero;

/// The report that more than two thirds of the scorers agree on.
pub(crate) struct Decision<T: Config> {
	session: SessionIndex,
	hash: H256,
	report: ScorerReport,
	tally: Tally<T::MaxScorers>,
}

/// A held bounty that is being spent.
struct Purse<'a, T: Config> {
	provider: &'a T::AccountId,
	left: BalanceOf<T>,
}

impl<T: Config> Purse<'_, T> {
	/// Pays `amount` to `who` and returns what arrived: nothing, when the account cannot take it (a dead account
	/// and less than the existential deposit). What does not arrive stays in the purse.
	fn pay(&mut self, who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		let amount = amount.min(self.left);
		if amount.is_zero() {
			return amount;
		}
		// Forced, so that no freeze on the provider's account keeps the bounty from who earned it.
		let paid = T::Currency::transfer_on_hold(
			&HoldReason::Bounty.into(),
			self.provider,
			who,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or_default();
		self.left = self.left.saturating_sub(paid);
		paid
	}
}

impl<T: Config> Pallet<T> {
	/// Ends a sample whose scorers have spoken, or have not in time.
	pub(crate) fn conclude(
		sample: SampleId,
		record: &SampleRecordOf<T>,
		dataset: &DatasetRecordOf<T>,
		labels: &LabelsOf<T>,
		session: SessionIndex,
	) {
		let tally = Tallies::<T>::get(sample);
		let decision = tally
			.decided(T::Scorers::count(session))
			.and_then(|hash| Reports::<T>::get(sample, hash).map(|report| Decision { session, hash, report, tally }));
		let end = match &decision {
			None => End::NoQuorum,
			Some(Decision { report, .. }) if matches!(report.gold, GoldUse::Bad(_)) => End::GoldWithheld,
			Some(Decision { report, .. }) if report.wash => End::Washed,
			Some(_) => End::Paid,
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
		decision: Option<Decision<T>>,
	) {
		let mut purse = Purse::<T> { provider: &record.provider, left: record.bounty };
		let scoring_fee = decision.as_ref().map_or_else(Zero::zero, |decision| {
			Self::judge_scorers(sample, decision);
			Self::pay_scorers(&mut purse, decision, parts_per_million(dataset.terms.scoring_fee, record.bounty))
		});
		let verdicts = Self::verdicts(labels, decision.as_ref());
		let pot = record.bounty.saturating_sub(scoring_fee);
		let amounts = Self::earned(&dataset.terms, record.bounty, pot, end, labels, &verdicts);
		let outcomes: Vec<_> = labels
			.iter()
			.zip(verdicts)
			.zip(amounts)
			.map(|((label, verdict), amount)| {
				let slash_reason = slash_reason(label, end, verdict);
				Self::disengage_label(&label.who);
				LabelOutcome {
					who: label.who.clone(),
					location: label.location().cloned(),
					verdict,
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
		Tallies::<T>::remove(sample);
		// Each scorer adds at most one report.
		let _ = Reports::<T>::clear_prefix(sample, T::MaxScorers::get(), None);
	}

	/// The verdict on each label, in order of commitment; `None` for one that was not revealed or not judged.
	fn verdicts(labels: &LabelsOf<T>, decision: Option<&Decision<T>>) -> Vec<Option<Verdict>> {
		let mut judged = decision.iter().flat_map(|decision| decision.report.verdicts.iter().copied());
		labels.iter().map(|label| label.location().and_then(|_| judged.next())).collect()
	}

	/// What each label earns, in order of commitment; the sum is at most `pot`, the bounty without what scorers got.
	fn earned(
		terms: &TermsOf<T>,
		bounty: BalanceOf<T>,
		pot: BalanceOf<T>,
		end: End,
		labels: &LabelsOf<T>,
		verdicts: &[Option<Verdict>],
	) -> Vec<BalanceOf<T>> {
		let share = |parts: u32| parts_per_million(parts, bounty);
		match end {
			End::Paid => {
				// The shares of scorers that could not be paid are not for labels.
				let places = bounty.saturating_sub(share(terms.scoring_fee));
				places::prizes(&terms.payout, terms.duplicates, &ranking(verdicts), places)
			},
			End::Washed => {
				let attended = |verdict: &Option<Verdict>| matches!(verdict, Some(Verdict::Scored { .. }));
				in_equal_parts(share(terms.attendance_fee), verdicts.iter().map(attended).collect())
			},
			// Unjudged labels count as long as nobody could judge them.
			End::GoldWithheld => {
				let attended = |(label, verdict): (&LabelRecordOf<T>, &Option<Verdict>)| {
					label.location().is_some() && !matches!(verdict, Some(Verdict::Bad(_)))
				};
				in_equal_parts(pot, labels.iter().zip(verdicts).map(attended).collect())
			},
			End::NoQuorum | End::TooFewReveals | End::TooFewCommitments => labels.iter().map(|_| 0).collect(),
		}
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
		let (slashed, missing) = T::Currency::slash(&HoldReason::Collateral.into(), who, amount);
		if !missing.is_zero() {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
		T::Slashed::on_unbalanced(slashed);
		amount.saturating_sub(missing)
	}

	/// Shares `fee` among the scorers of the deciding report, rounded down; returns what arrived.
	fn pay_scorers(purse: &mut Purse<T>, decision: &Decision<T>, fee: BalanceOf<T>) -> BalanceOf<T> {
		let agreeing = decision.tally.reveals.iter().filter(|(_, hash)| **hash == decision.hash);
		let scorers: Vec<ScorerIndex> = agreeing.map(|(scorer, _)| *scorer).collect();
		let each = fee.checked_div(scorers.len() as u128).unwrap_or_default();
		scorers
			.iter()
			.filter_map(|scorer| T::Scorers::scorer(decision.session, *scorer))
			.fold(Zero::zero(), |paid: BalanceOf<T>, (who, _)| paid.saturating_add(purse.pay(&who, each)))
	}

	/// Tells on scorers that revealed something else, or nothing.
	///
	/// A report that could fetch other files than the deciding one is no lie: it would differ in any case. Its scorer
	/// counts as absent, so that nobody is slashed for a bad connection, and nobody is afraid to report what it misses.
	fn judge_scorers(sample: SampleId, decision: &Decision<T>) {
		let decided = unavailable(&decision.report);
		for scorer in 0..T::Scorers::count(decision.session) {
			match decision.tally.reveals.get(&scorer) {
				Some(hash) if *hash == decision.hash => {},
				Some(hash) if Reports::<T>::get(sample, hash).is_some_and(|other| unavailable(&other) == decided) => {
					T::Scorers::report_deviant(decision.session, scorer)
				},
				_ => T::Scorers::report_absent(decision.session, scorer),
			}
		}
	}
}

/// The labels that may take a place, with their scores and contents.
fn ranking(verdicts: &[Option<Verdict>]) -> Vec<Option<Ranked>> {
	let mut judged = 0..;
	verdicts
		.iter()
		.map(|verdict| {
			// Copies are named by their position among the labels that were judged.
			let position = verdict.and_then(|_| judged.next());
			match (*verdict, position) {
				(Some(Verdict::Scored { score, eligible: true, outlier: false, copy_of, .. }), Some(position)) => {
					Some(Ranked { score, content: copy_of.unwrap_or(position) })
				},
				_ => None,
			}
		})
		.collect()
}

/// The same part of `amount`, rounded down, to each of `heads` that is true.
fn in_equal_parts(amount: u128, heads: Vec<bool>) -> Vec<u128> {
	let count = heads.iter().filter(|counts| **counts).count() as u128;
	let each = amount.checked_div(count).unwrap_or_default();
	heads.into_iter().map(|counts| if counts { each } else { 0 }).collect()
}

/// Why a label's collateral is lost, if it is.
fn slash_reason<AccountId>(label: &LabelRecord<AccountId>, end: End, verdict: Option<Verdict>) -> Option<SlashReason> {
	match (end, &label.state, verdict) {
		(End::TooFewCommitments | End::GoldWithheld, ..) => None,
		(_, Disclosure::Committed(_), _) => Some(SlashReason::NotRevealed),
		(End::Paid | End::Washed, _, Some(Verdict::Bad(_))) => Some(SlashReason::BadLabel),
		(End::Paid, _, Some(Verdict::Scored { outlier: true, .. })) => Some(SlashReason::Outlier),
		_ => None,
	}
}
