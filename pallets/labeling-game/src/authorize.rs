//! Which reports of scorers are taken.
//!
//! Dispatch never fails for what is accepted here. The signature is checked before any sample is read: reading up to
//! sixteen samples with all their labels costs more, and anybody can send calls. The pool holds one commit and one
//! reveal call of each scorer at a time.

use crate::*;
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid, commitment,
	scorers::{ScorerIndex, Scorers, SessionIndex},
	GoldUse,
};
use sp_core::H256;
use sp_runtime::{
	traits::Saturating,
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
		TransactionValidityWithRefund, ValidTransaction,
	},
	RuntimeAppPublic,
};

/// Reports go before ordinary transactions: a full block must not keep them out until the game is void.
const PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;
/// Blocks after which an unused report call leaves the pool.
const LONGEVITY: u64 = 16;

/// Why a call was refused; the code of [`InvalidTransaction::Custom`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Refusal {
	/// Nothing in it, or samples not in rising order.
	Order = 1,
	/// No such sample, or not in its score phase, or scored by another session.
	NotScored = 2,
	/// This scorer has sent this already.
	Repeated = 3,
	/// The commit round is over.
	TooLate = 4,
	/// The commit round is not over.
	TooEarly = 5,
	/// The report does not open the commitment.
	WrongReveal = 6,
	/// The report does not have one verdict for each revealed label, or a word on gold that there is not, or none on
	/// gold that there is, or its consensus is no CID.
	WrongShape = 7,
	/// No such scorer, or not its signature.
	Signature = 8,
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal as u8).into()
	}
}

/// A sample in its score phase, with all that deciding on a report needs.
pub(crate) struct Scoring<T: Config> {
	pub(crate) record: SampleRecordOf<T>,
	pub(crate) dataset: DatasetRecordOf<T>,
	pub(crate) labels: LabelsOf<T>,
	pub(crate) tally: Tally<T::MaxScorers>,
	pub(crate) since: BlockNumberFor<T>,
	pub(crate) until: BlockNumberFor<T>,
	pub(crate) session: SessionIndex,
}

impl<T: Config> Scoring<T> {
	pub(crate) fn phase(&self) -> Phase<BlockNumberFor<T>> {
		Phase::Score { since: self.since, until: self.until, session: self.session }
	}

	/// Block in which reveals are taken at the latest: half of the score period is for commitments.
	pub(crate) fn reveal_from(&self) -> BlockNumberFor<T> {
		let half = self.until.saturating_sub(self.since) / 2u32.into();
		self.since.saturating_add(half)
	}

	/// True when the commit round is over: its half has passed, or all have committed.
	pub(crate) fn takes_reveals(&self, now: BlockNumberFor<T>) -> bool {
		now >= self.reveal_from() || self.tally.commits.len() as u32 >= T::Scorers::count(self.session)
	}
}

impl<T: Config> Pallet<T> {
	/// The sample, if it is in its score phase.
	pub(crate) fn scoring(sample: SampleId) -> Option<Scoring<T>> {
		let record = Samples::<T>::get(sample)?;
		let dataset = Datasets::<T>::get(record.dataset)?;
		let labels = Labels::<T>::get(sample);
		match record.stage(&dataset.terms, &labels, Self::now(), T::Scorers::session_at) {
			Stage::Open(Phase::Score { since, until, session }) => {
				let tally = Tallies::<T>::get(sample);
				Some(Scoring { record, dataset, labels, tally, since, until, session })
			},
			_ => None,
		}
	}

	pub(crate) fn authorize_commit_report(
		_source: TransactionSource,
		session: &SessionIndex,
		scorer: &ScorerIndex,
		commitments: &ReportCommitments,
		signature: &ScorerSignatureOf<T>,
	) -> TransactionValidityWithRefund {
		let (session, scorer) = (*session, *scorer);
		ensure_rising(commitments.iter().map(|(sample, _)| *sample))?;
		Self::ensure_signed_by(COMMIT_DOMAIN, session, scorer, commitments, signature)?;
		for (sample, _) in commitments {
			let scoring = Self::scoring_by(*sample, session)?;
			ensure!(!scoring.tally.commits.contains_key(&scorer), Refusal::Repeated);
			ensure!(!scoring.takes_reveals(Self::now()), Refusal::TooLate);
		}
		valid("LearnwareCommitReport", session, scorer)
	}

	pub(crate) fn authorize_reveal_report(
		_source: TransactionSource,
		session: &SessionIndex,
		scorer: &ScorerIndex,
		reveals: &ReportReveals,
		signature: &ScorerSignatureOf<T>,
	) -> TransactionValidityWithRefund {
		let (session, scorer) = (*session, *scorer);
		ensure_rising(reveals.iter().map(|reveal| reveal.sample))?;
		Self::ensure_signed_by(REVEAL_DOMAIN, session, scorer, reveals, signature)?;
		for ReportReveal { sample, report, salt } in reveals {
			let scoring = Self::scoring_by(*sample, session)?;
			ensure!(!scoring.tally.reveals.contains_key(&scorer), Refusal::Repeated);
			ensure!(scoring.takes_reveals(Self::now()), Refusal::TooEarly);
			ensure!(report.verdicts.len() as u32 == count_revealed(&scoring.labels), Refusal::WrongShape);
			ensure!((report.gold == GoldUse::None) == scoring.record.gold.is_none(), Refusal::WrongShape);
			ensure!(report.consensus.is_empty() || cid::is_fetchable(&report.consensus), Refusal::WrongShape);
			let opened = commitment::report(&Self::genesis().0, session, scorer, *sample, report, salt);
			ensure!(scoring.tally.commits.get(&scorer) == Some(&H256(opened)), Refusal::WrongReveal);
		}
		valid("LearnwareRevealReport", session, scorer)
	}

	fn scoring_by(sample: SampleId, session: SessionIndex) -> Result<Scoring<T>, Refusal> {
		Self::scoring(sample).filter(|scoring| scoring.session == session).ok_or(Refusal::NotScored)
	}

	fn ensure_signed_by(
		domain: &str,
		session: SessionIndex,
		scorer: ScorerIndex,
		entries: &impl Encode,
		signature: &ScorerSignatureOf<T>,
	) -> Result<(), Refusal> {
		let (_, key) = T::Scorers::scorer(session, scorer).ok_or(Refusal::Signature)?;
		let payload = signing_payload(domain, &Self::genesis(), session, scorer, entries);
		ensure!(key.verify(&payload, signature), Refusal::Signature);
		Ok(())
	}
}

fn ensure_rising(samples: impl Iterator<Item = SampleId>) -> Result<(), Refusal> {
	let samples: Vec<_> = samples.collect();
	let rising = samples.iter().zip(samples.iter().skip(1)).all(|(a, b)| a < b);
	ensure!(rising && !samples.is_empty(), Refusal::Order);
	Ok(())
}

/// The tag names who, not what: a scorer cannot fill the pool.
fn valid(tag: &'static str, session: SessionIndex, scorer: ScorerIndex) -> TransactionValidityWithRefund {
	ValidTransaction::with_tag_prefix(tag)
		.priority(PRIORITY)
		.and_provides((session, scorer))
		.longevity(LONGEVITY)
		.propagate(true)
		.build()
		.map(|valid| (valid, Weight::zero()))
}
