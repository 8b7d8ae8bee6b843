//! How the labeling game takes part in the scorers' quorum.

use crate::*;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid,
	scorers::{ScorerIndex, Scorers, SessionIndex},
	GoldUse,
};
use pallet_quorum::{Domains, Round};
use sp_core::H256;
use sp_runtime::traits::Zero;

/// A sample in its score phase.
pub struct Scored<T: Config> {
	pub(crate) record: SampleRecordOf<T>,
	pub(crate) dataset: DatasetRecordOf<T>,
	pub(crate) labels: LabelsOf<T>,
}

impl<T: Config> Game for Pallet<T> {
	type AccountId = T::AccountId;
	type BlockNumber = BlockNumberFor<T>;
	type Id = SampleId;
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

	fn in_round(sample: SampleId) -> Option<(Scored<T>, Round<BlockNumberFor<T>>)> {
		let record = Samples::<T>::get(sample)?;
		let dataset = Datasets::<T>::get(record.dataset)?;
		let labels = Labels::<T>::get(sample);
		match record.stage(&dataset.terms, &labels, Self::now(), T::Scorers::session_at) {
			Stage::Open(Phase::Score { since, until, session }) => {
				Some((Scored { record, dataset, labels }, Round { since, until, session }))
			},
			_ => None,
		}
	}

	/// One verdict for each revealed label, a word on gold where there is gold and only there, and a consensus that is a
	/// CID, if there is one.
	fn is_well_formed(scored: &Scored<T>, report: &ScorerReport) -> bool {
		report.verdicts.len() as u32 == count_revealed(&scored.labels)
			&& (report.gold == GoldUse::None) == scored.record.gold.is_none()
			&& (report.consensus.is_empty() || cid::is_fetchable(&report.consensus))
	}

	fn committed(sample: SampleId, mut scored: Scored<T>, round: Round<BlockNumberFor<T>>, scorer: ScorerIndex) {
		let Round { since, until, session } = round;
		let phase = Phase::Score { since, until, session };
		if scored.record.phase != phase {
			Self::enter(sample, &mut scored.record, phase);
		}
		Self::deposit_event(Event::ReportCommitted { sample, session, scorer });
	}

	fn revealed(sample: SampleId, session: SessionIndex, scorer: ScorerIndex, report: H256) {
		Self::deposit_event(Event::ReportRevealed { sample, session, scorer, report });
	}

	fn complete(sample: SampleId, scored: Scored<T>, session: SessionIndex) {
		Self::conclude(sample, &scored.record, &scored.dataset, &scored.labels, session);
	}

	fn not_stored() {
		Self::unexpected(UnexpectedKind::ReportNotStored);
	}
}
