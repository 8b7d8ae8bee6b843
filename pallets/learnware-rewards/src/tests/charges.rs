//! What a fall costs with `EarnOrPay`.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::training::{Mode, Settlement};

fn earn_or_pay(settlement: Settlement) -> TermsOf<Test> {
	Terms { mode: Mode::EarnOrPay, settlement, ..terms() }
}

fn charged() -> Vec<Balance> {
	outcomes().into_iter().map(|lesson| lesson.charged).collect()
}

#[test]
fn a_fall_costs_what_it_is_worth_at_most_the_deposit() {
	play(|| {
		let training = in_score(earn_or_pay(Settlement::AtEnd), 4);
		score(training, &taught(9_500, [9_499, 9_800, 9_000, 9_900]));
		let small = reward(9_500) - reward(9_499);
		assert!(small > 0 && small < DEPOSIT);
		assert!(reward(9_800) - reward(9_000) > DEPOSIT);
		let rises = [reward(9_800) - reward(9_500), reward(9_900) - reward(9_800)];
		assert_eq!(charged(), [small, 0, DEPOSIT, 0]);
		assert_eq!(paid(), [0, rises[0], 0, rises[1]]);
		assert!(outcomes().iter().all(|lesson| lesson.slashed == 0));
		assert_eq!(wealth(TUTOR), START_BALANCE - small);
		assert_eq!(wealth(TUTOR + 2), START_BALANCE - DEPOSIT);
		// The student pays for the rises, and gains nothing by the falls.
		let total = rises[0] + rises[1];
		assert_eq!(wealth(STUDENT), START_BALANCE - total - 5 * FEE);
		assert_eq!(wealth(TREASURY), START_BALANCE + small + DEPOSIT);
		let charges = small + DEPOSIT;
		assert_eq!(closed(), (End::Finished, [total, charges, BUDGET - total, charges]));
		assert_gone();
	});
}

#[test]
fn charges_pay_later_lessons_when_the_budget_is_spent() {
	play(|| {
		let training = in_score(earn_or_pay(Settlement::PerStep), 2);
		score(training, &taught(0, [QUESTIONS, 0]));
		assert_eq!((paid(), charged()), (vec![BUDGET, 0], vec![0, DEPOSIT]));
		let after = record(training);
		assert_eq!((after.paid, after.charged, after.left()), (BUDGET, DEPOSIT, DEPOSIT));
		assert_eq!(LearnwareRewards::held(HoldReason::Budget, &STUDENT), DEPOSIT);

		// On other questions it knows less; a charge of this epoch pays a lesson of this epoch, too.
		teach(training, 3);
		assert_ok!(reveal_due(training));
		score(training, &taught(9_900, [0, QUESTIONS, QUESTIONS]));
		assert_eq!((paid(), charged()), (vec![0, 2 * DEPOSIT, 0], vec![DEPOSIT, 0, 0]));
		assert_eq!(closed(), (End::Finished, [BUDGET + 2 * DEPOSIT, 2 * DEPOSIT, 0, 0]));
		assert_eq!(wealth(STUDENT), START_BALANCE - BUDGET - 7 * FEE);
		assert_eq!(wealth(TREASURY), START_BALANCE);
		assert_gone();
	});
}

#[test]
fn a_lesson_is_paid_only_by_charges_before_it() {
	play(|| {
		let training = in_score(earn_or_pay(Settlement::PerStep), 2);
		score(training, &taught(0, [QUESTIONS, 0]));
		teach(training, 3);
		assert_ok!(reveal_due(training));
		score(training, &taught(9_900, [QUESTIONS, 0, QUESTIONS]));
		assert_eq!((paid(), charged()), (vec![DEPOSIT, 0, 0], vec![0, DEPOSIT, 0]));
		assert_eq!(record(training).left(), DEPOSIT, "so there is another epoch");
		assert_ok!(LearnwareRewards::close_training(signed(STUDENT), training));
		assert_eq!(closed(), (End::Closed, [BUDGET + DEPOSIT, 2 * DEPOSIT, 0, DEPOSIT]));
		assert_eq!(wealth(TREASURY), START_BALANCE + DEPOSIT);
		assert_gone();
	});
}

#[test]
fn charges_never_compensate_for_a_withheld_test_set() {
	play(|| {
		let training = in_score(earn_or_pay(Settlement::PerStep), 2);
		score(training, &taught(0, [QUESTIONS, 0]));
		teach(training, 2);
		run_to(System::block_number() + 40);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), training));
		assert_eq!(paid(), [0, 0]);
		assert_eq!(closed(), (End::TestSetWithheld, [BUDGET, DEPOSIT, 0, DEPOSIT + student_deposit()]));
		assert_eq!(wealth(TREASURY), START_BALANCE + DEPOSIT + student_deposit());
		assert_gone();
	});
}

#[test]
fn a_student_that_teaches_itself_loses_what_it_is_charged() {
	play(|| {
		let training = in_commit(earn_or_pay(Settlement::AtEnd));
		assert_ok!(commit(training, STUDENT));
		run_to(12);
		assert_ok!(reveal(training, STUDENT));
		assert_ok!(reveal_due(training));
		score(training, &taught(9_900, [0]));
		assert_eq!(charged(), [DEPOSIT]);
		assert_eq!(closed(), (End::Finished, [0, DEPOSIT, BUDGET, DEPOSIT]));
		assert_eq!(wealth(STUDENT), START_BALANCE - DEPOSIT - 2 * FEE);
		assert_gone();
	});
}

#[test]
fn no_freeze_keeps_a_charge_from_the_budget() {
	use frame_support::traits::fungible::MutateFreeze;
	play(|| {
		let training = in_score(earn_or_pay(Settlement::AtEnd), 1);
		for who in [STUDENT, TUTOR] {
			assert_ok!(<Balances as MutateFreeze<AccountId>>::set_freeze(&(), &who, START_BALANCE));
		}
		score(training, &taught(9_900, [0]));
		assert_eq!(charged(), [DEPOSIT]);
		assert_eq!(wealth(TREASURY), START_BALANCE + DEPOSIT);
		assert_gone();
	});
}
