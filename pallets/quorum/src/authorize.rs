//! Which reports of scorers are taken.
//!
//! Dispatch never fails for what is accepted here. The signature is checked before any work is read: reading up to
//! sixteen samples with all their labels costs more, and anybody can send calls. The pool holds one commit and one
//! reveal call of each scorer and game at a time.

use crate::{
	genesis, pallet::*, reports::Scoring, signing_payload, Game, ReportReveal, ScorerIndex, Scorers, SessionIndex,
};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use learnware_primitives::commitment;
use sp_core::H256;
use sp_runtime::{
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionValidityError, TransactionValidityWithRefund,
		ValidTransaction,
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
	/// Nothing in it, or work not in rising order.
	Order = 1,
	/// No such work, or not in its round, or scored by another session.
	NotScored = 2,
	/// This scorer has sent this already.
	Repeated = 3,
	/// The time for commitments is over.
	TooLate = 4,
	/// The time for commitments is not over.
	TooEarly = 5,
	/// The report does not open the commitment.
	WrongReveal = 6,
	/// The report has not the form that the work asks for, see [`Game::is_well_formed`].
	WrongShape = 7,
	/// No such scorer, or not its signature.
	Signature = 8,
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal as u8).into()
	}
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
	/// Judges a call that commits to reports.
	pub(crate) fn authorize_commit(
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: &[(WorkIdOf<T, I>, H256)],
		signature: &SignatureOf<T, I>,
	) -> TransactionValidityWithRefund {
		let domain = T::Game::DOMAINS.commit;
		ensure_rising(commitments.iter().map(|(work, _)| *work))?;
		Self::ensure_signed_by(domain, session, scorer, &commitments, signature)?;
		for (work, _) in commitments {
			let scoring = Self::scoring_by(*work, session)?;
			ensure!(!scoring.tally.commits.contains_key(&scorer), Refusal::Repeated);
			ensure!(!scoring.takes_reveals(), Refusal::TooLate);
		}
		valid(domain, session, scorer)
	}

	/// Judges a call that reveals reports.
	pub(crate) fn authorize_reveal(
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: &[ReportReveal<WorkIdOf<T, I>, ReportOf<T, I>>],
		signature: &SignatureOf<T, I>,
	) -> TransactionValidityWithRefund {
		let domains = T::Game::DOMAINS;
		ensure_rising(reveals.iter().map(|reveal| reveal.work))?;
		Self::ensure_signed_by(domains.reveal, session, scorer, &reveals, signature)?;
		for ReportReveal { work, report, salt } in reveals {
			let scoring = Self::scoring_by(*work, session)?;
			ensure!(!scoring.tally.reveals.contains_key(&scorer), Refusal::Repeated);
			ensure!(scoring.takes_reveals(), Refusal::TooEarly);
			ensure!(T::Game::is_well_formed(&scoring.work, report), Refusal::WrongShape);
			let opened = commitment::report(domains.report, &genesis::<T>().0, session, scorer, work, report, salt);
			ensure!(scoring.tally.commits.get(&scorer) == Some(&H256(opened)), Refusal::WrongReveal);
		}
		valid(domains.reveal, session, scorer)
	}

	fn scoring_by(work: WorkIdOf<T, I>, session: SessionIndex) -> Result<Scoring<T, I>, Refusal> {
		Self::scoring(work).filter(|scoring| scoring.round.session == session).ok_or(Refusal::NotScored)
	}

	fn ensure_signed_by(
		domain: &str,
		session: SessionIndex,
		scorer: ScorerIndex,
		entries: &impl Encode,
		signature: &SignatureOf<T, I>,
	) -> Result<(), Refusal> {
		let (_, key) = T::Scorers::scorer(session, scorer).ok_or(Refusal::Signature)?;
		let payload = signing_payload(domain, &genesis::<T>(), session, scorer, entries);
		ensure!(key.verify(&payload, signature), Refusal::Signature);
		Ok(())
	}
}

fn ensure_rising<Id: Ord>(work: impl Iterator<Item = Id>) -> Result<(), Refusal> {
	let work: Vec<_> = work.collect();
	let rising = work.iter().zip(work.iter().skip(1)).all(|(a, b)| a < b);
	ensure!(rising && !work.is_empty(), Refusal::Order);
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
