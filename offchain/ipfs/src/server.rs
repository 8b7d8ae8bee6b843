//! HTTP servers over a [`BlockStore`]: Kubo's RPC for this machine, raw blocks for other nodes.
//!
//! The RPC writes, so it is bound to loopback and refuses what a web page could send. The gateway only
//! reads blocks, and may face the world. Both bound connections, requests and time: one request per
//! connection, and a deadline for it all.

mod gateway;
mod rpc;

use super::{store::StoreError, BlockStore, Limits};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
	rt::{TokioIo, TokioTimer},
	service::TowerToHyperService,
};
use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
	net::{TcpListener, TcpStream},
	sync::{OwnedSemaphorePermit, Semaphore},
	task::JoinSet,
	time::timeout,
};

/// How long open requests may go on after a shutdown.
const GRACE: Duration = Duration::from_secs(5);
/// Beside the file itself: the frame of a multipart body.
const BODY_SLACK: usize = 64 * 1024;

/// What a server grants.
#[derive(Clone, Debug)]
pub struct ServerLimits {
	/// Most connections at a time; further ones wait.
	pub connections: usize,
	/// How long a client may take to send the head of its request.
	pub header: Duration,
	/// How long a connection may last.
	pub connection: Duration,
	/// Bounds of a file that is added or read.
	pub file: Limits,
}

impl Default for ServerLimits {
	fn default() -> Self {
		Self {
			connections: 64,
			header: Duration::from_secs(10),
			connection: Duration::from_secs(60),
			file: Limits::default(),
		}
	}
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
	/// Anyone who reaches the RPC can fill the store.
	#[error("{0} is not a loopback address: the IPFS RPC would be open to others; use 127.0.0.1 or [::1]")]
	NotLoopback(SocketAddr),
	/// The address is not free, or not ours.
	#[error("cannot listen on {address}: {error}; choose another address or port")]
	Bind {
		/// The address.
		address: SocketAddr,
		/// Why.
		error: io::Error,
	},
}

/// A server that listens; [`run`](Self::run) answers.
pub struct Server {
	listener: TcpListener,
	address: SocketAddr,
	router: Router,
	limits: ServerLimits,
}

impl Server {
	/// Kubo's RPC (`/api/v0/...`) on a loopback address. Port 0 takes a free one.
	pub async fn rpc(store: Arc<BlockStore>, address: SocketAddr, limits: ServerLimits) -> Result<Self, ServeError> {
		if !address.ip().is_loopback() {
			return Err(ServeError::NotLoopback(address));
		}
		let body = usize::try_from(limits.file.file_bytes).unwrap_or(usize::MAX).saturating_add(BODY_SLACK);
		Self::bind(rpc::router(store, limits.file.clone(), body), address, limits).await
	}

	/// Raw blocks, read only (`GET /ipfs/{cid}?format=raw`). Port 0 takes a free one.
	pub async fn gateway(
		store: Arc<BlockStore>,
		address: SocketAddr,
		limits: ServerLimits,
	) -> Result<Self, ServeError> {
		Self::bind(gateway::router(store), address, limits).await
	}

	async fn bind(router: Router, address: SocketAddr, limits: ServerLimits) -> Result<Self, ServeError> {
		let listener = TcpListener::bind(address).await;
		let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
		let (address, listener) = bound.map_err(|error| ServeError::Bind { address, error })?;
		Ok(Self { listener, address, router, limits })
	}

	/// Where it listens.
	pub fn address(&self) -> SocketAddr {
		self.address
	}

	/// Answers until `shutdown` is ready; open requests then have five seconds. Dropping the future ends
	/// all connections at once.
	pub async fn run(self, shutdown: impl Future<Output = ()>) {
		let permits = Arc::new(Semaphore::new(self.limits.connections.max(1)));
		let mut connections = JoinSet::new();
		let mut shutdown = std::pin::pin!(shutdown);
		loop {
			tokio::select! {
				() = &mut shutdown => break,
				Some(_) = connections.join_next() => (),
				(permit, stream) = accept(&self.listener, &permits) => {
					connections.spawn(answer(stream, self.router.clone(), self.limits.clone(), permit));
				},
			}
		}
		drop(self.listener);
		// What is left after the grace is aborted with the set.
		let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
	}
}

async fn accept(listener: &TcpListener, permits: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream) {
	loop {
		let permit = permits.clone().acquire_owned().await;
		match (permit, listener.accept().await) {
			(Ok(permit), Ok((stream, _))) => return (permit, stream),
			// Out of file descriptors, as a rule: it helps to wait for some to be closed.
			(_, accepted) => {
				let error = accepted.err();
				tracing::debug!(target: "ipfs", ?error, "Connection is not accepted");
				tokio::time::sleep(Duration::from_millis(100)).await;
			},
		}
	}
}

async fn answer(stream: TcpStream, router: Router, limits: ServerLimits, _permit: OwnedSemaphorePermit) {
	// Only costs speed.
	let _ = stream.set_nodelay(true);
	let connection = http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(limits.header)
		.keep_alive(false)
		.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
	match timeout(limits.connection, connection).await {
		Ok(Ok(())) => (),
		Ok(Err(error)) => tracing::debug!(target: "ipfs", %error, "Connection broke"),
		Err(_) => tracing::debug!(target: "ipfs", "Connection took too long"),
	}
}

/// Runs file access off the asynchronous threads.
async fn blocking<T: Send + 'static>(
	work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, String> {
	match tokio::task::spawn_blocking(work).await {
		Ok(outcome) => outcome.map_err(|error| error.to_string()),
		Err(error) => Err(error.to_string()),
	}
}
