//! `learnware train --local`: a training session without a chain.

use super::{
	trial::{compile, failure},
	Context,
};
use crate::{
	args::Train,
	error::{Failure, Kind, Result},
	output::table,
	words,
};
use learnware_engine::{Limits, Score, Session, Step, Usage};
use learnware_primitives::training::{Part, Trap, FUEL_UNIT};
use serde::Serialize;
use std::{
	fmt, fs,
	path::{Path, PathBuf},
	time::Instant,
};

pub fn run(context: &Context, args: &Train) -> Result<()> {
	let progress = context.output.progress("compiling");
	let start = Instant::now();
	let name = args.learnware.display().to_string();
	let learnware = compile(&name, &read(&args.learnware)?)?;
	let compile_seconds = start.elapsed().as_secs_f64();
	let (test, lessons) = (read_all(&args.test)?, read_all(&args.lessons)?);
	let from = args.from.as_deref().map(read).transpose()?;
	let session = Session::begin(&learnware, &test, from, limits(args));
	let mut session = session.map_err(|(part, fault)| {
		let help = match part {
			Part::State => "it does not take the state: is it one that this learnware has saved?",
			Part::Learnware | Part::TestSet => {
				"it could not be scored even before the first lesson: is the test one for it?"
			},
		};
		failure(&name, &fault).help(help)
	})?;
	let before = session.score();
	let mut steps = Vec::new();
	for (path, lesson) in args.lessons.iter().zip(&lessons) {
		progress.says(format!("lesson {} of {}", steps.len() + 1, lessons.len()));
		let start = Instant::now();
		let step = session.teach(lesson).map_err(|fault| failure(&name, &fault))?;
		steps.push(Lesson::new(path, step, start.elapsed().as_secs_f64()));
	}
	drop(progress);
	let state = session.into_state();
	if let Some(path) = &args.output {
		fs::write(path, &state).map_err(|error| Failure::file(Kind::Usage, "write", path, &error))?;
	}
	context.output.data(&Report { before, steps, state_bytes: state.len(), compile_seconds });
	Ok(())
}

fn limits(args: &Train) -> Limits {
	Limits { fuel: args.fuel * FUEL_UNIT, memory: args.memory << 20, state: args.state << 20 }
}

fn read_all(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
	paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>> {
	fs::read(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))
}

/// What is printed; names are part of the interface.
#[derive(Serialize)]
struct Report {
	before: Score,
	steps: Vec<Lesson>,
	state_bytes: usize,
	compile_seconds: f64,
}

#[derive(Serialize)]
struct Lesson {
	lesson: String,
	score: Option<Score>,
	kept: bool,
	#[serde(skip_serializing_if = "Option::is_none")]
	bad: Option<Trap>,
	#[serde(skip_serializing_if = "Option::is_none")]
	detail: Option<String>,
	#[serde(flatten)]
	usage: Usage,
	/// Of teaching and scoring.
	seconds: f64,
}

impl Lesson {
	fn new(path: &Path, step: Step, seconds: f64) -> Self {
		let (score, bad, detail) = match step.score {
			Ok(score) => (Some(score), None, None),
			Err((bad, detail)) => (None, Some(bad), Some(detail)),
		};
		Self { lesson: path.display().to_string(), score, kept: step.kept, bad, detail, usage: step.usage, seconds }
	}

	fn row(&self) -> [String; 6] {
		let used = |number: u64, unit: u64| match self.bad {
			Some(_) => String::new(),
			None => format!("{:.1}", number as f64 / unit as f64),
		};
		[
			self.lesson.clone(),
			self.score.map_or(String::new(), words::training::percent),
			used(self.usage.fuel, 1_000_000_000),
			used(self.usage.memory, 1 << 20),
			format!("{:.2}", self.seconds),
			self.remark(),
		]
	}

	fn remark(&self) -> String {
		match (&self.bad, &self.detail, self.kept) {
			(Some(bad), Some(detail), _) => format!("changes nothing: {bad} ({detail})"),
			(_, _, false) => "left out: it knew more before".into(),
			_ => String::new(),
		}
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let before =
			["".into(), words::training::percent(self.before), "".into(), "".into(), "".into(), "before".into()];
		let rows = [before].into_iter().chain(self.steps.iter().map(Lesson::row));
		writeln!(f, "{}", table(["lesson", ">score", ">fuel (billion)", ">MiB", ">seconds", ""], rows))?;
		write!(f, "{} questions; the state has {} bytes", self.before.total, self.state_bytes)
	}
}
