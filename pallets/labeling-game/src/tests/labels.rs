//! `commit_label`, `withdraw_label` and `reveal_label`, with both edges of each deadline.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

#[test]
fn commit_holds_the_collateral_until_it_is_withdrawn() {
	play(|| {
		let sample = submit_sample(create_dataset());
		assert_ok!(commit(sample, WORKER));
		let commitment = commitment_of(sample, WORKER);
		System::assert_last_event(Event::LabelCommitted { sample, who: WORKER, commitment }.into());
		assert_eq!(held(WORKER), COLLATERAL);
		assert_noop!(commit(sample, WORKER), Error::<Test>::AlreadyCommitted);
		assert_noop!(LabelingGame::withdraw_label(signed(WORKER + 1), sample), Error::<Test>::NotCommitted);
		assert_ok!(LabelingGame::withdraw_label(signed(WORKER), sample));
		System::assert_last_event(Event::LabelWithdrawn { sample, who: WORKER }.into());
		assert_eq!(held(WORKER), 0);
		assert!(!Labels::<Test>::contains_key(sample));
		assert_ok!(commit(sample, WORKER));
	});
}

#[test]
fn commit_needs_the_collateral_and_a_sample() {
	play(|| {
		assert_noop!(commit(0, WORKER), Error::<Test>::UnknownSample);
		let sample = submit_sample(create_dataset());
		assert_noop!(commit(sample, 9), sp_runtime::TokenError::FundsUnavailable);
	});
}

#[test]
fn commit_ends_with_its_deadline() {
	play(|| {
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		run_to(10);
		assert_ok!(commit(sample, WORKER + 5));
		assert_ok!(LabelingGame::withdraw_label(signed(WORKER + 5), sample));
		assert_noop!(reveal(sample, WORKER), Error::<Test>::TooEarly);
		run_to(11);
		assert_noop!(commit(sample, WORKER + 5), Error::<Test>::TooLate);
		assert_noop!(LabelingGame::withdraw_label(signed(WORKER), sample), Error::<Test>::TooLate);
		assert_ok!(reveal(sample, WORKER));
	});
}

#[test]
fn commit_ends_early_when_all_places_are_taken() {
	play(|| {
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 8 {
			assert_ok!(commit(sample, who));
		}
		System::assert_last_event(Event::PhaseStarted { sample, phase: Phase::Reveal { until: 31 } }.into());
		assert_noop!(commit(sample, WORKER + 8), Error::<Test>::TooLate);
		assert_noop!(LabelingGame::withdraw_label(signed(WORKER), sample), Error::<Test>::TooLate);
		assert_ok!(reveal(sample, WORKER));
	});
}

#[test]
fn reveal_must_open_the_commitment() {
	play(|| {
		assert_noop!(reveal(0, WORKER), Error::<Test>::UnknownSample);
		let sample = in_reveal(6);
		assert_noop!(
			LabelingGame::reveal_label(signed(WORKER), sample, location(WORKER as u8), [0; 32]),
			Error::<Test>::InvalidReveal
		);
		assert_noop!(
			LabelingGame::reveal_label(signed(WORKER), sample, location(0), salt(WORKER)),
			Error::<Test>::InvalidReveal
		);
		// Somebody else's location and salt do not open one's own commitment, even with the same label.
		assert_noop!(
			LabelingGame::reveal_label(signed(WORKER + 1), sample, location(WORKER as u8), salt(WORKER)),
			Error::<Test>::InvalidReveal
		);
		assert_noop!(
			LabelingGame::reveal_label(signed(WORKER), sample, Location::default(), salt(WORKER)),
			Error::<Test>::InvalidLocation
		);
		assert_noop!(reveal(sample, WORKER + 6), Error::<Test>::NotCommitted);
		assert_ok!(reveal(sample, WORKER));
		System::assert_has_event(Event::LabelRevealed { sample, who: WORKER, location: location(WORKER as u8) }.into());
		assert_noop!(reveal(sample, WORKER), Error::<Test>::AlreadyRevealed);
		assert_eq!(held(WORKER), COLLATERAL);
	});
}

#[test]
fn a_copied_commitment_cannot_be_revealed() {
	play(|| {
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		assert_ok!(LabelingGame::commit_label(signed(WORKER + 5), sample, commitment_of(sample, WORKER)));
		run_to(11);
		assert_noop!(
			LabelingGame::reveal_label(signed(WORKER + 5), sample, location(WORKER as u8), salt(WORKER)),
			Error::<Test>::InvalidReveal
		);
	});
}

#[test]
fn reveal_ends_with_its_deadline() {
	play(|| {
		let sample = in_reveal(7);
		for who in WORKER..WORKER + 5 {
			assert_ok!(reveal(sample, who));
		}
		run_to(30);
		assert_ok!(reveal(sample, WORKER + 5));
		run_to(31);
		assert_noop!(reveal(sample, WORKER + 6), Error::<Test>::TooLate);
		assert_eq!(session_of(sample), 0);
	});
}

#[test]
fn reveal_ends_early_when_all_have_revealed() {
	play(|| {
		let sample = in_score(5);
		System::assert_last_event(
			Event::PhaseStarted { sample, phase: Phase::Score { since: 11, until: 31, session: 0 } }.into(),
		);
		assert_noop!(reveal(sample, WORKER), Error::<Test>::TooLate);
	});
}

#[test]
fn too_few_commitments_cannot_be_revealed() {
	play(|| {
		let sample = in_reveal(4);
		assert_noop!(reveal(sample, WORKER), Error::<Test>::TooLate);
	});
}
