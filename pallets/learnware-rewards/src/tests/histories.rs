//! Random histories: whatever happens, money is conserved and state adds up.

use crate::{mock::*, *};
use learnware_primitives::{
	training::{curve::Ratio, Flaw, Mode, Part, Report, Settlement, Step as Scored, Trap},
	BadReason,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Tutors of histories; one is the student itself.
const TUTORS: [AccountId; 5] = [TUTOR, TUTOR + 1, TUTOR + 2, TUTOR + 3, STUDENT];

/// One step of a history, most of them on one of the sessions that are on. Steps that are illegal at their time are
/// refused, and change nothing.
#[derive(Clone, Debug)]
enum Step {
	Open { terms: TermsOf<Test>, from_given: bool },
	OpenAndShow { terms: TermsOf<Test>, from_given: bool },
	Close(TrainingId),
	Show(TrainingId),
	Commit { training: TrainingId, who: AccountId },
	CommitAll(TrainingId),
	Withdraw { training: TrainingId, who: AccountId },
	Reveal { training: TrainingId, who: AccountId },
	RevealAll(TrainingId),
	RevealPart { training: TrainingId, part: u32 },
	RevealDue(TrainingId),
	Resolve(TrainingId),
	CommitReport { training: TrainingId, scorer: u32, opinion: u64 },
	RevealReport { training: TrainingId, scorer: u32, opinion: u64 },
	ScoreAll { training: TrainingId, opinion: u64 },
	Epoch { training: TrainingId, opinion: u64 },
	Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let terms = (any::<bool>(), any::<bool>(), 0u128..40).prop_map(|(epochs, pay, deposit)| Terms {
		settlement: if epochs { Settlement::PerStep } else { Settlement::AtEnd },
		mode: if pay { Mode::EarnOrPay } else { Mode::Earn },
		deposit: MinLessonDeposit::get() + deposit * TOKEN,
		..terms()
	});
	let (training, who, scorer, opinion) = (0u32..3, prop::sample::select(&TUTORS), 0u32..5, any::<u64>());
	let step = prop_oneof![
		1 => (terms.clone(), any::<bool>()).prop_map(|(terms, from_given)| Step::Open { terms, from_given }),
		4 => (terms, any::<bool>()).prop_map(|(terms, from_given)| Step::OpenAndShow { terms, from_given }),
		1 => training.clone().prop_map(Step::Close),
		1 => training.clone().prop_map(Step::Show),
		1 => (training.clone(), who.clone()).prop_map(|(training, who)| Step::Commit { training, who }),
		2 => training.clone().prop_map(Step::CommitAll),
		1 => (training.clone(), who.clone()).prop_map(|(training, who)| Step::Withdraw { training, who }),
		1 => (training.clone(), who).prop_map(|(training, who)| Step::Reveal { training, who }),
		2 => training.clone().prop_map(Step::RevealAll),
		1 => (training.clone(), 0..PARTS).prop_map(|(training, part)| Step::RevealPart { training, part }),
		2 => training.clone().prop_map(Step::RevealDue),
		2 => training.clone().prop_map(Step::Resolve),
		1 => (training.clone(), scorer.clone(), opinion)
			.prop_map(|(training, scorer, opinion)| Step::CommitReport { training, scorer, opinion }),
		1 => (training.clone(), scorer, opinion)
			.prop_map(|(training, scorer, opinion)| Step::RevealReport { training, scorer, opinion }),
		2 => (training.clone(), opinion)
			.prop_map(|(training, opinion)| Step::ScoreAll { training, opinion }),
		6 => (training, opinion).prop_map(|(training, opinion)| Step::Epoch { training, opinion }),
		3 => (1u64..8).prop_map(Step::Wait),
	];
	prop::collection::vec(step, 1..60)
}

/// One of the reports that scorers may hold: the digits of `opinion` are what it says.
fn opinion_of(training: TrainingId, opinion: u64) -> ScorerReport {
	let revealed = count_revealed(&Lessons::<Test>::get(training));
	match opinion % 16 {
		0 => return Report::Unusable(Part::TestSet, Flaw::File(BadReason::Unavailable)),
		1 => return Report::Unusable(Part::Learnware, Flaw::Run(Trap::Imports)),
		2 => return Report::Unusable(Part::State, Flaw::File(BadReason::TooLarge)),
		_ => {},
	}
	let correct = |digit: u64| [0, 5_000, 9_000, 9_800, 9_850, 9_900, 9_990, QUESTIONS][digit as usize % 8];
	let step = |place: u32| match opinion >> (8 + 4 * place) & 15 {
		14 => Scored::Refused(Flaw::File(BadReason::Malformed)),
		15 => Scored::Refused(Flaw::Run(Trap::Fuel)),
		digit => Scored::Scored(correct(digit)),
	};
	let steps = (0..revealed).map(step).collect::<Vec<_>>().try_into().expect("five");
	Report::Taught { before: Ratio::new(correct(opinion >> 4), QUESTIONS), steps, state: state() }
}

fn report_step(
	training: TrainingId,
	scorer: u32,
	opinion: u64,
	call: fn(u32, TrainingId, &ScorerReport) -> ReportCall,
) {
	let live = Trainings::<Test>::get(training);
	if live.is_some_and(|record| matches!(record.phase, Phase::Score { .. })) {
		let _ = send(call(scorer, training, &opinion_of(training, opinion)));
	}
}

fn score_all(training: TrainingId, opinion: u64) {
	// One time in eight, they are of two minds.
	let split = u64::from(opinion >> 56 & 7 == 0);
	let opinion = |scorer: u32| opinion ^ (u64::from(scorer / 2) * split) << 4;
	(0..4).for_each(|scorer| report_step(training, scorer, opinion(scorer), commit_report_call));
	(0..4).for_each(|scorer| report_step(training, scorer, opinion(scorer), reveal_report_call));
}

/// The session that a step is about, if any is on.
fn live(training: TrainingId) -> Option<TrainingId> {
	let mut live: Vec<_> = Trainings::<Test>::iter_keys().collect();
	live.sort_unstable();
	live.get(training as usize % live.len().max(1)).copied()
}

fn try_open_from(from_given: bool, terms: TermsOf<Test>) -> sp_runtime::DispatchResult {
	let state = if from_given { given() } else { Location::default() };
	try_open(STUDENT, state, test_set(STUDENT, PARTS), terms)
}

fn take(step: Step) {
	if take_if_live(step).is_none() {
		assert_eq!(Trainings::<Test>::count(), 0);
	}
}

fn take_if_live(step: Step) -> Option<()> {
	match step {
		Step::Open { terms, from_given } => _ = try_open_from(from_given, terms),
		Step::OpenAndShow { terms, from_given } => {
			if try_open_from(from_given, terms).is_ok() {
				run_to(System::block_number() + 1);
				let _ = show(NextTraining::<Test>::get() - 1);
			}
		},
		Step::Close(training) => _ = LearnwareRewards::close_training(signed(STUDENT), live(training)?),
		Step::Show(training) => _ = show(live(training)?),
		Step::Commit { training, who } => _ = commit(live(training)?, who),
		Step::CommitAll(training) => {
			let training = live(training)?;
			TUTORS.iter().for_each(|who| _ = commit(training, *who));
		},
		Step::Withdraw { training, who } => _ = LearnwareRewards::withdraw_lesson(signed(who), live(training)?),
		Step::Reveal { training, who } => _ = reveal(live(training)?, who),
		Step::RevealAll(training) => {
			let training = live(training)?;
			TUTORS.iter().for_each(|who| _ = reveal(training, *who));
		},
		Step::RevealPart { training, part } => _ = reveal_parts(live(training)?, [part]),
		Step::RevealDue(training) => _ = reveal_due(live(training)?),
		Step::Resolve(training) => _ = LearnwareRewards::resolve(signed(TUTOR), live(training)?),
		Step::CommitReport { training, scorer, opinion } => {
			report_step(live(training)?, scorer, opinion, commit_report_call)
		},
		Step::RevealReport { training, scorer, opinion } => {
			report_step(live(training)?, scorer, opinion, reveal_report_call)
		},
		Step::ScoreAll { training, opinion } => score_all(live(training)?, opinion),
		Step::Epoch { training, opinion } => {
			// As far as it goes; the last digit of the opinion tells whether the student or a tutor is missing.
			let training = live(training)?;
			TUTORS.iter().for_each(|who| _ = commit(training, *who));
			if let Phase::Commit { until } = record(training).phase {
				run_to(until);
			}
			TUTORS.iter().skip((opinion >> 60 & 1) as usize).for_each(|who| _ = reveal(training, *who));
			if opinion >> 60 != 15 {
				let _ = LearnwareRewards::resolve(signed(TUTOR), training);
				run_to(System::block_number() + 20 * (opinion >> 60 & 1));
				if Trainings::<Test>::contains_key(training) {
					let _ = reveal_due(training);
				}
			}
			score_all(training, opinion);
		},
		Step::Wait(blocks) => run_to(System::block_number() + blocks),
	}
	Some(())
}

/// Checks that each session spent exactly what was held for it, and that events account for all that anybody has.
fn check_events() {
	let mut wealth_by_events = BTreeMap::<AccountId, i128>::new();
	let mut change = |who: AccountId, amount: i128| *wealth_by_events.entry(who).or_default() += amount;
	let mut totals = BTreeMap::<TrainingId, (Balance, Balance)>::new();
	let all: Vec<_> = events().collect();
	for event in all.iter().rev() {
		match event {
			Event::EpochSettled { training, lessons, scoring_fee, .. } => {
				let (paid, charged) = totals.entry(*training).or_default();
				for lesson in lessons {
					*paid += lesson.paid;
					*charged += lesson.charged;
					assert!(lesson.paid == 0 || lesson.charged + lesson.slashed == 0, "nobody is paid and punished");
					let taken = lesson.charged + lesson.slashed;
					change(lesson.who, lesson.paid as i128 - taken as i128);
					change(TREASURY, lesson.slashed as i128);
				}
				// Scorers are the only other accounts.
				change(STUDENT, -(*scoring_fee as i128));
				change(SCORER, *scoring_fee as i128);
			},
			Event::TrainingClosed { training, student, end, budget, paid, charged, returned, slashed, .. } => {
				assert_eq!(totals.remove(training).unwrap_or_default(), (*paid, *charged));
				let deposit = if end.costs_deposit() { student_deposit() } else { 0 };
				assert_eq!(budget + charged, paid + returned + slashed - deposit);
				assert!(*returned <= budget.saturating_sub(*paid), "no student gains by charges");
				change(*student, *returned as i128 - *budget as i128 - deposit as i128);
				change(TREASURY, *slashed as i128);
			},
			Event::Unexpected(kind) => panic!("{kind:?}"),
			_ => {},
		}
	}
	assert!(totals.is_empty(), "a session is not closed");
	let scorers: Balance = (SCORER..SCORER + 4).map(wealth).sum();
	let gained = scorers as i128 - 4 * START_BALANCE as i128;
	assert_eq!(wealth_by_events.remove(&SCORER).unwrap_or_default(), gained);
	for who in TUTORS.into_iter().chain([TREASURY]) {
		let expected = START_BALANCE as i128 + wealth_by_events.remove(&who).unwrap_or_default();
		assert_eq!(wealth(who) as i128, expected, "account {who}");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
	#[test]
	fn money_is_conserved_over_any_history(steps in steps()) {
		play(|| {
			for step in steps {
				take(step);
				try_state();
			}
			// However far it came: with the deadlines everything can be resolved by anybody.
			for _ in 0..3 {
				run_to(System::block_number() + 50);
				for training in 0..NextTraining::<Test>::get() {
					let _ = LearnwareRewards::resolve(signed(TUTOR), training);
				}
			}
			assert_gone();
			check_events();
		});
	}
}
