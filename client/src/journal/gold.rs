//! Gold in the journal.

use super::{Journal, Status};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// One commitment to gold with everything that its reveal needs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Gold {
	commitment: String,
	pub dataset: u32,
	/// CID of the sample that it was made for, as text; entries of earlier versions have none.
	#[serde(default)]
	pub asked: Option<String>,
	/// Which of the account's salts for the dataset it is.
	pub draw: u32,
	/// CID of the gold, as text.
	pub location: String,
	/// The gold as a label file; it is on IPFS only once it is revealed.
	pub content: String,
	/// The sample, once it is known.
	pub sample: Option<u32>,
	pub status: Status,
}

impl Journal {
	/// Writes down gold that is about to be committed, for a sample of a dataset, named by its CID.
	pub fn prepare_gold(
		&self,
		(dataset, asked): (u32, String),
		draw: u32,
		location: String,
		content: String,
		commitment: &[u8; 32],
	) -> Result<()> {
		let _lock = self.lock()?;
		let commitment = hex::encode(commitment);
		let (asked, sample, status) = (Some(asked), None, Status::Prepared);
		let gold = Gold { commitment, dataset, asked, draw, location, content, sample, status };
		self.store(&file_name(&gold.commitment), &gold)
	}

	/// Moves gold on, if it is there.
	pub fn mark_gold(&self, commitment: &[u8; 32], sample: Option<u32>, status: Status) -> Result<()> {
		let _lock = self.lock()?;
		match self.gold(commitment)? {
			Some(gold) => {
				let gold = Gold { sample: sample.or(gold.sample), status, ..gold };
				self.store(&file_name(&gold.commitment), &gold)
			},
			None => Ok(()),
		}
	}

	/// The gold that `commitment` hides.
	pub fn gold(&self, commitment: &[u8; 32]) -> Result<Option<Gold>> {
		self.load_gold(&file_name(&hex::encode(commitment)))
	}

	/// All gold.
	pub fn golds(&self) -> Result<Vec<Gold>> {
		let mut all = Vec::new();
		for name in self.file_names()? {
			if name.starts_with("gold-") && name.ends_with(".sealed") {
				all.extend(self.load_gold(&name)?);
			}
		}
		Ok(all)
	}

	fn load_gold(&self, name: &str) -> Result<Option<Gold>> {
		self.load(
			name,
			|gold: &Gold| file_name(&gold.commitment) == name,
			|| "`learnware sample reveal-gold SAMPLE FILE` reveals without it, from the file of the gold".into(),
		)
	}
}

impl Gold {
	/// Whether it is what `commitment` hides.
	pub fn opens(&self, commitment: &[u8; 32]) -> bool {
		self.commitment == hex::encode(commitment)
	}
}

fn file_name(commitment: &str) -> String {
	format!("gold-{commitment}.sealed")
}
