//! `learnware training watch`.

use super::{missing, print_end, print_epoch, remembered_test_set, Lesson, Part, Parts};
use crate::{
	chain::{calls, At, Chain, Receipt, Sent},
	commands::{
		commitment::remembered,
		signing::{self, connect},
		watch::{follow, resolve, send_due, unresolved, Overdue, Place, Tries, Trouble, Turns, Watcher},
		Context,
	},
	error::{Failure, Kind, Result},
	game::Disclosure,
	ipfs::Cid,
	journal::{Journal, Status, Subject},
	keystore::Signer,
	training::{Closed, Details, Epoch, Stage},
	words::training as words,
};
use serde::Serialize;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};

/// Follows one session, or all that the account teaches in or has opened, and reveals what the account has to.
pub fn trainings(context: &Context, only: Option<u32>, forever: bool) -> Result<()> {
	let chain = connect(context)?;
	let me = match only {
		Some(training) if !is_involved(context, &chain, training)? => {
			context.output.note("this account has nothing to reveal there; this watch only looks");
			None
		},
		_ => Some(Me::open(context, &chain)?),
	};
	let mut watch = Watch::new(context, me, only, forever)?;
	context.block_on(follow(context, chain, &mut watch))
}

/// Whether the account, if there is one here, has something to reveal in a session.
fn is_involved(context: &Context, chain: &Chain, training: u32) -> Result<bool> {
	if context.settings.account.is_some() {
		// One that there is not is a mistake; one that is elsewhere can look.
		signing::account(context)?;
	}
	let Ok(account) = signing::find(context).and_then(|found| found.account()) else { return Ok(false) };
	let account = account.to_string();
	let details = context.block_on(async { chain.best().await?.training(training).await })?;
	Ok(details.is_some_and(|details| details.training.student == account || details.lesson_of(&account).is_some()))
}

/// Who reveals.
struct Me {
	signer: Signer,
	journal: Journal,
	address: String,
}

impl Me {
	fn open(context: &Context, chain: &Chain) -> Result<Self> {
		let signer = signing::signer(context, false)?;
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		Ok(Self { address: signer.account.to_string(), signer, journal })
	}
}

struct Watch<'a> {
	context: &'a Context,
	/// None for who only looks.
	me: Option<Me>,
	only: Option<u32>,
	forever: bool,
	/// Sessions whose end is still to come.
	sessions: BTreeSet<u32>,
	/// Lessons, by session and epoch, that are still to be settled.
	lessons: BTreeSet<(u32, u32)>,
	/// What was told last of each session.
	told: BTreeMap<u32, News>,
	/// Epochs that were told of.
	settled: BTreeMap<u32, Vec<Epoch>>,
	reveals: Tries<(u32, Due)>,
	resolves: Turns,
	/// Of the session that is only looked at.
	overdue: Overdue,
	unresolved: Option<Failure>,
	/// What the chain knows has been looked at, at least once.
	ready: bool,
}

/// What is told again when it changes: epoch, stage, lessons committed and revealed, hidden parts of the test set.
type News = (u32, Stage, u32, u32, usize);

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Due {
	Parts,
	Lesson,
}

/// What was sent to reveal.
enum Reveal {
	Parts(Vec<Part>),
	Lesson(Lesson),
}

impl<'a> Watch<'a> {
	fn new(context: &'a Context, me: Option<Me>, only: Option<u32>, forever: bool) -> Result<Self> {
		let (mut sessions, mut lessons) = (only.into_iter().collect::<BTreeSet<_>>(), BTreeSet::new());
		if let (Some(me), None) = (&me, only) {
			let sets = me.journal.test_sets()?.into_iter().filter(|set| set.status.is_open());
			sessions.extend(sets.filter_map(|set| set.training));
			for entry in me.journal.list()? {
				if let (Subject::Lesson { training, epoch }, true) = (entry.subject, entry.status.is_open()) {
					lessons.insert((training, epoch));
				}
			}
		}
		Ok(Self {
			context,
			me,
			only,
			forever,
			sessions,
			lessons,
			told: BTreeMap::new(),
			settled: BTreeMap::new(),
			reveals: Tries::default(),
			resolves: Turns::default(),
			overdue: Overdue::default(),
			unresolved: None,
			ready: false,
		})
	}

	/// The sessions that this watch is about, and that are on.
	async fn live(&self, at: &At) -> Result<Vec<Details>> {
		let numbers = match (self.only, &self.me) {
			(Some(only), _) => BTreeSet::from([only]),
			(None, None) => BTreeSet::new(),
			(None, Some(me)) => {
				let mut numbers = at.taught_by(me.signer.account).await?.into_iter().collect::<BTreeSet<_>>();
				let own = at.trainings().await?.into_iter().filter(|training| training.student == me.address);
				numbers.extend(own.map(|training| training.training));
				numbers
			},
		};
		let mut live = Vec::new();
		for number in numbers {
			live.extend(at.training(number).await?);
		}
		Ok(live)
	}

	/// Remembers what is to be waited for.
	fn wait_for(&mut self, details: &Details) {
		let Some(me) = &self.me else { return };
		let (number, epoch) = (details.training.training, details.training.epoch);
		if details.training.student == me.address {
			self.sessions.insert(number);
		}
		if details.lesson_of(&me.address).is_some() {
			self.lessons.insert((number, epoch));
		}
	}

	/// What became of a session while nobody watched.
	async fn catch_up(&mut self, chain: &Chain, number: u32) -> Result<()> {
		let history = match chain.training(number).await {
			Ok(Some(history)) => history,
			Ok(None) if self.only == Some(number) => return Err(words::unknown(number)),
			// Sent perhaps, but not in a block.
			Ok(None) => {
				self.forget(number);
				return Ok(());
			},
			// Its end is told when it is final.
			Err(failure) if failure.code == "not_final" => return Ok(()),
			Err(failure) if failure.code == "state_forgotten" => {
				if self.only == Some(number) {
					return Err(Failure { kind: Kind::Refused, ..failure });
				}
				Trouble::tell(self.context, Place::Training { training: number }, &failure);
				self.mark_over(number)?;
				self.forget(number);
				return Ok(());
			},
			Err(failure) => return Err(failure),
		};
		let since = self.told.get(&number).map(|news| news.0);
		for epoch in &history.epochs {
			let is_missed = since.is_some_and(|since| epoch.epoch >= since) || history.closed.is_some();
			if is_missed || self.lessons.contains(&(number, epoch.epoch)) {
				self.epoch_settled(chain, epoch)?;
			}
		}
		// Lessons of the present epoch that are not there were taken back, or never got into a block.
		let present = (number, history.details.training.epoch);
		let is_there = self.me.as_ref().is_some_and(|me| history.details.lesson_of(&me.address).is_some());
		if history.closed.is_some() || !is_there {
			self.lessons.retain(|lesson| lesson.0 != number || (history.closed.is_none() && lesson.1 > present.1));
		}
		match &history.closed {
			Some(closed) => self.over(chain, closed, &history.epochs),
			None => Ok(()),
		}
	}

	fn epoch_settled(&mut self, chain: &Chain, epoch: &Epoch) -> Result<()> {
		let (training, number) = (epoch.training, epoch.epoch);
		let known = self.settled.entry(training).or_default();
		if known.iter().any(|known| known.epoch == number) {
			return Ok(());
		}
		known.push(epoch.clone());
		print_epoch(self.context, chain, epoch);
		if self.lessons.remove(&(training, number)) {
			if let Some(me) = &self.me {
				me.journal.mark(Subject::Lesson { training, epoch: number }, Status::Resolved)?;
			}
		}
		self.reveals.forget(&(training, Due::Lesson));
		self.reveals.forget(&(training, Due::Parts));
		self.resolves.forget(training);
		Ok(())
	}

	fn over(&mut self, chain: &Chain, closed: &Closed, epochs: &[Epoch]) -> Result<()> {
		print_end(self.context, chain, closed, epochs);
		self.mark_over(closed.training)?;
		self.forget(closed.training);
		Ok(())
	}

	fn mark_over(&self, number: u32) -> Result<()> {
		let Some(me) = &self.me else { return Ok(()) };
		for (training, epoch) in self.lessons.iter().filter(|lesson| lesson.0 == number) {
			me.journal.mark(Subject::Lesson { training: *training, epoch: *epoch }, Status::Resolved)?;
		}
		match self.sessions.contains(&number) {
			true => me.journal.mark_test_set_of(number, Status::Resolved),
			false => Ok(()),
		}
	}

	fn forget(&mut self, number: u32) {
		self.sessions.remove(&number);
		self.lessons.retain(|lesson| lesson.0 != number);
		self.told.remove(&number);
		self.settled.remove(&number);
		self.resolves.forget(number);
	}

	fn tell_progress(&mut self, chain: &Chain, details: &Details, now: u32) {
		let training = &details.training;
		let hidden = details.test_set.iter().filter(|part| part.location().is_none()).count();
		let news = (training.epoch, training.stage, training.committed, training.revealed, hidden);
		let told = self.told.insert(training.training, news);
		if told != Some(news) {
			self.context.output.data(&Progress { event: "progress", block: now, details, hidden, chain });
		}
		let is_new = told.is_none_or(|told| (told.0, told.2) != (news.0, news.2));
		if is_new && matches!(training.stage, Stage::Commit { .. }) {
			self.tell_if_closed(details);
		}
	}

	/// Tells of what can't be opened here as long as there is time to do something about it.
	fn tell_if_closed(&self, details: &Details) {
		let Some(me) = &self.me else { return };
		let (training, epoch) = (details.training.training, details.training.epoch);
		let trouble = |failure| Trouble::tell(self.context, Place::Training { training }, &failure);
		if let Some(commitment) = details.lesson_of(&me.address).and_then(|lesson| lesson.state.commitment()) {
			if let Err(failure) = remembered(&me.journal, Subject::Lesson { training, epoch }, &commitment) {
				trouble(failure);
			}
		}
		let hidden = details.test_set.iter().map(Disclosure::commitment).collect::<Vec<_>>();
		if details.training.student == me.address && hidden.iter().any(Option::is_some) {
			if let Err(failure) = remembered_test_set(&me.journal, training, &hidden) {
				trouble(failure);
			}
		}
	}

	/// Reveals what is due: lessons, and parts of test sets.
	async fn reveal(&mut self, chain: &Chain, now: u32, live: &[Details]) -> Result<()> {
		let mut reveals = std::mem::take(&mut self.reveals);
		let revealed = match &self.me {
			Some(me) => {
				let submit = async |(_, due), details: &&Details| self.submit(me, chain, due, details).await;
				send_due(chain, &mut reveals, now, &due_of(&me.address, live), submit).await
			},
			None => Ok(Vec::new()),
		};
		self.reveals = reveals;
		for ((training, kind), revealed) in revealed? {
			match revealed {
				Ok((receipt, reveal)) => self.revealed(training, receipt, reveal).await?,
				Err(failure) if failure.code == "LearnwareRewards.AlreadyRevealed" => {},
				Err(failure) if failure.code == "LearnwareRewards.NotDue" && kind == Due::Parts => {},
				Err(failure) => Trouble::tell(self.context, Place::Training { training }, &failure),
			}
		}
		Ok(())
	}

	async fn submit(&self, me: &Me, chain: &Chain, due: Due, details: &Details) -> Result<(Sent, Reveal)> {
		match due {
			Due::Parts => {
				let parts = Parts::remembered(&me.journal, &me.signer, chain, details)?;
				parts.publish(self.context, &me.journal).await?;
				let sent = chain.submit(chain.sign(&parts.call(), &me.signer).await?).await?;
				Ok((sent, Reveal::Parts(parts.shown())))
			},
			Due::Lesson => {
				let lesson = Lesson::remembered(&me.journal, &me.signer, chain, details)?;
				lesson.publish(self.context).await?;
				let sent = chain.submit(chain.sign(&lesson.call(), &me.signer).await?).await?;
				Ok((sent, Reveal::Lesson(lesson)))
			},
		}
	}

	async fn revealed(&mut self, training: u32, receipt: Receipt, reveal: Reveal) -> Result<()> {
		match reveal {
			Reveal::Parts(parts) => {
				// More parts may be due in the next epoch, which begins soon.
				self.reveals.forget(&(training, Due::Parts));
				self.context.output.data(&TestSetRevealed { event: "test_set_revealed", training, parts, receipt });
			},
			Reveal::Lesson(lesson) => {
				if let Some(me) = &self.me {
					lesson.done(&me.journal)?;
				}
				let location = lesson.cid.to_string();
				self.context.output.data(&LessonRevealed { event: "lesson_revealed", training, location, receipt });
				self.warn_if_missing(training, &lesson.cid).await;
			},
		}
		Ok(())
	}

	async fn warn_if_missing(&self, training: u32, cid: &Cid) {
		let failure = match missing(self.context, cid).await {
			Ok(None) => return,
			Ok(Some(why)) => Failure::new(Kind::Unavailable, "ipfs_unavailable", why)
				.help("`learnware ipfs add FILE` with the lesson's file, to an IPFS daemon that scorers reach"),
			Err(failure) => failure,
		};
		Trouble::tell(self.context, Place::Training { training }, &failure);
	}

	/// Resolves an overdue session, if neither its student nor anybody who taught earlier does.
	async fn resolve(&mut self, chain: &Chain, now: u32, details: &Details) -> Result<()> {
		let Some(me) = &self.me else { return Ok(()) };
		let training = details.training.training;
		if self.resolves.is_unknown(training) {
			let place = details.lessons.iter().position(|lesson| lesson.account == me.address);
			self.resolves.queue(training, now, place.map_or(0, |place| place + 1));
		}
		if !self.resolves.is_up(training, now) {
			return Ok(());
		}
		match resolve(chain, &me.signer, &calls::resolve_training(training)).await {
			Ok(Some(receipt)) => {
				self.context.output.data(&ResolveSent { event: "resolve_sent", training, receipt });
			},
			Ok(None) => {},
			Err(failure) if failure.kind == Kind::Unavailable => return Err(failure),
			Err(failure) => Trouble::tell(self.context, Place::Training { training }, &failure),
		}
		Ok(())
	}
}

impl Watcher for Watch<'_> {
	async fn connected(&mut self, chain: &Chain) -> Result<()> {
		let mut numbers = self.sessions.clone();
		numbers.extend(self.lessons.iter().map(|lesson| lesson.0));
		for number in numbers {
			self.catch_up(chain, number).await?;
		}
		let live = self.live(&chain.best().await?).await?;
		live.iter().for_each(|details| self.wait_for(details));
		if !self.ready && self.only.is_none() && self.sessions.is_empty() && self.lessons.is_empty() {
			self.context.output.note("this account has no session and no lesson to wait for");
		}
		self.ready = true;
		Ok(())
	}

	async fn best(&mut self, chain: &Chain, at: &At) -> Result<()> {
		let now = at.number();
		let live = self.live(at).await?;
		for details in &live {
			self.wait_for(details);
			self.tell_progress(chain, details, now);
		}
		self.reveal(chain, now, &live).await?;
		for details in &live {
			let (training, stage) = (details.training.training, details.training.stage);
			let is_overdue = matches!(stage, Stage::Overdue { .. } | Stage::Unrevealed);
			match is_overdue {
				true => self.resolve(chain, now, details).await?,
				false => self.resolves.forget(training),
			}
			if self.me.is_none() && self.overdue.is_too_long(is_overdue, now) {
				let (place, why) = (Place::Training { training }, words::stage(&stage, now, chain));
				self.unresolved = Some(unresolved(place, &why, &format!("learnware training resolve {training}")));
			}
		}
		Ok(())
	}

	async fn finalized(&mut self, chain: &Chain, at: &At) -> Result<()> {
		for epoch in at.settled_epochs().await? {
			if self.sessions.contains(&epoch.training) || self.lessons.contains(&(epoch.training, epoch.epoch)) {
				self.epoch_settled(chain, &epoch)?;
			}
		}
		for closed in at.closed_trainings().await? {
			if self.sessions.contains(&closed.training) {
				// With the epochs that were settled before this watch began.
				let epochs = match chain.training(closed.training).await {
					Ok(Some(history)) => history.epochs,
					_ => self.settled.remove(&closed.training).unwrap_or_default(),
				};
				self.over(chain, &closed, &epochs)?;
			} else {
				self.lessons.retain(|lesson| lesson.0 != closed.training);
			}
		}
		let Some(me) = &self.me else { return Ok(()) };
		for training in at.withdrawn_lessons(me.signer.account).await? {
			let lessons = self.lessons.iter().filter(|lesson| lesson.0 == training).copied().collect::<Vec<_>>();
			for (training, epoch) in lessons {
				self.lessons.remove(&(training, epoch));
				me.journal.mark(Subject::Lesson { training, epoch }, Status::Withdrawn)?;
			}
			self.context.output.data(&Withdrawn { event: "withdrawn", training });
		}
		Ok(())
	}

	fn end(&mut self) -> Option<Result<()>> {
		if let Some(failure) = self.unresolved.take() {
			return Some(Err(failure));
		}
		(self.ready && !self.forever && self.sessions.is_empty() && self.lessons.is_empty()).then_some(Ok(()))
	}
}

/// What an account is to reveal.
fn due_of<'a>(account: &str, live: &'a [Details]) -> Vec<((u32, Due), &'a Details)> {
	let mut all = Vec::new();
	for details in live {
		let mut add = |due| all.push(((details.training.training, due), details));
		if details.training.student == account && !details.due_parts().is_empty() {
			add(Due::Parts);
		}
		if details.due_lesson(account).is_some() {
			add(Due::Lesson);
		}
	}
	all
}

#[derive(Serialize)]
struct Progress<'a> {
	event: &'static str,
	block: u32,
	#[serde(flatten)]
	details: &'a Details,
	#[serde(skip)]
	hidden: usize,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Progress<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let training = &self.details.training;
		let stage = words::stage(&training.stage, self.block, self.chain);
		let (block, number, epoch) = (self.block, training.training, training.epoch);
		let (committed, revealed) = (training.committed, training.revealed);
		write!(
			f,
			"block {block}: session {number}, epoch {epoch}: {stage}; {committed} committed, {revealed} revealed"
		)?;
		write!(f, ", {} of {} parts shown", self.details.test_set.len().saturating_sub(self.hidden), training.parts)
	}
}

#[derive(Serialize)]
struct TestSetRevealed {
	event: &'static str,
	training: u32,
	parts: Vec<Part>,
	receipt: Receipt,
}

impl fmt::Display for TestSetRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (block, parts) = (self.receipt.block, crate::words::count(self.parts.len(), "part"));
		write!(f, "block {block}: showed {parts} of the test set of session {}", self.training)
	}
}

#[derive(Serialize)]
struct LessonRevealed {
	event: &'static str,
	training: u32,
	location: String,
	receipt: Receipt,
}

impl fmt::Display for LessonRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { training, location, receipt, .. } = self;
		write!(f, "block {}: revealed the lesson of session {training}: {location}", receipt.block)
	}
}

#[derive(Serialize)]
struct ResolveSent {
	event: &'static str,
	training: u32,
	receipt: Receipt,
}

impl fmt::Display for ResolveSent {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "block {}: resolved session {}", self.receipt.block, self.training)
	}
}

#[derive(Serialize)]
struct Withdrawn {
	event: &'static str,
	training: u32,
}

impl fmt::Display for Withdrawn {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "the lesson of session {} was taken back", self.training)
	}
}
