//! A training session: a student, its tutors, and what each was paid for what the model learned.

use crate::{
	json::{id, smallest_units},
	players::{amount, join, text, Progress, PLAYERS, PROVIDER},
	tool::{Events, Tool},
	Error, Result, PATIENCE,
};
use serde::{Deserialize, Serialize};
use std::{
	path::{Path, PathBuf},
	sync::mpsc::Sender,
	thread::scope,
	time::{Duration, Instant},
};

/// What is taught, to whom, and for how much.
#[derive(Clone, Debug)]
pub struct Session {
	/// The WebAssembly module.
	pub learnware: PathBuf,
	/// The test set, as one file of rows.
	pub test: PathBuf,
	/// Parts that the test set is split into; one is shown, the others are scored on.
	pub parts: u32,
	/// The lessons, one for each tutor, in the order in which they are taught.
	pub lessons: Vec<PathBuf>,
	/// Whole tokens.
	pub budget: u32,
	/// Where half of the budget is earned, `99/100`.
	pub mid: String,
	/// Billions of instructions that one lesson may take.
	pub fuel: u32,
	/// Whether tutors try their lessons before they commit to them.
	pub trial: bool,
}

impl Session {
	/// The 8x8 digits of `data`: three tutors.
	pub fn digits(data: &Path, learnwares: &Path) -> Self {
		let file = |name: &str| data.join("digits").join(name);
		Self {
			learnware: learnwares.join("mlp_digits.wasm"),
			test: file("test.npy"),
			parts: 6,
			lessons: (1..=3).map(|number| file(&format!("lesson-{number}.npy"))).collect(),
			budget: 1_000,
			mid: "95/100".into(),
			fuel: 20,
			trial: true,
		}
	}

	/// The original experiment: five tutors teach MNIST. `data` holds `test.npy` and five lessons.
	pub fn mnist(data: &Path, learnware: &Path) -> Self {
		Self {
			learnware: learnware.into(),
			test: data.join("test.npy"),
			parts: 20,
			lessons: (1..=5).map(|number| data.join(format!("lesson-{number}.npy"))).collect(),
			budget: 1_000,
			mid: "99/100".into(),
			fuel: 60,
			trial: false,
		}
	}
}

/// What became of a session. Amounts are in the smallest unit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct TrainingResult {
	/// Its number on the chain.
	pub training: u32,
	/// How it ended.
	pub end: String,
	/// What the whole curve was worth.
	pub budget: String,
	/// Paid to tutors.
	pub paid: String,
	/// What of the budget went back to the student.
	pub returned: String,
	/// What went to the scorers.
	pub scoring_fee: String,
	/// CID of what the model knows.
	pub state: Option<String>,
	/// In the order in which they were taught.
	pub lessons: Vec<LessonResult>,
}

/// What became of a lesson.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LessonResult {
	/// Address of the tutor.
	pub account: String,
	/// Before it.
	pub before: Option<Score>,
	/// After it.
	pub after: Option<Score>,
	/// Whether the model has learned it.
	pub kept: bool,
	/// Paid out of the budget.
	pub paid: String,
	/// Taken from the deposit into the budget.
	pub charged: String,
	/// Slashed from the deposit.
	pub slashed: String,
}

/// Right answers out of all.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Score {
	/// Answered right.
	pub correct: u32,
	/// Asked.
	pub total: u32,
}

impl Score {
	/// As `learnware reward` takes it.
	fn ratio(self) -> String {
		format!("{}/{}", self.correct, self.total)
	}
}

/// Plays a session to its end: the student opens it, the tutors teach in their order, and all reveal when it is time.
/// Draws the curve with the lessons on it into `plot`.
pub fn run(tool: &Tool, session: &Session, plot: &Path, tell: &Sender<Progress>) -> Result<TrainingResult> {
	let student = tool.as_account(PROVIDER);
	let training = open(&student, session)?;
	let says = |words: String| {
		// Nobody listens any more when the session was given up.
		let _ = tell.send(Progress::Says(words));
	};
	let file = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
	let (count, learnware) = (session.lessons.len(), file(&session.learnware));
	says(format!("session {training} opened: {learnware}, {count} tutors, {} tokens", session.budget));
	let number = training.to_string();
	let (process, told) = student.watch(&["training", "watch", &number])?.split();
	let end = scope(|scope| {
		// It reveals the test set, and ends with the session, or when this does.
		let _process = process;
		let watch = scope.spawn(move || follow(told, training, tell));
		wait_for_commit(&student, &number)?;
		let tutors: Vec<_> =
			PLAYERS.iter().zip(&session.lessons).map(|(who, file)| (tool.as_account(who), file)).collect();
		for (tutor, lesson) in &tutors {
			let mut arguments = vec!["training", "teach", &number, text(lesson)?, "--wait", "best"];
			arguments.extend((!session.trial).then_some("--no-trial"));
			tutor.run(&arguments)?;
			says(format!("{} committed to {}", tutor.account(), file(lesson)));
		}
		let reveal = |(tutor, _): (Tool, &PathBuf)| {
			let number = &number;
			scope.spawn(move || tutor.watch(&["training", "watch", number])?.try_for_each(|event| event.map(drop)))
		};
		let reveals: Vec<_> = tutors.into_iter().map(reveal).collect();
		reveals.into_iter().try_for_each(join)?;
		join(watch)
	})?;
	student.run(&["training", "show", &number, "--plot", text(plot)?])?;
	check(&student, session, &end)?;
	Ok(end)
}

fn open(student: &Tool, session: &Session) -> Result<u32> {
	let Session { learnware, test, parts, lessons, budget, mid, fuel, .. } = session;
	let (parts, budget, fuel, count) =
		(parts.to_string(), amount(*budget), fuel.to_string(), lessons.len().to_string());
	let mut arguments = vec!["training", "open", text(learnware)?, text(test)?, "--parts", &parts, "--budget", &budget];
	arguments.extend(["--curve", "logarithmic", "--min", "0/1", "--mid", mid, "--max", "1/1", "--fuel", &fuel]);
	arguments.extend(["--max-lessons", &count, "--commit-period", "200", "--reveal-period", "100"]);
	arguments.extend(["--test-period", "100", "--wait", "best"]);
	id(&student.run(&arguments)?, "training")
}

/// Waits until lessons are taken.
pub(crate) fn wait_for_commit(tool: &Tool, training: &str) -> Result<()> {
	let deadline = Instant::now() + PATIENCE;
	loop {
		let shown = tool.run(&["training", "show", training])?;
		match shown["phase"].as_str() {
			Some("commit") => return Ok(()),
			Some(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(200)),
			_ => return Err(Error(format!("session {training} takes no lessons: {shown}"))),
		}
	}
}

/// What became of a session, as its student's watch tells it.
fn follow(told: Events, training: u32, tell: &Sender<Progress>) -> Result<TrainingResult> {
	for event in told {
		let mut event = event?;
		let _ = tell.send(Progress::Event(event.clone()));
		if event["event"] == "closed" {
			// All was scored together.
			event["lessons"] = event["epochs"][0]["lessons"].take();
			return serde_json::from_value(event).map_err(Error::new);
		}
	}
	Err(Error(format!("session {training}: the watch ended before it")))
}

/// Every payment is what the curve says, to the unit, and all of the budget is accounted for.
fn check(tool: &Tool, session: &Session, result: &TrainingResult) -> Result<()> {
	let mut paid = 0;
	for lesson in &result.lessons {
		let (Some(before), Some(after)) = (lesson.before, lesson.after) else {
			return Err(Error(format!("a lesson was not scored: {lesson:?}")));
		};
		let (from, to, budget) = (before.ratio(), after.ratio(), amount(session.budget));
		let mut arguments =
			vec!["reward", "--curve", "logarithmic", "--min", "0/1", "--mid", &session.mid, "--max", "1/1"];
		arguments.extend(["--budget", &budget, "--from", &from, "--to", &to]);
		let step = tool.run(&arguments)?;
		let worth = step["payment"].as_str().and_then(|payment| payment.parse::<i128>().ok());
		let worth = worth.ok_or_else(|| Error(format!("no payment in {step}")))?;
		// A fall earns nothing.
		if smallest_units(&lesson.paid)? != worth.max(0).unsigned_abs() {
			return Err(Error(format!("{lesson:?} is not paid what the curve says: {worth}")));
		}
		paid += smallest_units(&lesson.paid)?;
	}
	let spent = paid + smallest_units(&result.returned)?;
	match spent == smallest_units(&result.budget)? {
		true => Ok(()),
		false => Err(Error(format!("{spent} was spent of {}", result.budget))),
	}
}
