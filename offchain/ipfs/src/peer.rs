//! Blocks from another node, by the raw-block route of the trustless gateway.

use super::{
	read::{broken, read_block, Clock},
	Block, BlockSource, Cid, EndpointError, Fault, Limits, Unavailable,
};
use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt};
use http_body_util::{BodyExt, Empty};
use hyper::{
	client::conn::http1,
	header::{ACCEPT, HOST},
	Request, StatusCode,
};
use hyper_util::rt::TokioIo;
use std::future::Future;
use tokio::net::TcpStream;
use url::{Position, Url};

/// `GET {url}/ipfs/{cid}?format=raw`, one connection per block.
pub struct PeerSource {
	url: Url,
	name: String,
	limits: Limits,
}

impl PeerSource {
	/// Takes blocks from the gateway at `url`.
	pub fn new(url: &Url, limits: &Limits) -> Result<Self, EndpointError> {
		if url.scheme() != "http" {
			return Err(EndpointError::Scheme(url.to_string()));
		}
		if !url.has_host() {
			return Err(EndpointError::Host(url.to_string()));
		}
		Ok(Self { url: url.clone(), name: url.as_str().trim_end_matches('/').into(), limits: limits.clone() })
	}

	/// How it appears in messages.
	pub fn name(&self) -> &str {
		&self.name
	}

	async fn get(&self, cid: &Cid) -> Result<Block, Fault> {
		let clock = Clock::start(self.limits.block);
		let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
		let port = self.url.port_or_known_default().unwrap_or(80);
		let socket = TcpStream::connect((host, port));
		let socket = clock.wait(self.limits.first_byte, "connection", socket).await?.map_err(broken)?;
		let (sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(broken)?;
		let bytes = alongside(connection, self.exchange(sender, cid, &clock)).await?;
		Ok(Block::verify(*cid, bytes)?)
	}

	async fn exchange(
		&self,
		mut sender: http1::SendRequest<Empty<Bytes>>,
		cid: &Cid,
		clock: &Clock,
	) -> Result<Bytes, Fault> {
		let request = Request::get(format!("{}/ipfs/{cid}?format=raw", self.url.path().trim_end_matches('/')))
			.header(HOST, &self.url[Position::BeforeHost..Position::AfterPort])
			.header(ACCEPT, "application/vnd.ipld.raw")
			.body(Empty::new())
			.map_err(broken)?;
		let response = sender.send_request(request);
		let response = clock.wait(self.limits.first_byte, "first byte", response).await?.map_err(broken)?;
		match response.status() {
			StatusCode::OK => read_block(response.into_body().into_data_stream(), clock, &self.limits, broken).await,
			status @ StatusCode::NOT_FOUND => Err(Fault::Missing(status.to_string())),
			status if status.is_client_error() => Err(Fault::Refused(status.to_string())),
			status => Err(Fault::Connection(status.to_string())),
		}
	}
}

/// Drives `connection` for as long as `exchange` needs it.
async fn alongside<T>(connection: impl Future, exchange: impl Future<Output = T>) -> T {
	let (mut connection, mut exchange) = (std::pin::pin!(connection.fuse()), std::pin::pin!(exchange.fuse()));
	loop {
		futures::select_biased! {
			outcome = exchange => return outcome,
			_ = connection => (),
		}
	}
}

impl BlockSource for PeerSource {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		async move { self.get(cid).await.map_err(|fault| Unavailable::at(&self.name, fault)) }.boxed()
	}
}
