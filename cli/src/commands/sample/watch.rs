//! `learnware sample watch`.

use super::show_end;
use crate::{
	chain::{calls, forgotten, At, Chain, Fate, Receipt, Wait},
	commands::{
		gold::Secret,
		signing::{self, connect},
		watch::{follow, resolve, unresolved, Overdue, Place, Trouble, Turns, Watcher, RESEND},
		Context,
	},
	error::{Kind, Result},
	game::{Disclosure, Sample, Stage},
	journal::Journal,
	keystore::Signer,
	words,
};
use serde::Serialize;
use std::fmt;

/// Follows a sample until its game is over. For its provider, reveals its gold when it is time, and resolves it when it is
/// overdue.
pub fn sample(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let sample = context.block_on(async { chain.best().await?.sample(number).await })?;
	let provider = sample.as_ref().map(|sample| provider(context, sample)).transpose()?.flatten();
	let keeper = match (&provider, &sample) {
		(Some(provider), Some(sample)) if awaits_gold(sample) => GoldKeeper::of(context, &chain, provider, sample)?,
		_ => None,
	};
	let (last, overdue, turns) = (None, Overdue::default(), Turns::default());
	let mut watch = Watch { context, number, provider: provider.as_ref(), keeper, last, overdue, turns, end: None };
	context.block_on(follow(context, chain, &mut watch))
}

fn awaits_gold(sample: &Sample) -> bool {
	matches!(sample.gold, Some(Disclosure::Committed { .. }))
}

/// Opens the account of the settings, if it is the sample's provider.
fn provider(context: &Context, sample: &Sample) -> Result<Option<Signer>> {
	if context.settings.account.is_some() {
		// One that there is not is a mistake; one that is elsewhere can look.
		signing::account(context)?;
	}
	let account = signing::find(context).and_then(|found| found.account());
	if !account.is_ok_and(|account| account.to_string() == sample.provider) {
		if awaits_gold(sample) {
			context.output.warn(format_args!(
				"the gold of sample {} is to be revealed by {}; this watch does not do it (give --account)",
				sample.sample, sample.provider
			));
		}
		return Ok(None);
	}
	match signing::signer(context, false) {
		// Without gold, a look is worth something as well.
		Err(failure) if failure.code == "missing_input" && !awaits_gold(sample) => {
			context.output.note("the account can't be opened: this watch only looks, and does not resolve the sample");
			Ok(None)
		},
		signer => signer.map(Some),
	}
}

struct Watch<'a> {
	context: &'a Context,
	number: u32,
	/// None for who only looks.
	provider: Option<&'a Signer>,
	keeper: Option<GoldKeeper<'a>>,
	/// What was told last: stage, labels committed and revealed, and gold.
	last: Option<(Stage, u32, u32, Option<Disclosure>)>,
	overdue: Overdue,
	turns: Turns,
	end: Option<Result<()>>,
}

impl Watch<'_> {
	/// Resolves the overdue sample, if nobody who labels does; ends the watch when nobody has for long.
	async fn resolve(&mut self, chain: &Chain, sample: &Sample, now: u32) -> Result<()> {
		let number = self.number;
		let is_overdue = matches!(sample.stage, Stage::Overdue { .. });
		if self.overdue.is_too_long(is_overdue, now) {
			let (place, why) = (Place::Sample { sample: number }, words::stage(&sample.stage, now, chain));
			self.end = Some(Err(unresolved(place, &why, &format!("learnware sample resolve {number}"))));
		}
		let Some(provider) = self.provider.filter(|_| is_overdue) else { return Ok(()) };
		if self.turns.is_unknown(number) {
			self.turns.queue(number, now, sample.committed as usize);
		}
		if !self.turns.is_up(number, now) {
			return Ok(());
		}
		match resolve(chain, provider, &calls::resolve(number)).await {
			Ok(Some(receipt)) => {
				self.context.output.data(&ResolveSent { event: "resolve_sent", sample: number, receipt })
			},
			Ok(None) => {},
			Err(failure) if failure.kind == Kind::Unavailable => return Err(failure),
			Err(failure) => Trouble::tell(self.context, Place::Sample { sample: number }, &failure),
		}
		Ok(())
	}
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
		if let Some(keeper) = &mut self.keeper {
			keeper.act(self.context, chain, &sample, at.number()).await?;
		}
		self.resolve(chain, &sample, at.number()).await
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
struct GoldKeeper<'a> {
	signer: &'a Signer,
	journal: Journal,
	/// Block in which the reveal was last tried.
	tried: Option<u32>,
}

impl<'a> GoldKeeper<'a> {
	/// If the journal has what the reveal takes: what is missing is told now, and not when it is too late.
	fn of(context: &Context, chain: &Chain, signer: &'a Signer, sample: &Sample) -> Result<Option<Self>> {
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, signer)?;
		if let Err(failure) = Secret::remembered(&journal, sample) {
			Trouble::tell(context, Place::Sample { sample: sample.sample }, &failure);
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
		let sent = secret.send(context, chain, self.signer, sample).await?;
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

#[derive(Serialize)]
struct ResolveSent {
	event: &'static str,
	sample: u32,
	receipt: Receipt,
}

impl fmt::Display for ResolveSent {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "block {}: resolved sample {}", self.receipt.block, self.sample)
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
