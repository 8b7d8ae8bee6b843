//! `learnware account`, and secrets in general.

use crate::common::Home;
use std::fs;

const FIXTURE: &str = include_str!("../../../client/tests/fixtures/keyring-14.json");
const FIXTURE_ADDRESS: &str = "5DVEn3yLT8EqRQ483rYrMWnUYw3J1evhav7kHaKVrZsWE91R";
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

#[test]
fn a_new_account_comes_back_from_its_mnemonic() {
	let home = Home::new();
	let password = home.file("password", "secret\n");
	let new = home.run(&["account", "new", "me", "--json", "--password-file", &password]).succeeds().data();
	let mnemonic = new["mnemonic"].as_str().unwrap();
	assert_eq!(mnemonic.split(' ').count(), 12);
	let key_file = fs::read_to_string(home.path("keystore/me.json")).unwrap();
	assert!(!key_file.contains(mnemonic));

	let other = Home::new();
	let args = ["account", "import", "back", "--json", "--password-file", &password];
	let back = other.run_with_stdin(&args, &format!("{mnemonic}\n")).succeeds().data();
	assert_eq!(back["address"], new["address"]);
	assert_eq!(back.get("mnemonic"), None, "it is not repeated");

	let again = home.run(&["account", "new", "me", "--json", "--password-file", &password]).fails(4);
	assert!(again.error()["message"].as_str().unwrap().contains("already"));
	assert_eq!(fs::read_to_string(home.path("keystore/me.json")).unwrap(), key_file, "nothing was replaced");
}

#[test]
fn files_are_private() {
	use std::os::unix::fs::PermissionsExt;
	let home = Home::new();
	home.run_with_env(&["account", "new", "me"], &[("LEARNWARE_PASSWORD", "secret")]).succeeds();
	let mode = |name: &str| fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777;
	assert_eq!(mode("keystore"), 0o700);
	assert_eq!(mode("keystore/me.json"), 0o600);
}

#[test]
fn warns_about_a_password_that_others_can_read() {
	let home = Home::new();
	let password = home.file("password", "secret");
	let run = home.run(&["account", "new", "me", "--password-file", &password]).succeeds();
	assert!(run.stderr.contains("chmod 600"), "{}", run.stderr);
}

#[test]
fn takes_polkadot_js_files_in_and_gives_them_out() {
	let home = Home::new();
	let (file, password) = (home.file("exported.json", FIXTURE), home.file("password", "correct horse"));
	let wrong = home.file("wrong", "battery staple");
	let args = ["account", "import", "me", "--json", "--file", &file, "--password-file"];
	let refused = home.run(&[&args[..], &[&wrong]].concat()).fails(4);
	assert_eq!(refused.error()["code"], "wrong_password");
	let imported = home.run(&[&args[..], &[&password]].concat()).succeeds().data();
	assert_eq!(imported["address"], FIXTURE_ADDRESS);

	let exported = home.run(&["account", "export", "me", "--json"]).succeeds().data();
	let fixture: serde_json::Value = serde_json::from_str(FIXTURE).unwrap();
	assert_eq!(exported["encoded"], fixture["encoded"]);
	assert_eq!(exported["address"], FIXTURE_ADDRESS);
	let copy = home.path("copy.json");
	home.run(&["account", "export", "me", "--output", copy.to_str().unwrap()]).succeeds();
	home.run(&["account", "export", "me", "--output", copy.to_str().unwrap()]).fails(2);
	assert_eq!(home.run(&["account", "export", "me"]).succeeds().stdout.trim(), fs::read_to_string(copy).unwrap());
}

#[test]
fn lists_and_shows() {
	let home = Home::new();
	let empty = home.run(&["account", "list", "--json"]).succeeds();
	assert_eq!(empty.data(), serde_json::json!([]));
	let file = home.file("exported.json", FIXTURE);
	home.run_with_env(&["account", "import", "me", "--file", &file], &[("LEARNWARE_PASSWORD", "correct horse")])
		.succeeds();
	assert!(home.run(&["account", "list"]).succeeds().stdout.contains(FIXTURE_ADDRESS));
	for args in [["account", "show", "me", "--json"], ["account", "show", FIXTURE_ADDRESS, "--json"]] {
		assert_eq!(home.run(&args).succeeds().data()["name"], "me");
	}
	let shown = home.run_with_env(&["account", "show", "--json"], &[("LEARNWARE_ACCOUNT", "me")]).succeeds();
	assert_eq!(shown.data()["address"], FIXTURE_ADDRESS);
	for name in ["alice", "//Alice"] {
		let alice = home.run(&["account", "show", name, "--json"]).succeeds().data();
		assert_eq!((alice["address"].as_str(), alice["development"].as_bool()), (Some(ALICE), Some(true)));
	}
	let unknown = home.run(&["account", "show", "you", "--json"]).fails(4).error();
	assert_eq!(unknown["code"], "unknown_account");
	assert!(unknown["help"].as_str().unwrap().contains("me"));
}

#[test]
fn never_waits_for_somebody_who_is_not_there() {
	let home = Home::new();
	let file = home.file("exported.json", FIXTURE);
	for args in [
		&["account", "new", "me", "--json"][..],
		&["account", "import", "me", "--json"],
		&["account", "import", "me", "--json", "--file", &file],
	] {
		let error = home.run(args).fails(2).error();
		assert_eq!(error["code"], "missing_input");
		assert!(error["message"].as_str().unwrap().contains("--password-file"));
	}
	let no_secret = home.run_with_env(&["account", "import", "me"], &[("LEARNWARE_PASSWORD", "secret")]).fails(2);
	assert!(no_secret.stderr.contains("no secret given"));
	assert!(home.run(&["account", "show"]).fails(2).stderr.contains("--account"));
}

#[test]
fn warns_about_a_secret_on_the_command_line_and_never_repeats_it() {
	let home = Home::new();
	let seed = format!("0x{}", "5a".repeat(32));
	let args = ["account", "import", "me", "--json", "--unsafe-secret", &seed];
	let run = home.run_with_env(&args, &[("LEARNWARE_PASSWORD", "secret")]).succeeds();
	assert!(run.stderr.contains("warning: the secret was on the command line"));
	assert!(!run.stdout.contains("5a5a") && !run.stderr.contains("5a5a"));
	let bad = home.run_with_stdin(&["account", "import", "b", "--unsafe-secret", "hunter two"], "").fails(2);
	assert!(!bad.stderr.contains("hunter"));
}

#[test]
fn a_blank_at_the_end_of_a_path_counts_and_is_told() {
	let home = Home::new();
	let seed = format!("0x{}", "5a".repeat(32));
	let import = |name: &str, secret: &str| {
		let args = ["account", "import", name, "--json", "--unsafe-secret", secret];
		home.run_with_env(&args, &[("LEARNWARE_PASSWORD", "secret")]).succeeds()
	};
	let (plain, blank) = (import("plain", &format!("{seed}//1")), import("blank", &format!("{seed}//1 ")));
	assert_ne!(plain.data()["address"], blank.data()["address"]);
	assert!(blank.stderr.contains("ends in a blank, which counts") && !plain.stderr.contains("blank"));
}

#[test]
fn key_files_that_cannot_be_imported_are_called_by_their_kind() {
	let home = Home::new();
	let password = home.file("password", "correct horse\n");
	let kind = |from: &str, to: &str| FIXTURE.replace(from, to);
	for (content, word) in [
		(kind("sr25519", "ed25519"), "ed25519"),
		(kind("\"pkcs8\"", "\"batch-pkcs8\""), "export of all accounts"),
		(kind("\"3\"", "\"2\""), "old format"),
		("[]".into(), "not a JSON object"),
	] {
		let file = home.file("key.json", content);
		let args = ["account", "import", "me", "--json", "--file", &file, "--password-file", &password];
		let error = home.run(&args).fails(4).error();
		assert!(error["message"].as_str().unwrap().contains(word), "{error}");
	}
	let file = home.file("key.json", FIXTURE.replace("1763640000000", "null"));
	let args = ["account", "import", "me", "--json", "--file", &file, "--password-file", &password];
	assert_eq!(home.run(&args).succeeds().data()["address"], FIXTURE_ADDRESS);
}

#[test]
fn a_mark_in_a_password_file_is_named() {
	let home = Home::new();
	let file = home.file("exported.json", FIXTURE);
	let utf_16 = "correct horse".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
	for (content, word) in [
		("\u{feff}correct horse\n".as_bytes().to_vec(), "byte order mark"),
		("correct\u{a0}horse".as_bytes().to_vec(), "no-break space"),
		([&[0xff, 0xfe][..], &utf_16].concat(), "UTF-16"),
	] {
		let password = home.file("password", content);
		let made = home.run(&["account", "new", "me", "--password-file", &password]).fails(2);
		assert!(made.stderr.contains(word), "{}", made.stderr);
		let args = ["account", "import", "me", "--file", &file, "--password-file", &password];
		let imported = home.run(&args);
		assert!(imported.code != 0 && imported.stderr.contains(word), "{}", imported.stderr);
	}
	assert_eq!(home.run(&["account", "list", "--json"]).succeeds().data(), serde_json::json!([]));
}
