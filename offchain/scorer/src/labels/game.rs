//! What the labeling game says of itself.

use crate::game::Game;
use pallet_labeling_game::{runtime_api::Work, SampleId, ScorerReport, DOMAINS};
use pallet_quorum::{Domains, ScorePhase, MAX_COMMITMENTS_PER_CALL, MAX_REVEALS_PER_CALL};

/// The labeling game.
pub enum Labels {}

impl Game for Labels {
	type Id = SampleId;
	type Report = ScorerReport;
	type Work = Work<u32>;

	const DOMAINS: Domains = DOMAINS;
	const MAX_COMMITMENTS: u32 = MAX_COMMITMENTS_PER_CALL;
	const MAX_REVEALS: u32 = MAX_REVEALS_PER_CALL;
	const NAME: &'static str = "labels";
	const SALTS: &'static [u8] = b"learnware/report-salt/1";

	fn phase(work: Work<u32>) -> (SampleId, Option<ScorePhase<u32>>) {
		(work.sample, work.score)
	}

	fn describe(sample: &SampleId) -> String {
		format!("sample {sample}")
	}
}
