//! Several endpoints behind one handle.

use crate::support::{hasty, node, noise, raw, url, Hostile, Node};
use learnware_ipfs::{
	import::{cid_of, Profile},
	AddError, Config, EndpointError, Fault, FetchError, Ipfs, Limits, Unavailable,
};
use std::sync::{
	atomic::{AtomicBool, Ordering},
	Arc,
};

fn ipfs(endpoints: &[std::net::SocketAddr], peers: &[std::net::SocketAddr]) -> Ipfs {
	let urls = |addresses: &[std::net::SocketAddr]| addresses.iter().map(|address| url(*address)).collect();
	Ipfs::new(Config { endpoints: urls(endpoints), peers: urls(peers), store: None, limits: hasty() }).unwrap()
}

#[tokio::test]
async fn a_file_is_added_pinned_fetched_and_unpinned() {
	let node = Node::start().await;
	let ipfs = ipfs(&[node.rpc], &[]);
	for length in [0, 1, 1 << 20, (1 << 20) + 1, 8 << 20] {
		let content = noise(length as u64, length);
		let cid = ipfs.add(content.clone().into()).await.unwrap();
		assert_eq!(cid, cid_of(&content, &Profile::UNIXFS_V1_2025).unwrap());
		assert_eq!(ipfs.pins().await.unwrap(), [cid]);
		assert!(ipfs.fetch(&cid).await.unwrap().bytes == content);
		assert_eq!(ipfs.pin_anew(&cid).await.unwrap(), None, "it is pinned");
		let name = ipfs.states()[0].name.clone();
		ipfs.unpin(&cid, &name).await.unwrap();
		ipfs.unpin(&cid, &name).await.unwrap();
		assert!(ipfs.pins().await.unwrap().is_empty());
		assert_eq!(ipfs.pin_anew(&cid).await.unwrap(), Some(name.clone()));
		assert_eq!(ipfs.pins().await.unwrap(), [cid]);
		ipfs.unpin(&cid, &name).await.unwrap();
	}
	assert_eq!(node.store().usage().kept, 0);
}

#[tokio::test]
async fn what_nobody_would_fetch_is_not_added() {
	let node = Node::start().await;
	let error = ipfs(&[node.rpc], &[]).add(vec![0; (8 << 20) + 1].into()).await.unwrap_err();
	assert!(matches!(error, AddError::TooLarge { bytes: 8_388_609, most: 8_388_608 }));
	assert_eq!(node.store().usage().blocks, 0);
}

#[tokio::test]
async fn the_next_endpoint_gives_what_the_first_does_not() {
	let node = Node::start().await;
	let content = noise(1, 3 << 20);
	let cid = ipfs(&[node.rpc], &[]).add(content.clone().into()).await.unwrap();
	let empty = Node::start().await;
	let liar = Hostile::always("200 OK", "lies").await;
	let silent = Hostile::start(|mut victim| async move { victim.gone().await }).await;
	for bad in [empty.rpc, liar.address, silent.address] {
		let ipfs = ipfs(&[bad, node.rpc], &[]);
		assert!(ipfs.fetch(&cid).await.unwrap().bytes == content);
		let healthy: Vec<bool> = ipfs.states().iter().map(|state| state.healthy).collect();
		assert_eq!(healthy, [bad == empty.rpc, true], "to be without a block is not ill");
	}
	// Whoever proved ill is asked last: once for the root, not again for the parts.
	assert_eq!(liar.connections.load(Ordering::Relaxed), 1);
	assert_eq!(silent.connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_endpoint_that_was_ill_is_still_asked_when_nobody_else_has_it() {
	let block = raw(b"label".to_vec());
	let (good, answers) = (Arc::new(AtomicBool::new(false)), block.bytes().clone());
	let moody = good.clone();
	let server = Hostile::start(move |mut victim| {
		let (good, bytes) = (moody.load(Ordering::Relaxed), answers.clone());
		async move {
			victim.answer("200 OK", if good { &bytes } else { b"lies" }).await;
		}
	})
	.await;
	let ipfs = ipfs(&[server.address], &[]);
	let error = ipfs.fetch(block.cid()).await.unwrap_err();
	let FetchError::Unavailable(unavailable) = error else { panic!("{error}") };
	assert!(matches!(unavailable.failures[0].fault, Fault::WrongBytes(_)));
	assert!(unavailable.failures[0].endpoint.contains(&server.address.to_string()));
	assert!(!ipfs.states()[0].healthy);
	good.store(true, Ordering::Relaxed);
	assert_eq!(ipfs.fetch(block.cid()).await.unwrap().bytes, b"label");
	assert!(ipfs.states()[0].healthy);
}

#[tokio::test]
async fn every_failure_is_reported() {
	let (empty, other) = (Node::start().await, Node::start().await);
	let ipfs = ipfs(&[empty.rpc], &[other.gateway]);
	let error = ipfs.fetch(raw(b"nowhere".to_vec()).cid()).await.unwrap_err();
	let FetchError::Unavailable(unavailable) = error else { panic!("{error}") };
	let faults: Vec<&Fault> = unavailable.failures.iter().map(|failure| &failure.fault).collect();
	assert!(matches!(faults[..], [Fault::Missing(_), Fault::Missing(_)]), "{unavailable}");
}

/// Two embedded nodes: what one fetched of the other, it keeps, pins and serves by itself.
#[tokio::test]
async fn nodes_serve_each_other() {
	let (author, scorer) = (Node::start().await, Node::start().await);
	let content = noise(5, 2_500_000);
	let cid = ipfs(&[author.rpc], &[]).add(content.clone().into()).await.unwrap();

	let config = Config {
		endpoints: vec![url(scorer.rpc)],
		peers: vec![url(author.gateway)],
		store: Some(scorer.store().clone()),
		limits: Limits::default(),
	};
	let ipfs_of_scorer = Ipfs::new(config).unwrap();
	assert!(ipfs_of_scorer.pin(&cid).await.is_err(), "not yet here");
	let file = ipfs_of_scorer.fetch(&cid).await.unwrap();
	assert!(file.bytes == content);
	ipfs_of_scorer.pin(&cid).await.unwrap();
	drop(author);
	assert!(file.blocks.iter().all(|block| scorer.store().contains(block)));
	assert!(ipfs_of_scorer.fetch(&cid).await.unwrap().bytes == content);
	assert!(ipfs(&[], &[scorer.gateway]).fetch(&cid).await.unwrap().bytes == content);
}

#[tokio::test]
async fn a_full_store_costs_the_copy_not_the_fetch() {
	let author = Node::start().await;
	let cid = ipfs(&[author.rpc], &[]).add(noise(5, 1000).into()).await.unwrap();
	let tiny = crate::support::temp_store(10);
	let config = Config { peers: vec![url(author.gateway)], store: Some(tiny.store.clone()), ..Config::default() };
	assert_eq!(Ipfs::new(config).unwrap().fetch(&cid).await.unwrap().bytes.len(), 1000);
	assert_eq!(tiny.store.usage().blocks, 0);
}

#[tokio::test]
async fn a_missing_child_is_unavailable_through_the_rpc() {
	let node_of_rpc = Node::start().await;
	let (here, gone) = (raw(b"here".to_vec()), raw(b"gone".to_vec()));
	let root = node(b"", &[(*here.cid(), 4), (*gone.cid(), 4)]);
	for block in [&here, &root] {
		node_of_rpc.store().put(block).unwrap();
	}
	let error = ipfs(&[node_of_rpc.rpc], &[]).fetch(root.cid()).await.unwrap_err();
	assert!(matches!(error, FetchError::Unavailable(_)) && error.to_string().contains(&gone.cid().to_string()));
}

/// Kubo's default profile gives another CID: then the options were ignored.
#[tokio::test]
async fn a_daemon_that_makes_another_cid_is_refused() {
	let body = r#"{"Name":"x","Hash":"QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH","Size":"6"}"#;
	let server = Hostile::start(move |mut victim| async move {
		victim.answer("200 OK", body.as_bytes()).await;
		victim.gone().await;
	})
	.await;
	let error = ipfs(&[server.address], &[]).add(b"label".as_slice().into()).await.unwrap_err();
	let AddError::Unavailable(unavailable) = error else { panic!("{error}") };
	assert!(matches!(unavailable.failures[0].fault, Fault::WrongCid { .. }), "{unavailable}");
}

/// A daemon with Kubo's defaults puts 174 links into a node; a file of more chunks has another CID then.
#[tokio::test]
async fn a_daemon_is_told_how_many_links_a_node_has() {
	let told = Arc::new(std::sync::Mutex::new(String::new()));
	let heard = told.clone();
	let server = Hostile::start(move |mut victim| {
		heard.lock().unwrap().clone_from(&victim.head);
		async move {
			victim.answer("200 OK", b"{}").await;
			victim.gone().await;
		}
	})
	.await;
	assert!(ipfs(&[server.address], &[]).add(b"label".as_slice().into()).await.is_err());
	let head = told.lock().unwrap().clone();
	for option in
		["max-file-links=1024", "chunker=size-1048576", "cid-version=1", "raw-leaves=true", "pin=true", "hash=sha2-256"]
	{
		assert!(head.lines().next().unwrap().contains(option), "{head}");
	}
}

/// What nobody has is told apart from what is refused, also where a daemon searched for it in vain; a search ends.
#[tokio::test]
async fn what_nobody_has_is_missing() {
	let cid = raw(b"nowhere".to_vec());
	let fault = |outcome: Result<(), Unavailable>| outcome.unwrap_err().failures.remove(0).fault;
	for message in [
		"block was not found locally (offline): ipld: could not find bafy",
		"pin: context deadline exceeded",
		"ipld: could not find Qm",
	] {
		let body = format!(r#"{{"Message":"{message}","Code":0,"Type":"error"}}"#);
		let server = Hostile::always("500 Internal Server Error", body).await;
		assert!(matches!(fault(ipfs(&[server.address], &[]).pin(cid.cid()).await), Fault::Missing(_)), "{message}");
	}
	let body = r#"{"Message":"the block store is full","Code":0,"Type":"error"}"#;
	let full = Hostile::always("500 Internal Server Error", body).await;
	assert!(matches!(fault(ipfs(&[full.address], &[]).pin(cid.cid()).await), Fault::Refused(_)));

	let silent = Hostile::start(|mut victim| async move { victim.gone().await }).await;
	let start = std::time::Instant::now();
	assert!(matches!(fault(ipfs(&[silent.address], &[]).pin(cid.cid()).await), Fault::TimedOut { .. }));
	assert!(start.elapsed() < 2 * hasty().file);
}

/// js-ipfs gives base58 where Kubo gives base32: the same CID.
#[tokio::test]
async fn the_base_of_an_answer_does_not_matter() {
	let cid = cid_of(b"label", &Profile::UNIXFS_V1_2025).unwrap();
	let text = cid::multibase::encode(cid::multibase::Base::Base58Btc, cid.to_bytes());
	let body = format!(r#"{{"Name":"x","Hash":"{text}","Size":"5"}}"#);
	let server = Hostile::start(move |mut victim| {
		let body = body.clone();
		async move {
			victim.answer("200 OK", body.as_bytes()).await;
			victim.gone().await;
		}
	})
	.await;
	assert_eq!(ipfs(&[server.address], &[]).add(b"label".as_slice().into()).await.unwrap(), cid);
}

#[tokio::test]
async fn health_tells_each_endpoint() {
	let node = Node::start().await;
	let silent = Hostile::start(|mut victim| async move { victim.gone().await }).await;
	let health = ipfs(&[node.rpc, silent.address], &[]).health().await;
	assert!(health[0].version.as_ref().unwrap().contains("learnware"));
	assert!(matches!(health[1].version, Err(Fault::TimedOut { .. })));
}

#[tokio::test]
async fn no_endpoint_is_said_so() {
	let error = ipfs(&[], &[]).fetch(raw(b"x".to_vec()).cid()).await.unwrap_err();
	assert!(error.to_string().contains("no IPFS endpoint is configured"), "{error}");
	let https = Config { peers: vec!["https://example.com".parse().unwrap()], ..Config::default() };
	assert!(matches!(Ipfs::new(https), Err(EndpointError::Scheme(_))));
}
