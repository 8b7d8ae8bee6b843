//! Raw blocks for other nodes.

use crate::support::{exchange, node, raw, temp_store, Node};
use learnware_ipfs::server::{Server, ServerLimits};

async fn request(node: &Node, method: &str, path: &str, header: &str) -> String {
	exchange(node.gateway, &format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n")).await
}

#[tokio::test]
async fn a_raw_block_is_given_for_a_get_and_described_for_a_head() {
	let node_of_gateway = Node::start().await;
	for block in [raw(b"a raw block".to_vec()), node(b"a node", &[])] {
		node_of_gateway.store().put(&block).unwrap();
		let path = format!("/ipfs/{}?format=raw", block.cid());
		let get = request(&node_of_gateway, "GET", &path, "").await;
		assert!(get.starts_with("HTTP/1.1 200"), "{get}");
		assert!(get.ends_with(&*String::from_utf8_lossy(block.bytes())));
		let length = format!("content-length: {}", block.bytes().len());
		for header in
			["content-type: application/vnd.ipld.raw", "x-content-type-options: nosniff", "immutable", &length]
		{
			assert!(get.contains(header), "{header}");
		}
		let head = request(&node_of_gateway, "HEAD", &path, "").await;
		assert!(head.contains(&length) && head.ends_with("\r\n\r\n"), "{head}");
		let path = format!("/ipfs/{}", block.cid());
		let by_accept = request(&node_of_gateway, "GET", &path, "Accept: application/vnd.ipld.raw\r\n").await;
		assert!(by_accept.starts_with("HTTP/1.1 200"));
	}
}

#[tokio::test]
async fn everything_else_is_refused() {
	let node = Node::start().await;
	let cid = *raw(b"nowhere".to_vec()).cid();
	for (method, path, status) in [
		("GET", format!("/ipfs/{cid}?format=raw"), 404),
		("HEAD", format!("/ipfs/{cid}?format=raw"), 404),
		("GET", format!("/ipfs/{cid}"), 406),
		("GET", format!("/ipfs/{cid}?format=car"), 406),
		("GET", "/ipfs/hello?format=raw".into(), 400),
		// The identity hash of "hi".
		("GET", "/ipfs/bafkqaatinf?format=raw".into(), 400),
		("GET", format!("/ipfs/{cid}/label.json?format=raw"), 404),
		("POST", format!("/ipfs/{cid}?format=raw"), 405),
		("POST", "/api/v0/version".into(), 404),
		("GET", "/".into(), 404),
	] {
		let answer = request(&node, method, &path, "").await;
		assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{method} {path}: {answer}");
	}
}

#[tokio::test]
async fn it_may_face_the_world() {
	let temp = temp_store(1);
	let all = "0.0.0.0:0".parse().unwrap();
	assert!(Server::gateway(temp.store.clone(), all, ServerLimits::default()).await.is_ok());
}
