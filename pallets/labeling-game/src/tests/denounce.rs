//! Denouncing a label whose secret has leaked.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

const REPORTER: AccountId = WORKER + 20;

fn denounce(by: AccountId, sample: SampleId, who: AccountId) -> sp_runtime::DispatchResult {
	LabelingGame::denounce(signed(by), sample, who, location(who as u8), salt(who))
}

#[test]
fn a_leaked_label_is_slashed_half_to_the_denouncer() {
	play(|| {
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 6 {
			assert_ok!(commit(sample, who));
		}
		assert_ok!(denounce(REPORTER, sample, WORKER + 2));
		let half = COLLATERAL / 2;
		System::assert_last_event(
			Event::LabelDenounced { sample, who: WORKER + 2, by: REPORTER, reward: half, slashed: half }.into(),
		);
		assert_eq!(wealth(WORKER + 2), START_BALANCE - COLLATERAL);
		assert_eq!(held(WORKER + 2), 0);
		assert_eq!(wealth(REPORTER), START_BALANCE + half);
		assert_eq!(wealth(TREASURY), START_BALANCE + half);
		assert_eq!(Labels::<Test>::get(sample).len(), 5);
		assert_noop!(denounce(REPORTER, sample, WORKER + 2), Error::<Test>::NotCommitted);
		assert_ok!(commit(sample, WORKER + 2));
	});
}

#[test]
fn an_odd_collateral_is_slashed_whole() {
	play(|| {
		let dataset = create_dataset_with(Terms { collateral: 501, ..terms() });
		let sample = submit_sample(dataset);
		assert_ok!(commit(sample, WORKER));
		assert_ok!(denounce(REPORTER, sample, WORKER));
		assert_eq!(wealth(REPORTER), START_BALANCE + 250);
		assert_eq!(wealth(TREASURY), START_BALANCE + 251);
		assert!(!Labels::<Test>::contains_key(sample));
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), sample));
	});
}

#[test]
fn a_denouncer_without_account_leaves_all_to_the_slash() {
	play(|| {
		// Half of the collateral is below the existential deposit of 10.
		let dataset = create_dataset_with(Terms { collateral: 19, ..terms() });
		let sample = submit_sample(dataset);
		assert_ok!(commit(sample, WORKER));
		assert_ok!(denounce(9_999, sample, WORKER));
		assert_eq!(wealth(9_999), 0);
		assert_eq!(wealth(TREASURY), START_BALANCE + 19);
	});
}

#[test]
fn only_others_denounce_only_in_the_commit_phase_only_with_the_secret() {
	play(|| {
		let sample = submit_sample(create_dataset());
		assert_noop!(denounce(REPORTER, 9, WORKER), Error::<Test>::UnknownSample);
		assert_noop!(denounce(REPORTER, sample, WORKER), Error::<Test>::NotCommitted);
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		assert_noop!(denounce(WORKER, sample, WORKER), Error::<Test>::DenouncesItself);
		let guess = |place, salt| LabelingGame::denounce(signed(REPORTER), sample, WORKER, location(place), salt);
		assert_noop!(guess(99, salt(WORKER)), Error::<Test>::InvalidReveal);
		assert_noop!(guess(WORKER as u8, salt(99)), Error::<Test>::InvalidReveal);
		run_to(10);
		assert_ok!(denounce(REPORTER, sample, WORKER));
		run_to(11);
		assert_noop!(denounce(REPORTER, sample, WORKER + 1), Error::<Test>::TooLate);
	});
}
