//! Whose pins the scorer takes off, and whose it leaves: its files against real stores behind their RPC.

#[allow(dead_code)]
#[path = "../../ipfs/tests/ipfs/support.rs"]
mod support;

use learnware_ipfs::{
	import::{cid_of, Profile},
	Cid, Config, Ipfs, Limits,
};
use learnware_scorer::{DeskFiles, Fetcher};
use std::{
	net::SocketAddr,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
};
use support::{node, noise, raw, url, Hostile, Node};
use tokio::sync::Semaphore;

const MOST: u32 = 1 << 20;

/// Files at some endpoints, with the list of results beside the store of `node`.
fn files_at(endpoints: &[SocketAddr], node: &Node, store: u64) -> DeskFiles {
	let endpoints = endpoints.iter().map(|address| url(*address)).collect();
	let ipfs = Ipfs::new(Config { endpoints, limits: Limits::default(), ..Config::default() }).unwrap();
	DeskFiles::open(ipfs, node.temp.directory.path().join("results"), store).unwrap()
}

fn files(node: &Node) -> DeskFiles {
	files_at(&[node.rpc], node, 1 << 30)
}

/// A file that is in the store of a node, and not pinned.
fn in_store(node_with_it: &Node, seed: u64) -> Cid {
	let leaf = raw(noise(seed, 100));
	let root = node(b"", &[(*leaf.cid(), 100)]);
	for block in [&leaf, &root] {
		node_with_it.store().put(block).unwrap();
	}
	*root.cid()
}

async fn fetch(files: &DeskFiles, cid: &Cid) {
	files.fetch(cid.to_bytes(), MOST).await.unwrap();
}

async fn forget(files: &DeskFiles, cid: &Cid) {
	files.forget(cid.to_bytes()).await;
}

async fn publish(files: &DeskFiles, bytes: &[u8]) -> Cid {
	let location = files.publish(bytes.to_vec()).await.unwrap();
	assert_eq!(location, files.locate(bytes).unwrap());
	Cid::from_bytes(&location).unwrap()
}

#[tokio::test]
async fn a_file_is_kept_until_it_is_forgotten() {
	let node = Node::start().await;
	let (desk, cid) = (files(&node), in_store(&node, 1));
	for _ in 0..3 {
		fetch(&desk, &cid).await;
		assert!(node.store().is_pinned(&cid));
	}
	forget(&desk, &cid).await;
	assert!(node.store().pins().is_empty());
	fetch(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid));
	forget(&desk, &cid).await;
	assert!(node.store().pins().is_empty());
}

#[tokio::test]
async fn a_state_is_kept_until_it_is_withdrawn() {
	let node = Node::start().await;
	let cid = publish(&files(&node), b"state").await;
	// After a restart; and two sessions come to the same state.
	let desk = files(&node);
	publish(&desk, b"state").await;
	forget(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid), "it was not fetched");
	desk.withdraw(cid.to_bytes()).await;
	assert!(node.store().is_pinned(&cid), "it is another's too");
	desk.withdraw(cid.to_bytes()).await;
	assert!(node.store().pins().is_empty());
}

/// Nobody can fill the store with states, nor with lessons.
#[tokio::test]
async fn what_is_kept_is_bounded() {
	let node = Node::start().await;
	let desk = files_at(&[node.rpc], &node, 400);
	let mut states = Vec::new();
	for state in 0..5_u8 {
		states.push(publish(&desk, &[state; 40]).await);
		assert_eq!(node.store().pins().len(), states.len().min(2));
	}
	assert!(states[3..].iter().all(|state| node.store().is_pinned(state)), "the newest");
	// One that is fetched when it becomes too old.
	fetch(&desk, &states[3]).await;
	states.extend([publish(&desk, &[5; 40]).await, publish(&desk, &[6; 40]).await]);
	assert!(node.store().is_pinned(&states[3]));
	forget(&desk, &states[3]).await;
	assert!(!node.store().is_pinned(&states[3]));

	let [first, second, third] = [1, 2, 3].map(|seed| in_store(&node, seed));
	for cid in [&first, &second, &third, &third] {
		fetch(&desk, cid).await;
	}
	assert_eq!([first, second, third].map(|cid| node.store().is_pinned(&cid)), [true, true, false]);
	forget(&desk, &third).await;
	forget(&desk, &first).await;
	fetch(&desk, &third).await;
	assert_eq!([first, second, third].map(|cid| node.store().is_pinned(&cid)), [false, true, true]);
	assert_eq!(publish(&desk, &[6; 40]).await, states[6], "there is room for the next result");
}

/// What this is all about: a label or a lesson that names the last state of a session.
#[tokio::test]
async fn who_names_a_kept_file_does_not_get_it_dropped() {
	let node = Node::start().await;
	let training = files(&node);
	let labels = training.for_another_desk();
	let state = publish(&training, b"state").await;
	for desk in [&labels, &training] {
		fetch(desk, &state).await;
		forget(desk, &state).await;
		assert!(node.store().is_pinned(&state));
	}
	// After a restart.
	let restarted = files(&node);
	fetch(&restarted, &state).await;
	forget(&restarted, &state).await;
	assert!(node.store().is_pinned(&state));
}

/// Also if it was fetched, and pinned for that, before.
#[tokio::test]
async fn a_result_is_not_dropped_with_the_label_that_is_the_same() {
	let node = Node::start().await;
	let desk = files(&node);
	let cid = cid_of(b"consensus", &Profile::UNIXFS_V1_2025).unwrap();
	node.store().put(&raw(b"consensus".to_vec())).unwrap();
	fetch(&desk, &cid).await;
	publish(&desk, b"consensus").await;
	forget(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid));
	// The pin was made for the label, and is the result's now.
	desk.withdraw(cid.to_bytes()).await;
	assert!(node.store().pins().is_empty());
	publish(&desk, b"consensus").await;
	fetch(&desk, &cid).await;
	desk.withdraw(cid.to_bytes()).await;
	assert!(node.store().is_pinned(&cid), "the label is needed");
	forget(&desk, &cid).await;
	assert!(node.store().pins().is_empty());
}

#[tokio::test]
async fn a_pin_of_the_operator_stays() {
	let node = Node::start().await;
	let (desk, cid) = (files(&node), in_store(&node, 1));
	node.store().pin(&cid).unwrap();
	forget(&desk, &cid).await;
	desk.withdraw(cid.to_bytes()).await;
	assert!(node.store().is_pinned(&cid), "nobody here needed it");
	fetch(&desk, &cid).await;
	forget(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid));
	let state = cid_of(b"state", &Profile::UNIXFS_V1_2025).unwrap();
	node.store().put(&raw(b"state".to_vec())).unwrap();
	node.store().pin(&state).unwrap();
	publish(&desk, b"state").await;
	desk.withdraw(state.to_bytes()).await;
	assert!(node.store().is_pinned(&state));
}

#[tokio::test]
async fn a_file_of_two_desks_is_kept_for_the_one_that_still_needs_it() {
	let node = Node::start().await;
	let first = files(&node);
	let (second, cid) = (first.for_another_desk(), in_store(&node, 1));
	for (early, late) in [(&first, &second), (&second, &first)] {
		fetch(&first, &cid).await;
		fetch(&second, &cid).await;
		forget(early, &cid).await;
		forget(early, &cid).await;
		assert!(node.store().is_pinned(&cid));
		forget(late, &cid).await;
		assert!(node.store().pins().is_empty());
	}
}

/// A proxy that answers requests with `path` in them itself, as long as `it_does`, and lets `node` answer the others.
async fn proxy(
	node: &Node,
	path: &'static str,
	it_does: Arc<AtomicBool>,
	(status, body): (&'static str, &'static str),
) -> Hostile {
	let rpc = node.rpc;
	Hostile::start(move |mut victim| {
		let it_does = it_does.load(Ordering::Relaxed);
		async move {
			if it_does && victim.head.lines().next().unwrap().contains(path) {
				victim.answer(status, body.as_bytes()).await;
			} else {
				victim.forward(rpc).await;
			}
		}
	})
	.await
}

#[tokio::test]
async fn what_nobody_knows_the_pins_of_stays() {
	let error = r#"{"Message":"the datastore is locked","Code":0,"Type":"error"}"#;
	for answer in [("500 Internal Server Error", error), ("403 Forbidden", "403 - Forbidden\n"), ("200 OK", "?")] {
		let (node, is_ill) = (Node::start().await, Arc::new(AtomicBool::new(true)));
		let proxy = proxy(&node, "/pin/ls", is_ill.clone(), answer).await;
		let (desk, cid) = (files_at(&[proxy.address], &node, 1 << 30), in_store(&node, 1));
		fetch(&desk, &cid).await;
		let state = publish(&desk, b"state").await;
		assert!([cid, state].iter().all(|cid| node.store().is_pinned(cid)));
		is_ill.store(false, Ordering::Relaxed);
		fetch(&desk, &cid).await;
		forget(&desk, &cid).await;
		desk.withdraw(state.to_bytes()).await;
		assert!([cid, state].iter().all(|cid| node.store().is_pinned(cid)));
		// It is not held against other files, nor for ever.
		let other = in_store(&node, 2);
		node.store().unpin(&cid).unwrap();
		for cid in [cid, other] {
			fetch(&desk, &cid).await;
			forget(&desk, &cid).await;
			assert_eq!(node.store().pins(), [state]);
		}
	}
}

/// Kubo's pin of a first block, which a pin of all of the file replaces.
#[tokio::test]
async fn a_pin_of_the_first_block_stays() {
	let (node, always) = (Node::start().await, Arc::new(AtomicBool::new(true)));
	let proxy = proxy(&node, "type=direct", always, ("200 OK", r#"{"Keys":{"x":{"Type":"direct"}}}"#)).await;
	let (desk, cid) = (files_at(&[proxy.address], &node, 1 << 30), in_store(&node, 1));
	fetch(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid), "all of it is needed");
	forget(&desk, &cid).await;
	assert!(node.store().is_pinned(&cid));
}

#[tokio::test]
async fn a_pin_is_taken_off_where_it_was_made() {
	let (first, second) = (Node::start().await, Node::start().await);
	let is_down = Arc::new(AtomicBool::new(false));
	let proxy = proxy(&first, "", is_down.clone(), ("502 Bad Gateway", "")).await;
	let (desk, cid) = (files_at(&[proxy.address, second.rpc], &first, 1 << 30), in_store(&first, 1));
	assert_eq!(cid, in_store(&second, 1));

	// The second one has a pin of the operator.
	second.store().pin(&cid).unwrap();
	fetch(&desk, &cid).await;
	assert!(first.store().is_pinned(&cid));
	forget(&desk, &cid).await;
	assert!(!first.store().is_pinned(&cid) && second.store().is_pinned(&cid));

	// It was fetched when the first one was down, and again when it was not.
	second.store().unpin(&cid).unwrap();
	is_down.store(true, Ordering::Relaxed);
	fetch(&desk, &cid).await;
	assert!(!first.store().is_pinned(&cid) && second.store().is_pinned(&cid));
	is_down.store(false, Ordering::Relaxed);
	fetch(&desk, &cid).await;
	assert!(first.store().is_pinned(&cid));
	forget(&desk, &cid).await;
	assert!(first.store().pins().is_empty() && second.store().pins().is_empty());
}

#[tokio::test]
async fn who_gives_up_waiting_for_a_pin_can_still_let_go_of_it() {
	let node = Node::start().await;
	let (rpc, asked, gate) = (node.rpc, Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
	let (asks, opens) = (asked.clone(), gate.clone());
	let slow = Hostile::start(move |victim| {
		let (asks, opens) = (asks.clone(), opens.clone());
		async move {
			if victim.head.contains("/pin/add") || victim.head.contains("/add?") {
				asks.add_permits(1);
				opens.acquire().await.unwrap().forget();
			}
			victim.forward(rpc).await;
		}
	})
	.await;
	let (desk, cid) = (files_at(&[slow.address], &node, 1 << 30), in_store(&node, 1));

	let fetch = tokio::spawn(desk.fetch(cid.to_bytes(), MOST));
	asked.acquire().await.unwrap().forget();
	fetch.abort();
	assert!(fetch.await.is_err() && node.store().pins().is_empty());
	gate.add_permits(1);
	forget(&desk, &cid).await;
	assert!(node.store().pins().is_empty());

	let first = tokio::spawn(desk.publish(b"state".to_vec()));
	asked.acquire().await.unwrap().forget();
	first.abort();
	assert!(first.await.is_err() && node.store().pins().is_empty());
	gate.add_permits(2);
	// It waits for the first.
	let state = publish(&desk, b"state").await;
	for _ in 0..2 {
		assert!(node.store().is_pinned(&state));
		desk.withdraw(state.to_bytes()).await;
	}
	assert!(node.store().pins().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_do_not_disturb_each_other() {
	let node = Node::start().await;
	let first = Arc::new(files(&node));
	let (second, cid) = (Arc::new(first.for_another_desk()), in_store(&node, 1));
	let play = |desk: Arc<DeskFiles>, rounds: usize| {
		let store = node.store().clone();
		tokio::spawn(async move {
			for _ in 0..rounds {
				let (one, other) = tokio::join!(desk.fetch(cid.to_bytes(), MOST), desk.fetch(cid.to_bytes(), MOST));
				assert!(one.is_ok() && other.is_ok());
				assert!(store.is_pinned(&cid), "whatever the other one does");
				// Not waited for: the next fetch comes while the pin is taken off.
				tokio::spawn(desk.forget(cid.to_bytes()));
			}
		})
	};
	let (one, other) = (play(first.clone(), 100), play(second.clone(), 70));
	one.await.unwrap();
	other.await.unwrap();
	// Whoever comes later has its turn after those.
	for desk in [&first, &second] {
		fetch(desk, &cid).await;
	}
	assert!(node.store().is_pinned(&cid));
	for desk in [&first, &second] {
		forget(desk, &cid).await;
	}
	assert!(node.store().pins().is_empty());
}
