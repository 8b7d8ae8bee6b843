//! What learnware rewards say of themselves.

use crate::game::Game;
use pallet_learnware_rewards::{runtime_api::Work, ScorerReport, WorkId, DOMAINS};
use pallet_quorum::{Domains, ScorePhase, MAX_COMMITMENTS_PER_CALL, MAX_REVEALS_PER_CALL};

/// Learnware rewards.
pub enum Training {}

impl Game for Training {
	type Id = WorkId;
	type Report = ScorerReport;
	type Work = Work<u32>;

	const DOMAINS: Domains = DOMAINS;
	const MAX_COMMITMENTS: u32 = MAX_COMMITMENTS_PER_CALL;
	const MAX_REVEALS: u32 = MAX_REVEALS_PER_CALL;
	const NAME: &'static str = "training";
	const SALTS: &'static [u8] = b"learnware/training-report-salt/1";

	fn phase(work: Work<u32>) -> (WorkId, Option<ScorePhase<u32>>) {
		(work.work, work.score)
	}

	fn describe((training, epoch): &WorkId) -> String {
		format!("epoch {epoch} of training {training}")
	}
}
