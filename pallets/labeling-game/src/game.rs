//! How the labeling game takes part in the scorers' quorum.

use crate::*;
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{cid, GoldUse};
use pallet_quorum::{Domains, Game, Round, SessionIndex};

/// A sample in its score phase.
pub struct Scored<T: Config> {
	record: SampleRecordOf<T>,
	dataset: DatasetRecordOf<T>,
	labels: LabelsOf<T>,
}

impl<T: Config> Game for Pallet<T> {
	type BlockNumber = BlockNumberFor<T>;
	type Report = ScorerReport;
	type Unavailable = (Vec<bool>, bool);
	type Work = Scored<T>;
	type WorkId = SampleId;

	const DOMAINS: Domains = DOMAINS;

	fn in_round(sample: SampleId) -> Option<(Scored<T>, Round<BlockNumberFor<T>>)> {
		let record = Samples::<T>::get(sample)?;
		let dataset = Datasets::<T>::get(record.dataset)?;
		let labels = Labels::<T>::get(sample);
		match record.stage(&dataset.terms, &labels, Self::now(), T::Quorum::session_at) {
			Stage::Open(Phase::Score { since, until, session }) => {
				Some((Scored { record, dataset, labels }, Round { since, until, session }))
			},
			_ => None,
		}
	}

	fn has_begun(sample: SampleId) -> bool {
		Samples::<T>::get(sample).is_some_and(|record| matches!(record.phase, Phase::Score { .. }))
	}

	/// One verdict for each revealed label, a word on gold where there is gold and only there, and a consensus that is a
	/// CID, if there is one.
	fn is_well_formed(scored: &Scored<T>, report: &ScorerReport) -> bool {
		report.verdicts.len() as u32 == count_revealed(&scored.labels)
			&& (report.gold == GoldUse::None) == scored.record.gold.is_none()
			&& (report.consensus.is_empty() || cid::is_fetchable(&report.consensus))
	}

	fn unavailable(report: &ScorerReport) -> (Vec<bool>, bool) {
		unavailable(report)
	}

	fn begin(sample: SampleId, mut scored: Scored<T>, round: Round<BlockNumberFor<T>>) {
		let Round { since, until, session } = round;
		let phase = Phase::Score { since, until, session };
		if scored.record.phase != phase {
			Self::enter(sample, &mut scored.record, phase);
		}
	}

	fn complete(sample: SampleId, scored: Scored<T>, session: SessionIndex) {
		Self::conclude(sample, &scored.record, &scored.dataset, &scored.labels, session);
	}
}
