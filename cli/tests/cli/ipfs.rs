//! `learnware ipfs`, against the block store that a node has.

use crate::common::Home;
use learnware_ipfs::{
	import::{import, Profile},
	server::{Server, ServerLimits},
	Block, BlockStore, Codec,
};
use std::{fs, sync::Arc};
use tokio::runtime::Runtime;

/// A server for as long as the test lasts, and its URL.
fn serve(home: &Home) -> (Runtime, String) {
	let (runtime, url, _) = serve_store(home);
	(runtime, url)
}

fn serve_store(home: &Home) -> (Runtime, String, Arc<BlockStore>) {
	let runtime = Runtime::new().unwrap();
	let store = Arc::new(BlockStore::open(&home.path("store"), 1 << 26).unwrap());
	let loopback = "127.0.0.1:0".parse().unwrap();
	let server = runtime.block_on(Server::rpc(store.clone(), loopback, ServerLimits::default())).unwrap();
	let url = format!("http://{}", server.address());
	runtime.spawn(server.run(std::future::pending()));
	(runtime, url, store)
}

#[test]
fn what_is_added_comes_back() {
	let home = Home::new();
	let (_runtime, url) = serve(&home);
	let hello = home.file("hello", "hello world");
	let large = home.file("large", vec![7; 3 << 20]);
	let added = home.run(&["ipfs", "add", &hello, "--ipfs-api", &url]).succeeds().stdout;
	assert_eq!(added, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e\n");
	assert_eq!(home.run(&["ipfs", "cat", added.trim(), "--ipfs-api", &url]).succeeds().stdout, "hello world");

	let env = [("LEARNWARE_IPFS_API", url.as_str())];
	let added = home.run_with_env(&["ipfs", "add", &large, "--json"], &env).succeeds().data();
	assert_eq!(added["bytes"], 3 << 20);
	let (cid, copy) = (added["cid"].as_str().unwrap(), home.path("copy"));
	home.run_with_env(&["ipfs", "cat", cid, "--output", copy.to_str().unwrap()], &env).succeeds();
	assert_eq!(fs::read(copy).unwrap(), vec![7; 3 << 20]);
	home.run_with_env(&["ipfs", "pin", cid], &env).succeeds();
	home.run_with_env(&["ipfs", "cat", cid, "--json"], &env).fails(2);
}

#[test]
fn falls_back_on_the_next_endpoint() {
	let home = Home::new();
	let (_runtime, url) = serve(&home);
	let hello = home.file("hello", "hello world");
	home.run(&["ipfs", "add", &hello, "--ipfs-api", "http://127.0.0.1:9", "--ipfs-api", &url]).succeeds();
}

#[test]
fn tells_what_to_do_without_ipfs() {
	let home = Home::new();
	let hello = home.file("hello", "hello world");
	let error = home.run(&["ipfs", "add", &hello, "--json", "--ipfs-api", "http://127.0.0.1:9"]).fails(3).error();
	assert_eq!(error["code"], "ipfs_unavailable");
	assert!(error["help"].as_str().unwrap().contains("--ipfs-api"));
	let error = home.run(&["ipfs", "cat", "nonsense", "--json"]).fails(2).error();
	assert!(error["message"].as_str().unwrap().contains("nonsense: not a CID"), "{error}");
}

/// What is down, and what is missing.
#[test]
fn what_nobody_has_is_told_apart_from_a_daemon_that_is_down() {
	let home = Home::new();
	let (_runtime, url) = serve(&home);
	let nowhere = "bafkreidlv2sx7baewpwxuhibgjpobjcp2snm3axvqprevog2d2jautfx64";
	for command in [["ipfs", "pin", nowhere].as_slice(), &["ipfs", "cat", nowhere, "--output", "copy"]] {
		let error = home.run(&[command, &["--json", "--ipfs-api", &url]].concat()).fails(3).error();
		assert_eq!(error["code"], "ipfs_missing", "{error}");
		assert!(!error["help"].as_str().unwrap().contains("ipfs daemon"), "it runs: {error}");
	}
}

/// Before money is held for a location, the tool looks at what is there.
#[test]
fn a_directory_is_no_sample() {
	let home = Home::new();
	let (_runtime, url, store) = serve_store(&home);
	let directory = Block::new(Codec::DagPb, b"\x0a\x02\x08\x01".as_slice().into());
	store.put(&directory).unwrap();
	let directory = directory.cid().to_string();
	let nowhere = "bafkreidlv2sx7baewpwxuhibgjpobjcp2snm3axvqprevog2d2jautfx64";
	let task = home.file("task.json", r#"{"classification": {"items": 8, "classes": 2}}"#);
	let sample = ["sample", "submit", "0", "--bounty", "1UNIT", "--cid"];
	let dataset = ["dataset", "create", "--task", &task, "--collateral", "1UNIT", "--description-cid"];
	let settings = ["--json", "--yes", "--account", "alice", "--url", "ws://127.0.0.1:9", "--ipfs-api", &url];
	for command in [&sample[..], &dataset] {
		let error = home.run(&[command, &[&directory], &settings].concat()).fails(2).error();
		assert!(error["message"].as_str().unwrap().contains("is a directory"), "{error}");

		// It may be somewhere else: that is for the account to decide.
		let run = home.run(&[command, &[nowhere], &settings].concat()).fails(3);
		assert_eq!(run.error()["code"], "node_unavailable");
		assert!(run.stderr.contains(&format!("warning: {nowhere} can't be had now")), "{}", run.stderr);
	}
}

/// It reads well, but not for scorers.
#[test]
fn a_label_in_too_many_chunks_is_warned_of() {
	let home = Home::new();
	let (_runtime, url, store) = serve_store(&home);
	for (chunk_bytes, warned) in [(256, true), (1024, false)] {
		let mask = vec![chunk_bytes as u8; 512 * 512 + 128];
		let profile = Profile { chunk_bytes, ..Profile::UNIXFS_V1_2025 };
		let cid = import(&mask, &profile, |block| store.put(&block)).unwrap().to_string();
		let copy = home.path("copy");
		let run = home.run(&["ipfs", "cat", &cid, "--output", copy.to_str().unwrap(), "--ipfs-api", &url]).succeeds();
		assert_eq!(fs::read(copy).unwrap(), mask);
		assert_eq!(run.stderr.contains("as a label it would be slashed"), warned, "{}", run.stderr);
	}
}
