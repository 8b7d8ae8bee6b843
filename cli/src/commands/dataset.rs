//! `learnware dataset`.

use super::{
	signing::{self, connect, Hold, Review},
	Context,
};
use crate::{
	args::{self, CreateDataset},
	chain::{calls, Chain, Receipt},
	error::{Context as _, Failure, Kind, Result},
	game::{Dataset, Limits, Terms},
	ipfs::{cid_of_file, parse_cid, Ipfs},
	output::table,
	words,
};
use learnware_primitives::{places::Payout, Task, MAX_LABELS, MIN_LABELS};
use serde::Serialize;
use std::{fmt, fs};

pub fn run(context: &Context, command: args::Dataset) -> Result<()> {
	match command {
		args::Dataset::Create(args) => create(context, &args),
		args::Dataset::Show { dataset } => show(context, dataset),
		args::Dataset::List => list(context),
		args::Dataset::Close { dataset } => close(context, dataset),
	}
}

fn create(context: &Context, args: &CreateDataset) -> Result<()> {
	let task = fs::read(&args.task).map_err(|error| Failure::file(Kind::Usage, "read", &args.task, &error))?;
	let task: Task = serde_json::from_slice(&task).input(args.task.display())?;
	task.validate().input(args.task.display())?;
	let content = args
		.description
		.as_ref()
		.map(|path| fs::read(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error)));
	let content = content.transpose()?;
	let description = match (&content, &args.description_cid) {
		(Some(content), _) => cid_of_file(content)?,
		(None, Some(cid)) => parse_cid(cid)?,
		(None, None) => return Err(Failure::input("neither a description nor its CID was given")),
	};
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	let terms = terms(args, &chain)?;
	let limits = context.block_on(async { chain.best().await?.limits() })?;
	check(&terms, &limits, &chain)?;
	let review = Review {
		action: format!("Create a dataset: {}", words::task(&task)),
		holds: vec![Hold { what: "deposit", amount: limits.dataset_deposit }],
		asks: true,
		..Review::of("")
	};
	let call = calls::create_dataset(&description, &task, &terms);
	if !signing::review(context, &chain, &signer, &call, &review)? {
		return Ok(());
	}
	if let Some(content) = content {
		context.block_on(Ipfs::for_files(&context.settings)?.add(content))?;
	}
	let included = signing::send(context, &chain, &signer, &call)?;
	let dataset = included.dataset();
	context.output.data(&Created { dataset, description: description.to_string(), receipt: included.receipt });
	Ok(())
}

fn terms(args: &CreateDataset, chain: &Chain) -> Result<Terms> {
	Ok(Terms {
		collateral: chain.token.parse(&args.collateral)?,
		min_labels: args.min_labels,
		max_labels: args.max_labels,
		commit_period: args.commit_period.blocks(chain.block_time),
		reveal_period: args.reveal_period.blocks(chain.block_time),
		score_period: args.score_period.blocks(chain.block_time),
		payout: Payout::Geometric { ratio: args.ratio },
		scoring_fee: args.scoring_fee,
		attendance_fee: args.attendance_fee,
	})
}

/// Tells what the chain would refuse, before it costs a fee.
fn check(terms: &Terms, limits: &Limits, chain: &Chain) -> Result<()> {
	terms.payout.validate().input("--ratio")?;
	if terms.min_labels < MIN_LABELS || terms.min_labels > terms.max_labels || terms.max_labels > MAX_LABELS {
		let message = format!("{} to {} labels can't be played", terms.min_labels, terms.max_labels);
		let help =
			format!("--min-labels is at least {MIN_LABELS}, --max-labels at least that and at most {MAX_LABELS}");
		return Err(words::refusal("LabelLimits", message, help));
	}
	if terms.collateral < limits.min_collateral {
		let message = format!("the collateral is below the chain's minimum of {}", chain.format(limits.min_collateral));
		return Err(words::refusal("CollateralTooSmall", message, "raise it with --collateral"));
	}
	let longest = terms.commit_period.max(terms.reveal_period).max(terms.score_period);
	if longest > limits.max_period {
		let (most, about) = (limits.max_period, chain.about(limits.max_period));
		let message =
			format!("a period of {longest} blocks is longer than the chain's limit of {most} (about {about})");
		return Err(words::refusal("PeriodTooLong", message, "shorten it"));
	}
	Ok(())
}

fn show(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let dataset = context.block_on(async { chain.best().await?.dataset(number).await })?;
	let dataset = dataset.ok_or_else(|| words::unknown_dataset(number))?;
	context.output.data(&Shown { dataset, chain: &chain });
	Ok(())
}

fn list(context: &Context) -> Result<()> {
	let chain = connect(context)?;
	let datasets = context.block_on(async { chain.best().await?.datasets().await })?;
	context.output.data(&List { datasets, chain: &chain });
	Ok(())
}

fn close(context: &Context, dataset: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let record = context.block_on(async { chain.best().await?.dataset(dataset).await })?;
	let record = record.ok_or_else(|| words::unknown_dataset(dataset))?;
	if record.owner != signer.account.to_string() {
		let message = format!("dataset {dataset} is not of {}, but of {}", signer.account, record.owner);
		return Err(words::refusal("NotOwner", message, "sign as its owner with --account"));
	}
	if record.live > 0 {
		let message = format!("{} samples of dataset {dataset} are still being played", record.live);
		let help = format!("`learnware sample list --dataset {dataset}` shows them; wait until they are over");
		return Err(words::refusal("DatasetInUse", message, help));
	}
	let call = calls::close_dataset(dataset);
	let review = Review::of(format!("Close dataset {dataset}; its deposit comes back"));
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		context.output.data(&Closed { dataset, receipt });
	}
	Ok(())
}

#[derive(Serialize)]
struct Created {
	dataset: Option<u32>,
	description: String,
	receipt: Receipt,
}

impl fmt::Display for Created {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let dataset = self.dataset.map_or("?".into(), |dataset| dataset.to_string());
		writeln!(f, "created dataset {dataset} in block {}", self.receipt.block)?;
		write!(f, "`learnware sample submit {dataset} FILE --bounty AMOUNT` offers a sample of it")
	}
}

#[derive(Serialize)]
struct Closed {
	dataset: u32,
	receipt: Receipt,
}

impl fmt::Display for Closed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "closed dataset {} in block {}", self.dataset, self.receipt.block)
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct Shown<'a> {
	dataset: Dataset,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Shown<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (dataset, terms, chain) = (&self.dataset, &self.dataset.terms, self.chain);
		let percent = |parts: u32| f64::from(parts) / 10_000.0;
		let period = |blocks: u32| format!("{blocks} blocks, about {}", chain.about(blocks));
		let Payout::Geometric { ratio } = terms.payout;
		writeln!(f, "dataset {}: {}", dataset.dataset, words::task(&dataset.task))?;
		writeln!(f, "  owner           {}", dataset.owner)?;
		writeln!(f, "  description     {}  (`learnware ipfs cat` shows it)", dataset.description)?;
		writeln!(f, "  live samples    {}", dataset.live)?;
		writeln!(f, "  collateral      {}", chain.format(terms.collateral))?;
		writeln!(f, "  labels          {} to {}", terms.min_labels, terms.max_labels)?;
		writeln!(f, "  commit phase    {}", period(terms.commit_period))?;
		writeln!(f, "  reveal phase    {}", period(terms.reveal_period))?;
		writeln!(f, "  score phase     {}", period(terms.score_period))?;
		writeln!(f, "  n-th place      {}% to the power n of the bounty without the scoring fee", percent(ratio))?;
		writeln!(f, "  scoring fee     {}%", percent(terms.scoring_fee))?;
		write!(f, "  attendance fee  {}%", percent(terms.attendance_fee))
	}
}

#[derive(Serialize)]
#[serde(transparent)]
struct List<'a> {
	datasets: Vec<Dataset>,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for List<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.datasets.iter().map(|dataset| {
			[
				dataset.dataset.to_string(),
				words::task(&dataset.task),
				self.chain.format(dataset.terms.collateral),
				format!("{} to {}", dataset.terms.min_labels, dataset.terms.max_labels),
				dataset.live.to_string(),
				dataset.owner.clone(),
			]
		});
		f.write_str(&table([">dataset", "task", ">collateral", "labels", ">live samples", "owner"], rows))
	}
}
