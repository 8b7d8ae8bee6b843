//! Endpoints that are down, slow, lying or cutting short: never a verdict, never without an end.

use crate::support::{hasty, noise, raw, url, Hostile, Victim};
use learnware_ipfs::{fetch_file, Block, BlockSource, Fault, FetchError, KuboSource, Limits, PeerSource};
use std::{
	sync::atomic::Ordering,
	time::{Duration, Instant},
};
use tokio::time::sleep;

const MIB: usize = 1 << 20;

/// Fetches `block` from the server as a daemon and as a peer: it must fail, with the same kind of fault,
/// in time.
async fn faults(server: &Hostile, block: &Block, limits: &Limits) -> [Fault; 2] {
	let sources: [Box<dyn BlockSource>; 2] = [
		Box::new(KuboSource::new(&url(server.address), limits).unwrap()),
		Box::new(PeerSource::new(&url(server.address), limits).unwrap()),
	];
	let mut faults = Vec::new();
	for source in sources {
		let start = Instant::now();
		let error = fetch_file(source.as_ref(), block.cid(), limits).await.unwrap_err();
		assert!(start.elapsed() < limits.file + Duration::from_millis(500), "{:?}", start.elapsed());
		assert_eq!(error.verdict(), None, "{error}");
		let FetchError::Unavailable(mut unavailable) = error else { panic!("{error}") };
		assert_eq!(unavailable.failures.len(), 1);
		faults.push(unavailable.failures.remove(0).fault);
	}
	faults.try_into().unwrap()
}

async fn assert_faults(server: &Hostile, block: &Block, expected: impl Fn(&Fault) -> bool) {
	for fault in faults(server, block, &hasty()).await {
		assert!(expected(&fault) && fault.is_ill(), "{fault:?}");
	}
}

fn timed_out(fault: &Fault) -> bool {
	matches!(fault, Fault::TimedOut { .. })
}

fn broken(fault: &Fault) -> bool {
	matches!(fault, Fault::Connection(_))
}

fn lies(fault: &Fault) -> bool {
	matches!(fault, Fault::WrongBytes(_))
}

#[tokio::test]
async fn nobody_listens() {
	let server = Hostile::start(|_| async {}).await;
	let address = server.address;
	drop(server);
	// The port is closed as soon as the task has gone.
	while tokio::net::TcpStream::connect(address).await.is_ok() {
		sleep(Duration::from_millis(5)).await;
	}
	for source in [
		Box::new(KuboSource::new(&url(address), &hasty()).unwrap()) as Box<dyn BlockSource>,
		Box::new(PeerSource::new(&url(address), &hasty()).unwrap()),
	] {
		let error = source.block(raw(b"x".to_vec()).cid()).await.unwrap_err();
		assert!(broken(&error.failures[0].fault), "{error}");
	}
}

#[tokio::test]
async fn wrong_bytes() {
	let server = Hostile::always("200 OK", noise(2, 1000)).await;
	assert_faults(&server, &raw(noise(1, 1000)), lies).await;
}

#[tokio::test]
async fn one_byte_short_of_the_block() {
	let block = raw(noise(1, MIB));
	let server = Hostile::always("200 OK", block.bytes().slice(..MIB - 1)).await;
	assert_faults(&server, &block, lies).await;
}

/// How Kubo ends when it fails late: fewer bytes than announced, or a trailer that clients ignore.
#[tokio::test]
async fn a_body_cut_short() {
	let block = raw(noise(1, 100_000));
	let half = block.bytes().slice(..50_000);
	let announced = half.clone();
	let short = Hostile::start(move |mut victim| {
		let half = announced.clone();
		async move {
			victim.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").await;
			victim.send(&half).await;
		}
	})
	.await;
	assert_faults(&short, &block, broken).await;

	let trailer = Hostile::start(move |mut victim| {
		let half = half.clone();
		async move {
			victim.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Stream-Error\r\n\r\n").await;
			victim.send(format!("{:x}\r\n", half.len())).await;
			victim.send(&half).await;
			victim.send("\r\n0\r\nX-Stream-Error: context canceled\r\n\r\n").await;
		}
	})
	.await;
	assert_faults(&trailer, &block, lies).await;
}

async fn send_for_ever(mut victim: Victim) {
	victim.endless_head("200 OK").await;
	while victim.send([0; 65536]).await {}
}

#[tokio::test]
async fn an_endless_body_is_read_no_further_than_a_block() {
	let server = Hostile::start(send_for_ever).await;
	assert_faults(&server, &raw(b"x".to_vec()), |fault| matches!(fault, Fault::TooLong(_))).await;
	// Two requests, each with what sits in the buffers of two sockets.
	assert!(server.sent() < 2 * (2 * MIB as u64 + (16 << 20)), "{}", server.sent());
}

#[tokio::test]
async fn one_byte_beyond_the_bound() {
	let limits = Limits { block_bytes: 1000, ..hasty() };
	let exact = raw(noise(1, 1000));
	let server = Hostile::always("200 OK", exact.bytes().clone()).await;
	let source = PeerSource::new(&url(server.address), &limits).unwrap();
	assert_eq!(source.block(exact.cid()).await.unwrap(), exact);
	let over = raw(noise(1, 1001));
	let server = Hostile::always("200 OK", over.bytes().clone()).await;
	for fault in faults(&server, &over, &limits).await {
		assert!(matches!(fault, Fault::TooLong(1000)), "{fault:?}");
	}
}

#[tokio::test]
async fn a_drip_ends_at_the_deadline_of_the_block() {
	let server = Hostile::start(|mut victim| async move {
		victim.endless_head("200 OK").await;
		while victim.send("x").await {
			sleep(Duration::from_millis(20)).await;
		}
	})
	.await;
	assert_faults(&server, &raw(b"x".to_vec()), timed_out).await;
	assert!(server.sent() < 1000, "{}", server.sent());
}

#[tokio::test]
async fn a_pause_ends_at_the_idle_deadline() {
	let server = Hostile::start(|mut victim| async move {
		victim.endless_head("200 OK").await;
		victim.send("x").await;
		victim.gone().await;
	})
	.await;
	let limits = Limits { idle: Duration::from_millis(50), ..Limits::default() };
	let source = KuboSource::new(&url(server.address), &limits).unwrap();
	let error = source.block(raw(b"y".to_vec()).cid()).await.unwrap_err();
	let fault = &error.failures[0].fault;
	assert!(matches!(fault, Fault::TimedOut { what: "further byte", .. }), "{fault}");
}

#[tokio::test]
async fn no_answer_at_all() {
	let server = Hostile::start(|mut victim| async move { victim.gone().await }).await;
	assert_faults(&server, &raw(b"x".to_vec()), timed_out).await;
}

#[tokio::test]
async fn the_connection_is_closed_at_once() {
	let server = Hostile::start(|_| async {}).await;
	assert_faults(&server, &raw(b"x".to_vec()), broken).await;
}

#[tokio::test]
async fn an_answer_that_is_not_http() {
	let server = Hostile::start(|mut victim| async move {
		victim.send("SSH-2.0-OpenSSH_9.2\r\n").await;
	})
	.await;
	assert_faults(&server, &raw(b"x".to_vec()), broken).await;
}

#[tokio::test]
async fn internal_errors_without_end() {
	let server = Hostile::always("500 Internal Server Error", "<html>nginx</html>").await;
	assert_faults(&server, &raw(b"x".to_vec()), broken).await;
	assert_eq!(server.connections.load(Ordering::Relaxed), 2, "no retry of its own");
}

/// The error body is what the client library holds without a bound: only the deadline ends it.
#[tokio::test]
async fn a_huge_error_body_ends_at_the_deadline() {
	let server = Hostile::start(|mut victim| async move {
		victim.endless_head("500 Internal Server Error").await;
		while victim.send([b'x'; 16384]).await {
			sleep(Duration::from_millis(2)).await;
		}
	})
	.await;
	let source = KuboSource::new(&url(server.address), &hasty()).unwrap();
	let start = Instant::now();
	let error = source.block(raw(b"x".to_vec()).cid()).await.unwrap_err();
	assert!(timed_out(&error.failures[0].fault) && error.to_string().len() < 500, "{error}");
	assert!(start.elapsed() < Duration::from_secs(1));
	assert!(server.sent() < 16 * MIB as u64, "{}", server.sent());
}

#[tokio::test]
async fn long_messages_are_cut_and_kept_on_one_line() {
	let body = format!("{{\"Message\":\"{}\",\"Code\":0,\"Type\":\"error\"}}", "a\\n".repeat(10_000));
	let server = Hostile::always("500 Internal Server Error", body).await;
	let source = KuboSource::new(&url(server.address), &hasty()).unwrap();
	let error = source.block(raw(b"x".to_vec()).cid()).await.unwrap_err();
	assert!(matches!(error.failures[0].fault, Fault::Refused(_)));
	assert!(error.to_string().len() < 300 && !error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn the_whole_file_has_a_deadline() {
	let limits = Limits { file: Duration::from_millis(100), ..Limits::default() };
	let server = Hostile::start(|mut victim| async move { victim.gone().await }).await;
	for fault in faults(&server, &raw(b"x".to_vec()), &limits).await {
		assert!(matches!(fault, Fault::TimedOut { what: "complete file", .. }), "{fault}");
	}
}

/// Kubo is told to stop looking, too.
#[tokio::test]
async fn the_deadline_is_sent_along() {
	let block = raw(b"x".to_vec());
	let server = Hostile::start(|mut victim| async move {
		let good = victim.head.starts_with("POST /api/v0/block/get?") && victim.head.contains("timeout=0s600000000ns");
		victim.answer(if good { "200 OK" } else { "400 Bad Request" }, b"x").await;
	})
	.await;
	let source = KuboSource::new(&url(server.address), &hasty()).unwrap();
	assert_eq!(source.block(block.cid()).await.unwrap(), block);
}
