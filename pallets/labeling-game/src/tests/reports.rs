//! What the game asks of reports, and what they are to it.

use crate::{mock::*, *};
use frame_support::assert_ok;
use pallet_quorum::Refusal;

fn refused(call: ReportCall, refusal: Refusal) {
	assert_eq!(send(call), Err(refusal.into()));
}

#[test]
fn reports_are_taken_in_the_score_phase_only() {
	play(|| {
		let sample = in_score(5);
		let early = submit_sample(0);
		let call = |sample| {
			let commitments = vec![(sample, sp_core::H256::zero())];
			signed_commits(0, 0, commitments)
		};
		refused(call(early), Refusal::NotScored);
		for who in WORKER..WORKER + 8 {
			assert_ok!(commit(early, who));
		}
		assert_ok!(reveal(early, WORKER));
		refused(call(early), Refusal::NotScored);
		assert_ok!(send(call(sample)));
		run_to(31);
		refused(call(sample), Refusal::NotScored);
	});
}

#[test]
fn a_report_has_a_verdict_for_each_revealed_label_and_a_consensus_that_is_a_file() {
	play(|| {
		let sample = in_score(5);
		let (short, broken) = (ranking(4), ScorerReport { consensus: Location::truncate_from(vec![1]), ..ranking(5) });
		let none = ScorerReport { consensus: Location::default(), ..ranking(5) };
		for (scorer, report) in (0..).zip([&ranking(5), &short, &broken, &none]) {
			assert_ok!(send(commit_report_call(scorer, sample, report)));
		}
		refused(reveal_report_call(1, sample, &short), Refusal::WrongShape);
		refused(reveal_report_call(2, sample, &broken), Refusal::WrongShape);
		assert_ok!(send(reveal_report_call(3, sample, &none)));
		assert_ok!(send(reveal_report_call(0, sample, &ranking(5))));
	});
}

#[test]
fn a_report_starts_the_score_phase_that_its_deadline_began() {
	play(|| {
		let sample = in_reveal(6);
		for who in WORKER..WORKER + 5 {
			assert_ok!(reveal(sample, who));
		}
		run_to(31);
		assert!(matches!(Samples::<Test>::get(sample).unwrap().phase, Phase::Reveal { .. }));
		assert_ok!(send(commit_report_call(0, sample, &ranking(5))));
		let phase = Phase::Score { since: 31, until: 51, session: 0 };
		assert_eq!(Samples::<Test>::get(sample).unwrap().phase, phase);
		System::assert_has_event(Event::PhaseStarted { sample, phase }.into());
	});
}

#[test]
fn scorers_are_those_of_the_session_in_which_score_began() {
	play(|| {
		let dataset = create_dataset();
		run_to(35);
		let sample = submit_sample(dataset);
		for who in WORKER..WORKER + 6 {
			assert_ok!(commit(sample, who));
		}
		run_to(45);
		for who in WORKER..WORKER + 5 {
			assert_ok!(reveal(sample, who));
		}
		run_to(70);
		assert_eq!(session_of(sample), 1, "the reveal phase ended with block 64");
	});
}

#[test]
fn one_call_carries_several_samples() {
	play(|| {
		let dataset = create_dataset();
		let samples = [submit_sample(dataset), submit_sample(dataset)];
		for sample in samples {
			for who in WORKER..WORKER + 8 {
				assert_ok!(commit(sample, who));
			}
			for who in WORKER..WORKER + 8 {
				assert_ok!(reveal(sample, who));
			}
		}
		let entries = samples.map(|sample| (sample, sp_core::H256::repeat_byte(sample as u8))).to_vec();
		assert_ok!(send(signed_commits(0, 0, entries)));
		assert!(samples.iter().all(|sample| pallet_quorum::Tallies::<Test>::get(sample).commits.len() == 1));
	});
}
