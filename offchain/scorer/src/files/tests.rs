//! What is remembered of files; what is done with them is in `tests/ipfs/pins.rs`.

use super::*;
use crate::mock::RealIpfs;

#[tokio::test]
async fn only_what_is_needed_is_remembered() {
	let RealIpfs { folder, ipfs, server, .. } = RealIpfs::start().await;
	let labels = DeskFiles::open(ipfs, folder.path().join("results"), 1 << 20).unwrap();
	let training = labels.for_another_desk();
	let remembered = || {
		let kept = labels.all.kept.lock();
		(kept.needed.len(), kept.bytes)
	};

	let file = labels.publish(b"file".to_vec()).await.unwrap();
	assert_eq!(remembered(), (0, 0), "results are in a list");
	for desk in [&labels, &training] {
		desk.fetch(file.clone(), 10).await.unwrap();
		desk.publish(b"file".to_vec()).await.unwrap();
	}
	assert_eq!(remembered(), (1, 4));
	labels.forget(file.clone()).await;
	training.withdraw(file.clone()).await;
	labels.withdraw(file.clone()).await;
	assert_eq!(remembered(), (1, 4), "one still needs it");
	training.forget(file.clone()).await;
	assert_eq!(remembered(), (0, 0));

	let nowhere = labels.locate(b"nobody has it").unwrap();
	assert!(matches!(labels.fetch(nowhere.clone(), 10).await, Err(FetchFailure::Unavailable(_))));
	assert_eq!(labels.fetch(file.clone(), 3).await, Err(FetchFailure::Bad(BadReason::TooLarge)));
	assert_eq!(labels.fetch(b"no CID".to_vec(), 3).await, Err(FetchFailure::Bad(BadReason::Malformed)));
	labels.forget(nowhere).await;
	assert_eq!(remembered(), (0, 0));

	// A file that cannot be unpinned, and one that cannot be published.
	let other = training.publish(b"other file".to_vec()).await.unwrap();
	server.abort();
	training.withdraw(other).await;
	assert!(training.publish(b"one more".to_vec()).await.is_err());
	assert_eq!(remembered(), (0, 0));
}
