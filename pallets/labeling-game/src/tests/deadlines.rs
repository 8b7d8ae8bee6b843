//! Whoever reveals by the schedule is in time, however early others take the last place.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;

/// Ten places, and more time to take them than to reveal.
fn ten_places() -> TermsOf<Test> {
	Terms { max_labels: 10, commit_period: 40, ..terms() }
}

/// The first block in which nobody reveals a label of a sample that was submitted in block 1.
fn announced(terms: &TermsOf<Test>) -> u64 {
	1 + terms.commit_period + terms.reveal_period
}

/// Each of them does something that is taken.
fn all(who: impl Iterator<Item = AccountId>, act: impl Fn(AccountId) -> sp_runtime::DispatchResult) {
	for who in who {
		assert_ok!(act(who));
	}
}

#[test]
fn the_last_committer_cannot_close_the_reveal_phase_on_the_others() {
	play(|| {
		let sample = submit_sample(create_dataset_with(ten_places()));
		let (honest, attackers) = (WORKER..WORKER + 5, WORKER + 5..WORKER + 10);
		// The last place and half of the reveals, all in one block.
		all(honest.clone().chain(attackers.clone()), |who| commit(sample, who));
		all(attackers, |who| reveal(sample, who));
		run_to(announced(&ten_places()) - 1);
		all(honest, |who| reveal(sample, who));
		score(sample, &vec![ranking(10); 4]);
		let (end, _, _, labels) = resolution();
		assert_eq!(end, End::Paid);
		assert!(labels.iter().all(|label| label.slashed == 0));
	});
}

#[test]
fn a_label_that_is_not_revealed_by_the_schedule_is_late() {
	play(|| {
		let sample = submit_sample(create_dataset_with(ten_places()));
		all(WORKER..WORKER + 10, |who| commit(sample, who));
		all(WORKER..WORKER + 5, |who| reveal(sample, who));
		run_to(announced(&ten_places()));
		assert_noop!(reveal(sample, WORKER + 5), Error::<Test>::TooLate);
		assert_eq!(session_of(sample), 1);
	});
}

#[test]
fn accounts_that_fill_a_sample_leave_its_provider_the_time_to_reveal_gold() {
	play(|| {
		let dataset = create_dataset_with(Terms { max_labels: 5, ..ten_places() });
		let sample = submit_sample_with(dataset, Some(gold_commitment(dataset)));
		all(WORKER..WORKER + 5, |who| commit(sample, who));
		all(WORKER..WORKER + 5, |who| reveal(sample, who));
		run_to(announced(&ten_places()) - 1);
		assert_noop!(LabelingGame::resolve(signed(WORKER), sample), Error::<Test>::NotOverdue);
		assert_ok!(reveal_gold(sample));
		assert_eq!(session_of(sample), 1);
	});
}

#[test]
fn a_sample_is_scored_at_once_when_everybody_has_revealed() {
	play(|| {
		let sample = submit_sample(create_dataset_with(ten_places()));
		all(WORKER..WORKER + 10, |who| commit(sample, who));
		all(WORKER..WORKER + 10, |who| reveal(sample, who));
		let phase = Phase::Score { since: 1, until: 21, session: 0 };
		System::assert_last_event(Event::PhaseStarted { sample, phase }.into());
	});
}

/// What somebody does: the block of its commitment, and that of its reveal or of its first try.
type Arrival = (u64, u64);

/// Terms, what labelers do, and when the provider reveals its gold, by the schedule.
fn games() -> impl Strategy<Value = (TermsOf<Test>, Vec<Arrival>, u64)> {
	let terms = (5u32..=10, 1u64..40, u64::from(MIN_REVEAL_PERIOD)..40).prop_map(
		|(max_labels, commit_period, reveal_period)| Terms { max_labels, commit_period, reveal_period, ..terms() },
	);
	terms.prop_flat_map(|terms| {
		let arrival = (1..1 + terms.commit_period, 1..announced(&terms));
		let gold = 1..announced(&terms);
		(Just(terms), prop::collection::vec(arrival, 5..=12), gold)
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
	#[test]
	fn nobody_is_late_before_the_block_that_was_announced((terms, arrivals, gold) in games()) {
		play(|| {
			let announced = announced(&terms);
			let dataset = create_dataset_with(terms);
			let sample = submit_sample_with(dataset, Some(gold_commitment(dataset)));
			let mut hidden = Vec::new();
			let mut gold_hidden = true;
			for now in 1..announced {
				run_to(now);
				for (who, (committed, revealed)) in (WORKER..).zip(&arrivals) {
					if *committed == now && commit(sample, who).is_ok() {
						hidden.push((who, *revealed));
					}
				}
				// Whoever comes too early tries again in the next block.
				let early = Err(Error::<Test>::TooEarly.into());
				hidden.retain(|(who, revealed)| {
					let due = *revealed <= now;
					let result = if due { reveal(sample, *who) } else { early };
					assert!(result.is_ok() || result == early, "{result:?} in block {now}");
					result.is_err()
				});
				if gold <= now && gold_hidden {
					let result = reveal_gold(sample);
					assert!(result.is_ok() || result == early, "{result:?} in block {now}");
					gold_hidden = result.is_err();
				}
			}
			assert!(hidden.is_empty() && !gold_hidden);
		});
	}
}
