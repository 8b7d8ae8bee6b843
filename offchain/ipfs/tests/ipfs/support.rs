//! Stores, servers, DAGs and hostile endpoints.

use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt};
use learnware_ipfs::{
	server::{Server, ServerLimits},
	Block, BlockSource, BlockStore, Cid, Codec, Fault, Limits, Unavailable,
};
use std::{
	collections::HashMap,
	future::Future,
	net::SocketAddr,
	sync::{
		atomic::{AtomicU64, AtomicUsize, Ordering},
		Arc,
	},
	time::Duration,
};
use tempfile::TempDir;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	task::JoinHandle,
};
use url::Url;

/// Bounds for tests of what happens at the deadlines.
pub fn hasty() -> Limits {
	Limits {
		first_byte: Duration::from_millis(300),
		idle: Duration::from_millis(200),
		block: Duration::from_millis(600),
		file: Duration::from_millis(1500),
		..Limits::default()
	}
}

/// Bytes without a pattern, different for each seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
	let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
	let mut bytes = Vec::with_capacity(length + 8);
	while bytes.len() < length {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bytes.extend_from_slice(&state.to_le_bytes());
	}
	bytes.truncate(length);
	bytes
}

pub fn raw(bytes: impl Into<Vec<u8>>) -> Block {
	Block::new(Codec::Raw, bytes.into().into())
}

pub fn url(address: SocketAddr) -> Url {
	format!("http://{address}").parse().unwrap()
}

/// A store in a directory that goes with it.
pub struct TempStore {
	pub directory: TempDir,
	pub store: Arc<BlockStore>,
}

pub fn temp_store(capacity: u64) -> TempStore {
	let directory = tempfile::tempdir().unwrap();
	let store = Arc::new(BlockStore::open(directory.path(), capacity).unwrap());
	TempStore { directory, store }
}

/// An embedded node: a store, its RPC and its gateway.
pub struct Node {
	pub temp: TempStore,
	pub rpc: SocketAddr,
	pub gateway: SocketAddr,
	tasks: Vec<JoinHandle<()>>,
}

impl Node {
	pub async fn start() -> Self {
		Self::with_limits(ServerLimits::default()).await
	}

	pub async fn with_limits(limits: ServerLimits) -> Self {
		let temp = temp_store(1 << 30);
		let any = "127.0.0.1:0".parse().unwrap();
		let rpc = Server::rpc(temp.store.clone(), any, limits.clone()).await.unwrap();
		let gateway = Server::gateway(temp.store.clone(), any, limits).await.unwrap();
		let (rpc_address, gateway_address) = (rpc.address(), gateway.address());
		let tasks = [rpc, gateway].map(|server| tokio::spawn(server.run(std::future::pending()))).into();
		Self { temp, rpc: rpc_address, gateway: gateway_address, tasks }
	}

	pub fn store(&self) -> &Arc<BlockStore> {
		&self.temp.store
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		self.tasks.iter().for_each(JoinHandle::abort);
	}
}

/// Sends `request` as it is and returns the whole answer as text.
pub async fn exchange(address: SocketAddr, request: &str) -> String {
	let mut stream = TcpStream::connect(address).await.unwrap();
	stream.write_all(request.as_bytes()).await.unwrap();
	let mut answer = Vec::new();
	stream.read_to_end(&mut answer).await.unwrap();
	String::from_utf8_lossy(&answer).into_owned()
}

/// Appends a protobuf varint.
fn varint(to: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		to.push(value as u8 | 0x80);
		value >>= 7;
	}
	to.push(value as u8);
}

fn field(to: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
	to.push(tag);
	varint(to, bytes.len() as u64);
	to.extend_from_slice(bytes);
}

/// A node with this kind, these bytes and these children, encoded as Kubo does it.
pub fn node_of_kind(kind: u8, data: &[u8], children: &[(Cid, u64)], size: u64) -> Block {
	let mut block = Vec::new();
	for (cid, size) in children {
		let mut link = Vec::new();
		field(&mut link, 0x0a, &cid.to_bytes());
		field(&mut link, 0x12, b"");
		link.push(0x18);
		varint(&mut link, *size);
		field(&mut block, 0x12, &link);
	}
	let mut message = vec![0x08, kind];
	if !data.is_empty() {
		field(&mut message, 0x12, data);
	}
	message.push(0x18);
	varint(&mut message, size);
	for (_, size) in children {
		message.push(0x20);
		varint(&mut message, *size);
	}
	field(&mut block, 0x0a, &message);
	Block::new(Codec::DagPb, block.into())
}

/// A node of a file whose sizes add up.
pub fn node(data: &[u8], children: &[(Cid, u64)]) -> Block {
	let size = children.iter().map(|(_, size)| size).sum::<u64>() + data.len() as u64;
	node_of_kind(2, data, children, size)
}

/// Blocks in memory.
#[derive(Default)]
pub struct Memory {
	blocks: HashMap<Cid, Block>,
	/// How many blocks were asked for.
	pub asked: AtomicUsize,
}

impl Memory {
	pub fn new<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Self {
		let blocks = blocks.into_iter().map(|block| (*block.cid(), block.clone())).collect();
		Self { blocks, asked: AtomicUsize::new(0) }
	}
}

impl BlockSource for Memory {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		self.asked.fetch_add(1, Ordering::Relaxed);
		let block = self.blocks.get(cid).cloned();
		async move { block.ok_or_else(|| Unavailable::at("memory", Fault::Missing("not in memory".into()))) }.boxed()
	}
}

/// One connection to a hostile server, after the head of the request.
pub struct Victim {
	stream: TcpStream,
	/// The head of the request.
	pub head: String,
	sent: Arc<AtomicU64>,
}

impl Victim {
	/// False once the other side is gone.
	pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
		let bytes = bytes.as_ref();
		let sent = self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok();
		if sent {
			self.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
		}
		sent
	}

	/// An answer of known length.
	pub async fn answer(&mut self, status: &str, body: &[u8]) -> bool {
		let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
		self.send(head).await && self.send(body).await
	}

	/// The head of an answer that ends when the connection does.
	pub async fn endless_head(&mut self, status: &str) -> bool {
		self.send(format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n")).await
	}

	/// Lets another server answer.
	pub async fn forward(mut self, to: SocketAddr) {
		let mut server = TcpStream::connect(to).await.unwrap();
		server.write_all(self.head.as_bytes()).await.unwrap();
		// It ends when either side does.
		let _ = tokio::io::copy_bidirectional(&mut self.stream, &mut server).await;
	}

	/// Waits until the other side gives up.
	pub async fn gone(&mut self) {
		while self.stream.read_u8().await.is_ok() {}
	}
}

/// A server that runs a script on every connection.
pub struct Hostile {
	pub address: SocketAddr,
	/// Bytes that clients let it send.
	pub sent: Arc<AtomicU64>,
	/// Connections so far.
	pub connections: Arc<AtomicUsize>,
	task: JoinHandle<()>,
}

impl Hostile {
	pub async fn start<F>(script: impl Fn(Victim) -> F + Send + Sync + 'static) -> Self
	where
		F: Future<Output = ()> + Send + 'static,
	{
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let (sent, connections) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
		let (counter, accepted) = (sent.clone(), connections.clone());
		let task = tokio::spawn(async move {
			loop {
				let (mut stream, _) = listener.accept().await.unwrap();
				accepted.fetch_add(1, Ordering::Relaxed);
				let mut head = Vec::new();
				while !head.ends_with(b"\r\n\r\n") {
					match stream.read_u8().await {
						Ok(byte) => head.push(byte),
						Err(_) => break,
					}
				}
				let head = String::from_utf8(head).unwrap();
				tokio::spawn(script(Victim { stream, head, sent: counter.clone() }));
			}
		});
		Self { address, sent, connections, task }
	}

	/// Answers every request with this status and body.
	pub async fn always(status: &'static str, body: impl Into<Bytes>) -> Self {
		let body = body.into();
		Self::start(move |mut victim| {
			let body = body.clone();
			async move {
				victim.answer(status, &body).await;
			}
		})
		.await
	}

	pub fn sent(&self) -> u64 {
		self.sent.load(Ordering::Relaxed)
	}
}

impl Drop for Hostile {
	fn drop(&mut self) {
		self.task.abort();
	}
}
