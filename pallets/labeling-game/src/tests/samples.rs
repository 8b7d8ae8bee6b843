//! `submit_sample`, `cancel_sample` and `resolve`.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

#[test]
fn submit_holds_bounty_and_deposit_and_tells_labelers_all() {
	play(|| {
		let dataset = create_dataset();
		let sample = submit_sample(dataset);
		let deposit = SampleDeposit::get() + 50 * SampleDepositPerBlock::get();
		assert_eq!(held(PROVIDER), dataset_deposit() + BOUNTY + deposit);
		System::assert_last_event(
			Event::SampleSubmitted {
				sample,
				dataset,
				provider: PROVIDER,
				location: location(0),
				bounty: BOUNTY,
				gold: None,
				task: task(),
				terms: terms(),
				commit_until: 11,
			}
			.into(),
		);
		assert_eq!(Datasets::<Test>::get(dataset).unwrap().live, 1);
	});
}

#[test]
fn submit_refuses_what_cannot_be_played() {
	play(|| {
		assert_noop!(
			LabelingGame::submit_sample(signed(PROVIDER), 0, location(0), BOUNTY, None),
			Error::<Test>::UnknownDataset
		);
		let dataset = create_dataset();
		assert_noop!(
			LabelingGame::submit_sample(signed(PROVIDER), dataset, location(0), MinBounty::get() - 1, None),
			Error::<Test>::BountyTooSmall
		);
		assert_noop!(
			LabelingGame::submit_sample(signed(PROVIDER), dataset, Location::default(), BOUNTY, None),
			Error::<Test>::InvalidLocation
		);
		assert_noop!(
			LabelingGame::submit_sample(signed(PROVIDER), dataset, location(0), START_BALANCE, None),
			sp_runtime::TokenError::FundsUnavailable
		);
		for _ in 0..12 {
			submit_sample(dataset);
		}
		let submit = |who| LabelingGame::submit_sample(signed(who), dataset, location(0), BOUNTY, None);
		assert_noop!(submit(PROVIDER), Error::<Test>::TooManySamplesOfAccount);
		for _ in 12..16 {
			assert_ok!(submit(WORKER));
		}
		assert_noop!(submit(WORKER), Error::<Test>::TooManySamples);
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), 0));
		assert_ok!(submit(PROVIDER));
	});
}

#[test]
fn cancel_gives_everything_back_while_nobody_has_committed() {
	play(|| {
		let sample = submit_sample(create_dataset());
		assert_noop!(LabelingGame::cancel_sample(signed(WORKER), sample), Error::<Test>::NotProvider);
		assert_noop!(LabelingGame::cancel_sample(signed(PROVIDER), 9), Error::<Test>::UnknownSample);
		assert_ok!(commit(sample, WORKER));
		assert_noop!(LabelingGame::cancel_sample(signed(PROVIDER), sample), Error::<Test>::HasCommitments);
		assert_ok!(LabelingGame::withdraw_label(signed(WORKER), sample));
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), sample));
		System::assert_last_event(Event::SampleCancelled { sample }.into());
		assert_eq!(held(PROVIDER), dataset_deposit());
		assert_eq!(Samples::<Test>::count(), 0);
	});
}

#[test]
fn resolve_moves_a_sample_only_past_its_deadline() {
	play(|| {
		assert_noop!(LabelingGame::resolve(signed(WORKER), 0), Error::<Test>::UnknownSample);
		let sample = submit_sample(create_dataset());
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		run_to(10);
		assert_noop!(LabelingGame::resolve(signed(WORKER), sample), Error::<Test>::NotOverdue);
		run_to(11);
		let outcome = LabelingGame::resolve(signed(WORKER), sample).expect("due");
		assert_eq!(outcome.pays_fee, frame_support::dispatch::Pays::No);
		System::assert_last_event(Event::PhaseStarted { sample, phase: Phase::Reveal { until: 31 } }.into());
		assert_noop!(LabelingGame::resolve(signed(WORKER), sample), Error::<Test>::NotOverdue);
		for who in WORKER..WORKER + 5 {
			assert_ok!(reveal(sample, who));
		}
		System::assert_last_event(
			Event::PhaseStarted { sample, phase: Phase::Score { since: 11, until: 31, session: 0 } }.into(),
		);
		run_to(30);
		assert_noop!(LabelingGame::resolve(signed(WORKER), sample), Error::<Test>::NotOverdue);
		run_to(31);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		assert_eq!(resolution().0, End::NoQuorum);
	});
}

#[test]
fn a_sample_that_nobody_touched_passes_through_all_its_phases_at_once() {
	play(|| {
		let sample = in_reveal(5);
		for who in WORKER..WORKER + 4 {
			assert_ok!(reveal(sample, who));
		}
		run_to(200);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		assert_eq!(resolution().0, End::TooFewReveals);
		let sample = submit_sample(0);
		for who in WORKER..WORKER + 6 {
			assert_ok!(commit(sample, who));
		}
		run_to(210);
		for who in WORKER..WORKER + 5 {
			assert_ok!(reveal(sample, who));
		}
		run_to(500);
		OldestSession::set(8);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		assert_eq!(resolution().0, End::NoQuorum);
		OldestSession::set(0);
	});
}
