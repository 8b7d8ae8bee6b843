//! How training sessions take part in the scorers' quorum.

use crate::*;
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid,
	training::{Part, Report, Step},
};
use pallet_quorum::{Domains, Game, Round, SessionIndex};

/// A session in its score phase.
pub struct Scored<T: Config> {
	record: TrainingRecordOf<T>,
	lessons: LessonsOf<T>,
}

impl<T: Config> Game for Pallet<T> {
	type BlockNumber = BlockNumberFor<T>;
	type Report = ScorerReport;
	type Unavailable = (Vec<usize>, Option<Part>);
	type Work = Scored<T>;
	type WorkId = WorkId;

	const DOMAINS: Domains = DOMAINS;

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

	fn has_begun((training, epoch): WorkId) -> bool {
		let begun = |record: TrainingRecordOf<T>| record.epoch == epoch && matches!(record.phase, Phase::Score { .. });
		Trainings::<T>::get(training).is_some_and(begun)
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

	fn unavailable(report: &ScorerReport) -> (Vec<usize>, Option<Part>) {
		unavailable(report)
	}

	/// No deadline begins the score phase.
	fn begin(_: WorkId, _: Scored<T>, _: Round<BlockNumberFor<T>>) {}

	fn complete((training, _): WorkId, scored: Scored<T>, session: SessionIndex) {
		Self::conclude(training, scored.record, scored.lessons, session);
	}
}
