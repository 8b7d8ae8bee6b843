//! `scripts/demo`: starts a chain, plays a whole labeling game on it with real people's labels, and shows who was
//! paid and why.

use clap::Parser;
use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment, Table};
use indicatif::{ProgressBar, ProgressStyle};
use learnware_demo::{
	game::{self, Offer, Plan, Played, Progress, UNIT},
	network::Network,
	picture,
	results::{LabelResult, Results, SampleResult},
	tool::Tool,
	Error, Result,
};
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	sync::mpsc,
	time::{Duration, Instant},
};

/// Plays a whole labeling game on a chain of its own, with real people's labels: photographs of birds, an outlined cell,
/// measured airways.
#[derive(Parser)]
#[command(name = "scripts/demo")]
struct Arguments {
	/// Write the final table as JSON to this file.
	#[arg(long, value_name = "FILE")]
	json: Option<PathBuf>,
	/// Draw the crowd's masks, the consensus and the truth into this file, as SVG; without it `demo.svg` beside the
	/// folder of the programs.
	#[arg(long, value_name = "FILE")]
	picture: Option<PathBuf>,
	/// Validators: 1 (a block each second) or 4 (each two seconds).
	#[arg(long, default_value = "1", value_parser = ["1", "4"])]
	validators: String,
	/// Folder of the programs `learnware-node` and `learnware`.
	#[arg(long, env = "LEARNWARE_BIN")]
	programs: PathBuf,
	/// Folder of the crowds' labels, with `bluebird`, `bubil` and `airway`.
	#[arg(long, default_value = "examples")]
	examples: PathBuf,
}

fn main() {
	if let Err(error) = run(&Arguments::parse()) {
		eprintln!("error: {error}");
		std::process::exit(1);
	}
}

fn run(arguments: &Arguments) -> Result<()> {
	let started = Instant::now();
	let node = arguments.programs.join("learnware-node");
	let mut network =
		if arguments.validators == "4" { Network::local(&node)? } else { Network::development(&node, None)? };
	let folder = network.folder().to_owned();
	let offers = game::program(&arguments.examples, &folder)?;
	let first = network.first()?;
	let tool = Tool::new(&arguments.programs.join("learnware"), &folder.join("home"), first, game::PROVIDER);
	let bar = progress(&offers);
	bar.set_message("starting the chain");
	tool.wait_for_finality(first)?;
	say(&bar, &format!("The chain runs: {} validator(s), {}", arguments.validators, first.url()));

	let (sender, events) = mpsc::channel();
	let games = std::thread::scope(|scope| {
		let game = scope.spawn(|| game::run(&tool, &folder, &Plan::default(), &offers, sender));
		let mut board = Scoreboard::default();
		for event in events {
			board.show(&bar, &event);
		}
		game.join().map_err(|_| Error::new("the game panicked"))?
	});
	bar.finish_and_clear();
	let games = games?;
	games.iter().for_each(|game| println!("{}", table(&game.result)));
	let results = Results { samples: games.iter().map(|game| game.result.clone()).collect() };
	println!("{}", conclusions(&results)?);
	println!("Played in {:.0} s.", started.elapsed().as_secs_f64());
	if let Some(file) = &arguments.json {
		let text = serde_json::to_string_pretty(&results).map_err(Error::new)?;
		write(file, &text)?;
	}
	let beside = || arguments.programs.parent().unwrap_or(Path::new(".")).join("demo.svg");
	let picture = arguments.picture.clone().unwrap_or_else(beside);
	draw(&games, &picture)?;
	println!("The crowd's masks, what it agreed on, and the truth: {}", picture.display());
	Ok(())
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
	let bar = ProgressBar::new(labels.map(|labels| 2 * labels as u64 + 1).sum());
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

/// How far each sample is: labels committed and revealed, and its end.
#[derive(Default)]
struct Scoreboard(BTreeMap<u64, (u64, String)>);

impl Scoreboard {
	fn show(&mut self, bar: &ProgressBar, progress: &Progress) {
		let event = match progress {
			Progress::Says(words) => return say(bar, words),
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
		let before = self.0.insert(sample, (steps, phase.clone()));
		if before.is_none_or(|(_, before)| before != phase) {
			say(bar, &format!("block {:>3}  sample {sample}: {phase}", number("block")));
		}
		bar.set_position(self.0.values().map(|(steps, _)| steps).sum());
		let phases: Vec<_> = self.0.iter().map(|(sample, (_, phase))| format!("{sample} {phase}")).collect();
		bar.set_message(phases.join(", "));
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
