//! The reports of a round, and the decision.

use crate::{pallet::*, Decision, Game, Quorum, ReportReveal, Round, ScorePhase, ScorerIndex, Scorers, SessionIndex};
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use parity_scale_codec::DecodeAll;
use sp_core::H256;

/// A piece of work in its round, with all that deciding on a report needs.
pub(crate) struct Scoring<T: Config<I>, I: 'static> {
	/// The work.
	pub work: <T::Game as Game>::Work,
	/// Its round.
	pub round: Round<BlockNumberFor<T>>,
	/// What scorers have sent.
	pub tally: TallyOf<T, I>,
}

impl<T: Config<I>, I: 'static> Scoring<T, I> {
	/// True when the time for commitments is over: half of the round has passed, or all have committed.
	pub fn takes_reveals(&self) -> bool {
		let committed = self.tally.commits.len() as u32;
		let now = frame_system::Pallet::<T>::block_number();
		now >= self.round.reveal_from() || committed >= T::Scorers::count(self.round.session)
	}
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
	/// The work, if it is in its round.
	pub(crate) fn scoring(id: WorkIdOf<T, I>) -> Option<Scoring<T, I>> {
		let (work, round) = T::Game::in_round(id)?;
		Some(Scoring { work, round, tally: Tallies::<T, I>::get(id) })
	}

	/// Stores what `authorize_commit` has accepted.
	pub(crate) fn do_commit(
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: impl IntoIterator<Item = (WorkIdOf<T, I>, H256)>,
	) {
		for (work, hash) in commitments {
			let Some(Scoring { work: scored, round, mut tally }) = Self::scoring(work) else {
				Self::unexpected(UnexpectedKind::ReportNotStored);
				continue;
			};
			if tally.commits.try_insert(scorer, hash).is_err() {
				Self::unexpected(UnexpectedKind::ReportNotStored);
				continue;
			}
			Tallies::<T, I>::insert(work, tally);
			T::Game::begin(work, scored, round);
			Self::deposit_event(Event::ReportCommitted { work, session, scorer });
		}
	}

	/// Stores what `authorize_reveal` has accepted, and ends what is complete.
	pub(crate) fn do_reveal(
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: impl IntoIterator<Item = ReportReveal<WorkIdOf<T, I>, ReportOf<T, I>>>,
	) {
		for ReportReveal { work, report, .. } in reveals {
			let Some(Scoring { work: scored, mut tally, .. }) = Self::scoring(work) else {
				Self::unexpected(UnexpectedKind::ReportNotStored);
				continue;
			};
			let hash = H256(sp_io::hashing::blake2_256(&report.encode()));
			if tally.reveals.try_insert(scorer, hash).is_err() {
				Self::unexpected(UnexpectedKind::ReportNotStored);
				continue;
			}
			if !Reports::<T, I>::contains_key(work, hash) {
				Reports::<T, I>::insert(work, hash, report);
			}
			let complete = tally.reveals.len() == tally.commits.len();
			Tallies::<T, I>::insert(work, tally);
			Self::deposit_event(Event::ReportRevealed { work, session, scorer, report: hash });
			if complete {
				T::Game::complete(work, scored, session);
			}
		}
	}

	/// The report that more than two thirds of the scorers of `session` agree on. Tells the validator set who does not.
	fn decide(id: WorkIdOf<T, I>, session: SessionIndex, tally: &TallyOf<T, I>) -> Option<DecisionOf<T, I>> {
		let hash = tally.decided(T::Scorers::count(session))?;
		let report = Reports::<T, I>::get(id, hash)?;
		Self::judge_scorers(id, session, tally, hash, &report);
		let agreeing = tally.reveals.iter().filter(|(_, other)| **other == hash);
		let agreeing = agreeing.filter_map(|(scorer, _)| T::Scorers::scorer(session, *scorer));
		Some(Decision { report, agreeing: agreeing.map(|(account, _)| account).collect() })
	}

	/// Tells the validator set which scorers revealed something else than was decided, or nothing.
	///
	/// A report that could fetch other files than the deciding one is no lie: it would differ in any case. Its scorer counts
	/// as absent, so that nobody is slashed for a bad connection, and nobody is afraid to report what it misses.
	fn judge_scorers(
		id: WorkIdOf<T, I>,
		session: SessionIndex,
		tally: &TallyOf<T, I>,
		decided: H256,
		report: &ReportOf<T, I>,
	) {
		let unavailable = T::Game::unavailable(report);
		let of_same_files = |hash: &H256| {
			Reports::<T, I>::get(id, hash).is_some_and(|other| T::Game::unavailable(&other) == unavailable)
		};
		for scorer in 0..T::Scorers::count(session) {
			match tally.reveals.get(&scorer) {
				Some(hash) if *hash == decided => {},
				Some(hash) if of_same_files(hash) => T::Scorers::report_deviant(session, scorer),
				_ => T::Scorers::report_absent(session, scorer),
			}
		}
	}

	/// The call that hands in what a scorer has signed, see [`signing_payload`](crate::signing_payload); `None` if the
	/// domain is none of this game, or if something does not decode.
	pub fn hand_in(
		domain: &[u8],
		session: SessionIndex,
		scorer: ScorerIndex,
		mut entries: &[u8],
		mut signature: &[u8],
	) -> Option<Call<T, I>> {
		let signature = DecodeAll::decode_all(&mut signature).ok()?;
		if domain == T::Game::DOMAINS.commit.as_bytes() {
			let commitments = DecodeAll::decode_all(&mut entries).ok()?;
			Some(Call::commit_report { session, scorer, commitments, signature })
		} else if domain == T::Game::DOMAINS.reveal.as_bytes() {
			let reveals = DecodeAll::decode_all(&mut entries).ok()?;
			Some(Call::reveal_report { session, scorer, reveals, signature })
		} else {
			None
		}
	}

	/// Reports the impossible: loud in tests, an event in production.
	fn unexpected(kind: UnexpectedKind) {
		frame_support::defensive!("unexpected", kind);
		Self::deposit_event(Event::Unexpected(kind));
	}
}

impl<T: Config<I>, I: 'static> Quorum for Pallet<T, I> {
	type AccountId = T::AccountId;
	type BlockNumber = BlockNumberFor<T>;
	type MaxScorers = T::MaxScorers;
	type Report = ReportOf<T, I>;
	type WorkId = WorkIdOf<T, I>;

	fn session_at(at: BlockNumberFor<T>) -> Option<SessionIndex> {
		T::Scorers::session_at(at)
	}

	fn score_phase(id: WorkIdOf<T, I>) -> Option<ScorePhase<BlockNumberFor<T>>> {
		let scoring = Self::scoring(id)?;
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

	fn close(id: WorkIdOf<T, I>, session: SessionIndex) -> Option<DecisionOf<T, I>> {
		let decision = Self::decide(id, session, &Tallies::<T, I>::take(id));
		// Each scorer adds at most one report.
		let _ = Reports::<T, I>::clear_prefix(id, T::MaxScorers::get(), None);
		decision
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn appoint(count: u32) -> SessionIndex {
		crate::benchmarking::appoint::<T, I>(count).0
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(id: WorkIdOf<T, I>, panel: crate::Panel, report: impl Fn(u32) -> ReportOf<T, I>) {
		crate::benchmarking::fill::<T, I>(id, panel, report)
	}
}
