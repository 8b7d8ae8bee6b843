//! `learnware training reveal-test-set` and `learnware training reveal`: files that were kept here until now.

use super::{
	super::{
		commitment::{not_on_ipfs, remembered},
		signing::{self, connect, Review},
		watch::{follow, Watcher},
		Context,
	},
	read, reason,
	test_set::{hash, read_test_set},
	words,
};
use crate::{
	chain::{calls, At, Chain, Receipt},
	error::{Failure, Result},
	game::Disclosure,
	ipfs::{cid_of_file, parse_cid, Cid, Ipfs},
	journal::{Journal, Status, Subject, TestSet},
	keystore::Signer,
	secret::DRAWS,
	training::{Details, Stage},
};
use learnware_primitives::{
	commitment::{self, Hash, Salt},
	training::MAX_LESSON_BYTES,
};
use serde::Serialize;
use std::{
	fmt,
	path::{Path, PathBuf},
};
use subxt::tx::Payload;

/// Parts of a test set that are due, with what opens their commitments.
pub struct Parts {
	training: u32,
	/// Commitments of all parts that were hidden.
	hidden: Vec<Option<Hash>>,
	parts: Vec<(u32, Cid, Salt)>,
	files: Vec<Vec<u8>>,
}

impl Parts {
	/// From the journal.
	pub fn remembered(journal: &Journal, signer: &Signer, chain: &Chain, details: &Details) -> Result<Self> {
		let number = details.training.training;
		let hidden = details.test_set.iter().map(Disclosure::commitment).collect::<Vec<_>>();
		let set = remembered_test_set(journal, number, &hidden)?;
		let file = |index: u32| {
			let cid = set.parts.get(index as usize).map(|cid| parse_cid(cid)).transpose()?;
			let cid = cid.ok_or_else(|| mismatch(number, index))?;
			Ok((cid, journal.kept_file(&cid)?))
		};
		Self::new(signer, chain, details, set.draw, file)
	}

	/// From all files of the test set, trying all salts that they may have been committed with.
	pub fn found(signer: &Signer, chain: &Chain, details: &Details, files: &[Vec<u8>]) -> Result<Self> {
		let number = details.training.training;
		let file = |index: u32| {
			let file = files.get(index as usize).ok_or_else(|| mismatch(number, index))?;
			Ok((cid_of_file(file)?, file.clone()))
		};
		let Some(first) = details.due_parts().first().copied() else {
			return Self::new(signer, chain, details, 0, file);
		};
		let (cid, _) = file(first)?;
		let committed = details.test_set.get(first as usize).and_then(Disclosure::commitment);
		let opens = |draw: &u32| Some(hash(signer, chain, *draw, first, &cid).1) == committed;
		let draw = (0..DRAWS).find(opens).ok_or_else(|| mismatch(number, first))?;
		Self::new(signer, chain, details, draw, file)
	}

	fn new(
		signer: &Signer,
		chain: &Chain,
		details: &Details,
		draw: u32,
		file: impl Fn(u32) -> Result<(Cid, Vec<u8>)>,
	) -> Result<Self> {
		let training = details.training.training;
		let (mut parts, mut files) = (Vec::new(), Vec::new());
		for index in details.due_parts() {
			let (cid, content) = file(index)?;
			let (salt, opened) = hash(signer, chain, draw, index, &cid);
			if details.test_set.get(index as usize).and_then(Disclosure::commitment) != Some(opened) {
				return Err(mismatch(training, index));
			}
			parts.push((index, cid, salt));
			files.push(content);
		}
		let hidden = details.test_set.iter().map(Disclosure::commitment).collect();
		Ok(Self { training, hidden, parts, files })
	}

	/// Puts them where scorers and tutors find them, and notes that everybody knows them from now on.
	pub async fn publish(&self, context: &Context, journal: &Journal) -> Result<()> {
		let parts = self.parts.iter().map(|(part, ..)| *part).collect::<Vec<_>>();
		journal.mark_shown(self.training, &self.hidden, &parts)?;
		let ipfs = Ipfs::for_files(&context.settings.ipfs_api.value)?;
		for file in &self.files {
			ipfs.add(file.clone()).await?;
		}
		Ok(())
	}

	pub fn call(&self) -> impl Payload {
		calls::reveal_test_set(self.training, &self.parts)
	}

	pub fn shown(&self) -> Vec<Part> {
		self.parts.iter().map(|(part, cid, _)| Part { part: *part, location: cid.to_string() }).collect()
	}
}

/// The test set that the journal has for a session.
pub fn remembered_test_set(journal: &Journal, training: u32, hidden: &[Option<Hash>]) -> Result<TestSet> {
	journal.test_set(training, hidden)?.ok_or_else(|| {
		let message =
			format!("this home does not know the test set of session {training}: it was opened in another one");
		Failure::account(message).help(format!(
			"`learnware training reveal-test-set {training} TEST_FILE..` with the files that it was opened with"
		))
	})
}

/// A part of a test set that was shown.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
	part: u32,
	location: String,
}

fn mismatch(training: u32, index: u32) -> Failure {
	Failure::input(format!("part {index} is not the one that session {training} was opened with"))
		.help("give the very files, in their order and with the same --parts, as the account that opened it; nothing was sent")
}

/// A lesson that is due, with what opens its commitment.
pub struct Lesson {
	subject: Subject,
	training: u32,
	pub cid: Cid,
	salt: Salt,
	file: Vec<u8>,
}

impl Lesson {
	/// From the journal.
	pub fn remembered(journal: &Journal, signer: &Signer, chain: &Chain, details: &Details) -> Result<Self> {
		let subject = subject(details);
		let cid = remembered(journal, subject, &due_lesson(signer, details)?)?.cid;
		Self::new(signer, chain, details, cid, journal.kept_file(&cid)?)
	}

	/// From the file.
	fn found(signer: &Signer, chain: &Chain, details: &Details, path: &Path) -> Result<Self> {
		let file = read(path, MAX_LESSON_BYTES)?;
		let lesson = Self::new(signer, chain, details, cid_of_file(&file)?, file)?;
		let Subject::Lesson { training, epoch } = lesson.subject else { return Ok(lesson) };
		let (who, location) = (&signer.account.0, lesson.cid.to_bytes());
		let opened = commitment::lesson(&chain.genesis, training, epoch, who, &location, &lesson.salt);
		match opened == due_lesson(signer, details)? {
			true => Ok(lesson),
			false => Err(Failure::input(format!("{} is not what was committed to session {training}", path.display()))
				.help("give the very file that was committed, byte by byte")),
		}
	}

	fn new(signer: &Signer, chain: &Chain, details: &Details, cid: Cid, file: Vec<u8>) -> Result<Self> {
		let (training, epoch) = (details.training.training, details.training.epoch);
		let salt = *signer.root.lesson_salt(&chain.genesis, training, epoch);
		Ok(Self { subject: subject(details), training, cid, salt, file })
	}

	/// Puts it where scorers find it.
	pub async fn publish(&self, context: &Context) -> Result<()> {
		Ipfs::for_files(&context.settings.ipfs_api.value)?.add(self.file.clone()).await.map(|_| ())
	}

	pub fn call(&self) -> impl Payload {
		calls::reveal_lesson(self.training, &self.cid, self.salt)
	}

	/// Notes that the reveal is in a block.
	pub fn done(&self, journal: &Journal) -> Result<()> {
		journal.mark(self.subject, Status::Revealed)
	}
}

fn subject(details: &Details) -> Subject {
	Subject::Lesson { training: details.training.training, epoch: details.training.epoch }
}

/// The commitment of the account's lesson, if it is to be revealed now.
fn due_lesson(signer: &Signer, details: &Details) -> Result<Hash> {
	details.due_lesson(&signer.account.to_string()).ok_or_else(|| {
		Failure::input(format!("this account has no lesson of session {} to reveal now", details.training.training))
	})
}

/// Shows the parts of a test set that are due.
pub fn test_set(context: &Context, training: u32, paths: &[PathBuf], parts: Option<u32>, when_due: bool) -> Result<()> {
	let files = match paths {
		[] => None,
		paths => Some(read_test_set(paths, parts)?),
	};
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let (mut details, now) = super::live(context, &chain, training)?;
	if details.training.student != signer.account.to_string() {
		return Err(words::not_student(training, &details.training.student));
	}
	if when_due && details.due_parts().is_empty() {
		let mut wait = WhenDue { training, details: None, is_over: false };
		let _progress = context.output.progress("Waiting until a part of the test set is due");
		context.block_on(follow(context, chain.clone(), &mut wait))?;
		details = wait.details.ok_or_else(|| words::unknown(training))?;
	}
	check_due(&chain, &details, now)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let parts = match &files {
		Some(files) => Parts::found(&signer, &chain, &details, files)?,
		None => Parts::remembered(&journal, &signer, &chain, &details)?,
	};
	let shown = parts.shown();
	let review = Review::of(format!("Show {} of the test set of session {training}", words_for(shown.len())));
	if !signing::review(context, &chain, &signer, &parts.call(), &review)? {
		return Ok(());
	}
	context.block_on(parts.publish(context, &journal))?;
	let receipt = signing::send(context, &chain, &signer, &parts.call())?.receipt;
	context.output.data(&TestSetRevealed { training, parts: shown, receipt });
	Ok(())
}

fn words_for(parts: usize) -> String {
	crate::words::count(parts, "part")
}

/// Tells what the chain would refuse.
fn check_due(chain: &Chain, details: &Details, now: u32) -> Result<()> {
	let (number, why) = (details.training.training, reason(details, now, chain));
	if !details.due_parts().is_empty() {
		return Ok(());
	}
	Err(match details.training.stage {
		// In the block of its opening, the draw is not made yet.
		Stage::Show { .. } => {
			words::refusal("TooEarly", why, "the part is drawn in the next block: try again, or --when-due")
		},
		Stage::Commit { .. } | Stage::Reveal { .. } => words::refusal(
			"TooEarly",
			why,
			format!("--when-due waits; `learnware training watch {number}` does it by itself when it is time"),
		),
		// All that is due is shown; or nothing is any more.
		Stage::Test { .. } | Stage::Score { .. } | Stage::Unrevealed | Stage::Overdue { .. } => {
			words::refusal("TooLate", why, words::too_late_to_show(&details.training))
		},
	})
}

/// Waits until a part of a test set is due, or the session is over.
struct WhenDue {
	training: u32,
	details: Option<Details>,
	is_over: bool,
}

impl Watcher for WhenDue {
	async fn connected(&mut self, chain: &Chain) -> Result<()> {
		let at = chain.best().await?;
		self.best(chain, &at).await
	}

	async fn best(&mut self, _: &Chain, at: &At) -> Result<()> {
		let details = at.training(self.training).await?;
		self.is_over = details.as_ref().is_none_or(|details| matches!(details.training.stage, Stage::Overdue { .. }));
		self.details = details.filter(|details| !details.due_parts().is_empty());
		Ok(())
	}

	async fn finalized(&mut self, _: &Chain, _: &At) -> Result<()> {
		Ok(())
	}

	fn end(&mut self) -> Option<Result<()>> {
		(self.is_over || self.details.is_some()).then_some(Ok(()))
	}
}

/// Reveals the account's lessons that are due, or one.
pub fn lessons(context: &Context, wanted: Option<u32>, path: Option<&Path>) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let me = signer.account.to_string();
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let (taught, now) = context.block_on(async {
		let at = chain.best().await?;
		let mut taught = Vec::new();
		for training in at.taught_by(signer.account).await? {
			if wanted.is_none_or(|wanted| wanted == training) {
				taught.extend(at.training(training).await?);
			}
		}
		Ok((taught, at.number()))
	})?;
	if let (Some(wanted), true) = (wanted, taught.is_empty()) {
		let message = format!("this account has no lesson in the present epoch of session {wanted}");
		return Err(words::refusal("NotCommitted", message, "`learnware training show SESSION` shows who has"));
	}
	let mut revealed = Vec::new();
	for details in taught {
		if details.due_lesson(&me).is_none() {
			match wanted {
				Some(_) => return Err(not_due(&chain, &details, &me, now)),
				None => continue,
			}
		}
		let lesson = match path {
			Some(path) => Lesson::found(&signer, &chain, &details, path)?,
			None => Lesson::remembered(&journal, &signer, &chain, &details)?,
		};
		let training = details.training.training;
		let review = Review::of(format!("Reveal the lesson of session {training}: {}", lesson.cid));
		if !signing::review(context, &chain, &signer, &lesson.call(), &review)? {
			continue;
		}
		context.block_on(lesson.publish(context))?;
		let receipt = signing::send(context, &chain, &signer, &lesson.call())?.receipt;
		lesson.done(&journal)?;
		if let Some(why) = context.block_on(async { missing(context, &lesson.cid).await })? {
			context.output.warn(why);
		}
		revealed.push(LessonRevealed { training, location: lesson.cid.to_string(), receipt });
	}
	if revealed.is_empty() && !context.dry_run {
		context.output.note("nothing is to be revealed now");
	}
	if !context.dry_run {
		context.output.data(&AllRevealed(revealed));
	}
	Ok(())
}

/// Tells when a revealed lesson can't be fetched: scorers could not either, and the deposit would be lost.
pub async fn missing(context: &Context, cid: &Cid) -> Result<Option<String>> {
	let why = not_on_ipfs(&Ipfs::for_files(&context.settings.ipfs_api.value)?, cid).await;
	Ok(why.map(|why| format!("the lesson can't be fetched, and what scorers can't fetch costs the deposit: {why}")))
}

fn not_due(chain: &Chain, details: &Details, me: &str, now: u32) -> Failure {
	let why = reason(details, now, chain);
	match (details.training.stage, details.lesson_of(me).map(|lesson| &lesson.state)) {
		(_, Some(Disclosure::Revealed { .. })) => words::refusal(
			"AlreadyRevealed",
			format!("the lesson of session {} is revealed already", details.training.training),
			"`learnware training watch` waits for what becomes of it",
		),
		(Stage::Show { .. } | Stage::Commit { .. } | Stage::Reveal { .. }, _) => {
			words::refusal("TooEarly", why, "`learnware training watch` reveals by itself when it is time")
		},
		// Whatever the end, the deposit of a lesson that was not revealed is slashed.
		(Stage::Test { .. } | Stage::Score { .. } | Stage::Unrevealed | Stage::Overdue { .. }, _) => {
			words::refusal("TooLate", why, "the deposit is lost; let `learnware training watch` run next time")
		},
	}
}

#[derive(Serialize)]
struct TestSetRevealed {
	training: u32,
	parts: Vec<Part>,
	receipt: Receipt,
}

impl fmt::Display for TestSetRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (count, block) = (words_for(self.parts.len()), self.receipt.block);
		write!(f, "showed {count} of the test set of session {} in block {block}", self.training)?;
		self.parts.iter().try_for_each(|Part { part, location }| write!(f, "\n  part {part}: {location}"))
	}
}

#[derive(Serialize)]
struct LessonRevealed {
	training: u32,
	location: String,
	receipt: Receipt,
}

#[derive(Serialize)]
#[serde(transparent)]
struct AllRevealed(Vec<LessonRevealed>);

impl fmt::Display for AllRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let lines = self.0.iter().map(|LessonRevealed { training, location, receipt }| {
			format!("revealed the lesson of session {training} in block {}: {location}", receipt.block)
		});
		f.write_str(&lines.collect::<Vec<_>>().join("\n"))
	}
}
