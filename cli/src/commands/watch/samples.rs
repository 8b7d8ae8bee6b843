//! `learnware sample watch`.

use super::{follow, Place, Trouble, Watcher, RESEND};
use crate::{
	chain::{forgotten, At, Chain, Fate, Receipt, Wait},
	commands::{
		gold::Secret,
		sample::show_end,
		signing::{self, connect},
		Context,
	},
	error::Result,
	game::{Disclosure, Sample, Stage},
	journal::Journal,
	keystore::Signer,
	words,
};
use serde::Serialize;
use std::fmt;

/// Follows a sample until its game is over, and reveals its gold when it is time.
pub fn sample(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let keeper = GoldKeeper::of(context, &chain, number)?;
	let mut watch = Watch { context, number, keeper, last: None, end: None };
	context.block_on(follow(context, chain, &mut watch))
}

struct Watch<'a> {
	context: &'a Context,
	number: u32,
	keeper: Option<GoldKeeper>,
	/// What was told last: stage, labels committed and revealed, and gold.
	last: Option<(Stage, u32, u32, Option<Disclosure>)>,
	end: Option<Result<()>>,
}

impl Watcher for Watch<'_> {
	async fn connected(&mut self, chain: &Chain) -> Result<()> {
		match chain.fate(self.number).await? {
			Fate::Gone(gone) => {
				show_end(self.context, chain, gone);
				self.end = Some(Ok(()));
			},
			Fate::Forgotten => self.end = Some(Err(forgotten(self.number))),
			// It may be in a block that is not finalized yet.
			Fate::NeverWas if self.last.is_none() => {
				let sample = chain.best().await?.sample(self.number).await?;
				sample.ok_or_else(|| words::unknown_sample(self.number))?;
			},
			Fate::NeverWas | Fate::Playing => {},
		}
		Ok(())
	}

	async fn best(&mut self, chain: &Chain, at: &At) -> Result<()> {
		let Some(sample) = at.sample(self.number).await? else { return Ok(()) };
		let news = (sample.stage, sample.committed, sample.revealed, sample.gold.clone());
		if self.last.as_ref() != Some(&news) {
			let progress = Progress { event: "progress", block: at.number(), sample: sample.clone(), chain };
			self.context.output.data(&progress);
		}
		self.last = Some(news);
		match &mut self.keeper {
			Some(keeper) => keeper.act(self.context, chain, &sample, at.number()).await,
			None => Ok(()),
		}
	}

	async fn finalized(&mut self, chain: &Chain, at: &At) -> Result<()> {
		if let Some(gone) = at.ends().await?.into_iter().find(|gone| gone.sample() == self.number) {
			show_end(self.context, chain, gone);
			self.end = Some(Ok(()));
		}
		Ok(())
	}

	fn end(&mut self) -> Option<Result<()>> {
		self.end.take()
	}
}

/// Who can reveal the gold of a sample.
struct GoldKeeper {
	signer: Signer,
	journal: Journal,
	/// Block in which the reveal was last tried.
	tried: Option<u32>,
}

impl GoldKeeper {
	/// Opens the provider's account, if the sample has gold that is to be revealed, and the account is here.
	fn of(context: &Context, chain: &Chain, number: u32) -> Result<Option<Self>> {
		let sample = context.block_on(async { chain.best().await?.sample(number).await })?;
		let Some(sample) = sample.filter(|sample| matches!(sample.gold, Some(Disclosure::Committed { .. }))) else {
			return Ok(None);
		};
		let account = signing::find(context).and_then(|found| found.account());
		if !account.is_ok_and(|account| account.to_string() == sample.provider) {
			context.output.warn(format_args!(
				"the gold of sample {number} is to be revealed by {}; this watch does not do it (give --account)",
				sample.provider
			));
			return Ok(None);
		}
		let signer = signing::signer(context, false)?;
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		// What is missing is told now, and not when it is too late.
		if let Err(failure) = Secret::remembered(&journal, &sample) {
			Trouble::tell(context, Place::Sample { sample: number }, &failure);
			return Ok(None);
		}
		Ok(Some(Self { signer, journal, tried: None }))
	}

	/// Reveals the gold if it is time. Fails only if the node is gone.
	async fn act(&mut self, context: &Context, chain: &Chain, sample: &Sample, now: u32) -> Result<()> {
		let is_due =
			matches!((&sample.stage, &sample.gold), (Stage::Reveal { .. }, Some(Disclosure::Committed { .. })));
		if !is_due || self.tried.is_some_and(|block| now < block.saturating_add(RESEND)) {
			return Ok(());
		}
		self.tried = Some(now);
		let number = sample.sample;
		match self.reveal(context, chain, sample).await {
			Ok(revealed) => context.output.data(&revealed),
			Err(failure) if failure.code == "LabelingGame.AlreadyRevealed" => {},
			Err(failure) => {
				Trouble::tell(context, Place::Sample { sample: number }, &failure);
				if failure.code == "node_unavailable" {
					self.tried = None;
					return Err(failure);
				}
			},
		}
		Ok(())
	}

	async fn reveal(&self, context: &Context, chain: &Chain, sample: &Sample) -> Result<GoldRevealed> {
		let secret = Secret::remembered(&self.journal, sample)?;
		let sent = secret.send(context, chain, &self.signer, sample).await?;
		let receipt = chain.included(sent, Wait::Best).await?.receipt;
		secret.done(&self.journal, sample.sample)?;
		Ok(GoldRevealed { event: "gold_revealed", sample: sample.sample, location: secret.location(), receipt })
	}
}

#[derive(Serialize)]
struct GoldRevealed {
	event: &'static str,
	sample: u32,
	location: String,
	receipt: Receipt,
}

impl fmt::Display for GoldRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { sample, location, receipt, .. } = self;
		write!(f, "block {}: revealed the gold of sample {sample}: {location}", receipt.block)
	}
}

/// What a watch of a sample tells before the end.
#[derive(Serialize)]
struct Progress<'a> {
	event: &'static str,
	block: u32,
	#[serde(flatten)]
	sample: Sample,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Progress<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (sample, stage) = (&self.sample, words::stage(&self.sample.stage, self.block, self.chain));
		write!(
			f,
			"block {}: sample {}: {stage}; {} committed, {} revealed",
			self.block, sample.sample, sample.committed, sample.revealed
		)
	}
}
