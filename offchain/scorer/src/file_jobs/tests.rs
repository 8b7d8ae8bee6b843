//! What is told of files that come, do not come, and are never answered for.

use super::*;
use crate::mock::{location, MockIpfs};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender};

type Length = Arrival<u32, usize>;

struct Play {
	ipfs: Arc<MockIpfs>,
	jobs: FileJobs<u32, usize>,
	sender: UnboundedSender<Length>,
	arrivals: UnboundedReceiver<Length>,
}

fn file(n: u8) -> File {
	File { location: location(n), most: 8 << 20 }
}

impl Play {
	/// Of files 1 to 9, the first ones are there, and the others answer to nobody.
	fn new(there: u8, at_a_time: usize) -> Self {
		let ipfs = Arc::new(MockIpfs::default());
		for n in 1..=there {
			ipfs.files.lock().unwrap().insert(location(n), Ok(vec![0; n.into()]));
		}
		ipfs.hanging.lock().unwrap().extend((there + 1..10).map(location));
		let (sender, arrivals) = unbounded_channel();
		Self { jobs: FileJobs::new(ipfs.clone(), Handle::current(), at_a_time), ipfs, sender, arrivals }
	}

	async fn fetch(&mut self, work: u32, files: impl Iterator<Item = u8>) {
		let sender = self.sender.clone();
		self.jobs.fetch(
			work,
			files.map(file),
			|bytes| bytes.len(),
			move |arrival| {
				let _ = sender.send(arrival);
			},
		);
		tokio::task::yield_now().await;
		while let Ok(arrival) = self.arrivals.try_recv() {
			let work = arrival.work;
			if let Some((file, length, _)) = self.jobs.take(arrival) {
				self.jobs.keep(&work, &file, length);
			}
		}
	}

	fn found(&self, n: u8, is_last_call: bool) -> Option<Result<usize, BadReason>> {
		Some(self.jobs.found(&1, &file(n), is_last_call)?.copied())
	}
}

#[tokio::test]
async fn a_file_that_is_on_its_way_for_long_is_unavailable_at_the_last_call() {
	let mut play = Play::new(1, 4);
	play.fetch(1, 1..=2).await;
	assert_eq!([play.found(1, false), play.found(2, false), play.found(2, true)], [Some(Ok(1)), None, None]);
	let Some(State::Fetching { started, .. }) = play.jobs.jobs.get_mut(&1).unwrap().get_mut(&file(2)) else {
		panic!("it is on its way")
	};
	*started -= PATIENCE;
	assert_eq!([play.found(2, false), play.found(2, true)], [None, Some(Err(BadReason::Unavailable))]);
}

#[tokio::test]
async fn a_file_that_was_not_tried_is_never_unavailable() {
	let mut play = Play::new(0, 2);
	play.fetch(1, 1..=3).await;
	assert_eq!(play.ipfs.tries.lock().unwrap().len(), 2, "one piece of work does not have all of the room");
	for state in play.jobs.jobs.get_mut(&1).unwrap().values_mut() {
		if let State::Fetching { started, .. } = state {
			*started -= 100 * PATIENCE;
		}
	}
	let unavailable = Some(Err(BadReason::Unavailable));
	assert_eq!([1, 2, 3].map(|n| play.found(n, true)), [unavailable, unavailable, None]);
}

#[tokio::test]
async fn a_file_that_this_node_could_make_nothing_of_is_not_unavailable() {
	let mut play = Play::new(1, 2);
	play.fetch(1, 1..=1).await;
	play.jobs.fetch_again(&1, &file(1));
	let sender = play.sender.clone();
	play.jobs.fetch(
		1,
		[file(1)].into_iter(),
		|bytes| bytes.len(),
		move |arrival| {
			let _ = sender.send(arrival);
		},
	);
	let arrival = play.arrivals.recv().await.unwrap();
	let (file, ..) = play.jobs.take(arrival).unwrap();
	play.jobs.fail(&1, &file);
	assert_eq!(play.found(1, true), None);
	play.fetch(1, 1..=1).await;
	assert_eq!(play.ipfs.tries.lock().unwrap()[&location(1)], 2, "it is tried again, but not at once");
}

#[tokio::test]
async fn files_are_let_go_with_the_last_work_that_needs_them() {
	let mut play = Play::new(3, 4);
	play.fetch(1, 1..=2).await;
	play.fetch(2, 2..=3).await;
	play.jobs.finish(&2);
	play.jobs.retain(|work| *work == 1);
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(3)]);
	play.jobs.make_room(&1);
	play.fetch(1, 1..=1).await;
	assert_eq!([play.found(1, false), play.found(2, false)], [Some(Ok(1)), None]);
	play.jobs.retain(|_| false);
	assert_eq!(*play.ipfs.forgotten.lock().unwrap(), [location(3), location(1), location(2)]);
}
