//! `learnware judge`: the judgement of the scorers, on local files.

use super::Context;
use crate::{
	amount::{Amount, Token},
	args::Judge,
	error::{Context as _, Failure, Kind, Result},
	files::read_limited,
	output::table,
	words,
};
use learnware_primitives::{
	condense, judge,
	places::{prizes, Payout},
	report::Gold,
	BadReason, Judgement, Summary, Task, Verdict, MAX_LABELS, MAX_LABEL_BYTES, MIN_LABELS,
};
use serde::{de::DeserializeOwned, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, fs, path::Path};

pub fn run(context: &Context, args: &Judge) -> Result<()> {
	let Amount(bounty) = Token::default().parse(&args.bounty)?;
	let task: Task = read_json(&args.task)?;
	task.validate().input(args.task.display())?;
	let gold = args.gold.as_deref().map_or(Ok(Vec::new()), |path| read_gold(path, &task))?;
	check_count(context, args.labels.len())?;
	let labels = args.labels.iter().map(|path| read_label(path, &task)).collect::<Result<Vec<_>>>()?;
	let judgement = judge(&task, &labels, &gold);
	if judgement.gold_void {
		context.output.warn("the gold contradicts more than half of the crowd's answers, and was ignored");
	}
	let names = args.labels.iter().map(|path| path.display().to_string());
	context.output.data(&Report::new(names, &judgement, &Payout::Geometric { ratio: args.ratio }, bounty)?);
	Ok(())
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

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
	let bytes = fs::read(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	serde_json::from_slice(&bytes).input(path.display())
}

fn read_gold(path: &Path, task: &Task) -> Result<Vec<Gold>> {
	let Task::Classification { items, classes } = *task;
	let gold: BTreeMap<u32, u8> = read_json(path)?;
	match gold.iter().find(|(item, class)| **item >= items || **class >= classes) {
		None => Ok(gold.into_iter().collect()),
		Some((item, class)) => Err(Failure::input(format!(
			"{}: item {item} with class {class} is not in the task of {items} items and {classes} classes",
			path.display()
		))),
	}
}

fn read_label(path: &Path, task: &Task) -> Result<std::result::Result<Summary, BadReason>> {
	let bytes =
		read_limited(path, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	Ok(condense(task, &bytes))
}

/// What is printed; names are part of the interface.
#[derive(Serialize)]
struct Report {
	wash: bool,
	consensus: Value,
	labels: Vec<Label>,
}

#[derive(Serialize)]
struct Label {
	#[serde(skip)]
	name: String,
	score: Option<String>,
	loss: Option<u64>,
	eligible: bool,
	outlier: bool,
	payout: Amount,
	#[serde(skip_serializing_if = "Option::is_none")]
	bad: Option<BadReason>,
}

impl Report {
	fn new(names: impl Iterator<Item = String>, judgement: &Judgement, payout: &Payout, bounty: u128) -> Result<Self> {
		let ranked = judgement.verdicts.iter().map(|verdict| match *verdict {
			Verdict::Scored { score, eligible: true, outlier: false, .. } if !judgement.wash => Some(score),
			_ => None,
		});
		let payouts = prizes(payout, &ranked.collect::<Vec<_>>(), bounty);
		let labels = names
			.zip(&judgement.verdicts)
			.zip(payouts)
			.map(|((name, verdict), payout)| Label::new(name, verdict, payout));
		let consensus = match judgement.consensus.as_slice() {
			[] => Value::Array(Vec::new()),
			bytes => serde_json::from_slice(bytes).input("the consensus label")?,
		};
		Ok(Self { wash: judgement.wash, consensus, labels: labels.collect() })
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let token = Token::default();
		let rows = self.labels.iter().map(|label| {
			let loss = label.loss.map_or(String::new(), |loss| loss.to_string());
			[
				label.name.clone(),
				label.score.clone().unwrap_or_default(),
				loss,
				token.format(label.payout),
				label.remark(self.wash),
			]
		});
		writeln!(f, "{}", table(["label", ">score", ">loss", ">paid", ""], rows))?;
		writeln!(f, "consensus {}", self.consensus)?;
		f.write_str(if self.wash {
			"washed: the labels do not agree beyond chance, so nobody is paid for a place"
		} else {
			"agreed: the places are paid"
		})
	}
}

impl Label {
	fn new(name: String, verdict: &Verdict, payout: u128) -> Self {
		let payout = Amount(payout);
		match *verdict {
			Verdict::Scored { score, loss, eligible, outlier } => {
				Self { name, score: Some(score.to_string()), loss: Some(loss), eligible, outlier, payout, bad: None }
			},
			Verdict::Bad(reason) => {
				Self { name, score: None, loss: None, eligible: false, outlier: false, payout, bad: Some(reason) }
			},
		}
	}

	/// What the numbers don't say.
	fn remark(&self, wash: bool) -> String {
		match (self.bad, self.outlier, self.eligible) {
			(Some(reason), ..) => format!("slashed: {}", words::bad(reason)),
			(None, true, _) if !wash => "slashed: outlier".into(),
			(None, _, false) => "no better than chance".into(),
			_ => String::new(),
		}
	}
}
