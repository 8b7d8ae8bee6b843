//! Watches: they follow the chain, and do by themselves what is due.

use super::{signing::tell, Context};
use crate::{
	chain::{At, Chain, Event, Follower, Receipt, Sent, Tick, Wait},
	error::{Failure, Kind, Result},
	keystore::Signer,
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};
use subxt::tx::Payload;

/// Blocks after which a transaction that did not get into one is sent again.
pub const RESEND: u32 = 8;
/// Longest that one waits for others to resolve what is overdue, in blocks.
const COURTESY: usize = 8;

/// Longest that one who can't, or only looks, waits for anybody to resolve what is overdue, in blocks.
const LONGEST_OVERDUE: u32 = 3 * RESEND;

/// What a watch does about the chain's news. It connects again when it fails because the node is gone.
pub trait Watcher {
	/// The connection is there, again: finds out what happened while nobody watched.
	async fn connected(&mut self, chain: &Chain) -> Result<()>;
	/// Looks at the newest block, which may still be taken back: tells of progress, does what is due.
	async fn best(&mut self, chain: &Chain, at: &At) -> Result<()>;
	/// Looks at a finalized block: what ended there has ended for good.
	async fn finalized(&mut self, chain: &Chain, at: &At) -> Result<()>;
	/// What comes of the watch, if nothing is left to wait for.
	fn end(&mut self) -> Option<Result<()>>;
}

/// Watches until the end.
pub async fn follow(context: &Context, chain: Chain, watcher: &mut impl Watcher) -> Result<()> {
	let output = context.output;
	let listener = Box::new(move |event: Event<'_>| tell(&output, &event));
	let mut follower = Follower::new(chain, &context.settings.url.value, listener);
	loop {
		let done = match follower.next().await? {
			Tick::Connected => watcher.connected(follower.chain()).await,
			Tick::Best(at) => watcher.best(follower.chain(), &at).await,
			Tick::Finalized(at) => watcher.finalized(follower.chain(), &at).await,
		};
		match done {
			Ok(()) => {},
			Err(failure) if failure.kind == Kind::Unavailable => follower.reconnect(&failure).await?,
			Err(failure) => return Err(failure),
		}
		if let Some(end) = watcher.end() {
			return end;
		}
	}
}

/// Blocks in which something was last tried.
pub struct Tries<K>(BTreeMap<K, u32>);

impl<K> Default for Tries<K> {
	fn default() -> Self {
		Self(BTreeMap::new())
	}
}

impl<K: Ord> Tries<K> {
	/// Whether it is time to try it, again; if so, this is a try.
	fn begin(&mut self, key: K, now: u32) -> bool {
		let is_time = self.0.get(&key).is_none_or(|last| now >= last.saturating_add(RESEND));
		if is_time {
			self.0.insert(key, now);
		}
		is_time
	}

	/// It may be tried at once.
	pub fn forget(&mut self, key: &K) {
		self.0.remove(key);
	}
}

/// What came of a transaction that was due: its receipt, and what else is known of it.
type Done<T> = Result<(Receipt, T)>;

/// Sends all that is due and not on its way already, at once, so that none waits for another's block. Fails if the node is
/// gone.
pub async fn send_due<K: Copy + Ord, D, T>(
	chain: &Chain,
	tries: &mut Tries<K>,
	now: u32,
	due: &[(K, D)],
	submit: impl AsyncFn(K, &D) -> Result<(Sent, T)>,
) -> Result<Vec<(K, Done<T>)>> {
	let (mut sent, mut done) = (Vec::new(), Vec::new());
	for (key, due) in due {
		if !tries.begin(*key, now) {
			continue;
		}
		match submit(*key, due).await {
			Ok((progress, more)) => sent.push((*key, progress, more)),
			Err(failure) if failure.code == "node_unavailable" => {
				tries.forget(key);
				return Err(failure);
			},
			Err(failure) => done.push((*key, Err(failure))),
		}
	}
	for (key, progress, more) in sent {
		let included = chain.included(progress, Wait::Best).await;
		done.push((key, included.map(|included| (included.receipt, more))));
	}
	Ok(done)
}

/// Whose turn it is to resolve what is overdue: the first player's at once, the next one's a block later.
#[derive(Default)]
pub struct Turns(BTreeMap<u32, (u32, u32)>);

impl Turns {
	/// Whether a number has no turn yet.
	pub fn is_unknown(&self, number: u32) -> bool {
		!self.0.contains_key(&number)
	}

	/// Takes the turn of the player in `place`, of something first seen to be overdue in block `now`.
	pub fn queue(&mut self, number: u32, now: u32, place: usize) {
		self.0.insert(number, (now, u32::try_from(place % COURTESY).unwrap_or(0)));
	}

	/// Whether the turn has come; if so, the next one comes when the transaction seems to be lost.
	pub fn is_up(&mut self, number: u32, now: u32) -> bool {
		let is_up = self.0.get(&number).is_some_and(|(since, courtesy)| now >= since.saturating_add(*courtesy));
		if is_up {
			self.0.insert(number, (now, RESEND));
		}
		is_up
	}

	/// It is not overdue any more.
	pub fn forget(&mut self, number: u32) {
		self.0.remove(&number);
	}
}

/// Since when something is overdue.
#[derive(Default)]
pub struct Overdue(Option<u32>);

impl Overdue {
	/// Looks at block `now`. True when it has been overdue for so long that nobody seems to resolve it.
	pub fn is_too_long(&mut self, is_overdue: bool, now: u32) -> bool {
		self.0 = is_overdue.then(|| self.0.unwrap_or(now));
		self.0.is_some_and(|since| now >= since.saturating_add(LONGEST_OVERDUE))
	}
}

/// Nobody resolves what is overdue: a watch would wait for ever.
pub fn unresolved(place: Place, why: &str, command: &str) -> Failure {
	let message = format!("{place}: {why}; nobody has done so for {LONGEST_OVERDUE} blocks");
	Failure::new(Kind::Timeout, "overdue", message)
		.help(format!("`{command} --account NAME` does, and the fee comes back"))
}

/// Sends the call that resolves something. `None` if somebody else was faster.
pub async fn resolve(chain: &Chain, signer: &Signer, call: &impl Payload) -> Result<Option<Receipt>> {
	let done = match chain.submit(chain.sign(call, signer).await?).await {
		Ok(sent) => chain.included(sent, Wait::Best).await,
		Err(failure) => Err(failure),
	};
	match done {
		Ok(included) => Ok(Some(included.receipt)),
		Err(failure) => match failure.code.split_once('.') {
			Some((_, "NotOverdue" | "UnknownSample" | "UnknownTraining")) => Ok(None),
			_ => Err(failure),
		},
	}
}

/// What a watch is about.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum Place {
	Sample { sample: u32 },
	Training { training: u32 },
}

impl fmt::Display for Place {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Sample { sample } => write!(f, "sample {sample}"),
			Self::Training { training } => write!(f, "session {training}"),
		}
	}
}

/// Something went wrong, and the watch goes on.
#[derive(Serialize)]
pub struct Trouble<'a> {
	event: &'static str,
	#[serde(flatten)]
	place: Place,
	code: &'a str,
	message: &'a str,
	help: Option<&'a str>,
}

impl Trouble<'_> {
	pub fn tell(context: &Context, place: Place, failure: &Failure) {
		let Failure { code, message, help, .. } = failure;
		context.output.data(&Trouble { event: "trouble", place, code, message, help: help.as_deref() });
	}
}

impl fmt::Display for Trouble<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}: {}", self.place, self.message)?;
		self.help.map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tries_again_after_a_while() {
		let mut tries = Tries::default();
		assert!(tries.begin((1, 0), 10));
		assert!(!tries.begin((1, 0), 10 + RESEND - 1));
		assert!(tries.begin((1, 1), 11), "something else");
		assert!(tries.begin((1, 0), 10 + RESEND));
		assert!(!tries.begin((1, 0), 11 + RESEND));
		tries.forget(&(1, 0));
		assert!(tries.begin((1, 0), 11 + RESEND));
	}

	#[test]
	fn what_is_overdue_is_not_waited_for_without_end() {
		let mut overdue = Overdue::default();
		assert!(!overdue.is_too_long(false, 10) && !overdue.is_too_long(true, 11));
		assert!(!overdue.is_too_long(true, 10 + LONGEST_OVERDUE));
		assert!(overdue.is_too_long(true, 11 + LONGEST_OVERDUE));
		assert!(!overdue.is_too_long(false, 12 + LONGEST_OVERDUE), "an epoch may end, and another be overdue");
		assert!(!overdue.is_too_long(true, 13 + LONGEST_OVERDUE));
	}

	#[test]
	fn resolves_in_turn() {
		let mut turns = Turns::default();
		assert!(turns.is_unknown(5) && !turns.is_up(5, 10));
		turns.queue(5, 10, 2);
		assert!(!turns.is_unknown(5));
		assert_eq!([11, 12, 13].map(|now| turns.is_up(5, now)), [false, true, false]);
		assert!(turns.is_up(5, 12 + RESEND), "the transaction seems to be lost");
		turns.forget(5);
		assert!(turns.is_unknown(5));
	}
}
