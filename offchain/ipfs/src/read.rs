//! Reading an answer with bounds on bytes and time.

use super::{Fault, Limits};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use std::{fmt::Display, future::Future, time::Duration};
use tokio::time::{timeout_at, Instant};

/// The deadlines of one request.
pub(super) struct Clock {
	start: Instant,
	whole: Duration,
}

impl Clock {
	/// Starts now; everything ends after `whole`.
	pub(super) fn start(whole: Duration) -> Self {
		Self { start: Instant::now(), whole }
	}

	/// Waits for `future`, but at most `pause`, and never beyond the end.
	pub(super) async fn wait<T>(
		&self,
		pause: Duration,
		what: &'static str,
		future: impl Future<Output = T>,
	) -> Result<T, Fault> {
		let (end, now) = (self.start + self.whole, Instant::now());
		let (deadline, what, after) =
			if now + pause < end { (now + pause, what, pause) } else { (end, "complete answer", self.whole) };
		timeout_at(deadline, future).await.map_err(|_| Fault::TimedOut { what, after })
	}
}

/// Reads `stream` to its end. Bytes beyond the bound are not kept, and the stream is dropped there.
pub(super) async fn read_block<E>(
	mut stream: impl Stream<Item = Result<Bytes, E>> + Unpin,
	clock: &Clock,
	limits: &Limits,
	fault: impl Fn(E) -> Fault,
) -> Result<Bytes, Fault> {
	let mut block = BytesMut::new();
	let mut next = clock.wait(limits.first_byte, "first byte", stream.next()).await?;
	while let Some(part) = next {
		let part = part.map_err(&fault)?;
		if block.len() + part.len() > limits.block_bytes {
			return Err(Fault::TooLong(limits.block_bytes));
		}
		block.extend_from_slice(&part);
		next = clock.wait(limits.idle, "further byte", stream.next()).await?;
	}
	Ok(block.freeze())
}

/// A fault of the connection.
pub(super) fn broken(error: impl Display) -> Fault {
	Fault::Connection(error.to_string())
}
