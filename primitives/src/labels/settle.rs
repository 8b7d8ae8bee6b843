//! What a game's money comes to, from its end, its terms and the verdicts.
//!
//! The chain moves the money; who gets how much is decided here, so that anybody finds the same amounts again.

use crate::{
	places::{parts_per_million, prizes, Duplicates, Payout, Ranked},
	GoldUse, Verdict,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Serialize;

/// How a game ends.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum End {
	/// Places were paid.
	#[codec(index = 0)]
	Paid,
	/// The labels did not agree beyond chance: attendance was paid.
	#[codec(index = 1)]
	Washed,
	/// Fewer than two thirds of the scorers agreed in time: everybody gets back what was held.
	#[codec(index = 2)]
	NoQuorum,
	/// Fewer labels were revealed than can be judged: who revealed gets everything back.
	#[codec(index = 3)]
	TooFewReveals,
	/// Fewer labels were committed than the terms ask for: everybody gets everything back.
	#[codec(index = 4)]
	TooFewCommitments,
	/// The gold was not revealed, or nobody could read it: who revealed a label shares the bounty in equal parts.
	#[codec(index = 5)]
	GoldWithheld,
}

/// Why collateral was slashed.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, Serialize, TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum SlashReason {
	/// Committed, but not revealed in time.
	#[codec(index = 0)]
	NotRevealed,
	/// What was revealed could not be judged; the verdict tells why.
	#[codec(index = 1)]
	BadLabel,
	/// So far from the consensus that it is worse than no answer.
	#[codec(index = 2)]
	Outlier,
}

/// The terms that a bounty is spent by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Spending {
	/// How places are paid.
	pub payout: Payout,
	/// What labels with the same content take.
	pub duplicates: Duplicates,
	/// Share of the bounty for the scorers whose report decides, in parts per million.
	pub scoring_fee: u32,
	/// Share of the bounty for those who revealed a sample that is washed, in parts per million.
	pub attendance_fee: u32,
}

/// A label when its game ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Played {
	/// It was revealed.
	pub revealed: bool,
	/// The scorers' word, if there was a quorum and it was revealed.
	pub verdict: Option<Verdict>,
}

/// How a game ends that scorers have judged.
pub fn judged_end(gold: GoldUse, wash: bool) -> End {
	match (gold, wash) {
		(GoldUse::Bad(_), _) => End::GoldWithheld,
		(_, true) => End::Washed,
		(_, false) => End::Paid,
	}
}

/// What each label earns. `labels` are in order of commitment, `to_scorers` is what of the bounty the scorers got; with
/// that, the sum is at most the bounty.
pub fn earned(terms: &Spending, end: End, bounty: u128, to_scorers: u128, labels: &[Played]) -> Vec<u128> {
	match end {
		End::Paid => {
			// What scorers should have got, but could not be paid, is not for labels.
			let pot = bounty.saturating_sub(parts_per_million(terms.scoring_fee, bounty));
			prizes(&terms.payout, terms.duplicates, &ranking(labels), pot)
		},
		End::Washed => {
			let attended = |label: &Played| matches!(label.verdict, Some(Verdict::Scored { .. }));
			in_equal_parts(parts_per_million(terms.attendance_fee, bounty), labels, attended)
		},
		// Labels that nobody could judge count as long as nobody found them bad.
		End::GoldWithheld => {
			let attended = |label: &Played| label.revealed && !matches!(label.verdict, Some(Verdict::Bad(_)));
			in_equal_parts(bounty.saturating_sub(to_scorers), labels, attended)
		},
		End::NoQuorum | End::TooFewReveals | End::TooFewCommitments => labels.iter().map(|_| 0).collect(),
	}
}

/// Why a label's collateral is lost, if it is.
pub fn slash_reason(end: End, label: &Played) -> Option<SlashReason> {
	match (end, label.revealed, label.verdict) {
		(End::TooFewCommitments | End::GoldWithheld, ..) => None,
		(_, false, _) => Some(SlashReason::NotRevealed),
		(End::Paid | End::Washed, _, Some(Verdict::Bad(_))) => Some(SlashReason::BadLabel),
		(End::Paid, _, Some(Verdict::Scored { outlier: true, .. })) => Some(SlashReason::Outlier),
		_ => None,
	}
}

/// The labels that may take a place, with their scores and contents. Copies are named by their position among the
/// labels that were judged.
pub fn ranking(labels: &[Played]) -> Vec<Option<Ranked>> {
	let mut judged = 0..;
	let ranked = |label: &Played| {
		let position = label.verdict.and_then(|_| judged.next())?;
		match label.verdict {
			Some(Verdict::Scored { score, eligible: true, outlier: false, copy_of, .. }) => {
				Some(Ranked { score, content: copy_of.unwrap_or(position) })
			},
			_ => None,
		}
	};
	labels.iter().map(ranked).collect()
}

/// The same part of `amount`, rounded down, to each label that is `entitled`.
fn in_equal_parts(amount: u128, labels: &[Played], entitled: impl Fn(&Played) -> bool) -> Vec<u128> {
	let heads = labels.iter().filter(|label| entitled(label)).count() as u128;
	let each = amount.checked_div(heads).unwrap_or_default();
	labels.iter().map(|label| if entitled(label) { each } else { 0 }).collect()
}
