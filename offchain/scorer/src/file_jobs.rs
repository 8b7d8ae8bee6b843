//! The files of pieces of work: fetched, tried again, and let go when no work needs them any more.

#[cfg(test)]
mod tests;

use super::{
	desk::Retry,
	fetcher::{FetchFailure, Fetcher},
};
use learnware_primitives::BadReason;
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	runtime::Handle,
	sync::{OwnedSemaphorePermit, Semaphore},
};

/// MiB of files of one desk in flight.
const MAX_FETCHED_MIB: usize = 128;
/// How long one try to fetch a file may take: the blocks that came are kept, and others have their turn.
const MAX_TRY: Duration = Duration::from_secs(60);
/// How long a file may be on its way after the last call, as long as no try has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A file, with the bound that makes it too large.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct File {
	/// Its binary CID.
	pub location: Vec<u8>,
	/// Most bytes.
	pub most: u32,
}

/// What a try to fetch a file came to, on its way to [`FileJobs::take`].
pub struct Arrival<Id, Content> {
	pub(super) work: Id,
	file: File,
	pub(super) result: Result<Content, FetchFailure>,
	pub(super) took: Duration,
	/// Bounds what is in memory.
	permit: OwnedSemaphorePermit,
}

impl<Id, Content> Arrival<Id, Content> {
	/// Why the file was not to be had, if that is so.
	pub(super) fn trouble(&self) -> Result<(), String> {
		match &self.result {
			Err(FetchFailure::Unavailable(why)) => Err(why.clone()),
			_ => Ok(()),
		}
	}
}

/// Where a file is; `Kept` is what remains of it here.
enum State<Kept> {
	/// To be fetched; `failed` if nobody gave it when it was tried.
	Due { retry: Retry, failed: bool },
	/// On its way since `started`.
	Fetching { started: Instant, retry: Retry, failed: bool },
	/// In the store.
	Here(Kept),
	/// Its bytes say that it can't be used.
	Bad(BadReason),
	/// In the store, and nothing else of it is needed.
	Done,
}

impl<Kept> State<Kept> {
	fn due() -> Self {
		Self::Due { retry: Retry::now(), failed: false }
	}
}

/// The files of all work of one desk.
pub(super) struct FileJobs<Id, Kept> {
	fetcher: Arc<dyn Fetcher>,
	runtime: Handle,
	room: Arc<Semaphore>,
	/// Files of one piece of work in flight, so that none has all of the room.
	at_a_time: usize,
	jobs: BTreeMap<Id, HashMap<File, State<Kept>>>,
}

impl<Id: Copy + Ord + Send + 'static, Kept> FileJobs<Id, Kept> {
	pub fn new(fetcher: Arc<dyn Fetcher>, runtime: Handle, at_a_time: usize) -> Self {
		Self { fetcher, runtime, room: Arc::new(Semaphore::new(MAX_FETCHED_MIB)), at_a_time, jobs: BTreeMap::new() }
	}

	/// Starts to fetch those that are due, as far as there is room. `read` makes of the bytes what is to be told.
	pub fn fetch<Content: Send + 'static>(
		&mut self,
		work: Id,
		files: impl Iterator<Item = File>,
		read: fn(Vec<u8>) -> Content,
		tell: impl FnOnce(Arrival<Id, Content>) + Clone + Send + 'static,
	) {
		let job = self.jobs.entry(work).or_default();
		let mut on_their_way = job.values().filter(|state| matches!(state, State::Fetching { .. })).count();
		for file in files {
			let state = job.entry(file.clone()).or_insert_with(State::due);
			let State::Due { retry, failed } = *state else { continue };
			if !retry.is_due() || on_their_way >= self.at_a_time {
				continue;
			}
			// A smaller file may have room where this one has not; all others wait for another turn.
			let Ok(permit) = self.room.clone().try_acquire_many_owned(file.most.div_ceil(1 << 20)) else { continue };
			let started = Instant::now();
			*state = State::Fetching { started, retry, failed };
			on_their_way = on_their_way.saturating_add(1);
			let (fetch, tell) = (self.fetcher.fetch(file.location.clone(), file.most), tell.clone());
			self.runtime.spawn(async move {
				let in_time = tokio::time::timeout(MAX_TRY, fetch).await;
				let result = in_time.unwrap_or_else(|_| Err(FetchFailure::Unavailable("it takes too long".into())));
				tell(Arrival { work, file, result: result.map(read), took: started.elapsed(), permit });
			});
		}
	}

	/// Notes what a try came to. Content is given back, for [`FileJobs::keep`] or [`FileJobs::fail`] to end the try, with what
	/// to hold for as long as it is in memory.
	pub fn take<Content>(&mut self, arrival: Arrival<Id, Content>) -> Option<(File, Content, OwnedSemaphorePermit)> {
		let Arrival { work, file, result, permit, .. } = arrival;
		// Dropped while this was on its way.
		let Some(state) = self.jobs.get_mut(&work).and_then(|job| job.get_mut(&file)) else {
			self.forget(file.location);
			return None;
		};
		let State::Fetching { retry, .. } = *state else { return None };
		match result {
			Ok(content) => return Some((file, content, permit)),
			Err(FetchFailure::Bad(reason)) => *state = State::Bad(reason),
			Err(FetchFailure::Unavailable(_)) => *state = State::Due { retry: retry.later(), failed: true },
		}
		None
	}

	/// A file has come, and this is what remains of it here.
	pub fn keep(&mut self, work: &Id, file: &File, kept: Kept) {
		self.change(work, file, |_| State::Here(kept));
	}

	/// A file has come, but this node could not make anything of it: which says nothing about the file.
	pub fn fail(&mut self, work: &Id, file: &File) {
		self.change(work, file, |state| match state {
			State::Fetching { retry, failed, .. } => State::Due { retry: retry.later(), failed },
			other => other,
		});
	}

	/// What was kept of a file is lost or outdated: it is fetched once more, and is near.
	pub fn fetch_again(&mut self, work: &Id, file: &File) {
		self.change(work, file, |_| State::due());
	}

	/// Lets go of what was kept of all files of a piece of work, which are fetched once more when they are asked for.
	pub fn make_room(&mut self, work: &Id) {
		let states = self.jobs.get_mut(work).into_iter().flat_map(HashMap::values_mut);
		states.filter(|state| matches!(state, State::Here(_))).for_each(|state| *state = State::due());
	}

	/// Nothing of the files is needed any more but that they are in the store.
	pub fn finish(&mut self, work: &Id) {
		let states = self.jobs.get_mut(work).into_iter().flat_map(HashMap::values_mut);
		states.for_each(|state| *state = State::Done);
	}

	/// What is known of a file: what was kept of it or its flaw, or nothing, as long as it may come. A file that was not tried,
	/// for lack of room, is never unavailable: whoever fills the room could otherwise cost others their collateral.
	pub fn found(&self, work: &Id, file: &File, is_last_call: bool) -> Option<Result<&Kept, BadReason>> {
		match self.jobs.get(work)?.get(file)? {
			State::Here(kept) => Some(Ok(kept)),
			State::Bad(reason) => Some(Err(*reason)),
			State::Due { failed: true, .. } if is_last_call => Some(Err(BadReason::Unavailable)),
			State::Fetching { failed, started, .. } if is_last_call && (*failed || started.elapsed() >= PATIENCE) => {
				Some(Err(BadReason::Unavailable))
			},
			State::Due { .. } | State::Fetching { .. } | State::Done => None,
		}
	}

	/// Forgets the work that is over, and lets go of the files that no other needs.
	pub fn retain(&mut self, live: impl Fn(&Id) -> bool) {
		let gone: Vec<_> = self.jobs.keys().copied().filter(|work| !live(work)).collect();
		let gone: Vec<_> = gone.iter().filter_map(|work| self.jobs.remove(work)).collect();
		let locations: BTreeSet<_> = gone.into_iter().flat_map(HashMap::into_keys).map(|file| file.location).collect();
		locations.into_iter().for_each(|location| self.forget(location));
	}

	/// Lets a file go, unless other work needs it.
	fn forget(&self, location: Vec<u8>) {
		if !self.jobs.values().any(|job| job.keys().any(|file| file.location == location)) {
			self.runtime.spawn(self.fetcher.forget(location));
		}
	}

	fn change(&mut self, work: &Id, file: &File, change: impl FnOnce(State<Kept>) -> State<Kept>) {
		if let Some(state) = self.jobs.get_mut(work).and_then(|job| job.get_mut(file)) {
			*state = change(std::mem::replace(state, State::Done));
		}
	}
}
