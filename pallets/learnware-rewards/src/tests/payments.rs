//! What lessons earn, to the unit.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::{
	training::{curve::Ratio, Flaw, Limits, Step, Trap},
	BadReason,
};

/// The learned answers of the published run, of 10,000.
const BEFORE: u32 = 1_014;
const AFTER: [u32; 5] = [9_572, 9_792, 9_836, 9_842, 9_842];

#[test]
fn the_published_run_is_paid_to_the_token() {
	play(|| {
		let training = in_score(terms(), 5);
		score(training, &taught(BEFORE, AFTER));
		assert_eq!(paid().iter().map(|paid| paid / TOKEN).collect::<Vec<_>>(), [48, 185, 85, 13, 0]);
		let total = reward(9_842) - reward(BEFORE);
		assert_eq!(paid().iter().sum::<Balance>(), total, "steps add up");
		for (who, paid) in (TUTOR..).zip(paid()) {
			assert_eq!(wealth(who), START_BALANCE + paid);
		}
		let fee = 6 * FEE;
		for scorer in SCORER..SCORER + 4 {
			assert_eq!(wealth(scorer), START_BALANCE + fee / 4);
		}
		assert_eq!(wealth(STUDENT), START_BALANCE - total - fee);
		assert_eq!(wealth(TREASURY), START_BALANCE);
		assert_eq!(closed(), (End::Finished, [total, 0, BUDGET - total, 0]));
		assert!(Deviants::get().is_empty() && Absentees::get().is_empty());
		assert_gone();
	});
}

#[test]
fn an_epoch_tells_before_after_and_paid_of_each_lesson() {
	play(|| {
		let training = in_score(terms(), 2);
		score(training, &taught(9_000, [9_900, 9_800]));
		let ratio = |correct| Some(Ratio::new(correct, QUESTIONS));
		let first = LessonOutcome {
			who: TUTOR,
			location: Some(location(TUTOR as u8)),
			before: ratio(9_000),
			after: ratio(9_900),
			kept: true,
			flaw: None,
			paid: reward(9_900) - reward(9_000),
			charged: 0,
			slashed: 0,
		};
		let second = LessonOutcome {
			who: TUTOR + 1,
			location: Some(location(TUTOR as u8 + 1)),
			before: ratio(9_900),
			after: ratio(9_800),
			kept: false,
			paid: 0,
			..first.clone()
		};
		System::assert_has_event(
			Event::EpochSettled {
				training,
				epoch: 0,
				before: ratio(9_000),
				after: ratio(9_900),
				state: state(),
				scoring_fee: 3 * FEE,
				lessons: vec![first, second],
			}
			.into(),
		);
		let closed = |event| match event {
			Event::TrainingClosed { score, state, .. } => Some((score, state)),
			_ => None,
		};
		assert_eq!(events().find_map(closed), Some((ratio(9_900), state())));
	});
}

#[test]
fn a_rise_after_a_fall_is_not_paid_twice() {
	play(|| {
		let training = in_score(terms(), 4);
		score(training, &taught(9_000, [9_500, 9_100, 9_500, 9_600]));
		assert_eq!(paid(), [reward(9_500) - reward(9_000), 0, 0, reward(9_600) - reward(9_500)]);
		assert_eq!(outcomes().iter().map(|lesson| lesson.kept).collect::<Vec<_>>(), [true, false, true, true]);
		assert_eq!(wealth(TUTOR + 1), START_BALANCE, "a fall costs nothing where tutors only earn");
		assert_gone();
	});
}

#[test]
fn a_learnware_that_knows_all_from_the_first_lesson_costs_the_whole_budget() {
	play(|| {
		let training = in_score(terms(), 2);
		score(training, &taught(0, [QUESTIONS, QUESTIONS]));
		assert_eq!(paid(), [BUDGET, 0]);
		assert_eq!(closed(), (End::Finished, [BUDGET, 0, 0, 0]));
		assert_gone();
	});
}

#[test]
fn a_file_of_no_use_costs_the_deposit_and_a_trap_does_not() {
	play(|| {
		let training = in_score(terms(), 5);
		let (file, run) = (Flaw::File(BadReason::TooLarge), Flaw::Run(Trap::Fuel));
		let unavailable = Flaw::File(BadReason::Unavailable);
		let steps = vec![
			Step::Scored(9_500),
			Step::Refused(file),
			Step::Refused(run),
			Step::Refused(unavailable),
			Step::Scored(9_600),
		];
		score(training, &report(9_000, steps));
		assert_eq!(paid(), [reward(9_500) - reward(9_000), 0, 0, 0, reward(9_600) - reward(9_500)]);
		let outcomes = outcomes();
		assert_eq!(outcomes.iter().map(|lesson| lesson.slashed).collect::<Vec<_>>(), [0, DEPOSIT, 0, DEPOSIT, 0]);
		let flaws: Vec<_> = outcomes.iter().map(|lesson| lesson.flaw).collect();
		assert_eq!(flaws, [None, Some(file), Some(run), Some(unavailable), None]);
		assert_eq!(outcomes[2].before, Some(Ratio::new(9_500, QUESTIONS)));
		assert_eq!(outcomes[2].after, None);
		assert_eq!(wealth(TREASURY), START_BALANCE + 2 * DEPOSIT);
		assert_eq!(closed().1[3], 0, "tutors' deposits are told of with their lessons");
		assert_gone();
	});
}

#[test]
fn who_does_not_reveal_is_slashed_and_not_scored() {
	play(|| {
		let training = in_reveal(terms(), 3);
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal(training, TUTOR + 2));
		run_to(32);
		assert_ok!(reveal_due(training));
		score(training, &taught(9_000, [9_500, 9_600]));
		assert_eq!(paid(), [reward(9_500) - reward(9_000), 0, reward(9_600) - reward(9_500)]);
		let silent = &outcomes()[1];
		assert_eq!((silent.slashed, &silent.location, silent.before), (DEPOSIT, &None, None));
		assert_eq!(wealth(TREASURY), START_BALANCE + DEPOSIT);
		assert_eq!(wealth(SCORER), START_BALANCE + 3 * FEE / 4, "the fee counts revealed lessons");
		assert_gone();
	});
}

#[test]
fn a_student_may_teach_itself() {
	play(|| {
		let training = in_commit(terms());
		assert_ok!(commit(training, STUDENT));
		assert_ok!(commit(training, TUTOR));
		run_to(12);
		assert_ok!(reveal(training, STUDENT));
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal_due(training));
		score(training, &taught(9_000, [9_500, 9_900]));
		let [own, other] = [reward(9_500) - reward(9_000), reward(9_900) - reward(9_500)];
		assert_eq!(paid(), [own, other]);
		assert_eq!(wealth(STUDENT), START_BALANCE - other - 3 * FEE);
		assert_gone();
	});
}

#[test]
fn a_freeze_on_the_student_does_not_keep_the_budget_from_tutors() {
	use frame_support::traits::fungible::MutateFreeze;
	play(|| {
		let training = in_score(terms(), 1);
		assert_ok!(<Balances as MutateFreeze<AccountId>>::set_freeze(&(), &STUDENT, START_BALANCE));
		score(training, &taught(9_000, [9_900]));
		assert_eq!(wealth(TUTOR), START_BALANCE + reward(9_900) - reward(9_000));
		assert_gone();
	});
}

#[test]
fn a_scorer_without_account_forgoes_its_fee() {
	use frame_support::traits::{fungible::Mutate, tokens::Preservation};
	play(|| {
		ScorerCount::set(8);
		assert_ok!(Balances::transfer(&SCORER, &TREASURY, START_BALANCE, Preservation::Expendable));
		let limits = Limits { fuel: 1, ..terms().limits };
		let training = in_score(Terms { scoring_fee: 24, limits, ..terms() }, 1);
		score_each(training, &vec![taught(9_000, [9_000]); 8]);
		ScorerCount::set(4);
		let fee = |event| match event {
			Event::EpochSettled { scoring_fee, .. } => Some(scoring_fee),
			_ => None,
		};
		assert_eq!(events().find_map(fee), Some(7 * 6), "each share is 6, below the existential deposit");
		assert_eq!(wealth(SCORER), 0);
		assert_eq!(wealth(STUDENT), START_BALANCE - 7 * 6);
		assert_gone();
	});
}
