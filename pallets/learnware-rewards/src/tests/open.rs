//! `open_training` and `close_training`.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use learnware_primitives::training::{
	curve::{Curve, Ratio},
	Limits, REPLAY_VERSION,
};
use sp_core::H256;

type E = Error<Test>;

#[test]
fn open_holds_budget_fees_and_deposit_and_tells_tutors_all() {
	play(|| {
		let training = open(terms());
		assert_eq!(LearnwareRewards::held(HoldReason::Budget, &STUDENT), BUDGET);
		assert_eq!(LearnwareRewards::held(HoldReason::ScoringFee, &STUDENT), fees(1));
		assert_eq!(LearnwareRewards::held(HoldReason::TrainingDeposit, &STUDENT), student_deposit());
		System::assert_last_event(
			Event::TrainingOpened {
				training,
				student: STUDENT,
				learnware: learnware(),
				state: Location::default(),
				test_set: test_set(STUDENT, PARTS),
				budget: BUDGET,
				curve: curve(),
				terms: terms(),
			}
			.into(),
		);
		let record = record(training);
		assert_eq!((record.version, record.opened, record.epoch, record.used), (REPLAY_VERSION, 1, 0, 0));
		assert_eq!(record.phase, Phase::Show { until: 7 });
		assert_eq!(TrainingsOf::<Test>::get(STUDENT), 1);
	});
}

#[test]
fn open_holds_the_fees_of_all_epochs() {
	play(|| {
		open(per_step());
		assert_eq!(LearnwareRewards::held(HoldReason::ScoringFee, &STUDENT), fees(3));
	});
}

#[test]
fn open_refuses_files_curves_and_budgets_out_of_bounds() {
	play(|| {
		let open = |learnware: Location, budget, curve: Curve| {
			let (state, test_set) = (Location::default(), test_set(STUDENT, PARTS));
			LearnwareRewards::open_training(signed(STUDENT), learnware, state, test_set, budget, curve, terms())
		};
		assert_noop!(open(Location::default(), BUDGET, curve()), E::InvalidLocation);
		let falling = Curve::Logarithmic { min: Ratio::new(1, 1), mid: Ratio::new(1, 2), max: Ratio::new(0, 1) };
		assert_noop!(open(learnware(), BUDGET, falling), E::CurveInvalid);
		assert_noop!(open(learnware(), BUDGET, Curve::ErrorLog { h: 2 }), E::CurveInvalid);
		assert_noop!(open(learnware(), MinBudget::get() - 1, curve()), E::BudgetTooSmall);
		assert_noop!(open(learnware(), START_BALANCE, curve()), sp_runtime::TokenError::FundsUnavailable);
		assert_noop!(open(learnware(), Balance::MAX, curve()), sp_runtime::TokenError::FundsUnavailable);
		assert_ok!(open(learnware(), MinBudget::get(), curve()));
	});
}

#[test]
fn open_takes_a_state_to_begin_with() {
	play(|| {
		let training = open_from(given(), terms());
		let opened = |event| match event {
			Event::TrainingOpened { training, state, .. } => Some((training, state)),
			_ => None,
		};
		assert_eq!(events().find_map(opened), Some((training, given())));
		assert_eq!((record(training).state, record(training).score), (given(), None));
		assert_eq!(held(STUDENT), BUDGET + fees(1) + student_deposit(), "a state costs nothing");
		begin(training);
		assert_ok!(LearnwareRewards::close_training(signed(STUDENT), training));
		let closed = |event| match event {
			Event::TrainingClosed { state, score, .. } => Some((state, score)),
			_ => None,
		};
		assert_eq!(events().find_map(closed), Some((given(), None)), "nobody has taught it anything");
		assert_eq!(wealth(STUDENT), START_BALANCE);
		assert_gone();
	});
}

#[test]
fn open_refuses_a_state_that_is_no_file() {
	play(|| {
		let open = |state: Vec<u8>| {
			let state = Location::try_from(state).unwrap();
			try_open(STUDENT, state, test_set(STUDENT, PARTS), terms())
		};
		let cid = given().into_inner();
		let (short, long) = (cid[..cid.len() - 1].to_vec(), [cid.as_slice(), &[0]].concat());
		let other_hash = [&[1, 0x55, 0x13, 0x20], &cid[4..]].concat();
		for state in [vec![0], vec![0; 64], short, long, other_hash] {
			assert_noop!(open(state), E::InvalidLocation);
		}
		assert_ok!(open([&[0x12, 0x20], &cid[4..]].concat()));
		assert_ok!(open(cid));
	});
}

#[test]
fn open_refuses_test_sets_out_of_bounds() {
	play(|| {
		let open = |test_set| try_open(STUDENT, Location::default(), test_set, terms());
		assert_noop!(open(test_set(STUDENT, 0)), E::PartLimits);
		assert_noop!(open(test_set(STUDENT, 1)), E::PartLimits);
		let mut twice = test_set(STUDENT, 3);
		twice[2] = twice[0];
		assert_noop!(open(twice), E::PartLimits);
		assert_ok!(open(test_set(STUDENT, 2)));
		let most = TestCommitments::truncate_from((0..=u8::MAX).map(H256::repeat_byte).collect());
		assert_eq!(most.len(), 128);
		assert_ok!(open(most));
	});
}

#[test]
fn open_refuses_terms_out_of_bounds() {
	play(|| {
		let open = |terms| try_open(STUDENT, Location::default(), test_set(STUDENT, PARTS), terms);
		assert_noop!(open(Terms { deposit: MinLessonDeposit::get() - 1, ..terms() }), E::DepositTooSmall);
		assert_noop!(open(Terms { max_lessons: 0, ..terms() }), E::LessonLimits);
		assert_noop!(open(Terms { max_lessons: 65, ..terms() }), E::LessonLimits);
		for limits in [
			Limits { fuel: 0, ..terms().limits },
			Limits { fuel: Limits::MAX.fuel + 1, ..terms().limits },
			Limits { memory: Limits::MAX.memory + 1, ..terms().limits },
			Limits { state: Limits::MAX.state + 1, ..terms().limits },
		] {
			assert_noop!(open(Terms { limits, ..terms() }), E::LimitsOutOfBounds);
		}
		let (reveal, score) = (u64::from(MIN_REVEAL_PERIOD), u64::from(MIN_SCORE_PERIOD));
		let set: [(fn(&mut TermsOf<Test>, u64), u64); 4] = [
			(|terms, period| terms.commit_period = period, 1),
			(|terms, period| terms.reveal_period = period, reveal),
			(|terms, period| terms.test_period = period, reveal),
			(|terms, period| terms.score_period = period, score),
		];
		for (set, shortest) in set {
			let with = |period| {
				let mut terms = terms();
				set(&mut terms, period);
				terms
			};
			assert_noop!(open(with(shortest - 1)), E::PeriodTooShort);
			assert_noop!(open(with(MaxPeriod::get() + 1)), E::PeriodTooLong);
			assert_ok!(open(with(MaxPeriod::get())));
		}
	});
}

#[test]
fn open_refuses_fees_and_score_periods_that_do_not_fit_the_fuel() {
	play(|| {
		let open = |terms| try_open(STUDENT, Location::default(), test_set(STUDENT, PARTS), terms);
		assert_noop!(open(Terms { scoring_fee: FEE - 1, ..terms() }), E::FeeTooSmall);
		// (2 * 8 + 1) * 5 units are due in half of the period, with 9 for each block.
		assert_noop!(open(Terms { score_period: 19, ..terms() }), E::ScorePeriodTooShort);
		assert_noop!(open(Terms { max_lessons: 9, ..terms() }), E::ScorePeriodTooShort);
		let limits = Limits { fuel: 10, ..terms().limits };
		let exact = Terms { limits, scoring_fee: 2 * FEE, max_lessons: 4, ..terms() };
		assert_noop!(open(Terms { max_lessons: 5, ..exact.clone() }), E::ScorePeriodTooShort);
		assert_ok!(open(exact));
	});
}

#[test]
fn open_refuses_more_sessions_than_allowed() {
	play(|| {
		let small = |who| {
			let terms = Terms { deposit: MinLessonDeposit::get(), ..terms() };
			let budget = MinBudget::get();
			let state = Location::default();
			LearnwareRewards::open_training(signed(who), learnware(), state, test_set(who, 2), budget, curve(), terms)
		};
		for _ in 0..4 {
			assert_ok!(small(STUDENT));
		}
		assert_noop!(small(STUDENT), E::TooManyTrainingsOfAccount);
		for other in 4..16 {
			assert_ok!(small(TUTOR + other / 4));
		}
		assert_noop!(small(TUTOR), E::TooManyTrainings);
		run_to(7);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), 0));
		assert_eq!(TrainingsOf::<Test>::get(STUDENT), 3);
		assert_ok!(small(STUDENT));
		assert_eq!(NextTraining::<Test>::get(), 17, "numbers are not used again");
	});
}

#[test]
fn close_gives_everything_back_while_no_lesson_is_under_way() {
	play(|| {
		let close = |who, training| LearnwareRewards::close_training(signed(who), training);
		assert_noop!(close(STUDENT, 0), E::UnknownTraining);
		let training = open(terms());
		assert_noop!(close(TUTOR, training), E::NotStudent);
		assert_noop!(close(STUDENT, training), E::HasLessons);
		run_to(2);
		assert_ok!(show(training));
		assert_ok!(commit(training, TUTOR));
		assert_noop!(close(STUDENT, training), E::HasLessons);
		assert_ok!(LearnwareRewards::withdraw_lesson(signed(TUTOR), training));
		assert_ok!(close(STUDENT, training));
		System::assert_last_event(
			Event::TrainingClosed {
				training,
				student: STUDENT,
				end: End::Closed,
				budget: BUDGET,
				paid: 0,
				charged: 0,
				returned: BUDGET,
				slashed: 0,
				score: None,
				state: Location::default(),
			}
			.into(),
		);
		assert_eq!(wealth(STUDENT), START_BALANCE);
		assert_gone();
	});
}

#[test]
fn close_is_refused_once_lessons_are_revealed_or_scored() {
	play(|| {
		let refused = |training| {
			let close = LearnwareRewards::close_training(signed(STUDENT), training);
			assert_eq!(close, Err(E::HasLessons.into()));
		};
		let training = in_reveal(terms(), 2);
		refused(training);
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal(training, TUTOR + 1));
		refused(training);
		assert_ok!(reveal_due(training));
		refused(training);
	});
}
