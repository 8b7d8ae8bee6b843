//! `learnware judge`: the judgement of the scorers, on local files.

use super::{
	gold::{self, Read},
	Context,
};
use crate::{
	amount::{Amount, Token},
	args::Judge,
	error::{Context as _, Failure, Kind, Result},
	files::{read_limited, read_text},
	game::{gold_word, Judged},
	output::table,
	words,
};
use learnware_primitives::{
	condense, judge,
	label::{read, Defect},
	labels::kinds::words::Numbers,
	places::prizes,
	settle::{ranking, Played},
	BadReason, GoldUse, Judgement, Task, Verdict, MAX_LABELS, MAX_LABEL_BYTES, MIN_LABELS,
};
use serde::Serialize;
use serde_json::json;
use std::{
	fmt,
	path::{Path, PathBuf},
};

pub fn run(context: &Context, args: &Judge) -> Result<()> {
	let Amount(bounty) = Token::default().parse(&args.bounty)?;
	let payout = args.curve.payout()?;
	let task = read_task(&args.task)?;
	let gold = args.gold.as_deref().map(|path| gold::read(path, &task)).transpose()?;
	check_count(context, args.labels.len())?;
	let gold = gold.map(|read| known(context, args.gold.as_deref(), read).map_err(|defect| defect.reason));
	let read = |path: &PathBuf| read_label(path, &task).map(|read| known(context, Some(path), read));
	let read = args.labels.iter().map(read).collect::<Result<Vec<_>>>()?;
	let defects = read.iter().map(|read| read.as_ref().err().cloned()).collect::<Vec<_>>();
	let labels = read.into_iter().map(|read| read.map_err(|defect| defect.reason)).collect::<Vec<_>>();
	let judgement = judge(&task, &labels, gold.as_ref());
	if let Some(fate) = words::gold(judgement.gold).filter(|_| judgement.gold != GoldUse::Counted) {
		context.output.warn(format_args!("the gold is {fate}"));
	}
	let played = judgement.verdicts.iter().map(|verdict| Played { revealed: true, verdict: Some(*verdict) });
	let payouts = prizes(&payout, args.duplicates, &ranking(&played.collect::<Vec<_>>()), bounty);
	let names = args.labels.iter().map(|path| path.display().to_string());
	context.output.data(&Report::new(names, task, &judgement, payouts, defects)?);
	Ok(())
}

/// Reads a task that can be played.
pub fn read_task(path: &Path) -> Result<Task> {
	let task: Task = serde_json::from_str(&read_text(path)?).input(path.display())?;
	task.validate().input(path.display())?;
	Ok(task)
}

fn check_count(context: &Context, labels: usize) -> Result<()> {
	if labels > MAX_LABELS as usize {
		return Err(Failure::input(format!("{labels} labels; a sample takes at most {MAX_LABELS}")));
	}
	if labels < MIN_LABELS as usize {
		context.output.warn(format_args!("the chain judges no sample with fewer than {MIN_LABELS} labels"));
	}
	Ok(())
}

fn read_label(path: &Path, task: &Task) -> Result<Read> {
	let bytes =
		read_limited(path, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	Ok(read(task, &bytes))
}

/// Says what is wrong with a file, if anything is.
fn known(context: &Context, path: Option<&Path>, read: Read) -> Read {
	if let (Some(path), Err(defect)) = (path, &read) {
		context.output.warn(format_args!("{}: {defect}; {}", path.display(), defect.remedy));
	}
	read
}

/// What is printed; names are part of the interface.
#[derive(Serialize)]
struct Report {
	wash: bool,
	#[serde(serialize_with = "gold_word")]
	gold: GoldUse,
	consensus: Numbers,
	labels: Vec<Label>,
	#[serde(skip)]
	task: Task,
}

#[derive(Serialize)]
struct Label {
	#[serde(skip)]
	name: String,
	score: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	tie_break: Option<u64>,
	loss: Option<u64>,
	eligible: bool,
	outlier: bool,
	copy_of: Option<u32>,
	payout: Amount,
	#[serde(skip_serializing_if = "Option::is_none")]
	bad: Option<BadReason>,
	/// What is wrong with the file, where, and what to do about it.
	#[serde(skip_serializing_if = "Option::is_none")]
	defect: Option<Box<Defect>>,
	#[serde(skip)]
	rank_key: Option<i128>,
	#[serde(skip)]
	failed_gold: bool,
}

impl Report {
	fn new(
		names: impl Iterator<Item = String>,
		task: Task,
		judgement: &Judgement,
		payouts: Vec<u128>,
		defects: Vec<Option<Box<Defect>>>,
	) -> Result<Self> {
		let labels = names.zip(&judgement.verdicts).zip(payouts).zip(defects);
		let labels = labels
			.map(|(((name, verdict), payout), defect)| Label::new(name, &task, *verdict, payout, defect))
			.collect();
		let consensus = consensus(&task, &judgement.consensus)?;
		Ok(Self { wash: judgement.wash, gold: judgement.gold, consensus, labels, task })
	}
}

/// The consensus label as its task has it, whatever its file looks like.
fn consensus(task: &Task, file: &[u8]) -> Result<Numbers> {
	if file.is_empty() {
		return Ok(Numbers::Many(Vec::new()));
	}
	let summary =
		condense(task, file).map_err(|reason| Failure::input(format!("the consensus: {}", words::bad(reason))))?;
	Ok(task.numbers(&summary))
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let token = Token::default();
		let rows = self.labels.iter().map(|label| {
			[
				label.name.clone(),
				label.rank_key.map_or(String::new(), |score| self.task.score(score)),
				label.loss.map_or(String::new(), |loss| self.task.loss(loss)),
				token.format(label.payout),
				label.remark(self.wash),
			]
		});
		writeln!(f, "{}", table(["label", ">score", ">loss", ">paid", ""], rows))?;
		writeln!(f, "consensus {}", words::brief(&json!(self.consensus)))?;
		if let Some(gold) = words::gold(self.gold) {
			writeln!(f, "gold {gold}")?;
		}
		f.write_str(if self.wash {
			"washed: the labels do not agree, so nobody is paid for a place"
		} else {
			"agreed: the places are paid"
		})
	}
}

impl Label {
	fn new(name: String, task: &Task, verdict: Verdict, payout: u128, defect: Option<Box<Defect>>) -> Self {
		let judged = Judged::from(verdict);
		let failed_gold = judged.failed_gold();
		let Judged { score, loss, eligible, outlier, copy_of, bad } = judged;
		let parts = score.map(|score| task.score_parts(score));
		Self {
			name,
			score: parts.map(|(first, _)| first.to_string()),
			tie_break: parts.and_then(|(_, tie_break)| tie_break),
			loss,
			eligible,
			outlier,
			copy_of,
			payout: Amount(payout),
			bad,
			defect,
			rank_key: score,
			failed_gold,
		}
	}

	/// What the numbers don't say.
	fn remark(&self, wash: bool) -> String {
		let same = self.copy_of.map_or(String::new(), |first| format!("the same as label {}", u64::from(first) + 1));
		match (self.bad, self.outlier, self.eligible) {
			(Some(BadReason::Malformed), ..) => "slashed: malformed".into(),
			(Some(reason), ..) => format!("slashed: {}", words::bad(reason)),
			(None, true, _) if !wash => "slashed: outlier".into(),
			(None, _, false) if !wash && self.failed_gold => "knows no more of the gold than a guesser".into(),
			(None, _, false) if !wash => "no better than chance".into(),
			_ => same,
		}
	}
}
