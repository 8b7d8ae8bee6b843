//! What a game's money must be, from its terms and verdicts: the rules of the pallet's `settlement`, once more.

use crate::game::{End, Outcome, SlashReason, Terms};
use learnware_primitives::{
	places::{parts_per_million, prizes, Ranked},
	GoldUse, Verdict,
};

/// What one label is due.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Due {
	pub paid: u128,
	pub slashed: u128,
	pub slash_reason: Option<SlashReason>,
}

/// A label when its game ends.
#[derive(Clone, Copy, Debug)]
pub struct Played {
	pub revealed: bool,
	pub verdict: Option<Verdict>,
}

/// How a game ends that scorers have judged.
pub fn end(gold: GoldUse, wash: bool) -> End {
	match (gold, wash) {
		(GoldUse::Bad(_), _) => End::GoldWithheld,
		(_, true) => End::Washed,
		(_, false) => End::Paid,
	}
}

/// What each label is due.
pub fn dues(terms: &Terms, outcome: &Outcome, labels: &[Played]) -> Vec<Due> {
	let amounts = earned(terms, outcome, labels);
	let due = |(label, paid): (&Played, u128)| {
		let slash_reason = slash_reason(outcome.end, label);
		Due { paid, slashed: slash_reason.map_or(0, |_| terms.collateral.0), slash_reason }
	};
	labels.iter().zip(amounts).map(due).collect()
}

/// The most that scorers get; what does not divide by their number stays with the provider.
pub fn scoring_fee(terms: &Terms, bounty: u128) -> u128 {
	parts_per_million(terms.scoring_fee, bounty)
}

/// The labels that may take a place. Copies are named by their position among those that were judged.
pub fn ranking(verdicts: &[Option<Verdict>]) -> Vec<Option<Ranked>> {
	let mut judged = 0..;
	let ranked = |verdict: &Option<Verdict>| {
		let position = verdict.and_then(|_| judged.next())?;
		match *verdict {
			Some(Verdict::Scored { score, eligible: true, outlier: false, copy_of, .. }) => {
				Some(Ranked { score, content: copy_of.unwrap_or(position) })
			},
			_ => None,
		}
	};
	verdicts.iter().map(ranked).collect()
}

fn earned(terms: &Terms, outcome: &Outcome, labels: &[Played]) -> Vec<u128> {
	let bounty = outcome.bounty.0;
	match outcome.end {
		End::Paid => {
			let verdicts = labels.iter().map(|label| label.verdict).collect::<Vec<_>>();
			let pot = bounty.saturating_sub(scoring_fee(terms, bounty));
			prizes(&terms.payout, terms.duplicates, &ranking(&verdicts), pot)
		},
		End::Washed => {
			let attended = |label: &Played| matches!(label.verdict, Some(Verdict::Scored { .. }));
			in_equal_parts(parts_per_million(terms.attendance_fee, bounty), labels.iter().map(attended).collect())
		},
		End::GoldWithheld => {
			let attended = |label: &Played| label.revealed && !matches!(label.verdict, Some(Verdict::Bad(_)));
			in_equal_parts(bounty.saturating_sub(outcome.scoring_fee.0), labels.iter().map(attended).collect())
		},
		End::NoQuorum | End::TooFewReveals | End::TooFewCommitments => vec![0; labels.len()],
	}
}

fn slash_reason(end: End, label: &Played) -> Option<SlashReason> {
	match (end, label.revealed, label.verdict) {
		(End::TooFewCommitments | End::GoldWithheld, ..) => None,
		(_, false, _) => Some(SlashReason::NotRevealed),
		(End::Paid | End::Washed, _, Some(Verdict::Bad(_))) => Some(SlashReason::BadLabel),
		(End::Paid, _, Some(Verdict::Scored { outlier: true, .. })) => Some(SlashReason::Outlier),
		_ => None,
	}
}

fn in_equal_parts(amount: u128, heads: Vec<bool>) -> Vec<u128> {
	let count = heads.iter().filter(|counts| **counts).count() as u128;
	let each = amount.checked_div(count).unwrap_or_default();
	heads.into_iter().map(|counts| if counts { each } else { 0 }).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{amount::Amount, game::Eligibility};
	use learnware_primitives::{
		places::{Duplicates, Payout},
		BadReason,
	};

	const BOUNTY: u128 = 10_000_000;

	fn terms() -> Terms {
		Terms {
			collateral: Amount(1000),
			min_labels: 5,
			max_labels: 64,
			commit_period: 10,
			reveal_period: 10,
			score_period: 10,
			payout: Payout::default(),
			scoring_fee: 50_000,
			attendance_fee: 100_000,
			duplicates: Duplicates::Share,
			eligibility: Eligibility::Open,
		}
	}

	fn outcome(end: End, scoring_fee: u128) -> Outcome {
		Outcome {
			sample: 0,
			dataset: 0,
			provider: String::new(),
			end,
			bounty: Amount(BOUNTY),
			returned: Amount(0),
			scoring_fee: Amount(scoring_fee),
			gold: GoldUse::None,
			consensus: None,
			labels: Vec::new(),
			task: None,
		}
	}

	fn scored(score: i128, eligible: bool, outlier: bool) -> Played {
		let verdict = Verdict::Scored { score, loss: 0, eligible, outlier, copy_of: None };
		Played { revealed: true, verdict: Some(verdict) }
	}

	const UNREVEALED: Played = Played { revealed: false, verdict: None };
	const UNJUDGED: Played = Played { revealed: true, verdict: None };
	const BAD: Played = Played { revealed: true, verdict: Some(Verdict::Bad(BadReason::Malformed)) };

	fn paid_and_slashed(end: End, fee: u128, labels: &[Played]) -> Vec<(u128, u128)> {
		dues(&terms(), &outcome(end, fee), labels).into_iter().map(|due| (due.paid, due.slashed)).collect()
	}

	#[test]
	fn every_end_has_its_amounts() {
		let labels = [scored(9, true, false), scored(9, true, false), scored(1, true, false), scored(-9, false, true)];
		let labels = [&labels[..], &[BAD, UNREVEALED]].concat();
		let places = [3_562_500, 3_562_500, 1_187_500, 0, 0, 0];
		let paid = paid_and_slashed(End::Paid, 500_000, &labels);
		assert_eq!(paid, places.into_iter().zip([0, 0, 0, 1000, 1000, 1000]).collect::<Vec<_>>());
		let washed = paid_and_slashed(End::Washed, 500_000, &labels);
		assert_eq!(washed, [(250_000, 0), (250_000, 0), (250_000, 0), (250_000, 0), (0, 1000), (0, 1000)]);
		let withheld = paid_and_slashed(End::GoldWithheld, 500_000, &labels);
		assert_eq!(withheld, [(2_375_000, 0), (2_375_000, 0), (2_375_000, 0), (2_375_000, 0), (0, 0), (0, 0)]);
		let unread = paid_and_slashed(End::GoldWithheld, 0, &[UNJUDGED, UNJUDGED, UNREVEALED]);
		assert_eq!(unread, [(5_000_000, 0), (5_000_000, 0), (0, 0)]);
		for end in [End::NoQuorum, End::TooFewReveals] {
			assert_eq!(paid_and_slashed(end, 0, &[UNJUDGED, UNREVEALED]), [(0, 0), (0, 1000)]);
		}
		assert_eq!(paid_and_slashed(End::TooFewCommitments, 0, &[UNREVEALED]), [(0, 0)]);
	}

	#[test]
	fn copies_count_from_the_judged() {
		let copy = Verdict::Scored { score: 5, loss: 0, eligible: true, outlier: false, copy_of: Some(0) };
		let verdicts = [None, scored(5, true, false).verdict, BAD.verdict, Some(copy)];
		let contents = ranking(&verdicts).into_iter().map(|ranked| ranked.map(|ranked| ranked.content));
		assert_eq!(contents.collect::<Vec<_>>(), [None, Some(0), None, Some(0)]);
	}

	#[test]
	fn bad_gold_comes_before_a_wash() {
		assert_eq!(end(GoldUse::Bad(BadReason::Malformed), true), End::GoldWithheld);
		assert_eq!(end(GoldUse::Contradicted, true), End::Washed);
		assert_eq!(end(GoldUse::None, false), End::Paid);
	}
}
