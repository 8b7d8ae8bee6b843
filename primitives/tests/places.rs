//! What places pay, to whom, and what copies gain.

use learnware_primitives::places::{
	copy_attack, parts_per_million, places, prizes, CopyAttack, Duplicates, Payout, PayoutError, Ranked, MAX_RATIO,
	MAX_TEMPERATURE, MIN_TEMPERATURE, PPM,
};
use parity_scale_codec::{Decode, Encode};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{from_value, json, Value};
use std::cmp::Reverse;
use Duplicates::{Collapse, Share};
use Payout::{Equal, Geometric, Linear, Softmax, WinnerTakesAll};

const BOUNTIES: [u128; 6] = [0, 1, 1_000_000, 10_u128.pow(18) + 7, u128::MAX - 1, u128::MAX];
const SIZES: [u32; 6] = [0, 1, 2, 7, 64, 300];

fn softmax(temperature: u32) -> Payout {
	Softmax { temperature }
}

/// Payouts within their bounds, with both bounds.
fn payouts() -> Vec<Payout> {
	let softmax = [MIN_TEMPERATURE, PPM, 2_500_000, MAX_TEMPERATURE].map(softmax);
	let geometric = [1, 333_333, MAX_RATIO].map(|ratio| Geometric { ratio });
	[&softmax[..], &geometric, &[Linear, Equal, WinnerTakesAll]].concat()
}

/// The weighted payouts, which give away the whole bounty.
fn is_whole(payout: &Payout) -> bool {
	!matches!(payout, Geometric { .. })
}

fn ranked(score: i128, content: u32) -> Option<Ranked> {
	Some(Ranked { score, content })
}

/// Sums that would overflow fail the test.
fn total(amounts: &[u128]) -> u128 {
	amounts.iter().try_fold(0u128, |sum, amount| sum.checked_add(*amount)).expect("the sum is within the bounty")
}

fn vectors(name: &str) -> Vec<Value> {
	let vectors: Value = serde_json::from_str(include_str!("vectors/places.json")).unwrap();
	vectors[name].as_array().unwrap().clone()
}

fn amount<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
	value.as_str().unwrap().parse().unwrap()
}

fn amounts(value: &Value) -> Vec<u128> {
	value.as_array().unwrap().iter().map(amount).collect()
}

fn small(value: &Value) -> u32 {
	value.as_u64().unwrap().try_into().unwrap()
}

#[test]
fn prizes_are_those_of_the_reference() {
	let cases = vectors("prizes");
	assert_eq!(cases.len(), 150);
	for case in cases {
		let entries = case["ranked"].as_array().unwrap().iter();
		let entry = |entry: &Value| (!entry.is_null()).then(|| (entry[0].as_i64().unwrap(), small(&entry[1])));
		let ranked = entries.map(entry).map(|entry| entry.and_then(|(score, content)| ranked(score.into(), content)));
		let payout = from_value::<Payout>(case["payout"].clone()).unwrap();
		let duplicates = from_value(case["duplicates"].clone()).unwrap();
		let paid = prizes(&payout, duplicates, &ranked.collect::<Vec<_>>(), amount(&case["bounty"]));
		assert_eq!(paid, amounts(&case["prizes"]), "{case}");
	}
}

#[test]
fn softmax_pays_the_exact_share_but_for_a_2_to_the_53rd_of_the_bounty() {
	for case in vectors("softmax") {
		let bounty: u128 = amount(&case["bounty"]);
		let paid = places(&softmax(small(&case["temperature"])), small(&case["taken"]), bounty);
		let ideal = amounts(&case["ideal"]);
		assert_eq!(paid.len(), ideal.len());
		assert!(paid.iter().zip(&ideal).all(|(paid, ideal)| paid.abs_diff(*ideal) <= bounty >> 53), "{case}");
	}
}

#[test]
fn copy_attacks_are_those_of_the_reference() {
	let cases = vectors("copy_attacks");
	assert_eq!(cases.len(), 150);
	for case in cases {
		let payout = from_value(case["payout"].clone()).unwrap();
		let duplicates = from_value(case["duplicates"].clone()).unwrap();
		let (bounty, collateral) = (amount(&case["bounty"]), amount(&case["collateral"]));
		let [labels, chance] = ["labels", "chance"].map(|name| small(&case[name]));
		let expect = &case["expect"];
		let expect = CopyAttack {
			accounts: small(&expect["accounts"]),
			gain: amount(&expect["gain"]),
			at_risk: amount(&expect["at_risk"]),
			profit: amount(&expect["profit"]),
			deterrent: amount(&expect["deterrent"]),
		};
		assert_eq!(copy_attack(&payout, duplicates, bounty, labels, collateral, chance), expect, "{case}");
	}
}

#[test]
fn encodings_are_those_of_the_chain_and_of_json() {
	let payouts = [
		(Geometric { ratio: 1 }, vec![0, 1, 0, 0, 0], json!({"geometric": {"ratio": 1}})),
		(softmax(0x0403_0201), vec![1, 1, 2, 3, 4], json!({"softmax": {"temperature": 0x0403_0201}})),
		(Linear, vec![2], json!("linear")),
		(Equal, vec![3], json!("equal")),
		(WinnerTakesAll, vec![4], json!("winner_takes_all")),
	];
	for (payout, bytes, text) in payouts {
		assert_eq!((payout.encode(), serde_json::to_value(payout).unwrap()), (bytes.clone(), text.clone()));
		assert_eq!((Payout::decode(&mut &bytes[..]), from_value::<Payout>(text).unwrap()), (Ok(payout), payout));
	}
	for (duplicates, bytes, text) in [(Share, [0], "share"), (Collapse, [1], "collapse")] {
		assert_eq!((duplicates.encode(), serde_json::to_value(duplicates).unwrap()), (bytes.to_vec(), json!(text)));
		assert_eq!(Duplicates::decode(&mut &bytes[..]), Ok(duplicates));
	}
	assert!(Payout::decode(&mut &[5u8][..]).is_err());
	assert_eq!((Payout::default(), Duplicates::default()), (Geometric { ratio: 500_000 }, Share));
}

#[test]
fn payouts_are_bounded() {
	let geometric = |ratio| Geometric { ratio };
	assert!(payouts().iter().all(|payout| payout.validate() == Ok(())));
	assert_eq!([0, MAX_RATIO + 1, u32::MAX].map(|ratio| geometric(ratio).validate()), [Err(PayoutError::Ratio); 3]);
	let beyond = [0, MIN_TEMPERATURE - 1, MAX_TEMPERATURE + 1, u32::MAX].map(softmax);
	assert_eq!(beyond.map(|payout| payout.validate()), [Err(PayoutError::Temperature); 4]);
	assert!(PayoutError::Temperature.to_string().contains("100000 and 64000000"));
}

#[test]
fn a_parameter_beyond_its_bounds_counts_as_the_bound() {
	let same = |left: Payout, right: Payout| {
		assert_eq!(places(&left, 64, u128::MAX), places(&right, 64, u128::MAX), "{left:?} {right:?}");
	};
	same(softmax(0), softmax(MIN_TEMPERATURE));
	same(softmax(MIN_TEMPERATURE - 1), softmax(MIN_TEMPERATURE));
	same(softmax(MAX_TEMPERATURE + 1), softmax(MAX_TEMPERATURE));
	same(softmax(u32::MAX), softmax(MAX_TEMPERATURE));
	same(Geometric { ratio: u32::MAX }, Geometric { ratio: MAX_RATIO });
	assert_eq!(places(&Geometric { ratio: 0 }, 3, u128::MAX), [0; 3]);
}

#[test]
fn places_pay_what_the_rule_says() {
	assert_eq!(places(&Payout::default(), 4, 1000), [500, 250, 125, 62]);
	assert_eq!(places(&softmax(PPM), 3, 1_000_000), [665_240, 244_728, 90_030]);
	assert_eq!(places(&Linear, 4, 1000), [400, 300, 200, 100]);
	assert_eq!(places(&Equal, 3, 1000), [333; 3]);
	assert_eq!(places(&WinnerTakesAll, 3, 1000), [1000, 0, 0]);
	assert_eq!(places(&Linear, 2, u128::MAX), [u128::MAX / 3 * 2, u128::MAX / 3]);
	assert_eq!(places(&Equal, 2, u128::MAX), [u128::MAX >> 1; 2]);
}

#[test]
fn a_better_place_never_pays_less_and_no_more_than_the_bounty_is_paid() {
	for payout in payouts() {
		for (taken, bounty) in SIZES.into_iter().flat_map(|taken| BOUNTIES.map(|bounty| (taken, bounty))) {
			let paid = places(&payout, taken, bounty);
			assert_eq!(paid.len(), taken as usize);
			assert!(paid.is_sorted_by_key(|paid| Reverse(*paid)), "{payout:?} {taken} {bounty}");
			let dust = bounty.checked_sub(total(&paid)).unwrap();
			assert!(taken == 0 || !is_whole(&payout) || dust < taken.into(), "{payout:?} {taken} {bounty}");
			assert!(taken == 0 || payout != WinnerTakesAll || dust == 0);
		}
	}
}

#[test]
fn copies_share_one_place_when_they_collapse() {
	let ranking = [ranked(9, 1), ranked(7, 0), None, ranked(9, 2), ranked(8, 2), ranked(6, 3), ranked(-5, 1)];
	assert_eq!(prizes(&Linear, Share, &ranking, 2100), [550, 300, 0, 550, 400, 200, 100]);
	// Contents 1 and 2 tie at the top, with two labels each: (400 + 300) / 2 / 2 of 1000.
	assert_eq!(prizes(&Linear, Collapse, &ranking, 1000), [175, 200, 0, 175, 175, 100, 175]);
	assert_eq!(prizes(&WinnerTakesAll, Collapse, &ranking, 1003), [250, 0, 0, 250, 250, 0, 250]);
}

#[test]
fn the_extremes_are_answered() {
	let ranking = [ranked(3, 0), None, ranked(i128::MIN, u32::MAX), ranked(i128::MAX, 0)];
	let half = u128::MAX >> 1;
	assert_eq!(prizes(&Payout::default(), Share, &ranking, u128::MAX), [half >> 1, 0, half >> 2, half]);
	assert_eq!(prizes(&Payout::default(), Collapse, &ranking, u128::MAX), [half >> 1, 0, half >> 1, half >> 1]);
	assert_eq!(prizes(&Geometric { ratio: 100_000 }, Share, &ranking, 1_000_000), [10_000, 0, 1_000, 100_000]);
	for payout in payouts() {
		for duplicates in [Share, Collapse] {
			assert_eq!(prizes(&payout, duplicates, &[], u128::MAX), []);
			assert_eq!(prizes(&payout, duplicates, &[None; 64], u128::MAX), [0; 64]);
			for bounty in BOUNTIES {
				let paid = prizes(&payout, duplicates, &[ranked(0, 0); 300], bounty);
				assert!(paid.len() == 300 && paid.iter().all(|prize| *prize == paid[0]));
				assert!(total(&paid) <= bounty);
				if is_whole(&payout) {
					assert!(bounty - total(&paid) < 600, "dust of the places and of the tie");
					assert_eq!(prizes(&payout, duplicates, &[None, ranked(-1, 7)], bounty), [0, bounty]);
				}
			}
		}
	}
}

#[test]
fn an_attack_risks_more_accounts_only_where_that_pays() {
	let attack = |payout, duplicates| copy_attack(&payout, duplicates, 1_000_000, 10, 1000, 500_000);
	let share = attack(Equal, Share);
	assert_eq!(
		share,
		CopyAttack { accounts: 10, gain: 1_000_000, at_risk: 10_000, profit: 495_000, deterrent: 100_000 }
	);
	// Copies take places from nobody, but leave fewer to take them.
	let collapse = attack(Equal, Collapse);
	assert_eq!((collapse.accounts, collapse.gain), (10, 1_000_000));
	let expect = CopyAttack { accounts: 1, gain: 500_000, at_risk: 1000, profit: 249_500, deterrent: 500_000 };
	assert_eq!(attack(Payout::default(), Collapse), expect);
	assert_eq!(attack(WinnerTakesAll, Share).deterrent, 1_000_000);
	assert_eq!(copy_attack(&Equal, Share, 1000, 0, 1000, 500_000), CopyAttack::default());
	assert_eq!(copy_attack(&Equal, Share, 0, 5, 1000, PPM).deterrent, 0);
	assert_eq!(copy_attack(&Equal, Share, 5, 5, 1000, PPM).deterrent, u128::MAX);
	assert_eq!(copy_attack(&Equal, Share, u128::MAX, 5, u128::MAX, 0).profit, -i128::MAX);
	assert_eq!(copy_attack(&Equal, Share, u128::MAX, 5, u128::MAX, u32::MAX).profit, i128::MAX);
}

/// `chance * gain > (PPM - chance) * copies * collateral`, with amounts that are small enough.
fn profits(payout: &Payout, duplicates: Duplicates, bounty: u128, labels: u32, collateral: u128, chance: u32) -> bool {
	(1..=labels).any(|copies| {
		let rivals = (1..=labels - copies).map(|rival| ranked(-i128::from(rival), rival));
		let ranking = std::iter::repeat_n(ranked(0, 0), copies as usize).chain(rivals).collect::<Vec<_>>();
		let gain = total(&prizes(payout, duplicates, &ranking, bounty)[..copies as usize]);
		u128::from(chance) * gain > u128::from(PPM - chance) * u128::from(copies) * collateral
	})
}

fn any_payout() -> impl Strategy<Value = Payout> {
	prop_oneof![
		any::<u32>().prop_map(|ratio| Geometric { ratio }),
		(1..=MAX_RATIO).prop_map(|ratio| Geometric { ratio }),
		any::<u32>().prop_map(softmax),
		(MIN_TEMPERATURE..=MAX_TEMPERATURE).prop_map(softmax),
		(MIN_TEMPERATURE..=3 * PPM).prop_map(softmax),
		Just(Linear),
		Just(Equal),
		Just(WinnerTakesAll),
	]
}

fn any_duplicates() -> impl Strategy<Value = Duplicates> {
	prop_oneof![Just(Share), Just(Collapse)]
}

fn any_bounty() -> impl Strategy<Value = u128> {
	prop_oneof![any::<u128>(), 0..1000u128, Just(u128::MAX)]
}

fn any_ranking() -> impl Strategy<Value = Vec<Option<Ranked>>> {
	vec(option::of((-3..3i128, 0..6u32).prop_map(|(score, content)| Ranked { score, content })), 0..70)
}

proptest! {
	#[test]
	fn better_places_pay_no_less(payout in any_payout(), taken in 0..200u32, bounty in any_bounty()) {
		let paid = places(&payout, taken, bounty);
		prop_assert!(paid.is_sorted_by_key(|paid| Reverse(*paid)));
		let dust = bounty.checked_sub(total(&paid)).unwrap();
		prop_assert!(taken == 0 || !is_whole(&payout) || dust < taken.into());
	}

	#[test]
	fn prizes_stay_within_the_bounty_and_follow_the_rank(
		payout in any_payout(),
		ranking in any_ranking(),
		bounty in any_bounty(),
	) {
		let paid = prizes(&payout, Share, &ranking, bounty);
		prop_assert_eq!(paid.len(), ranking.len());
		prop_assert!(total(&paid) <= bounty);
		let score = |label: usize| ranking[label].map(|ranked| ranked.score);
		for (left, right) in (0..paid.len()).flat_map(|left| (0..paid.len()).map(move |right| (left, right))) {
			prop_assert!(score(left).is_some() || paid[left] == 0);
			if score(left) == score(right) {
				prop_assert_eq!(paid[left], paid[right]);
			} else if score(left) > score(right) {
				prop_assert!(paid[left] >= paid[right]);
			}
		}
		let taken = ranking.iter().flatten().count();
		if is_whole(&payout) && taken > 0 {
			prop_assert!(bounty - total(&paid) < 2 * taken as u128, "dust of the places and of the ties");
		}
	}

	/// A content is one label of the best score among it, whose prize its labels share.
	#[test]
	fn collapsed_labels_share_what_one_would_get(
		payout in any_payout(),
		ranking in any_ranking(),
		bounty in any_bounty(),
	) {
		let labels_of = |content: u32| {
			let of_content = |label: &usize| ranking[*label].is_some_and(|ranked| ranked.content == content);
			(0..ranking.len()).filter(of_content).collect::<Vec<_>>()
		};
		let contents = (0..6).map(labels_of).filter(|labels| !labels.is_empty()).collect::<Vec<_>>();
		let best = |labels: &Vec<usize>| labels.iter().filter_map(|label| ranking[*label]).max_by_key(|best| best.score);
		let alone = contents.iter().map(best).collect::<Vec<_>>();
		let paid = prizes(&payout, Collapse, &ranking, bounty);
		let paid_alone = prizes(&payout, Share, &alone, bounty);
		for (labels, prize) in contents.iter().zip(paid_alone) {
			prop_assert!(labels.iter().all(|label| paid[*label] == prize / labels.len() as u128));
		}
		prop_assert!(ranking.iter().zip(&paid).all(|(ranked, paid)| ranked.is_some() || *paid == 0));
		prop_assert!(total(&paid) <= bounty);
	}

	#[test]
	fn contents_that_differ_have_nothing_to_collapse(
		payout in any_payout(),
		mut ranking in any_ranking(),
		bounty in any_bounty(),
	) {
		ranking.iter_mut().zip(0..).for_each(|(ranked, content)| {
			*ranked = ranked.map(|ranked| Ranked { content, ..ranked });
		});
		prop_assert_eq!(prizes(&payout, Collapse, &ranking, bounty), prizes(&payout, Share, &ranking, bounty));
	}

	#[test]
	fn the_order_of_labels_does_not_matter(
		payout in any_payout(),
		duplicates in any_duplicates(),
		(ranking, order) in any_ranking().prop_flat_map(|ranking| {
			let order = Just((0..ranking.len()).collect::<Vec<_>>()).prop_shuffle();
			(Just(ranking), order)
		}),
		bounty in any_bounty(),
	) {
		let before = prizes(&payout, duplicates, &ranking, bounty);
		let shuffled = order.iter().map(|label| ranking[*label]).collect::<Vec<_>>();
		let after = prizes(&payout, duplicates, &shuffled, bounty);
		prop_assert_eq!(order.iter().map(|label| before[*label]).collect::<Vec<_>>(), after);
	}

	/// A copy takes from those of its content only, whatever the payout: the number of places stays.
	#[test]
	fn a_copy_harms_nobody_else_when_it_collapses(
		payout in any_payout(),
		mut ranking in any_ranking(),
		bounty in any_bounty(),
		copied: prop::sample::Index,
		worse in 0..3i128,
	) {
		prop_assume!(!ranking.is_empty());
		let before = prizes(&payout, Collapse, &ranking, bounty);
		let Some(copied) = ranking[copied.index(ranking.len())] else { return Ok(()) };
		ranking.push(ranked(copied.score - worse, copied.content));
		let after = prizes(&payout, Collapse, &ranking, bounty);
		let of_content = |paid: &[u128]| {
			let copies = ranking.iter().zip(paid).filter(|(ranked, _)| ranked.is_some_and(|ranked| ranked.content == copied.content));
			copies.map(|(_, paid)| *paid).collect::<Vec<_>>()
		};
		let (ours_before, ours_after) = (of_content(&before), of_content(&after));
		// Never more than the copied label's content had, but for dust that divides better among more.
		prop_assert!(total(&ours_after).saturating_sub(total(&ours_before)) < ours_before.len() as u128);
		for ((ranked, before), after) in ranking.iter().zip(&before).zip(&after) {
			prop_assert!(before == after || ranked.is_some_and(|ranked| ranked.content == copied.content));
		}
	}

	#[test]
	fn the_deterrent_is_the_smallest(
		payout in any_payout(),
		duplicates in any_duplicates(),
		bounty in prop_oneof![0..1000u128, 0..10_u128.pow(24)],
		labels in 1..20u32,
		chance in prop_oneof![0..PPM, Just(PPM - 1), Just(0)],
	) {
		let deterrent = copy_attack(&payout, duplicates, bounty, labels, 0, chance).deterrent;
		prop_assert!(!profits(&payout, duplicates, bounty, labels, deterrent, chance));
		prop_assert!(copy_attack(&payout, duplicates, bounty, labels, deterrent, chance).profit <= 0);
		if let Some(less) = deterrent.checked_sub(1) {
			prop_assert!(profits(&payout, duplicates, bounty, labels, less, chance));
		}
	}

	#[test]
	fn a_copy_attack_is_one_that_can_be_played(
		payout in any_payout(),
		duplicates in any_duplicates(),
		bounty in any_bounty(),
		labels: u32,
		collateral: u128,
		chance: u32,
	) {
		let attack = copy_attack(&payout, duplicates, bounty, labels, collateral, chance);
		prop_assert!((1..=64).contains(&attack.accounts));
		prop_assert!(attack.gain <= bounty);
		prop_assert_eq!(attack.at_risk, collateral.saturating_mul(attack.accounts.into()));
	}
}

#[test]
fn parts_are_rounded_down() {
	for (parts, amount, share) in
		[(50_000, 10_000_000, 500_000), (1, 999_999, 0), (1, 1_000_000, 1), (666_667, 10, 6), (PPM, 7, 7)]
	{
		assert_eq!(parts_per_million(parts, amount), share, "{parts} {amount}");
	}
	assert_eq!(parts_per_million(u32::MAX, u128::MAX), u128::MAX);
}
