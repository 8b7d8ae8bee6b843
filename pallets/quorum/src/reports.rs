//! The reports of a round, and the decision.

use crate::{Game, ReportReveal, Round, ScorePhase, Tally};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*, StorageDoubleMap, StorageMap};
use learnware_primitives::scorers::{ScorerIndex, Scorers, SessionIndex};
use sp_core::H256;
use sp_runtime::{RuntimeAppPublic, TryRuntimeError};

/// A piece of work in its round, with all that deciding on a report needs.
pub struct Scoring<G: Game + ?Sized> {
	/// The work.
	pub work: G::Work,
	/// Its round.
	pub round: Round<G::BlockNumber>,
	/// What scorers have sent.
	pub tally: Tally<G::MaxScorers>,
}

impl<G: Game + ?Sized> Scoring<G> {
	/// True when the time for commitments is over: half of the round has passed, or all have committed.
	pub fn takes_reveals(&self) -> bool {
		let committed = self.tally.commits.len() as u32;
		G::now() >= self.round.reveal_from() || committed >= G::Scorers::count(self.round.session)
	}
}

/// The work, if it is in its round.
pub fn scoring<G: Game>(work: G::Id) -> Option<Scoring<G>> {
	let (scored, round) = G::in_round(work)?;
	Some(Scoring { work: scored, round, tally: G::Tallies::get(work) })
}

/// Stores what [`authorize_commit`](crate::authorize_commit) has accepted.
pub fn commit<G: Game>(scorer: ScorerIndex, commitments: impl IntoIterator<Item = (G::Id, H256)>) {
	for (work, hash) in commitments {
		let Some(Scoring { work: scored, round, mut tally }) = scoring::<G>(work) else {
			G::not_stored();
			continue;
		};
		if tally.commits.try_insert(scorer, hash).is_err() {
			G::not_stored();
			continue;
		}
		G::Tallies::insert(work, tally);
		G::committed(work, scored, round, scorer);
	}
}

/// Stores what [`authorize_reveal`](crate::authorize_reveal) has accepted, and ends what is complete.
pub fn reveal<G: Game>(
	session: SessionIndex,
	scorer: ScorerIndex,
	reveals: impl IntoIterator<Item = ReportReveal<G::Id, G::Report>>,
) {
	for ReportReveal { work, report, .. } in reveals {
		let Some(Scoring { work: scored, mut tally, .. }) = scoring::<G>(work) else {
			G::not_stored();
			continue;
		};
		let hash = H256(sp_io::hashing::blake2_256(&report.encode()));
		if tally.reveals.try_insert(scorer, hash).is_err() {
			G::not_stored();
			continue;
		}
		if !G::Reports::contains_key(work, hash) {
			G::Reports::insert(work, hash, report);
		}
		let complete = tally.reveals.len() == tally.commits.len();
		G::Tallies::insert(work, tally);
		G::revealed(work, session, scorer, hash);
		if complete {
			G::complete(work, scored, session);
		}
	}
}

/// The report that more than two thirds of the scorers agree on.
pub struct Decision<G: Game + ?Sized> {
	/// The report.
	pub report: G::Report,
	session: SessionIndex,
	hash: H256,
	work: G::Id,
	tally: Tally<G::MaxScorers>,
}

/// The decision on a piece of work, if there is one.
pub fn decision<G: Game>(work: G::Id, session: SessionIndex) -> Option<Decision<G>> {
	let tally = G::Tallies::get(work);
	let hash = tally.decided(G::Scorers::count(session))?;
	Some(Decision { report: G::Reports::get(work, hash)?, session, hash, work, tally })
}

impl<G: Game> Decision<G> {
	/// Accounts of those who revealed it.
	pub fn agreeing(&self) -> Vec<G::AccountId> {
		let agreeing = self.tally.reveals.iter().filter(|(_, hash)| **hash == self.hash);
		agreeing
			.filter_map(|(scorer, _)| G::Scorers::scorer(self.session, *scorer))
			.map(|(account, _)| account)
			.collect()
	}

	/// Tells on scorers that revealed something else, or nothing.
	///
	/// A report that could fetch other files than the deciding one (`unavailable` differs) is no lie: it would differ in
	/// any case. Its scorer counts as absent, so that nobody is slashed for a bad connection, and nobody is afraid to
	/// report what it misses.
	pub fn judge_scorers<U: PartialEq>(&self, unavailable: impl Fn(&G::Report) -> U) {
		let decided = unavailable(&self.report);
		for scorer in 0..G::Scorers::count(self.session) {
			match self.tally.reveals.get(&scorer) {
				Some(hash) if *hash == self.hash => {},
				Some(hash) if G::Reports::get(self.work, hash).is_some_and(|other| unavailable(&other) == decided) => {
					G::Scorers::report_deviant(self.session, scorer)
				},
				_ => G::Scorers::report_absent(self.session, scorer),
			}
		}
	}
}

/// Removes all that scorers have sent.
pub fn forget<G: Game>(work: G::Id) {
	G::Tallies::remove(work);
	// Each scorer adds at most one report.
	let _ = G::Reports::clear_prefix(work, G::MaxScorers::get(), None);
}

/// What scorers must know of the round of a piece of work, if it is in it.
pub fn score_phase<G: Game>(work: G::Id) -> Option<ScorePhase<G::BlockNumber>> {
	let scoring = scoring::<G>(work)?;
	let Round { since, until, session } = scoring.round;
	Some(ScorePhase {
		since,
		until,
		session,
		revealing: scoring.takes_reveals(),
		reveal_from: scoring.round.reveal_from(),
		committed: scoring.tally.commits.iter().map(|(scorer, hash)| (*scorer, *hash)).collect(),
		revealed: scoring.tally.reveals.keys().copied().collect(),
	})
}

/// Public keys of the scorers of `session`, in order of their index; empty if it is no longer remembered.
pub fn scorer_keys<G: Game>(session: SessionIndex) -> Vec<Vec<u8>> {
	(0..G::Scorers::count(session))
		.filter_map(|scorer| G::Scorers::scorer(session, scorer))
		.map(|(_, key)| key.to_raw_vec())
		.collect()
}

/// A scorer's signature from its bytes.
pub fn decode_signature<G: Game>(mut bytes: &[u8]) -> Option<<G::ScorerId as RuntimeAppPublic>::Signature> {
	Decode::decode(&mut bytes).ok()
}

/// Checks what is stored of a piece of work; `in_round` tells whether its round is stored as begun.
pub fn check<G: Game>(work: G::Id, in_round: bool) -> Result<(), TryRuntimeError> {
	ensure!(in_round || !G::Tallies::contains_key(work), "a report came before the score phase");
	let tally = G::Tallies::get(work);
	let committed = |scorer| tally.commits.contains_key(scorer);
	ensure!(tally.reveals.keys().all(committed), "a report was revealed without commitment");
	let stored = |hash: &H256| G::Reports::contains_key(work, hash);
	ensure!(tally.reveals.values().all(stored), "a revealed report is not stored");
	Ok(())
}
