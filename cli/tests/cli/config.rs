//! Settings, the envelope, completions: what all commands share.

use crate::common::{Home, Run};
use serde_json::json;

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
	let home = Home::new();
	let get = ["config", "get", "url", "--json"];
	let shown = |run: Run| {
		let data = run.succeeds().data();
		(data["values"].clone(), data["origin"].as_str().unwrap().to_string())
	};
	assert_eq!(shown(home.run(&get)), (json!(["ws://127.0.0.1:9944"]), "default".into()));
	home.run(&["config", "set", "url", "wss://file", "ws://second:1"]).succeeds();
	assert_eq!(shown(home.run(&get)), (json!(["wss://file", "ws://second:1"]), "file".into()));
	let env = [("LEARNWARE_URL", "ws://env,ws://fallback")];
	assert_eq!(shown(home.run_with_env(&get, &env)), (json!(["ws://env", "ws://fallback"]), "environment".into()));
	let flags = ["config", "get", "url", "--json", "--url", "ws://flag", "--url", "ws://more"];
	assert_eq!(shown(home.run_with_env(&flags, &env)), (json!(["ws://flag", "ws://more"]), "flag".into()));
	home.run(&["config", "unset", "url"]).succeeds();
	assert_eq!(shown(home.run(&get)).1, "default");
}

#[test]
fn the_file_is_private_and_checked() {
	use std::os::unix::fs::PermissionsExt;
	let home = Home::new();
	home.run(&["config", "set", "account", "me"]).succeeds();
	let metadata = std::fs::metadata(home.path("config.toml")).unwrap();
	assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
	assert_eq!(home.run(&["config", "get", "account"]).succeeds().stdout, "me\n");
	for args in [
		["config", "set", "url", "http://127.0.0.1"],
		["config", "set", "ipfs-api", "ws://127.0.0.1"],
		["config", "set", "colour", "red"],
	] {
		home.run(&args).fails(2);
	}
	home.run(&["config", "set", "account", "me", "you"]).fails(2);
	home.file("config.toml", "urls = 1");
	let broken = home.run(&["config", "list", "--json"]).fails(2).error();
	assert!(broken["message"].as_str().unwrap().contains("config.toml"), "{broken}");
}

#[test]
fn lists_all_settings() {
	let home = Home::new();
	home.run(&["config", "set", "password-file", "relative"]).succeeds();
	let list = home.run_with_env(&["config", "list", "--json"], &[("LEARNWARE_ACCOUNT", "me")]).succeeds().data();
	let names = list["settings"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap());
	assert_eq!(names.collect::<Vec<_>>(), ["url", "ipfs-api", "account", "password-file"]);
	assert_eq!(list["settings"][2]["origin"], "environment");
	assert!(list["settings"][3]["values"][0].as_str().unwrap().starts_with('/'));
	let text = home.run(&["config", "list"]).succeeds().stdout;
	assert!(text.contains("(default)") && text.contains("config.toml"), "{text}");
}

#[test]
fn misuse_is_told_in_json_too() {
	let home = Home::new();
	for args in [&["--json", "nonsense"][..], &["judge", "--json"], &["--json"], &["config", "get", "--json", "colour"]]
	{
		let run = home.run(args).fails(2);
		assert_eq!(run.error()["code"], "usage", "{}", run.stdout);
	}
	let run = home.run(&["nonsense"]).fails(2);
	assert!(run.stdout.is_empty() && run.stderr.contains("nonsense"));
	assert!(home.run(&["--help"]).succeeds().stdout.contains("Exit codes"));
	assert!(home.run(&["--version", "--json"]).succeeds().stdout.starts_with("learnware "));
}

#[test]
fn completes() {
	let home = Home::new();
	for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
		assert!(home.run(&["completions", shell]).succeeds().stdout.contains("password-file"), "{shell}");
	}
}

#[test]
fn a_reader_may_go_away() {
	let home = Home::new();
	let mut child = home.command(&["completions", "bash"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
	drop(child.stdout.take());
	assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_command_under_another_name_is_named() {
	let home = Home::new();
	for (args, word) in [
		(["label", "list"], "learnware label status"),
		(["account", "balance"], "learnware account show NAME --balance"),
		(["training", "status"], "learnware training show SESSION"),
	] {
		assert!(home.run(&args).fails(2).stderr.contains(word), "{args:?}");
		let error = home.run(&[&args[..], &["--json"]].concat()).fails(2).error();
		assert!(error["help"].as_str().unwrap().contains(word), "{error}");
	}
	let other = home.run(&["label", "lst"]).fails(2);
	assert!(!other.stderr.contains("help: "), "{}", other.stderr);
}
