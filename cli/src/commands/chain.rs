//! `learnware chain`.

use super::{signing::connect, Context};
use crate::{
	amount::Token,
	args,
	chain::Chain,
	error::{Failure, Kind, Result},
	game::Limits,
	ipfs::Ipfs,
	training::Rules,
};
use serde::Serialize;
use std::fmt;

/// Finality that lags behind the newest block by more than this has stalled.
const MAX_LAG: u32 = 20;

pub fn run(context: &Context, command: args::Chain) -> Result<()> {
	match command {
		args::Chain::Info => info(context),
		args::Chain::Health => health(context),
	}
}

fn info(context: &Context) -> Result<()> {
	let chain = connect(context)?;
	let info = context.block_on(async {
		let (best, finalized) = (chain.best().await?, chain.finalized().await?);
		Ok(Info {
			name: chain.name.clone(),
			genesis: format!("0x{}", hex::encode(chain.genesis)),
			node: chain.url.clone(),
			node_version: chain.node_state().await?.version,
			spec_version: finalized.spec_version(),
			development: chain.is_development,
			best: best.number(),
			finalized: finalized.number(),
			finalized_hash: finalized.hash(),
			block_time: chain.block_time,
			token_symbol: chain.token.symbol.clone(),
			token_decimals: chain.token.decimals,
			limits: finalized.limits()?,
			training: finalized.training_rules()?,
		})
	})?;
	context.output.data(&info);
	Ok(())
}

fn health(context: &Context) -> Result<()> {
	let node = connect(context).and_then(|chain| context.block_on(Node::of(&chain)));
	let ipfs = context.block_on(async { Ok(Ipfs::for_labels(&context.settings.ipfs_api.value)?.health().await) })?;
	let ipfs = ipfs.into_iter().map(|endpoint| Endpoint {
		healthy: endpoint.version.is_ok(),
		version: endpoint.version.as_ref().ok().cloned(),
		trouble: endpoint.version.err().map(|fault| fault.to_string()),
		url: endpoint.endpoint,
	});
	let health = Health { node, ipfs: ipfs.collect() };
	match &health.node {
		Ok(node) if health.is_good() => {
			context.output.data(&Good { node, ipfs: &health.ipfs, words: health.to_string() });
			Ok(())
		},
		_ => Err(Failure::new(Kind::Unavailable, "unhealthy", health.to_string())),
	}
}

#[derive(Serialize)]
struct Info {
	name: String,
	genesis: String,
	node: String,
	node_version: String,
	spec_version: u32,
	development: bool,
	best: u32,
	finalized: u32,
	finalized_hash: String,
	/// Milliseconds.
	block_time: u64,
	token_symbol: String,
	token_decimals: u8,
	limits: Limits,
	training: Rules,
}

impl fmt::Display for Info {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let token = Token { symbol: self.token_symbol.clone(), decimals: self.token_decimals };
		let kind = if self.development { "  (development: everybody knows its keys)" } else { "" };
		writeln!(f, "chain               {}{kind}", self.name)?;
		writeln!(f, "genesis             {}", self.genesis)?;
		writeln!(f, "node                {}  (version {})", self.node, self.node_version)?;
		writeln!(f, "runtime             version {}", self.spec_version)?;
		writeln!(f, "blocks              {} newest, {} finalized", self.best, self.finalized)?;
		writeln!(f, "block time          {} ms", self.block_time)?;
		writeln!(f, "token               {} with {} decimals", self.token_symbol, self.token_decimals)?;
		writeln!(f, "smallest bounty     {}", token.format(self.limits.min_bounty))?;
		writeln!(f, "smallest collateral {}", token.format(self.limits.min_collateral))?;
		let (fixed, each) = (self.limits.dataset_deposit, self.limits.dataset_deposit_per_byte);
		writeln!(
			f,
			"dataset deposit     {} and {} for each byte of its task",
			token.format(fixed),
			token.format(each)
		)?;
		writeln!(f, "allow-list deposit  {} for each account", token.format(self.limits.allow_deposit))?;
		let (fixed, each) = (self.limits.sample_deposit, self.limits.sample_deposit_per_block);
		writeln!(f, "sample deposit      {} and {} for each block", token.format(fixed), token.format(each))?;
		writeln!(f, "longest period      {} blocks", self.limits.max_period)?;
		let Limits { max_live_samples, max_samples_per_account, max_labels_per_account, .. } = self.limits;
		write!(f, "played at a time    {max_live_samples} samples; of one account ")?;
		writeln!(f, "{max_samples_per_account} samples and {max_labels_per_account} labels")?;
		let rules = &self.training;
		writeln!(f, "smallest budget     {} of a training session", token.format(rules.min_budget))?;
		writeln!(f, "lesson deposit      at least {}", token.format(rules.min_lesson_deposit))?;
		let (fixed, each) = (rules.training_deposit, rules.part_deposit);
		writeln!(
			f,
			"session deposit     {} and {} for each part of the test set",
			token.format(fixed),
			token.format(each)
		)?;
		write!(f, "sessions at a time  {}; of one account {}", rules.max_trainings, rules.max_trainings_per_account)
	}
}

struct Health {
	node: Result<Node>,
	ipfs: Vec<Endpoint>,
}

/// What is printed when nothing is wrong; the rest is a failure.
#[derive(Serialize)]
struct Good<'a> {
	#[serde(flatten)]
	node: &'a Node,
	ipfs: &'a [Endpoint],
	#[serde(skip)]
	words: String,
}

impl fmt::Display for Good<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.words)
	}
}

#[derive(Serialize)]
struct Node {
	node: String,
	peers: usize,
	should_have_peers: bool,
	syncing: bool,
	best: u32,
	finalized: u32,
}

#[derive(Serialize)]
struct Endpoint {
	url: String,
	healthy: bool,
	version: Option<String>,
	trouble: Option<String>,
}

impl Node {
	async fn of(chain: &Chain) -> Result<Self> {
		let state = chain.node_state().await?;
		Ok(Self {
			node: chain.url.clone(),
			peers: state.peers,
			should_have_peers: state.should_have_peers,
			syncing: state.is_syncing,
			best: chain.best().await?.number(),
			finalized: chain.finalized().await?.number(),
		})
	}

	fn trouble(&self) -> Option<&'static str> {
		if self.syncing {
			Some("it is still catching up")
		} else if self.should_have_peers && self.peers == 0 {
			Some("it has no peers")
		} else if self.best.saturating_sub(self.finalized) > MAX_LAG {
			Some("finality has stalled")
		} else {
			None
		}
	}
}

impl Health {
	fn is_good(&self) -> bool {
		self.node.as_ref().is_ok_and(|node| node.trouble().is_none()) && self.ipfs.iter().any(|it| it.healthy)
	}
}

impl fmt::Display for Health {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match &self.node {
			Ok(node) => write!(
				f,
				"node {}: {} (block {}, finalized {}, {} peers)",
				node.node,
				node.trouble().unwrap_or("good"),
				node.best,
				node.finalized,
				node.peers
			)?,
			Err(failure) => write!(f, "node: {}", failure.message)?,
		}
		for endpoint in &self.ipfs {
			match (&endpoint.version, &endpoint.trouble) {
				(Some(version), _) => write!(f, "\nipfs {}: good (version {version})", endpoint.url)?,
				(None, trouble) => write!(f, "\nipfs {}: {}", endpoint.url, trouble.as_deref().unwrap_or("unknown"))?,
			}
		}
		Ok(())
	}
}
