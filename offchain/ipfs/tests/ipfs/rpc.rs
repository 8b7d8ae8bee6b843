//! The embedded RPC as `ipfs-api-backend-hyper` and curl see it.

use crate::support::{exchange, node, node_of_kind, noise, raw, url, Node};
use futures::TryStreamExt;
use ipfs_api_backend_hyper::{
	request::{Add, BlockPut},
	Error, IpfsApi, IpfsClient, TryFromUri,
};
use learnware_ipfs::server::{ServeError, Server, ServerLimits};
use std::{io::Cursor, time::Duration};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

fn client(node: &Node) -> IpfsClient {
	<IpfsClient as TryFromUri>::from_str(url(node.rpc).as_str()).unwrap()
}

fn api_error<T>(outcome: Result<T, Error>) -> String {
	match outcome {
		Err(Error::Api(error)) => {
			assert_eq!(error.code, 0);
			error.message
		},
		Err(other) => panic!("not an error of the API: {other}"),
		Ok(_) => panic!("no error"),
	}
}

fn profile_options() -> Add<'static> {
	Add { cid_version: Some(1), raw_leaves: Some(true), chunker: Some("size-1048576"), ..Add::default() }
}

/// Clients of Python, which nobody makes any more, go with 0.4.23 to below 0.8.0, and read what is before the hyphen.
#[tokio::test]
async fn version_and_id() {
	let node = Node::start().await;
	let version = client(&node).version().await.unwrap().version;
	let numbers: Vec<u32> =
		version.strip_suffix("-learnware").unwrap().split('.').map(|n| n.parse().unwrap()).collect();
	assert!(numbers >= vec![0, 5, 0] && numbers < vec![0, 8, 0], "{version}");
	assert!(client(&node).id(None).await.unwrap().agent_version.starts_with("learnware/"));
}

#[tokio::test]
async fn add_without_options_is_that_of_kubo() {
	let node = Node::start().await;
	let added = client(&node).add(Cursor::new("hello world")).await.unwrap();
	assert_eq!(added.hash, "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD");
	assert_eq!((added.name, added.size.as_str()), (added.hash.clone(), "19"));
	assert_eq!(client(&node).pin_ls(None, None).await.unwrap().keys[&added.hash].typ, "recursive");
}

#[tokio::test]
async fn add_honours_its_options() {
	let node = Node::start().await;
	let client = client(&node);
	let added = client.add_with_options(Cursor::new("hello world"), profile_options()).await.unwrap();
	assert_eq!(added.hash, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
	assert_eq!(added.size, "11");

	let no_raw_leaves = Add { raw_leaves: Some(false), pin: Some(false), ..profile_options() };
	let added = client.add_with_options(Cursor::new("hello world"), no_raw_leaves).await.unwrap();
	assert_eq!(added.hash, "bafybeihykld7uyxzogax6vgyvag42y7464eywpf55gxi5qpoisibh3c5wa");
	assert!(!client.pin_ls(None, None).await.unwrap().keys.contains_key(&added.hash));

	let only_hash = Add { only_hash: Some(true), ..profile_options() };
	let added = client.add_with_options(Cursor::new("never stored"), only_hash).await.unwrap();
	assert!(api_error(client.block_stat(&added.hash).await).contains("not found"));
}

#[tokio::test]
async fn add_refuses_what_it_cannot_do() {
	let node = Node::start().await;
	for (what, options) in [
		("trickle", Add { trickle: Some(true), ..Add::default() }),
		("wrap-with-directory", Add { wrap_with_directory: Some(true), ..Add::default() }),
		("inline", Add { inline: Some(true), ..Add::default() }),
		("hash", Add { hash: Some("blake3"), ..Add::default() }),
		("chunker", Add { chunker: Some("rabin-512-1024-2048"), ..Add::default() }),
		("chunker", Add { chunker: Some("size-1"), ..Add::default() }),
		("cid-version", Add { cid_version: Some(2), ..Add::default() }),
		("to-files", Add { to_files: Some("/here"), ..Add::default() }),
	] {
		let message = api_error(client(&node).add_with_options(Cursor::new("x"), options).await);
		assert!(message.contains(what), "{message}");
	}
	let off = Add { trickle: Some(false), inline: Some(false), hash: Some("sha2-256"), ..profile_options() };
	assert!(client(&node).add_with_options(Cursor::new("x"), off).await.is_ok());
	assert_eq!(node.store().usage().blocks, 1);
}

/// A request with one file in it, as `curl -F file=@hi` sends it.
fn adding(query: &str) -> String {
	let body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"hi\"\r\n\
		Content-Type: application/octet-stream\r\n\r\nhi\n\r\n--b--\r\n";
	format!(
		"POST /api/v0/add?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n\
		 Content-Length: {}\r\n\r\n{body}",
		body.len()
	)
}

/// What clients send along with one file: it is taken, and gives the CID that Kubo gives.
#[tokio::test]
async fn add_takes_the_options_that_clients_send() {
	const V0: &str = "QmZLRFWaz9Kypt2ACNMDzA5uzACDRiCqwdkNSP1UZsu56D";
	const V1: &str = "bafkreiey5jxe6ilpf62lnh77tm5ejbbmhbugzjuf6p2v3remlu73ced34q";
	let node = Node::start().await;
	for (client, query, cid) in [
		(
			"the command line of Kubo 0.40",
			"chunker=size-262144&empty-dirs=true&encoding=json&hash=sha2-256&inline-limit=32&pin=true&progress=true\
			 &stream-channels=true",
			V0,
		),
		(
			"a client of Go",
			"chunker=size-262144&cid-version=0&fscache=false&hash=sha2-256&inline=false&inline-limit=32&nocopy=false\
			 &only-hash=false&pin=true&progress=false&silent=false&stream-channels=true&encoding=json",
			V0,
		),
		(
			"a script for Kubo 0.40",
			"cid-version=1&raw-leaves=true&max-file-links=174&max-directory-links=0&max-hamt-fanout=256\
			 &fast-provide-root=true&fast-provide-wait=false&preserve-mode=false&preserve-mtime=false&trickle=false",
			V1,
		),
		("`ipfs add -r -H`", "recursive=true&r=true&hidden=true&H=true&dereference-args=true&stdin-name=hi", V0),
		("requests of Python", "cid-version=1&pin=True&only-hash=False&wrap-with-directory=False&quiet=True", V1),
	] {
		let answer = exchange(node.rpc, &adding(query)).await;
		assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(cid), "{client}: {answer}");
	}
	for query in ["preserve-mtime=true", "pin-name=mine", "pin=yes", "upgrade-cidv0-in-output=true"] {
		let answer = exchange(node.rpc, &adding(query)).await;
		let option = query.split_once('=').unwrap().0;
		assert!(answer.starts_with("HTTP/1.1 500") && answer.contains(option), "{query}: {answer}");
	}
}

/// Clients print what is in an answer, so there is something in it.
#[tokio::test]
async fn what_is_no_command_is_told_as_kubo_tells_it() {
	let node = Node::start().await;
	let post = |path: &str| format!("POST /api/v0/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
	for path in ["swarm/peers", "dag/get?arg=bafkqaaa", "commands", "nonsense"] {
		let answer = exchange(node.rpc, &post(path)).await;
		assert!(answer.starts_with("HTTP/1.1 404") && answer.ends_with("404 page not found\n"), "{path}: {answer}");
	}
	let get = exchange(node.rpc, "GET /api/v0/version HTTP/1.1\r\nHost: x\r\n\r\n").await;
	assert!(get.starts_with("HTTP/1.1 405") && get.ends_with("405 - Method Not Allowed\n"), "{get}");
	// `curl --data-binary` in place of `-F`.
	for path in ["add", "block/put"] {
		let answer = exchange(node.rpc, &post(path)).await;
		let told = answer.contains("file argument 'path' is required") && answer.contains(r#""Type":"error""#);
		assert!(answer.starts_with("HTTP/1.1 500") && told, "{path}: {answer}");
	}
}

#[tokio::test]
async fn add_takes_files_up_to_the_bound() {
	let node = Node::start().await;
	let most = 8 << 20;
	assert!(client(&node).add_with_options(Cursor::new(vec![1; most]), profile_options()).await.is_ok());
	let over = client(&node).add_with_options(Cursor::new(vec![1; most + 1]), profile_options()).await;
	assert!(api_error(over).contains("8388608"));
	let blocks = node.store().usage().blocks;
	// Far more: the server stops to listen.
	assert!(client(&node).add(Cursor::new(vec![1; 4 * most])).await.is_err());
	assert_eq!(node.store().usage().blocks, blocks);
}

#[tokio::test]
async fn cat_gives_files_and_their_parts() {
	let node = Node::start().await;
	let client = client(&node);
	let content = noise(1, 1_500_000);
	let hash = client.add_with_options(Cursor::new(content.clone()), profile_options()).await.unwrap().hash;
	let whole = client.cat(&hash).map_ok(|part| part.to_vec()).try_concat().await.unwrap();
	assert!(whole == content);
	let part = client.cat_range(&hash, 1_048_570, 10).map_ok(|part| part.to_vec()).try_concat().await.unwrap();
	assert_eq!(part, content[1_048_570..1_048_580]);
	let end = client.cat_range(&hash, 9_999_999, 10).map_ok(|part| part.to_vec()).try_concat().await.unwrap();
	assert!(end.is_empty());
	let directory = node_of_kind(1, b"", &[], 0);
	node.store().put(&directory).unwrap();
	let refused = client.cat(&directory.cid().to_string()).try_collect::<Vec<_>>().await;
	assert_eq!(api_error(refused), "this dag node is a directory");
}

#[tokio::test]
async fn blocks_are_put_described_and_given() {
	let node = Node::start().await;
	let client = client(&node);
	// The CIDs of `test/sharness/t0050-block.sh` of Kubo.
	let put = client.block_put(Cursor::new("Hello Mars!\n")).await.unwrap();
	assert_eq!(put.key, "bafkreibmlvvgdyihetgocpof6xk64kjjzdeq2e4c7hqs3krdheosk4tgj4");
	assert_eq!(put.size, 12);
	let v0 = BlockPut { format: Some("v0"), ..BlockPut::default() };
	let put_v0 = client.block_put_with_options(Cursor::new("Hello Mars!\n"), v0).await.unwrap();
	assert_eq!(put_v0.key, "QmRKqGMAM6EZngbpjSqrvYzq5Qd8b1bSWymjSUY9zQSNDk");
	let stat = client.block_stat(&put.key).await.unwrap();
	assert_eq!((stat.key, stat.size), (put.key.clone(), 12));
	let bytes = client.block_get(&put.key).map_ok(|part| part.to_vec()).try_concat().await.unwrap();
	assert_eq!(bytes, b"Hello Mars!\n");

	let empty_file = hex::decode("0a0408021800").unwrap();
	let v0 = BlockPut { format: Some("v0"), mhtype: Some("sha2-256"), mhlen: Some(32), pin: Some(true) };
	let put = client.block_put_with_options(Cursor::new(empty_file), v0).await.unwrap();
	assert_eq!(put.key, "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH");
	assert!(client.pin_ls(Some(&put.key), None).await.is_ok());
	let sha3 = BlockPut { mhtype: Some("sha3-256"), ..BlockPut::default() };
	assert!(api_error(client.block_put_with_options(Cursor::new("x"), sha3).await).contains("mhtype"));
}

#[tokio::test]
async fn a_missing_block_is_answered_at_once() {
	let node = Node::start().await;
	let cid = raw(b"nowhere".to_vec()).cid().to_string();
	let message = api_error(client(&node).block_get(&cid).try_collect::<Vec<_>>().await);
	assert_eq!(message, format!("block was not found locally (offline): ipld: could not find {cid}"));
	assert!(api_error(client(&node).pin_add(&cid, true).await).contains("could not find"));
	assert!(api_error(client(&node).cat(&cid).try_collect::<Vec<_>>().await).contains("could not find"));
}

#[tokio::test]
async fn pins_come_and_go() {
	let node_of_rpc = Node::start().await;
	let client = client(&node_of_rpc);
	let leaf = raw(b"leaf".to_vec());
	let root = node(b"", &[(*leaf.cid(), 4)]);
	for block in [&leaf, &root] {
		node_of_rpc.store().put(block).unwrap();
	}
	let key = root.cid().to_string();
	let path = format!("/ipfs/{key}");
	assert!(client.pin_ls(None, None).await.unwrap().keys.is_empty());
	assert_eq!(api_error(client.pin_ls(Some(&path), None).await), format!("path '{key}' is not pinned"));
	assert_eq!(client.pin_add(&path, true).await.unwrap().pins, std::slice::from_ref(&key));
	assert_eq!(client.pin_ls(Some(&path), Some("recursive")).await.unwrap().keys.len(), 1);
	assert!(client.pin_ls(None, Some("direct")).await.unwrap().keys.is_empty());
	assert_eq!(client.pin_rm(&key, true).await.unwrap().pins, std::slice::from_ref(&key));
	assert_eq!(api_error(client.pin_rm(&key, true).await), "not pinned or pinned indirectly");
	assert!(api_error(client.pin_add(&key, false).await).contains("recursive"));
}

#[tokio::test]
async fn bad_arguments_are_errors_of_the_api() {
	let node = Node::start().await;
	for bad in ["", "hello", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e/label.json"] {
		assert!(api_error(client(&node).block_stat(bad).await).contains("invalid path"));
	}
	let none = exchange(node.rpc, "POST /api/v0/block/get HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await;
	assert!(none.starts_with("HTTP/1.1 500") && none.contains(r#""Message":"argument \"ipfs-path\" is required""#));
	assert!(none.contains(r#""Type":"error""#) && none.ends_with("}\n"), "{none}");
}

#[tokio::test]
async fn only_post_and_no_web_pages() {
	let node = Node::start().await;
	let get = exchange(node.rpc, "GET /api/v0/version HTTP/1.1\r\nHost: x\r\n\r\n").await;
	assert!(get.starts_with("HTTP/1.1 405"), "{get}");
	for header in ["Origin: http://evil.example", "Referer: http://evil.example/page"] {
		let request = format!("POST /api/v0/version HTTP/1.1\r\nHost: x\r\n{header}\r\nContent-Length: 0\r\n\r\n");
		assert!(exchange(node.rpc, &request).await.starts_with("HTTP/1.1 403"));
	}
	let unknown = exchange(node.rpc, "POST /api/v0/shutdown HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await;
	assert!(unknown.starts_with("HTTP/1.1 404"));
	let gateway = exchange(node.rpc, "GET /ipfs/x?format=raw HTTP/1.1\r\nHost: x\r\n\r\n").await;
	assert!(gateway.starts_with("HTTP/1.1 404"), "the gateway has its own address");
}

#[tokio::test]
async fn a_form_of_curl_is_understood() {
	let node = Node::start().await;
	let add = |parts: &str| {
		let body = format!("{parts}--b--\r\n");
		format!(
			"POST /api/v0/add?cid-version=1&progress=false HTTP/1.1\r\nHost: x\r\n\
			 Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{body}",
			body.len()
		)
	};
	let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.json\"\r\n\
		Content-Type: application/octet-stream\r\n\r\nhello world\r\n";
	let answer = exchange(node.rpc, &add(part)).await;
	let expected =
		r#"{"Hash":"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e","Name":"l.json","Size":"11"}"#;
	assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(expected), "{answer}");
	let two = exchange(node.rpc, &add(&part.repeat(2))).await;
	assert!(two.contains("one file at a time"), "{two}");
	let directory = exchange(node.rpc, &add(&part.replace("octet-stream", "x-directory"))).await;
	assert!(directory.contains("not directories"), "{directory}");
	let none = exchange(node.rpc, &add("")).await;
	assert!(none.starts_with("HTTP/1.1 500") && none.contains("'path' is required"), "{none}");
}

#[tokio::test]
async fn the_rpc_is_for_this_machine_only() {
	let temp = crate::support::temp_store(1);
	for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:5001"] {
		let refused = Server::rpc(temp.store.clone(), address.parse().unwrap(), ServerLimits::default()).await;
		assert!(matches!(refused, Err(ServeError::NotLoopback(_))));
	}
	let node = Node::start().await;
	let taken = Server::rpc(temp.store.clone(), node.rpc, ServerLimits::default()).await;
	assert!(matches!(taken, Err(ServeError::Bind { .. })));
}

#[tokio::test]
async fn slow_clients_are_cut_off_and_others_are_served() {
	let limits = ServerLimits {
		connections: 2,
		header: Duration::from_millis(100),
		connection: Duration::from_millis(300),
		..ServerLimits::default()
	};
	let node = Node::with_limits(limits).await;
	let mut silent = TcpStream::connect(node.rpc).await.unwrap();
	let mut stalled = TcpStream::connect(node.rpc).await.unwrap();
	silent.write_all(b"POST /api/v0/ver").await.unwrap();
	stalled
		.write_all(b"POST /api/v0/add HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n")
		.await
		.unwrap();
	stalled.write_all(b"Content-Length: 100\r\n\r\n--b\r\n").await.unwrap();
	// Both places are taken; this one waits for one of them.
	assert!(client(&node).version().await.is_ok());
	let mut rest = Vec::new();
	// Ended by the server, with or without an answer.
	let _ = silent.read_to_end(&mut rest).await;
	let _ = stalled.read_to_end(&mut rest).await;
	assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
}

#[tokio::test]
async fn a_shutdown_frees_the_address() {
	let temp = crate::support::temp_store(1000);
	let any = "127.0.0.1:0".parse().unwrap();
	let server = Server::rpc(temp.store.clone(), any, ServerLimits::default()).await.unwrap();
	let address = server.address();
	let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
	let running = tokio::spawn(server.run(async move { stopped.await.unwrap_or_default() }));
	let client = <IpfsClient as TryFromUri>::from_str(&format!("http://{address}")).unwrap();
	assert!(client.version().await.is_ok());
	stop.send(()).unwrap();
	running.await.unwrap();
	assert!(TcpStream::connect(address).await.is_err());
}
