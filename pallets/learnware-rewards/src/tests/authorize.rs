//! `commit_report` and `reveal_report`: what is taken, and each reason to refuse.

use crate::{mock::*, *};
use frame_support::{assert_ok, traits::Authorize};
use learnware_primitives::training::{curve::Ratio, Flaw, Part, Report, Step, Trap};
use pallet_quorum::{signing_payload, Refusal};
use sp_core::H256;
use sp_runtime::{testing::UintAuthorityId, transaction_validity::TransactionSource, DispatchError, RuntimeAppPublic};

fn refused(call: Call<Test>, refusal: Refusal) {
	assert_eq!(send(call), Err(refusal.into()));
}

fn fine() -> ScorerReport {
	taught(9_000, [9_100, 9_200])
}

#[test]
fn nobody_but_the_authorized_origin_may_report() {
	play(|| {
		let training = in_score(terms(), 2);
		let commit = RuntimeCall::from(commit_report_call(0, training, &fine()));
		let reveal = RuntimeCall::from(reveal_report_call(0, training, &fine()));
		for origin in [signed(TUTOR), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			for call in [commit.clone(), reveal.clone()] {
				use sp_runtime::traits::Dispatchable;
				let error = call.dispatch(origin.clone()).unwrap_err().error;
				assert_eq!(error, DispatchError::BadOrigin);
			}
		}
	});
}

#[test]
fn commits_are_taken_once_from_scorers_of_the_session() {
	play(|| {
		let training = in_score(terms(), 2);
		let work = (training, 0);
		assert_ok!(send(commit_report_call(0, training, &fine())));
		System::assert_last_event(Event::ReportCommitted { training, epoch: 0, session: 0, scorer: 0 }.into());
		refused(commit_report_call(0, training, &fine()), Refusal::Repeated);
		refused(commit_report_call(4, training, &fine()), Refusal::Signature);
		refused(signed_commits(1, 1, vec![(work, H256::zero())]), Refusal::NotScored);
		for other in [(training, 1), (training + 1, 0)] {
			refused(signed_commits(0, 1, vec![(other, H256::zero())]), Refusal::NotScored);
		}
		refused(signed_commits(0, 1, vec![]), Refusal::Order);
		refused(signed_commits(0, 1, vec![(work, H256::zero()), (work, H256::zero())]), Refusal::Order);
		let mut forged = commit_report_call(1, training, &fine());
		if let Call::commit_report { scorer, .. } = &mut forged {
			*scorer = 2;
		}
		refused(forged, Refusal::Signature);
	});
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

#[test]
fn the_commit_round_is_half_of_the_score_period() {
	play(|| {
		let training = in_score(terms(), 2);
		run_to(21);
		assert_ok!(send(commit_report_call(0, training, &fine())));
		refused(reveal_report_call(0, training, &fine()), Refusal::TooEarly);
		run_to(22);
		refused(commit_report_call(1, training, &fine()), Refusal::TooLate);
		refused(reveal_report_call(1, training, &fine()), Refusal::WrongReveal);
		run_to(31);
		let call = reveal_report_call(0, training, &fine());
		run_to(32);
		refused(call.clone(), Refusal::NotScored);
		System::set_block_number(31);
		assert_ok!(send(call));
		assert_eq!(closed().0, End::NoQuorum);
	});
}

#[test]
fn the_commit_round_ends_early_when_all_have_committed() {
	play(|| {
		let training = in_score(terms(), 2);
		for scorer in 0..4 {
			refused(reveal_report_call(0, training, &fine()), Refusal::TooEarly);
			assert_ok!(send(commit_report_call(scorer, training, &fine())));
		}
		assert_ok!(send(reveal_report_call(0, training, &fine())));
		let report = H256(sp_io::hashing::blake2_256(&parity_scale_codec::Encode::encode(&fine())));
		System::assert_last_event(Event::ReportRevealed { training, epoch: 0, session: 0, scorer: 0, report }.into());
		refused(reveal_report_call(0, training, &fine()), Refusal::Repeated);
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
fn a_reveal_must_open_its_commitment() {
	play(|| {
		let training = in_score(terms(), 2);
		for scorer in 0..4 {
			assert_ok!(send(commit_report_call(scorer, training, &fine())));
		}
		refused(reveal_report_call(0, training, &taught(9_000, [9_100, 9_201])), Refusal::WrongReveal);
		let Call::reveal_report { session, reveals, signature, .. } = reveal_report_call(0, training, &fine()) else {
			unreachable!()
		};
		let call = |signature| Call::reveal_report { session, scorer: 3, reveals: reveals.clone(), signature };
		refused(call(signature), Refusal::Signature);
		// Another scorer cannot reveal with the report and the salt of the first.
		let payload = signing_payload(DOMAINS.reveal, &LearnwareRewards::genesis(), session, 3, &reveals);
		refused(call(UintAuthorityId(3).sign(&payload).unwrap()), Refusal::WrongReveal);
		assert_ok!(send(reveal_report_call(0, training, &fine())));
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
			assert_eq!(Tallies::<Test>::get((training, 0)).commits.len(), 1);
		}
	});
}

#[test]
fn the_pool_holds_one_call_of_a_kind_of_each_scorer() {
	play(|| {
		let training = in_score(terms(), 2);
		let tag = |call: Call<Test>| {
			let (valid, _) = call.authorize(TransactionSource::External).unwrap().unwrap();
			assert!(valid.priority > 0 && valid.propagate);
			valid.provides
		};
		let first = tag(commit_report_call(0, training, &fine()));
		let other = Report::Unusable(Part::TestSet, Flaw::Run(Trap::Score));
		assert_eq!(first, tag(commit_report_call(0, training, &other)), "another payload is the same identity");
		assert_ne!(first, tag(commit_report_call(1, training, &fine())));
	});
}
