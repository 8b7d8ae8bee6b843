//! What each lesson is paid, and whether it is kept.

use super::{
	curve::{Curve, Ratio},
	report::Step,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// When lessons are scored.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
	/// All together, on all of the test set that was not shown before.
	#[codec(index = 0)]
	AtEnd,
	/// In epochs, each on a part of the test set that was not shown before.
	#[codec(index = 1)]
	PerStep,
}

/// Whether a lesson can cost its tutor something.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
	/// A lesson that makes the learnware worse earns nothing.
	#[codec(index = 0)]
	Earn,
	/// It costs what the fall is worth, at most the deposit.
	#[codec(index = 1)]
	EarnOrPay,
}

/// What became of one step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outcome {
	/// Score before the lesson: that after the last lesson that was kept.
	pub before: Ratio,
	/// Score after it, if it was taught.
	pub after: Option<Ratio>,
	/// Whether the learnware has learned it. A lesson that makes it worse is left out, so that nobody can make it worse
	/// in one name and better in another.
	pub kept: bool,
	/// Above 0, what the curve gives the tutor for the rise; below 0, what it takes for the fall, of which the deposit is
	/// all that can be taken.
	pub payment: i128,
}

/// Whether a lesson that brings the score from `before` to `after` is kept: what the tutor is paid, which state is the
/// student's, and what the next lesson builds on all hang on this.
///
/// Of two scores on the same test set. One that changes nothing is kept.
pub fn is_kept(before: Ratio, after: Ratio) -> bool {
	after.numerator >= before.numerator
}

/// What each step is worth, one after the other. All payments above 0 together are at most `reward(last) - reward(before)`.
pub fn settle(curve: &Curve, budget: u128, mode: Mode, before: Ratio, steps: &[Step]) -> Vec<Outcome> {
	let mut known = before;
	steps
		.iter()
		.map(|step| {
			let outcome = settle_step(curve, budget, mode, known, *step);
			known = outcome.after.filter(|_| outcome.kept).unwrap_or(known);
			outcome
		})
		.collect()
}

/// What one step is worth to which `before` is known: the difference of the curve before and after it. A fall is worth
/// nothing where tutors only earn.
pub fn settle_step(curve: &Curve, budget: u128, mode: Mode, before: Ratio, step: Step) -> Outcome {
	let Step::Scored(correct) = step else { return Outcome { before, after: None, kept: false, payment: 0 } };
	let after = Ratio::new(correct, before.denominator);
	let kept = is_kept(before, after);
	let payment = match (kept, mode) {
		(false, Mode::Earn) => 0,
		_ => curve.payment(budget, before, after),
	};
	Outcome { before, after: Some(after), kept, payment }
}
