//! The decision, and who is named to the validator set.

use crate::{mock::*, *};
use frame_support::assert_ok;

const TRUTH: Report = (7, 0);
const LIE: Report = (8, 0);
/// As the truth, but for a file that could not be fetched.
const MISSED: Report = (7, 1);

/// Accounts of scorers.
fn accounts<const N: usize>(scorers: [u64; N]) -> Vec<u64> {
	scorers.map(|scorer| SCORER + scorer).to_vec()
}

/// What four scorers decide, and who is named as deviant and as absent.
fn decided(reports: [Report; 4]) -> (Conclusion, Vec<u32>, Vec<u32>) {
	play(|| {
		score(open(1), &reports);
		assert_eq!(stored(), 0);
	});
	(conclusion(), Deviants::take(), Absentees::take())
}

#[test]
fn all_who_agree_decide() {
	let decision = Decision { report: TRUTH, agreeing: accounts([0, 1, 2, 3]) };
	assert_eq!(decided([TRUTH; 4]), (Some(decision), vec![], vec![]));
}

#[test]
fn one_deviant_of_four_is_named() {
	let decision = Decision { report: TRUTH, agreeing: accounts([0, 2, 3]) };
	assert_eq!(decided([TRUTH, LIE, TRUTH, TRUTH]), (Some(decision), vec![1], vec![]));
}

#[test]
fn who_could_fetch_other_files_is_absent_and_no_deviant() {
	let decision = |report| Some(Decision { report, agreeing: accounts([0, 2, 3]) });
	assert_eq!(decided([TRUTH, MISSED, TRUTH, TRUTH]), (decision(TRUTH), vec![], vec![1]));
	assert_eq!(decided([MISSED, TRUTH, MISSED, MISSED]), (decision(MISSED), vec![], vec![1]));
	assert_eq!(decided([MISSED, (8, 1), MISSED, MISSED]), (decision(MISSED), vec![1], vec![]), "of the same files");
}

#[test]
fn half_decide_nothing_and_nobody_is_named() {
	assert_eq!(decided([TRUTH, TRUTH, LIE, LIE]), (None, vec![], vec![]));
}

#[test]
fn two_thirds_are_no_quorum() {
	play(|| {
		ScorerCount::set(3);
		score(open(1), &[TRUTH, TRUTH, LIE]);
		assert_eq!(conclusion(), None);
		score(open(2), &[TRUTH, TRUTH, TRUTH]);
		assert_eq!(conclusion().unwrap().report, TRUTH);
		ScorerCount::set(10);
		score(open(3), &[[TRUTH; 6].as_slice(), &[LIE; 4]].concat());
		assert_eq!(conclusion(), None);
		score(open(4), &[[TRUTH; 7].as_slice(), &[LIE; 3]].concat());
		assert_eq!(conclusion().unwrap().agreeing, accounts([0, 1, 2, 3, 4, 5, 6]));
		assert!(Absentees::take().is_empty());
		assert_eq!(Deviants::take(), [7, 8, 9]);
	});
}

#[test]
fn one_scorer_asleep_of_four_is_absent_and_delays_only_the_commitments() {
	play(|| {
		let id = open(1);
		(0..3).for_each(|scorer| {
			assert_ok!(send(commit(scorer, id, TRUTH)));
		});
		System::set_block_number(1 + PERIOD / 2);
		(0..3).for_each(|scorer| {
			assert_ok!(send(reveal(scorer, id, TRUTH)));
		});
		assert_eq!(conclusion().unwrap().agreeing, accounts([0, 1, 2]));
		assert_eq!((Deviants::take(), Absentees::take()), (vec![], vec![3]));
	});
}

#[test]
fn a_scorer_that_commits_and_does_not_reveal_delays_until_the_deadline() {
	play(|| {
		let id = open(1);
		(0..4).for_each(|scorer| {
			assert_ok!(send(commit(scorer, id, TRUTH)));
		});
		(0..3).for_each(|scorer| {
			assert_ok!(send(reveal(scorer, id, TRUTH)));
		});
		assert!(Concluded::get().is_empty());
		System::set_block_number(1 + PERIOD);
		resolve_overdue();
		assert_eq!(conclusion().unwrap().report, TRUTH);
		assert_eq!(Absentees::take(), [3]);
		assert_eq!(stored(), 0);
	});
}

#[test]
fn who_waits_until_its_session_is_forgotten_decides_nothing() {
	play(|| {
		let id = open(1);
		(0..2).for_each(|scorer| {
			assert_ok!(send(commit(scorer, id, TRUTH)));
		});
		System::set_block_number(1 + PERIOD / 2);
		assert_ok!(send(reveal(0, id, TRUTH)));
		System::set_block_number(500);
		OldestSession::set(8);
		resolve_overdue();
		assert_eq!(conclusion(), None);
		assert_eq!(stored(), 0);
	});
}

#[test]
fn a_round_that_nobody_reported_on_decides_nothing() {
	play(|| {
		open(1);
		System::set_block_number(1 + PERIOD);
		resolve_overdue();
		assert_eq!(conclusion(), None);
		assert!(Deviants::take().is_empty() && Absentees::take().is_empty());
	});
}

#[test]
fn scorers_see_the_round() {
	play(|| {
		assert_eq!(First::score_phase(1), None);
		let id = open(1);
		assert_ok!(send(commit(2, id, TRUTH)));
		let mut expected = ScorePhase {
			since: 1,
			until: 1 + PERIOD,
			session: 0,
			revealing: false,
			reveal_from: 1 + PERIOD / 2,
			committed: vec![(2, hash_of(0, 2, id, &TRUTH))],
			revealed: vec![],
		};
		assert_eq!(First::score_phase(id), Some(expected.clone()));
		assert_eq!(Second::score_phase(id), None);
		assert_ok!(send(commit(3, id, LIE)));
		System::set_block_number(1 + PERIOD / 2);
		assert_ok!(send(reveal(2, id, TRUTH)));
		expected.committed.push((3, hash_of(0, 3, id, &LIE)));
		(expected.revealing, expected.revealed) = (true, vec![2]);
		assert_eq!(First::score_phase(id), Some(expected));
		System::set_block_number(1 + PERIOD);
		assert_eq!(First::score_phase(id), None);
	});
}

#[test]
fn keys_are_those_of_the_session() {
	assert_eq!(MockScorers::keys(0).len(), 4);
	OldestSession::set(3);
	assert!(MockScorers::keys(0).is_empty());
	OldestSession::set(0);
}

#[test]
fn what_does_not_add_up_is_found() {
	let broken = |break_it: fn(u32)| {
		new_test_ext().execute_with(|| {
			let id = open(1);
			(0..4).for_each(|scorer| {
				assert_ok!(send(commit(scorer, id, TRUTH)));
			});
			assert_ok!(send(reveal(0, id, TRUTH)));
			check();
			break_it(id);
			assert!(First::do_try_state().is_err());
		});
	};
	broken(|id| Tallies::<Test>::mutate(id, |tally| _ = tally.commits.remove(&0)));
	broken(|id| Tallies::<Test>::mutate(id, |tally| _ = tally.reveals.remove(&0)));
	broken(|id| Tallies::<Test>::insert(id, TallyOf::<Test, ()>::default()));
	broken(|id| _ = Reports::<Test>::clear_prefix(id, 9, None));
	broken(|id| Reports::<Test>::insert(id, sp_core::H256::zero(), TRUTH));
	broken(|id| _ = Begun::mutate(|begun| begun.remove(&(false, id))));
}
