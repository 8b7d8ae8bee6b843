//! `resolve`: what is due, to the block.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, dispatch::Pays};

type E = Error<Test>;

fn resolve(training: TrainingId) -> frame_support::dispatch::DispatchResultWithPostInfo {
	LearnwareRewards::resolve(signed(TUTOR + 9), training)
}

#[test]
fn resolve_moves_a_session_only_past_its_deadlines() {
	play(|| {
		assert_noop!(resolve(0), E::UnknownTraining);
		let training = in_commit(terms());
		assert_ok!(commit(training, TUTOR));
		assert_ok!(commit(training, TUTOR + 1));
		run_to(11);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(12);
		assert_eq!(resolve(training).expect("due").pays_fee, Pays::No);
		let phase = Phase::Reveal { until: 32 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_noop!(resolve(training), E::NotOverdue);
		assert_ok!(reveal(training, TUTOR));
		run_to(31);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(32);
		assert_ok!(resolve(training));
		let phase = Phase::Test { until: 52 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		run_to(51);
		assert_noop!(resolve(training), E::NotOverdue);
		assert_ok!(reveal_due(training));
		run_to(70);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(71);
		assert_ok!(resolve(training));
		assert_eq!(closed().0, End::NoQuorum);
		assert_noop!(resolve(training), E::UnknownTraining);
		assert_gone();
	});
}

#[test]
fn the_show_phase_ends_a_session_to_the_block() {
	play(|| {
		let training = open(terms());
		run_to(6);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(7);
		assert_ok!(resolve(training));
		assert_eq!(closed().0, End::NotShown);
	});
}

#[test]
fn the_commit_phase_ends_a_session_without_lessons_to_the_block() {
	play(|| {
		let training = in_commit(terms());
		run_to(11);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(12);
		assert_ok!(resolve(training));
		assert_eq!(closed().0, End::NoLessons);
	});
}

#[test]
fn the_test_phase_ends_a_session_to_the_block() {
	play(|| {
		let training = in_test(terms(), 1);
		run_to(51);
		assert_noop!(resolve(training), E::NotOverdue);
		run_to(52);
		assert_ok!(resolve(training));
		assert_eq!(closed().0, End::TestSetWithheld);
	});
}

#[test]
fn a_session_that_nobody_touched_passes_through_all_its_phases_at_once() {
	play(|| {
		let training = in_reveal(terms(), 2);
		assert_ok!(reveal(training, TUTOR));
		run_to(500);
		assert_eq!(stage(training), Stage::Overdue(End::TestSetWithheld));
		assert_ok!(resolve(training));
		assert_eq!(closed().0, End::TestSetWithheld);
		assert_gone();
	});
}

#[test]
fn who_waits_until_its_session_is_forgotten_decides_nothing() {
	play(|| {
		let training = in_score(terms(), 1);
		let report = taught(9_000, [10_000]);
		assert_ok!(send(commit_report_call(0, training, &report)));
		assert_ok!(send(commit_report_call(1, training, &report)));
		run_to(22);
		assert_ok!(send(reveal_report_call(0, training, &report)));
		run_to(500);
		OldestSession::set(8);
		assert_eq!(stage(training), Stage::Scored(0));
		assert_ok!(resolve(training));
		OldestSession::set(0);
		assert_eq!(closed(), (End::NoQuorum, [0, 0, BUDGET, 0]));
		assert_gone();
	});
}
