//! `learnware dataset`.

use super::{
	ipfs::look,
	judge::read_task,
	signing::{self, connect, Advice, Hold, Review},
	Context,
};
use crate::{
	amount::Amount,
	args::{self, CreateDataset},
	chain::{calls, Chain, Receipt},
	error::{Context as _, Failure, Kind, Result},
	files::read_text,
	game::{Dataset, Eligibility, Limits, Terms},
	ipfs::{cid_of_file, parse_cid, Ipfs},
	keystore::{find_account, Signer},
	output::table,
	words,
};
use learnware_primitives::{
	places::{CopyAttack, PPM},
	MAX_LABELS, MIN_LABELS,
};
use parity_scale_codec::Encode;
use serde::Serialize;
use std::{collections::BTreeSet, fmt, fs, path::Path};
use subxt::utils::AccountId32;

/// Most accounts that the chain takes in one `allow` or `disallow`.
const BATCH: usize = 64;
/// Chance of copies to be followed, in parts per million, that a collateral is looked at with.
const USUAL_CHANCE: u32 = 300_000;
/// A bounty large enough for a ratio to it to have digits.
const LARGE: Amount = Amount(1_000_000_000_000_000_000);

pub fn run(context: &Context, command: args::Dataset) -> Result<()> {
	match command {
		args::Dataset::Create(args) => create(context, &args),
		args::Dataset::Show { dataset } => show(context, dataset),
		args::Dataset::List => list(context),
		args::Dataset::Allow { dataset, accounts, file } => allow(context, dataset, &accounts, file.as_deref()),
		args::Dataset::Disallow { dataset, accounts, file, all } => {
			disallow(context, dataset, &accounts, file.as_deref(), all)
		},
		args::Dataset::Collateral(args) => collateral(context, &args),
		args::Dataset::Close { dataset } => close(context, dataset),
	}
}

fn create(context: &Context, args: &CreateDataset) -> Result<()> {
	let task = read_task(&args.task)?;
	let payout = args.curve.payout()?;
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
	if content.is_none() {
		look(context, &description)?;
	}
	let chain = connect(context)?;
	let terms = Terms {
		collateral: chain.token.parse(&args.collateral)?,
		min_labels: args.min_labels,
		max_labels: args.max_labels,
		commit_period: args.commit_period.blocks(chain.block_time),
		reveal_period: args.reveal_period.blocks(chain.block_time),
		score_period: args.score_period.blocks(chain.block_time),
		payout,
		scoring_fee: args.scoring_fee,
		attendance_fee: args.attendance_fee,
		duplicates: args.duplicates.unwrap_or_else(|| task.usual_duplicates()),
		eligibility: args.eligibility,
	};
	let limits = context.block_on(async { chain.best().await?.limits() })?;
	check(&terms, &limits, &chain)?;
	let attack = context.block_on(async { chain.best().await?.copy_attack(&terms, LARGE, USUAL_CHANCE).await })?;
	let review = Review {
		holds: vec![Hold { what: "deposit", amount: limits.deposit_of_dataset(task.encoded_size()) }],
		advice: copy_advice(&terms, &attack, &chain).into_iter().collect(),
		asks: true,
		..Review::of(format!("Create a dataset: {}", task))
	};
	let call = calls::create_dataset(&description, &task, &terms);
	if !signing::review(context, &chain, &signer, &call, &review)? {
		return Ok(());
	}
	if let Some(content) = content {
		context.block_on(Ipfs::for_files(&context.settings.ipfs_api.value)?.add(content))?;
	}
	let included = signing::send(context, &chain, &signer, &call)?;
	let dataset = included.dataset();
	context.output.data(&Created { dataset, description: description.to_string(), receipt: included.receipt });
	Ok(())
}

/// Up to which bounty the collateral deters copies; `attack` is one on [`LARGE`].
fn copy_advice(terms: &Terms, attack: &CopyAttack, chain: &Chain) -> Option<Advice> {
	let bounty = terms.collateral.0.checked_mul(LARGE.0)?.checked_div(attack.deterrent)?;
	let (amount, chance) = (Amount(bounty), percent(USUAL_CHANCE));
	let what = format!(
		"of one label from many accounts lose on bounties up to {}, if the crowd follows them in {chance}% of all games \
		 (`learnware dataset collateral` tells more)",
		chain.format(amount)
	);
	Some(Advice { about: "copies", amount, what })
}

fn percent(parts: u32) -> f64 {
	f64::from(parts) / 10_000.0
}

/// Tells what the chain would refuse, before it costs a fee.
fn check(terms: &Terms, limits: &Limits, chain: &Chain) -> Result<()> {
	terms.payout.validate().input("--payout")?;
	if terms.scoring_fee.saturating_add(terms.attendance_fee) > PPM / 2 {
		let message = "scoring fee and attendance fee together are more than half of the bounty";
		return Err(words::refusal("FeesTooHigh", message, "lower --scoring-fee or --attendance-fee"));
	}
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

/// A dataset of the signer.
fn own(context: &Context, chain: &Chain, signer: &Signer, number: u32) -> Result<Dataset> {
	let dataset = context.block_on(async { chain.best().await?.dataset(number).await })?;
	let dataset = dataset.ok_or_else(|| words::unknown_dataset(number))?;
	if dataset.owner != signer.account.to_string() {
		let message = format!("dataset {number} is not of {}, but of {}", signer.account, dataset.owner);
		return Err(words::refusal("NotOwner", message, "sign as its owner with --account"));
	}
	Ok(dataset)
}

fn allow(context: &Context, number: u32, accounts: &[String], file: Option<&Path>) -> Result<()> {
	let accounts = read_accounts(context, accounts, file)?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	chain.check_recipients(&accounts)?;
	let dataset = own(context, &chain, &signer, number)?;
	if dataset.terms.eligibility != Eligibility::AllowList {
		let message = format!("dataset {number} is for {}", words::eligibility(dataset.terms.eligibility));
		let help = "create one with `learnware dataset create --eligibility allow-list`";
		return Err(words::refusal("NoAllowList", message, help));
	}
	let (there, limits) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.allowed(number).await?, at.limits()?))
	})?;
	let new = accounts.into_iter().filter(|account| !there.contains(account)).collect::<Vec<_>>();
	let deposit = Amount(limits.allow_deposit.0.saturating_mul(new.len() as u128));
	let review = Review {
		holds: vec![Hold { what: "deposit", amount: deposit }],
		asks: true,
		..Review::of(format!(
			"Let {} label dataset {number}{}",
			words::count(new.len(), "account"),
			in_batches(new.len())
		))
	};
	change_list(context, &chain, &signer, &review, number, new, "allowed", calls::allow)
}

fn disallow(context: &Context, number: u32, accounts: &[String], file: Option<&Path>, all: bool) -> Result<()> {
	let accounts = read_accounts(context, accounts, file)?;
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	own(context, &chain, &signer, number)?;
	let there = context.block_on(async { chain.best().await?.allowed(number).await })?;
	let gone = match all {
		true => there,
		false => accounts.into_iter().filter(|account| there.contains(account)).collect(),
	};
	let action = format!("Take {} off the allow-list of dataset {number}", words::count(gone.len(), "account"));
	let review = Review::of(format!("{action}{}; their deposits come back", in_batches(gone.len())));
	change_list(context, &chain, &signer, &review, number, gone, "disallowed", calls::disallow)
}

fn in_batches(accounts: usize) -> String {
	match accounts.div_ceil(BATCH) {
		0 | 1 => String::new(),
		transactions => format!(", in {transactions} transactions of at most {BATCH} accounts, each with its fee"),
	}
}

/// Each account once, in the order given.
fn read_accounts(context: &Context, accounts: &[String], file: Option<&Path>) -> Result<Vec<AccountId32>> {
	let text = file.map(read_text).transpose()?.unwrap_or_default();
	let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
	let mut seen = BTreeSet::new();
	let mut found = Vec::new();
	for wanted in accounts.iter().map(String::as_str).chain(lines) {
		let account = find_account(&context.settings.home.data, wanted)?;
		if seen.insert(account.0) {
			found.push(account);
		}
	}
	Ok(found)
}

#[allow(clippy::too_many_arguments)]
fn change_list<P: subxt::tx::Payload>(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	review: &Review,
	dataset: u32,
	accounts: Vec<AccountId32>,
	word: &'static str,
	call: impl Fn(u32, Vec<AccountId32>) -> P,
) -> Result<()> {
	let Some(first) = accounts.chunks(BATCH).next() else {
		context.output.note("the list is so already; nothing to do");
		context.output.data(&Changed { dataset, word, accounts: Vec::new(), receipts: Vec::new() });
		return Ok(());
	};
	if !signing::review(context, chain, signer, &call(dataset, first.to_vec()), review)? {
		return Ok(());
	}
	let mut receipts = Vec::new();
	for batch in accounts.chunks(BATCH) {
		receipts.push(signing::send(context, chain, signer, &call(dataset, batch.to_vec()))?.receipt);
	}
	let accounts = accounts.iter().map(AccountId32::to_string).collect();
	context.output.data(&Changed { dataset, word, accounts, receipts });
	Ok(())
}

fn collateral(context: &Context, args: &args::Collateral) -> Result<()> {
	let payout = args.curve.payout()?;
	let chain = connect(context)?;
	let bounty = chain.token.parse(&args.bounty)?;
	let given = args.collateral.as_deref().map(|amount| chain.token.parse(amount)).transpose()?;
	let (terms, attack) = context.block_on(async {
		let at = chain.best().await?;
		let terms = match args.dataset {
			Some(number) => at.dataset(number).await?.ok_or_else(|| words::unknown_dataset(number))?.terms,
			None => Terms {
				collateral: given.unwrap_or(at.limits()?.min_collateral),
				min_labels: MIN_LABELS,
				max_labels: args.max_labels,
				commit_period: 1,
				reveal_period: 1,
				score_period: 1,
				payout,
				scoring_fee: args.scoring_fee,
				attendance_fee: 0,
				duplicates: args.duplicates,
				eligibility: Eligibility::Open,
			},
		};
		let attack = at.copy_attack(&terms, bounty, args.chance).await?;
		Ok((terms, attack))
	})?;
	context.output.data(&Attack {
		bounty,
		collateral: terms.collateral,
		chance: args.chance,
		accounts: attack.accounts,
		labels: terms.max_labels,
		gain: Amount(attack.gain),
		at_risk: Amount(attack.at_risk),
		expected_profit: attack.profit.to_string(),
		deterrent: Amount(attack.deterrent),
		pays: attack.profit > 0,
		chain: &chain,
	});
	Ok(())
}

fn close(context: &Context, number: u32) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let dataset = own(context, &chain, &signer, number)?;
	obstacles(&dataset)?;
	let call = calls::close_dataset(number);
	let review =
		Review::of(format!("Close dataset {number}; its deposit of {} comes back", chain.format(dataset.deposit)));
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		context.output.data(&Closed { dataset: number, receipt });
	}
	Ok(())
}

/// Tells all that keeps a dataset from being closed.
fn obstacles(dataset: &Dataset) -> Result<()> {
	let Dataset { dataset: number, live, allowed, .. } = dataset;
	let mut messages = Vec::new();
	let mut helps = Vec::new();
	if *live > 0 {
		let samples = words::count(*live as usize, "sample");
		messages.push(format!("dataset {number} has {samples} that are still being played"));
		helps.push(format!("`learnware sample list --dataset {number}` shows them; wait until they are over"));
	}
	if *allowed > 0 {
		messages.push(format!("dataset {number} has {} on its allow-list", words::count(*allowed as usize, "account")));
		helps.push(format!("`learnware dataset disallow {number} --all` takes them off, and their deposits come back"));
	}
	match messages.is_empty() {
		true => Ok(()),
		false => {
			let name = if *live > 0 { "DatasetInUse" } else { "AllowListNotEmpty" };
			Err(words::refusal(name, messages.join(", and "), helps.join("; ")))
		},
	}
}

#[derive(Serialize)]
struct Changed {
	dataset: u32,
	#[serde(skip)]
	word: &'static str,
	/// Those that were changed.
	accounts: Vec<String>,
	receipts: Vec<Receipt>,
}

impl fmt::Display for Changed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let blocks = self.receipts.iter().map(|receipt| receipt.block.to_string()).collect::<Vec<_>>().join(", ");
		let accounts = words::count(self.accounts.len(), "account");
		write!(f, "{} {accounts} on dataset {}", self.word, self.dataset)?;
		if blocks.is_empty() {
			return Ok(());
		}
		write!(f, " in block {blocks}")
	}
}

/// The best attack with copies of one label.
#[derive(Serialize)]
struct Attack<'a> {
	bounty: Amount,
	collateral: Amount,
	/// Parts per million.
	chance: u32,
	/// Copies of the best attack, and of how many labels.
	accounts: u32,
	labels: u32,
	/// What they are paid together if the crowd follows them.
	gain: Amount,
	/// What they lose together if it does not.
	at_risk: Amount,
	/// Signed.
	expected_profit: String,
	/// Smallest collateral with which no number of copies pays.
	deterrent: Amount,
	/// With this collateral, copies pay.
	pays: bool,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Attack<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let chain = self.chain;
		let chance = percent(self.chance);
		let (sign, profit) = match self.expected_profit.strip_prefix('-') {
			Some(loss) => ("-", loss),
			None => ("", self.expected_profit.as_str()),
		};
		let profit = chain.format(Amount(profit.parse().unwrap_or_default()));
		writeln!(f, "copies of one label, followed by the crowd in {chance}% of all games")?;
		writeln!(f, "  bounty           {}", chain.format(self.bounty))?;
		writeln!(f, "  collateral       {}", chain.format(self.collateral))?;
		writeln!(f, "  best attack      {} of {} labels", self.accounts, self.labels)?;
		writeln!(f, "  gain             {}, if the crowd follows", chain.format(self.gain))?;
		writeln!(f, "  at risk          {}, if it does not", chain.format(self.at_risk))?;
		writeln!(f, "  expected profit  {sign}{profit}")?;
		match (self.deterrent.0, self.pays) {
			(u128::MAX, _) => write!(f, "no collateral makes it a loss"),
			(_, true) => write!(f, "a collateral of {} makes it a loss", chain.format(self.deterrent)),
			(_, false) => write!(f, "no attack pays; {} would be enough for that", chain.format(self.deterrent)),
		}
	}
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
		let period = |blocks: u32| words::blocks(blocks, chain);
		writeln!(f, "dataset {}: {}", dataset.dataset, dataset.task)?;
		writeln!(f, "  owner           {}", dataset.owner)?;
		writeln!(f, "  description     {}  (`learnware ipfs cat` shows it)", dataset.description)?;
		writeln!(f, "  live samples    {}", dataset.live)?;
		writeln!(f, "  deposit         {}", chain.format(dataset.deposit))?;
		write!(f, "  for             {}", words::eligibility(terms.eligibility))?;
		if terms.eligibility == Eligibility::AllowList {
			write!(f, ": {}", dataset.allowed)?;
		}
		writeln!(f)?;
		writeln!(f, "  collateral      {}", chain.format(terms.collateral))?;
		writeln!(f, "  labels          {}", words::range(terms.min_labels, terms.max_labels))?;
		writeln!(f, "  commit phase    {}", period(terms.commit_period))?;
		writeln!(f, "  reveal phase    {}", period(terms.reveal_period))?;
		writeln!(f, "  score phase     {}", period(terms.score_period))?;
		writeln!(f, "  places          {}", terms.payout)?;
		writeln!(f, "  equal labels    {}", words::duplicates(terms.duplicates))?;
		writeln!(f, "  scoring fee     {}%, before the places", percent(terms.scoring_fee))?;
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
				dataset.task.to_string(),
				self.chain.format(dataset.terms.collateral),
				words::range(dataset.terms.min_labels, dataset.terms.max_labels),
				dataset.live.to_string(),
				dataset.owner.clone(),
			]
		});
		f.write_str(&table([">dataset", "task", ">collateral", "labels", ">live samples", "owner"], rows))
	}
}
