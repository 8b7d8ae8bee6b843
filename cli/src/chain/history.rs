//! What became of samples whose game is over: the chain's state has forgotten them, its events have not.

use super::{
	api,
	failure::{is_forgotten, ToFailure},
	At, Chain,
};
use crate::{error::Result, game::Outcome};
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

impl Chain {
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
			ends.push(Gone::Resolved { block, outcome: event.or_failure()?.into() });
		}
		for event in events.find::<api::labeling_game::events::SampleCancelled>() {
			ends.push(Gone::Cancelled { block, sample: event.or_failure()?.sample });
		}
		Ok(ends)
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
