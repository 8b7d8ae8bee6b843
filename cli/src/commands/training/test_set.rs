//! A test set: its parts, and the commitments to them.

use super::{npy, read};
use crate::{
	chain::Chain,
	error::{Failure, Result},
	ipfs::{cid_of_file, Cid},
	journal::Journal,
	keystore::Signer,
	secret::DRAWS,
};
use learnware_primitives::{
	commitment::{self, Hash, Salt},
	training::{MAX_PARTS, MAX_TEST_BYTES},
};
use rand::{rngs::OsRng, RngCore};
use std::{collections::BTreeMap, path::PathBuf};

/// The parts of a test set: the files, or one file split. Their bytes together are what scorers take.
pub fn read_test_set(paths: &[PathBuf], parts: Option<u32>) -> Result<Vec<Vec<u8>>> {
	let parts = match (paths, parts) {
		([path], Some(parts)) => {
			let split = npy::split(&read(path, MAX_TEST_BYTES)?, parts);
			split.map_err(|why| {
				let message = format!("{} can't be split into {parts} parts", path.display());
				match why {
					npy::Unsplit::Defect(defect) => crate::words::defect(message, &defect),
					npy::Unsplit::Rows(why) => Failure::input(format!("{message}: {why}"))
						.help("give a .npy of rows, or the parts as files of their own"),
				}
			})?
		},
		(_, Some(_)) => {
			return Err(Failure::input("--parts splits one file, and there are more")
				.help("give one .npy, or leave --parts out: each file is a part"))
		},
		([_], None) => {
			return Err(Failure::input(
				"a test set has at least 2 parts: one is shown, lessons are scored on the others",
			)
			.help("split a .npy with --parts K, or give more files"))
		},
		(paths, None) => paths.iter().map(|path| read(path, MAX_TEST_BYTES)).collect::<Result<Vec<_>>>()?,
	};
	let bytes = parts.iter().map(Vec::len).sum::<usize>();
	if parts.len() > MAX_PARTS as usize || bytes > MAX_TEST_BYTES as usize {
		return Err(Failure::input(format!(
			"a test set has at most {MAX_PARTS} parts of together {} MiB",
			MAX_TEST_BYTES >> 20
		)));
	}
	let mut seen = BTreeMap::new();
	for (index, part) in parts.iter().enumerate() {
		if let Some(first) = seen.insert(part, index) {
			return Err(Failure::input(format!("parts {first} and {index} of the test set are equal"))
				.help("whoever sees the one that is shown would know the other"));
		}
	}
	Ok(parts)
}

/// A test set with its commitments.
pub struct TestSet {
	draw: u32,
	pub cids: Vec<Cid>,
	pub commitments: Vec<Hash>,
	pub files: Vec<Vec<u8>>,
}

impl TestSet {
	/// Commits to the files, each as a part.
	pub fn draw(signer: &Signer, chain: &Chain, files: Vec<Vec<u8>>) -> Result<Self> {
		let draw = OsRng.next_u32() % DRAWS;
		let cids = files.iter().map(|file| cid_of_file(file)).collect::<Result<Vec<_>>>()?;
		let hash = |(index, cid): (u32, &Cid)| hash(signer, chain, draw, index, cid).1;
		let commitments = (0..).zip(&cids).map(hash).collect();
		Ok(Self { draw, cids, commitments, files })
	}

	/// Keeps the files until they are due: on IPFS, whoever gets hold of a CID could read them.
	pub fn keep(&self, journal: &Journal) -> Result<()> {
		self.cids.iter().zip(&self.files).try_for_each(|(cid, file)| journal.keep_file(cid, file))?;
		journal.prepare_test_set(self.draw, self.cids.iter().map(Cid::to_string).collect(), &self.commitments)
	}
}

/// The salt of a part, and the commitment that it opens.
pub fn hash(signer: &Signer, chain: &Chain, draw: u32, index: u32, cid: &Cid) -> (Salt, Hash) {
	let salt = signer.root.test_salt(&chain.genesis, draw, index);
	let opened = commitment::test_part(&chain.genesis, &signer.account.0, index, &cid.to_bytes(), &salt);
	(*salt, opened)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn a_test_set_has_different_parts() {
		let home = tempfile::tempdir().unwrap();
		let file = |name: &str, content: &[u8]| {
			fs::write(home.path().join(name), content).unwrap();
			home.path().join(name)
		};
		let (one, two, same) = (file("one", b"1"), file("two", b"2"), file("same", b"1"));
		assert_eq!(read_test_set(&[one.clone(), two.clone()], None).unwrap(), [b"1", b"2"]);
		for (paths, parts, word) in [
			(vec![one.clone()], None, "at least 2 parts"),
			(vec![one.clone()], Some(2), "no .npy file"),
			(vec![one.clone(), two.clone()], Some(2), "--parts splits one file"),
			(vec![one.clone(), two, same], None, "parts 0 and 2"),
			(vec![one.clone(), file("empty", b"")], None, "is empty"),
			(vec![one, home.path().join("missing")], None, "can't read"),
		] {
			let failure = read_test_set(&paths, parts).unwrap_err();
			assert!(failure.message.contains(word), "{}", failure.message);
		}
	}
}
