//! A whole game: a sample provider, a crowd of label providers, and what became of them.

use crate::{crowd::Crowd, tool::Tool, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use std::{
	fs,
	path::{Path, PathBuf},
	sync::mpsc::Sender,
};

/// Development accounts with money, besides the provider `//Alice`.
pub const PLAYERS: [&str; 11] = [
	"//Bob",
	"//Charlie",
	"//Dave",
	"//Eve",
	"//Ferdie",
	"//Alice//stash",
	"//Bob//stash",
	"//Charlie//stash",
	"//Dave//stash",
	"//Eve//stash",
	"//Ferdie//stash",
];

/// Who offers the samples.
pub const PROVIDER: &str = "//Alice";

/// One unit of the token.
pub const UNIT: u128 = 1_000_000_000_000;

/// The terms of the game that is played.
#[derive(Clone, Debug)]
pub struct Plan {
	/// Samples.
	pub samples: u32,
	/// Blocks to commit in.
	pub commit_period: u32,
	/// Blocks to reveal in.
	pub reveal_period: u32,
	/// Blocks to score in.
	pub score_period: u32,
	/// Bounty of each sample, in units.
	pub bounty: u32,
	/// Collateral of each label, in units.
	pub collateral: u32,
}

impl Default for Plan {
	fn default() -> Self {
		Self { samples: 3, commit_period: 60, reveal_period: 40, score_period: 40, bounty: 120, collateral: 10 }
	}
}

/// A sample of the plan, with what the crowd answered.
#[derive(Clone, Debug)]
pub struct Sheet {
	/// Its tasks in the crowd's data.
	pub tasks: Vec<u32>,
	/// Its file.
	pub file: PathBuf,
	/// For each player: the label file and its true accuracy.
	pub labels: Vec<(PathBuf, f64)>,
}

/// Writes what the players need: the task, the samples, and everybody's labels.
pub fn prepare(folder: &Path, crowd: &Crowd, plan: &Plan, players: usize) -> Result<Vec<Sheet>> {
	let sheets: Vec<_> =
		(0..plan.samples).map(|index| sheet(folder, crowd, plan, index, players)).collect::<Result<_>>()?;
	let items = sheets.iter().map(|sheet| sheet.tasks.len()).min().unwrap_or_default();
	write_json(&folder.join("task.json"), &json!({ "classification": { "items": items, "classes": 2 } }))?;
	fs::write(
		folder.join("description.md"),
		"# Indigo Bunting or Blue Grosbeak?\n\nFor each image: 1 for an Indigo Bunting, 0 for a Blue Grosbeak.\n",
	)?;
	Ok(sheets)
}

fn sheet(folder: &Path, crowd: &Crowd, plan: &Plan, index: u32, players: usize) -> Result<Sheet> {
	let mut tasks = crowd.tasks(index, plan.samples);
	tasks.truncate(108 / plan.samples as usize);
	let file = folder.join(format!("sample-{index}.json"));
	write_json(&file, &json!({ "images": tasks }))?;
	let label = |worker: u32| {
		let answers = crowd.answers(worker, &tasks);
		let file = folder.join(format!("sample-{index}-worker-{worker}.json"));
		write_json(&file, &json!(answers))?;
		Ok((file, crowd.accuracy(&answers, &tasks)))
	};
	let labels = (0..players as u32).map(label).collect::<Result<_>>()?;
	Ok(Sheet { tasks, file, labels })
}

fn write_json(file: &Path, value: &Value) -> Result<()> {
	fs::write(file, value.to_string()).map_err(|error| Error(format!("{}: {error}", file.display())))
}

/// Something to show while the game is on.
#[derive(Clone, Debug)]
pub enum Progress {
	/// Words.
	Says(String),
	/// How far a sample is, as `sample watch` tells it.
	Event(Value),
}

/// The demo's result, as written to `--json FILE`. Amounts are in the smallest unit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Results {
	/// In order of submission.
	pub samples: Vec<SampleResult>,
}

/// What became of a sample.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SampleResult {
	/// Its number on the chain.
	pub id: u32,
	/// `paid`, `washed`, `void` or `expired`.
	pub end: String,
	/// What was offered.
	pub bounty: String,
	/// What went back to the provider.
	pub returned: String,
	/// What went to the scorers.
	pub scoring_fee: String,
	/// The label that the crowd agreed on.
	pub consensus_cid: Option<String>,
	/// In order of commitment.
	pub labels: Vec<LabelResult>,
}

/// What became of a label.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LabelResult {
	/// Number in the crowd's data.
	pub worker: u32,
	/// Address on the chain.
	pub account: String,
	/// Share of right answers, which nobody on the chain knows.
	pub accuracy: f64,
	/// Place, from 1; none when not eligible.
	pub rank: Option<u32>,
	/// Score.
	pub score: Option<String>,
	/// Loss.
	pub loss: Option<String>,
	/// Paid out of the bounty.
	pub paid: String,
	/// Taken from the collateral.
	pub slashed: String,
	/// Why.
	pub reason: Option<String>,
}

/// Offers the samples; returns their numbers.
pub fn offer(
	provider: &Tool,
	folder: &Path,
	plan: &Plan,
	sheets: &[Sheet],
	tell: &Sender<Progress>,
) -> Result<Vec<u32>> {
	let (task, description) = (folder.join("task.json"), folder.join("description.md"));
	let number = |n: u32| n.to_string();
	let created = provider.run(&[
		"dataset",
		"create",
		"--task",
		text(&task)?,
		"--description",
		text(&description)?,
		"--collateral",
		&amount(plan.collateral),
		"--min-labels",
		"7",
		"--max-labels",
		&number(PLAYERS.len() as u32),
		"--commit-period",
		&number(plan.commit_period),
		"--reveal-period",
		&number(plan.reveal_period),
		"--score-period",
		&number(plan.score_period),
		"--wait",
		"best",
	])?;
	let dataset = number(id(&created, "dataset")?);
	let _ = tell.send(Progress::Says(format!("dataset {dataset} created")));
	sheets
		.iter()
		.map(|sheet| {
			let arguments =
				["sample", "submit", &dataset, text(&sheet.file)?, "--bounty", &amount(plan.bounty), "--wait", "best"];
			let submitted = provider.run(&arguments)?;
			let sample = id(&submitted, "sample")?;
			let _ = tell.send(Progress::Says(format!("sample {sample} offered: {} images", sheet.tasks.len())));
			Ok(sample)
		})
		.collect()
}

/// One player commits to all its labels, then reveals them when it is time, and stays until the end.
pub fn play(player: &Tool, labels: &[(u32, PathBuf)]) -> Result<()> {
	for (sample, file) in labels {
		player.run(&["label", "commit", &sample.to_string(), text(file)?, "--wait", "best"])?;
	}
	for event in player.watch(&["label", "watch"])? {
		event?;
	}
	Ok(())
}

/// Follows a sample to its end; the last event.
pub fn follow(tool: &Tool, sample: u32, tell: &Sender<Progress>) -> Result<Value> {
	for event in tool.watch(&["sample", "watch", &sample.to_string()])? {
		let event = event?;
		// Nobody listens any more when the game was given up.
		let _ = tell.send(Progress::Event(event.clone()));
		if event["event"] == "resolved" {
			return Ok(event);
		}
	}
	Err(Error(format!("sample {sample}: the watch ended before the game")))
}

/// Plays the whole game; the players play at the same time.
pub fn run(tool: &Tool, folder: &Path, plan: &Plan, sheets: &[Sheet], tell: Sender<Progress>) -> Result<Results> {
	let provider = tool.as_account(PROVIDER);
	let samples = offer(&provider, folder, plan, sheets, &tell)?;
	let ends: Vec<Value> = std::thread::scope(|scope| {
		let follows: Vec<_> = samples
			.iter()
			.map(|sample| {
				let (provider, tell) = (provider.clone(), tell.clone());
				scope.spawn(move || follow(&provider, *sample, &tell))
			})
			.collect();
		let plays: Vec<_> = PLAYERS
			.iter()
			.enumerate()
			.map(|(worker, account)| {
				let player = tool.as_account(account);
				let labels: Vec<_> =
					samples.iter().copied().zip(sheets.iter().map(|sheet| sheet.labels[worker].0.clone())).collect();
				scope.spawn(move || play(&player, &labels))
			})
			.collect();
		for play in plays {
			join(play)?;
		}
		follows.into_iter().map(join).collect::<Result<_>>()
	})?;
	let accounts: Vec<String> = PLAYERS.iter().map(|account| address(tool, account)).collect::<Result<_>>()?;
	let samples = ends.iter().zip(sheets).map(|(end, sheet)| result(end, sheet, &accounts)).collect::<Result<_>>()?;
	Ok(Results { samples })
}

fn join<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
	thread.join().map_err(|_| Error::new("a player panicked"))?
}

/// Address of a development account.
pub fn address(tool: &Tool, account: &str) -> Result<String> {
	let shown = tool.as_account(account).run(&["account", "show"])?;
	shown["address"].as_str().map(str::to_owned).ok_or_else(|| Error(format!("no address: {shown}")))
}

fn result(end: &Value, sheet: &Sheet, accounts: &[String]) -> Result<SampleResult> {
	let string = |value: &Value| value.as_str().map(str::to_owned);
	let need = |value: &Value, what: &str| string(&value[what]).ok_or_else(|| Error(format!("no {what}: {value}")));
	let labels = end["labels"].as_array().ok_or_else(|| Error(format!("no labels: {end}")))?;
	let label = |label: &Value| {
		let account = need(label, "account")?;
		let worker =
			accounts.iter().position(|other| *other == account).ok_or_else(|| Error(format!("who is {account}?")))?;
		Ok(LabelResult {
			worker: worker as u32,
			account,
			accuracy: sheet.labels[worker].1,
			rank: label["place"].as_u64().map(|place| place as u32),
			score: string(&label["score"]),
			loss: label["loss"].as_u64().map(|loss| loss.to_string()),
			paid: need(label, "paid")?,
			slashed: need(label, "slashed")?,
			reason: string(&label["slash_reason"]),
		})
	};
	Ok(SampleResult {
		id: id(end, "sample")?,
		end: end_of(&need(end, "end")?).to_owned(),
		bounty: need(end, "bounty")?,
		returned: need(end, "returned")?,
		scoring_fee: need(end, "scoring_fee")?,
		consensus_cid: string(&end["consensus"]),
		labels: labels.iter().map(label).collect::<Result<_>>()?,
	})
}

/// The ends as the demo names them.
fn end_of(end: &str) -> &str {
	match end {
		"no_quorum" | "too_few_reveals" => "void",
		"too_few_commitments" => "expired",
		end => end,
	}
}

fn id(value: &Value, what: &str) -> Result<u32> {
	let number = value[what].as_u64().and_then(|number| number.try_into().ok());
	number.ok_or_else(|| Error(format!("no {what} in {value}")))
}

fn amount(units: u32) -> String {
	(u128::from(units) * UNIT).to_string()
}

fn text(path: &Path) -> Result<&str> {
	path.to_str().ok_or_else(|| Error::new("a path is no text"))
}
