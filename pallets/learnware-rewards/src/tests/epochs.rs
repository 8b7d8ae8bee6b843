//! Sessions that are settled per step.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::training::curve::Ratio;
use pallet_quorum::Refusal;

/// Plays an epoch from its commit phase to its settlement.
fn epoch<const N: usize>(training: TrainingId, before: u32, after: [u32; N]) {
	teach(training, N as u64);
	assert_ok!(reveal_due(training));
	score(training, &taught(before, after));
}

#[test]
fn a_session_goes_on_until_its_parts_are_used_up() {
	play(|| {
		let training = in_commit(per_step());
		let shown = record(training).shown.unwrap();
		epoch(training, 1_000, [9_000, 9_500]);
		let phase = Phase::Commit { until: 22 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 1, phase }.into());
		let first = [reward(9_000) - reward(1_000), reward(9_500) - reward(9_000)];
		assert_eq!(paid(), first);
		let next = record(training);
		assert_eq!((next.epoch, next.used, next.score), (1, 1, Some(Ratio::new(9_500, QUESTIONS))));
		assert_eq!(next.state, state());
		assert_eq!(next.fees, fees(3) - 3 * FEE);
		assert!(!Lessons::<Test>::contains_key(training));
		assert_eq!((held(TUTOR), held(TUTOR + 1)), (0, 0));
		assert_eq!(pallet_quorum::Tallies::<Test>::iter().count() + pallet_quorum::Reports::<Test>::iter().count(), 0);

		// What was learned is scored on other questions: nothing is paid for what they are easier or harder.
		epoch(training, 9_400, [9_700]);
		assert_eq!(paid(), [reward(9_700) - reward(9_400)]);
		epoch(training, 9_800, [9_700, 9_900]);
		assert_eq!(paid(), [0, reward(9_900) - reward(9_800)]);
		let total = first.iter().sum::<Balance>() + reward(9_700) - reward(9_400) + reward(9_900) - reward(9_800);
		assert_eq!(closed(), (End::Finished, [total, 0, BUDGET - total, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE - total - 8 * FEE);
		assert_eq!(wealth(SCORER), START_BALANCE + 8 * FEE / 4);
		assert_gone();
		let revealed = events().filter_map(|event| match event {
			Event::PartsRevealed { parts, .. } => Some(parts[0].0),
			_ => None,
		});
		let mut expected: Vec<_> = (0..PARTS).filter(|part| *part != shown).rev().collect();
		expected.push(shown);
		assert_eq!(revealed.collect::<Vec<_>>(), expected);
	});
}

#[test]
fn a_session_goes_on_from_the_state_that_it_was_opened_with() {
	play(|| {
		let training = begin(open_from(given(), per_step()));
		// The first score is that of the state, and only what is above it is paid.
		epoch(training, 9_000, [9_500]);
		assert_eq!(paid(), [reward(9_500) - reward(9_000)]);
		assert_eq!(record(training).state, state());
		epoch(training, 9_500, [9_600]);
		let total = reward(9_600) - reward(9_000);
		assert_ok!(LearnwareRewards::close_training(signed(STUDENT), training));
		assert_eq!(closed(), (End::Closed, [total, 0, BUDGET - total, 0]));
		assert_gone();
	});
}

#[test]
fn a_session_ends_when_the_budget_is_spent() {
	play(|| {
		let training = in_commit(per_step());
		epoch(training, 0, [QUESTIONS]);
		assert_eq!(closed(), (End::Finished, [BUDGET, 0, 0, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE - BUDGET - 2 * FEE, "the fees of the other epochs go back");
		assert_gone();
	});
}

#[test]
fn an_epoch_pays_no_more_than_is_left() {
	play(|| {
		let training = in_commit(per_step());
		epoch(training, 0, [9_900]);
		let left = BUDGET - reward(9_900);
		epoch(training, 0, [9_950, QUESTIONS]);
		assert_eq!(paid(), [left, 0]);
		assert_eq!(closed(), (End::Finished, [BUDGET, 0, 0, 0]));
		assert_gone();
	});
}

#[test]
fn an_epoch_without_reveals_is_repeated_on_the_same_part() {
	play(|| {
		let training = in_reveal(per_step(), 2);
		let due = record(training).due();
		run_to(32);
		assert_eq!(stage(training), Stage::Unrevealed);
		assert_ok!(LearnwareRewards::resolve(signed(STUDENT), training));
		let phase = Phase::Commit { until: 42 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 1, phase }.into());
		assert!(outcomes().iter().all(|lesson| lesson.slashed == DEPOSIT));
		assert_eq!(wealth(TREASURY), START_BALANCE + 2 * DEPOSIT);
		let next = record(training);
		assert_eq!((next.epoch, next.used, next.due(), next.score), (1, 0, due, None));
		epoch(training, 9_000, [9_500]);
		assert_eq!(record(training).epoch, 2);
	});
}

#[test]
fn an_epoch_without_lessons_ends_the_session() {
	play(|| {
		let training = in_commit(per_step());
		epoch(training, 9_000, [9_500]);
		run_to(22);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), training));
		let total = reward(9_500) - reward(9_000);
		assert_eq!(closed(), (End::NoLessons, [total, 0, BUDGET - total, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE - total - 2 * FEE);
		assert_gone();
	});
}

#[test]
fn a_student_may_close_between_epochs() {
	play(|| {
		let training = in_commit(per_step());
		epoch(training, 9_000, [9_500]);
		assert_ok!(LearnwareRewards::close_training(signed(STUDENT), training));
		let total = reward(9_500) - reward(9_000);
		assert_eq!(closed(), (End::Closed, [total, 0, BUDGET - total, 0]));
		assert_gone();
	});
}

#[test]
fn what_scorers_signed_for_an_earlier_epoch_is_refused() {
	play(|| {
		let training = in_score(per_step(), 1);
		let report = taught(9_000, [9_500]);
		let commits: Vec<_> = (0..4).map(|scorer| commit_report_call(scorer, training, &report)).collect();
		let reveals: Vec<_> = (0..4).map(|scorer| reveal_report_call(scorer, training, &report)).collect();
		for call in commits.iter().chain(&reveals) {
			assert_ok!(send(call.clone()));
		}
		teach(training, 1);
		assert_ok!(reveal_due(training));
		assert_eq!(session_of(training), 0, "the same validators");
		for call in commits.into_iter().chain(reveals) {
			assert_eq!(send(call), Err(Refusal::NotScored.into()));
		}
		score(training, &report);
	});
}
