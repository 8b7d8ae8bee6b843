//! `commit_report` and `reveal_report`: what is taken, and each reason to refuse.

use crate::{mock::*, *};
use frame_support::{assert_ok, pallet_prelude::TransactionSource, traits::Authorize};
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, DispatchError};

const FINE: Report = (7, 0);

fn refused(call: impl Into<RuntimeCall>, refusal: Refusal) {
	assert_eq!(send(call), Err(refusal.into()));
}

#[test]
fn nobody_but_the_authorized_origin_may_report() {
	play(|| {
		let id = open(1);
		for call in [commit(0, id, FINE), reveal(0, id, FINE)].map(RuntimeCall::from) {
			for origin in [RuntimeOrigin::signed(SCORER), RuntimeOrigin::root(), RuntimeOrigin::none()] {
				let error = call.clone().dispatch(origin).unwrap_err().error;
				assert_eq!(error, DispatchError::BadOrigin);
			}
		}
		assert_eq!(stored(), 0);
	});
}

#[test]
fn commits_are_taken_once_from_scorers_of_the_session() {
	play(|| {
		let id = open(1);
		refused(commit(4, id, FINE), Refusal::Signature);
		assert_ok!(send(commit(0, id, FINE)));
		System::assert_last_event(Event::<Test>::ReportCommitted { work: id, session: 0, scorer: 0 }.into());
		assert!(Begun::get().contains(&(false, id)));
		refused(commit(0, id, FINE), Refusal::Repeated);
		refused(commit(0, id, (8, 0)), Refusal::Repeated);
		refused(signed_commits(1, 1, vec![(id, H256::zero())]), Refusal::NotScored);
		refused(signed_commits(0, 1, vec![(id + 1, H256::zero())]), Refusal::NotScored);
		refused(signed_commits(0, 1, vec![]), Refusal::Order);
		refused(signed_commits(0, 1, vec![(id, H256::zero()), (id, H256::zero())]), Refusal::Order);
		let mut forged = commit(1, id, FINE);
		if let Call::commit_report { scorer, .. } = &mut forged {
			*scorer = 2;
		}
		refused(forged, Refusal::Signature);
	});
}

#[test]
fn half_of_the_round_is_for_commitments() {
	play(|| {
		let id = open(1);
		System::set_block_number(PERIOD / 2);
		assert_ok!(send(commit(0, id, FINE)));
		refused(reveal(0, id, FINE), Refusal::TooEarly);
		System::set_block_number(1 + PERIOD / 2);
		refused(commit(1, id, FINE), Refusal::TooLate);
		refused(reveal(1, id, FINE), Refusal::WrongReveal);
		System::set_block_number(1 + PERIOD);
		refused(reveal(0, id, FINE), Refusal::NotScored);
		System::set_block_number(PERIOD);
		assert_ok!(send(reveal(0, id, FINE)));
		assert_eq!(conclusion(), None);
		assert_eq!(stored(), 0);
	});
}

#[test]
fn commitments_end_early_when_all_have_committed() {
	play(|| {
		let id = open(1);
		for scorer in 0..4 {
			refused(reveal(0, id, FINE), Refusal::TooEarly);
			assert_ok!(send(commit(scorer, id, FINE)));
		}
		assert_ok!(send(reveal(0, id, FINE)));
		let report = H256(sp_io::hashing::blake2_256(&parity_scale_codec::Encode::encode(&FINE)));
		System::assert_last_event(Event::<Test>::ReportRevealed { work: id, session: 0, scorer: 0, report }.into());
		refused(reveal(0, id, FINE), Refusal::Repeated);
	});
}

#[test]
fn a_reveal_must_open_its_commitment_and_fit_the_work() {
	play(|| {
		let id = open(1);
		for (scorer, report) in [FINE, (ANSWERS, 0), FINE, FINE].into_iter().enumerate() {
			assert_ok!(send(commit(scorer as u32, id, report)));
		}
		refused(reveal(1, id, (ANSWERS, 0)), Refusal::WrongShape);
		refused(reveal(0, id, (8, 0)), Refusal::WrongReveal);
		let Call::reveal_report { session, reveals, signature, .. } = reveal(0, id, FINE) else { unreachable!() };
		let stolen =
			|signature| Call::<Test>::reveal_report { session, scorer: 3, reveals: reveals.clone(), signature };
		refused(stolen(signature), Refusal::Signature);
		// Another scorer cannot reveal with the report and the salt of the first.
		let domain = <TestGame<false> as Game>::DOMAINS.reveal;
		refused(stolen(sign(domain, session, 3, &reveals)), Refusal::WrongReveal);
		assert_ok!(send(reveal(0, id, FINE)));
	});
}

#[test]
fn one_call_carries_several_pieces_of_work() {
	play(|| {
		let hash = |id: u32| (id, H256::repeat_byte(id as u8));
		let ids = [open(1), open(2), open(5)];
		refused(signed_commits(0, 1, vec![hash(5), hash(2)]), Refusal::Order);
		refused(signed_commits(0, 1, vec![hash(1), hash(2), hash(4)]), Refusal::NotScored);
		assert_eq!(stored(), 0, "all or none");
		assert_ok!(send(signed_commits(0, 1, ids.map(hash).to_vec())));
		assert!(ids.iter().all(|id| Tallies::<Test>::get(id).commits.len() == 1));
		let commits = ids.map(|id| (id, hash_of(0, 2, id, &FINE)));
		assert_ok!(send(signed_commits(0, 2, commits.to_vec())));
		System::set_block_number(1 + PERIOD / 2);
		refused(signed_reveals(0, 2, vec![(2, FINE), (1, FINE)]), Refusal::Order);
		refused(signed_reveals(0, 2, vec![(1, FINE), (2, (8, 0))]), Refusal::WrongReveal);
		assert_ok!(send(signed_reveals(0, 2, ids.map(|id| (id, FINE)).to_vec())));
		assert!(ids.iter().all(|id| Tallies::<Test>::get(id).reveals.len() == 1));
	});
}

#[test]
fn what_is_signed_for_one_game_is_worthless_in_another() {
	play(|| {
		let id = open(1);
		open_in(true, id);
		let Call::commit_report { session, scorer, commitments, signature } = commit(0, id, FINE) else {
			unreachable!()
		};
		let copied = Call::<Test, Instance1>::commit_report { session, scorer, commitments, signature };
		refused(copied, Refusal::Signature);
		(0..4).for_each(|scorer| {
			assert_ok!(send(commit(scorer, id, FINE)));
		});
		let Call::reveal_report { session, scorer, reveals, signature } = reveal(0, id, FINE) else { unreachable!() };
		System::set_block_number(1 + PERIOD / 2);
		let copied = Call::<Test, Instance1>::reveal_report { session, scorer, reveals, signature };
		refused(copied, Refusal::Signature);
	});
}

#[test]
fn a_hash_of_one_game_does_not_open_in_another() {
	play(|| {
		let (id, domains) = (open_in(true, 1), <TestGame<true> as Game>::DOMAINS);
		for scorer in 0..4 {
			let commitments =
				ReportCommitments::<Test, Instance1>::truncate_from(vec![(id, hash_of(0, scorer, id, &FINE))]);
			let signature = sign(domains.commit, 0, scorer, &commitments);
			assert_ok!(send(Call::<Test, Instance1>::commit_report { session: 0, scorer, commitments, signature }));
		}
		let reveal = ReportReveal { work: id, report: FINE, salt: salt(0) };
		let reveals = ReportReveals::<Test, Instance1>::truncate_from(vec![reveal]);
		let signature = sign(domains.reveal, 0, 0, &reveals);
		let call = Call::<Test, Instance1>::reveal_report { session: 0, scorer: 0, reveals, signature };
		refused(call, Refusal::WrongReveal);
	});
}

#[test]
fn what_is_signed_in_one_session_is_worthless_in_another() {
	play(|| {
		System::set_block_number(SESSION - 1);
		let first = commit(0, open(1), FINE);
		System::set_block_number(SESSION);
		let Call::commit_report { scorer, commitments, signature, .. } = first.clone() else { unreachable!() };
		open(1);
		assert_eq!(session_of(1), 1);
		refused(first, Refusal::NotScored);
		refused(Call::<Test>::commit_report { session: 1, scorer, commitments, signature }, Refusal::Signature);
	});
}

#[test]
fn what_is_signed_on_one_chain_is_worthless_on_another() {
	play(|| {
		let id = open(1);
		let foreign = commit(0, id, FINE);
		frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(1));
		refused(foreign, Refusal::Signature);
		assert_ok!(send(commit(0, id, FINE)));
	});
}

#[test]
fn the_pool_holds_one_call_of_a_kind_of_each_scorer_and_game() {
	play(|| {
		let id = open(1);
		let tag = |call: RuntimeCall| {
			let (valid, _) = call.authorize(TransactionSource::External).unwrap().unwrap();
			assert!(valid.priority > 0 && valid.propagate);
			valid.provides
		};
		let first = tag(commit(0, id, FINE).into());
		assert_eq!(first, tag(commit(0, id, (8, 0)).into()), "another payload is the same identity");
		assert_ne!(first, tag(commit(1, id, FINE).into()));
		open_in(true, id);
		let commitments = ReportCommitments::<Test, Instance1>::truncate_from(vec![(id, H256::zero())]);
		let signature = sign(<TestGame<true> as Game>::DOMAINS.commit, 0, 0, &commitments);
		let other = Call::<Test, Instance1>::commit_report { session: 0, scorer: 0, commitments, signature };
		assert_ne!(first, tag(other.into()));
	});
}
