//! Every end of a game, following the money.

use crate::{mock::*, *};
use frame_support::assert_ok;
use learnware_primitives::{BadReason, Verdict};

/// What the scorers get of the bounty, before rounding.
const FEE: Balance = BOUNTY / 10;
/// What is left for places.
const POT: Balance = BOUNTY - FEE;

fn assert_gone(sample: SampleId) {
	assert!(!Samples::<Test>::contains_key(sample));
	assert!(!Labels::<Test>::contains_key(sample));
	assert!(!pallet_quorum::Tallies::<Test>::contains_key(sample));
	assert_eq!(pallet_quorum::Reports::<Test>::iter_prefix(sample).count(), 0);
	assert_eq!(Datasets::<Test>::get(0).unwrap().live, 0);
	assert_eq!(held(PROVIDER), dataset_deposit());
	for who in WORKER..WORKER + 64 {
		assert_eq!(held(who), 0);
	}
}

#[test]
fn paid_by_place() {
	play(|| {
		let sample = in_score(5);
		score(sample, &vec![ranking(5); 4]);
		let (end, returned, fee, labels) = resolution();
		assert_eq!(end, End::Paid);
		assert_eq!(labels.iter().map(|label| label.paid).collect::<Vec<_>>(), [4500, 2250, 1125, 562, 281]);
		assert_eq!(fee, FEE);
		assert_eq!(returned, POT - (4500 + 2250 + 1125 + 562 + 281));
		for (who, paid) in (WORKER..).zip([4500, 2250, 1125, 562, 281]) {
			assert_eq!(wealth(who), START_BALANCE + paid);
		}
		for scorer in SCORER..SCORER + 4 {
			assert_eq!(wealth(scorer), START_BALANCE + FEE / 4);
		}
		assert_eq!(wealth(PROVIDER), START_BALANCE - BOUNTY + returned);
		assert_eq!(wealth(TREASURY), START_BALANCE);
		assert!(Deviants::get().is_empty() && Absentees::get().is_empty());
		assert_gone(sample);
	});
}

#[test]
fn paid_slashes_outliers_bad_labels_and_who_did_not_reveal() {
	play(|| {
		let sample = in_reveal(7);
		for who in WORKER..WORKER + 6 {
			assert_ok!(reveal(sample, who));
		}
		run_to(31);
		let verdicts = vec![
			scored(5, true, false),
			Verdict::Bad(BadReason::Malformed),
			scored(-7, false, true),
			scored(5, true, false),
			scored(0, false, false),
			scored(1, true, false),
		];
		score(sample, &vec![report(verdicts); 4]);
		let (end, returned, _, labels) = resolution();
		assert_eq!(end, End::Paid);
		let shared = (POT / 2 + POT / 4) / 2;
		let paid: Vec<_> = labels.iter().map(|label| label.paid).collect();
		assert_eq!(paid, [shared, 0, 0, shared, 0, POT / 8, 0]);
		let reasons: Vec<_> = labels.iter().map(|label| label.slash_reason).collect();
		let (bad, outlier, silent) =
			(Some(SlashReason::BadLabel), Some(SlashReason::Outlier), Some(SlashReason::NotRevealed));
		assert_eq!(reasons, [None, bad, outlier, None, None, None, silent]);
		assert_eq!(labels[6].verdict, None);
		assert_eq!(labels[6].location, None);
		assert!(labels.iter().all(|label| label.slashed == label.slash_reason.map_or(0, |_| COLLATERAL)));
		assert_eq!(wealth(TREASURY), START_BALANCE + 3 * COLLATERAL);
		assert_eq!(returned, POT - paid.iter().sum::<Balance>());
		assert_gone(sample);
	});
}

#[test]
fn washed_pays_attendance() {
	play(|| {
		let sample = in_reveal(7);
		for who in WORKER..WORKER + 6 {
			assert_ok!(reveal(sample, who));
		}
		run_to(31);
		let mut verdicts = vec![scored(0, false, false); 5];
		verdicts.push(Verdict::Bad(BadReason::Unavailable));
		let washed = ScorerReport { wash: true, ..report(verdicts) };
		score(sample, &vec![washed; 4]);
		let (end, returned, fee, labels) = resolution();
		assert_eq!((end, fee), (End::Washed, FEE));
		let each = BOUNTY / 20 / 5;
		assert_eq!(labels.iter().map(|label| label.paid).collect::<Vec<_>>(), [each, each, each, each, each, 0, 0]);
		assert_eq!(labels[5].slash_reason, Some(SlashReason::BadLabel));
		assert_eq!(labels[6].slash_reason, Some(SlashReason::NotRevealed));
		assert_eq!(returned, POT - 5 * each);
		assert_eq!(wealth(TREASURY), START_BALANCE + 2 * COLLATERAL);
		assert_gone(sample);
	});
}

#[test]
fn a_washed_report_cannot_slash_or_rank_anybody() {
	play(|| {
		let sample = in_score(5);
		let mut verdicts = vec![scored(9, true, false); 4];
		verdicts.push(scored(-9, false, true));
		score(sample, &vec![ScorerReport { wash: true, ..report(verdicts) }; 4]);
		let (_, _, _, labels) = resolution();
		assert!(labels.iter().all(|label| label.slashed == 0 && label.paid == BOUNTY / 20 / 5));
	});
}

#[test]
fn two_thirds_are_no_quorum() {
	play(|| {
		ScorerCount::set(3);
		let sample = in_score(5);
		score(sample, &[ranking(5), ranking(5), report(vec![scored(1, true, false); 5])]);
		let (end, returned, fee, labels) = resolution();
		assert_eq!((end, returned, fee), (End::NoQuorum, BOUNTY, 0));
		assert!(labels.iter().all(|label| label.paid == 0 && label.slashed == 0 && label.verdict.is_none()));
		assert!(Deviants::get().is_empty(), "without a decision nobody deviates");
		assert_eq!(wealth(PROVIDER), START_BALANCE);
		assert_gone(sample);
		ScorerCount::set(4);
	});
}

#[test]
fn one_deviant_of_four_is_told_on_and_earns_nothing() {
	play(|| {
		let sample = in_score(5);
		let lie = report(vec![scored(1, true, false); 5]);
		score(sample, &[ranking(5), lie, ranking(5), ranking(5)]);
		let (end, _, fee, _) = resolution();
		assert_eq!(end, End::Paid);
		assert_eq!(fee, FEE / 3 * 3);
		assert_eq!(wealth(SCORER), START_BALANCE + FEE / 3);
		assert_eq!(wealth(SCORER + 1), START_BALANCE);
		assert_eq!(Deviants::take(), [1]);
		assert!(Absentees::get().is_empty());
		assert_gone(sample);
	});
}

#[test]
fn who_could_fetch_other_files_is_absent_and_no_deviant() {
	play(|| {
		let sample = in_score(5);
		let mut missed = ranking(5);
		missed.verdicts[2] = Verdict::Bad(BadReason::Unavailable);
		score(sample, &[ranking(5), missed, ranking(5), ranking(5)]);
		assert_eq!(resolution().0, End::Paid);
		assert_eq!((Deviants::take(), Absentees::take()), (vec![], vec![1]));
	});
	play(|| {
		let sample = in_score(5);
		let mut missed = ranking(5);
		missed.verdicts[2] = Verdict::Bad(BadReason::Unavailable);
		score(sample, &[missed.clone(), ranking(5), missed.clone(), missed]);
		assert_eq!(resolution().3[2].slash_reason, Some(SlashReason::BadLabel));
		assert_eq!((Deviants::take(), Absentees::take()), (vec![], vec![1]));
	});
}

#[test]
fn one_scorer_asleep_of_four_delays_but_does_not_stop_the_game() {
	play(|| {
		let sample = in_score(5);
		for scorer in 0..3 {
			send(commit_report_call(scorer, sample, &ranking(5))).unwrap();
		}
		run_to(21);
		for scorer in 0..3 {
			send(reveal_report_call(scorer, sample, &ranking(5))).unwrap();
		}
		assert_eq!(resolution().0, End::Paid);
		assert_eq!(Absentees::take(), [3]);
		assert_gone(sample);
	});
}

#[test]
fn a_scorer_that_commits_and_does_not_reveal_delays_until_the_deadline() {
	play(|| {
		let sample = in_score(5);
		for scorer in 0..4 {
			send(commit_report_call(scorer, sample, &ranking(5))).unwrap();
		}
		for scorer in 0..3 {
			send(reveal_report_call(scorer, sample, &ranking(5))).unwrap();
		}
		assert!(Samples::<Test>::contains_key(sample));
		run_to(31);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		assert_eq!(resolution().0, End::Paid);
		assert_eq!(Absentees::take(), [3]);
		assert_gone(sample);
	});
}

#[test]
fn too_few_reveals_slash_only_the_silent() {
	play(|| {
		let sample = in_reveal(7);
		for who in WORKER..WORKER + 4 {
			assert_ok!(reveal(sample, who));
		}
		run_to(31);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		let (end, returned, fee, labels) = resolution();
		assert_eq!((end, returned, fee), (End::TooFewReveals, BOUNTY, 0));
		assert_eq!(labels.iter().filter(|label| label.slashed == COLLATERAL).count(), 3);
		assert_eq!(wealth(TREASURY), START_BALANCE + 3 * COLLATERAL);
		assert_gone(sample);
	});
}

#[test]
fn too_few_commitments_give_everything_back() {
	play(|| {
		let sample = in_reveal(4);
		assert_ok!(LabelingGame::resolve(signed(99), sample));
		let (end, returned, fee, labels) = resolution();
		assert_eq!((end, returned, fee), (End::TooFewCommitments, BOUNTY, 0));
		assert!(labels.iter().all(|label| label.slashed == 0 && label.paid == 0));
		assert_eq!(wealth(TREASURY), START_BALANCE);
		assert_gone(sample);
	});
}

#[test]
fn no_quorum_slashes_who_did_not_reveal() {
	play(|| {
		let sample = in_reveal(7);
		for who in WORKER..WORKER + 6 {
			assert_ok!(reveal(sample, who));
		}
		run_to(51);
		assert_ok!(LabelingGame::resolve(signed(WORKER), sample));
		let (end, returned, _, labels) = resolution();
		assert_eq!((end, returned), (End::NoQuorum, BOUNTY));
		assert_eq!(labels[6].slash_reason, Some(SlashReason::NotRevealed));
		assert_eq!(wealth(TREASURY), START_BALANCE + COLLATERAL);
		assert_gone(sample);
	});
}

#[test]
fn a_provider_may_label_its_own_sample() {
	play(|| {
		let sample = submit_sample(create_dataset());
		let workers = [PROVIDER, WORKER, WORKER + 1, WORKER + 2, WORKER + 3];
		for who in workers {
			assert_ok!(commit(sample, who));
		}
		run_to(11);
		for who in workers {
			assert_ok!(reveal(sample, who));
		}
		score(sample, &vec![ranking(5); 4]);
		let (_, returned, _, labels) = resolution();
		assert_eq!(labels[0].paid, 4500);
		assert_eq!(wealth(PROVIDER), START_BALANCE - BOUNTY + returned + 4500);
		assert_gone(sample);
	});
}

#[test]
fn a_freeze_on_the_provider_does_not_keep_the_bounty_from_the_winners() {
	use frame_support::traits::fungible::MutateFreeze;
	play(|| {
		let sample = in_score(5);
		assert_ok!(<Balances as MutateFreeze<AccountId>>::set_freeze(&(), &PROVIDER, START_BALANCE));
		score(sample, &vec![ranking(5); 4]);
		assert_eq!(wealth(WORKER), START_BALANCE + 4500);
	});
}

#[test]
fn a_scorer_without_account_forgoes_its_fee() {
	play(|| {
		use frame_support::traits::{fungible::Mutate, tokens::Preservation};
		assert_ok!(Balances::transfer(&SCORER, &TREASURY, START_BALANCE, Preservation::Expendable));
		let dataset = create_dataset_with(Terms { scoring_fee: 3_000, ..terms() });
		let sample = submit_sample(dataset);
		for who in WORKER..WORKER + 8 {
			assert_ok!(commit(sample, who));
		}
		for who in WORKER..WORKER + 8 {
			assert_ok!(reveal(sample, who));
		}
		score(sample, &vec![ranking(8); 4]);
		let (end, _, fee, _) = resolution();
		assert_eq!((end, fee), (End::Paid, 7 * 3), "each share is 7, below the existential deposit");
		assert_eq!(wealth(SCORER), 0);
		assert_gone(sample);
	});
}

/// Keys and bytes of the state of the game and of its quorum, and of the holds.
fn state_size() -> (usize, usize) {
	let prefix = |pallet: &[u8]| sp_io::hashing::twox_128(pallet).to_vec();
	let holds = [prefix(b"Balances"), sp_io::hashing::twox_128(b"Holds").to_vec()].concat();
	let (mut keys, mut bytes) = (0, 0);
	for prefix in [prefix(b"LabelingGame"), prefix(b"LabelReports"), holds] {
		let mut key = prefix.clone();
		while let Some(next) = sp_io::storage::next_key(&key).filter(|next| next.starts_with(&prefix)) {
			keys += 1;
			bytes += next.len() + sp_io::storage::get(&next).map_or(0, |value| value.len());
			key = next;
		}
	}
	(keys, bytes)
}

#[test]
fn a_game_leaves_the_state_at_its_size() {
	play(|| {
		submit_sample(create_dataset());
		assert_ok!(LabelingGame::cancel_sample(signed(PROVIDER), 0));
		let before = state_size();
		let sample = submit_sample(0);
		for who in WORKER..WORKER + 8 {
			assert_ok!(commit(sample, who));
		}
		for who in WORKER..WORKER + 8 {
			assert_ok!(reveal(sample, who));
		}
		assert!(state_size().0 > before.0);
		score(sample, &vec![ranking(8); 4]);
		assert_eq!(resolution().0, End::Paid);
		assert_eq!(state_size(), before);
	});
}
