//! Test sets in the journal.

use super::{Journal, Status};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// A test set with everything that its reveal needs but the files, which are kept beside it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TestSet {
	/// Of each part, in hexadecimal.
	commitments: Vec<String>,
	/// Which of the account's salts it is.
	pub draw: u32,
	/// CID of each part, as text.
	pub parts: Vec<String>,
	/// Which of them were shown to everybody.
	#[serde(default)]
	pub shown: Vec<u32>,
	/// The session, once it is known.
	pub training: Option<u32>,
	pub status: Status,
}

impl TestSet {
	/// Whether it is that of which some parts are hidden by these commitments.
	pub fn opens(&self, hidden: &[Option<[u8; 32]>]) -> bool {
		let mut pairs = hidden.iter().zip(&self.commitments);
		pairs.any(|(hidden, own)| hidden.is_some_and(|hidden| hex::encode(hidden) == *own))
	}
}

impl Journal {
	/// Writes down a test set that is about to be committed.
	pub fn prepare_test_set(&self, draw: u32, parts: Vec<String>, commitments: &[[u8; 32]]) -> Result<()> {
		let _lock = self.lock()?;
		let commitments = commitments.iter().map(hex::encode).collect();
		let (shown, training, status) = (Vec::new(), None, Status::Prepared);
		self.store_test_set(&TestSet { commitments, draw, parts, shown, training, status })
	}

	/// Moves a test set on, if it is there; `first` is the commitment of its first part.
	pub fn mark_test_set(&self, first: &[u8; 32], training: Option<u32>, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.load_test_set(&file_name(&hex::encode(first)))? {
			Some(set) => self.store_test_set(&TestSet { training: training.or(set.training), status, ..set }),
			None => Ok(()),
		}
	}

	/// Notes how far a session's test set is, if it is there.
	pub fn mark_test_set_of(&self, training: u32, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.test_set(training, &[])? {
			Some(set) => self.store_test_set(&TestSet { status, ..set }),
			None => Ok(()),
		}
	}

	/// Notes that parts of a session's test set, which `hidden` tells as in [`Journal::test_set`], are to be shown.
	pub fn mark_shown(&self, training: u32, hidden: &[Option<[u8; 32]>], parts: &[u32]) -> Result<()> {
		let _lock = self.lock()?;
		let Some(mut set) = self.test_set(training, hidden)? else { return Ok(()) };
		set.training = Some(training);
		set.shown.extend(parts);
		set.shown.sort_unstable();
		set.shown.dedup();
		self.store_test_set(&set)
	}

	/// The test set of a session, whose number it may not know, by the commitments of the parts that are hidden.
	pub fn test_set(&self, training: u32, hidden: &[Option<[u8; 32]>]) -> Result<Option<TestSet>> {
		let mut sets = self.test_sets()?;
		// A development chain that begins again gives the same numbers again, so commitments go first.
		let is_shown = hidden.iter().all(Option::is_none);
		let is_it = |set: &TestSet| set.opens(hidden) || (is_shown && set.training == Some(training));
		let position = sets.iter().position(is_it);
		Ok(position.map(|position| sets.swap_remove(position)))
	}

	/// All test sets.
	pub fn test_sets(&self) -> Result<Vec<TestSet>> {
		let mut sets = Vec::new();
		for name in self.file_names()? {
			if name.starts_with("test-set-") && name.ends_with(".sealed") {
				sets.extend(self.load_test_set(&name)?);
			}
		}
		Ok(sets)
	}

	fn load_test_set(&self, name: &str) -> Result<Option<TestSet>> {
		let is_named = |set: &TestSet| set.commitments.first().is_some_and(|first| file_name(first) == name);
		self.load(name, is_named, || {
			"`learnware training reveal-test-set SESSION TEST_FILE..` reveals without it, from the files".into()
		})
	}

	fn store_test_set(&self, set: &TestSet) -> Result<()> {
		self.store(&file_name(set.commitments.first().map_or("", String::as_str)), set)
	}
}

fn file_name(first: &str) -> String {
	format!("test-set-{first}.sealed")
}
