//! The desks' files on IPFS, and whose pins are on them.
//!
//! Anyone who reveals a label or a lesson may name any CID, also that of a file which is pinned for another reason: as the last
//! state of a training session, as a consensus label, for the other desk, or by the operator, who may use the same daemon. So a
//! pin is taken off only when nobody here needs the file any more, the file is no [result](super::results), and the pin was made
//! here: before the scorer pins a file, it asks the endpoint whether there is a pin already. If the endpoint does not say, the
//! file stays.
//!
//! The bytes that games need and the bytes of results are bounded, so that there is always room for the next result. Files
//! beyond the bound are not pinned: the store may drop them, and they are fetched again.
//!
//! The scorer does not know two things. It does not know which pins it made before a restart: a file that was in use then counts
//! as pinned by somebody else, and stays. And it does not know who else relies on a pin, because IPFS does not count pins: if the
//! operator pins a file that the scorer has pinned, that pin goes when the scorer takes its own off.

#[cfg(test)]
mod tests;

use super::{
	fetcher::{FetchFailure, Fetcher},
	results::{Dropped, Results},
};
use futures::{future::BoxFuture, FutureExt};
use learnware_ipfs::{
	import::{cid_of, Profile},
	Cid, Ipfs,
};
use learnware_primitives::BadReason;
use parking_lot::Mutex;
use std::{
	collections::{BTreeSet, HashMap},
	future::Future,
	io,
	path::PathBuf,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::Duration,
};

/// How long a fetch waits for the pin: the bytes are there, and a daemon that is slow to pin them must not cost a label its
/// score.
const MAX_PIN_WAIT: Duration = Duration::from_secs(10);

/// One desk's files.
pub struct DeskFiles {
	desk: u64,
	all: Arc<Files>,
}

/// What is needed by which desk.
struct Files {
	ipfs: Ipfs,
	/// Number of the next desk.
	next: AtomicU64,
	/// Most bytes of files that are needed.
	most: u64,
	kept: Mutex<Kept>,
}

struct Kept {
	/// Only files that are needed, or of which an endpoint is being told.
	needed: HashMap<Cid, Needed>,
	/// Of all that are needed.
	bytes: u64,
	results: Results,
}

/// Held by the task that asks endpoints about one file and acts on what they say.
type Turn = Arc<tokio::sync::Mutex<()>>;

#[derive(Default)]
struct Needed {
	/// Desks that have fetched it.
	by: BTreeSet<u64>,
	bytes: u64,
	/// How many are about to publish it.
	publishers: usize,
	/// Endpoints where the pin was made here.
	ours: BTreeSet<String>,
	turn: Turn,
}

impl Needed {
	fn is_free(&self) -> bool {
		self.by.is_empty() && self.publishers == 0
	}
}

impl DeskFiles {
	/// For the first desk. Of the `store` bytes that IPFS has for this node, half are for files that games need, and a quarter
	/// for results, of which there is a list at `results`.
	pub fn open(ipfs: Ipfs, results: PathBuf, store: u64) -> io::Result<Self> {
		let results = Results::open(results, store / 4)?;
		let kept = Mutex::new(Kept { needed: HashMap::new(), bytes: 0, results });
		Ok(Self { desk: 0, all: Arc::new(Files { ipfs, next: AtomicU64::new(1), most: store / 2, kept }) })
	}

	/// For one more desk: what the desks need is known to each other.
	pub fn for_another_desk(&self) -> Self {
		Self { desk: self.all.next.fetch_add(1, Ordering::Relaxed), all: self.all.clone() }
	}
}

impl Fetcher for DeskFiles {
	fn fetch(&self, location: Vec<u8>, most: u32) -> BoxFuture<'static, Result<Vec<u8>, FetchFailure>> {
		let (all, desk) = (self.all.clone(), self.desk);
		async move {
			// The chain takes no other locations.
			let cid = Cid::from_bytes(&location).map_err(|_| FetchFailure::Bad(BadReason::Malformed))?;
			let file = all.ipfs.fetch_at_most(&cid, most.into()).await.map_err(|error| match error.verdict() {
				Some(reason) => FetchFailure::Bad(reason),
				None => FetchFailure::Unavailable(error.to_string()),
			})?;
			if let Some(turn) = all.need(cid, desk, file.bytes.len() as u64) {
				let pinned = to_the_end(async move { all.pin(&cid, &turn).await });
				let _ = tokio::time::timeout(MAX_PIN_WAIT, pinned).await;
			}
			Ok(file.bytes)
		}
		.boxed()
	}

	fn locate(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
		cid_of(bytes, &Profile::UNIXFS_V1_2025).map(|cid| cid.to_bytes()).map_err(|error| error.to_string())
	}

	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>> {
		let all = self.all.clone();
		let published = async move { all.publish(bytes).await };
		async move { to_the_end(published).await.unwrap_or_else(|| Err("the node stops".into())) }.boxed()
	}

	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		let cid = Cid::from_bytes(&location).ok();
		let free = cid.and_then(|cid| Some((cid, self.all.let_go(&cid, self.desk)?)));
		let all = self.all.clone();
		async move {
			if let Some((cid, turn)) = free {
				to_the_end(async move { all.drop_if_free(&cid, &turn).await }).await;
			}
		}
		.boxed()
	}

	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		let cid = Cid::from_bytes(&location).ok();
		let dropped = cid.and_then(|cid| self.all.kept.lock().results.withdraw(&cid));
		let all = self.all.clone();
		async move {
			if let Some(dropped) = dropped {
				to_the_end(async move { all.drop_result(dropped).await }).await;
			}
		}
		.boxed()
	}
}

impl Files {
	/// Notes that a desk needs a file, and gives the turn of the file, or none if there is no room for it.
	fn need(&self, cid: Cid, desk: u64, bytes: u64) -> Option<Turn> {
		let mut kept = self.kept.lock();
		let known = kept.needed.get(&cid).map_or(0, |needed| needed.bytes);
		let sum = kept.bytes.saturating_sub(known).saturating_add(bytes);
		if sum > self.most {
			return None;
		}
		kept.bytes = sum;
		let needed = kept.needed.entry(cid).or_default();
		needed.by.insert(desk);
		needed.bytes = bytes;
		Some(needed.turn.clone())
	}

	/// Notes something of a file, and gives its turn.
	fn note(&self, cid: Cid, note: impl FnOnce(&mut Needed)) -> Turn {
		let mut kept = self.kept.lock();
		let needed = kept.needed.entry(cid).or_default();
		note(needed);
		needed.turn.clone()
	}

	/// Gives the turn if nobody needs the file any more, and is thus to see to its pins.
	fn let_go(&self, cid: &Cid, desk: u64) -> Option<Turn> {
		let mut kept = self.kept.lock();
		let needed = kept.needed.get_mut(cid)?;
		(needed.by.remove(&desk) && needed.is_free()).then(|| needed.turn.clone())
	}

	async fn pin(&self, cid: &Cid, turn: &Turn) {
		let _turn = turn.lock().await;
		// Let go before its turn came.
		if self.kept.lock().needed.get(cid).is_none_or(Needed::is_free) {
			return;
		}
		match self.ipfs.pin_anew(cid).await {
			Ok(endpoint) => self.note_ours(cid, endpoint),
			Err(error) => tracing::debug!(target: "scorer", "{cid} is not pinned: {error}"),
		}
	}

	async fn publish(&self, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
		let cid = self.ipfs.identify(&bytes).map_err(|error| error.to_string())?;
		let size = bytes.len() as u64;
		let turn = self.note(cid, |needed| needed.publishers = needed.publishers.saturating_add(1));
		let (added, too_old) = {
			let _turn = turn.lock().await;
			let added = self.ipfs.add_anew(bytes.into(), &cid).await;
			self.note(cid, |needed| needed.publishers = needed.publishers.saturating_sub(1));
			match added {
				Ok(endpoint) => (Ok(()), self.kept.lock().results.add(&cid, size, endpoint)),
				Err(error) => (Err(error.to_string()), Vec::new()),
			}
		};
		self.drop_if_free(&cid, &turn).await;
		for dropped in too_old {
			self.drop_result(dropped).await;
		}
		added.map(|()| cid.to_bytes())
	}

	/// Hands the pins of what is no result any more to whoever needs the file, or takes them off.
	async fn drop_result(&self, (cid, ours): Dropped) {
		let turn = self.note(cid, |needed| needed.ours.extend(ours));
		self.drop_if_free(&cid, &turn).await;
	}

	fn note_ours(&self, cid: &Cid, endpoint: Option<String>) {
		if let Some(needed) = self.kept.lock().needed.get_mut(cid) {
			needed.ours.extend(endpoint);
		}
	}

	/// Takes off the pins that were made here, if still nobody needs the file.
	async fn drop_if_free(&self, cid: &Cid, turn: &Turn) {
		let _turn = turn.lock().await;
		for endpoint in self.pins_to_drop(cid, turn) {
			if let Err(error) = self.ipfs.unpin(cid, &endpoint).await {
				tracing::debug!(target: "scorer", "{cid} is still pinned: {error}");
			}
		}
		let mut kept = self.kept.lock();
		if kept.needed.get(cid).is_some_and(|needed| needed.is_free() && Arc::ptr_eq(&needed.turn, turn)) {
			let bytes = kept.needed.remove(cid).map_or(0, |needed| needed.bytes);
			kept.bytes = kept.bytes.saturating_sub(bytes);
		}
	}

	/// None if somebody needs the file, or it is a result. A task that needs it from now on waits for the turn, and then asks
	/// again whose pins there are.
	fn pins_to_drop(&self, cid: &Cid, turn: &Turn) -> BTreeSet<String> {
		let Kept { needed, results, .. } = &mut *self.kept.lock();
		match needed.get_mut(cid) {
			// With another turn it is another file: this one was dropped, and is needed again.
			Some(needed) if needed.is_free() && Arc::ptr_eq(&needed.turn, turn) => {
				let mut ours = std::mem::take(&mut needed.ours);
				if results.take_over(cid, &mut ours) {
					ours.clear();
				}
				ours
			},
			_ => BTreeSet::new(),
		}
	}
}

/// Does something to its end, even if the caller no longer waits for it: otherwise, what is known of a pin would depend on the
/// caller's patience. None if the node stops.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
	tokio::spawn(work).await.ok()
}
