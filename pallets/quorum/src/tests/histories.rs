//! Random histories: each round is decided by more than two thirds or not at all, and leaves nothing behind.

use crate::{mock::*, *};
use proptest::prelude::*;

/// One step of a history. Steps that are illegal at their time are refused, and change nothing.
#[derive(Clone, Debug)]
enum Step {
	Open,
	Commit { id: u32, scorer: u32, report: Report },
	Reveal { id: u32, scorer: u32, report: Report },
	CommitAll { id: u32, report: Report },
	RevealAll { id: u32, report: Report },
	Resolve,
	Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let report = (prop::sample::select(vec![7, 8, ANSWERS]), 0u32..2);
	let (id, scorer) = (0u32..3, 0u32..6);
	let step = prop_oneof![
		2 => Just(Step::Open),
		4 => (id.clone(), scorer.clone(), report.clone())
			.prop_map(|(id, scorer, report)| Step::Commit { id, scorer, report }),
		4 => (id.clone(), scorer, report.clone())
			.prop_map(|(id, scorer, report)| Step::Reveal { id, scorer, report }),
		1 => (id.clone(), report.clone()).prop_map(|(id, report)| Step::CommitAll { id, report }),
		1 => (id, report).prop_map(|(id, report)| Step::RevealAll { id, report }),
		1 => Just(Step::Resolve),
		2 => (1..PERIOD).prop_map(Step::Wait),
	];
	prop::collection::vec(step, 1..60)
}

fn take(step: Step, next: &mut u32) {
	let is_open = |id: u32| Rounds::get().contains_key(&(false, id));
	match step {
		// Numbers are never used again.
		Step::Open if *next >= 3 => {},
		Step::Open => {
			open(*next);
			*next += 1;
		},
		Step::Commit { id, scorer, report } if is_open(id) => _ = send(commit(scorer, id, report)),
		Step::Reveal { id, scorer, report } if is_open(id) => _ = send(reveal(scorer, id, report)),
		Step::CommitAll { id, report } => {
			(0..5).filter(|_| is_open(id)).for_each(|scorer| _ = send(commit(scorer, id, report)))
		},
		Step::RevealAll { id, report } => {
			for scorer in 0..5 {
				if is_open(id) {
					let _ = send(reveal(scorer, id, report));
				}
			}
		},
		Step::Resolve => resolve_overdue(),
		Step::Wait(blocks) => System::set_block_number(System::block_number() + blocks),
		Step::Commit { .. } | Step::Reveal { .. } => {},
	}
}

/// Checks the decision on a piece of work against the events.
fn check_decision(id: u32, decision: &Conclusion) {
	let hash = |report: &Report| sp_core::H256(sp_io::hashing::blake2_256(&parity_scale_codec::Encode::encode(report)));
	let revealed: Vec<_> = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::First(Event::ReportRevealed { work, scorer, report, .. }) if work == id => {
				Some((scorer, report))
			},
			_ => None,
		})
		.collect();
	let votes = |report: sp_core::H256| revealed.iter().filter(|(_, other)| *other == report).count();
	match decision {
		Some(Decision { report, agreeing }) => {
			assert_eq!(votes(hash(report)), agreeing.len());
			assert!(agreeing.len() * 3 > 5 * 2);
		},
		None => assert!(revealed.iter().all(|(_, report)| votes(*report) * 3 <= 5 * 2)),
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]
	#[test]
	fn more_than_two_thirds_decide_over_any_history(steps in steps()) {
		play(|| {
			ScorerCount::set(5);
			let mut next = 0;
			for step in steps {
				take(step, &mut next);
				check();
			}
			System::set_block_number(System::block_number() + PERIOD);
			resolve_overdue();
			assert!(Rounds::get().is_empty());
			assert_eq!(stored(), 0);
			let concluded = Concluded::get();
			assert_eq!(concluded.len() as u32, next);
			concluded.iter().for_each(|(_, id, decision)| check_decision(*id, decision));
		});
	}
}
