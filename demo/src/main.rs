//! `scripts/demo`: starts a chain, plays a whole labeling game on it with real people's labels, and shows who was
//! paid and why.

use clap::Parser;
use comfy_table::{presets::UTF8_BORDERS_ONLY, CellAlignment, Table};
use indicatif::{ProgressBar, ProgressStyle};
use learnware_demo::{
	crowd::Crowd,
	game::{self, Plan, Progress, Results, SampleResult, PLAYERS, UNIT},
	network::Network,
	tool::Tool,
	Error, Result,
};
use std::{
	collections::BTreeMap,
	path::PathBuf,
	sync::mpsc,
	time::{Duration, Instant},
};

/// Plays a whole labeling game on a chain of its own, with the labels of 11 people for 108 photographs of birds.
#[derive(Parser)]
#[command(name = "scripts/demo")]
struct Arguments {
	/// Write the final table as JSON to this file.
	#[arg(long, value_name = "FILE")]
	json: Option<PathBuf>,
	/// Validators: 1 (a block each second) or 4 (each two seconds).
	#[arg(long, default_value = "1", value_parser = ["1", "4"])]
	validators: String,
	/// Folder of the programs `learnware-node` and `learnware`.
	#[arg(long, env = "LEARNWARE_BIN")]
	programs: PathBuf,
	/// Folder of the crowd's labels.
	#[arg(long, default_value = "examples/bluebird")]
	crowd: PathBuf,
}

fn main() {
	if let Err(error) = run(&Arguments::parse()) {
		eprintln!("error: {error}");
		std::process::exit(1);
	}
}

fn run(arguments: &Arguments) -> Result<()> {
	let started = Instant::now();
	let crowd = Crowd::read(&arguments.crowd)?;
	let node = arguments.programs.join("learnware-node");
	let mut network =
		if arguments.validators == "4" { Network::local(&node)? } else { Network::development(&node, None)? };
	let folder = network.folder().to_owned();
	let plan = Plan::default();
	let sheets = game::prepare(&folder, &crowd, &plan, PLAYERS.len())?;
	let first = network.first()?;
	let tool = Tool::new(&arguments.programs.join("learnware"), &folder.join("home"), first, game::PROVIDER);
	let bar = progress(&plan);
	bar.set_message("starting the chain");
	tool.wait_for_finality(first)?;
	say(&bar, &format!("The chain runs: {} validator(s), {}", arguments.validators, first.url()));

	let (sender, events) = mpsc::channel();
	let results = std::thread::scope(|scope| {
		let game = scope.spawn(|| game::run(&tool, &folder, &plan, &sheets, sender));
		let mut board = Scoreboard::default();
		for event in events {
			board.show(&bar, &event);
		}
		game.join().map_err(|_| Error::new("the game panicked"))?
	});
	bar.finish_and_clear();
	let results = results?;
	results.samples.iter().for_each(|sample| println!("{}", table(sample)));
	println!("{}", adds_up(&results)?);
	println!("Played in {:.0} s.", started.elapsed().as_secs_f64());
	if let Some(file) = &arguments.json {
		let text = serde_json::to_string_pretty(&results).map_err(Error::new)?;
		std::fs::write(file, text).map_err(|error| Error(format!("{}: {error}", file.display())))?;
	}
	Ok(())
}

/// A bar on which each label counts twice, as it is committed and revealed, and each end once.
fn progress(plan: &Plan) -> ProgressBar {
	let bar = ProgressBar::new(u64::from(plan.samples) * (2 * PLAYERS.len() as u64 + 1));
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
			Progress::Event(event) => event,
		};
		let number = |name: &str| event[name].as_u64().unwrap_or_default();
		let sample = number("sample");
		let (steps, phase) = match event["end"].as_str() {
			Some(end) => (2 * PLAYERS.len() as u64 + 1, end.to_owned()),
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
	let mut table = Table::new();
	table.load_style(UTF8_BORDERS_ONLY);
	table.set_header(["rank", "worker", "account", "accuracy", "score", "loss", "paid", "slashed", "why"]);
	let mut labels = sample.labels.clone();
	labels.sort_by_key(|label| (label.rank.unwrap_or(u32::MAX), label.worker));
	for label in labels {
		let why = match (&label.reason, label.rank) {
			(Some(reason), _) => reason.replace('_', " "),
			(None, Some(rank)) => format!("place {rank}"),
			(None, None) => "no better than chance".to_owned(),
		};
		table.add_row([
			label.rank.map_or("-".into(), |rank| rank.to_string()),
			label.worker.to_string(),
			short(&label.account),
			format!("{:.0} %", label.accuracy * 100.0),
			label.score.unwrap_or("-".into()),
			label.loss.unwrap_or("-".into()),
			units(&label.paid),
			units(&label.slashed),
			why,
		]);
	}
	for column in [0, 1, 3, 4, 5, 6, 7] {
		if let Some(column) = table.column_mut(column) {
			column.set_cell_alignment(CellAlignment::Right);
		}
	}
	format!(
		"\nSample {}: {}. Bounty {}, to scorers {}, back to the provider {}.\nConsensus: {}\n{table}",
		sample.id,
		sample.end,
		units(&sample.bounty),
		units(&sample.scoring_fee),
		units(&sample.returned),
		sample.consensus_cid.as_deref().unwrap_or("none"),
	)
}

/// Checks that every bounty was spent to the last unit.
fn adds_up(results: &Results) -> Result<String> {
	let number = |text: &str| text.parse::<u128>().map_err(Error::new);
	for sample in &results.samples {
		let paid: u128 = sample.labels.iter().map(|label| number(&label.paid)).sum::<Result<_>>()?;
		let spent = paid + number(&sample.scoring_fee)? + number(&sample.returned)?;
		if spent != number(&sample.bounty)? {
			return Err(Error(format!("sample {}: {spent} was spent of {}", sample.id, sample.bounty)));
		}
	}
	Ok("Paid, to scorers and back add up to every bounty, to the last unit.".into())
}

fn units(amount: &str) -> String {
	amount.parse::<u128>().map_or_else(|_| amount.into(), |amount| format!("{:.3}", amount as f64 / UNIT as f64))
}

fn short(account: &str) -> String {
	account.get(..8).map_or_else(|| account.into(), |start| format!("{start}…"))
}
