//! Every end of a session but the paid one, following the money, and what scorers answer for.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::{
	training::{Flaw, Part, Report, Step, Trap},
	BadReason,
};

const UNAVAILABLE: Flaw = Flaw::File(BadReason::Unavailable);

fn resolve(training: TrainingId) {
	assert_ok!(LearnwareRewards::resolve(signed(TUTOR + 9), training));
}

fn unusable(part: Part, flaw: Flaw) -> ScorerReport {
	Report::Unusable(part, flaw)
}

fn epochs_settled() -> usize {
	events().filter(|event| matches!(event, Event::EpochSettled { .. })).count()
}

#[test]
fn a_part_that_is_not_shown_costs_the_deposit() {
	play(|| {
		let training = open(terms());
		run_to(7);
		resolve(training);
		assert_eq!(closed(), (End::NotShown, [0, 0, BUDGET, student_deposit()]));
		assert_eq!(wealth(STUDENT), START_BALANCE - student_deposit());
		assert_eq!(wealth(TREASURY), START_BALANCE + student_deposit());
		assert_eq!(epochs_settled(), 0);
		assert_gone();
	});
}

#[test]
fn no_lessons_give_everything_back() {
	play(|| {
		let training = in_reveal(terms(), 0);
		resolve(training);
		assert_eq!(closed(), (End::NoLessons, [0, 0, BUDGET, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE);
		assert_eq!(epochs_settled(), 0);
		assert_gone();
	});
}

#[test]
fn lessons_that_nobody_reveals_cost_only_their_tutors() {
	play(|| {
		let training = in_reveal(terms(), 2);
		run_to(32);
		resolve(training);
		assert_eq!(closed(), (End::NoLessons, [0, 0, BUDGET, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE);
		assert_eq!(wealth(TREASURY), START_BALANCE + 2 * DEPOSIT);
		assert_eq!(epochs_settled(), 1);
		assert_gone();
	});
}

#[test]
fn a_withheld_test_set_pays_the_budget_to_those_who_revealed() {
	play(|| {
		let training = in_reveal(terms(), 4);
		for who in TUTOR..TUTOR + 3 {
			assert_ok!(reveal(training, who));
		}
		run_to(32);
		// All but one of the parts are not enough.
		assert_ok!(reveal_parts(training, record(training).due()[1..].to_vec()));
		run_to(52);
		resolve(training);
		let each = BUDGET / 3;
		assert_eq!(paid(), [each, each, each, 0]);
		assert_eq!(outcomes()[3].slashed, DEPOSIT);
		assert_eq!(closed(), (End::TestSetWithheld, [3 * each, 0, BUDGET - 3 * each, student_deposit()]));
		assert_eq!(wealth(STUDENT), START_BALANCE - 3 * each - student_deposit(), "the fees go back");
		assert_eq!(wealth(TREASURY), START_BALANCE + student_deposit() + DEPOSIT);
		assert_gone();
	});
}

#[test]
fn per_step_a_withheld_part_costs_the_share_of_its_epoch() {
	play(|| {
		let training = in_test(per_step(), 2);
		run_to(52);
		resolve(training);
		assert_eq!(paid(), [BUDGET / 3 / 2, BUDGET / 3 / 2]);
		assert_eq!(closed().0, End::TestSetWithheld);
		assert_gone();
	});
	play(|| {
		let training = in_score(per_step(), 1);
		score(training, &taught(0, [9_900]));
		let left = BUDGET - reward(9_900);
		teach(training, 1);
		run_to(62);
		resolve(training);
		assert_eq!(paid(), [left / 2], "two epochs were left");
		let total = reward(9_900) + left / 2;
		assert_eq!(closed(), (End::TestSetWithheld, [total, 0, BUDGET - total, student_deposit()]));
		assert_eq!(wealth(STUDENT), START_BALANCE - total - student_deposit() - 2 * FEE);
		assert_gone();
	});
}

#[test]
fn a_learnware_of_no_use_costs_the_same_and_the_fee() {
	play(|| {
		let training = in_reveal(terms(), 3);
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal(training, TUTOR + 1));
		run_to(32);
		assert_ok!(reveal_due(training));
		let flaw = Flaw::Run(Trap::Imports);
		score(training, &unusable(Part::Learnware, flaw));
		assert_eq!(paid(), [BUDGET / 2, BUDGET / 2, 0]);
		assert_eq!(outcomes()[2].slashed, DEPOSIT);
		assert_eq!(closed(), (End::Unusable(Part::Learnware, flaw), [BUDGET, 0, 0, student_deposit()]));
		assert_eq!(wealth(STUDENT), START_BALANCE - BUDGET - student_deposit() - 3 * FEE);
		assert_eq!(wealth(SCORER), START_BALANCE + 3 * FEE / 4);
		assert_eq!(wealth(TREASURY), START_BALANCE + student_deposit() + DEPOSIT);
		assert_gone();
	});
}

#[test]
fn a_state_of_no_use_costs_as_much_as_a_learnware() {
	for flaw in [UNAVAILABLE, Flaw::File(BadReason::TooLarge), Flaw::Run(Trap::Unreachable)] {
		play(|| {
			let training = in_score_from_given(terms(), 2);
			score(training, &unusable(Part::State, flaw));
			assert_eq!(paid(), [BUDGET / 2, BUDGET / 2]);
			assert_eq!(closed(), (End::Unusable(Part::State, flaw), [BUDGET, 0, 0, student_deposit()]));
			assert_eq!(wealth(STUDENT), START_BALANCE - BUDGET - student_deposit() - 3 * FEE);
			assert_eq!(wealth(TREASURY), START_BALANCE + student_deposit());
			assert_gone();
		});
	}
}

#[test]
fn per_step_a_state_of_no_use_costs_the_share_of_the_first_epoch() {
	play(|| {
		let training = in_score_from_given(per_step(), 2);
		score(training, &unusable(Part::State, UNAVAILABLE));
		let each = BUDGET / 3 / 2;
		assert_eq!(paid(), [each, each]);
		let end = End::Unusable(Part::State, UNAVAILABLE);
		assert_eq!(closed(), (end, [2 * each, 0, BUDGET - 2 * each, student_deposit()]));
		assert_eq!(wealth(STUDENT), START_BALANCE - 2 * each - student_deposit() - 3 * FEE, "other fees go back");
		assert_gone();
	});
}

#[test]
fn per_step_an_unusable_part_costs_the_share_of_its_epoch() {
	play(|| {
		let training = in_score(per_step(), 1);
		score(training, &unusable(Part::TestSet, UNAVAILABLE));
		assert_eq!(paid(), [BUDGET / 3]);
		assert_eq!(closed().0, End::Unusable(Part::TestSet, UNAVAILABLE));
		assert_gone();
	});
}

#[test]
fn two_thirds_are_no_quorum() {
	play(|| {
		ScorerCount::set(3);
		let training = in_reveal(terms(), 3);
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal(training, TUTOR + 1));
		run_to(32);
		assert_ok!(reveal_due(training));
		let report = taught(9_000, [9_500, 9_600]);
		score_each(training, &[report.clone(), report, taught(9_000, [9_500, 9_601])]);
		ScorerCount::set(4);
		assert_eq!(closed(), (End::NoQuorum, [0, 0, BUDGET, 0]));
		assert_eq!(paid(), [0, 0, 0]);
		assert_eq!(outcomes()[2].slashed, DEPOSIT);
		assert_eq!(epochs_settled(), 1);
		assert!(Deviants::get().is_empty(), "without a decision nobody deviates");
		assert_eq!(wealth(STUDENT), START_BALANCE);
		assert_eq!(wealth(TREASURY), START_BALANCE + DEPOSIT);
		assert_gone();
	});
}

#[test]
fn one_deviant_of_four_is_told_on_and_earns_nothing() {
	play(|| {
		let training = in_score(terms(), 1);
		let (truth, lie) = (taught(9_000, [9_500]), taught(9_000, [9_600]));
		score_each(training, &[truth.clone(), lie, truth.clone(), truth]);
		assert_eq!(closed().0, End::Finished);
		assert_eq!(wealth(SCORER), START_BALANCE + 2 * FEE / 3);
		assert_eq!(wealth(SCORER + 1), START_BALANCE);
		assert_eq!((Deviants::take(), Absentees::take()), (vec![1], vec![]));
		assert_gone();
	});
}

#[test]
fn a_scorer_asleep_is_absent_and_does_not_stop_the_session() {
	play(|| {
		let training = in_score(terms(), 1);
		let report = taught(9_000, [9_500]);
		for scorer in 0..3 {
			send(commit_report_call(scorer, training, &report)).unwrap();
		}
		run_to(22);
		for scorer in 0..3 {
			send(reveal_report_call(scorer, training, &report)).unwrap();
		}
		assert_eq!(closed().0, End::Finished);
		assert_eq!((Deviants::take(), Absentees::take()), (vec![], vec![3]));
		assert_gone();
	});
}

#[test]
fn a_scorer_that_commits_and_does_not_reveal_delays_until_the_deadline() {
	play(|| {
		let training = in_score(terms(), 1);
		let report = taught(9_000, [9_500]);
		for scorer in 0..4 {
			send(commit_report_call(scorer, training, &report)).unwrap();
		}
		for scorer in 0..3 {
			send(reveal_report_call(scorer, training, &report)).unwrap();
		}
		run_to(32);
		assert_eq!(stage(training), Stage::Scored(0));
		resolve(training);
		assert_eq!(closed().0, End::Finished);
		assert_eq!(Absentees::take(), [3]);
		assert_gone();
	});
}

/// Who is told on when the second of four scorers reports `other` and the rest `decided`.
fn told_on(decided: &ScorerReport, other: &ScorerReport) -> (Vec<u32>, Vec<u32>) {
	play(|| {
		let training = in_score_from_given(terms(), 2);
		score_each(training, &[decided.clone(), other.clone(), decided.clone(), decided.clone()]);
		assert_gone();
	});
	(Deviants::take(), Absentees::take())
}

#[test]
fn who_could_fetch_other_files_is_absent_and_no_deviant() {
	let truth = taught(9_000, [9_500, 9_600]);
	let missed = report(9_000, vec![Step::Refused(UNAVAILABLE), Step::Scored(9_100)]);
	let missed_other = report(9_000, vec![Step::Scored(9_500), Step::Refused(UNAVAILABLE)]);
	let (deviant, absent) = ((vec![1], vec![]), (vec![], vec![1]));
	assert_eq!(told_on(&truth, &missed), absent);
	assert_eq!(told_on(&missed, &truth), absent);
	assert_eq!(told_on(&missed, &missed_other), absent);
	let lie = report(9_000, vec![Step::Refused(UNAVAILABLE), Step::Scored(9_101)]);
	assert_eq!(told_on(&missed, &lie), deviant, "of the same files");
	let no_module = unusable(Part::Learnware, UNAVAILABLE);
	assert_eq!(told_on(&truth, &no_module), absent);
	assert_eq!(told_on(&no_module, &truth), absent);
	assert_eq!(told_on(&no_module, &unusable(Part::TestSet, UNAVAILABLE)), absent);
	assert_eq!(told_on(&truth, &unusable(Part::State, UNAVAILABLE)), absent);
	assert_eq!(told_on(&unusable(Part::State, UNAVAILABLE), &no_module), absent);
	assert_eq!(told_on(&truth, &unusable(Part::State, Flaw::Run(Trap::Unreachable))), deviant);
	// A flaw of what could be fetched is no bad connection.
	let broken = unusable(Part::Learnware, Flaw::File(BadReason::Malformed));
	assert_eq!(told_on(&truth, &broken), deviant);
	assert_eq!(told_on(&broken, &truth), deviant);
	assert_eq!(told_on(&broken, &unusable(Part::Learnware, Flaw::Run(Trap::Exports))), deviant);
}
