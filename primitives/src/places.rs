//! Places and what they pay.

use alloc::{vec, vec::Vec};
use core::cmp::Reverse;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Parts per million.
pub const PPM: u32 = 1_000_000;

/// How the bounty is spread over the places.
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
}

/// Largest ratio whose places together stay within the bounty.
pub const MAX_RATIO: u32 = PPM / 2;

/// Why a payout cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PayoutError {
	/// `ratio` is not in `1..=MAX_RATIO`.
	Ratio,
}

impl core::fmt::Display for PayoutError {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		match self {
			Self::Ratio => write!(f, "ratio must be between 1 and {MAX_RATIO} parts per million"),
		}
	}
}

impl core::error::Error for PayoutError {}

impl Payout {
	/// Checks that the places together stay within the bounty, and that the first one pays.
	pub fn validate(&self) -> Result<(), PayoutError> {
		match *self {
			Self::Geometric { ratio: 1..=MAX_RATIO } => Ok(()),
			Self::Geometric { .. } => Err(PayoutError::Ratio),
		}
	}

	/// What the places pay, best first. A ratio above [`MAX_RATIO`] counts as [`MAX_RATIO`].
	fn places(&self, bounty: u128) -> impl Iterator<Item = u128> {
		let Self::Geometric { ratio } = *self;
		let ratio = ratio.min(MAX_RATIO);
		let mut amount = bounty;
		core::iter::repeat_with(move || {
			amount = share(amount, ratio);
			amount
		})
	}
}

/// `floor(amount * ratio / PPM)` for a ratio up to [`PPM`], without overflow of the product.
fn share(amount: u128, ratio: u32) -> u128 {
	const WHOLE: u128 = PPM as u128;
	let ratio = ratio.into();
	let of_remainder = (amount % WHOLE).saturating_mul(ratio) / WHOLE;
	(amount / WHOLE).saturating_mul(ratio).saturating_add(of_remainder)
}

impl Default for Payout {
	/// Half to the first, a quarter to the second, and so on.
	fn default() -> Self {
		Self::Geometric { ratio: PPM / 2 }
	}
}

/// What each label is paid, in the order of `ranked`: `Some(score)` for one that may take a place, `None`
/// for one that may not. Higher scores take better places; equal scores share the sum of the places they
/// occupy, rounded down. The sum never exceeds `bounty`, whatever the payout.
pub fn prizes(payout: &Payout, ranked: &[Option<i128>], bounty: u128) -> Vec<u128> {
	let mut ranking = ranked
		.iter()
		.enumerate()
		.filter_map(|(label, score)| score.map(|score| (Reverse(score), label)))
		.collect::<Vec<_>>();
	ranking.sort_unstable();

	let mut prizes = vec![0; ranked.len()];
	let mut places = payout.places(bounty);
	for tied in ranking.chunk_by(|(left, _), (right, _)| left == right) {
		let pot = places.by_ref().take(tied.len()).fold(0, u128::saturating_add);
		let prize = pot.checked_div(tied.len() as u128).unwrap_or(0);
		for (_, label) in tied {
			if let Some(paid) = prizes.get_mut(*label) {
				*paid = prize;
			}
		}
	}
	prizes
}
