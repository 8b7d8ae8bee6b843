//! What lessons are paid for the scores before and after them.

use learnware_primitives::{
	training::{
		curve::{Curve, Ratio},
		settle, Flaw, Limits, Mode, Outcome, Step, Trap,
	},
	BadReason,
};
use proptest::{collection::vec, prelude::*};
use Mode::{Earn, EarnOrPay};
use Step::{Refused, Scored};

const BUDGET: u128 = 1_000;
const TOTAL: u32 = 100;

/// A straight line: ten units for each answer.
fn line() -> Curve {
	Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(1, 2), max: Ratio::new(1, 1) }
}

fn score(correct: u32) -> Ratio {
	Ratio::new(correct, TOTAL)
}

fn outcome(before: u32, after: impl Into<Option<u32>>, kept: bool, payment: i128) -> Outcome {
	Outcome { before: score(before), after: after.into().map(score), kept, payment }
}

#[test]
fn a_fall_is_left_out_and_costs_only_who_may_pay() {
	let steps = [Scored(50), Scored(30), Scored(40), Scored(60), Scored(60)];
	let fallen = |mode| settle(&line(), BUDGET, mode, score(20), &steps);
	let earn = [
		outcome(20, 50, true, 300),
		outcome(50, 30, false, 0),
		outcome(50, 40, false, 0),
		outcome(50, 60, true, 100),
		outcome(60, 60, true, 0),
	];
	assert_eq!(fallen(Earn), earn);
	let paid = [-200, -100];
	let both = earn.map(|step| match step.after {
		Some(Ratio { numerator: 30, .. }) => Outcome { payment: paid[0], ..step },
		Some(Ratio { numerator: 40, .. }) => Outcome { payment: paid[1], ..step },
		_ => step,
	});
	assert_eq!(fallen(EarnOrPay), both, "measured from what is kept, not from the fall before");
}

#[test]
fn what_was_refused_changes_nothing() {
	let flaws = [Flaw::File(BadReason::Unavailable), Flaw::Run(Trap::Fuel)];
	let steps = [Refused(flaws[0]), Scored(30), Refused(flaws[1]), Scored(40)];
	let outcomes = settle(&line(), BUDGET, EarnOrPay, score(20), &steps);
	let expected = [
		outcome(20, None, false, 0),
		outcome(20, 30, true, 100),
		outcome(30, None, false, 0),
		outcome(30, 40, true, 100),
	];
	assert_eq!(outcomes, expected);
	assert_eq!(settle(&line(), BUDGET, Earn, score(20), &[]), []);
}

#[test]
fn limits_are_bounded() {
	assert!(Limits::MAX.is_valid() && Limits { fuel: 1, memory: 1, state: 1 }.is_valid());
	let Limits { fuel, memory, state } = Limits::MAX;
	for fuel in [0, fuel + 1] {
		assert!(!Limits { fuel, ..Limits::MAX }.is_valid());
	}
	for memory in [0, memory + 1] {
		assert!(!Limits { memory, ..Limits::MAX }.is_valid());
	}
	for state in [0, state + 1] {
		assert!(!Limits { state, ..Limits::MAX }.is_valid());
	}
}

fn curves() -> impl Strategy<Value = Curve> {
	let log = (1..99u32).prop_map(|mid| Curve::Logarithmic {
		min: Ratio::new(0, 1),
		mid: Ratio::new(mid, 100),
		max: Ratio::new(1, 1),
	});
	prop_oneof![log, (3..100_000u32).prop_map(|h| Curve::ErrorLog { h })]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let step = prop_oneof![
		4 => (0..=1_000u32).prop_map(Scored),
		1 => Just(Refused(Flaw::Run(Trap::Unreachable))),
	];
	vec(step, 0..64)
}

proptest! {
	#[test]
	fn rises_add_up_to_the_curve(curve in curves(), steps in steps(), before in 0..=1_000u32, budget in 0..u128::MAX / 2) {
		let before = Ratio::new(before, 1_000);
		let outcomes = settle(&curve, budget, EarnOrPay, before, &steps);
		prop_assert_eq!(outcomes.len(), steps.len());
		let last = outcomes.iter().rev().find(|outcome| outcome.kept).and_then(|outcome| outcome.after).unwrap_or(before);
		let rises: i128 = outcomes.iter().map(|outcome| outcome.payment.max(0)).sum();
		prop_assert_eq!(rises, curve.payment(budget, before, last), "nothing is paid twice, whatever fell in between");
		prop_assert!(rises.unsigned_abs() <= budget);

		let mut known = before;
		for outcome in &outcomes {
			prop_assert_eq!(outcome.before, known);
			let Some(after) = outcome.after else {
				prop_assert!(!outcome.kept && outcome.payment == 0);
				continue;
			};
			prop_assert_eq!(outcome.kept, after.numerator >= known.numerator);
			prop_assert_eq!(outcome.payment, curve.payment(budget, known, after));
			known = if outcome.kept { after } else { known };
		}

		let earned: Vec<_> = outcomes.into_iter().map(|outcome| Outcome { payment: outcome.payment.max(0), ..outcome }).collect();
		prop_assert_eq!(settle(&curve, budget, Earn, before, &steps), earned, "the mode changes only what a fall costs");
	}
}
