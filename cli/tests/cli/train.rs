//! `learnware train --local`: without a node, what scorers would see.

use crate::common::{Home, Run};
use serde_json::{json, Value};
use std::{fs, path::PathBuf};

fn root() -> PathBuf {
	PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

pub fn learnware(name: &str) -> String {
	let path = root().join("learnwares/target/wasm32v1-none/release/examples").join(name).with_extension("wasm");
	assert!(path.is_file(), "compile the learnwares first: scripts/learnwares");
	path.display().to_string()
}

pub fn digits(name: &str) -> String {
	root().join("data/digits").join(name).display().to_string()
}

fn lessons() -> [String; 3] {
	[1, 2, 3].map(|number| digits(&format!("lesson-{number}.npy")))
}

fn train(home: &Home, learnware: &str, lessons: &[String], more: &[&str]) -> Run {
	let test = digits("test.npy");
	let mut args = vec!["train", "--local", learnware, "--test", &test];
	args.extend(lessons.iter().map(String::as_str));
	args.extend(more);
	home.run(&args)
}

/// What is printed for programs.
fn data(learnware: &str, lessons: &[String], more: &[&str]) -> Value {
	train(&Home::new(), learnware, lessons, &[more, &["--json"]].concat()).succeeds().data()
}

fn keys(value: &Value) -> Vec<&str> {
	value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A `.npy` file of bytes.
pub fn npy(shape: &str, rows: &[u8]) -> Vec<u8> {
	let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
	[b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), rows].concat()
}

/// A module whose training has no end, and which knows nothing of ten answers.
fn endless() -> Vec<u8> {
	let wat = r#"(module
		(memory (export "memory") 1)
		(func (export "alloc") (param i32) (result i32) (i32.const 0))
		(func (export "train") (param i32 i32) (loop (br 0)))
		(func (export "evaluate") (param i32 i32) (result i64) (i64.const 10))
		(func (export "save") (result i64) (i64.const 0))
		(func (export "load") (param i32 i32)))"#;
	wat::parse_str(wat).unwrap()
}

#[test]
fn prints_exactly_what_is_documented() {
	let data = data(&learnware("softmax_digits"), &lessons()[..1], &[]);
	assert_eq!(keys(&data), ["before", "compile_seconds", "state_bytes", "steps"]);
	assert_eq!(data["before"], json!({"correct": 59, "total": 599}));
	assert_eq!(data["state_bytes"], 4 * (1 + 12 * (64 + 1)));
	let steps = data["steps"].as_array().unwrap();
	assert_eq!(steps.len(), 1);
	assert_eq!(keys(&steps[0]), ["fuel", "kept", "lesson", "memory", "score", "seconds"]);
	assert_eq!(steps[0]["lesson"], lessons()[0]);
	assert_eq!(steps[0]["kept"], true);
	assert!(steps[0]["fuel"].is_u64() && steps[0]["memory"].is_u64() && steps[0]["seconds"].is_f64());
	assert_eq!(keys(&steps[0]["score"]), ["correct", "total"]);
}

#[test]
fn both_learnwares_learn_the_digits() {
	for name in ["softmax_digits", "mlp_digits"] {
		let data = data(&learnware(name), &lessons(), &[]);
		let correct = |step: &Value| step["score"]["correct"].as_u64().unwrap();
		let last = correct(&data["steps"][2]);
		assert!(100 * last >= 95 * 599, "{name}: {data}");
		assert!(correct(&data["steps"][0]) < last);
	}
}

#[test]
fn goes_on_from_a_state() {
	let home = Home::new();
	let (module, lessons) = (learnware("mlp_digits"), lessons());
	let (halfway, end, at_once) = (home.path("halfway"), home.path("end"), home.path("at-once"));
	let [halfway, end, at_once] = [halfway, end, at_once].map(|path| path.display().to_string());
	train(&home, &module, &lessons[..1], &["--output", &halfway]).succeeds();
	train(&home, &module, &lessons[1..], &["--from", &halfway, "--output", &end]).succeeds();
	train(&home, &module, &lessons, &["--output", &at_once]).succeeds();
	assert_eq!(fs::read(end).unwrap(), fs::read(at_once).unwrap());
}

#[test]
fn leaves_out_a_lesson_that_makes_it_worse() {
	let home = Home::new();
	// The same images, all of them called zeros.
	let mut wrong = fs::read(digits("lesson-2.npy")).unwrap();
	let rows = wrong.len() - 300 * 65;
	wrong[rows..].chunks_exact_mut(65).for_each(|row| row[64] = 0);
	let wrong = home.file("wrong.npy", wrong);
	let (right, after) = (home.path("right").display().to_string(), home.path("after").display().to_string());
	let module = learnware("mlp_digits");
	train(&home, &module, &lessons(), &["--output", &right]).succeeds();
	let lessons = [&lessons()[..], &[wrong]].concat();
	let data = train(&home, &module, &lessons, &["--json", "--output", &after]).succeeds().data();
	let steps = data["steps"].as_array().unwrap();
	assert_eq!((&steps[2]["kept"], &steps[3]["kept"]), (&json!(true), &json!(false)));
	assert!(steps[3]["score"]["correct"].as_u64() < steps[2]["score"]["correct"].as_u64());
	assert_eq!(fs::read(right).unwrap(), fs::read(after).unwrap());
	assert!(train(&home, &module, &lessons, &[]).succeeds().stdout.contains("left out: it knew more before"));
}

#[test]
fn tells_what_is_wrong_with_a_lesson() {
	let home = Home::new();
	let bad = [
		home.file("no-array.npy", "0,0,5,13"),
		home.file("narrow.npy", npy("(2, 64)", &[0; 128])),
		home.file("short.npy", npy("(2, 65)", &[0; 129])),
		home.file("no-such-class.npy", npy("(1, 65)", &[10; 65])),
		home.file("no-row.npy", npy("(0, 65)", &[])),
		home.file("empty.npy", ""),
	];
	let module = learnware("mlp_digits");
	let all = [&bad[..], &lessons()].concat();
	let given = data(&module, &all, &[]);
	for step in &given["steps"].as_array().unwrap()[..bad.len()] {
		assert_eq!(keys(step), ["bad", "detail", "fuel", "kept", "lesson", "memory", "score", "seconds"]);
		assert_eq!((&step["bad"], &step["kept"], &step["score"]), (&json!("unreachable"), &json!(false), &Value::Null));
		assert!(step["detail"].as_str().unwrap().contains("in train"), "{step}");
	}
	// The others are taught as if those had not been there.
	let without = data(&module, &lessons(), &[]);
	let scores = |data: &Value| data["steps"].as_array().unwrap().iter().map(|step| step["score"].clone()).collect();
	let (with, without): (Vec<_>, Vec<_>) = (scores(&given), scores(&without));
	assert_eq!(with[bad.len()..], without);
	let says = train(&home, &module, &bad, &[]).succeeds().stdout;
	assert!(says.contains("changes nothing: it refused this, or has a fault"), "{says}");
}

#[test]
fn tells_that_a_lesson_has_no_end() {
	let home = Home::new();
	let module = home.file("endless.wasm", endless());
	let data = data(&module, &lessons()[..1], &["--fuel", "1"]);
	assert_eq!(data["steps"][0]["bad"], "fuel");
	assert_eq!((&data["steps"][0]["kept"], &data["steps"][0]["score"]), (&json!(false), &Value::Null));
	let says = train(&home, &module, &lessons()[..1], &["--fuel", "1"]).succeeds().stdout;
	assert!(says.contains("changes nothing: out of fuel"), "{says}");
}

#[test]
fn refuses_what_it_cannot_use() {
	let home = Home::new();
	let (module, lesson) = (learnware("mlp_digits"), lessons()[0].clone());
	let missing = home.path("missing").display().to_string();
	let text = home.file("text", "no module, no test, no state");
	let test = digits("test.npy");
	let error = |args: &[&str]| {
		let error = home.run(&[&["train", "--json"], args].concat()).fails(2).error();
		error["message"].as_str().unwrap().to_string()
	};
	for (args, word) in [
		(["--local", &missing, &lesson, "--test", &test].as_slice(), "missing: No such file"),
		(&["--local", &module, &missing, "--test", &test], "missing: No such file"),
		(&["--local", &module, &lesson, "--test", &missing], "missing: No such file"),
		(&["--local", &text, &lesson, "--test", &test], "text: not a module of the WebAssembly"),
		(&["--local", &module, &lesson, "--test", &text], "in evaluate"),
		(&["--local", &module, &lesson, "--test", &test, "--from", &text], "in load"),
		(&["--local", &module, &lesson, "--test", &test, "--fuel", "0"], "--fuel"),
		(&["--local", &module, &lesson, "--test", &test, "--memory", "4096"], "--memory"),
		(&["--local", &module, &lesson, "--test", &test, "--memory", "1"], "too much memory"),
		(&["--local", &module, "--test", &test], "<LESSON>"),
		(&["--local", &module, &lesson], "--test"),
		(&[&module, &lesson, "--test", &test], "--local"),
	] {
		let message = error(args);
		assert!(message.contains(word), "{args:?}: {message}");
	}
	let says = home.run(&["train", "--local", &module, &lesson, "--test", &text]).fails(2).stderr;
	assert!(says.contains("is the test one for it?"), "{says}");
	let says = home.run(&["train", "--local", &module, &lesson, "--test", &test, "--from", &text]).fails(2).stderr;
	assert!(says.contains("is it one that this learnware has saved?"), "{says}");
}
