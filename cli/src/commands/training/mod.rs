//! `learnware training`.

mod fetch;
pub mod npy;
mod open;
mod plot;
mod reveal;
mod show;
mod shown;
mod teach;
mod test_set;
mod watch;

use reveal::{missing, remembered_test_set, Lesson, Part, Parts};
use show::{print_end, print_epoch};

use super::{
	signing::{self, connect, Review},
	Context,
};
use crate::{
	args,
	chain::{calls, Chain, Receipt},
	error::{Failure, Kind, Result},
	files::read_limited,
	journal::{Journal, Status, Subject},
	keystore::Signer,
	training::{Details, End, Stage},
	words::training as words,
};
use serde::Serialize;
use std::{fmt, path::Path};
use subxt::tx::Payload;

pub fn run(context: &Context, command: args::Training) -> Result<()> {
	match command {
		args::Training::Open(command) => open::run(context, &command),
		args::Training::RevealTestSet { training, files, parts, when_due } => {
			reveal::test_set(context, training, &files, parts, when_due)
		},
		args::Training::List => show::list(context),
		args::Training::Show { training, plot } => show::run(context, training, plot.as_deref()),
		args::Training::Teach(command) => teach::run(context, &command),
		args::Training::Reveal { training, lesson } => reveal::lessons(context, training, lesson.as_deref()),
		args::Training::Withdraw { training } => withdraw(context, training),
		args::Training::Watch { training, forever } => watch::trainings(context, training, forever),
		args::Training::Close { training } => close(context, training),
		args::Training::Resolve { training } => resolve(context, training),
		args::Training::Fetch { training, learnware, shown, output } => {
			let what = match (learnware, shown) {
				(true, _) => fetch::What::Learnware,
				(_, true) => fetch::What::Shown,
				_ => fetch::What::State,
			};
			fetch::run(context, training, what, output.as_deref())
		},
	}
}

/// A session that is on, and the newest block.
fn live(context: &Context, chain: &Chain, training: u32) -> Result<(Details, u32)> {
	context.block_on(async {
		let at = chain.best().await?;
		let details = at.training(training).await?.ok_or_else(|| words::unknown(training))?;
		Ok((details, at.number()))
	})
}

/// Where a session is, as the reason why something can't be done.
fn reason(details: &Details, now: u32, chain: &Chain) -> String {
	format!("session {}: {}", details.training.training, words::stage(&details.training.stage, now, chain))
}

/// Reads a file that may not be larger than `limit`.
fn read(path: &Path, limit: u32) -> Result<Vec<u8>> {
	let bytes = read_limited(path, limit).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	match bytes.len() {
		0 => Err(Failure::input(format!("{} is empty", path.display()))),
		size if size > limit as usize => {
			Err(Failure::input(format!("{} is larger than {} MiB", path.display(), limit >> 20))
				.help("scorers do not fetch it; nothing was sent"))
		},
		_ => Ok(bytes),
	}
}

fn withdraw(context: &Context, training: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let (details, now) = live(context, &chain, training)?;
	if details.lesson_of(&signer.account.to_string()).is_none() {
		let message = format!("this account has no lesson in the present epoch of session {training}");
		return Err(words::refusal("NotCommitted", message, "`learnware training show SESSION` shows who has"));
	}
	if !matches!(details.training.stage, Stage::Commit { .. }) {
		let help = match details.training.stage {
			Stage::Reveal { .. } => "reveal the lesson: `learnware training watch`",
			_ => "`learnware training watch` waits for what becomes of it",
		};
		return Err(words::refusal("TooLate", reason(&details, now, &chain), help));
	}
	let review = Review::of(format!("Take the lesson of session {training} back"));
	let done = Done { training, word: "took back the lesson of" };
	if act(context, &chain, &signer, done, &calls::withdraw_lesson(training), &review)? {
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		journal.mark(Subject::Lesson { training, epoch: details.training.epoch }, Status::Withdrawn)?;
	}
	Ok(())
}

fn close(context: &Context, training: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let (details, now) = live(context, &chain, training)?;
	if details.training.student != signer.account.to_string() {
		return Err(words::not_student(training, &details.training.student));
	}
	let may_end = matches!(details.training.stage, Stage::Commit { .. } | Stage::Overdue { end: Some(End::NoLessons) });
	if !may_end || !details.lessons.is_empty() {
		let help = match details.training.stage {
			Stage::Show { .. } => format!("`learnware training reveal-test-set {training}` shows the drawn part"),
			_ => format!("`learnware training watch {training}` waits until the lessons are settled"),
		};
		return Err(words::refusal("HasLessons", reason(&details, now, &chain), help));
	}
	let review = Review::of(format!("End session {training}"));
	let done = Done { training, word: "closed" };
	if act(context, &chain, &signer, done, &calls::close_training(training), &review)? {
		let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
		journal.mark_test_set_of(training, Status::Resolved)?;
	}
	Ok(())
}

fn resolve(context: &Context, training: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let review = Review::of(format!("Resolve session {training}; the fee comes back if there is something to do"));
	let done = Done { training, word: "resolved" };
	act(context, &chain, &signer, done, &calls::resolve_training(training), &review).map(|_| ())
}

/// Whether it was sent.
fn act(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	done: Done,
	call: &impl Payload,
	review: &Review,
) -> Result<bool> {
	let send = signing::review(context, chain, signer, call, review)?;
	if send {
		let receipt = signing::send(context, chain, signer, call)?.receipt;
		context.output.data(&Acted { done, receipt });
	}
	Ok(send)
}

/// What a transaction does to a session.
#[derive(Serialize)]
struct Done {
	training: u32,
	#[serde(skip)]
	word: &'static str,
}

#[derive(Serialize)]
struct Acted {
	#[serde(flatten)]
	done: Done,
	receipt: Receipt,
}

impl fmt::Display for Acted {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} session {} in block {}", self.done.word, self.done.training, self.receipt.block)
	}
}
