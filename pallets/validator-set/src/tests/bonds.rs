//! Tests of bonds: how they are made, slashed and released.

use super::*;
use crate::{Bonded, Bonds, HoldReason};
use frame_support::traits::fungible::{Inspect, InspectHold, MutateHold, UnbalancedHold};
use sp_runtime::TokenError;

fn held(who: u64) -> u128 {
	Balances::balance_on_hold(&HoldReason::Bond.into(), &who)
}

fn unlocks(who: u64) -> Option<u32> {
	Bonds::<Test>::get(who).expect("the account has a bond").unlocks
}

/// Session in which the bond of a validator unlocks that is removed in session 0.
const UNLOCKS: u32 = 2 + HISTORY;

/// What is left of a bond after each of the deviations that it takes to lose more than half of it.
const LEFT: [u128; 7] = [900, 810, 729, 656, 590, 531, 477];

#[test]
fn genesis_validators_have_bonds() {
	ExtBuilder::default().execute(|| {
		for who in 1..=3 {
			assert_eq!(Bonds::<Test>::get(who), Some(Bonded { amount: BOND, unlocks: None }));
			assert_eq!(held(who), BOND);
			assert_eq!(Balances::balance(&who), ENDOWMENT - BOND);
		}
		assert_eq!(held(4), 0);
		assert_eq!(Balances::total_issuance(), ENDOWMENT * 6);
	});
}

#[test]
fn genesis_endowment_of_bond_and_existential_deposit_is_enough() {
	ExtBuilder::default().endowment(BOND + 1).execute(|| assert_eq!(Balances::balance(&1), 1));
}

#[test]
#[should_panic(expected = "the genesis validator 1 cannot bond 1000; is it endowed with more?")]
fn genesis_refuses_validators_that_cannot_bond() {
	ExtBuilder::default().endowment(BOND).build();
}

#[test]
fn bond_holds_a_full_bond() {
	ExtBuilder::default().execute(|| {
		assert_ok!(bond(4));
		System::assert_last_event(Event::Bonded { who: 4, amount: BOND }.into());
		assert_eq!(Bonds::<Test>::get(4), Some(Bonded { amount: BOND, unlocks: None }));
		assert_eq!(held(4), BOND);
		assert!(!Validators::<Test>::get().contains(&4), "a bond appoints nobody");
	});
}

#[test]
fn bond_refuses() {
	ExtBuilder::default().execute(|| {
		assert_noop!(ValidatorSet::bond(RawOrigin::Root.into()), BadOrigin);
		assert_noop!(bond(1), Error::<Test>::AlreadyBonded);
		assert_noop!(bond(TREASURY), TokenError::FundsUnavailable);
	});
}

#[test]
fn bond_tops_up_after_a_slash() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_deviant(0, 0);
		assert_eq!(held(1), 900);
		assert_ok!(bond(1));
		System::assert_last_event(Event::Bonded { who: 1, amount: 100 }.into());
		assert_eq!(Bonds::<Test>::get(1), Some(Bonded { amount: BOND, unlocks: None }));
		assert_noop!(bond(1), Error::<Test>::AlreadyBonded);
	});
}

#[test]
fn bond_that_unlocks_can_be_topped_up_and_unlocks_no_later() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_deviant(0, 1);
		assert_ok!(remove(2));
		run_to_session(1);
		assert_ok!(bond(2));
		assert_eq!(Bonds::<Test>::get(2), Some(Bonded { amount: BOND, unlocks: Some(UNLOCKS) }));
	});
}

#[test]
fn unbond_releases_at_once_what_nobody_answered_with() {
	ExtBuilder::default().execute(|| {
		assert_ok!(bond(4));
		assert_ok!(unbond(4));
		System::assert_last_event(Event::Unbonded { who: 4, amount: BOND }.into());
		assert!(!Bonds::<Test>::contains_key(4));
		assert_eq!((held(4), Balances::balance(&4)), (0, ENDOWMENT));
	});
}

#[test]
fn unbond_refuses() {
	ExtBuilder::default().execute(|| {
		assert_noop!(ValidatorSet::unbond(RawOrigin::Root.into()), BadOrigin);
		assert_noop!(unbond(4), Error::<Test>::NothingBonded);
		assert_noop!(unbond(1), Error::<Test>::StillValidator);
		assert_ok!(remove(1));
		assert_noop!(unbond(1), Error::<Test>::BondLocked);
	});
}

#[test]
fn unbond_waits_for_the_session_in_which_the_bond_unlocks() {
	ExtBuilder::default().execute(|| {
		assert_ok!(remove(2));
		assert_eq!(unlocks(2), Some(UNLOCKS));
		run_to(u64::from(UNLOCKS) * PERIOD - 1);
		assert_noop!(unbond(2), Error::<Test>::BondLocked);
		run_to_session(UNLOCKS);
		assert_ok!(unbond(2));
		System::assert_last_event(Event::Unbonded { who: 2, amount: BOND }.into());
		assert_noop!(unbond(2), Error::<Test>::NothingBonded);
	});
}

#[test]
fn no_report_of_a_former_validator_can_be_judged_when_its_bond_unlocks() {
	ExtBuilder::default().execute(|| {
		run_to_session(1);
		assert_ok!(remove(2));
		let last = 2;
		run_to_session(last);
		assert_eq!(accounts(last), vec![1, 2, 3]);
		run_to_session(last + 1);
		assert_eq!(accounts(last + 1), vec![1, 3]);

		// The last block in which its last session is remembered.
		run_to(u64::from(last + HISTORY) * PERIOD - 1);
		assert_noop!(unbond(2), Error::<Test>::BondLocked);
		ValidatorSet::report_deviant(last, 1);
		assert_eq!(held(2), 900);

		run_to_session(1 + UNLOCKS);
		ValidatorSet::report_deviant(last, 1);
		assert_eq!(held(2), 900);
		assert_ok!(unbond(2));
		assert_eq!(Balances::balance(&2), ENDOWMENT - 100);
	});
}

#[test]
fn unbond_releases_what_a_slash_has_left() {
	ExtBuilder::default().execute(|| {
		assert_ok!(remove(2));
		ValidatorSet::report_deviant(0, 1);
		System::assert_last_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 100 }.into());
		assert_eq!(Bonds::<Test>::get(2), Some(Bonded { amount: 900, unlocks: Some(UNLOCKS) }));
		run_to_session(UNLOCKS);
		assert_ok!(unbond(2));
		System::assert_last_event(Event::Unbonded { who: 2, amount: 900 }.into());
		assert_eq!(Balances::total_balance(&2), ENDOWMENT - 100);
	});
}

#[test]
fn add_validator_wants_all_of_the_bond() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_deviant(0, 1);
		assert_ok!(remove(2));
		assert_noop!(add(2), Error::<Test>::NotBonded);
		assert_ok!(bond(2));
		assert_ok!(add(2));
	});
}

#[test]
fn appointment_stops_the_unlocking_and_removal_starts_it_anew() {
	ExtBuilder::default().execute(|| {
		assert_ok!(remove(2));
		run_to_session(3);
		assert_ok!(add(2));
		assert_eq!(unlocks(2), None);
		run_to_session(UNLOCKS);
		assert_noop!(unbond(2), Error::<Test>::StillValidator);
		assert_eq!(accounts(5), vec![1, 3, 2]);
		ValidatorSet::report_deviant(5, 2);
		assert_eq!(Conduct::<Test>::get(2), Faults { deviant: 1, absent: 0 });
		assert_ok!(remove(2));
		assert_eq!(unlocks(2), Some(UNLOCKS + UNLOCKS));
		run_to_session(UNLOCKS + UNLOCKS);
		assert_ok!(unbond(2));
		assert_noop!(add(2), Error::<Test>::NotBonded);
	});
}

#[test]
fn deviation_costs_a_share_of_what_is_left_rounded_up() {
	ExtBuilder::default().validators(&[1]).execute(|| {
		let mut before = BOND;
		for left in LEFT {
			ValidatorSet::report_deviant(0, 0);
			let slashed = before - left;
			System::assert_last_event(Event::ScorerDeviated { session: 0, index: 0, who: 1, slashed }.into());
			assert_eq!(slashed, before.div_ceil(10));
			assert_eq!(Bonds::<Test>::get(1), Some(Bonded { amount: left, unlocks: None }));
			before = left;
		}
	});
}

#[test]
fn slashes_go_where_the_runtime_says_and_nowhere_else() {
	ExtBuilder::default().execute(|| {
		let issued = Balances::total_issuance();
		ValidatorSet::report_deviant(0, 0);
		ValidatorSet::report_deviant(0, 0);
		ValidatorSet::report_deviant(0, 2);
		assert_eq!(Balances::balance(&TREASURY), 100 + 90 + 100);
		assert_eq!(Balances::total_balance(&1), ENDOWMENT - 190);
		assert_eq!(Balances::balance(&1), ENDOWMENT - BOND);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn absence_costs_nothing() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_absent(0, 1);
		assert_eq!(held(2), BOND);
		assert_eq!(Conduct::<Test>::get(2), Faults { deviant: 0, absent: 1 });
	});
}

#[test]
fn validator_is_removed_when_less_than_half_of_its_bond_is_left() {
	ExtBuilder::default().execute(|| {
		for _ in 1..LEFT.len() {
			ValidatorSet::report_deviant(0, 1);
		}
		assert_eq!(Validators::<Test>::get().into_inner(), vec![1, 2, 3]);
		assert_eq!(Conduct::<Test>::get(2).deviant, 6);

		ValidatorSet::report_deviant(0, 1);
		System::assert_has_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 54 }.into());
		System::assert_last_event(Event::ValidatorRemoved { who: 2, reason: Removal::BondTooSmall }.into());
		assert_eq!(Validators::<Test>::get().into_inner(), vec![1, 3]);
		assert!(!Conduct::<Test>::contains_key(2));
		assert_eq!(Bonds::<Test>::get(2), Some(Bonded { amount: 477, unlocks: Some(UNLOCKS) }));

		// It serves until the change takes effect, and pays for what it does.
		run_to_session(2);
		assert_eq!((accounts(1), accounts(2)), (vec![1, 2, 3], vec![1, 3]));
		ValidatorSet::report_deviant(1, 1);
		System::assert_last_event(Event::ScorerDeviated { session: 1, index: 1, who: 2, slashed: 48 }.into());

		assert_ok!(bond(2));
		assert_ok!(add(2));
		run_to_session(4);
		assert_eq!(accounts(4), vec![1, 3, 2]);
	});
}

#[test]
fn validator_with_exactly_half_of_its_bond_stays() {
	ExtBuilder::default().execute(|| {
		// 555 - 56 = 499, and 556 - 56 = 500.
		for (amount, left, stays) in [(556, 500, true), (555, 499, false)] {
			Bonds::<Test>::insert(2, Bonded { amount, unlocks: None });
			assert_ok!(Balances::set_balance_on_hold(&HoldReason::Bond.into(), &2, amount));
			ValidatorSet::report_deviant(0, 1);
			assert_eq!(held(2), left);
			assert_eq!(Validators::<Test>::get().contains(&2), stays);
		}
	});
}

#[test]
fn last_validator_stays_whatever_it_loses() {
	ExtBuilder::default().validators(&[1]).execute(|| {
		for _ in 0..100 {
			ValidatorSet::report_deviant(0, 0);
		}
		assert_eq!(Validators::<Test>::get().into_inner(), vec![1]);
		assert_eq!(Conduct::<Test>::get(1).deviant, 100);
		// Nothing is left, and nothing more is taken.
		assert_eq!(Bonds::<Test>::get(1), Some(Bonded { amount: 0, unlocks: None }));
		System::assert_last_event(Event::ScorerDeviated { session: 0, index: 0, who: 1, slashed: 0 }.into());
		assert_eq!(Balances::balance(&TREASURY), BOND);

		assert_ok!(bond(1));
		assert_eq!(held(1), BOND);
	});
}

#[test]
fn bond_that_is_gone_can_be_closed() {
	ExtBuilder::default().execute(|| {
		for _ in 0..100 {
			ValidatorSet::report_deviant(0, 1);
		}
		assert_eq!(held(2), 0);
		run_to_session(UNLOCKS);
		assert_ok!(unbond(2));
		System::assert_last_event(Event::Unbonded { who: 2, amount: 0 }.into());
		assert!(!Bonds::<Test>::contains_key(2));
	});
}

#[test]
fn slash_of_a_scorer_without_a_bond_takes_nothing() {
	ExtBuilder::default().build().execute_with(|| {
		Bonds::<Test>::remove(2);
		ValidatorSet::report_deviant(0, 1);
		System::assert_has_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 0 }.into());
		assert_eq!(Balances::balance(&TREASURY), 0);
	});
}

#[test]
fn slash_takes_no_more_than_is_on_hold() {
	ExtBuilder::default().build().execute_with(|| {
		assert_ok!(Balances::set_balance_on_hold(&HoldReason::Bond.into(), &2, 30));
		ValidatorSet::report_deviant(0, 1);
		System::assert_has_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 30 }.into());
		assert_eq!((held(2), Balances::balance(&TREASURY)), (0, 30));
	});
}

#[test]
fn bonds_do_not_touch_other_holds() {
	ExtBuilder::default().execute(|| {
		let keys = pallet_session::HoldReason::Keys.into();
		assert_ok!(Balances::hold(&keys, &2, 70));
		for _ in 0..100 {
			ValidatorSet::report_deviant(0, 1);
		}
		assert_eq!(Balances::balance_on_hold(&keys, &2), 70);
	});
}
