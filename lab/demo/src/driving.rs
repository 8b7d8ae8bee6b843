//! Crowd learning on the chain: contributors correct a car that learns to steer, and each correction is scored, paid or
//! charged before the next.

use crate::{
	json::{id, smallest_units},
	players::{text, Progress, PLAYERS, PROVIDER},
	tool::Tool,
	training::{wait_for_commit, LessonResult},
	Error, Result, PATIENCE,
};
use learnware_driving::{distance, test_parts, Crowd, Entry, History, Terms, UNIT};
use learnware_engine::Engine;
use learnware_primitives::training::{
	curve::{Curve, Ratio},
	Limits,
};
use serde_json::Value;
use std::{
	fs,
	num::NonZeroUsize,
	path::Path,
	sync::mpsc::{channel, Receiver, Sender},
	thread::scope,
};

const TERMS: Terms = Terms::EXAMPLE;
const SEED: u64 = 1;

/// What became of the driver.
pub struct Drive {
	/// Score, distance and payments over time, in blocks.
	pub history: History,
	/// For each lesson, blocks from its commitment to its settlement.
	pub blocks: Vec<u32>,
	/// What the driver knew before the first lesson and after the last.
	pub states: [Vec<u8>; 2],
	/// How the session ended, as the student's watch tells it.
	pub end: Value,
}

/// Lets a crowd of six teach `lessons` lessons, in turns, to a driver of the module `learnware`.
pub fn run(tool: &Tool, folder: &Path, learnware: &Path, lessons: u32, tell: &Sender<Progress>) -> Result<Drive> {
	let student = tool.as_account(PROVIDER);
	let number = open(&student, folder, learnware, lessons)?.to_string();
	let says = |words: String| {
		// Nobody listens any more when the session was given up.
		let _ = tell.send(Progress::Says(words));
	};
	says(format!(
		"session {number} opened: {} tokens; a lesson costs at most {}",
		TERMS.budget / UNIT,
		TERMS.deposit / UNIT
	));
	let first = initial(learnware)?;
	let mut crowd = Crowd::example(SEED);
	let names: Vec<_> = crowd.contributors().iter().map(|contributor| contributor.name.clone()).collect();
	let mut history = History {
		contributors: names.clone(),
		balance: TERMS.balance,
		distance: distance(&first).map_err(Error::new)?,
		time: "block".into(),
		entries: Vec::new(),
	};
	let (sender, events) = channel();
	let watch = student.watch(&["training", "watch", &number])?;
	let (process, told) = watch.split();
	scope(|scope| {
		// It reveals the test set, and ends with the session, or when this does.
		let _process = process;
		scope.spawn(move || told.for_each(|event| drop(sender.send(event))));
		let (mut state, mut blocks, mut start) = (first.clone(), Vec::new(), None);
		let turns = (0..lessons).zip(names.iter().zip(PLAYERS).enumerate().cycle());
		for (lesson, (contributor, (name, account))) in turns {
			let round = lesson / names.len() as u32;
			let tutor = Tutor { tool: tool.as_account(account), training: &number, folder };
			let (committed, settled) = tutor.teach(&crowd.lesson(contributor, &state, round).map_err(Error::new)?)?;
			state = fetch(&student, &number, folder)?;
			let start = *start.get_or_insert(committed);
			let entry =
				Entry { distance: distance(&state).map_err(Error::new)?, ..entry(&settled, contributor, start)? };
			blocks.push((start + entry.time).saturating_sub(committed));
			says(line(name, &entry));
			history.entries.push(entry);
		}
		let end = next(&events, "closed")?;
		Ok(Drive { history, blocks, states: [first, state], end })
	})
}

/// Opens a session in which each lesson is scored by itself. One part of the test set is shown, each other is for one lesson.
fn open(student: &Tool, folder: &Path, learnware: &Path, lessons: u32) -> Result<u32> {
	let mut files = Vec::new();
	for (part, bytes) in test_parts(SEED, lessons as usize + 1).into_iter().enumerate() {
		let file = folder.join(format!("part-{part}.npy"));
		fs::write(&file, bytes)?;
		files.push(file);
	}
	let Limits { fuel, memory, state } = TERMS.limits;
	let [fuel, memory, state] = [fuel, memory >> 20, state >> 20].map(|limit| limit.to_string());
	let (budget, deposit) = (TERMS.budget.to_string(), TERMS.deposit.to_string());
	let Curve::Logarithmic { min, mid, max } = TERMS.curve else { return Err(Error::new("another curve")) };
	let [min, mid, max] = [min, mid, max].map(|bound| bound.to_string());
	let mut arguments = vec!["training", "open", text(learnware)?];
	arguments.extend(files.iter().map(|file| text(file)).collect::<Result<Vec<_>>>()?);
	arguments.extend(["--settlement", "per-step", "--mode", "earn-or-pay", "--max-lessons", "1", "--budget", &budget]);
	arguments.extend(["--curve", "logarithmic", "--min", &min, "--mid", &mid, "--max", &max]);
	arguments.extend(["--deposit", &deposit, "--fuel", &fuel, "--memory", &memory, "--state", &state]);
	arguments.extend(["--commit-period", "600", "--reveal-period", "60", "--test-period", "60", "--wait", "best"]);
	id(&student.run(&arguments)?, "training")
}

/// What the module knows at first.
fn initial(learnware: &Path) -> Result<Vec<u8>> {
	let engine = Engine::new(NonZeroUsize::MIN, None).map_err(Error::new)?;
	let module = engine.compile(&fs::read(learnware)?).map_err(Error::new)?;
	Ok(module.initial(TERMS.limits.into()).map_err(Error::new)?.state)
}

/// What the driver knows now.
fn fetch(tool: &Tool, training: &str, folder: &Path) -> Result<Vec<u8>> {
	let file = folder.join("state");
	tool.run(&["training", "fetch", training, "--output", text(&file)?])?;
	Ok(fs::read(file)?)
}

/// Somebody with a lesson.
struct Tutor<'a> {
	tool: Tool,
	training: &'a str,
	folder: &'a Path,
}

impl Tutor<'_> {
	/// Commits to a lesson, reveals it when it is time, and waits until it is settled: the block of its commitment, and
	/// what became of it.
	fn teach(&self, lesson: &[u8]) -> Result<(u32, Value)> {
		let file = self.folder.join("lesson.npy");
		fs::write(&file, lesson)?;
		wait_for_commit(&self.tool, self.training)?;
		// The noisy and the saboteur teach what a trial would refuse.
		let teach = ["training", "teach", self.training, text(&file)?, "--no-trial", "--wait", "best"];
		let taught = self.tool.run(&teach)?;
		for event in self.tool.watch(&["training", "watch", self.training])? {
			let event = event?;
			if event["event"] == "epoch_settled" && event["epoch"] == taught["epoch"] {
				return Ok((id(&taught["receipt"], "block")?, event));
			}
		}
		Err(Error::new("a tutor's watch ended before its lesson was settled"))
	}
}

/// The next event of that name.
fn next(events: &Receiver<Result<Value>>, name: &str) -> Result<Value> {
	loop {
		let event =
			events.recv_timeout(PATIENCE).map_err(|error| Error(format!("waiting for `{name}`: {error}")))??;
		if event["event"] == name {
			return Ok(event);
		}
	}
}

/// From the event of an epoch with one lesson; the distance is to be added.
fn entry(settled: &Value, contributor: usize, start: u32) -> Result<Entry> {
	let lesson: LessonResult = serde_json::from_value(settled["lessons"][0].clone())
		.map_err(|error| Error(format!("no lesson in {settled}: {error}")))?;
	let (Some(before), Some(after)) = (lesson.before, lesson.after) else {
		return Err(Error(format!("the lesson was not scored: {settled}")));
	};
	let signed = |text: &str| Ok::<_, Error>(smallest_units(text)? as i128);
	Ok(Entry {
		time: id(settled, "block")?.saturating_sub(start),
		contributor,
		before: Ratio::new(before.correct, before.total),
		after: Ratio::new(after.correct, after.total),
		paid: signed(&lesson.paid)? - signed(&lesson.charged)?,
		distance: 0.0,
	})
}

fn line(name: &str, entry: &Entry) -> String {
	let percent = |score: Ratio| 100.0 * f64::from(score.numerator) / f64::from(score.denominator);
	format!(
		"block {:>4}  {name:<9}  {:5.1} -> {:5.1} %  {:>+8.2} tokens  {:.2} laps",
		entry.time,
		percent(entry.before),
		percent(entry.after),
		entry.paid as f64 / UNIT as f64,
		entry.distance
	)
}
