//! Games on a real chain with what protects them: gold, allow-lists, denunciations, explanations and verification.
//! Needs `learnware-node` beside `learnware`.

use crate::{
	common::Run,
	local_chain::{events, label, Node, LABELERS},
};
use blake2::{digest::consts::U32, Blake2b, Digest};
use serde_json::{json, Value};
use std::{fs, path::Path, process::Stdio, str::FromStr};
use subxt_signer::{sr25519::Keypair, SecretUri};

const GOLD: &str = r#"{"0": 0, "1": 1, "2": 1, "3": 0, "19": 0}"#;

fn create(node: &Node, task: &str, more: &[&str]) -> String {
	let (task, words) = (node.home.file("task.json", task), node.home.file("description.txt", "?"));
	let create = ["dataset", "create", "--task", &task, "--description", &words, "--collateral", "1UNIT"];
	let terms = ["--min-labels", "5", "--max-labels", "5", "--commit-period", "300", "--score-period", "60", "--yes"];
	node.does("//Alice", &[&create[..], &terms, more].concat())["dataset"].to_string()
}

fn submit(node: &Node, dataset: &str, more: &[&str]) -> String {
	let sample = node.home.file("sample.json", "[]");
	let submit = ["sample", "submit", dataset, &sample, "--bounty", "8UNIT", "--yes"];
	node.does("//Alice", &[&submit[..], more].concat())["sample"].to_string()
}

fn commit_and_reveal(node: &Node, sample: &str, files: &[String]) {
	for (account, file) in LABELERS.into_iter().zip(files) {
		node.does(account, &["label", "commit", sample, file, "--yes"]);
	}
	let reveals = LABELERS.map(|account| {
		let mut reveal = node.command(account, &["label", "reveal", sample]);
		reveal.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
	});
	for mut reveal in reveals {
		assert!(reveal.wait().unwrap().success());
	}
}

/// The salt of an account's label, as its owner could tell it to somebody.
fn leaked_salt(genesis: &str, sample: u32, uri: &str) -> String {
	let root = Keypair::from_uri(&SecretUri::from_str(&format!("{uri}//learnware-secret-1")).unwrap()).unwrap();
	let genesis = hex::decode(&genesis[2..]).unwrap();
	let salt = Blake2b::<U32>::new()
		.chain_update(b"learnware/salt/1")
		.chain_update(genesis)
		.chain_update(sample.to_le_bytes())
		.chain_update(root.public_key().0);
	hex::encode(salt.finalize())
}

fn allow_list(node: &Node, dataset: &str, sample: &str) {
	let right = label(&node.home, 0);
	assert_eq!(node.refuses("//Bob", &["label", "commit", sample, &right, "--yes"], 1), "LabelingGame.NotEligible");
	assert_eq!(node.does("//Bob", &["label", "next"]), json!([]));
	let allowed = node.does("//Alice", &[&["dataset", "allow", dataset, "--yes"][..], &LABELERS].concat());
	assert_eq!(allowed["accounts"].as_array().unwrap().len(), 5);
	assert_eq!(node.does("//Alice", &["dataset", "show", dataset])["allowed"], 5);
	assert_eq!(node.does("//Bob", &["label", "next"])[0]["sample"].to_string(), sample);
	assert_eq!(node.refuses("//Alice", &["dataset", "close", dataset], 1), "LabelingGame.DatasetInUse");
}

/// Ferdie knows Bob's label, for Bob told.
fn denounce(node: &Node, sample: &str) {
	let file = label(&node.home, 3);
	let committed = node.does("//Bob", &["label", "commit", sample, &file, "--yes"]);
	let (who, location) = (committed["account"].as_str().unwrap(), committed["location"].as_str().unwrap());
	let genesis = node.does("//Bob", &["chain", "info"])["genesis"].as_str().unwrap().to_string();
	let salt = leaked_salt(&genesis, sample.parse().unwrap(), "//Bob");
	let denounce = |salt: &str, account: &str, exit: i32| {
		let args = ["label", "denounce", sample, "--who", who, "--location", location, "--salt", salt, "--yes"];
		node.run(account, &args).fails(exit)
	};
	assert_eq!(denounce(&"0".repeat(64), "//Ferdie", 2).error()["code"], "bad_input");
	assert_eq!(denounce(&salt, "//Bob", 1).error()["code"], "LabelingGame.DenouncesItself");
	assert_eq!(denounce(&salt, "//Ferdie", 0).data()["reward"], "500000000000");
	assert_eq!(node.does("//Bob", &["label", "status"]), json!([]));
}

fn verified(node: &Node, sample: &str) -> Value {
	let report = node.does("//Alice", &["sample", "verify", sample]);
	assert_eq!((&report["verified"], &report["differences"]), (&json!(true), &json!([])), "{report}");
	report
}

#[test]
fn gold_is_kept_revealed_and_counted() {
	let node = Node::start();
	let dataset = create(&node, r#"{"classification": {"items": 20, "classes": 2}}"#, &["--eligibility", "allow-list"]);
	let (gold, few) = (node.home.file("gold.json", GOLD), node.home.file("few.json", r#"{"0": 0}"#));
	let sample_file = node.home.file("sample.json", "[]");
	let submit_with = |gold: &str, more: &str| {
		node.run("//Alice", &["sample", "submit", &dataset, &sample_file, "--bounty", "8UNIT", "--gold", gold, more])
	};
	submit_with(&few, "--yes").fails(2);
	let dry = submit_with(&gold, "--dry-run").succeeds().data();
	assert_eq!((&dry["advice"][0]["about"], &dry["advice"][0]["amount"]), (&json!("gold"), &json!("8000000000000")));
	assert!(!node.home.path("journal").exists(), "a dry run leaves nothing behind");

	let sample = submit(&node, &dataset, &["--gold", &gold]);
	allow_list(&node, &dataset, &sample);
	denounce(&node, &sample);
	assert_eq!(node.refuses("//Alice", &["sample", "reveal-gold", &sample], 1), "LabelingGame.TooEarly");
	let mut watch = node.command("//Alice", &["sample", "watch", &sample]);
	let watch = watch.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
	let files = (0..5).map(|wrong| label(&node.home, wrong)).collect::<Vec<_>>();
	commit_and_reveal(&node, &sample, &files);
	let events = events(&String::from_utf8(watch.wait_with_output().unwrap().stdout).unwrap());
	assert!(events.iter().any(|event| event["event"] == "gold_revealed"), "{events:?}");
	let end = events.last().unwrap();
	assert_eq!((&end["end"], &end["gold"]), (&json!("paid"), &json!("counted")), "{end}");

	verified(&node, &sample);
	let missing = node.run_without_ipfs("//Alice", &["sample", "verify", &sample]).fails(3).error();
	assert_eq!(
		(&missing["code"], missing["details"]["missing"].as_array().unwrap().len()),
		(&json!("labels_missing"), 6)
	);
	let explained = node.run_without_ipfs("//Dave", &["label", "explain", &sample]).succeeds().data();
	assert_eq!((&explained["place"], &explained["evidence"]), (&json!(3), &json!(null)));
	let explained = node.does("//Dave", &["label", "explain", &sample]);
	assert_eq!((&explained["place"], &explained["loss"]), (&json!(3), &json!(2)), "{explained}");
	assert_eq!(
		explained["evidence"]["differences"],
		json!([
			{"item": 1, "answer": 0, "reference": 1, "gold": true},
			{"item": 2, "answer": 0, "reference": 1, "gold": true},
		])
	);
	let consensus = node.home.path("consensus.json");
	let fetch = ["sample", "fetch", &sample, "--consensus", "--output", consensus.to_str().unwrap()];
	node.run("//Bob", &fetch).succeeds();
	let right = fs::read_to_string(label(&node.home, 0)).unwrap();
	assert_eq!(fs::read_to_string(consensus).unwrap(), right);
	let directory = node.home.path("labels");
	node.does("//Bob", &["sample", "fetch", &sample, "--labels", directory.to_str().unwrap()]);
	assert_eq!(fs::read_dir(directory).unwrap().count(), 5);

	gold_without_journal(&node, &dataset, &gold);
	assert_eq!(node.refuses("//Alice", &["dataset", "close", &dataset], 1), "LabelingGame.AllowListNotEmpty");
	node.does("//Alice", &["dataset", "disallow", &dataset, "--all"]);
	node.does("//Alice", &["dataset", "close", &dataset]);
}

/// The journal is lost, but neither the account nor the file of the gold.
fn gold_without_journal(node: &Node, dataset: &str, gold: &str) {
	let sample_file = node.home.file("sample.json", "[]");
	let again = ["sample", "submit", dataset, &sample_file, "--bounty", "8UNIT", "--yes", "--gold", gold];
	assert_eq!(node.refuses("//Alice", &again, 2), "shown_before");
	let elsewhere = node.command("//Alice", &again).env("LEARNWARE_HOME", node.home.path("new")).output().unwrap();
	assert_eq!(Run::from(elsewhere).fails(2).error()["code"], "shown_before", "the chain remembers it, too");
	let other_question = node.home.file("other-sample.json", "[1]");
	node.does(
		"//Alice",
		&["sample", "submit", dataset, &other_question, "--bounty", "8UNIT", "--dry-run", "--gold", gold],
	);
	let sample = submit(node, dataset, &["--gold", gold, "--again"]);
	assert_eq!(node.refuses("//Alice", &again, 2), "shown_before", "it will be shown");
	fs::remove_dir_all(node.home.path("journal")).unwrap();
	let commits =
		LABELERS.map(|account| node.does(account, &["label", "commit", &sample, &label(&node.home, 0), "--yes"]));
	let [bob, ..] = commits;
	let other = node.home.file("other.json", r#"{"0": 0, "1": 1, "2": 1, "3": 0}"#);
	assert_eq!(node.refuses("//Alice", &["sample", "reveal-gold", &sample], 4), "account");
	assert_eq!(node.refuses("//Alice", &["sample", "reveal-gold", &sample, &other], 2), "bad_input");
	assert_eq!(node.refuses("//Bob", &["sample", "reveal-gold", &sample, gold], 1), "LabelingGame.NotProvider");
	let revealed = node.does("//Alice", &["sample", "reveal-gold", &sample, gold]);
	assert_eq!(revealed["sample"].to_string(), sample);
	opened_by_a_secret_file(node, &sample, &bob);
	node.run("//Alice", &["sample", "watch", &sample]).succeeds();
	assert_eq!(verified(node, &sample)["gold"], "counted");
}

/// As of a script, which writes down location and salt; the journal knows nothing of it.
fn opened_by_a_secret_file(node: &Node, sample: &str, bob: &Value) {
	fs::remove_dir_all(node.home.path("journal")).unwrap();
	let genesis = node.does("//Bob", &["chain", "info"])["genesis"].clone();
	let salt = leaked_salt(genesis.as_str().unwrap(), sample.parse().unwrap(), "//Bob");
	let secret = json!({
		"genesis": genesis, "sample": sample.parse::<u32>().unwrap(), "account": bob["account"],
		"location": bob["location"], "salt": format!("0x{salt}"), "commitment": bob["commitment"],
	});
	let reveal = |secret: &Value, account: &str| {
		let file = node.home.file("secret.json", secret.to_string());
		node.run(account, &["label", "reveal", sample, &file])
	};
	for (field, wrong, word) in [
		("genesis", json!(format!("0x{}", "1".repeat(64))), "another chain"),
		("sample", json!(77), "of sample 77"),
		("account", json!("5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91R"), "of a label of 5DVE"),
		("salt", json!("0x12"), "64 hexadecimal digits"),
		("salt", json!(format!("0x{}", "1".repeat(64))), "is not what was committed"),
		("location", json!(null), "neither a label nor the secret file"),
	] {
		let mut secret = secret.clone();
		secret[field] = wrong;
		let error = reveal(&secret, "//Bob").fails(2).error();
		assert!(error["message"].as_str().unwrap().contains(word), "{field}: {error}");
	}
	assert_eq!(reveal(&secret, "//Bob").succeeds().data()[0]["location"], bob["location"]);
	for account in &LABELERS[1..] {
		let known = node.run(account, &["label", "status"]).succeeds();
		assert!(known.stderr.contains("this home can't open"), "{}", known.stderr);
		node.does(account, &["label", "reveal", sample, &label(&node.home, 0)]);
	}
}

#[test]
fn masks_are_explained_and_verified() {
	let node = Node::start();
	let dataset = create(&node, r#"{"mask": {"width": 4, "height": 3}}"#, &["--payout", "softmax"]);
	assert_eq!(node.does("//Alice", &["dataset", "show", &dataset])["terms"]["duplicates"], "collapse");
	let sample = submit(&node, &dataset, &[]);
	let gold = node.home.file("gold.json", GOLD);
	let refused = node.refuses(
		"//Alice",
		&["sample", "submit", &dataset, &gold, "--bounty", "8UNIT", "--gold", &gold, "--yes"],
		2,
	);
	assert_eq!(refused, "bad_input");
	let truth = [[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]];
	let files = (0..5).map(|label| {
		let mut mask = truth;
		// The first two are the same.
		mask[2][label.max(1) - 1] = u8::from(label > 1);
		node.home.file(&format!("mask-{label}.json"), json!(mask).to_string())
	});
	commit_and_reveal(&node, &sample, &files.collect::<Vec<_>>());
	let end = events(&node.run("//Alice", &["sample", "watch", &sample]).succeeds().stdout).pop().unwrap();
	let places = end["labels"].as_array().unwrap().iter().map(|label| label["place"].as_u64().unwrap());
	assert_eq!(places.collect::<Vec<_>>(), [1, 1, 2, 2, 2], "copies take one place: {end}");
	verified(&node, &sample);
	let explained = node.does("//Charlie", &["label", "explain", &sample]);
	assert_eq!((&explained["copy_of"], explained["same_as"].is_string()), (&json!(0), true), "{explained}");
	let explained = node.does("//Dave", &["label", "explain", &sample]);
	let evidence = &explained["evidence"];
	assert_eq!((&evidence["added"], &evidence["added_at"]), (&json!(1), &json!([[1, 2, 0]])), "{explained}");
	let consensus = node.home.path("consensus.npy");
	node.run("//Bob", &["sample", "fetch", &sample, "--consensus", "-o", consensus.to_str().unwrap()]).succeeds();
	assert!(read(&consensus).starts_with(b"\x93NUMPY"));
}

fn read(path: &Path) -> Vec<u8> {
	fs::read(path).unwrap()
}

#[test]
fn tokens_are_sent() {
	let node = Node::start();
	let to = "5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91R";
	assert_eq!(node.refuses("//Alice", &["account", "send", to, "1", "--yes"], 1), "below_minimum");
	let dry = node.does("//Alice", &["account", "send", to, "5UNIT", "--dry-run"]);
	assert_eq!((&dry["dry_run"], &dry["sends"]), (&json!(true), &json!("5000000000000")));
	assert_eq!(node.does("//Alice", &["account", "send", to, "5UNIT", "--yes"])["amount"], "5000000000000");
	assert_eq!(node.refuses(&node.poor(), &["account", "send", to, "5UNIT", "--yes"], 1), "insufficient_balance");
	for (to, word) in [
		("nobody", "neither an address"),
		("//bob", "not a development account"),
		("//Zed", "not a development account"),
		("5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91r", "wrong checksum"),
	] {
		let refused = node.run("//Alice", &["account", "send", to, "5UNIT", "--yes"]).fails(2).error();
		assert!(refused["message"].as_str().unwrap().contains(word), "{to}: {refused}");
	}
	let copies = node.does("//Alice", &["dataset", "collateral", "--bounty", "10UNIT"]);
	let amount = |name: &str| copies[name].as_str().unwrap().parse::<i128>().unwrap();
	assert!(copies["pays"].as_bool().unwrap() && amount("expected_profit") > 0 && amount("deterrent") > 0, "{copies}");
	let deterrent = copies["deterrent"].as_str().unwrap();
	let deterred = node.does("//Alice", &["dataset", "collateral", "--bounty", "10UNIT", "--collateral", deterrent]);
	assert_eq!(deterred["pays"], false, "{deterred}");
}
