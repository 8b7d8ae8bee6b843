//! What the game asks of reports, and what they are to it.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::training::{curve::Ratio, Flaw, Part, Report, Step, Trap};
use pallet_quorum::Refusal;
use sp_core::H256;

fn refused(call: ReportCall, refusal: Refusal) {
	assert_eq!(send(call), Err(refusal.into()));
}

fn fine() -> ScorerReport {
	taught(9_000, [9_100, 9_200])
}

#[test]
fn reports_are_taken_in_the_score_phase_only() {
	play(|| {
		let training = in_commit(terms());
		let early = || signed_commits(0, 0, vec![((training, 0), H256::zero())]);
		refused(early(), Refusal::NotScored);
		commit_lessons(training, 1);
		refused(early(), Refusal::NotScored);
		assert_ok!(reveal(training, TUTOR));
		refused(early(), Refusal::NotScored);
		assert_ok!(reveal_due(training));
		assert_ok!(send(early()));
	});
}

/// What becomes of a report on two lessons.
fn outcome_of(report: ScorerReport) -> Option<Refusal> {
	let mut outcome = None;
	play(|| {
		let training = in_score(terms(), 2);
		for scorer in 0..4 {
			assert_ok!(send(commit_report_call(scorer, training, &report)));
		}
		if let Err(error) = send(reveal_report_call(0, training, &report)) {
			assert_eq!(error, Refusal::WrongShape.into());
			outcome = Some(Refusal::WrongShape);
		}
	});
	outcome
}

#[test]
fn a_report_has_a_score_a_step_for_each_lesson_and_a_state() {
	let with = |change: fn(&mut Ratio, &mut Steps, &mut Location)| {
		let Report::Taught { mut before, mut steps, mut state } = fine() else { unreachable!() };
		change(&mut before, &mut steps, &mut state);
		outcome_of(Report::Taught { before, steps, state })
	};
	let wrong = Some(Refusal::WrongShape);
	assert_eq!(with(|_, _, _| {}), None);
	assert_eq!(with(|_, steps, _| steps[0] = Step::Scored(QUESTIONS)), None);
	assert_eq!(with(|_, steps, _| steps[0] = Step::Scored(QUESTIONS + 1)), wrong);
	assert_eq!(with(|_, steps, _| steps[0] = Step::Refused(Flaw::Run(Trap::Score))), None);
	assert_eq!(with(|_, steps, _| steps.truncate(1)), wrong);
	assert_eq!(with(|_, steps, _| steps.try_push(Step::Scored(0)).unwrap()), wrong);
	assert_eq!(with(|before, _, _| before.numerator = QUESTIONS), None);
	assert_eq!(with(|before, _, _| before.numerator = QUESTIONS + 1), wrong);
	let empty = report(0, vec![Step::Refused(Flaw::Run(Trap::Fuel)); 2]);
	assert_eq!(outcome_of(empty), None);
	let no_questions = |before: &mut Ratio, steps: &mut Steps, _: &mut Location| {
		*before = Ratio::new(0, 0);
		steps.iter_mut().for_each(|step| *step = Step::Scored(0));
	};
	assert_eq!(with(no_questions), wrong);
	assert_eq!(with(|_, _, state| *state = Location::default()), wrong);
	assert_eq!(outcome_of(Report::Unusable(Part::TestSet, Flaw::Run(Trap::Score))), None);
	assert_eq!(outcome_of(Report::Unusable(Part::State, Flaw::Run(Trap::Score))), wrong, "there is none");
}

#[test]
fn a_state_can_be_of_no_use_if_there_is_one() {
	let report = Report::Unusable(Part::State, Flaw::Run(Trap::Unreachable));
	let take = |training| {
		for scorer in 0..4 {
			assert_ok!(send(commit_report_call(scorer, training, &report)));
		}
		assert_ok!(send(reveal_report_call(0, training, &report)));
	};
	play(|| take(in_score_from_given(terms(), 1)));
	play(|| {
		let training = in_score(per_step(), 1);
		score(training, &taught(9_000, [9_100]));
		teach(training, 1);
		assert_ok!(reveal_due(training));
		take(training);
	});
}

#[test]
fn scorers_are_those_of_the_session_in_which_score_began() {
	play(|| {
		run_to(40);
		let training = in_test(terms(), 2);
		run_to(60);
		assert_ok!(reveal_due(training));
		assert_eq!(session_of(training), 1);
		run_to(SESSION * 2);
	});
}

#[test]
fn one_call_carries_several_sessions() {
	play(|| {
		let trainings = [open(terms()), open(terms())];
		run_to(2);
		for training in trainings {
			assert_ok!(show(training));
			assert_ok!(commit(training, TUTOR));
		}
		run_to(12);
		for training in trainings {
			assert_ok!(reveal(training, TUTOR));
			assert_ok!(reveal_due(training));
		}
		let entry = |training: TrainingId| ((training, 0), H256::repeat_byte(training as u8));
		refused(signed_commits(0, 0, vec![entry(1), entry(0)]), Refusal::Order);
		assert_ok!(send(signed_commits(0, 0, vec![entry(0), entry(1)])));
		for training in trainings {
			assert_eq!(pallet_quorum::Tallies::<Test>::get((training, 0)).commits.len(), 1);
		}
	});
}
