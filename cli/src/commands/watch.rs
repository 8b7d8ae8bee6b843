//! `learnware label watch` and `learnware sample watch`.

use super::{
	gold::Secret,
	label::{is_due, journal_location, missing_on_ipfs, Mine},
	sample::show_end,
	signing::{self, connect},
	Context,
};
use crate::{
	amount::Amount,
	chain::{calls, forgotten, At, Chain, Fate, Follower, Gone, Receipt, Sent, Tick, Wait},
	error::{Failure, Kind, Result},
	game::{Disclosure, Label, Outcome, Sample, Stage},
	ipfs::Cid,
	journal::{Journal, Status},
	keystore::Signer,
	words,
};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};

/// Blocks after which a reveal that did not get into one is sent again.
const RESEND: u32 = 8;
/// Longest that one waits for other players to resolve an overdue sample, in blocks.
const COURTESY: usize = 8;

/// Follows a sample until its game is over, and reveals its gold when it is time.
pub fn sample(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let mut keeper = GoldKeeper::of(context, &chain, number)?;
	context.block_on(async {
		let mut follower = Follower::new(chain, &context.settings.url.value, context.output);
		let mut last = None;
		loop {
			match follower.next().await? {
				Tick::Connected => match follower.chain().fate(number).await {
					Ok(Fate::Gone(gone)) => return end(context, &follower, gone),
					Ok(Fate::Forgotten) => return Err(forgotten(number)),
					// It may be in a block that is not finalized yet.
					Ok(Fate::NeverWas) if last.is_none() => {
						let best = follower.chain().best().await?;
						best.sample(number).await?.ok_or_else(|| words::unknown_sample(number))?;
					},
					Ok(_) => {},
					Err(failure) => follower.reconnect(&failure).await?,
				},
				Tick::Best(at) => match at.sample(number).await {
					Ok(Some(sample)) => {
						let news = (sample.stage, sample.committed, sample.revealed, sample.gold.clone());
						if last.as_ref() != Some(&news) {
							let (block, chain) = (at.number(), follower.chain());
							context.output.data(&Progress { event: "progress", block, sample: sample.clone(), chain });
						}
						last = Some(news);
						if let Some(keeper) = &mut keeper {
							if let Err(failure) = keeper.act(context, follower.chain(), &sample, at.number()).await {
								follower.reconnect(&failure).await?;
							}
						}
					},
					Ok(None) => {},
					Err(failure) => follower.reconnect(&failure).await?,
				},
				Tick::Finalized(at) => match at.ends().await {
					Ok(ends) => {
						if let Some(gone) = ends.into_iter().find(|gone| gone.sample() == number) {
							return end(context, &follower, gone);
						}
					},
					Err(failure) => follower.reconnect(&failure).await?,
				},
			}
		}
	})
}

fn end(context: &Context, follower: &Follower, gone: Gone) -> Result<()> {
	show_end(context, follower.chain(), gone);
	Ok(())
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
			trouble(context, number, &failure);
			return Ok(None);
		}
		Ok(Some(Self { signer, journal, tried: None }))
	}

	/// Reveals the gold if it is time. Fails only if the node is gone.
	async fn act(&mut self, context: &Context, chain: &Chain, sample: &Sample, now: u32) -> Result<()> {
		let is_due = matches!((&sample.stage, &sample.gold), (Stage::Reveal { .. }, Some(Disclosure::Committed { .. })));
		if !is_due || self.tried.is_some_and(|block| now < block.saturating_add(RESEND)) {
			return Ok(());
		}
		self.tried = Some(now);
		let number = sample.sample;
		match self.reveal(context, chain, sample).await {
			Ok(news) => context.output.data(&news),
			Err(failure) if failure.code == "LabelingGame.AlreadyRevealed" => {},
			Err(failure) => {
				trouble(context, number, &failure);
				if failure.code == "node_unavailable" {
					self.tried = None;
					return Err(failure);
				}
			},
		}
		Ok(())
	}

	async fn reveal(&self, context: &Context, chain: &Chain, sample: &Sample) -> Result<News> {
		let secret = Secret::remembered(&self.journal, sample)?;
		let sent = secret.send(context, chain, &self.signer, sample).await?;
		let receipt = chain.included(sent, Wait::Best).await?.receipt;
		secret.done(&self.journal, sample.sample)?;
		Ok(News::GoldRevealed { sample: sample.sample, location: secret.location(), receipt })
	}
}

fn trouble(context: &Context, sample: u32, failure: &Failure) {
	let (code, message, help) = (failure.code.clone(), failure.message.clone(), failure.help.clone());
	context.output.data(&News::Trouble { sample, code, message, help });
}

/// Reveals the account's labels when it is time, and tells what becomes of them.
pub fn labels(context: &Context, forever: bool) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	context.block_on(async {
		let mut follower = Follower::new(chain, &context.settings.url.value, context.output);
		let mut watch = Watch::new(context, &signer, &journal)?;
		loop {
			let done = match follower.next().await? {
				Tick::Connected => watch.catch_up(follower.chain()).await,
				Tick::Best(at) => watch.act(follower.chain(), &at).await,
				Tick::Finalized(at) => watch.settle(follower.chain(), &at).await,
			};
			match done {
				Ok(()) => {},
				Err(failure) if failure.kind == Kind::Unavailable => follower.reconnect(&failure).await?,
				Err(failure) => return Err(failure),
			}
			if !forever && watch.is_idle() {
				return Ok(());
			}
		}
	})
}

/// The labels of one account, from commitment to outcome.
struct Watch<'a> {
	context: &'a Context,
	signer: &'a Signer,
	journal: &'a Journal,
	/// Samples whose outcome is still to come.
	waiting: BTreeSet<u32>,
	/// Where each sample was when it was last looked at.
	stages: BTreeMap<u32, Stage>,
	/// Block in which a reveal was last tried.
	tried: BTreeMap<u32, u32>,
	/// Block in which a sample was first seen to be overdue, and how many blocks others have to resolve it.
	overdue: BTreeMap<u32, (u32, u32)>,
	/// What the chain knows has been looked at, at least once.
	ready: bool,
}

impl<'a> Watch<'a> {
	fn new(context: &'a Context, signer: &'a Signer, journal: &'a Journal) -> Result<Self> {
		let unfinished = |status| !matches!(status, Status::Withdrawn | Status::Denounced | Status::Resolved);
		let waiting = journal.list()?.into_iter().filter(|entry| unfinished(entry.status)).map(|entry| entry.sample);
		Ok(Self {
			context,
			signer,
			journal,
			waiting: waiting.collect(),
			stages: BTreeMap::new(),
			tried: BTreeMap::new(),
			overdue: BTreeMap::new(),
			ready: false,
		})
	}

	/// Nothing is left to wait for.
	fn is_idle(&self) -> bool {
		self.ready && self.waiting.is_empty()
	}

	/// Finds out what happened while nobody watched.
	async fn catch_up(&mut self, chain: &Chain) -> Result<()> {
		let labels = chain.best().await?.labels_of(self.signer.account).await?;
		let live = labels.iter().map(|label| label.sample).collect::<BTreeSet<_>>();
		for sample in self.waiting.clone() {
			if live.contains(&sample) {
				continue;
			}
			match chain.fate(sample).await? {
				Fate::Gone(gone) => self.over(chain, gone)?,
				Fate::Forgotten => {
					trouble(self.context, sample, &forgotten(sample));
					self.forget(sample, Status::Resolved)?;
				},
				// Sent perhaps, but not in a block; or taken back.
				Fate::NeverWas | Fate::Playing => {
					self.waiting.remove(&sample);
				},
			}
		}
		if !self.ready && labels.is_empty() && self.waiting.is_empty() {
			self.context.output.note("this account has no label to wait for");
		}
		self.waiting.extend(live);
		self.ready = true;
		Ok(())
	}

	/// Looks at the newest block: tells of new phases, reveals what is due, resolves what is overdue.
	async fn act(&mut self, chain: &Chain, at: &At) -> Result<()> {
		let now = at.number();
		let labels = at.labels_of(self.signer.account).await?;
		for label in &labels {
			self.waiting.insert(label.sample);
			if self.stages.insert(label.sample, label.stage) != Some(label.stage) {
				self.context.output.data(&News::phase(label, now, chain));
			}
		}
		let due = labels.iter().filter(|label| is_due(label)).cloned().collect::<Vec<_>>();
		self.reveal(chain, now, &due).await?;
		for label in labels.iter().filter(|label| matches!(label.stage, Stage::Overdue { .. })) {
			self.resolve(chain, at, label.sample).await?;
		}
		Ok(())
	}

	/// Reveals labels, all at once, so that none waits for another's block.
	async fn reveal(&mut self, chain: &Chain, now: u32, due: &[Label]) -> Result<()> {
		let mut sent = Vec::new();
		for label in due {
			let tried = self.tried.get(&label.sample);
			if tried.is_some_and(|block| now < block.saturating_add(RESEND)) {
				continue;
			}
			self.tried.insert(label.sample, now);
			match self.submit_reveal(chain, label).await {
				Ok((progress, location)) => sent.push((label.sample, progress, location)),
				Err(failure) if failure.kind == Kind::Unavailable => {
					self.tried.remove(&label.sample);
					return Err(failure);
				},
				Err(failure) => trouble(self.context, label.sample, &failure),
			}
		}
		for (sample, progress, location) in sent {
			match chain.included(progress, Wait::Best).await {
				Ok(included) => {
					self.journal.mark(sample, Status::Revealed)?;
					self.context.output.data(&News::Revealed { sample, receipt: included.receipt });
					if let Some(failure) = missing_on_ipfs(self.context, &location).await {
						trouble(self.context, sample, &failure);
					}
				},
				Err(failure) if failure.code == "LabelingGame.AlreadyRevealed" => {},
				Err(failure) => trouble(self.context, sample, &failure),
			}
		}
		Ok(())
	}

	async fn submit_reveal(&self, chain: &Chain, label: &Label) -> Result<(Sent, Cid)> {
		let Disclosure::Committed { commitment } = &label.state else {
			return Err(Failure::input("the label is revealed already"));
		};
		let location = journal_location(self.journal, label.sample, commitment)?;
		let salt = self.signer.root.salt(&chain.genesis, label.sample);
		let call = calls::reveal_label(label.sample, &location, *salt);
		Ok((chain.submit(chain.sign(&call, self.signer).await?).await?, location))
	}

	/// Resolves an overdue sample, if nobody who committed earlier does.
	async fn resolve(&mut self, chain: &Chain, at: &At, sample: u32) -> Result<()> {
		let now = at.number();
		let (since, courtesy) = match self.overdue.get(&sample) {
			Some(known) => *known,
			None => {
				let me = self.signer.account.to_string();
				let place = at.labels(sample).await?.iter().position(|(account, _)| *account == me).unwrap_or(0);
				let known = (now, u32::try_from(place % COURTESY).unwrap_or(0));
				self.overdue.insert(sample, known);
				known
			},
		};
		if now < since.saturating_add(courtesy) {
			return Ok(());
		}
		self.overdue.insert(sample, (now, RESEND));
		let call = calls::resolve(sample);
		let done = match chain.submit(chain.sign(&call, self.signer).await?).await {
			Ok(sent) => chain.included(sent, Wait::Best).await,
			Err(failure) => Err(failure),
		};
		match done {
			Ok(included) => self.context.output.data(&News::ResolveSent { sample, receipt: included.receipt }),
			Err(failure) if failure.kind == Kind::Unavailable => return Err(failure),
			// Somebody else was faster.
			Err(failure)
				if matches!(failure.code.as_str(), "LabelingGame.NotOverdue" | "LabelingGame.UnknownSample") => {},
			Err(failure) => trouble(self.context, sample, &failure),
		}
		Ok(())
	}

	/// Looks at a finalized block: what ended there has ended for good.
	async fn settle(&mut self, chain: &Chain, at: &At) -> Result<()> {
		for gone in at.ends().await? {
			if self.waiting.contains(&gone.sample()) {
				self.over(chain, gone)?;
			}
		}
		let withdrawn = at.withdrawn(self.signer.account).await?;
		for sample in withdrawn {
			self.forget(sample, Status::Withdrawn)?;
			self.context.output.data(&News::Withdrawn { sample });
		}
		for sample in at.denounced(self.signer.account).await? {
			self.forget(sample, Status::Denounced)?;
			self.context.output.data(&News::Denounced { sample });
		}
		Ok(())
	}

	fn over(&mut self, chain: &Chain, gone: Gone) -> Result<()> {
		let (sample, me) = (gone.sample(), self.signer.account.to_string());
		self.forget(sample, Status::Resolved)?;
		if let Gone::Resolved { outcome, block } = &gone {
			self.tell(chain, outcome, *block, &me);
		}
		Ok(())
	}

	fn tell(&self, chain: &Chain, outcome: &Outcome, block: u32, me: &str) {
		if let Some(mine) = Mine::of(outcome, block, me, chain) {
			self.context.output.data(&News::Outcome(Box::new(mine)));
		}
	}

	fn forget(&mut self, sample: u32, status: Status) -> Result<()> {
		self.waiting.remove(&sample);
		self.stages.remove(&sample);
		self.tried.remove(&sample);
		self.overdue.remove(&sample);
		self.journal.mark(sample, status)
	}
}

/// What watches tell.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum News {
	Phase {
		sample: u32,
		block: u32,
		stage: Stage,
		#[serde(flatten)]
		state: Disclosure,
		collateral: Amount,
		#[serde(skip)]
		words: String,
	},
	Revealed {
		sample: u32,
		receipt: Receipt,
	},
	ResolveSent {
		sample: u32,
		receipt: Receipt,
	},
	Withdrawn {
		sample: u32,
	},
	Denounced {
		sample: u32,
	},
	GoldRevealed {
		sample: u32,
		location: String,
		receipt: Receipt,
	},
	Outcome(Box<Mine>),
	Trouble {
		sample: u32,
		code: String,
		message: String,
		help: Option<String>,
	},
}

impl News {
	fn phase(label: &Label, now: u32, chain: &Chain) -> Self {
		Self::Phase {
			sample: label.sample,
			block: now,
			stage: label.stage,
			state: label.state.clone(),
			collateral: label.collateral,
			words: words::stage(&label.stage, now, chain),
		}
	}
}

impl fmt::Display for News {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Phase { sample, block, words, .. } => write!(f, "block {block}: sample {sample}: {words}"),
			Self::Revealed { sample, receipt } => {
				write!(f, "block {}: revealed the label of sample {sample}", receipt.block)
			},
			Self::ResolveSent { sample, receipt } => write!(f, "block {}: resolved sample {sample}", receipt.block),
			Self::Withdrawn { sample } => write!(f, "the label of sample {sample} was taken back"),
			Self::Denounced { sample } => {
				write!(f, "the label of sample {sample} was denounced: somebody else knew it, and its collateral is lost")
			},
			Self::GoldRevealed { sample, location, receipt } => {
				write!(f, "block {}: revealed the gold of sample {sample}: {location}", receipt.block)
			},
			Self::Outcome(mine) => mine.fmt(f),
			Self::Trouble { sample, message, help, .. } => {
				write!(f, "sample {sample}: {message}")?;
				help.as_ref().map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
			},
		}
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
