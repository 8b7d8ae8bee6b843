//! The money of every end.

use learnware_primitives::{
	places::{Duplicates, Payout},
	settle::{earned, judged_end, ranking, slash_reason, End, Played, Spending},
	BadReason, GoldUse, Verdict,
};

const BOUNTY: u128 = 10_000_000;
const COLLATERAL: u128 = 1000;
const TERMS: Spending = Spending {
	payout: Payout::Geometric { ratio: 500_000 },
	duplicates: Duplicates::Share,
	scoring_fee: 50_000,
	attendance_fee: 100_000,
};

const UNREVEALED: Played = Played { revealed: false, verdict: None };
const UNJUDGED: Played = Played { revealed: true, verdict: None };
const BAD: Played = Played { revealed: true, verdict: Some(Verdict::Bad(BadReason::Malformed)) };

fn scored(score: i128, eligible: bool, outlier: bool) -> Played {
	let verdict = Verdict::Scored { score, loss: 0, eligible, outlier, copy_of: None };
	Played { revealed: true, verdict: Some(verdict) }
}

fn paid_and_slashed(end: End, to_scorers: u128, labels: &[Played]) -> Vec<(u128, u128)> {
	let slashed = |label| slash_reason(end, label).map_or(0, |_| COLLATERAL);
	earned(&TERMS, end, BOUNTY, to_scorers, labels).into_iter().zip(labels.iter().map(slashed)).collect()
}

#[test]
fn every_end_has_its_amounts() {
	let labels = [scored(9, true, false), scored(9, true, false), scored(1, true, false), scored(-9, false, true)];
	let labels = [&labels[..], &[BAD, UNREVEALED]].concat();
	let places = [3_562_500, 3_562_500, 1_187_500, 0, 0, 0];
	let paid = paid_and_slashed(End::Paid, 500_000, &labels);
	assert_eq!(paid, places.into_iter().zip([0, 0, 0, 1000, 1000, 1000]).collect::<Vec<_>>());
	assert_eq!(paid_and_slashed(End::Paid, 0, &labels), paid, "unpaid scorers are not for labels");
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
fn nobody_to_share_with_leaves_all_with_the_provider() {
	for end in [End::Paid, End::Washed, End::GoldWithheld] {
		assert_eq!(earned(&TERMS, end, BOUNTY, 0, &[BAD, UNREVEALED]), [0, 0]);
		assert_eq!(earned(&TERMS, end, BOUNTY, 0, &[]), []);
	}
}

#[test]
fn copies_count_from_the_judged() {
	let copy = Verdict::Scored { score: 5, loss: 0, eligible: true, outlier: false, copy_of: Some(0) };
	let labels = [UNREVEALED, scored(5, true, false), BAD, Played { revealed: true, verdict: Some(copy) }];
	let contents = ranking(&labels).into_iter().map(|ranked| ranked.map(|ranked| ranked.content));
	assert_eq!(contents.collect::<Vec<_>>(), [None, Some(0), None, Some(0)]);
}

#[test]
fn bad_gold_comes_before_a_wash() {
	assert_eq!(judged_end(GoldUse::Bad(BadReason::Malformed), true), End::GoldWithheld);
	assert_eq!(judged_end(GoldUse::Contradicted, true), End::Washed);
	assert_eq!(judged_end(GoldUse::None, false), End::Paid);
}
