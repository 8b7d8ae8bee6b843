//! `commit_report` and `reveal_report`: what is taken, and each reason to refuse.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::BadReason;
use pallet_quorum::{signing_payload, Refusal};
use sp_core::H256;
use sp_runtime::{testing::UintAuthorityId, DispatchError, RuntimeAppPublic};

fn refused(call: Call<Test>, refusal: Refusal) {
	assert_eq!(send(call), Err(refusal.into()));
}

fn signed_commits(session: u32, scorer: u32, entries: Vec<(SampleId, H256)>) -> Call<Test> {
	let commitments: ReportCommitments = entries.try_into().unwrap();
	let payload = signing_payload(DOMAINS.commit, &LabelingGame::genesis(), session, scorer, &commitments);
	let signature = UintAuthorityId(scorer.into()).sign(&payload).unwrap();
	Call::commit_report { session, scorer, commitments, signature }
}

#[test]
fn nobody_but_the_authorized_origin_may_report() {
	play(|| {
		let sample = in_score(5);
		let Call::commit_report { session, scorer, commitments, signature } =
			commit_report_call(0, sample, &ranking(5))
		else {
			unreachable!()
		};
		for origin in [signed(WORKER), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let result = LabelingGame::commit_report(origin, session, scorer, commitments.clone(), signature.clone());
			assert_eq!(result, Err(DispatchError::BadOrigin));
		}
	});
}

#[test]
fn commits_are_taken_once_from_scorers_of_the_session() {
	play(|| {
		let sample = in_score(5);
		assert_ok!(send(commit_report_call(0, sample, &ranking(5))));
		System::assert_last_event(Event::ReportCommitted { sample, session: 0, scorer: 0 }.into());
		refused(commit_report_call(0, sample, &ranking(5)), Refusal::Repeated);
		refused(commit_report_call(4, sample, &ranking(5)), Refusal::Signature);
		refused(signed_commits(1, 1, vec![(sample, H256::zero())]), Refusal::NotScored);
		refused(signed_commits(0, 1, vec![(sample + 1, H256::zero())]), Refusal::NotScored);
		refused(signed_commits(0, 1, vec![]), Refusal::Order);
		refused(signed_commits(0, 1, vec![(sample, H256::zero()), (sample, H256::zero())]), Refusal::Order);
		let mut forged = commit_report_call(1, sample, &ranking(5));
		if let Call::commit_report { scorer, .. } = &mut forged {
			*scorer = 2;
		}
		refused(forged, Refusal::Signature);
	});
}

#[test]
fn the_commit_round_is_half_of_the_score_period() {
	play(|| {
		let sample = in_score(5);
		run_to(20);
		assert_ok!(send(commit_report_call(0, sample, &ranking(5))));
		refused(reveal_report_call(0, sample, &ranking(5)), Refusal::TooEarly);
		run_to(21);
		refused(commit_report_call(1, sample, &ranking(5)), Refusal::TooLate);
		refused(reveal_report_call(1, sample, &ranking(5)), Refusal::WrongReveal);
		run_to(30);
		let call = reveal_report_call(0, sample, &ranking(5));
		run_to(31);
		refused(call.clone(), Refusal::NotScored);
		System::set_block_number(30);
		assert_ok!(send(call));
		assert_eq!(resolution().0, End::NoQuorum);
	});
}

#[test]
fn the_commit_round_ends_early_when_all_have_committed() {
	play(|| {
		let sample = in_score(5);
		for scorer in 0..4 {
			refused(reveal_report_call(0, sample, &ranking(5)), Refusal::TooEarly);
			assert_ok!(send(commit_report_call(scorer, sample, &ranking(5))));
		}
		assert_ok!(send(reveal_report_call(0, sample, &ranking(5))));
		refused(reveal_report_call(0, sample, &ranking(5)), Refusal::Repeated);
	});
}

#[test]
fn a_reveal_must_open_its_commitment_and_fit_the_sample() {
	play(|| {
		let sample = in_score(5);
		let (short, broken) = (ranking(4), ScorerReport { consensus: Location::truncate_from(vec![1]), ..ranking(5) });
		for (scorer, report) in [(0, &ranking(5)), (1, &short), (2, &broken), (3, &ranking(5))] {
			assert_ok!(send(commit_report_call(scorer, sample, report)));
		}
		refused(reveal_report_call(1, sample, &short), Refusal::WrongShape);
		refused(reveal_report_call(2, sample, &broken), Refusal::WrongShape);
		let mut other = ranking(5);
		other.wash = true;
		refused(reveal_report_call(0, sample, &other), Refusal::WrongReveal);
		let mut stolen = reveal_report_call(0, sample, &ranking(5));
		if let Call::reveal_report { session, scorer, reveals, signature } = &mut stolen {
			*scorer = 3;
			let payload = signing_payload(DOMAINS.reveal, &LabelingGame::genesis(), *session, 3, reveals);
			refused(
				Call::reveal_report {
					session: *session,
					scorer: 3,
					reveals: reveals.clone(),
					signature: signature.clone(),
				},
				Refusal::Signature,
			);
			*signature = UintAuthorityId(3).sign(&payload).unwrap();
		}
		refused(stolen, Refusal::WrongReveal);
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
		let entries = samples.iter().map(|sample| (*sample, H256::repeat_byte(*sample as u8))).collect();
		assert_ok!(send(signed_commits(0, 0, entries)));
		for sample in samples {
			assert_eq!(Tallies::<Test>::get(sample).commits.len(), 1);
		}
		refused(signed_commits(0, 1, vec![(1, H256::zero()), (0, H256::zero())]), Refusal::Order);
	});
}

#[test]
fn the_pool_holds_one_call_of_a_kind_of_each_scorer() {
	use frame_support::traits::Authorize;
	use sp_runtime::transaction_validity::TransactionSource;
	play(|| {
		let sample = in_score(5);
		let tag = |call: Call<Test>| {
			let (valid, _) = call.authorize(TransactionSource::External).unwrap().unwrap();
			assert!(valid.priority > 0 && valid.propagate);
			valid.provides
		};
		let first = tag(commit_report_call(0, sample, &ranking(5)));
		let mut other = report(vec![learnware_primitives::Verdict::Bad(BadReason::Malformed); 5]);
		other.wash = true;
		assert_eq!(first, tag(commit_report_call(0, sample, &other)), "another payload is the same identity");
		assert_ne!(first, tag(commit_report_call(1, sample, &ranking(5))));
	});
}
