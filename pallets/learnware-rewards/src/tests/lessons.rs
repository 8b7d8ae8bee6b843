//! `commit_lesson`, `withdraw_lesson` and `reveal_lesson`, with both edges of each deadline.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, pallet_prelude::MaxEncodedLen};
use learnware_primitives::training::Step;
use sp_runtime::AccountId32;

type E = Error<Test>;

fn withdraw(training: TrainingId, who: AccountId) -> sp_runtime::DispatchResult {
	LearnwareRewards::withdraw_lesson(signed(who), training)
}

#[test]
fn commit_holds_the_deposit_until_it_is_withdrawn() {
	play(|| {
		let training = in_commit(terms());
		assert_ok!(commit(training, TUTOR));
		let commitment = commitment_of(training, TUTOR);
		System::assert_last_event(Event::LessonCommitted { training, epoch: 0, who: TUTOR, commitment }.into());
		assert_eq!(held(TUTOR), DEPOSIT);
		assert_noop!(commit(training, TUTOR), E::AlreadyCommitted);
		assert_noop!(withdraw(training, TUTOR + 1), E::NotCommitted);
		assert_ok!(withdraw(training, TUTOR));
		System::assert_last_event(Event::LessonWithdrawn { training, who: TUTOR }.into());
		assert_eq!(held(TUTOR), 0);
		assert!(!Lessons::<Test>::contains_key(training));
		assert_ok!(commit(training, TUTOR));
		assert_ok!(commit(training, TUTOR + 1));
		assert_ok!(withdraw(training, TUTOR));
		assert_eq!(Lessons::<Test>::get(training).len(), 1);
	});
}

#[test]
fn commit_needs_the_deposit_and_a_session_whose_part_is_shown() {
	play(|| {
		let hash = sp_core::H256::zero();
		let commit_to = |who, training| LearnwareRewards::commit_lesson(signed(who), training, hash);
		assert_noop!(commit_to(TUTOR, 0), E::UnknownTraining);
		assert_noop!(withdraw(0, TUTOR), E::UnknownTraining);
		assert_noop!(reveal(0, TUTOR), E::UnknownTraining);
		let training = open(terms());
		assert_noop!(commit(training, TUTOR), E::TooEarly);
		assert_noop!(reveal(training, TUTOR), E::TooEarly);
		run_to(2);
		assert_noop!(commit(training, TUTOR), E::TooEarly);
		assert_ok!(show(training));
		assert_noop!(commit(training, 9), sp_runtime::TokenError::FundsUnavailable);
		assert_ok!(commit(training, TUTOR));
	});
}

#[test]
fn nobody_commits_when_the_part_was_not_shown_in_time() {
	play(|| {
		let training = open(terms());
		run_to(7);
		assert_noop!(commit(training, TUTOR), E::TooLate);
	});
}

#[test]
fn commit_ends_with_its_deadline() {
	play(|| {
		let training = in_commit(terms());
		assert_ok!(commit(training, TUTOR));
		run_to(11);
		assert_ok!(commit(training, TUTOR + 1));
		assert_ok!(withdraw(training, TUTOR + 1));
		assert_noop!(reveal(training, TUTOR), E::TooEarly);
		run_to(12);
		assert_noop!(commit(training, TUTOR + 1), E::TooLate);
		assert_noop!(withdraw(training, TUTOR), E::TooLate);
		assert_ok!(reveal(training, TUTOR));
	});
}

#[test]
fn commit_ends_early_when_all_places_are_taken() {
	play(|| {
		let training = in_commit(terms());
		for who in TUTOR..TUTOR + 8 {
			assert_ok!(commit(training, who));
		}
		let phase = Phase::Reveal { until: 32 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_noop!(commit(training, TUTOR + 8), E::TooLate);
		assert_noop!(withdraw(training, TUTOR), E::TooLate);
		assert_ok!(reveal(training, TUTOR));
	});
}

#[test]
fn reveal_must_open_the_commitment() {
	play(|| {
		let training = in_reveal(terms(), 2);
		let reveal_as =
			|who, location: Location, salt| LearnwareRewards::reveal_lesson(signed(who), training, location, salt);
		assert_noop!(reveal_as(TUTOR, location(TUTOR as u8), [0; 32]), E::InvalidReveal);
		assert_noop!(reveal_as(TUTOR, location(0), salt(TUTOR)), E::InvalidReveal);
		// Somebody else's location and salt do not open one's own commitment.
		assert_noop!(reveal_as(TUTOR + 1, location(TUTOR as u8), salt(TUTOR)), E::InvalidReveal);
		assert_noop!(reveal_as(TUTOR, Location::default(), salt(TUTOR)), E::InvalidLocation);
		assert_noop!(reveal(training, TUTOR + 2), E::NotCommitted);
		assert_ok!(reveal(training, TUTOR));
		let location = location(TUTOR as u8);
		System::assert_has_event(Event::LessonRevealed { training, epoch: 0, who: TUTOR, location }.into());
		let phase = Phase::Reveal { until: 32 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_noop!(reveal(training, TUTOR), E::AlreadyRevealed);
		assert_eq!(held(TUTOR), DEPOSIT);
	});
}

#[test]
fn a_copied_commitment_cannot_be_revealed() {
	play(|| {
		let training = in_commit(terms());
		assert_ok!(commit(training, TUTOR));
		let copied = commitment_of(training, TUTOR);
		assert_ok!(LearnwareRewards::commit_lesson(signed(TUTOR + 1), training, copied));
		run_to(12);
		let copy = LearnwareRewards::reveal_lesson(signed(TUTOR + 1), training, location(TUTOR as u8), salt(TUTOR));
		assert_noop!(copy, E::InvalidReveal);
	});
}

#[test]
fn a_commitment_of_an_earlier_epoch_is_worth_nothing() {
	play(|| {
		let training = in_commit(per_step());
		let old = commitment_of(training, TUTOR);
		teach(training, 2);
		assert_ok!(reveal_due(training));
		score(training, &taught(9_000, [9_100, 9_200]));
		assert_eq!(record(training).epoch, 1);
		assert_ok!(LearnwareRewards::commit_lesson(signed(TUTOR), training, old));
		run_to(22);
		assert_noop!(reveal(training, TUTOR), E::InvalidReveal);
	});
}

#[test]
fn reveal_ends_with_its_deadline() {
	play(|| {
		let training = in_reveal(terms(), 3);
		assert_ok!(reveal(training, TUTOR));
		run_to(31);
		assert_ok!(reveal(training, TUTOR + 1));
		run_to(32);
		assert_noop!(reveal(training, TUTOR + 2), E::TooLate);
		assert_eq!(stage(training), Stage::Open(Phase::Test { until: 52 }));
	});
}

#[test]
fn reveal_ends_early_when_all_have_revealed() {
	play(|| {
		let training = in_test(terms(), 3);
		let phase = Phase::Test { until: 52 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_noop!(reveal(training, TUTOR), E::TooLate);
	});
}

#[test]
fn a_lesson_takes_at_most_256_bytes_of_state() {
	// The record of a lesson, its share of a report, and all of the map's entry if it is the only lesson.
	let record = LessonRecord::<AccountId32>::max_encoded_len();
	let entry = Lessons::<Test>::hashed_key_for(0).len() + 1;
	assert!(record + Step::max_encoded_len() + entry <= 256, "{record} {entry}");
}
