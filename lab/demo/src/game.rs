//! A whole game: sample providers, a crowd of label providers, and what became of them.

use crate::{
	answer::Answer,
	crowd::{airway, bluebird, bubil, Dataset, Gold, Label, Sheet},
	json::id,
	players::{address, amount, join, text, Progress, PLAYERS, PROVIDER},
	results::SampleResult,
	tool::Tool,
	Error, Result,
};
use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	sync::{mpsc::Sender, Mutex, PoisonError},
	thread::scope,
};

/// The terms of the game that is played.
#[derive(Clone, Debug)]
pub struct Plan {
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

/// Long enough for a busy machine; each phase ends as soon as all have done their part.
impl Default for Plan {
	fn default() -> Self {
		Self { commit_period: 120, reveal_period: 90, score_period: 60, bounty: 120, collateral: 10 }
	}
}

/// A dataset and the account that offers its samples.
#[derive(Clone, Debug)]
pub struct Offer {
	/// The account that offers them, which labels none of them.
	pub provider: &'static str,
	/// What is offered.
	pub dataset: Dataset,
}

/// What the demo plays: three samples of a classification with gold, one segmentation, one regression. Each dataset has
/// a provider of its own, so that none waits for another's block.
pub fn program(data: &Path, folder: &Path) -> Result<[Offer; 3]> {
	let players = PLAYERS.len() as u32;
	Ok([
		Offer { provider: PROVIDER, dataset: bluebird::read(data, folder, 3, players, 4)? },
		Offer { provider: "//Eve//stash", dataset: bubil::read(data, folder)? },
		Offer { provider: "//Ferdie//stash", dataset: airway::read(data, folder)? },
	])
}

/// A game that is over.
#[derive(Clone, Debug)]
pub struct Played<'a> {
	/// The question.
	pub dataset: &'a Dataset,
	/// The sample.
	pub sheet: &'a Sheet,
	/// What became of it.
	pub result: SampleResult,
	/// The label that the crowd agreed on, fetched from IPFS.
	pub consensus: Option<Answer>,
}

/// Creates a dataset and offers its samples; returns their numbers.
pub fn offer(provider: &Tool, plan: &Plan, dataset: &Dataset, tell: &Sender<Progress>) -> Result<Vec<u32>> {
	let number = |n: u32| n.to_string();
	let created = provider.run(&[
		"dataset",
		"create",
		"--task",
		text(&dataset.task_file)?,
		"--description",
		text(&dataset.description)?,
		"--collateral",
		&amount(plan.collateral),
		"--min-labels",
		"7",
		"--max-labels",
		&dataset.players().to_string(),
		"--commit-period",
		&number(plan.commit_period),
		"--reveal-period",
		&number(plan.reveal_period),
		"--score-period",
		&number(plan.score_period),
		"--wait",
		"best",
	])?;
	let on_chain = number(id(&created, "dataset")?);
	let words = format!("dataset {on_chain} created: {} ({})", dataset.name, dataset.task.kind());
	let _ = tell.send(Progress::Says(words));
	dataset.sheets.iter().map(|sheet| offer_sample(provider, plan, &on_chain, sheet, tell)).collect()
}

fn offer_sample(provider: &Tool, plan: &Plan, dataset: &str, sheet: &Sheet, tell: &Sender<Progress>) -> Result<u32> {
	let bounty = amount(plan.bounty);
	let mut arguments = vec!["sample", "submit", dataset, text(&sheet.file)?, "--bounty", &bounty, "--wait", "best"];
	if let Some(gold) = &sheet.gold {
		arguments.extend(["--gold", text(&gold.file)?]);
	}
	let sample = id(&provider.run(&arguments)?, "sample")?;
	let gold = sheet.gold.as_ref().map_or(String::new(), |gold| format!(", gold for {}", gold.items));
	let _ = tell.send(Progress::Says(format!("sample {sample} offered: {}{gold}", sheet.what)));
	Ok(sample)
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
	follow_and(tool, sample, tell, || Ok(()))
}

/// The same, and does something once, as soon as labels are revealed.
fn follow_and(
	tool: &Tool,
	sample: u32,
	tell: &Sender<Progress>,
	at_reveal: impl FnOnce() -> Result<()>,
) -> Result<Value> {
	let mut at_reveal = Some(at_reveal);
	for event in tool.watch(&["sample", "watch", &sample.to_string()])? {
		let event = event?;
		// Nobody listens any more when the game was given up.
		let _ = tell.send(Progress::Event(event.clone()));
		if event["event"] == "resolved" {
			return Ok(event);
		}
		if event["stage"]["phase"] == "reveal" {
			at_reveal.take().map_or(Ok(()), |act| act())?;
		}
	}
	Err(Error(format!("sample {sample}: the watch ended before the game")))
}

/// Shows the gold of a sample, one of the provider's at a time: each transaction needs the number of the one before.
pub fn reveal_gold(provider: &Tool, sample: u32, gold: &Gold, tell: &Sender<Progress>) -> Result<()> {
	static TURN: Mutex<()> = Mutex::new(());
	let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
	provider.run(&["sample", "reveal-gold", &sample.to_string(), "--wait", "best"])?;
	let _ = tell.send(Progress::Says(format!("gold of sample {sample} revealed: {} items", gold.items)));
	Ok(())
}

/// The label that the crowd agreed on, from IPFS.
fn fetch_consensus(tool: &Tool, folder: &Path, sample: u32, dataset: &Dataset) -> Result<Answer> {
	let file = folder.join(format!("sample-{sample}-consensus"));
	tool.run(&["sample", "fetch", &sample.to_string(), "--consensus", "--output", text(&file)?])?;
	Answer::read(&dataset.task, &file)
}

/// A sample that is being played.
struct Game<'a> {
	provider: Tool,
	sample: u32,
	dataset: &'a Dataset,
	sheet: &'a Sheet,
}

impl<'a> Game<'a> {
	/// From now to its end.
	fn see_through(
		&self,
		tool: &Tool,
		folder: &Path,
		accounts: &[String],
		tell: &Sender<Progress>,
	) -> Result<Played<'a>> {
		let reveal = || match &self.sheet.gold {
			Some(gold) => reveal_gold(&self.provider, self.sample, gold, tell),
			None => Ok(()),
		};
		let end = follow_and(tool, self.sample, tell, reveal)?;
		let consensus = match end["consensus"].is_string() {
			true => Some(fetch_consensus(tool, folder, self.sample, self.dataset)?),
			false => None,
		};
		let result = SampleResult::new(&end, self.dataset, self.sheet, consensus.as_ref(), accounts)?;
		Ok(Played { dataset: self.dataset, sheet: self.sheet, result, consensus })
	}

	/// What a player commits to, if it plays.
	fn label(&self, player: usize) -> Option<(u32, PathBuf)> {
		self.sheet.labels.get(player).map(|Label { file, .. }| (self.sample, file.clone()))
	}
}

/// Plays all that is offered at the same time, to the end. Files go to the folder.
pub fn run<'a>(
	tool: &Tool,
	folder: &Path,
	plan: &Plan,
	offers: &'a [Offer],
	tell: Sender<Progress>,
) -> Result<Vec<Played<'a>>> {
	let accounts: Vec<String> = PLAYERS.iter().map(|account| address(tool, account)).collect::<Result<_>>()?;
	let games = offer_all(tool, plan, offers, &tell)?;
	// Who only looks on has nothing to sign.
	let spectator = tool.as_account(PLAYERS[0]);
	scope(|scope| {
		let follow = |game| {
			let (tell, spectator, accounts) = (tell.clone(), &spectator, &accounts);
			scope.spawn(move || Game::see_through(game, spectator, folder, accounts, &tell))
		};
		let follows: Vec<_> = games.iter().map(follow).collect();
		let play_all = |(player, account): (usize, &&str)| {
			let labels: Vec<_> = games.iter().filter_map(|game| game.label(player)).collect();
			let player = tool.as_account(account);
			scope.spawn(move || play(&player, &labels))
		};
		let plays: Vec<_> = PLAYERS.iter().enumerate().map(play_all).collect();
		plays.into_iter().try_for_each(join)?;
		follows.into_iter().map(join).collect()
	})
}

/// Offers all at the same time. The games are in the order of the offers.
fn offer_all<'a>(tool: &Tool, plan: &Plan, offers: &'a [Offer], tell: &Sender<Progress>) -> Result<Vec<Game<'a>>> {
	let games = scope(|scope| {
		let start = |Offer { provider, dataset }: &'a Offer| {
			let (provider, tell) = (tool.as_account(provider), tell.clone());
			scope.spawn(move || {
				let samples = offer(&provider, plan, dataset, &tell)?.into_iter().zip(&dataset.sheets);
				let game = |(sample, sheet)| Game { provider: provider.clone(), sample, dataset, sheet };
				Ok(samples.map(game).collect::<Vec<_>>())
			})
		};
		let starts: Vec<_> = offers.iter().map(start).collect();
		starts.into_iter().map(join).collect::<Result<Vec<_>>>()
	})?;
	Ok(games.into_iter().flatten().collect())
}
