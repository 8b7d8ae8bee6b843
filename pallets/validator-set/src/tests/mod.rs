//! Tests of the validator set.

mod bonds;
mod histories;

use crate::{mock::*, sr25519::AuthorityId, Conduct, Error, Event, Faults, Removal, Starts, Validators};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use pallet_quorum::Scorers;
use sp_runtime::{traits::BadOrigin, DispatchResult};

fn add(who: u64) -> DispatchResult {
	ValidatorSet::add_validator(RawOrigin::Root.into(), who)
}

fn remove(who: u64) -> DispatchResult {
	ValidatorSet::remove_validator(RawOrigin::Root.into(), who)
}

fn bond(who: u64) -> DispatchResult {
	ValidatorSet::bond(RawOrigin::Signed(who).into())
}

fn unbond(who: u64) -> DispatchResult {
	ValidatorSet::unbond(RawOrigin::Signed(who).into())
}

/// The scorers of a session as the game sees them.
fn scorers(session: u32) -> Vec<(u64, AuthorityId)> {
	(0..ValidatorSet::count(session)).map(|index| ValidatorSet::scorer(session, index).expect("counted")).collect()
}

fn accounts(session: u32) -> Vec<u64> {
	scorers(session).into_iter().map(|(who, _)| who).collect()
}

#[test]
fn genesis_session_starts_at_block_zero() {
	ExtBuilder::default().execute(|| {
		assert_eq!(Starts::<Test>::get().into_inner(), vec![(0, 0)]);
		assert_eq!(scorers(0), vec![(1, key(1, 0)), (2, key(2, 0)), (3, key(3, 0))]);
		assert_eq!(ValidatorSet::session_at(0), Some(0));
	});
}

#[test]
#[should_panic(expected = "names a validator twice")]
fn genesis_refuses_duplicates() {
	ExtBuilder::default().validators(&[1, 1]).build();
}

#[test]
#[should_panic(expected = "more validators")]
fn genesis_refuses_too_many() {
	ExtBuilder::default().validators(&[1, 2, 3, 4, 5, 6]).build();
}

#[test]
fn block_of_the_rotation_belongs_to_the_new_session() {
	ExtBuilder::default().execute(|| {
		run_to(PERIOD - 1);
		assert_eq!(pallet_session::CurrentIndex::<Test>::get(), 0);
		run_to(PERIOD);
		assert_eq!(pallet_session::CurrentIndex::<Test>::get(), 1);
		assert_eq!(ValidatorSet::session_at(PERIOD - 1), Some(0));
		assert_eq!(ValidatorSet::session_at(PERIOD), Some(1));
		assert_eq!(ValidatorSet::session_at(PERIOD + 1), Some(1));
	});
}

#[test]
fn remembers_history_depth_sessions() {
	ExtBuilder::default().execute(|| {
		run_to_session(HISTORY - 1);
		assert_eq!(ValidatorSet::session_at(0), Some(0));
		assert_eq!(ValidatorSet::count(0), 3);

		run_to_session(HISTORY);
		assert_eq!(ValidatorSet::session_at(PERIOD - 1), None);
		assert_eq!(ValidatorSet::session_at(PERIOD), Some(1));
		assert_eq!(ValidatorSet::count(0), 0);
		assert_eq!(ValidatorSet::scorer(0, 0), None);
		assert_eq!(Starts::<Test>::get().len() as u32, HISTORY);
	});
}

#[test]
fn scorer_out_of_range_is_none() {
	ExtBuilder::default().execute(|| {
		assert!(ValidatorSet::scorer(0, 2).is_some());
		assert_eq!(ValidatorSet::scorer(0, 3), None);
		assert_eq!(ValidatorSet::scorer(1, 0), None);
	});
}

#[test]
fn added_validator_serves_two_sessions_later() {
	ExtBuilder::default().execute(|| {
		set_keys(4, 0);
		assert_ok!(bond(4));
		assert_ok!(add(4));
		System::assert_last_event(Event::ValidatorAdded { who: 4 }.into());
		run_to_session(2);
		assert_eq!(accounts(1), vec![1, 2, 3]);
		assert_eq!(accounts(2), vec![1, 2, 3, 4]);
	});
}

#[test]
fn removed_validator_serves_until_two_sessions_later() {
	ExtBuilder::default().execute(|| {
		assert_ok!(remove(2));
		System::assert_last_event(Event::ValidatorRemoved { who: 2, reason: Removal::Dismissed }.into());
		run_to_session(2);
		assert_eq!(accounts(1), vec![1, 2, 3]);
		assert_eq!(accounts(2), vec![1, 3]);
	});
}

#[test]
fn change_that_is_taken_back_while_it_is_queued_works() {
	ExtBuilder::default().execute(|| {
		assert_ok!(remove(3));
		run_to_session(1);
		assert_ok!(add(3));
		run_to_session(3);
		assert_eq!(accounts(2), vec![1, 2]);
		assert_eq!(accounts(3), vec![1, 2, 3]);
	});
}

#[test]
fn same_set_is_no_change() {
	ExtBuilder::default().execute(|| {
		run_to_session(1);
		assert!(!pallet_session::QueuedChanged::<Test>::get());
	});
}

#[test]
fn new_keys_serve_two_sessions_later() {
	ExtBuilder::default().execute(|| {
		set_keys(2, 1);
		run_to_session(2);
		assert_eq!(ValidatorSet::scorer(1, 1), Some((2, key(2, 0))));
		assert_eq!(ValidatorSet::scorer(2, 1), Some((2, key(2, 1))));
	});
}

#[test]
fn validator_without_keys_pauses_until_it_has_some() {
	ExtBuilder::default().execute(|| {
		pallet_session::NextKeys::<Test>::remove(2);
		run_to_session(3);
		assert_eq!(accounts(3), vec![1, 3]);
		set_keys(2, 1);
		run_to_session(5);
		assert_eq!(accounts(5), vec![1, 2, 3]);
	});
}

#[test]
fn add_validator_refuses() {
	ExtBuilder::default().execute(|| {
		assert_noop!(ValidatorSet::add_validator(RawOrigin::Signed(1).into(), 4), BadOrigin);
		assert_noop!(add(1), Error::<Test>::AlreadyValidator);
		assert_noop!(add(4), Error::<Test>::NoSessionKeys);
		(4..=6).for_each(|who| set_keys(who, 0));
		assert_noop!(add(4), Error::<Test>::NotBonded);
		for who in 4..=6 {
			assert_ok!(bond(who));
		}
		assert_ok!(add(4));
		assert_ok!(add(5));
		assert_noop!(add(6), Error::<Test>::TooManyValidators);
	});
}

#[test]
fn remove_validator_refuses() {
	ExtBuilder::default().validators(&[1]).execute(|| {
		assert_noop!(ValidatorSet::remove_validator(RawOrigin::Signed(1).into(), 1), BadOrigin);
		assert_noop!(remove(2), Error::<Test>::NotValidator);
		assert_noop!(remove(1), Error::<Test>::LastValidator);
		assert_eq!(Validators::<Test>::get().into_inner(), vec![1]);
	});
}

#[test]
fn faults_are_counted_and_told() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_deviant(0, 1);
		System::assert_last_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 100 }.into());
		ValidatorSet::report_absent(0, 1);
		ValidatorSet::report_absent(0, 1);
		System::assert_last_event(Event::ScorerAbsent { session: 0, index: 1, who: 2 }.into());
		assert_eq!(Conduct::<Test>::get(2), Faults { deviant: 1, absent: 2 });
		assert_eq!(Conduct::<Test>::get(1), Faults::default());
	});
}

#[test]
fn faults_of_former_validators_are_told_and_slashed_but_not_counted() {
	ExtBuilder::default().execute(|| {
		ValidatorSet::report_deviant(0, 1);
		assert_ok!(remove(2));
		assert!(!Conduct::<Test>::contains_key(2));
		ValidatorSet::report_deviant(0, 1);
		System::assert_last_event(Event::ScorerDeviated { session: 0, index: 1, who: 2, slashed: 90 }.into());
		assert!(!Conduct::<Test>::contains_key(2));
	});
}

#[test]
fn faults_in_forgotten_sessions_are_ignored() {
	ExtBuilder::default().execute(|| {
		run_to_session(HISTORY);
		let events = System::event_count();
		ValidatorSet::report_deviant(0, 1);
		ValidatorSet::report_absent(HISTORY, 3);
		assert_eq!(System::event_count(), events);
		assert_eq!(Conduct::<Test>::iter().count(), 0);
	});
}
