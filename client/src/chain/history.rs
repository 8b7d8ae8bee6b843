//! What became of samples whose game is over: the chain's state has forgotten them, its events have not.

use super::{
	api,
	failure::{is_forgotten, ToFailure, FORGOTTEN},
	At, Chain,
};
use crate::{
	error::{Failure, Kind, Result},
	game::{Disclosure, Outcome, Sample},
};
use subxt::utils::AccountId32;

/// The end of a sample.
#[derive(Clone, Debug)]
pub enum Gone {
	Resolved { block: u32, outcome: Outcome },
	Cancelled { block: u32, sample: u32 },
}

impl Gone {
	pub fn sample(&self) -> u32 {
		match self {
			Self::Resolved { outcome, .. } => outcome.sample,
			Self::Cancelled { sample, .. } => *sample,
		}
	}
}

/// What is known of a sample.
#[derive(Clone, Debug)]
pub enum Fate {
	/// There never was one of this number.
	NeverWas,
	/// Its game is on.
	Playing,
	/// Its game is over.
	Gone(Gone),
	/// Its game is over, and the node does not remember how it ended.
	Forgotten,
}

/// What has a number, and is forgotten by the chain's state when it is over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Numbered {
	Sample(u32),
	Training(u32),
}

/// Where something is that has a number.
pub(super) enum Whereabouts {
	/// There never was one of this number.
	Nowhere,
	Live,
	/// It ended in this block.
	Over(At),
}

/// A game as far as it was played: what it takes to judge it again.
#[derive(Clone, Debug)]
pub struct Game {
	/// The block of the outcome, or the newest one.
	pub block: u32,
	/// The sample as it was before its end.
	pub sample: Sample,
	/// Labels in order of commitment, with who committed them.
	pub labels: Vec<(String, Disclosure)>,
	/// How it ended, if it has.
	pub outcome: Option<Outcome>,
}

/// The end of a sample or a session may still be taken back.
pub(super) fn not_final(what: &str) -> Failure {
	Failure::new(Kind::Unavailable, "not_final", format!("the end of {what} is not in a finalized block yet"))
		.help("try again in a few seconds")
}

/// The node does not remember how a sample ended.
pub fn forgotten(sample: u32) -> Failure {
	not_remembered(&format!("the game of sample {sample}"))
}

/// The node does not remember how something ended.
pub(super) fn not_remembered(what: &str) -> Failure {
	Failure::new(Kind::Unavailable, FORGOTTEN, format!("{what} is over, and the node does not remember it"))
		.help("ask an archive node with --url, or an explorer")
}

impl Chain {
	/// A game that is on, or over. `None` if there never was one, or if it was cancelled.
	pub async fn game(&self, number: u32) -> Result<Option<Game>> {
		let best = self.best().await?;
		if let Some(sample) = best.sample(number).await? {
			return Ok(Some(Game { block: best.number(), labels: best.labels(number).await?, sample, outcome: None }));
		}
		let (block, outcome) = match self.fate(number).await? {
			Fate::Gone(Gone::Resolved { block, outcome }) => (block, outcome),
			Fate::Forgotten => return Err(forgotten(number)),
			Fate::Playing => return Err(not_final(&format!("sample {number}"))),
			Fate::NeverWas | Fate::Gone(Gone::Cancelled { .. }) => return Ok(None),
		};
		let before = async {
			let at = self.at_number(block.saturating_sub(1)).await?;
			let sample = at.sample(number).await?.ok_or_else(|| forgotten(number))?;
			Ok((sample, at.labels(number).await?))
		};
		match before.await {
			Ok((sample, labels)) => Ok(Some(Game { block, sample, labels, outcome: Some(outcome) })),
			Err(failure) if is_forgotten(&failure) => Err(forgotten(number)),
			Err(failure) => Err(failure),
		}
	}

	/// Finds out how a sample ended, in finalized blocks only, from the last one back.
	pub async fn fate(&self, sample: u32) -> Result<Fate> {
		match self.whereabouts(Numbered::Sample(sample)).await? {
			Whereabouts::Nowhere => Ok(Fate::NeverWas),
			Whereabouts::Live => Ok(Fate::Playing),
			Whereabouts::Over(at) => {
				let found = at.ends().await?.into_iter().find(|gone| gone.sample() == sample);
				Ok(found.map_or(Fate::Forgotten, Fate::Gone))
			},
		}
	}

	/// Where something is, in finalized blocks only.
	pub(super) async fn whereabouts(&self, thing: Numbered) -> Result<Whereabouts> {
		let last = self.finalized().await?;
		if !last.has_been(thing).await? {
			return Ok(Whereabouts::Nowhere);
		}
		if last.is_live(thing).await? {
			return Ok(Whereabouts::Live);
		}
		let is_over = async |at: &At| Ok(at.has_been(thing).await? && !at.is_live(thing).await?);
		let end = self.first_block((0, last.number()), is_over).await?;
		self.at_number(end).await.map(Whereabouts::Over)
	}

	/// The first block after `before` in which something holds that holds ever after, and does at `after`. It does not
	/// hold in a block whose state the node has forgotten.
	pub(super) async fn first_block(
		&self,
		(mut before, mut after): (u32, u32),
		holds: impl AsyncFn(&At) -> Result<bool>,
	) -> Result<u32> {
		while after - before > 1 {
			let middle = before + (after - before) / 2;
			let answer = async { holds(&self.at_number(middle).await?).await };
			match answer.await {
				Ok(true) => after = middle,
				Ok(false) => before = middle,
				Err(failure) if is_forgotten(&failure) => before = middle,
				Err(failure) => return Err(failure),
			}
		}
		Ok(after)
	}

	pub(super) async fn at_number(&self, block: u32) -> Result<At> {
		self.client.at_block(u64::from(block)).await.or_failure().map(At)
	}
}

impl At {
	/// The samples that ended in this block.
	pub async fn ends(&self) -> Result<Vec<Gone>> {
		let (block, events) = (self.number(), self.0.events().fetch().await.or_failure()?);
		let mut ends = Vec::new();
		for event in events.find::<api::labeling_game::events::SampleResolved>() {
			let mut outcome = Outcome::from(event.or_failure()?);
			// That of a dataset that was closed in this very block is not known any more.
			let dataset = self.dataset(outcome.dataset).await?;
			outcome.rank(dataset.as_ref().map(|dataset| dataset.terms.duplicates).unwrap_or_default());
			outcome.task = dataset.map(|dataset| dataset.task);
			ends.push(Gone::Resolved { block, outcome });
		}
		for event in events.find::<api::labeling_game::events::SampleCancelled>() {
			ends.push(Gone::Cancelled { block, sample: event.or_failure()?.sample });
		}
		Ok(ends)
	}

	/// The samples whose label an account lost in this block because somebody else knew it.
	pub async fn denounced(&self, account: AccountId32) -> Result<Vec<u32>> {
		let events = self.0.events().fetch().await.or_failure()?;
		let mut samples = Vec::new();
		for event in events.find::<api::labeling_game::events::LabelDenounced>() {
			let event = event.or_failure()?;
			if event.who == account {
				samples.push(event.sample);
			}
		}
		Ok(samples)
	}

	/// The samples whose label an account took back in this block.
	pub async fn withdrawn(&self, account: AccountId32) -> Result<Vec<u32>> {
		let events = self.0.events().fetch().await.or_failure()?;
		let mut samples = Vec::new();
		for event in events.find::<api::labeling_game::events::LabelWithdrawn>() {
			let event = event.or_failure()?;
			if event.who == account {
				samples.push(event.sample);
			}
		}
		Ok(samples)
	}

	async fn has_been(&self, thing: Numbered) -> Result<bool> {
		Ok(match thing {
			Numbered::Sample(sample) => self.next_sample().await? > sample,
			Numbered::Training(training) => self.next_training().await? > training,
		})
	}

	async fn is_live(&self, thing: Numbered) -> Result<bool> {
		let storage = self.0.storage();
		Ok(match thing {
			Numbered::Sample(sample) => {
				let address = api::storage().labeling_game().samples();
				storage.try_fetch(address, (sample,)).await.or_failure()?.is_some()
			},
			Numbered::Training(training) => {
				let address = api::storage().learnware_rewards().trainings();
				storage.try_fetch(address, (training,)).await.or_failure()?.is_some()
			},
		})
	}
}
