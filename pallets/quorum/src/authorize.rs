//! Which reports of scorers are taken.
//!
//! Dispatch never fails for what is accepted here. The signature is checked before any work is read: reading up to
//! sixteen samples with all their labels costs more, and anybody can send calls. The pool holds one commit and one
//! reveal call of each scorer and game at a time.

use crate::{reports::scoring, signing_payload, Game, ReportReveal, Scoring};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use learnware_primitives::{
	commitment,
	scorers::{ScorerIndex, Scorers, SessionIndex},
};
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

type SignatureOf<G> = <<G as Game>::ScorerId as RuntimeAppPublic>::Signature;

/// Judges a call that commits to reports.
pub fn authorize_commit<G: Game>(
	session: SessionIndex,
	scorer: ScorerIndex,
	commitments: &[(G::Id, H256)],
	signature: &SignatureOf<G>,
) -> TransactionValidityWithRefund {
	ensure_rising(commitments.iter().map(|(work, _)| *work))?;
	ensure_signed_by::<G>(G::DOMAINS.commit, session, scorer, &commitments, signature)?;
	for (work, _) in commitments {
		let scoring = scoring_by::<G>(*work, session)?;
		ensure!(!scoring.tally.commits.contains_key(&scorer), Refusal::Repeated);
		ensure!(!scoring.takes_reveals(), Refusal::TooLate);
	}
	valid(G::DOMAINS.commit, session, scorer)
}

/// Judges a call that reveals reports.
pub fn authorize_reveal<G: Game>(
	session: SessionIndex,
	scorer: ScorerIndex,
	reveals: &[ReportReveal<G::Id, G::Report>],
	signature: &SignatureOf<G>,
) -> TransactionValidityWithRefund {
	ensure_rising(reveals.iter().map(|reveal| reveal.work))?;
	ensure_signed_by::<G>(G::DOMAINS.reveal, session, scorer, &reveals, signature)?;
	for ReportReveal { work, report, salt } in reveals {
		let scoring = scoring_by::<G>(*work, session)?;
		ensure!(!scoring.tally.reveals.contains_key(&scorer), Refusal::Repeated);
		ensure!(scoring.takes_reveals(), Refusal::TooEarly);
		ensure!(G::is_well_formed(&scoring.work, report), Refusal::WrongShape);
		let opened = commitment::report(G::DOMAINS.report, &G::genesis().0, session, scorer, work, report, salt);
		ensure!(scoring.tally.commits.get(&scorer) == Some(&H256(opened)), Refusal::WrongReveal);
	}
	valid(G::DOMAINS.reveal, session, scorer)
}

fn scoring_by<G: Game>(work: G::Id, session: SessionIndex) -> Result<Scoring<G>, Refusal> {
	scoring::<G>(work).filter(|scoring| scoring.round.session == session).ok_or(Refusal::NotScored)
}

fn ensure_signed_by<G: Game>(
	domain: &str,
	session: SessionIndex,
	scorer: ScorerIndex,
	entries: &impl Encode,
	signature: &SignatureOf<G>,
) -> Result<(), Refusal> {
	let (_, key) = G::Scorers::scorer(session, scorer).ok_or(Refusal::Signature)?;
	let payload = signing_payload(domain, &G::genesis(), session, scorer, entries);
	ensure!(key.verify(&payload, signature), Refusal::Signature);
	Ok(())
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
