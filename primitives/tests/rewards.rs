//! What scores earn, and what steps between them pay.

use learnware_primitives::training::curve::{Curve, CurveError, Ratio, MIN_H};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_value, Value};
use Curve::{ErrorLog, Logarithmic};

const BUDGETS: [u128; 7] = [0, 1, 1000, 10_u128.pow(18) + 7, i128::MAX as u128, u128::MAX - 1, u128::MAX];
const TOKEN: u128 = 10_u128.pow(12);

fn ratio(numerator: u32, denominator: u32) -> Ratio {
	Ratio::new(numerator, denominator)
}

/// The curve of the published run.
fn published() -> Curve {
	Logarithmic { min: ratio(0, 1), mid: ratio(99, 100), max: ratio(1, 1) }
}

fn small(value: &Value) -> u32 {
	value.as_u64().unwrap().try_into().unwrap()
}

fn pair(value: &Value) -> Ratio {
	ratio(small(&value[0]), small(&value[1]))
}

fn logarithmic(case: &Value) -> Curve {
	Logarithmic { min: pair(&case["min"]), mid: pair(&case["mid"]), max: pair(&case["max"]) }
}

fn amount<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
	value.as_str().unwrap().parse().unwrap()
}

/// The floor of a decimal number, perhaps with an exponent; zeros where its digits end.
fn floor(text: &str) -> u128 {
	let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
	let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
	let places = whole.len() as i32 + exponent.parse::<i32>().unwrap();
	let places = usize::try_from(places).unwrap_or(0);
	format!("0{:0<places$.places$}", format!("{whole}{fraction}")).parse().unwrap()
}

/// Whether it is the floor of what is less than `budget * 2^-bits` from a number with the floor `exact`.
fn is_near(reward: u128, exact: u128, budget: u128, bits: u32) -> bool {
	reward.abs_diff(exact) <= (budget >> bits) + 1
}

#[test]
fn the_published_run_is_paid_to_the_token() {
	let vectors: Value = from_str(include_str!("vectors/reward_logarithmic.json")).unwrap();
	let golden = &vectors["golden"];
	assert_eq!([&golden["min"], &golden["mid"], &golden["max"]], [&json!(0.0), &json!(0.99), &json!(1.0)]);
	let budget = u128::from(small(&golden["budget"])) * TOKEN;
	let score = |value: &Value| ratio((value.as_f64().unwrap() * 10_000.0).round() as u32, 10_000);
	let steps = golden["steps"].as_array().unwrap().iter();
	let paid = steps.map(|step| {
		let payment = published().payment(budget, score(&step["before"]), score(&step["after"])) / TOKEN as i128;
		assert_eq!(payment, small(&step["paid"]).into(), "{step}");
		payment
	});
	assert_eq!(paid.collect::<Vec<_>>(), [48, 185, 85, 13, 0]);
}

#[test]
fn logarithmic_rewards_are_the_true_ones_within_the_bound() {
	let vectors: Value = from_str(include_str!("vectors/reward_logarithmic.json")).unwrap();
	let cases = vectors["cases"].as_array().unwrap();
	assert_eq!(cases.len(), 47);
	for case in cases {
		let (curve, budget) = (logarithmic(case), amount(&case["budget"]));
		let reward = curve.reward(budget, ratio(small(&case["correct"]), small(&case["total"])));
		let exact = floor(case["R_exact"].as_str().unwrap());
		assert!(is_near(reward, exact, budget, 40) && is_near(reward, exact, budget, 55), "{case}: {reward}");
	}
}

#[test]
fn error_log_rewards_are_those_of_the_reference() {
	let vectors: Value = from_str(include_str!("vectors/reward_error_log.json")).unwrap();
	let cases = vectors["reward"]["cases"].as_array().unwrap();
	assert_eq!(cases.len(), 78);
	let curve = ErrorLog { h: 100 };
	for case in cases {
		let budget = amount(&case["B"]);
		let reward = curve.reward(budget, ratio(small(&case["correct"]), small(&case["n"])));
		assert_eq!(reward, amount::<u128>(&case["R"]), "{case}");
		assert!(is_near(reward, floor(case["R_exact"].as_str().unwrap()), budget, 46), "{case}");
	}
	let paths = vectors["payment_paths"].as_array().unwrap();
	assert_eq!(paths.len(), 5);
	for case in paths {
		let scores = case["path"].as_array().unwrap().iter().map(|correct| ratio(small(correct), small(&case["n"])));
		let scores = scores.collect::<Vec<_>>();
		let payments = scores.windows(2).map(|step| curve.payment(amount(&case["B"]), step[0], step[1]));
		let payments = payments.collect::<Vec<_>>();
		let expected = case["payments"].as_array().unwrap().iter().map(amount::<i128>);
		assert_eq!(payments, expected.collect::<Vec<_>>(), "{case}");
		assert_eq!(payments.iter().sum::<i128>(), amount(&case["sum"]), "{case}");
	}
	let shapes = vectors["reward_h"].as_array().unwrap();
	assert_eq!(shapes.len(), 7);
	for case in shapes {
		let (h, n) = (small(&case["h"]), small(&case["n"]));
		for (correct, name) in [(0, "R_zero"), (n - n / h, "R_at_half"), (n, "R_one")] {
			let reward = ErrorLog { h }.reward(amount(&case["B"]), ratio(correct, n));
			assert_eq!(reward, amount::<u128>(&case[name]), "{case}");
		}
	}
}

/// Holds the cases of one kind against their vectors, and the error against `budget * 2^-bits`.
fn check_against_big_integers(kind: &str, curve: impl Fn(&Value) -> Curve, bits: u32) {
	let vectors: Value = from_str(include_str!("vectors/rewards.json")).unwrap();
	let cases = vectors[kind].as_array().unwrap();
	assert!(cases.len() >= 240);
	for case in cases {
		let (curve, budget) = (curve(case), amount(&case["budget"]));
		assert_eq!(curve.validate(), Ok(()), "{case}");
		let reward = curve.reward(budget, pair(&case["score"]));
		assert_eq!(reward, amount::<u128>(&case["reward"]), "{case}");
		assert!(is_near(reward, amount(&case["exact"]), budget, bits), "{case}: {reward}");
	}
}

#[test]
fn curves_up_to_their_limits_are_those_of_big_integers() {
	check_against_big_integers("logarithmic", logarithmic, 55);
	check_against_big_integers("error_log", |case| ErrorLog { h: small(&case["h"]) }, 47);
}

#[test]
fn a_middle_at_the_mean_is_a_straight_line() {
	let line = Logarithmic { min: ratio(1, 4), mid: ratio(1, 2), max: ratio(3, 4) };
	let concave = Logarithmic { min: ratio(0, 1), mid: ratio(1, 4), max: ratio(1, 1) };
	for correct in 0..=1000 {
		let straight = u128::from(correct.clamp(250, 750) - 250) * 2_000_000_000;
		assert!(line.reward(TOKEN, ratio(correct, 1000)).abs_diff(straight) <= 1, "{correct}");
		let root = concave.reward(TOKEN, ratio(correct * correct, 1_000_000));
		assert!(root.abs_diff(u128::from(correct) * 1_000_000_000) <= 1, "{correct}");
	}
}

#[test]
fn scores_at_the_edges() {
	for curve in [published(), ErrorLog { h: 100 }] {
		for budget in BUDGETS {
			assert_eq!(curve.reward(budget, ratio(0, 0)), 0, "no answers");
			assert_eq!(curve.reward(budget, ratio(7, 0)), 0, "no answers");
			assert_eq!(curve.reward(budget, ratio(0, u32::MAX)), 0);
			assert_eq!(curve.reward(budget, ratio(u32::MAX, u32::MAX)), budget);
			assert_eq!(curve.reward(budget, ratio(u32::MAX, 1)), budget, "above 1");
		}
	}
	let part = Logarithmic { min: ratio(1, 10), mid: ratio(1, 2), max: ratio(9, 10) };
	let earned = |numerator| part.reward(1000, ratio(numerator, 20));
	assert_eq!([0, 1, 2, 10, 18, 19, 20].map(earned), [0, 0, 0, 500, 1000, 1000, 1000]);
}

#[test]
fn payments_of_the_largest_budgets_saturate() {
	let (none, all) = (ratio(0, 1), ratio(1, 1));
	for curve in [published(), ErrorLog { h: MIN_H }] {
		for budget in [i128::MAX as u128, i128::MAX as u128 + 1, u128::MAX] {
			assert_eq!(curve.payment(budget, none, all), i128::MAX);
			assert_eq!(curve.payment(budget, all, none), -i128::MAX);
		}
	}
}

#[test]
fn bad_curves_are_named_and_pay_nothing() {
	let curve = |min: [u32; 2], mid: [u32; 2], max: [u32; 2]| {
		let [min, mid, max] = [min, mid, max].map(|[numerator, denominator]| ratio(numerator, denominator));
		Logarithmic { min, mid, max }
	};
	for (curve, error, says) in [
		(curve([0, 0], [1, 2], [1, 1]), CurveError::Denominator, "denominator"),
		(curve([0, 1], [1, 0], [1, 1]), CurveError::Denominator, "denominator"),
		(curve([0, 1], [1, 2], [1, 0]), CurveError::Denominator, "denominator"),
		(curve([1, 2], [2, 4], [1, 1]), CurveError::Min, "min must"),
		(curve([3, 4], [1, 2], [1, 1]), CurveError::Min, "min must"),
		(curve([0, 1], [1, 1], [7, 7]), CurveError::Mid, "mid must"),
		(curve([0, 1], [1, 2], [1, 3]), CurveError::Mid, "mid must"),
		(curve([0, 1], [1, 2], [u32::MAX, u32::MAX - 1]), CurveError::Max, "max must"),
		(ErrorLog { h: 0 }, CurveError::H, "h must be at least 3"),
		(ErrorLog { h: MIN_H - 1 }, CurveError::H, "h must be at least 3"),
	] {
		assert_eq!(curve.validate(), Err(error), "{curve:?}");
		assert!(error.to_string().contains(says), "{error}");
		assert_eq!(curve.reward(u128::MAX, ratio(1, 1)), 0, "{curve:?}");
	}
	for h in [MIN_H, u32::MAX] {
		assert_eq!(ErrorLog { h }.validate(), Ok(()));
	}
}

#[test]
fn encodings_are_those_of_the_chain_and_of_json() {
	let bounds = json!({
		"min": {"numerator": 0, "denominator": 1},
		"mid": {"numerator": 99, "denominator": 100},
		"max": {"numerator": 1, "denominator": 1},
	});
	let bytes = [&[0][..], &[0, 0, 0, 0, 1, 0, 0, 0], &[99, 0, 0, 0, 100, 0, 0, 0], &[1, 0, 0, 0, 1, 0, 0, 0]].concat();
	for (curve, bytes, text) in [
		(published(), bytes, json!({ "logarithmic": bounds })),
		(ErrorLog { h: 0x0403_0201 }, vec![1, 1, 2, 3, 4], json!({"error_log": {"h": 0x0403_0201}})),
	] {
		assert_eq!((curve.encode(), to_value(curve).unwrap()), (bytes.clone(), text.clone()));
		assert_eq!((Curve::decode(&mut &bytes[..]), from_value::<Curve>(text).unwrap()), (Ok(curve), curve));
	}
	assert_eq!(Curve::max_encoded_len(), 25);
	assert!(from_value::<Curve>(json!({"error_log": {"h": 3, "k": 1}})).is_err());
	assert_eq!(ratio(99, 100).to_string(), "99/100");
}

/// Any fraction up to 1, with a liking for the ends.
fn fraction() -> impl Strategy<Value = Ratio> {
	let denominator = prop_oneof![Just(u32::MAX), 1..=100u32, 1..=u32::MAX];
	denominator.prop_flat_map(|denominator| {
		let near = 0..=denominator.min(9);
		let numerator = prop_oneof![0..=denominator, near.clone(), near.prop_map(move |near| denominator - near)];
		numerator.prop_map(move |numerator| ratio(numerator, denominator))
	})
}

fn is_below(left: Ratio, right: Ratio) -> bool {
	let product = |left: Ratio, right: Ratio| u64::from(left.numerator) * u64::from(right.denominator);
	product(left, right) < product(right, left)
}

/// Any three fractions, in order.
fn ordered() -> impl Strategy<Value = [Ratio; 3]> {
	[fraction(), fraction(), fraction()].prop_map(|mut bounds| {
		bounds.sort_by(|left, right| is_below(*right, *left).cmp(&is_below(*left, *right)));
		bounds
	})
}

fn curves() -> impl Strategy<Value = Curve> {
	let logarithmic = ordered().prop_map(|[min, mid, max]| Logarithmic { min, mid, max });
	let h = prop_oneof![MIN_H..=100u32, MIN_H..=u32::MAX];
	let all = prop_oneof![Just(published()), logarithmic, h.prop_map(|h| ErrorLog { h })];
	all.prop_filter("bounds are the same", |curve| curve.validate().is_ok())
}

fn budgets() -> impl Strategy<Value = u128> {
	prop_oneof![any::<u128>(), 0..=10_000u128, (0..BUDGETS.len()).prop_map(|index| BUDGETS[index])]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(2000))]

	#[test]
	fn rewards_stay_within_the_budget_and_never_fall(curve in curves(), budget in budgets(), scores in ordered()) {
		let earned = scores.map(|score| curve.reward(budget, score));
		prop_assert!(earned[0] <= earned[1] && earned[1] <= earned[2] && earned[2] <= budget, "{earned:?}");
		prop_assert!(curve.reward(budget / 2, scores[1]) <= earned[1], "a larger budget earns no less");
	}

	#[test]
	fn neighbours_never_fall(curve in curves(), budget in budgets(), score in fraction()) {
		let scores = score.numerator.saturating_sub(5)..=score.numerator.saturating_add(5).min(score.denominator);
		let earned = scores.map(|correct| curve.reward(budget, ratio(correct, score.denominator))).collect::<Vec<_>>();
		prop_assert!(earned.windows(2).all(|pair| pair[0] <= pair[1]), "{earned:?}");
	}

	#[test]
	fn bounds_are_exact(curve in curves(), budget in budgets()) {
		let [none, half, all] = match curve {
			Logarithmic { min, mid, max } => [min, mid, max],
			ErrorLog { h } => [ratio(0, 1), ratio(h - 1, h), ratio(1, 1)],
		};
		prop_assert_eq!([none, half, all].map(|score| curve.reward(budget, score)), [0, budget / 2, budget]);
	}

	#[test]
	fn equal_scores_earn_the_same(curve in curves(), budget in budgets(), of in 1..=0xffffu32, part in 0..=0xffffu32, times in 1..=0xffffu32) {
		let part = part % (of + 1);
		let (score, same) = (ratio(part, of), ratio(part * times, of * times));
		prop_assert_eq!(curve.reward(budget, score), curve.reward(budget, same));
	}

	#[test]
	fn payments_telescope(
		curve in curves(), budget in 0..=i128::MAX as u128, path in proptest::collection::vec(fraction(), 1..8)
	) {
		let (first, last) = (path[0], path[path.len() - 1]);
		// Partial sums are within the budget, so that none overflows.
		let steps = path.windows(2).map(|step| curve.payment(budget, step[0], step[1]));
		let sum = steps.sum::<i128>();
		prop_assert_eq!(sum, curve.payment(budget, first, last));
		prop_assert_eq!(sum, curve.reward(budget, last) as i128 - curve.reward(budget, first) as i128);
		prop_assert!(sum.unsigned_abs() <= budget);
		prop_assert_eq!(curve.payment(budget, last, first), -sum);
	}

	#[test]
	fn anything_has_an_answer(bytes in any::<[u8; 25]>(), logarithmic: bool, budget: u128, score: [u32; 2]) {
		let bytes = [&[u8::from(!logarithmic)][..], &bytes].concat();
		let curve = Curve::decode(&mut &bytes[..]).unwrap();
		prop_assert!(curve.reward(budget, ratio(score[0], score[1])) <= budget);
	}
}
