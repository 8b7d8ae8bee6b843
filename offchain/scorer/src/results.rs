//! The results of games: consensus labels, and states of learnwares. Nobody pays for keeping them, and anyone who plays can make
//! more of them, so only the newest stay, up to a bound. A list in a file says after a restart which they are.

use super::list;
use learnware_ipfs::Cid;
use parity_scale_codec::{Decode, Encode};
use std::{collections::BTreeSet, io, path::PathBuf};

/// Most results, however small.
const MAX_RESULTS: usize = 10_000;

/// The results that are kept.
pub(super) struct Results {
	file: PathBuf,
	/// Most bytes of all together.
	most: u64,
	/// The oldest first.
	kept: Vec<Kept>,
}

#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
struct Kept {
	cid: Vec<u8>,
	bytes: u64,
	/// How often it was published and not withdrawn: two games may come to the same.
	times: u32,
	/// Endpoints where its pin was made here.
	ours: BTreeSet<String>,
}

/// A result that need not stay, with the endpoints where its pin was made here.
pub(super) type Dropped = (Cid, BTreeSet<String>);

impl Results {
	/// The results in the list at `file`, which may be missing. If it can't be read, the files of which it spoke stay pinned.
	pub fn open(file: PathBuf, most: u64) -> io::Result<Self> {
		let kept = list::read(&file)?;
		Ok(Self { file, most, kept })
	}

	/// Keeps a file, as the newest, and gives back the oldest ones that there is no room for any more.
	pub fn add(&mut self, cid: &Cid, bytes: u64, ours: Option<String>) -> Vec<Dropped> {
		let position = self.position(cid);
		let mut result = match position {
			Some(position) => self.kept.remove(position),
			None => Kept { cid: cid.to_bytes(), bytes, times: 0, ours: BTreeSet::new() },
		};
		result.times = result.times.saturating_add(1);
		result.ours.extend(ours);
		self.kept.push(result);
		let mut sum: u64 = self.kept.iter().map(|kept| kept.bytes).fold(0, u64::saturating_add);
		let mut too_old = 0;
		for old in self.kept.iter().take(self.kept.len().saturating_sub(1)) {
			if sum <= self.most && self.kept.len().saturating_sub(too_old) <= MAX_RESULTS {
				break;
			}
			sum = sum.saturating_sub(old.bytes);
			too_old = too_old.saturating_add(1);
		}
		let dropped = self.kept.drain(..too_old).filter_map(Kept::dropped).collect();
		self.write();
		dropped
	}

	/// Takes back that it was published once; gives it back if that was all.
	pub fn withdraw(&mut self, cid: &Cid) -> Option<Dropped> {
		let position = self.position(cid)?;
		let kept = self.kept.get_mut(position)?;
		kept.times = kept.times.saturating_sub(1);
		let dropped = (kept.times == 0).then(|| self.kept.remove(position));
		self.write();
		dropped?.dropped()
	}

	/// Takes over pins that were made for another reason; false if it is not kept.
	pub fn take_over(&mut self, cid: &Cid, ours: &mut BTreeSet<String>) -> bool {
		let Some(position) = self.position(cid) else { return false };
		if let Some(kept) = self.kept.get_mut(position).filter(|_| !ours.is_empty()) {
			kept.ours.append(ours);
			self.write();
		}
		true
	}

	fn position(&self, cid: &Cid) -> Option<usize> {
		let cid = cid.to_bytes();
		self.kept.iter().rposition(|kept| kept.cid == cid)
	}

	fn write(&self) {
		list::write(&self.file, &self.kept);
	}
}

impl Kept {
	fn dropped(self) -> Option<Dropped> {
		Some((Cid::from_bytes(&self.cid).ok()?, self.ours))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use learnware_ipfs::import::{cid_of, Profile};
	use std::fs;

	fn cid(number: usize) -> Cid {
		cid_of(&number.to_le_bytes(), &Profile::UNIXFS_V1_2025).unwrap()
	}

	fn here() -> Option<String> {
		Some("here".into())
	}

	#[test]
	fn the_newest_stay_also_after_a_restart() {
		let folder = tempfile::tempdir().unwrap();
		let open = || Results::open(folder.path().join("results"), 100).unwrap();
		let mut results = open();
		for (number, bytes) in [(1, 40), (2, 40), (3, 20)] {
			assert_eq!(results.add(&cid(number), bytes, here()), []);
		}
		let mut results = open();
		// Published again, so it is the newest.
		assert_eq!(results.add(&cid(1), 40, None), []);
		assert_eq!(results.add(&cid(4), 1, None), [(cid(2), BTreeSet::from(["here".into()]))]);
		assert_eq!([1, 2, 3, 4].map(|number| results.position(&cid(number))), [Some(1), None, Some(0), Some(2)]);
		let dropped = results.add(&cid(5), 1_000, None);
		assert_eq!(dropped.into_iter().map(|(cid, _)| cid).collect::<Vec<_>>(), [cid(3), cid(1), cid(4)]);
		assert_eq!(open().position(&cid(5)), Some(0), "what is larger than all that is kept stays until the next one");
	}

	#[test]
	fn what_was_published_twice_is_withdrawn_twice() {
		let folder = tempfile::tempdir().unwrap();
		let mut results = Results::open(folder.path().join("results"), 100).unwrap();
		assert_eq!((results.withdraw(&cid(1)), results.take_over(&cid(1), &mut BTreeSet::new())), (None, false));
		results.add(&cid(1), 10, None);
		results.add(&cid(1), 10, None);
		assert!(results.take_over(&cid(1), &mut here().into_iter().collect()));
		assert_eq!(results.withdraw(&cid(1)), None);
		assert_eq!(results.withdraw(&cid(1)), Some((cid(1), here().into_iter().collect())));
		assert_eq!(results.position(&cid(1)), None);
	}

	#[test]
	fn there_are_not_too_many() {
		let folder = tempfile::tempdir().unwrap();
		let mut results = Results::open(folder.path().join("results"), u64::MAX).unwrap();
		let kept = |number: usize| Kept { cid: cid(number).to_bytes(), bytes: 0, times: 1, ours: BTreeSet::new() };
		results.kept = (0..MAX_RESULTS).map(kept).collect();
		assert_eq!(results.add(&cid(MAX_RESULTS), 1, None), [(cid(0), BTreeSet::new())]);
	}

	#[test]
	fn a_broken_list_is_left_behind() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("results");
		fs::write(&file, [0xff; 9]).unwrap();
		let mut results = Results::open(file.clone(), 100).unwrap();
		results.add(&cid(1), 1, None);
		assert_eq!(Results::open(file, 100).unwrap().position(&cid(1)), Some(0));
		assert!(Results::open(folder.path().into(), 100).is_err(), "a folder is no list");
	}
}
