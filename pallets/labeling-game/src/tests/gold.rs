//! Gold: committed with the sample, revealed with the labels, and what withholding it costs.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use learnware_primitives::{BadReason, GoldUse, Task, Verdict};
use pallet_quorum::Refusal;

const FEE: Balance = BOUNTY / 10;

fn reveal_all(sample: SampleId, n: u64) {
	for who in WORKER..WORKER + n {
		assert_ok!(reveal(sample, who));
	}
}

fn with_gold(gold: GoldUse, report: ScorerReport) -> ScorerReport {
	ScorerReport { gold, ..report }
}

fn assert_settled() {
	assert_eq!(Samples::<Test>::count(), 0);
	assert_eq!(held(PROVIDER), dataset_deposit());
	assert!((WORKER..WORKER + 8).all(|who| held(who) == 0));
	assert_eq!(Engagements::<Test>::iter().count(), 0);
}

#[test]
fn gold_belongs_to_a_classification() {
	play(|| {
		let mask = Task::Mask { width: 4, height: 4, depth: 1 };
		assert_ok!(LabelingGame::create_dataset(signed(PROVIDER), location(0), mask, terms()));
		let submit = |gold| LabelingGame::submit_sample(signed(PROVIDER), 0, location(0), BOUNTY, gold);
		assert_noop!(submit(Some(gold_commitment(0))), Error::<Test>::GoldNotTaken);
		assert_ok!(submit(None));
	});
}

#[test]
fn gold_is_revealed_by_its_provider_in_the_reveal_phase_with_what_was_committed() {
	play(|| {
		let dataset = create_dataset();
		let sample = submit_sample_with(dataset, Some(gold_commitment(dataset)));
		assert_noop!(reveal_gold(9), Error::<Test>::UnknownSample);
		assert_noop!(reveal_gold(sample), Error::<Test>::TooEarly);
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(sample, who));
		}
		run_to(10);
		assert_noop!(reveal_gold(sample), Error::<Test>::TooEarly);
		run_to(11);
		let gold = |who, location, salt| LabelingGame::reveal_gold(signed(who), sample, location, salt);
		assert_noop!(gold(WORKER, gold_location(), salt(PROVIDER)), Error::<Test>::NotProvider);
		assert_noop!(gold(PROVIDER, location(7), salt(PROVIDER)), Error::<Test>::InvalidReveal);
		assert_noop!(gold(PROVIDER, gold_location(), salt(WORKER)), Error::<Test>::InvalidReveal);
		assert_noop!(gold(PROVIDER, Location::default(), salt(PROVIDER)), Error::<Test>::InvalidLocation);
		assert_ok!(reveal_gold(sample));
		System::assert_has_event(Event::GoldRevealed { sample, location: gold_location() }.into());
		assert_noop!(reveal_gold(sample), Error::<Test>::AlreadyRevealed);
		assert_eq!(LabelingGame::work(0, 9)[0].gold, Some(gold_location()));
		run_to(31);
		assert_noop!(reveal_gold(sample), Error::<Test>::TooLate);
		let without = submit_sample(dataset);
		for who in WORKER..WORKER + 5 {
			assert_ok!(commit(without, who));
		}
		run_to(41);
		assert_noop!(reveal_gold(without), Error::<Test>::NoGold);
	});
}

#[test]
fn scoring_waits_for_the_gold() {
	play(|| {
		let sample = in_reveal_with_gold(5);
		reveal_all(sample, 5);
		let stage = |sample| LabelingGame::sample_info(sample).map(|info| info.stage);
		assert!(matches!(stage(sample), Some(Stage::Open(Phase::Reveal { .. }))));
		assert_ok!(reveal_gold(sample));
		assert!(matches!(stage(sample), Some(Stage::Open(Phase::Score { since: 11, .. }))));
	});
}

#[test]
fn the_last_label_starts_scoring_when_the_gold_is_there() {
	play(|| {
		let sample = in_reveal_with_gold(5);
		assert_ok!(reveal_gold(sample));
		reveal_all(sample, 5);
		assert!(matches!(Samples::<Test>::get(sample).unwrap().phase, Phase::Score { since: 11, .. }));
	});
}

#[test]
fn gold_in_force_or_contradicted_is_told_in_the_end() {
	for gold in [GoldUse::Counted, GoldUse::Contradicted, GoldUse::TooFew] {
		play(|| {
			let sample = in_reveal_with_gold(5);
			reveal_all(sample, 5);
			assert_ok!(reveal_gold(sample));
			score(sample, &vec![with_gold(gold, ranking(5)); 4]);
			assert_eq!(resolution().0, End::Paid);
			let told = System::events().into_iter().any(|record| {
				matches!(record.event, RuntimeEvent::LabelingGame(Event::SampleResolved { gold: told, .. }) if told == gold)
			});
			assert!(told);
			assert_settled();
		});
	}
}

#[test]
fn a_report_speaks_of_gold_exactly_if_there_is_gold() {
	let refused = Err(Refusal::WrongShape.into());
	play(|| {
		let sample = in_reveal_with_gold(5);
		reveal_all(sample, 5);
		assert_ok!(reveal_gold(sample));
		for scorer in 0..4 {
			assert_ok!(send(commit_report_call(scorer, sample, &ranking(5))));
		}
		assert_eq!(send(reveal_report_call(0, sample, &ranking(5))), refused);
	});
	play(|| {
		let sample = in_score(5);
		let report = with_gold(GoldUse::Counted, ranking(5));
		for scorer in 0..4 {
			assert_ok!(send(commit_report_call(scorer, sample, &report)));
		}
		assert_eq!(send(reveal_report_call(0, sample, &report)), refused);
	});
}

#[test]
fn gold_that_is_not_revealed_costs_the_bounty() {
	play(|| {
		let sample = in_reveal_with_gold(7);
		reveal_all(sample, 6);
		run_to(31);
		assert_ok!(LabelingGame::resolve(signed(99), sample));
		let (end, returned, fee, labels) = resolution();
		let each = BOUNTY / 6;
		assert_eq!((end, returned, fee), (End::GoldWithheld, BOUNTY - 6 * each, 0));
		assert_eq!(labels.iter().map(|label| label.paid).collect::<Vec<_>>(), [each, each, each, each, each, each, 0]);
		assert!(labels.iter().all(|label| label.slashed == 0));
		assert_eq!(wealth(PROVIDER), START_BALANCE - 6 * each);
		assert_eq!(wealth(TREASURY), START_BALANCE);
		assert_settled();
	});
}

#[test]
fn gold_that_nobody_can_read_costs_the_bounty_and_feeds_the_scorers() {
	play(|| {
		let sample = in_reveal_with_gold(7);
		reveal_all(sample, 6);
		assert_ok!(reveal_gold(sample));
		run_to(31);
		let mut verdicts = vec![scored(1, true, false); 4];
		verdicts.extend([scored(-9, false, true), Verdict::Bad(BadReason::Malformed)]);
		let report = ScorerReport { wash: true, ..with_gold(GoldUse::Bad(BadReason::Unavailable), report(verdicts)) };
		score(sample, &vec![report; 4]);
		let (end, returned, fee, labels) = resolution();
		let each = (BOUNTY - FEE) / 5;
		assert_eq!((end, returned, fee), (End::GoldWithheld, BOUNTY - FEE - 5 * each, FEE));
		assert_eq!(labels.iter().map(|label| label.paid).collect::<Vec<_>>(), [each, each, each, each, each, 0, 0]);
		assert!(labels.iter().all(|label| label.slashed == 0));
		assert_settled();
	});
}

#[test]
fn too_few_labels_need_no_gold() {
	play(|| {
		let sample = in_reveal_with_gold(5);
		reveal_all(sample, 4);
		run_to(31);
		assert_ok!(LabelingGame::resolve(signed(99), sample));
		let (end, returned, _, labels) = resolution();
		assert_eq!((end, returned), (End::TooFewReveals, BOUNTY));
		assert_eq!(labels[4].slash_reason, Some(SlashReason::NotRevealed));
		assert_settled();
	});
}
