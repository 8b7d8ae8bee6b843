//! `learnware training teach`.

use super::{
	super::{
		commitment::{commit, Secret},
		signing::{self, connect, Advice, Case, Hold, Review},
		trial::{compile, failure, Trial},
		Context,
	},
	live, read, reason, words,
};
use crate::{
	amount::Amount,
	args::Teach,
	chain::{calls, Chain, Receipt},
	error::{Failure, Result},
	ipfs::{cid_of_file, parse_cid, Ipfs},
	journal::{Journal, Subject},
	training::{Details, Stage},
};
use learnware_primitives::{
	commitment,
	training::{Mode, MAX_LESSON_BYTES},
};
use serde::Serialize;
use std::{fmt, path::Path};

/// Tries the lesson before anything else, keeps it where it is found when it is time, writes down how to reveal it, and
/// only then commits to it. It is not on IPFS before its reveal: whoever got hold of its CID could teach it as well.
pub fn run(context: &Context, args: &Teach) -> Result<()> {
	let lesson = read(&args.lesson, MAX_LESSON_BYTES)?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	let (details, now) = live(context, &chain, args.training)?;
	check(&chain, &details, &signer.account.to_string(), now)?;
	let trial = match args.no_trial {
		true => None,
		false => Some(rehearse(context, &details, &lesson)?),
	};
	let estimate = trial.as_ref().map(|trial| Estimate::of(&details, trial));
	if let (Some(trial), false) = (&trial, args.force) {
		refuse_useless(trial, &args.lesson)?;
	}

	let (training, epoch, cid) = (args.training, details.training.epoch, cid_of_file(&lesson)?);
	let salt = signer.root.lesson_salt(&chain.genesis, training, epoch);
	let location = cid.to_bytes();
	let commitment = commitment::lesson(&chain.genesis, training, epoch, &signer.account.0, &location, &salt);
	let secret = Secret { subject: Subject::Lesson { training, epoch }, cid, salt, commitment };
	let review = review(&chain, &details, trial.as_ref(), estimate.as_ref());
	let call = calls::commit_lesson(training, commitment);
	let keep = |journal: &Journal| journal.keep_file(&cid, &lesson);
	let Some((included, journal)) = commit(context, &chain, &signer, &secret, (&call, &review), keep)? else {
		return Ok(());
	};
	if included.epoch().is_some_and(|committed| committed != epoch) {
		let message = format!("session {training} went on to its next epoch before the lesson got into a block");
		let help = format!("it can't be revealed there: `learnware training withdraw {training}`, then teach it again");
		return Err(words::refusal("TooLate", message, help));
	}
	let until = if let Stage::Commit { until } = details.training.stage { until } else { now };
	context.output.data(&Committed {
		training,
		epoch,
		account: signer.account.to_string(),
		location: cid.to_string(),
		commitment: format!("0x{}", hex::encode(commitment)),
		deposit: details.training.terms.deposit,
		trial,
		reveal_from: until,
		reveal_until: until.saturating_add(details.training.terms.reveal_period),
		journal: journal.display().to_string(),
		receipt: included.receipt,
		chain: &chain,
	});
	Ok(())
}

/// Tells what the chain would refuse.
fn check(chain: &Chain, details: &Details, account: &str, now: u32) -> Result<()> {
	let number = details.training.training;
	match details.training.stage {
		Stage::Commit { .. } => {},
		Stage::Show { .. } => {
			return Err(words::refusal("TooEarly", reason(details, now, chain), "try again when it is"))
		},
		_ => {
			let help = "`learnware training list` shows the sessions that take lessons";
			return Err(words::refusal("TooLate", reason(details, now, chain), help));
		},
	}
	if details.lesson_of(account).is_some() {
		let message = format!("this account has committed a lesson to this epoch of session {number} already");
		let help = format!("`learnware training withdraw {number}` takes it back");
		return Err(words::refusal("AlreadyCommitted", message, help));
	}
	Ok(())
}

/// Teaches the lesson here, and scores the learnware on the part that is shown.
fn rehearse(context: &Context, details: &Details, lesson: &[u8]) -> Result<Trial> {
	let progress = context.output.progress("Fetching the learnware");
	let ipfs = Ipfs::for_files(&context.settings.ipfs_api.value)?;
	let fetch = |what: &str, location: &str| {
		progress.says(format!("Fetching {what}"));
		let fetched = parse_cid(location).and_then(|cid| context.block_on(ipfs.fetch(&cid)));
		fetched.map_err(|failure| {
			let message = format!("{what} can't be fetched: {}", failure.message);
			Failure { message, ..failure }.help("try again, or teach without trying: --no-trial")
		})
	};
	let training = &details.training;
	let module = fetch("the learnware", &training.learnware)?;
	let state = training.state.as_ref().map(|state| fetch("what the learnware knows", state)).transpose()?;
	let shown = details.shown().ok_or_else(|| Failure::input("no part of the test set is shown yet"))?;
	let shown = fetch("the shown part of the test set", shown)?;
	progress.says("Trying the lesson");
	let name = format!("the learnware of session {}", training.training);
	let learnware = compile(&name, &module)?;
	Trial::run(&learnware, state, lesson, shown, &training.terms.limits)
		.map_err(|fault| failure(&name, &fault).help("it could not be scored even before the lesson: do not teach it"))
}

/// A lesson that would bring nothing is not sent.
fn refuse_useless(trial: &Trial, path: &Path) -> Result<()> {
	let failure = match (&trial.bad, trial.after) {
		(Some(bad), _) => {
			let detail = trial.detail.as_deref().unwrap_or_default();
			Failure::input(format!("{}: the learnware can't be taught this: {bad} ({detail})", path.display()))
		},
		(None, Some(after)) if trial.is_worse() => Failure::input(format!(
			"{} makes the learnware worse on the shown part: {} before, {} after",
			path.display(),
			words::score(trial.before),
			words::score(after)
		)),
		_ => return Ok(()),
	};
	Err(failure.details(trial).help("nothing was sent; --force teaches it all the same"))
}

/// What the curve gives or takes for what the lesson did on the shown part.
struct Estimate {
	payment: i128,
	/// Of the test set.
	parts: u32,
}

impl Estimate {
	fn of(details: &Details, trial: &Trial) -> Self {
		let training = &details.training;
		let after = trial.after.unwrap_or(trial.before);
		let payment = training.curve.payment(training.budget.0, trial.before.into(), after.into());
		Self { payment, parts: training.parts }
	}
}

fn review(chain: &Chain, details: &Details, trial: Option<&Trial>, estimate: Option<&Estimate>) -> Review {
	let training = &details.training;
	let deposit = training.terms.deposit;
	let lost = match training.terms.mode {
		Mode::Earn => "not revealed in time, or scorers can't fetch it",
		Mode::EarnOrPay => "not revealed in time, scorers can't fetch it, or it makes the learnware much worse",
	};
	let mut advice = Vec::new();
	if let Some((trial, after)) = trial.and_then(|trial| Some((trial, trial.after?))) {
		let (before, after) = (words::score(trial.before), words::score(after));
		let fuel =
			format!("{:.1} of {} billion instructions", trial.usage.fuel as f64 / 1e9, training.terms.limits.fuel);
		let what = format!("{before} before, {after} after, on the shown part; {fuel}");
		advice.push(Advice { about: "trial", amount: Amount(0), what });
	}
	let mut best = None;
	if let Some(Estimate { payment, parts }) = estimate {
		let amount = Amount(payment.unsigned_abs());
		let such = chain.format(amount);
		let others = format!("an estimate: it is scored on the others of {parts} parts, after the lessons before it");
		match (payment, training.terms.mode) {
			(0.., _) => best = Some(Case { amount, what: format!("such a rise earns {such}; {others}") }),
			(_, Mode::EarnOrPay) => {
				let what = format!("such a fall costs {}; {others}", chain.format(amount.min(deposit)));
				advice.push(Advice { about: "fall", amount: amount.min(deposit), what });
			},
			(_, Mode::Earn) => advice.push(Advice {
				about: "fall",
				amount: Amount(0),
				what: format!("such a fall earns nothing; {others}"),
			}),
		}
	}
	Review {
		holds: vec![Hold { what: "deposit", amount: deposit }],
		best,
		worst: Some(Case { amount: deposit, what: format!("{lost}: {} lost", chain.format(deposit)) }),
		advice,
		trial: trial.and_then(|trial| serde_json::to_value(trial).ok()),
		asks: true,
		..Review::of(format!("Commit a lesson to session {}", training.training))
	}
}

#[derive(Serialize)]
struct Committed<'a> {
	training: u32,
	epoch: u32,
	account: String,
	location: String,
	commitment: String,
	deposit: Amount,
	/// On the shown part; none if it was not tried.
	trial: Option<Trial>,
	/// Block at which the reveal phase starts at the latest.
	reveal_from: u32,
	/// First block in which it is too late to reveal, at the latest.
	reveal_until: u32,
	journal: String,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Committed<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (block, chain) = (self.receipt.block, self.chain);
		let wait = self.reveal_from.saturating_sub(block);
		writeln!(f, "committed a lesson to session {} in block {block}: {}", self.training, self.location)?;
		if let Some(Trial { before, after: Some(after), .. }) = &self.trial {
			writeln!(f, "on the shown part: {} before, {} after", words::score(*before), words::score(*after))?;
		}
		writeln!(f, "{} held; fee {}", chain.format(self.deposit), chain.format(self.receipt.fee))?;
		writeln!(
			f,
			"to be revealed in {}, or as soon as no place is left: `learnware training watch` does it",
			crate::words::blocks(wait, chain)
		)?;
		write!(f, "keep the lesson's file and a copy of {}", self.journal)
	}
}
