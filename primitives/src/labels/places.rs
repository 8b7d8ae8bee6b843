//! Places and what they pay.
//!
//! Labels are ranked by score; place 1 is the best. A [`Payout`] says what each place pays, [`Duplicates`]
//! says who takes a place, [`prizes`] is what each label gets. All amounts are in the smallest unit of the
//! bounty's currency, and every division rounds down: what is not assigned stays with the bounty's owner.

mod copy_attack;
mod softmax;

pub use copy_attack::{copy_attack, CopyAttack};

use crate::named::named;
use alloc::{vec, vec::Vec};
use core::{cmp::Reverse, iter};
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Parts per million.
pub const PPM: u32 = 1_000_000;

/// [`PPM`] in the type of the amounts.
const WHOLE: u128 = PPM as u128;

/// How the bounty is spread over the places.
///
/// All but [`Geometric`](Self::Geometric) depend on the number N of places taken and give the n-th place
/// `floor(bounty * w_n / (w_1 + .. + w_N))`: the whole bounty, but for less than N units of dust.
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
pub enum Payout {
	/// The n-th place (n = 1, 2, ..) gets `bounty * ratio^n`, rounded down at each step.
	#[codec(index = 0)]
	Geometric {
		/// Ratio in parts per million, 1 to [`MAX_RATIO`].
		ratio: u32,
	},
	/// `w_n = exp(-(n - 1) * PPM / temperature)`, each to within 2^-53: at a temperature of `t * PPM`, the place
	/// t further down gets 1/e as much.
	#[codec(index = 1)]
	Softmax {
		/// In millionths of a place, [`MIN_TEMPERATURE`] to [`MAX_TEMPERATURE`].
		temperature: u32,
	},
	/// `w_n = N - n + 1`: the last place gets one part, the one before it two, and so on.
	#[codec(index = 2)]
	Linear,
	/// `w_n = 1`: the same for each place.
	#[codec(index = 3)]
	Equal,
	/// `w_1 = 1`, all others 0: the first place gets the bounty.
	#[codec(index = 4)]
	WinnerTakesAll,
}

named! {
	/// A way to spread the bounty over the places.
	PayoutKind {
		Geometric = "geometric": "Half to the first place, a quarter to the second, and so on; or another ratio",
		Softmax = "softmax": "The same fall from place to place, and nothing is left over",
		Linear = "linear": "Of n places, n parts to the first, one less to each next one",
		Equal = "equal": "The same to each place",
		WinnerTakesAll = "winner-takes-all": "All to the first place",
	}
}

impl PayoutKind {
	/// With the usual parameters, if it has any.
	pub const fn usual(self) -> Payout {
		match self {
			Self::Geometric => Payout::Geometric { ratio: PPM / 2 },
			Self::Softmax => Payout::Softmax { temperature: 2 * PPM },
			Self::Linear => Payout::Linear,
			Self::Equal => Payout::Equal,
			Self::WinnerTakesAll => Payout::WinnerTakesAll,
		}
	}
}

/// Largest ratio whose places together stay within the bounty.
pub const MAX_RATIO: u32 = PPM / 2;

/// Lowest temperature, a tenth of a place: the second place gets 1/22026 of the first.
pub const MIN_TEMPERATURE: u32 = PPM / 10;

/// Highest temperature, 64 places: the second place gets 0.984 of the first.
pub const MAX_TEMPERATURE: u32 = 64 * PPM;

/// Why a payout cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PayoutError {
	/// `ratio` is not in `1..=MAX_RATIO`.
	Ratio,
	/// `temperature` is not in `MIN_TEMPERATURE..=MAX_TEMPERATURE`.
	Temperature,
}

impl core::fmt::Display for PayoutError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Ratio => write!(f, "ratio must be between 1 and {MAX_RATIO} parts per million"),
			Self::Temperature => {
				write!(f, "temperature must be between {MIN_TEMPERATURE} and {MAX_TEMPERATURE} millionths of a place")
			},
		}
	}
}

impl core::error::Error for PayoutError {}

impl core::fmt::Display for Payout {
	/// What each place gets, in words.
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match *self {
			Self::Geometric { ratio } => {
				let ratio = Decimal { number: ratio, digits: 4 };
				write!(f, "{ratio}% of the bounty to the first place, and to each next one {ratio}% of the one before")
			},
			Self::Softmax { temperature } => {
				let temperature = Decimal { number: temperature, digits: 6 };
				write!(f, "all of the bounty, to each place e^(-1/{temperature}) of the one before")
			},
			Self::Linear => {
				f.write_str("all of the bounty: of n places, n parts to the first, one less to each next one")
			},
			Self::Equal => f.write_str("all of the bounty, the same to each place"),
			Self::WinnerTakesAll => f.write_str("all of the bounty to the first place"),
		}
	}
}

/// A number in units of `10^-digits`, shown without zeros at its end.
struct Decimal {
	number: u32,
	digits: usize,
}

impl core::fmt::Display for Decimal {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		let unit = 10u32.saturating_pow(self.digits as u32);
		let whole = self.number.checked_div(unit).unwrap_or_default();
		let fraction = self.number.checked_rem(unit).unwrap_or_default();
		write!(f, "{whole}")?;
		let fraction = alloc::format!("{fraction:0digits$}", digits = self.digits);
		match fraction.trim_end_matches('0') {
			"" => Ok(()),
			fraction => write!(f, ".{fraction}"),
		}
	}
}

impl Payout {
	/// Which of the ways it is.
	pub fn kind(&self) -> PayoutKind {
		match self {
			Self::Geometric { .. } => PayoutKind::Geometric,
			Self::Softmax { .. } => PayoutKind::Softmax,
			Self::Linear => PayoutKind::Linear,
			Self::Equal => PayoutKind::Equal,
			Self::WinnerTakesAll => PayoutKind::WinnerTakesAll,
		}
	}

	/// Checks that the places together stay within the bounty, and that the first one pays.
	pub fn validate(&self) -> Result<(), PayoutError> {
		match *self {
			Self::Geometric { ratio: 1..=MAX_RATIO } => Ok(()),
			Self::Geometric { .. } => Err(PayoutError::Ratio),
			Self::Softmax { temperature: MIN_TEMPERATURE..=MAX_TEMPERATURE } => Ok(()),
			Self::Softmax { .. } => Err(PayoutError::Temperature),
			Self::Linear | Self::Equal | Self::WinnerTakesAll => Ok(()),
		}
	}
}

impl Default for Payout {
	/// Half to the first, a quarter to the second, and so on.
	fn default() -> Self {
		PayoutKind::Geometric.usual()
	}
}

/// Who takes a place when several labels have the same content. The consensus counts all of them, always.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
	/// Each label takes a place. For tasks where honest people often give the same label.
	#[default]
	#[codec(index = 0)]
	Share,
	/// Labels of the same content take one place together, at the best score among them, and share its
	/// prize. For tasks where the same content twice is a copy.
	#[codec(index = 1)]
	Collapse,
}

/// A label that may take a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ranked {
	/// Higher scores take better places.
	pub score: i128,
	/// The same for labels of the same content, e.g. the index of the first of them. Only
	/// [`Duplicates::Collapse`] reads it.
	pub content: u32,
}

/// What the places pay when `taken` of them are taken and none are tied, best first. A better place never
/// pays less, and the sum never exceeds `bounty`, whatever the payout: a parameter outside of its bounds
/// counts as the nearest bound, except the ratio 0, which pays nothing. Time and memory grow with `taken`.
pub fn places(payout: &Payout, taken: u32, bounty: u128) -> Vec<u128> {
	let count = taken as usize;
	match *payout {
		Payout::Geometric { ratio } => {
			let ratio = ratio.min(MAX_RATIO).into();
			let amounts = iter::successors(Some(bounty), |amount| Some(share(*amount, ratio, WHOLE)));
			amounts.skip(1).take(count).collect()
		},
		Payout::Softmax { temperature } => {
			let temperature = temperature.clamp(MIN_TEMPERATURE, MAX_TEMPERATURE);
			by_weight(softmax::weights(temperature).take(count), bounty)
		},
		Payout::Linear => by_weight((1..=taken).rev().map(u128::from), bounty),
		Payout::Equal => by_weight(iter::repeat_n(1, count), bounty),
		Payout::WinnerTakesAll => by_weight(iter::once(1).chain(iter::repeat(0)).take(count), bounty),
	}
}

/// `floor(bounty * weight / sum of the weights)` for each weight.
///
/// The largest weight times the sum must fit a u128: it is below 2^32 * 2^63 for [`Payout::Linear`], and
/// below 2^60 * 2^67 for [`Payout::Softmax`].
fn by_weight(weights: impl Iterator<Item = u128> + Clone, bounty: u128) -> Vec<u128> {
	let whole = weights.clone().fold(0, u128::saturating_add);
	weights.map(|weight| share(bounty, weight, whole)).collect()
}

/// So many parts per million of an amount, rounded down; at most all of it.
pub fn parts_per_million(parts: u32, amount: u128) -> u128 {
	share(amount, parts.min(PPM).into(), WHOLE)
}

/// `floor(amount * part / whole)` where `part * whole` fits a u128; saturates if the result does not.
///
/// With `amount = q * whole + r` this is `q * part + floor(r * part / whole)`, exactly. 0 if `whole` is.
pub(crate) fn share(amount: u128, part: u128, whole: u128) -> u128 {
	let quotient = amount.checked_div(whole).unwrap_or(0);
	let remainder = amount.checked_rem(whole).unwrap_or(0);
	let of_remainder = remainder.saturating_mul(part).checked_div(whole).unwrap_or(0);
	quotient.saturating_mul(part).saturating_add(of_remainder)
}

/// A label's claim to a place, in the order that puts equal contents together, the best first.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Claim {
	content: u64,
	score: Reverse<i128>,
	label: usize,
}

impl Claim {
	fn new(duplicates: Duplicates, label: usize, ranked: Ranked) -> Self {
		let content = match duplicates {
			Duplicates::Share => label as u64,
			Duplicates::Collapse => ranked.content.into(),
		};
		Self { content, score: Reverse(ranked.score), label }
	}
}

/// What each label is paid, in the order of `ranked`: `Some` for one that may take a place, `None` for one
/// that may not. Higher scores take better places; equal scores share the sum of the places they occupy,
/// rounded down. Under [`Duplicates::Collapse`] a content takes part like one label, with the best score
/// among its labels, and they share what it gets, rounded down again. The number of places taken, on which
/// some payouts depend, is that of labels or of contents.
///
/// The sum never exceeds `bounty`, whatever the payout. Time is that of sorting `ranked`.
pub fn prizes(payout: &Payout, duplicates: Duplicates, ranked: &[Option<Ranked>], bounty: u128) -> Vec<u128> {
	let claims = ranked.iter().enumerate();
	let claims = claims.filter_map(|(label, ranked)| ranked.map(|ranked| Claim::new(duplicates, label, ranked)));
	let mut claims = claims.collect::<Vec<_>>();
	claims.sort_unstable();

	let mut takers = claims.chunk_by(|left, right| left.content == right.content).collect::<Vec<_>>();
	let best = |taker: &[Claim]| taker.first().map(|claim| claim.score);
	takers.sort_unstable_by_key(|taker| best(taker));

	let mut prizes = vec![0; ranked.len()];
	let taken = u32::try_from(takers.len()).unwrap_or(u32::MAX);
	let mut places = places(payout, taken, bounty).into_iter();
	for tied in takers.chunk_by(|left, right| best(left) == best(right)) {
		let pot = places.by_ref().take(tied.len()).fold(0, u128::saturating_add);
		let prize = divided(pot, tied.len());
		for taker in tied {
			for claim in *taker {
				if let Some(paid) = prizes.get_mut(claim.label) {
					*paid = divided(prize, taker.len());
				}
			}
		}
	}
	prizes
}

/// `floor(pot / heads)`.
fn divided(pot: u128, heads: usize) -> u128 {
	pot.checked_div(heads as u128).unwrap_or(0)
}
