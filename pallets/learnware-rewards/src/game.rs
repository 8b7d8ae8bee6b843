//! How training sessions take part in the scorers' quorum.

use crate::*;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid,
	scorers::{ScorerIndex, SessionIndex},
	training::{Part, Report, Step},
};
use pallet_quorum::{Domains, Round};
use sp_core::H256;
use sp_runtime::traits::Zero;

/// A session in its score phase.
pub struct Scored<T: Config> {
	pub(crate) record: TrainingRecordOf<T>,
	pub(crate) lessons: LessonsOf<T>,
}

impl<T: Config> Game for Pallet<T> {
	type AccountId = T::AccountId;
	type BlockNumber = BlockNumberFor<T>;
	type Id = WorkId;
	type MaxScorers = T::MaxScorers;
	type Report = ScorerReport;
	type Reports = Reports<T>;
	type ScorerId = T::ScorerId;
	type Scorers = T::Scorers;
	type Tallies = Tallies<T>;
	type Work = Scored<T>;

	const DOMAINS: Domains = DOMAINS;

	fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	fn genesis() -> H256 {
		H256::from_slice(frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero()).as_ref())
	}

	fn in_round((training, epoch): WorkId) -> Option<(Scored<T>, Round<BlockNumberFor<T>>)> {
		let record = Trainings::<T>::get(training).filter(|record| record.epoch == epoch)?;
		let lessons = Lessons::<T>::get(training);
		match record.stage(&lessons, Self::now()) {
			Stage::Open(Phase::Score { since, until, session }) => {
				Some((Scored { record, lessons }, Round { since, until, session }))
			},
			_ => None,
		}
	}

	/// A score that is one, one step for each revealed lesson with no more correct answers than there are, and a state
	/// that is a CID; or something of no use that there is.
	fn is_well_formed(scored: &Scored<T>, report: &ScorerReport) -> bool {
		let (before, steps, state) = match report {
			Report::Taught { before, steps, state } => (before, steps, state),
			Report::Unusable(Part::State, _) => return scored.record.start() != Start::Module,
			Report::Unusable(..) => return true,
		};
		let possible = |correct: u32| correct <= before.denominator;
		before.denominator > 0
			&& possible(before.numerator)
			&& steps.len() as u32 == count_revealed(&scored.lessons)
			&& steps.iter().all(|step| !matches!(step, Step::Scored(correct) if !possible(*correct)))
			&& cid::is_fetchable(state)
	}

	fn committed((training, epoch): WorkId, _: Scored<T>, round: Round<BlockNumberFor<T>>, scorer: ScorerIndex) {
		Self::deposit_event(Event::ReportCommitted { training, epoch, session: round.session, scorer });
	}

	fn revealed((training, epoch): WorkId, session: SessionIndex, scorer: ScorerIndex, report: H256) {
		Self::deposit_event(Event::ReportRevealed { training, epoch, session, scorer, report });
	}

	fn complete((training, _): WorkId, scored: Scored<T>, session: SessionIndex) {
		Self::conclude(training, scored.record, scored.lessons, session);
	}

	fn not_stored() {
		Self::unexpected(UnexpectedKind::ReportNotStored);
	}
}
