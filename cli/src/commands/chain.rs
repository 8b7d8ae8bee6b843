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

/// What has not moved for the time of so many blocks, and not for so many milliseconds either, stands still.
const STANDSTILL: (u64, u64) = (10, 20_000);

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
	let report = Report { node: health.node.as_ref().ok(), ipfs: &health.ipfs, words: health.to_string() };
	match health.is_good() {
		true => {
			context.output.data(&report);
			Ok(())
		},
		false => Err(Failure::new(Kind::Unavailable, "unhealthy", health.to_string()).details(&report)),
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

/// What is printed when nothing is wrong, and what programs are told with the failure otherwise.
#[derive(Serialize)]
struct Report<'a> {
	#[serde(flatten)]
	node: Option<&'a Node>,
	ipfs: &'a [Endpoint],
	#[serde(skip)]
	words: String,
}

impl fmt::Display for Report<'_> {
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
	/// Seconds that the oldest block which is not finalized has waited for it.
	finality_waits: u64,
	/// Seconds since the newest block, by the clock of this machine.
	newest_block_age: u64,
	#[serde(skip)]
	block_time: u64,
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
		let (state, progress) = (chain.node_state().await?, chain.progress().await?);
		Ok(Self {
			node: chain.url.clone(),
			peers: state.peers,
			should_have_peers: state.should_have_peers,
			syncing: state.is_syncing,
			best: progress.best,
			finalized: progress.finalized,
			finality_waits: progress.finality_waits.as_secs(),
			newest_block_age: progress.newest_block_age.as_secs(),
			block_time: chain.block_time,
		})
	}

	fn trouble(&self) -> Option<String> {
		let (blocks, least) = STANDSTILL;
		let patience = self.block_time.saturating_mul(blocks).max(least) / 1000;
		if self.syncing {
			Some("it is still catching up".into())
		} else if self.should_have_peers && self.peers == 0 {
			Some("it has no peers".into())
		} else if self.finality_waits > patience {
			let waits = self.finality_waits;
			Some(format!(
				"finality has not moved for {waits} s, and payments wait for it; are enough validators online?"
			))
		} else if self.newest_block_age > patience {
			let age = self.newest_block_age;
			Some(format!("no block for {age} s by the clock of this machine; are validators online, and is it right?"))
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
				node.trouble().as_deref().unwrap_or("good"),
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

#[cfg(test)]
mod tests {
	use super::*;

	fn node(finality_waits: u64, newest_block_age: u64, block_time: u64) -> Node {
		Node {
			node: "ws://127.0.0.1:9944".into(),
			peers: 1,
			should_have_peers: true,
			syncing: false,
			best: 81,
			finalized: 74,
			finality_waits,
			newest_block_age,
			block_time,
		}
	}

	#[test]
	fn finality_that_stands_still_is_told_by_time() {
		for (finality_waits, newest_block_age, block_time, words) in [
			(6, 3, 2_000, None),
			(20, 20, 2_000, None),
			(21, 3, 2_000, Some("finality has not moved for 21 s, and payments wait for it")),
			// A block each six seconds is slower, but not worse.
			(60, 60, 6_000, None),
			(61, 6, 6_000, Some("finality has not moved for 61 s")),
			(6, 61, 6_000, Some("no block for 61 s")),
		] {
			let node = node(finality_waits, newest_block_age, block_time);
			let trouble = node.trouble();
			assert_eq!(trouble.is_some(), words.is_some(), "{trouble:?}");
			assert!(words.is_none_or(|words| trouble.unwrap().contains(words)));
			let health = Health { node: Ok(node), ipfs: Vec::new() };
			assert_eq!(health.to_string().contains(": good"), words.is_none(), "{health}");
		}
	}
}
