//! Random histories: whatever happens, money is conserved and state adds up.

use crate::{mock::*, *};
use learnware_primitives::{
	places::{Duplicates, Payout},
	BadReason, GoldUse, Verdict,
};
use proptest::prelude::*;

/// One step of a history. Steps that are illegal at their time are refused, and change nothing.
#[derive(Clone, Debug)]
enum Step {
	Submit { dataset: DatasetId, bounty: Balance, gold: bool },
	Cancel(SampleId),
	Commit { sample: SampleId, who: AccountId },
	CommitAll(SampleId),
	Withdraw { sample: SampleId, who: AccountId },
	Denounce { sample: SampleId, who: AccountId },
	Allow(AccountId),
	Disallow(AccountId),
	RevealGold(SampleId),
	Reveal { sample: SampleId, who: AccountId },
	RevealAll(SampleId),
	Resolve(SampleId),
	CommitReport { sample: SampleId, scorer: u32, opinion: u8 },
	RevealReport { sample: SampleId, scorer: u32, opinion: u8 },
	ScoreAll { sample: SampleId, opinion: u8 },
	Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let (sample, who, scorer, opinion) = (0u32..4, WORKER..WORKER + 8, 0u32..5, 0u8..8);
	let step = prop_oneof![
		1 => (0u32..3, 900u128..100_000, any::<bool>())
			.prop_map(|(dataset, bounty, gold)| Step::Submit { dataset, bounty, gold }),
		1 => sample.clone().prop_map(Step::Cancel),
		1 => (sample.clone(), who.clone()).prop_map(|(sample, who)| Step::Commit { sample, who }),
		3 => sample.clone().prop_map(Step::CommitAll),
		1 => (sample.clone(), who.clone()).prop_map(|(sample, who)| Step::Withdraw { sample, who }),
		1 => (sample.clone(), who.clone()).prop_map(|(sample, who)| Step::Denounce { sample, who }),
		1 => who.clone().prop_map(Step::Allow),
		1 => who.clone().prop_map(Step::Disallow),
		2 => sample.clone().prop_map(Step::RevealGold),
		1 => (sample.clone(), who).prop_map(|(sample, who)| Step::Reveal { sample, who }),
		3 => sample.clone().prop_map(Step::RevealAll),
		2 => sample.clone().prop_map(Step::Resolve),
		1 => (sample.clone(), scorer.clone(), opinion.clone())
			.prop_map(|(sample, scorer, opinion)| Step::CommitReport { sample, scorer, opinion }),
		1 => (sample.clone(), scorer, opinion.clone())
			.prop_map(|(sample, scorer, opinion)| Step::RevealReport { sample, scorer, opinion }),
		2 => (sample, opinion).prop_map(|(sample, opinion)| Step::ScoreAll { sample, opinion }),
		2 => (1u64..15).prop_map(Step::Wait),
	];
	prop::collection::vec(step, 1..80)
}

/// One of the reports that scorers may hold, some of them mad.
fn opinion_of(sample: SampleId, opinion: u8) -> Option<ScorerReport> {
	let info = LabelingGame::sample_info(sample)?;
	let labels = info.revealed;
	let gold = match (info.record.gold, opinion) {
		(None, _) => GoldUse::None,
		(Some(_), 7) => GoldUse::Bad(BadReason::WrongShape),
		(Some(_), _) => GoldUse::Counted,
	};
	let verdict = |place: u32| match (opinion, place % 4) {
		(1, 0) => Verdict::Bad(BadReason::Malformed),
		(2, _) => scored(i128::MAX, true, true),
		(3, 1) => scored(-1, false, true),
		(4, _) => scored(7, true, false),
		// Copies of what is there, and of what is not.
		(6, _) => Verdict::Scored { score: 7, loss: 0, eligible: true, outlier: false, copy_of: Some(place / 2 * 3) },
		_ => scored(i128::from(place), true, false),
	};
	Some(ScorerReport { wash: opinion == 5, gold, ..report((0..labels).map(verdict).collect()) })
}

fn report_step(sample: SampleId, scorer: u32, opinion: u8, call: fn(u32, SampleId, &ScorerReport) -> ReportCall) {
	let in_score =
		LabelingGame::sample_info(sample).is_some_and(|info| matches!(info.stage, Stage::Open(Phase::Score { .. })));
	if let (true, Some(report)) = (in_score, opinion_of(sample, opinion)) {
		let _ = send(call(scorer, sample, &report));
	}
}

fn take(step: Step) {
	match step {
		Step::Submit { dataset, bounty, gold } => {
			let gold = gold.then(|| gold_commitment(dataset));
			let _ = LabelingGame::submit_sample(signed(PROVIDER), dataset, location(0), bounty, gold);
		},
		Step::Denounce { sample, who } => {
			let denouncer = signed(WORKER + 20);
			let _ = LabelingGame::denounce(denouncer, sample, who, location(who as u8), salt(who));
		},
		Step::Allow(who) => _ = LabelingGame::allow(signed(PROVIDER), 2, vec![who].try_into().expect("one")),
		Step::Disallow(who) => _ = LabelingGame::disallow(signed(PROVIDER), 2, vec![who].try_into().expect("one")),
		Step::RevealGold(sample) => _ = reveal_gold(sample),
		Step::Cancel(sample) => _ = LabelingGame::cancel_sample(signed(PROVIDER), sample),
		Step::Commit { sample, who } => _ = commit(sample, who),
		Step::CommitAll(sample) => (WORKER..WORKER + 8).for_each(|who| _ = commit(sample, who)),
		Step::Withdraw { sample, who } => _ = LabelingGame::withdraw_label(signed(who), sample),
		Step::Reveal { sample, who } => _ = reveal(sample, who),
		Step::RevealAll(sample) => (WORKER..WORKER + 8).for_each(|who| _ = reveal(sample, who)),
		Step::Resolve(sample) => _ = LabelingGame::resolve(signed(WORKER), sample),
		Step::CommitReport { sample, scorer, opinion } => report_step(sample, scorer, opinion, commit_report_call),
		Step::RevealReport { sample, scorer, opinion } => report_step(sample, scorer, opinion, reveal_report_call),
		Step::ScoreAll { sample, opinion } => {
			(0..4).for_each(|scorer| report_step(sample, scorer, opinion, commit_report_call));
			(0..4).for_each(|scorer| report_step(sample, scorer, opinion, reveal_report_call));
		},
		Step::Wait(blocks) => run_to(System::block_number() + blocks),
	}
}

/// Checks that each resolution spent exactly what was held for it.
fn check_resolutions() {
	for record in System::events() {
		let RuntimeEvent::LabelingGame(Event::SampleResolved { bounty, returned, scoring_fee, labels, .. }) =
			record.event
		else {
			continue;
		};
		let paid: Balance = labels.iter().map(|label| label.paid).sum();
		assert_eq!(bounty, returned + scoring_fee + paid);
		assert!(labels.iter().all(|label| label.slashed == label.slash_reason.map_or(0, |_| COLLATERAL)));
		assert!(labels.iter().all(|label| label.paid == 0 || label.slashed == 0), "nobody is paid and slashed");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
	#[test]
	fn money_is_conserved_over_any_history(steps in steps()) {
		play(|| {
			create_dataset();
			let (payout, duplicates) = (Payout::Softmax { temperature: 2_000_000 }, Duplicates::Collapse);
			create_dataset_with(Terms { payout, duplicates, ..terms() });
			create_dataset_with(Terms { payout: Payout::Linear, eligibility: Eligibility::AllowList, ..terms() });
			let all = (WORKER..WORKER + 6).collect::<Vec<_>>().try_into().expect("six");
			LabelingGame::allow(signed(PROVIDER), 2, all).expect("a dataset with a list");
			for step in steps {
				take(step);
				try_state();
			}
			// However far it came: when every deadline has passed, everything can be resolved by anybody.
			run_to(System::block_number() + 200);
			for sample in 0..NextSample::<Test>::get() {
				let _ = LabelingGame::resolve(signed(WORKER), sample);
			}
			assert_eq!(Samples::<Test>::count(), 0);
			check_resolutions();
			assert_eq!(Engagements::<Test>::iter().count(), 0);
			let listed = Balance::from(Datasets::<Test>::get(2).expect("never closed").allowed);
			assert_eq!(held(PROVIDER), 3 * dataset_deposit() + listed * AllowDeposit::get());
			assert!((WORKER..WORKER + 8).all(|who| held(who) == 0));
		});
	}
}
