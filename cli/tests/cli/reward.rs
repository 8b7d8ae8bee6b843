//! `learnware reward`: without a node, what scores earn and what steps pay.

use crate::common::Home;
use serde_json::{from_str, json, Value};

const LOGARITHMIC: [&str; 9] = ["reward", "--curve", "logarithmic", "--min", "0/1", "--mid", "99/100", "--max", "1/1"];
const ERROR_LOG: [&str; 5] = ["reward", "--curve", "error-log", "--h", "100"];

/// What is printed for programs, whole.
fn envelope(curve: &[&str], more: &[&str]) -> Value {
	let run = Home::new().run(&[curve, more, &["--json"]].concat()).succeeds();
	from_str(&run.stdout).unwrap()
}

#[test]
fn prints_exactly_what_is_documented() {
	for (curve, args, data) in [
		(&LOGARITHMIC[..], ["--budget", "1000", "--score", "99/100"].as_slice(), json!({"reward": "500"})),
		(&LOGARITHMIC, &["--budget", "1UNIT", "--score", "9000/10000"], json!({"reward": "698581924"})),
		(&LOGARITHMIC, &["--budget", "1000", "--from", "99/100", "--to", "1/1"], json!({"payment": "500"})),
		(&ERROR_LOG, &["--budget", "1UNIT", "--score", "98/100"], json!({"reward": "425128843093"})),
		(&ERROR_LOG, &["--budget", "1000", "--from", "1/1", "--to", "0/1"], json!({"payment": "-1000"})),
	] {
		assert_eq!(envelope(curve, args), json!({"schema_version": 1, "data": data}), "{args:?}");
	}
	let largest = u128::MAX.to_string();
	let data = envelope(&LOGARITHMIC, &["--budget", &largest, "--score", "1/1"]);
	assert_eq!(data["data"]["reward"], largest);
}

#[test]
fn pays_the_published_run_to_the_token() {
	let scores = ["1014/10000", "9572/10000", "9792/10000", "9836/10000", "9842/10000", "9842/10000"];
	let paid = scores.windows(2).map(|step| {
		let printed = envelope(&LOGARITHMIC, &["--budget", "1000UNIT", "--from", step[0], "--to", step[1]]);
		printed["data"]["payment"].as_str().unwrap().parse::<u64>().unwrap() / 1_000_000_000_000
	});
	assert_eq!(paid.collect::<Vec<_>>(), [48, 185, 85, 13, 0]);
}

#[test]
fn has_defaults() {
	for (curve, whole) in [("logarithmic", &LOGARITHMIC[..]), ("error-log", &ERROR_LOG)] {
		let more = ["--budget", "1UNIT", "--score", "9876/10000"];
		assert_eq!(envelope(&["reward", "--curve", curve], &more), envelope(whole, &more));
	}
}

#[test]
fn speaks_to_people() {
	let says = |more: &[&str]| Home::new().run(&[&LOGARITHMIC, more].concat()).succeeds().stdout;
	assert_eq!(says(&["--budget", "3UNIT", "--score", "99/100"]), "1.5 UNIT of 3 UNIT earned at 99/100\n");
	let step = |from, to| says(&["--budget", "3UNIT", "--from", from, "--to", to]);
	assert_eq!(step("0/1", "99/100"), "1.5 UNIT paid to the tutor for the step from 0/1 to 99/100\n");
	assert_eq!(step("1/1", "99/100"), "1.5 UNIT owed by the tutor for the step from 1/1 to 99/100\n");
}

#[test]
fn refuses_what_it_cannot_use() {
	for (args, word) in [
		(["--curve", "logarithmic", "--score", "1/0"].as_slice(), "fraction"),
		(&["--curve", "logarithmic", "--score", "3/2"], "fraction"),
		(&["--curve", "logarithmic", "--score", "1/2", "--min", "99/100"], "min must be below mid"),
		(&["--curve", "logarithmic", "--score", "1/2", "--max", "1/2"], "mid must be below max"),
		(&["--curve", "logarithmic", "--score", "1/2", "--h", "5"], "--h belongs"),
		(&["--curve", "error-log", "--score", "1/2", "--h", "2"], "h must be at least 3"),
		(&["--curve", "error-log", "--score", "1/2", "--mid", "1/2"], "--mid belongs"),
		(&["--curve", "linear", "--score", "1/2"], "linear"),
		(&["--curve", "error-log"], "--score"),
		(&["--curve", "error-log", "--from", "1/2"], "--to"),
		(&["--curve", "error-log", "--to", "1/2"], "--from"),
		(&["--curve", "error-log", "--from", "0/1", "--to", "1/2", "--score", "1/2"], "--score"),
		(&["--score", "1/2"], "--curve"),
	] {
		let args = [&["reward", "--json", "--budget", "1"], args].concat();
		let error = Home::new().run(&args).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains(word), "{args:?}: {error}");
	}
}
