//! `scripts/demo`: starts a chain, plays a whole labeling game on it with real people's labels, and shows who was
//! paid and why.

use clap::Parser;
use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment, Table};
use indicatif::{ProgressBar, ProgressStyle};
use learnware_demo::{
	driving,
	game::{self, Offer, Plan, Played},
	network::Network,
	picture,
	players::{Progress, PROVIDER, UNIT},
	results::{LabelResult, Results, SampleResult},
	tool::Tool,
	training::{self, Session, TrainingResult},
	Error, Result,
};
use learnware_driving::{plot, plot_track, Driver, Track};
use serde_json::Value;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	sync::mpsc,
	time::{Duration, Instant},
};

/// A track that nobody has taught on.
const SHOWN_TRACK: u64 = 4;

/// Plays on a chain of its own: a labeling game with real people's labels (photographs of birds, an outlined cell, measured
/// airways), then a training session in which three tutors teach a model to read digits.
#[derive(Parser)]
#[command(name = "scripts/demo", args_conflicts_with_subcommands = true)]
struct Arguments {
	#[command(flatten)]
	demo: Demo,
	/// Validators: 1 (a block each second) or 4 (each two seconds).
	#[arg(long, default_value = "1", value_parser = ["1", "4"], global = true)]
	validators: String,
	/// Folder of the programs `learnware-node` and `learnware`.
	#[arg(long, env = "LEARNWARE_BIN", global = true, default_value = "target/release")]
	programs: PathBuf,
	#[command(subcommand)]
	command: Option<Command>,
}

/// The demo without a subcommand.
#[derive(clap::Args)]
struct Demo {
	/// Write the final tables as JSON to this file.
	#[arg(long, value_name = "FILE")]
	json: Option<PathBuf>,
	/// Draw the crowd's masks, the consensus and the truth into this file, as SVG; without it `demo.svg` beside the
	/// folder of the programs. The curve of the training session goes to `demo-training.svg` beside it.
	#[arg(long, value_name = "FILE")]
	picture: Option<PathBuf>,
	/// Folder of the crowds' labels, with `bluebird`, `bubil` and `airway`, and of `digits`.
	#[arg(long, default_value = "data")]
	data: PathBuf,
	/// Folder of the compiled learnwares.
	#[arg(long, default_value = "learnwares/target/wasm32v1-none/release/examples")]
	learnwares: PathBuf,
}

#[derive(clap::Subcommand)]
enum Command {
	/// Replays the original experiment: five tutors teach MNIST. `scripts/mnist` prepares it.
	Mnist {
		/// Module of the model.
		#[arg(long)]
		learnware: PathBuf,
		/// Folder of `test.npy` and `lesson-1.npy` to `lesson-5.npy`.
		#[arg(long)]
		data: PathBuf,
		/// Write what became of it as JSON to this file.
		#[arg(long, value_name = "FILE")]
		json: Option<PathBuf>,
		/// Draw the curve with the lessons on it into this file.
		#[arg(long, value_name = "FILE")]
		picture: PathBuf,
	},
	/// Lets a crowd teach a car to steer, lesson by lesson. Anyone who makes it better is paid, anyone who
	/// makes it worse is charged.
	Driving {
		/// Module `mlp_steering`.
		#[arg(long)]
		learnware: PathBuf,
		/// Lessons; six contributors take turns.
		#[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=120))]
		lessons: u32,
		/// Draw the driver's score and everybody's balance into `driving.svg` of this folder, and a drive before and
		/// after into `driving-track.svg`.
		#[arg(long, value_name = "FOLDER")]
		pictures: PathBuf,
	},
}

fn main() {
	let arguments = Arguments::parse();
	let result = match &arguments.command {
		None => demo(&arguments),
		Some(Command::Mnist { learnware, data, json, picture }) => mnist(&arguments, learnware, data, json, picture),
		Some(Command::Driving { learnware, lessons, pictures }) => drive(&arguments, learnware, *lessons, pictures),
	};
	if let Err(error) = result {
		eprintln!("error: {error}");
		std::process::exit(1);
	}
}

/// Starts a chain.
fn start(arguments: &Arguments, bar: &ProgressBar) -> Result<(Network, Tool)> {
	let node = arguments.programs.join("learnware-node");
	let mut network =
		if arguments.validators == "4" { Network::local(&node)? } else { Network::development(&node, None)? };
	let home = network.folder().join("home");
	let first = network.first()?;
	let tool = Tool::new(&arguments.programs.join("learnware"), &home, first, PROVIDER);
	bar.set_message("starting the chain");
	tool.wait_for_finality(first)?;
	say(bar, &format!("The chain runs: {} validator(s), {}", arguments.validators, first.url()));
	Ok((network, tool))
}

fn mnist(arguments: &Arguments, learnware: &Path, data: &Path, json: &Option<PathBuf>, picture: &Path) -> Result<()> {
	let started = Instant::now();
	let bar = style(ProgressBar::new_spinner());
	let (_network, tool) = start(arguments, &bar)?;
	let result = train(&tool, &Session::mnist(data, learnware), picture, &bar)?;
	bar.finish_and_clear();
	println!("{}", training_table(&result));
	println!(
		"Played in {:.0} s. The curve with the lessons on it: {}",
		started.elapsed().as_secs_f64(),
		picture.display()
	);
	json.as_ref().map_or(Ok(()), |file| write_json(file, &result))
}

fn drive(arguments: &Arguments, learnware: &Path, lessons: u32, pictures: &Path) -> Result<()> {
	let started = Instant::now();
	let bar = style(ProgressBar::new_spinner());
	let (network, tool) = start(arguments, &bar)?;
	let mut drive = while_showing(&bar, |sender| driving::run(&tool, network.folder(), learnware, lessons, &sender))?;
	bar.finish_and_clear();
	for (contributor, name) in drive.history.contributors.iter().enumerate() {
		let balances = drive.history.balances(contributor);
		println!("{name:<10} {:>8.2} tokens", balances.last().copied().unwrap_or_default());
	}
	drive.blocks.sort_unstable();
	let (median, most) = (drive.blocks[drive.blocks.len() / 2], drive.blocks.last().copied().unwrap_or_default());
	println!("From a lesson's commitment to its settlement: {median} blocks in the median, {most} at most.");
	let track = Track::new(SHOWN_TRACK);
	let lap = |state: &[u8]| Ok::<_, Error>(Driver::new(state).map_err(Error::new)?.lap(&track).path);
	let [before, after] = [lap(&drive.states[0])?, lap(&drive.states[1])?];
	let paths = [("after the last lesson", &*after), ("before the first lesson", &before)];
	fs::create_dir_all(pictures)?;
	let plots =
		[("driving.svg", plot(&drive.history).map_err(Error::new)?), ("driving-track.svg", plot_track(&track, &paths))];
	for (name, svg) in plots {
		write(&pictures.join(name), &svg)?;
		println!("{}", pictures.join(name).display());
	}
	println!("Played in {:.0} s.", started.elapsed().as_secs_f64());
	Ok(())
}

fn demo(arguments: &Arguments) -> Result<()> {
	let started = Instant::now();
	let Demo { json, picture, data, learnwares } = &arguments.demo;
	let scratch = tempfile::tempdir()?;
	let offers = game::program(data, scratch.path())?;
	let bar = progress(&offers);
	let (network, tool) = start(arguments, &bar)?;
	let folder = network.folder();

	let games = while_showing(&bar, |sender| game::run(&tool, folder, &Plan::default(), &offers, sender))?;
	let beside = || arguments.programs.parent().unwrap_or(Path::new(".")).join("demo.svg");
	let picture = picture.clone().unwrap_or_else(beside);
	let curve = picture.with_file_name("demo-training.svg");
	bar.set_message("training");
	let training = train(&tool, &Session::digits(data, learnwares), &curve, &bar)?;
	bar.finish_and_clear();

	games.iter().for_each(|game| println!("{}", table(&game.result)));
	println!("{}", training_table(&training));
	let results = Results { samples: games.iter().map(|game| game.result.clone()).collect(), training };
	println!("{}", conclusions(&results)?);
	println!("Played in {:.0} s.", started.elapsed().as_secs_f64());
	if let Some(file) = json {
		write_json(file, &results)?;
	}
	draw(&games, &picture)?;
	println!("The crowd's masks, what it agreed on, and the truth: {}", picture.display());
	println!("What the lessons were worth: {}", curve.display());
	Ok(())
}

/// Does something and shows what it tells.
fn while_showing<T: Send>(
	bar: &ProgressBar,
	work: impl FnOnce(mpsc::Sender<Progress>) -> Result<T> + Send,
) -> Result<T> {
	let (sender, events) = mpsc::channel();
	std::thread::scope(|scope| {
		let work = scope.spawn(|| work(sender));
		let mut board = Scoreboard::default();
		for event in events {
			board.show(bar, &event);
		}
		work.join().map_err(|_| Error::new("the game panicked"))?
	})
}

fn train(tool: &Tool, session: &Session, plot: &Path, bar: &ProgressBar) -> Result<TrainingResult> {
	while_showing(bar, |sender| training::run(tool, session, plot, &sender))
}

fn training_table(result: &TrainingResult) -> String {
	let mut table = Table::new();
	table.load_style(UTF8_BORDERS_ONLY);
	table.set_header(["tutor", "account", "before", "after", "right of", "paid", "charged"]);
	let score = |score: Option<training::Score>| score.map_or("-".into(), |score| score.correct.to_string());
	for (number, lesson) in result.lessons.iter().enumerate() {
		table.add_row([
			(number + 1).to_string(),
			short(&lesson.account),
			score(lesson.before),
			score(lesson.after),
			lesson.before.map_or("-".into(), |score| score.total.to_string()),
			units(&lesson.paid),
			units(&lesson.charged),
		]);
	}
	for column in [0, 2, 3, 4, 5, 6] {
		if let Some(column) = table.column_mut(column) {
			column.set_cell_alignment(CellAlignment::Right);
		}
	}
	format!(
		"\nTraining session {}: {}. Budget {}, back to the student {}; to scorers {}.\nModel: {}\n{table}\nEvery payment is the curve's, to the last unit.",
		result.training,
		result.end,
		units(&result.budget),
		units(&result.returned),
		units(&result.scoring_fee),
		result.state.as_deref().unwrap_or("as before"),
	)
}

fn write_json(file: &Path, value: &impl serde::Serialize) -> Result<()> {
	write(file, &serde_json::to_string_pretty(value).map_err(Error::new)?)
}

/// Draws the sample of masks.
fn draw(games: &[Played], file: &Path) -> Result<()> {
	let of_masks = games.iter().find(|game| game.result.task == "mask").ok_or_else(|| Error::new("no masks"))?;
	let image = &of_masks.sheet.file;
	let image = fs::read(image).map_err(|error| Error(format!("{}: {error}", image.display())))?;
	write(file, &picture::draw(of_masks, &image)?)
}

fn write(file: &Path, text: &str) -> Result<()> {
	fs::write(file, text).map_err(|error| Error(format!("{}: {error}", file.display())))
}

/// A bar on which each label counts twice, as it is committed and revealed, and each end once.
fn progress(offers: &[Offer]) -> ProgressBar {
	let labels = offers.iter().flat_map(|offer| &offer.dataset.sheets).map(|sheet| sheet.labels.len());
	style(ProgressBar::new(labels.map(|labels| 2 * labels as u64 + 1).sum()))
}

fn style(bar: ProgressBar) -> ProgressBar {
	if let Ok(style) = ProgressStyle::with_template("{elapsed:>4} {bar:30} {pos:>3}/{len} {msg}") {
		bar.set_style(style);
	}
	bar.enable_steady_tick(Duration::from_millis(200));
	bar
}

/// Words above the bar, or where nobody sees a bar.
fn say(bar: &ProgressBar, words: &str) {
	if bar.is_hidden() {
		eprintln!("{words}");
	} else {
		bar.println(words);
	}
}

/// What was told last.
#[derive(Default)]
struct Scoreboard {
	/// How far each sample is: labels committed and revealed, and its end.
	samples: BTreeMap<u64, (u64, String)>,
	/// Phase of the training session.
	training: Option<String>,
}

impl Scoreboard {
	fn show(&mut self, bar: &ProgressBar, progress: &Progress) {
		let event = match progress {
			Progress::Says(words) => return say(bar, words),
			Progress::Event(event) if event["training"].is_number() => return self.show_training(bar, event),
			Progress::Event(event) if event["end"].is_string() || event["stage"].is_object() => event,
			Progress::Event(_) => return,
		};
		let number = |name: &str| event[name].as_u64().unwrap_or_default();
		let sample = number("sample");
		let (steps, phase) = match event["end"].as_str() {
			Some(end) => (event["labels"].as_array().map_or(0, |labels| 2 * labels.len() as u64) + 1, end.to_owned()),
			None => {
				(number("committed") + number("revealed"), event["stage"]["phase"].as_str().unwrap_or("?").to_owned())
			},
		};
		let before = self.samples.insert(sample, (steps, phase.clone()));
		if before.is_none_or(|(_, before)| before != phase) {
			say(bar, &format!("block {:>3}  sample {sample}: {phase}", number("block")));
		}
		bar.set_position(self.samples.values().map(|(steps, _)| steps).sum());
		let phases: Vec<_> = self.samples.iter().map(|(sample, (_, phase))| format!("{sample} {phase}")).collect();
		bar.set_message(phases.join(", "));
	}

	fn show_training(&mut self, bar: &ProgressBar, event: &Value) {
		let Some(phase) = event["end"].as_str().or(event["phase"].as_str()) else { return };
		if self.training.as_deref() != Some(phase) {
			say(
				bar,
				&format!("block {:>3}  session {}: {}", event["block"], event["training"], phase.replace('_', " ")),
			);
			self.training = Some(phase.to_owned());
		}
	}
}

fn table(sample: &SampleResult) -> String {
	let accuracy = match sample.task.as_str() {
		"classification" => "right",
		"mask" => "overlap",
		_ => "off by",
	};
	let mut table = Table::new();
	table.load_style(UTF8_BORDERS_ONLY);
	table.set_header(["rank", "worker", "account", accuracy, "score", "loss", "paid", "slashed", "why"]);
	let mut labels = sample.labels.clone();
	labels.sort_by_key(|label| (label.rank.unwrap_or(u32::MAX), label.worker));
	for label in labels {
		table.add_row([
			label.rank.map_or("-".into(), |rank| rank.to_string()),
			label.worker.to_string(),
			short(&label.account),
			truth(&sample.task, label.accuracy, label.error),
			points(&sample.task, label.score.as_deref()),
			points(&sample.task, label.loss.as_deref()),
			units(&label.paid),
			units(&label.slashed),
			why(sample, &label),
		]);
	}
	for column in [0, 1, 3, 4, 5, 6, 7] {
		if let Some(column) = table.column_mut(column) {
			column.set_cell_alignment(CellAlignment::Right);
		}
	}
	format!(
		"\nSample {} ({}, {}{}): {}. Bounty {}, to scorers {}, back to the provider {}.\nConsensus: {}\n{table}",
		sample.id,
		sample.dataset,
		sample.task,
		gold(sample),
		sample.end,
		units(&sample.bounty),
		units(&sample.scoring_fee),
		units(&sample.returned),
		consensus(sample),
	)
}

fn gold(sample: &SampleResult) -> String {
	let became = sample.gold_use.as_deref().unwrap_or("unknown").replace('_', " ");
	sample.gold.map_or(String::new(), |items| format!(", gold for {items} items: {became}"))
}

fn why(sample: &SampleResult, label: &LabelResult) -> String {
	let agrees = label.score.as_deref().is_some_and(|score| score != "0" && !score.starts_with('-'));
	let gold_counts = sample.gold_use.as_deref() == Some("counted");
	match (&label.reason, label.rank) {
		(Some(reason), _) => reason.replace('_', " "),
		(None, Some(rank)) => format!("place {rank}"),
		(None, None) if sample.end != "paid" => sample.end.replace('_', " "),
		(None, None) if agrees && gold_counts => "no better than chance on the gold".to_owned(),
		(None, None) => "no better than chance".to_owned(),
	}
}

/// How near something is to the truth.
fn truth(task: &str, accuracy: f64, error: Option<f64>) -> String {
	match (task, error) {
		(_, Some(error)) => format!("{error:.2} units"),
		("mask", _) => format!("{accuracy:.2}"),
		_ => format!("{:.0} %", accuracy * 100.0),
	}
}

/// Scores and losses of masks and vectors have 32 binary digits behind the point.
fn points(task: &str, number: Option<&str>) -> String {
	match (number, number.and_then(|number| number.parse::<f64>().ok())) {
		(Some(number), _) if task == "classification" => number.into(),
		(_, Some(number)) => format!("{:.3}", number / 32f64.exp2()),
		(number, None) => number.unwrap_or("-").into(),
	}
}

fn consensus(sample: &SampleResult) -> String {
	match (&sample.consensus_cid, sample.consensus_accuracy) {
		(Some(cid), Some(accuracy)) => {
			let words = match sample.task.as_str() {
				"classification" => "right",
				"mask" => "overlap with the truth",
				_ => "off on average",
			};
			format!("{} {words}, {cid}", truth(&sample.task, accuracy, sample.consensus_error))
		},
		(cid, _) => cid.clone().unwrap_or_else(|| "none".into()),
	}
}

/// Checks that every bounty was spent to the last unit, and says whether the accurate were paid more.
fn conclusions(results: &Results) -> Result<String> {
	let mut text = String::from("Rank correlation of pay and accuracy:");
	for sample in &results.samples {
		sample.spent()?;
		let correlation = sample.rank_correlation()?.map_or("-".into(), |correlation| format!("{correlation:.2}"));
		text += &format!(" sample {} {correlation}", sample.id);
	}
	Ok(text + "\nPaid, to scorers and back add up to every bounty, to the last unit.")
}

fn units(amount: &str) -> String {
	amount.parse::<u128>().map_or_else(|_| amount.into(), |amount| format!("{:.3}", amount as f64 / UNIT as f64))
}

fn short(account: &str) -> String {
	account.get(..8).map_or_else(|| account.into(), |start| format!("{start}…"))
}
