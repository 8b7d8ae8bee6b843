//! Whoever reveals by the schedule is in time, however early others take the last place.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;

type E = Error<Test>;

/// One place, and more time to take it than to reveal.
fn one_place() -> TermsOf<Test> {
	Terms { max_lessons: 1, commit_period: 40, ..terms() }
}

/// The first block in which nobody reveals a lesson, if the drawn part was shown in block `shown`.
fn lessons_until(terms: &TermsOf<Test>, shown: u64) -> u64 {
	shown + terms.commit_period + terms.reveal_period
}

/// The first block in which the test set is withheld, if the drawn part was shown in block `shown`.
fn test_until(terms: &TermsOf<Test>, shown: u64) -> u64 {
	lessons_until(terms, shown) + terms.test_period
}

#[test]
fn the_tutor_of_the_last_place_has_all_of_the_time_to_reveal() {
	play(|| {
		let training = in_commit(one_place());
		assert_ok!(commit(training, TUTOR));
		run_to(lessons_until(&one_place(), 2) - 1);
		assert_ok!(reveal(training, TUTOR));
	});
	play(|| {
		let training = in_commit(one_place());
		assert_ok!(commit(training, TUTOR));
		run_to(lessons_until(&one_place(), 2));
		assert_noop!(reveal(training, TUTOR), E::TooLate);
	});
}

#[test]
fn tutors_that_fill_an_epoch_leave_the_student_the_time_to_reveal_its_test_set() {
	play(|| {
		let training = in_commit(one_place());
		assert_ok!(commit(training, TUTOR));
		assert_ok!(reveal(training, TUTOR));
		run_to(test_until(&one_place(), 2) - 1);
		assert_noop!(LearnwareRewards::resolve(signed(TUTOR), training), E::NotOverdue);
		assert_ok!(reveal_due(training));
	});
	play(|| {
		let training = in_commit(one_place());
		assert_ok!(commit(training, TUTOR));
		assert_ok!(reveal(training, TUTOR));
		run_to(test_until(&one_place(), 2));
		assert_noop!(reveal_due(training), E::TooLate);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), training));
		assert_eq!(closed().0, End::TestSetWithheld);
	});
}

#[test]
fn lessons_are_scored_at_once_when_everybody_has_revealed() {
	play(|| {
		let training = in_commit(one_place());
		assert_ok!(commit(training, TUTOR));
		assert_ok!(reveal(training, TUTOR));
		assert_ok!(reveal_due(training));
		let phase = Phase::Score { since: 2, until: 22, session: 0 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
	});
}

/// What a tutor does: the block of its commitment, and that of its reveal or of its first try.
type Arrival = (u64, u64);

/// Terms, what tutors do, and when the student reveals its test set, by the schedule.
fn sessions() -> impl Strategy<Value = (TermsOf<Test>, Vec<Arrival>, u64)> {
	let reveal = u64::from(MIN_REVEAL_PERIOD)..40;
	let terms = (1u32..=8, 1u64..40, reveal.clone(), reveal).prop_map(
		|(max_lessons, commit_period, reveal_period, test_period)| Terms {
			max_lessons,
			commit_period,
			reveal_period,
			test_period,
			..terms()
		},
	);
	terms.prop_flat_map(|terms| {
		let arrival = (2..2 + terms.commit_period, 2..lessons_until(&terms, 2));
		let test = 2..test_until(&terms, 2);
		(Just(terms), prop::collection::vec(arrival, 1..=10), test)
	})
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
	#[test]
	fn nobody_is_late_before_the_block_that_was_announced((terms, arrivals, test) in sessions()) {
		play(|| {
			let (lessons_until, test_until) = (lessons_until(&terms, 2), test_until(&terms, 2));
			let training = in_commit(terms);
			let early = Err(E::TooEarly.into());
			let (mut hidden, mut test_hidden) = (Vec::new(), true);
			for now in 2..test_until {
				run_to(now);
				for (who, (committed, revealed)) in (TUTOR..).zip(&arrivals) {
					if *committed == now && commit(training, who).is_ok() {
						hidden.push((who, *revealed));
					}
				}
				// Whoever comes too early tries again in the next block.
				hidden.retain(|(who, revealed)| {
					let result = if *revealed <= now { reveal(training, *who) } else { early };
					assert!(result.is_ok() || result == early, "{result:?} in block {now}");
					result.is_err()
				});
				assert!(hidden.is_empty() || now < lessons_until);
				if test <= now && test_hidden {
					let result = reveal_due(training);
					assert!(result.is_ok() || result == early, "{result:?} in block {now}");
					test_hidden = result.is_err();
				}
			}
			assert!(hidden.is_empty() && !test_hidden);
		});
	}
}
