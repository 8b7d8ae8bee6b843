//! `reveal_test_set`: the draw, and what is due.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use learnware_primitives::training::Settlement;
use sp_core::H256;

type E = Error<Test>;

fn reveal_as(who: AccountId, training: TrainingId, parts: Vec<PartReveal>) -> sp_runtime::DispatchResult {
	LearnwareRewards::reveal_test_set(signed(who), training, PartReveals::truncate_from(parts))
}

/// The part that is drawn for a session that was opened in a block with this hash.
fn drawn_by_hand(hash: H256, training: TrainingId) -> u32 {
	let seed = sp_io::hashing::blake2_256(&[hash.as_bytes(), &training.to_le_bytes()].concat());
	(u64::from_le_bytes(seed[..8].try_into().unwrap()) % u64::from(PARTS)) as u32
}

#[test]
fn only_the_part_that_the_hash_of_the_first_block_draws_is_shown() {
	play(|| {
		let training = open(terms());
		assert_eq!(LearnwareRewards::drawn(training, &record(training)), None);
		assert_noop!(reveal_parts(training, [0]), E::TooEarly);
		run_to(2);
		let drawn = drawn_by_hand(System::block_hash(1), training);
		assert_eq!(LearnwareRewards::drawn(training, &record(training)), Some(drawn));
		for other in (0..PARTS + 1).filter(|part| *part != drawn) {
			assert_noop!(reveal_parts(training, [other]), E::NotDue);
			assert_noop!(reveal_parts(training, [drawn, other]), E::NotDue);
		}
		assert_noop!(reveal_parts(training, []), E::NotDue);
		run_to(6);
		assert_ok!(reveal_parts(training, [drawn]));
		let parts = vec![(drawn, part(drawn).location)];
		System::assert_has_event(Event::PartsRevealed { training, parts }.into());
		let phase = Phase::Commit { until: 16 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_eq!(record(training).shown, Some(drawn));
		assert_noop!(reveal_parts(training, [drawn]), E::TooEarly);
	});
}

#[test]
fn each_block_and_each_session_draws_anew() {
	play(|| {
		let mut drawn = std::collections::BTreeSet::new();
		for _ in 0..40 {
			let training = open(terms());
			run_to(System::block_number() + 1);
			let record = record(training);
			let expected = drawn_by_hand(System::block_hash(record.opened), training);
			assert_eq!(LearnwareRewards::drawn(training, &record), Some(expected));
			drawn.insert(expected);
			assert_ok!(show(training));
			assert_ok!(LearnwareRewards::close_training(signed(STUDENT), training));
		}
		assert_eq!(drawn.len() as u32, PARTS);
		let hash = H256::repeat_byte(5);
		assert!((0..9).any(|training| draw(&hash, training, PARTS) != draw(&hash, training + 1, PARTS)));
	});
}

#[test]
fn the_drawn_part_is_shown_before_its_deadline() {
	play(|| {
		let training = open(terms());
		run_to(6);
		let drawn = LearnwareRewards::drawn(training, &record(training)).unwrap();
		run_to(7);
		assert_eq!(LearnwareRewards::drawn(training, &record(training)), None);
		assert_noop!(reveal_parts(training, [drawn]), E::TooLate);
	});
}

#[test]
fn a_part_must_open_its_commitment_and_comes_from_the_student() {
	play(|| {
		assert_noop!(reveal_as(STUDENT, 0, vec![part(0)]), E::UnknownTraining);
		let training = open(terms());
		run_to(2);
		let drawn = part(LearnwareRewards::drawn(training, &record(training)).unwrap());
		assert_noop!(reveal_as(TUTOR, training, vec![drawn.clone()]), E::NotStudent);
		let other = PartReveal { location: location(9), ..drawn.clone() };
		assert_noop!(reveal_as(STUDENT, training, vec![other]), E::InvalidReveal);
		let other = PartReveal { salt: [99; 32], ..drawn.clone() };
		assert_noop!(reveal_as(STUDENT, training, vec![other]), E::InvalidReveal);
		let other = PartReveal { location: Location::default(), ..drawn };
		assert_noop!(reveal_as(STUDENT, training, vec![other]), E::InvalidLocation);
	});
}

#[test]
fn anothers_test_set_cannot_be_revealed() {
	play(|| {
		assert_ok!(try_open(TUTOR, Location::default(), test_set(STUDENT, PARTS), terms()));
		run_to(2);
		assert_noop!(show(0), E::InvalidReveal);
	});
}

#[test]
fn at_the_end_all_other_parts_are_due_in_one_call_or_several() {
	play(|| {
		let training = in_test(terms(), 2);
		let shown = record(training).shown.unwrap();
		let due = record(training).due();
		assert_eq!(due, (0..PARTS).filter(|part| *part != shown).collect::<Vec<_>>());
		assert_noop!(reveal_parts(training, [shown]), E::NotDue);
		assert_noop!(reveal_parts(training, [due[0], due[0]]), E::NotDue);
		assert_noop!(reveal_parts(training, [due[0], PARTS]), E::NotDue);
		assert_noop!(reveal_parts(training, []), E::NotDue);
		assert_ok!(reveal_parts(training, [due[2], due[0]]));
		assert_eq!(record(training).phase, Phase::Test { until: 52 });
		assert_noop!(reveal_parts(training, [due[1], due[0]]), E::AlreadyRevealed);
		let unopened = [part(due[1]), PartReveal { salt: [99; 32], ..part(due[1]) }];
		assert_noop!(reveal_as(STUDENT, training, unopened[1..].to_vec()), E::InvalidReveal);
		run_to(51);
		assert_ok!(reveal_parts(training, [due[1]]));
		let phase = Phase::Score { since: 51, until: 71, session: 1 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		assert_noop!(reveal_parts(training, [due[1]]), E::TooLate);
	});
}

#[test]
fn per_step_the_next_part_is_due() {
	play(|| {
		let training = in_test(per_step(), 2);
		let shown = record(training).shown.unwrap();
		let others: Vec<_> = (0..PARTS).filter(|part| *part != shown).collect();
		assert_eq!(record(training).due(), others[..1]);
		assert_noop!(reveal_parts(training, [others[1]]), E::NotDue);
		assert_noop!(reveal_parts(training, others.clone()), E::NotDue);
		assert_ok!(reveal_parts(training, [others[0]]));
		score(training, &taught(9_000, [9_100, 9_200]));
		assert_eq!(record(training).due(), others[1..2]);
	});
}

#[test]
fn the_test_phase_begins_and_ends_with_a_deadline() {
	play(|| {
		let training = in_reveal(terms(), 2);
		assert_noop!(reveal_due(training), E::TooEarly);
		assert_ok!(reveal(training, TUTOR));
		run_to(31);
		assert_noop!(reveal_due(training), E::TooEarly);
		run_to(32);
		let due = record(training).due();
		assert_ok!(reveal_parts(training, due[..1].to_vec()));
		let phase = Phase::Test { until: 52 };
		System::assert_last_event(Event::PhaseStarted { training, epoch: 0, phase }.into());
		run_to(52);
		assert_noop!(reveal_parts(training, due[1..].to_vec()), E::TooLate);
	});
}

#[test]
fn without_a_session_of_validators_there_is_nobody_to_score() {
	play(|| {
		let training = in_test(terms(), 2);
		OldestSession::set(9);
		assert_ok!(reveal_due(training));
		run_to(32);
		assert_ok!(LearnwareRewards::resolve(signed(TUTOR), training));
		OldestSession::set(0);
		assert_eq!(closed(), (End::NoQuorum, [0, 0, BUDGET, 0]));
		assert_gone();
	});
}

#[test]
fn epochs_are_as_many_as_parts_to_score_on() {
	assert_eq!([1, 2, 127].map(|unused| epochs(Settlement::AtEnd, unused)), [1, 1, 1]);
	assert_eq!([0, 1, 127].map(|unused| epochs(Settlement::PerStep, unused)), [0, 1, 127]);
	assert_eq!(epochs(Settlement::AtEnd, 0), 0);
}
