//! `learnware training`: what is refused without a node, and whole sessions on a real one. The latter need `learnware-node`
//! beside `learnware`.

use crate::{
	common::{Home, Run},
	local_chain::{events, Node},
	train::{digits, learnware, npy},
};
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Child, Stdio},
};

const TUTORS: [&str; 3] = ["//Bob", "//Charlie", "//Dave"];
const CURVE: [&str; 7] = ["--curve", "logarithmic", "--mid", "95/100", "--budget", "1000UNIT", "--yes"];

fn open_args<'a>(module: &'a str, test: &'a str, more: &[&'a str]) -> Vec<&'a str> {
	[&["training", "open", module, test, "--fuel", "20"], &CURVE[..], more].concat()
}

#[test]
fn refuses_what_it_cannot_open() {
	let home = Home::new();
	let (module, test) = (learnware("mlp_digits"), digits("test.npy"));
	let rows = |answer: u8| npy("(2, 65)", &[[0; 64].as_slice(), &[answer], &[1; 64], &[answer]].concat());
	let (one, two, trap) = (rows(1), rows(2), rows(10));
	let (one, same, two) = (home.file("one", &one), home.file("same", &one), home.file("two", two));
	let (text, empty, trap) =
		(home.file("text", "no module, no array"), home.file("empty", ""), home.file("trap", trap));
	let large = home.file("large", vec![0; (1 << 20) + 1]);
	let refuses = |args: &[&str], words: &[&str]| {
		let run = home.run(&[&["training", "open", "--json"], args].concat()).fails(2);
		let error = run.error();
		let message = format!("{} {}", error["message"], error["help"]);
		assert!(words.iter().all(|word| message.contains(word)), "{args:?}: {message}");
	};
	let curve = ["--budget", "1000UNIT", "--curve", "logarithmic"];
	for (files, words) in [
		([text.as_str(), &one, &two].as_slice(), ["text: not a module of the WebAssembly", ""]),
		(&[&module, &one, &text], ["on part 1 of the test set", "is the test set one for this learnware?"]),
		(&[&module, &one, &trap], ["on part 1 of the test set", "refused this"]),
		(&[&module, &one, &two, &same], ["parts 0 and 2 of the test set are equal", "would know the other"]),
		(&[&module, &one, &empty], ["empty is empty", ""]),
		(&[&module, &one], ["at least 2 parts", "--parts K"]),
		(&[&module, &one, "--parts", "3"], ["too few for 3 parts", "parts as files"]),
		(&[&module, &text, "--parts", "2"], ["no .npy file", ""]),
		(&[&module, &one, &two, "--parts", "2"], ["--parts splits one file", ""]),
		(&[&module, &test, "--parts", "1"], ["--parts", ""]),
		(&[&module, &test, "--parts", "129"], ["--parts", ""]),
		(&[&module, &test, "--parts", "6", "--memory", "1"], ["too much memory", "raise --fuel"]),
		(&[&module, &test, "--parts", "6", "--fuel", "1001"], ["--fuel", ""]),
		(&[&module, &test, "--parts", "6", "--max-lessons", "65"], ["--max-lessons", ""]),
		(&[&module, &test, "--parts", "6", "--settlement", "daily"], ["at-end", ""]),
		(&[&module, &test, "--parts", "6", "--min", "99/100"], ["min must be below mid", ""]),
		(&[&module, &test, "--parts", "6", "--max", "1/2"], ["mid must be below max", ""]),
		(&[&module, &test, "--parts", "6", "--h", "5"], ["--h belongs", ""]),
		(&[&module, &test, "--parts", "6", "--from", &text], ["does not take", "what this very learnware has saved"]),
		(&[&module, &test, "--parts", "6", "--from", &empty], ["empty is empty", ""]),
		(&[&module, &test, "--parts", "6", "--from", "/nowhere"], ["can't read /nowhere", ""]),
		(&[&module, &test, "--parts", "6", "--from", &large, "--state", "1"], ["1 MiB of --state", "raise --state"]),
		(&[&module, &test, "--parts", "6", "--from", &text, "--from", &text], ["--from", ""]),
	] {
		refuses(&[files, &curve].concat(), &words);
	}
	refuses(&[&module, &test, "--parts", "6", "--curve", "logarithmic"], &["--budget"]);
	refuses(&[&module, &test, "--parts", "6", "--budget", "1UNIT"], &["--curve"]);
	refuses(
		&[&module, &test, "--parts", "6", "--budget", "1UNIT", "--curve", "error-log", "--h", "2"],
		&["at least 3"],
	);
	assert!(!home.path("journal").exists(), "nothing was written down");
}

#[test]
fn refuses_what_is_no_lesson_before_it_connects() {
	let home = Home::new();
	let (missing, empty) = (home.path("missing").display().to_string(), home.file("empty", ""));
	let large = home.file("large", vec![0; (32 << 20) + 1]);
	for (lesson, word) in [(&missing, "can't read"), (&empty, "is empty"), (&large, "larger than 32 MiB")] {
		let error = home.run(&["training", "teach", "0", lesson, "--json"]).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains(word), "{error}");
	}
	for args in [["training", "list"].as_slice(), &["training", "show", "0"], &["training", "fetch", "0"]] {
		let args = [args, &["--url", "ws://127.0.0.1:9"]].concat();
		assert!(home.run(&args).fails(3).stderr.contains("start a node"), "{args:?}");
	}
	let fetch = home.run(&["training", "fetch", "0", "--json"]).fails(2).error();
	assert_eq!((&fetch["code"], &fetch["help"]), (&json!("missing_input"), &json!("give --output FILE")));
	home.run(&["training", "reveal-test-set", "0", "--parts", "2"]).fails(2);
	home.run(&["training", "watch", "0", "--forever"]).fails(2);
	home.run(&["training", "teach", "0", &large, "--force", "--no-trial"]).fails(2);
}

/// A session of digits that takes so many lessons; nothing of its test set is shown.
fn open(node: &Node, max_lessons: &str) -> String {
	open_with(node, max_lessons, &[])["training"].to_string()
}

fn open_with(node: &Node, max_lessons: &str, more: &[&str]) -> Value {
	let (module, test) = (learnware("mlp_digits"), digits("test.npy"));
	let periods = ["--commit-period", "300", "--reveal-period", "60", "--test-period", "60"];
	let more = [&["--parts", "6", "--max-lessons", max_lessons], &periods[..], more].concat();
	let opened = node.does("//Alice", &open_args(&module, &test, &more));
	assert_eq!((&opened["parts"], &opened["score"]["total"]), (&json!(6), &json!(599)), "{opened}");
	opened
}

fn wait_for_commit(node: &Node, training: &str) {
	while node.does("//Alice", &["training", "show", training])["phase"] != "commit" {
		std::thread::sleep(std::time::Duration::from_millis(200));
	}
}

/// The files that a journal keeps.
fn kept(directory: &Path, found: &mut Vec<PathBuf>) {
	for entry in fs::read_dir(directory).unwrap() {
		let path = entry.unwrap().path();
		match path.is_dir() {
			true => kept(&path, found),
			false if path.parent().unwrap().ends_with("files") => found.push(path),
			false => {},
		}
	}
}

/// How many of them anybody can fetch.
fn count_public(node: &Node, files: &[PathBuf]) -> usize {
	let output = node.home.path("fetched").display().to_string();
	let is_public = |path: &&PathBuf| {
		let cid = path.file_name().unwrap().to_str().unwrap();
		node.run("//Eve", &["ipfs", "cat", cid, "--output", &output]).code == 0
	};
	files.iter().filter(is_public).count()
}

fn bad_lessons(node: &Node, training: &str) {
	let rows =
		|shape: &str, count: usize, answer: u8| npy(shape, &[[0; 64].as_slice(), &[answer]].concat().repeat(count));
	for (name, content) in [
		("no-array", b"0,0,5,13".to_vec()),
		("narrow", npy("(2, 64)", &[0; 128])),
		("no-such-class", rows("(1, 65)", 1, 10)),
	] {
		let file = node.home.file(name, content);
		let error = node.run("//Bob", &["training", "teach", training, &file, "--yes"]).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains("can't be taught"), "{name}: {error}");
		assert_eq!(error["details"]["after"], Value::Null, "{error}");
	}
	assert_eq!(node.does("//Bob", &["training", "show", training])["committed"], 0, "nothing was sent");
}

#[test]
fn opens_shows_and_closes() {
	let node = Node::start();
	let (module, test) = (learnware("mlp_digits"), digits("test.npy"));
	let dry = node.does("//Alice", &open_args(&module, &test, &["--parts", "6", "--dry-run"]));
	assert_eq!((&dry["trial"]["parts"], &dry["trial"]["score"]["total"]), (&json!(6), &json!(599)), "{dry}");
	let holds = dry["holds"].as_array().unwrap().iter().map(|hold| hold["what"].clone()).collect::<Vec<_>>();
	assert_eq!(holds, ["budget", "fees", "deposit"]);
	assert!(!node.home.path("journal").exists(), "a dry run leaves nothing behind");
	for (more, code) in [
		(["--budget", "1"], "LearnwareRewards.BudgetTooSmall"),
		(["--deposit", "1"], "LearnwareRewards.DepositTooSmall"),
		(["--scoring-fee", "1"], "LearnwareRewards.FeeTooSmall"),
		(["--score-period", "10"], "LearnwareRewards.ScorePeriodTooShort"),
		(["--commit-period", "1000d"], "LearnwareRewards.PeriodTooLong"),
		(["--test-period", "19"], "LearnwareRewards.PeriodTooShort"),
		(["--reveal-period", "0"], "LearnwareRewards.PeriodTooShort"),
	] {
		let budget = ["--budget", "1000UNIT"];
		let budget = if more[0] == "--budget" { &[][..] } else { &budget };
		let open = ["training", "open", &module, &test, "--parts", "6", "--curve", "error-log", "--yes"];
		assert_eq!(node.refuses("//Alice", &[&open[..], budget, &more].concat(), 1), code);
	}

	let training = open(&node, "3");
	let mut files = Vec::new();
	kept(&node.home.path("journal"), &mut files);
	assert_eq!((files.len(), count_public(&node, &files)), (6, 0), "the test set is a secret");
	let lesson = digits("lesson-1.npy");
	assert_eq!(
		node.refuses("//Bob", &["training", "teach", &training, &lesson, "--yes"], 1),
		"LearnwareRewards.TooEarly"
	);
	assert_eq!(node.refuses("//Bob", &["training", "close", &training], 1), "LearnwareRewards.NotStudent");
	assert_eq!(node.refuses("//Bob", &["training", "reveal-test-set", &training], 1), "LearnwareRewards.NotStudent");
	let reveal = ["training", "reveal-test-set", &training, "--when-due"];
	let other = digits("lesson-2.npy");
	let wrong = node.run("//Alice", &[&reveal[..], &[&other, "--parts", "6"]].concat()).fails(2).error();
	assert!(wrong["message"].as_str().unwrap().contains("is not the one that session"), "{wrong}");
	// The journal is lost, but the files are not.
	fs::rename(node.home.path("journal"), node.home.path("lost")).unwrap();
	assert_eq!(node.run("//Alice", &reveal).fails(4).error()["code"], "account");
	let shown = node.does("//Alice", &[&reveal[..], &[&test, "--parts", "6"]].concat());
	assert_eq!(shown["parts"].as_array().unwrap().len(), 1, "{shown}");
	fs::remove_dir_all(node.home.path("journal")).unwrap();
	fs::rename(node.home.path("lost"), node.home.path("journal")).unwrap();
	assert_eq!(count_public(&node, &files), 1);
	assert_eq!(node.refuses("//Alice", &["training", "reveal-test-set", &training], 1), "LearnwareRewards.TooEarly");

	let details = node.does("//Eve", &["training", "show", &training]);
	assert_eq!((&details["phase"], &details["shown"]), (&json!("commit"), &shown["parts"][0]["location"]));
	assert_eq!(node.does("//Eve", &["training", "list"])[0]["training"].to_string(), training);
	bad_lessons(&node, &training);
	let teach = ["training", "teach", &training, &lesson, "--yes"];
	let dry = node.does("//Bob", &[&teach[..], &["--dry-run"]].concat());
	let correct = |score: &Value| score["correct"].as_u64().unwrap();
	assert!(correct(&dry["trial"]["after"]) > correct(&dry["trial"]["before"]), "{dry}");
	let committed = node.does("//Bob", &teach);
	assert_eq!(committed["trial"]["after"], dry["trial"]["after"], "the same every time");
	let lesson = committed["location"].as_str().unwrap();
	assert_eq!(count_public(&node, &[lesson.into()]), 0, "the lesson is a secret");
	assert_eq!(node.refuses("//Bob", &teach, 1), "LearnwareRewards.AlreadyCommitted");
	assert_eq!(node.refuses("//Bob", &["training", "reveal", &training], 1), "LearnwareRewards.TooEarly");
	assert_eq!(node.refuses("//Alice", &["training", "close", &training], 1), "LearnwareRewards.HasLessons");
	assert_eq!(node.refuses("//Eve", &["training", "withdraw", &training], 1), "LearnwareRewards.NotCommitted");
	node.does("//Bob", &["training", "withdraw", &training]);
	node.does("//Alice", &["training", "close", &training]);

	let mut watch = node.command("//Alice", &["training", "watch", &training]);
	let events = events(&String::from_utf8(watch.output().unwrap().stdout).unwrap());
	let end = events.last().unwrap();
	assert_eq!((&end["event"], &end["end"]), (&json!("closed"), &json!("closed")), "{end}");
	assert_eq!((&end["paid"], &end["returned"]), (&json!("0"), &json!("1000000000000000")));
	let ended = node.does("//Eve", &["training", "show", &training]);
	assert_eq!((&ended["closed"]["end"], &ended["epochs"]), (&json!("closed"), &json!([])));
	assert_eq!(node.refuses("//Eve", &["training", "show", "7"], 1), "LearnwareRewards.UnknownTraining");
	let state = node.home.path("state").display().to_string();
	assert_eq!(node.refuses("//Eve", &["training", "fetch", &training, "--output", &state], 1), "nothing_there");
}

fn watch(node: &Node, account: &str, args: &[&str]) -> Child {
	let mut watch = node.command(account, &[&["training", "watch"], args].concat());
	watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What a watch has told, when it has ended by itself.
fn told(watch: Child) -> Vec<Value> {
	events(&Run::from(watch.wait_with_output().unwrap()).succeeds().stdout)
}

fn score(score: &Value) -> String {
	format!("{}/{}", score["correct"], score["total"])
}

/// Replays the session here, with the first lessons, from what everybody can fetch.
fn replayed(node: &Node, training: &str, watched: &[Value], lessons: usize, from: &[&str]) -> Value {
	let fetch = |cid: &str| {
		let output = node.home.path(cid).display().to_string();
		node.does("//Eve", &["ipfs", "cat", cid, "--output", &output]);
		output
	};
	let revealed = watched.iter().rfind(|event| event["event"] == "test_set_revealed").unwrap();
	let parts = revealed["parts"].as_array().unwrap();
	assert_eq!(parts.len(), 5, "all but the one that was shown");
	let test = parts.iter().flat_map(|part| ["--test".into(), fetch(part["location"].as_str().unwrap())]);
	let (module, state) = (node.home.path("module"), node.home.path("replayed"));
	let [module, state] = [module, state].map(|path| path.display().to_string());
	node.does("//Eve", &["training", "fetch", training, "--learnware", "--output", &module]);
	let lessons = (1..=lessons).map(|number| digits(&format!("lesson-{number}.npy")));
	let mut args =
		["train", "--local", "--fuel", "20", "--json", "--output", &state, &module].map(String::from).to_vec();
	args.extend(lessons.chain(test));
	let args = args.iter().map(String::as_str).chain(from.iter().copied()).collect::<Vec<_>>();
	node.home.run(&args).succeeds().data()
}

fn scores(steps: &Value, name: &str) -> Vec<Value> {
	steps.as_array().unwrap().iter().map(|step| step[name].clone()).collect()
}

#[test]
fn pays_for_what_was_learned_to_the_unit() {
	let node = Node::start();
	let training = open(&node, "3");
	let student = watch(&node, "//Alice", &[&training]);
	wait_for_commit(&node, &training);
	let tutors = TUTORS.iter().enumerate().map(|(index, tutor)| {
		let lesson = digits(&format!("lesson-{}.npy", index + 1));
		let more: &[&str] = if index == 0 { &["--no-trial"] } else { &[] };
		node.does(tutor, &[&["training", "teach", &training, &lesson, "--yes"], more].concat());
		watch(&node, tutor, &[])
	});
	let tutors = tutors.collect::<Vec<_>>();
	let (student, tutors) = (told(student), tutors.into_iter().map(told).collect::<Vec<_>>());

	let end = student.last().unwrap();
	assert_eq!((&end["event"], &end["end"]), (&json!("closed"), &json!("finished")), "{end}");
	let lessons = end["epochs"][0]["lessons"].as_array().unwrap();
	assert_eq!(lessons.len(), 3);
	let reward = ["reward", "--json", "--curve", "logarithmic", "--mid", "95/100", "--budget", "1000UNIT"];
	let mut sum = 0;
	for lesson in lessons {
		let step = ["--from", &score(&lesson["before"]), "--to", &score(&lesson["after"])];
		let payment = node.home.run(&[&reward[..], &step].concat()).succeeds().data()["payment"].clone();
		assert_eq!(if lesson["kept"] == true { payment } else { json!("0") }, lesson["paid"], "{lesson}");
		sum += lesson["paid"].as_str().unwrap().parse::<u128>().unwrap();
	}
	assert_eq!(end["paid"], sum.to_string());
	assert_eq!(end["returned"], (1_000_000_000_000_000 - sum).to_string());
	for (tutor, events) in TUTORS.iter().zip(&tutors) {
		let settled = events.last().unwrap();
		assert_eq!(
			(&settled["event"], &settled["lessons"]),
			(&json!("epoch_settled"), &end["epochs"][0]["lessons"]),
			"{tutor}"
		);
		assert!(events.iter().any(|event| event["event"] == "lesson_revealed"), "{tutor}");
	}

	let again = replayed(&node, &training, &student, 3, &[]);
	assert_eq!(again["before"], lessons[0]["before"]);
	assert_eq!(scores(&again["steps"], "score"), scores(&end["epochs"][0]["lessons"], "after"));
	let (state, plot) = (node.home.path("state"), node.home.path("plot.svg"));
	node.does("//Alice", &["training", "fetch", &training, "--output", state.to_str().unwrap()]);
	assert_eq!(
		fs::read(&state).unwrap(),
		fs::read(node.home.path("replayed")).unwrap(),
		"what scorers pinned is what was taught"
	);
	let shown = node.does("//Eve", &["training", "show", &training, "--plot", plot.to_str().unwrap()]);
	assert_eq!((&shown["closed"]["paid"], &shown["epochs"]), (&end["paid"], &end["epochs"]));
	assert_eq!((&shown["from"], &shown["closed"]["state"]), (&Value::Null, &end["state"]));
	assert!(fs::read_to_string(plot).unwrap().contains("score, % of the answers right"));
	let words = node.says("//Eve", &["training", "show", &training]);
	let sums = words.lines().filter(|line| line.contains(" paid") && line.contains("budget")).collect::<Vec<_>>();
	assert!(sums.len() == 1 && !sums[0].contains(" 0 UNIT paid"), "{words}");
	goes_on(&node, state.to_str().unwrap(), &end["state"]);
}

/// Opens another session with the state that the first has ended with, and teaches it a lesson.
fn goes_on(node: &Node, state: &str, location: &Value) {
	let from = ["--from", state];
	let (module, test) = (learnware("mlp_digits"), digits("test.npy"));
	let open =
		|more: &[&str]| node.run("//Alice", &open_args(&module, &test, &[&from[..], more, &["--dry-run"]].concat()));
	for (parts, what) in [("6", "6 of 6 parts"), ("5", "599 of 599 rows")] {
		let error = open(&["--parts", parts]).fails(2).error();
		assert_eq!(error["code"], "shown_before");
		assert!(error["message"].as_str().unwrap().contains(what), "{error}");
	}
	let dry = open(&["--parts", "6", "--again"]).succeeds().data();
	let advice = dry["advice"].as_array().unwrap().iter().find(|advice| advice["about"] == "from");
	assert!(advice.unwrap()["what"].as_str().unwrap().contains(location.as_str().unwrap()), "{dry}");
	let opened = open_with(node, "1", &[&from[..], &["--again"]].concat());
	assert_eq!((&opened["from"], &opened["score"]), (location, &dry["trial"]["score"]));
	assert!(opened["score"]["correct"].as_u64() > Some(500), "it knows what it was taught: {opened}");
	let training = opened["training"].to_string();
	let student = watch(node, "//Alice", &[&training]);
	wait_for_commit(node, &training);
	let shown = node.does("//Eve", &["training", "show", &training]);
	assert_eq!((&shown["from"], &shown["state"], &shown["score"]), (location, location, &Value::Null), "{shown}");
	assert_eq!(&node.does("//Eve", &["training", "list"])[0]["state"], location);
	let fetched = node.home.path("fetched-again").display().to_string();
	node.does("//Eve", &["training", "fetch", &training, "--output", &fetched]);
	assert_eq!(fs::read(fetched).unwrap(), fs::read(state).unwrap());

	let taught = node.does("//Bob", &["training", "teach", &training, &digits("lesson-1.npy"), "--force", "--yes"]);
	let before = &taught["trial"]["before"];
	assert!(before["correct"].as_u64().unwrap() * 10 > before["total"].as_u64().unwrap() * 8, "{taught}");
	let tutor = watch(node, "//Bob", &[&training]);
	let (student, _) = (told(student), told(tutor));
	let end = student.last().unwrap();
	assert_eq!((&end["event"], &end["end"]), (&json!("closed"), &json!("finished")), "{end}");
	let again = replayed(node, &training, &student, 1, &from);
	assert_eq!(again["before"], end["epochs"][0]["before"], "the first score is that of the state");
	assert_eq!(scores(&again["steps"], "score"), scores(&end["epochs"][0]["lessons"], "after"));
	let shown = node.does("//Eve", &["training", "show", &training]);
	assert_eq!((&shown["from"], &shown["closed"]["state"]), (location, &end["state"]));
}

#[test]
fn who_does_not_show_the_test_set_loses_the_deposit() {
	let node = Node::start();
	let training = open(&node, "1");
	// Who has no part in it only looks.
	let watch = watch(&node, "//Eve", &[&training]);
	while node.does("//Eve", &["training", "show", &training])["phase"] != "overdue" {
		std::thread::sleep(std::time::Duration::from_millis(500));
	}
	node.does("//Ferdie", &["training", "resolve", &training]);
	let watched = told(watch);
	let end = watched.last().unwrap();
	assert_eq!((&end["end"], &end["returned"]), (&json!("not_shown"), &json!("1000000000000000")), "{end}");
	assert_ne!(end["slashed"], "0");
}
