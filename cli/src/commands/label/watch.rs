//! `learnware label watch`.

use super::{is_due, missing_on_ipfs, Mine};
use crate::{
	amount::Amount,
	chain::{calls, forgotten, At, Chain, Fate, Gone, Receipt, Sent},
	commands::{
		commitment::{remembered, Opening},
		signing::{self, connect},
		watch::{follow, resolve, send_due, Place, Tries, Trouble, Turns, Watcher},
		Context,
	},
	error::{Failure, Kind, Result},
	game::{Disclosure, Label, Outcome, Stage},
	ipfs::Cid,
	journal::{Entry, Journal, Status, Subject},
	keystore::Signer,
	words,
};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};

fn trouble(context: &Context, sample: u32, failure: &Failure) {
	Trouble::tell(context, Place::Sample { sample }, failure);
}

/// Reveals the account's labels when it is time, and tells what becomes of them.
pub fn labels(context: &Context, forever: bool) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let mut watch = Watch::new(context, &signer, &journal, forever)?;
	context.block_on(follow(context, chain, &mut watch))
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
	reveals: Tries<u32>,
	resolves: Turns,
	/// Goes on when nothing is left to wait for.
	forever: bool,
	/// What the chain knows has been looked at, at least once.
	ready: bool,
}

impl<'a> Watch<'a> {
	fn new(context: &'a Context, signer: &'a Signer, journal: &'a Journal, forever: bool) -> Result<Self> {
		let sample = |entry: Entry| match entry.subject {
			Subject::Label { sample } if entry.status.is_open() => Some(sample),
			_ => None,
		};
		let waiting = journal.list()?.into_iter().filter_map(sample);
		Ok(Self {
			context,
			signer,
			journal,
			waiting: waiting.collect(),
			stages: BTreeMap::new(),
			reveals: Tries::default(),
			resolves: Turns::default(),
			forever,
			ready: false,
		})
	}

	/// Reveals the labels that are due.
	async fn reveal(&mut self, chain: &Chain, now: u32, due: Vec<Label>) -> Result<()> {
		let due = due.into_iter().map(|label| (label.sample, label)).collect::<Vec<_>>();
		let mut reveals = std::mem::take(&mut self.reveals);
		let revealed =
			send_due(chain, &mut reveals, now, &due, async |_, label: &Label| self.submit_reveal(chain, label).await)
				.await;
		self.reveals = reveals;
		for (sample, revealed) in revealed? {
			match revealed {
				Ok((receipt, location)) => {
					self.journal.mark(Subject::Label { sample }, Status::Revealed)?;
					self.context.output.data(&News::Revealed { sample, receipt });
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
		let Opening { cid, salt } = remembered(self.journal, Subject::Label { sample: label.sample }, commitment)?;
		let call = calls::reveal_label(label.sample, &cid, salt);
		Ok((chain.submit(chain.sign(&call, self.signer).await?).await?, cid))
	}

	/// Tells of a label that can't be opened here as long as there is time to do something about it.
	fn tell_if_closed(&self, label: &Label) {
		let (Stage::Commit { .. }, Disclosure::Committed { commitment }) = (label.stage, &label.state) else { return };
		if let Err(failure) = remembered(self.journal, Subject::Label { sample: label.sample }, commitment) {
			trouble(self.context, label.sample, &failure);
		}
	}

	/// Resolves an overdue sample, if nobody who committed earlier does.
	async fn resolve(&mut self, chain: &Chain, at: &At, sample: u32) -> Result<()> {
		let now = at.number();
		if self.resolves.is_unknown(sample) {
			let me = self.signer.account.to_string();
			let place = at.labels(sample).await?.iter().position(|(account, _)| *account == me).unwrap_or(0);
			self.resolves.queue(sample, now, place);
		}
		if !self.resolves.is_up(sample, now) {
			return Ok(());
		}
		match resolve(chain, self.signer, &calls::resolve(sample)).await {
			Ok(Some(receipt)) => self.context.output.data(&News::ResolveSent { sample, receipt }),
			Ok(None) => {},
			Err(failure) if failure.kind == Kind::Unavailable => return Err(failure),
			Err(failure) => trouble(self.context, sample, &failure),
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
		self.reveals.forget(&sample);
		self.resolves.forget(sample);
		self.journal.mark(Subject::Label { sample }, status)
	}
}

impl Watcher for Watch<'_> {
	/// Finds out what happened while nobody watched.
	async fn connected(&mut self, chain: &Chain) -> Result<()> {
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
	async fn best(&mut self, chain: &Chain, at: &At) -> Result<()> {
		let now = at.number();
		let labels = at.labels_of(self.signer.account).await?;
		for label in &labels {
			self.waiting.insert(label.sample);
			if self.stages.insert(label.sample, label.stage) != Some(label.stage) {
				self.context.output.data(&News::phase(label, now, chain));
				self.tell_if_closed(label);
			}
		}
		let due = labels.iter().filter(|label| is_due(label)).cloned().collect();
		self.reveal(chain, now, due).await?;
		for label in labels.iter().filter(|label| matches!(label.stage, Stage::Overdue { .. })) {
			self.resolve(chain, at, label.sample).await?;
		}
		Ok(())
	}

	/// Looks at a finalized block: what ended there has ended for good.
	async fn finalized(&mut self, chain: &Chain, at: &At) -> Result<()> {
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

	fn end(&mut self) -> Option<Result<()>> {
		(self.ready && !self.forever && self.waiting.is_empty()).then_some(Ok(()))
	}
}

/// What the watch tells.
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
	Outcome(Box<Mine>),
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
				write!(
					f,
					"the label of sample {sample} was denounced: somebody else knew it, and its collateral is lost"
				)
			},
			Self::Outcome(mine) => mine.fmt(f),
		}
	}
}
