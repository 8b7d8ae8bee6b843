//! `learnware ipfs`, against the block store that a node has.

use crate::common::Home;
use learnware_ipfs::{
	server::{Server, ServerLimits},
	BlockStore,
};
use std::{fs, sync::Arc};
use tokio::runtime::Runtime;

/// A server for as long as the test lasts, and its URL.
fn serve(home: &Home) -> (Runtime, String) {
	let runtime = Runtime::new().unwrap();
	let store = Arc::new(BlockStore::open(&home.path("store"), 1 << 26).unwrap());
	let loopback = "127.0.0.1:0".parse().unwrap();
	let server = runtime.block_on(Server::rpc(store, loopback, ServerLimits::default())).unwrap();
	let url = format!("http://{}", server.address());
	runtime.spawn(server.run(std::future::pending()));
	(runtime, url)
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
