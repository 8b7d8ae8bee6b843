//! What a rise of a model's score is worth.
//!
//! A [`Curve`] says how much of a budget a score has earned; a step from one score to another pays the difference.
//! Differences telescope: to split a step, or to take steps in another order, changes no sum, and all steps together
//! pay at most the budget. All amounts are in the smallest unit of the budget's currency.

mod error_log;
mod exp2;
mod log2;
mod logarithmic;

use crate::{named::named, places::share};
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A score, correct answers out of all, or a bound of scores. Equality is that of the two numbers: 1/2 is not 2/4 here,
/// but no curve tells them apart.
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
#[serde(deny_unknown_fields)]
pub struct Ratio {
	/// Correct answers.
	pub numerator: u32,
	/// All answers.
	pub denominator: u32,
}

impl Ratio {
	/// `numerator / denominator`.
	pub const fn new(numerator: u32, denominator: u32) -> Self {
		Self { numerator, denominator }
	}

	/// Whether the value is less than that of `other`; neither denominator is 0.
	fn is_below(self, other: Self) -> bool {
		product(self.numerator, other.denominator) < product(other.numerator, self.denominator)
	}
}

impl core::fmt::Display for Ratio {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "{}/{}", self.numerator, self.denominator)
	}
}

/// How much of the budget B the score s has earned. Both curves are steeper the nearer s is to the top, for the last
/// answers are the hardest to get right.
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
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Curve {
	/// `R(s) = B * 2^(-log2(x) / log2(x_mid))`, where `x = (s - min) / (max - min)` and `x_mid` is that of `mid`: nothing
	/// up to `min`, half at `mid`, all from `max` on. A straight line if `mid` is the mean of `min` and `max`; below
	/// the mean, it is steepest at `min`.
	#[codec(index = 0)]
	Logarithmic {
		/// Up to here nothing is earned.
		min: Ratio,
		/// Here half is earned: above `min` and below `max`.
		mid: Ratio,
		/// From here on all is earned: at most 1.
		max: Ratio,
	},
	/// `R(s) = B * (1 - ln(1 + h (h - 2) (1 - s)) / (2 ln(h - 1)))`: linear in the logarithm of the error, nothing at 0,
	/// half at `1 - 1/h`, all at 1.
	#[codec(index = 1)]
	ErrorLog {
		/// Half of the budget is for the last h-th of the answers; at least [`MIN_H`].
		h: u32,
	},
}

named! {
	/// A way to spread a budget over scores.
	CurveKind {
		Logarithmic = "logarithmic": "A power of the score: nothing, half and all at three scores",
		ErrorLog = "error-log": "Linear in the logarithm of the error: half for the last h-th of the answers",
	}
}

impl CurveKind {
	/// With the usual parameters: half of the budget is for the last hundredth of the score.
	pub const fn usual(self) -> Curve {
		match self {
			Self::Logarithmic => {
				Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(99, 100), max: Ratio::new(1, 1) }
			},
			Self::ErrorLog => Curve::ErrorLog { h: 100 },
		}
	}
}

/// Smallest `h` of [`Curve::ErrorLog`]: with 2 it would be a straight line, to which its formula is a limit only.
pub const MIN_H: u32 = 3;

/// Why a curve cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CurveError {
	/// A denominator is 0.
	Denominator,
	/// `min` is not below `mid`.
	Min,
	/// `mid` is not below `max`.
	Mid,
	/// `max` is above 1, which no score reaches.
	Max,
	/// `h` is below [`MIN_H`].
	H,
}

impl core::fmt::Display for CurveError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Denominator => f.write_str("the denominators of min, mid and max must not be 0"),
			Self::Min => f.write_str("min must be below mid"),
			Self::Mid => f.write_str("mid must be below max"),
			Self::Max => f.write_str("max must be at most 1"),
			Self::H => write!(f, "h must be at least {MIN_H}"),
		}
	}
}

impl core::error::Error for CurveError {}

impl Curve {
	/// Which of the ways it is.
	pub fn kind(&self) -> CurveKind {
		match self {
			Self::Logarithmic { .. } => CurveKind::Logarithmic,
			Self::ErrorLog { .. } => CurveKind::ErrorLog,
		}
	}

	/// Checks that the curve rises from nothing to the whole budget.
	pub fn validate(&self) -> Result<(), CurveError> {
		match *self {
			Self::Logarithmic { min, mid, max } => {
				if [min, mid, max].iter().any(|bound| bound.denominator == 0) {
					return Err(CurveError::Denominator);
				}
				if !min.is_below(mid) {
					return Err(CurveError::Min);
				}
				if !mid.is_below(max) {
					return Err(CurveError::Mid);
				}
				if max.numerator > max.denominator {
					return Err(CurveError::Max);
				}
				Ok(())
			},
			Self::ErrorLog { h: MIN_H.. } => Ok(()),
			Self::ErrorLog { .. } => Err(CurveError::H),
		}
	}

	/// What `score` has earned of `budget` in all: at most the budget, never less for a higher score or a larger budget.
	///
	/// It is the floor of `budget` times a share whose error is less than 2^-55 ([`Curve::Logarithmic`]) or 2^-47
	/// ([`Curve::ErrorLog`]); the share is exactly 0, 1/2 and 1 where the curve is. Scores that are equal as fractions
	/// earn the same. A score without answers (0 in the denominator) has earned nothing, a score above 1 counts as 1, and
	/// on a curve that does not [`validate`](Self::validate) nothing is ever earned.
	pub fn reward(&self, budget: u128, score: Ratio) -> u128 {
		if self.validate().is_err() || score.denominator == 0 {
			return 0;
		}
		match *self {
			Self::Logarithmic { min, mid, max } => logarithmic::reward(budget, score, [min, mid, max]),
			Self::ErrorLog { h } => error_log::reward(budget, score, h),
		}
	}

	/// What the step from one score to another pays: `reward(to) - reward(from)`. Above 0 it is owed to the tutor, below 0
	/// by the tutor.
	///
	/// Exact, so that the payments along any path add up to that of its ends, for a budget below 2^127; a payment that is
	/// larger saturates.
	pub fn payment(&self, budget: u128, from: Ratio, to: Ratio) -> i128 {
		let (before, after) = (self.reward(budget, from), self.reward(budget, to));
		let size = i128::try_from(before.abs_diff(after)).unwrap_or(i128::MAX);
		if after < before {
			size.saturating_neg()
		} else {
			size
		}
	}
}

/// The product of two `u32`, which a `u64` always holds.
fn product(left: u32, right: u32) -> u64 {
	u64::from(left).saturating_mul(right.into())
}
