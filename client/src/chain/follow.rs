//! Follows the chain block by block, through restarts of the node and broken connections.

use super::{failure::ToFailure, At, Chain, Config, Event};
use crate::error::{Failure, Kind, Result};
use std::time::Duration;
use subxt::client::{Block, Blocks};
use url::Url;

/// A connection without a new block for longer than this is given up, however long blocks take.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest pause between attempts to connect.
const PAUSE: Duration = Duration::from_secs(30);

/// What happens next.
pub enum Tick {
	/// The connection is there, again: blocks may have been missed.
	Connected,
	/// A newest block, which may still be taken back.
	Best(At),
	/// A block that is never taken back; none is left out while the connection lasts.
	Finalized(At),
}

/// Is told what happens to the connection.
pub type Listener = Box<dyn Fn(Event<'_>) + Send + Sync>;

/// Follows a chain.
pub struct Follower {
	urls: Vec<Url>,
	listener: Listener,
	chain: Chain,
	streams: Option<Streams>,
}

struct Streams {
	best: Blocks<Config>,
	finalized: Blocks<Config>,
}

enum Next {
	Best(Block<Config>),
	Finalized(Block<Config>),
}

impl Follower {
	/// Follows the chain that `chain` is connected to.
	pub fn new(chain: Chain, urls: &[Url], listener: Listener) -> Self {
		Self { urls: urls.to_vec(), listener, chain, streams: None }
	}

	/// The present connection.
	pub fn chain(&self) -> &Chain {
		&self.chain
	}

	/// Waits for what happens next. Fails only if that can't be mended by waiting.
	pub async fn next(&mut self) -> Result<Tick> {
		match &mut self.streams {
			None => match Streams::open(&self.chain).await {
				Ok(streams) => {
					self.streams = Some(streams);
					return Ok(Tick::Connected);
				},
				Err(failure) => self.reconnect(&failure).await?,
			},
			Some(streams) => {
				let silence = Duration::from_millis(self.chain.block_time.saturating_mul(10)).max(SILENCE);
				match streams.next(silence).await {
					Ok(tick) => return Ok(tick),
					Err(failure) => self.reconnect(&failure).await?,
				}
			},
		}
		Box::pin(self.next()).await
	}

	/// Connects again to the same chain, however long it takes.
	pub async fn reconnect(&mut self, failure: &Failure) -> Result<()> {
		if failure.kind != Kind::Unavailable {
			return Err(failure.clone());
		}
		self.streams = None;
		(self.listener)(Event::Lost(failure));
		let mut pause = Duration::from_secs(1);
		loop {
			tokio::time::sleep(pause).await;
			match Chain::connect(&self.urls, &*self.listener).await {
				Ok(chain) if chain.genesis == self.chain.genesis => {
					(self.listener)(Event::Reconnected(&chain));
					self.chain = chain;
					return Ok(());
				},
				Ok(chain) => {
					return Err(Failure::input(format!("{} is another chain than the one followed so far", chain.url))
						.help("start again with the URLs of one chain only"))
				},
				Err(failure) if failure.kind == Kind::Unavailable => pause = (pause * 2).min(PAUSE),
				Err(failure) => return Err(failure),
			}
		}
	}
}

impl Streams {
	async fn open(chain: &Chain) -> Result<Self> {
		Ok(Self {
			best: chain.client.stream_best_blocks().await.or_failure()?,
			finalized: chain.client.stream_blocks().await.or_failure()?,
		})
	}

	async fn next(&mut self, silence: Duration) -> Result<Tick> {
		let lost = |why: &str| Failure::new(Kind::Unavailable, "node_unavailable", why);
		let next = tokio::select! {
			block = self.best.next() => block.map(|block| block.or_failure().map(Next::Best)),
			block = self.finalized.next() => block.map(|block| block.or_failure().map(Next::Finalized)),
			() = tokio::time::sleep(silence) => return Err(lost("no new block for a long time")),
		};
		match next {
			None => Err(lost("the connection broke")),
			Some(Err(failure)) => Err(failure),
			Some(Ok(Next::Best(block))) => block.at().await.or_failure().map(|at| Tick::Best(At(at))),
			Some(Ok(Next::Finalized(block))) => block.at().await.or_failure().map(|at| Tick::Finalized(At(at))),
		}
	}
}
