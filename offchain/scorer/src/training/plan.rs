//! What can be done for an epoch, by what is known of its files.

use crate::file_jobs::File;
use learnware_primitives::{
	training::{Flaw, Limits, Part, Report, MAX_LEARNWARE_BYTES, MAX_LESSON_BYTES, MAX_TEST_BYTES},
	BadReason,
};
use pallet_learnware_rewards::{runtime_api::Work, ScorerReport, Start, WorkId};
use pallet_quorum::ScorePhase;
use std::time::Duration;

/// What a session may take beside its fuel before it counts as slow: to compile the module, and to load files.
const ALLOWANCE: Duration = Duration::from_secs(2);
/// What a session may take for a unit of fuel before it counts as slow: several times as much as the reference learnwares.
const ALLOWANCE_PER_FUEL: Duration = Duration::from_millis(500);

/// What can be done for an epoch in its score phase.
pub(super) enum Next {
	Wait,
	KeepSilent(String),
	Report(ScorerReport),
	Replay(Plan),
}

/// What is replayed.
pub(super) struct Plan {
	pub work: WorkId,
	pub limits: Limits,
	pub learnware: File,
	pub state: Option<File>,
	pub test: Vec<File>,
	pub lessons: Vec<Result<File, BadReason>>,
}

/// What is to be done next; `found` tells what is known of a file, if it need not be waited for.
pub(super) fn next(work: &Work<u32>, found: impl Fn(&File) -> Option<Result<u64, BadReason>>) -> Next {
	let find = |file: File| Some((found(&file)?, file));
	let all = |files: &mut dyn Iterator<Item = File>| files.map(find).collect::<Option<Vec<_>>>();
	let (Some((module, learnware)), Some(test), Some(lessons)) =
		(find(learnware(work)), all(&mut test(work)), all(&mut lessons(work)))
	else {
		return Next::Wait;
	};
	let Some(state) = state(work).map(find).map_or(Some(None), |found| found.map(Some)) else { return Next::Wait };
	let is_missing = |(found, _): &(Result<u64, BadReason>, File)| *found == Err(BadReason::Unavailable);
	if test.iter().chain(&lessons).all(is_missing) {
		return Next::KeepSilent("any lesson or part of the test".into());
	}
	let unusable = |part, reason| Next::Report(Report::Unusable(part, Flaw::File(reason)));
	if let Err(reason) = module {
		return unusable(Part::Learnware, reason);
	}
	if let (Start::Given(_), Some((Err(reason), _))) = (&work.start, &state) {
		return unusable(Part::State, *reason);
	}
	let bytes = test.iter().try_fold(0_u64, |sum, (found, _)| Ok(sum.saturating_add((*found)?)));
	match bytes {
		Err(reason) => return unusable(Part::TestSet, reason),
		Ok(bytes) if bytes > MAX_TEST_BYTES.into() => return unusable(Part::TestSet, BadReason::TooLarge),
		Ok(_) => {},
	}
	if let Some((Err(reason), _)) = state {
		return Next::KeepSilent(format!("the state that it begins with ({reason:?})"));
	}
	Next::Replay(Plan {
		work: work.work,
		limits: work.limits,
		learnware,
		state: state.map(|(_, file)| file),
		test: test.into_iter().map(|(_, file)| file).collect(),
		lessons: lessons.into_iter().map(|(found, file)| found.map(|_| file)).collect(),
	})
}

/// All that is to be fetched for an epoch.
pub(super) fn files(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	[learnware(work)].into_iter().chain(state(work)).chain(test(work)).chain(lessons(work))
}

fn learnware(work: &Work<u32>) -> File {
	File { location: work.learnware.to_vec(), most: MAX_LEARNWARE_BYTES }
}

/// None for what the module begins with.
pub(super) fn state(work: &Work<u32>) -> Option<File> {
	match &work.start {
		Start::Module => None,
		Start::Given(state) | Start::Learned(state) => Some(File { location: state.to_vec(), most: work.limits.state }),
	}
}

fn test(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	work.test.iter().map(|location| File { location: location.to_vec(), most: MAX_TEST_BYTES })
}

fn lessons(work: &Work<u32>) -> impl Iterator<Item = File> + '_ {
	work.lessons.iter().map(|location| File { location: location.to_vec(), most: MAX_LESSON_BYTES })
}

/// How long a replay of it may take before it counts as slow: it scores once, and teaches and scores each lesson.
pub(super) fn allowance(work: &Work<u32>) -> Duration {
	let runs = u32::try_from(work.lessons.len()).unwrap_or(u32::MAX).saturating_mul(2).saturating_add(1);
	ALLOWANCE_PER_FUEL.saturating_mul(runs.saturating_mul(work.limits.fuel)).saturating_add(ALLOWANCE)
}

/// First block in which a file that has not come counts as unavailable: when a third of the time for commitments has passed,
/// so that two thirds are left for the replay.
pub(super) fn last_call(score: &ScorePhase<u32>) -> u32 {
	let third = score.reveal_from.saturating_sub(score.since) / 3;
	score.since.saturating_add(third.max(2))
}
