//! Which version of the code judges a piece of work: that of the block in which everything was there that is judged.
//!
//! A node has the states of the last few hundred blocks only, and a label may come later than that. So the version is asked for
//! once, as soon as the block is final, and kept in a file: a restart finds it again. Judging is a pure function of the code,
//! so any other block with the same version judges in its place.

use super::{
	chain::{ChainError, Head, ScorerChain},
	list,
};
use parity_scale_codec::{Decode, Encode};
use sp_core::H256;
use std::{collections::BTreeMap, io, path::PathBuf};

/// Versions by piece of work.
pub struct Versions<Id> {
	file: PathBuf,
	known: BTreeMap<Id, Known>,
	/// The newest final block of each version.
	newest: BTreeMap<u32, Head>,
	is_changed: bool,
}

#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
struct Known {
	/// The block, since a chain that was begun anew has the same numbers for other work.
	block: H256,
	version: u32,
}

/// A block to run code at, and the version of its code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Code {
	pub at: Head,
	pub version: u32,
}

impl<Id: Copy + Decode + Encode + Ord> Versions<Id> {
	/// Those in the list at `file`, which may be missing. A list that can't be read is left behind.
	pub fn open(file: PathBuf) -> io::Result<Self> {
		let known: Vec<(Id, Known)> = list::read(&file)?;
		Ok(Self { file, known: known.into_iter().collect(), newest: BTreeMap::new(), is_changed: false })
	}

	/// The code of the last final block.
	pub(super) fn now(&mut self, chain: &impl ScorerChain) -> Result<Code, ChainError> {
		let at = chain.finalized();
		if let Some((version, _)) = self.newest.iter().find(|(_, newest)| **newest == at) {
			return Ok(Code { at, version: *version });
		}
		let version = chain.version(at)?;
		self.note(version, at);
		Ok(Code { at, version })
	}

	/// The code that judges what was all there at block `since`; none as long as that is not final.
	pub(super) fn of(&mut self, chain: &impl ScorerChain, work: Id, since: u32) -> Result<Option<Code>, ChainError> {
		let Some(at) = chain.canonical(since)? else { return Ok(None) };
		let version = match self.known.get(&work).filter(|known| known.block == at.hash) {
			Some(known) => known.version,
			None => {
				let version = chain.version(at)?;
				self.known.insert(work, Known { block: at.hash, version });
				self.is_changed = true;
				version
			},
		};
		self.note(version, at);
		Ok(self.newest.get(&version).map(|at| Code { at: *at, version }))
	}

	/// Forgets all but the work that is still on, and writes down what is new.
	pub(super) fn retain(&mut self, live: impl Fn(&Id) -> bool) {
		let before = self.known.len();
		self.known.retain(|work, _| live(work));
		if std::mem::take(&mut self.is_changed) || self.known.len() != before {
			list::write(&self.file, &self.known.iter().collect::<Vec<_>>());
		}
	}

	fn note(&mut self, version: u32, at: Head) {
		let newest = self.newest.entry(version).or_insert(at);
		if newest.number < at.number {
			*newest = at;
		}
	}
}
