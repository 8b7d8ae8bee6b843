//! Random histories: whatever happens, all that was held is held, released or slashed, and scorers have a bond.

use super::*;
use crate::{Bonds, HoldReason, Scorers as SessionScorers};
use frame_support::traits::fungible::{Inspect, InspectHold};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One step of a history. Steps that are illegal at their time are refused, and change nothing.
#[derive(Clone, Debug)]
enum Step {
	Bond(u64),
	Unbond(u64),
	Add(u64),
	Remove(u64),
	SetKeys(u64, u8),
	LoseKeys(u64),
	/// So many deviations of a scorer in a session that began so many sessions ago.
	Deviate {
		ago: u32,
		scorer: u32,
		times: u32,
	},
	Absent {
		ago: u32,
		scorer: u32,
	},
	Rotate(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let (ago, scorer) = (0..HISTORY + 2, 0u32..5);
	let step = prop_oneof![
		3 => ACCOUNTS.prop_map(Step::Bond),
		3 => ACCOUNTS.prop_map(Step::Unbond),
		3 => ACCOUNTS.prop_map(Step::Add),
		2 => ACCOUNTS.prop_map(Step::Remove),
		1 => (ACCOUNTS, 1u8..5).prop_map(|(who, version)| Step::SetKeys(who, version)),
		1 => ACCOUNTS.prop_map(Step::LoseKeys),
		4 => (ago.clone(), scorer.clone(), 1u32..9)
			.prop_map(|(ago, scorer, times)| Step::Deviate { ago, scorer, times }),
		1 => (ago, scorer).prop_map(|(ago, scorer)| Step::Absent { ago, scorer }),
		3 => (1u32..4).prop_map(Step::Rotate),
	];
	prop::collection::vec(step, 1..80)
}

fn session() -> u32 {
	pallet_session::CurrentIndex::<Test>::get()
}

fn bonded(who: u64) -> u128 {
	Bonds::<Test>::get(who).map_or(0, |bonded| bonded.amount)
}

/// What went into and out of the bond of an account.
#[derive(Clone, Copy, Debug, Default)]
struct Flow {
	bonded: u128,
	released: u128,
	slashed: u128,
}

/// The books, kept from events alone.
struct Books(BTreeMap<u64, Flow>);

impl Books {
	/// At genesis, of which no event tells.
	fn open() -> Self {
		System::reset_events();
		Self(ACCOUNTS.map(|who| (who, Flow { bonded: bonded(who), ..Flow::default() })).collect())
	}

	fn flow(&mut self, who: u64) -> &mut Flow {
		self.0.get_mut(&who).expect("only these accounts bond")
	}

	/// Enter what has happened since the last time.
	fn enter(&mut self) {
		for event in System::read_events_for_pallet::<Event<Test>>() {
			match event {
				Event::Bonded { who, amount } => self.flow(who).bonded += amount,
				Event::Unbonded { who, amount } => self.flow(who).released += amount,
				Event::ScorerDeviated { who, slashed, .. } => self.flow(who).slashed += slashed,
				_ => {},
			}
		}
		System::reset_events();
	}

	/// All that was held is held still, was released, or was slashed; and nobody lost anything else.
	fn check(&self) {
		for (who, flow) in &self.0 {
			let held = Balances::balance_on_hold(&HoldReason::Bond.into(), who);
			assert_eq!(held, bonded(*who));
			assert_eq!(flow.bonded, held + flow.released + flow.slashed);
			assert_eq!(Balances::total_balance(who), ENDOWMENT - flow.slashed);
		}
		let slashed: u128 = self.0.values().map(|flow| flow.slashed).sum();
		assert_eq!(Balances::balance(&TREASURY), slashed);
		assert_eq!(Balances::total_issuance(), ENDOWMENT * self.0.len() as u128);
	}
}

/// A deviation takes a tenth of what is left, rounded up, if its session is remembered, and nothing else changes.
fn deviate(session: u32, index: u32) {
	let scorer = ValidatorSet::scorer(session, index).map(|(who, _)| who);
	let before: Vec<_> = ACCOUNTS.map(bonded).collect();
	ValidatorSet::report_deviant(session, index);
	for (who, before) in ACCOUNTS.zip(before) {
		let lost = if scorer == Some(who) { before.div_ceil(10) } else { 0 };
		assert_eq!(bonded(who), before - lost);
	}
}

/// Whoever releases its bond has no report left that could be judged.
fn release(who: u64) {
	if unbond(who).is_ok() {
		let mut scorers = SessionScorers::<Test>::iter_values();
		assert!(scorers.all(|scorers| scorers.iter().all(|(scorer, _)| *scorer != who)), "{who} can still be judged");
	}
}

fn take(step: Step) {
	match step {
		Step::Bond(who) => _ = bond(who),
		Step::Unbond(who) => release(who),
		Step::Add(who) => _ = add(who),
		Step::Remove(who) => _ = remove(who),
		Step::SetKeys(who, version) => set_keys(who, version),
		Step::LoseKeys(who) => pallet_session::NextKeys::<Test>::remove(who),
		Step::Deviate { ago, scorer, times } => {
			(0..times).for_each(|_| deviate(session().saturating_sub(ago), scorer));
		},
		Step::Absent { ago, scorer } => ValidatorSet::report_absent(session().saturating_sub(ago), scorer),
		Step::Rotate(sessions) => run_to_session(session() + sessions),
	}
	assert!(!Validators::<Test>::get().is_empty());
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
	#[test]
	fn bonds_are_conserved_over_any_history(steps in steps()) {
		ExtBuilder::default().execute(|| {
			ACCOUNTS.for_each(|who| set_keys(who, 0));
			let mut books = Books::open();
			for step in steps {
				take(step);
				books.enter();
				books.check();
				ValidatorSet::do_try_state().expect("invariants hold after every step");
			}

			// However far it came: all but the last validator can leave, and all that have left get back what they own.
			while remove(Validators::<Test>::get()[0]).is_ok() {}
			run_to_session(session() + 2 + HISTORY);
			let last = Validators::<Test>::get()[0];
			ACCOUNTS.for_each(release);
			books.enter();
			books.check();
			for (who, flow) in books.0.iter().filter(|(who, _)| **who != last) {
				assert_eq!(flow.bonded, flow.released + flow.slashed);
				assert_eq!(Balances::balance(who), ENDOWMENT - flow.slashed);
			}
		});
	}
}
