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

/// The end of a sample may still be taken back.
fn not_final(sample: u32) -> Failure {
	Failure::new(Kind::Unavailable, "not_final", format!("the end of sample {sample} is not in a finalized block yet"))
		.help("try again in a few seconds")
}

/// The node does not remember how a sample ended.
pub fn forgotten(sample: u32) -> Failure {
	Failure::new(
		Kind::Unavailable,
		FORGOTTEN,
		format!("the game of sample {sample} is over, and the node does not remember it"),
	)
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
			Fate::Playing => return Err(not_final(number)),
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
		let last = self.finalized().await?;
		if !last.has_been(sample).await? {
			return Ok(Fate::NeverWas);
		}
		if last.is_live(sample).await? {
			return Ok(Fate::Playing);
		}
		let (mut before, mut after) = (0, last.number());
		while after - before > 1 {
			let middle = before + (after - before) / 2;
			match self.is_over_at(sample, middle).await? {
				Some(true) => after = middle,
				Some(false) | None => before = middle,
			}
		}
		let found = self.at_number(after).await?.ends().await?.into_iter().find(|gone| gone.sample() == sample);
		Ok(found.map_or(Fate::Forgotten, Fate::Gone))
	}

	/// `None` if the node has forgotten the state of that block.
	async fn is_over_at(&self, sample: u32, block: u32) -> Result<Option<bool>> {
		let answer = async {
			let at = self.at_number(block).await?;
			Ok(at.has_been(sample).await? && !at.is_live(sample).await?)
		};
		match answer.await {
			Ok(over) => Ok(Some(over)),
			Err(failure) if is_forgotten(&failure) => Ok(None),
			Err(failure) => Err(failure),
		}
	}

	async fn at_number(&self, block: u32) -> Result<At> {
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

	async fn has_been(&self, sample: u32) -> Result<bool> {
		let next = self.0.storage().fetch(api::storage().labeling_game().next_sample(), ()).await.or_failure()?;
		Ok(next.decode().or_failure()? > sample)
	}

	async fn is_live(&self, sample: u32) -> Result<bool> {
		let address = api::storage().labeling_game().samples();
		Ok(self.0.storage().try_fetch(address, (sample,)).await.or_failure()?.is_some())
	}
}
