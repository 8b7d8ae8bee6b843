//! The chain: the only place that knows how it is spoken to.

mod convert;
mod failure;
mod follow;
mod history;
mod training;
mod transaction;

pub use follow::{Follower, Listener, Tick};
pub use history::{forgotten, Fate, Game, Gone};
pub use training::History;
pub use transaction::{calls, Included, Receipt, Sent, Wait};

use crate::{
	amount::{Amount, Token},
	error::{Failure, Kind, Result},
	game::{Balance, Dataset, Disclosure, Label, Limits, Quote, Sample, Terms},
};
use failure::{rpc, ToFailure};
use learnware_primitives::places::CopyAttack;
use std::{
	collections::BTreeMap,
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use subxt::{
	backend::LegacyBackend,
	config::RpcConfigFor,
	rpcs::{methods::LegacyRpcMethods, RpcClient},
	utils::{AccountId32, H256},
	OnlineClient, OnlineClientAtBlock,
};
use url::Url;

/// Types and calls of the runtime, generated from its metadata. A test in the runtime's crate fails when the two
/// drift apart.
#[subxt::subxt(
	runtime_metadata_path = "artifacts/metadata.scale",
	substitute_type(
		path = "learnware_primitives::labels::places::Duplicates",
		with = "::subxt::utils::Static<::learnware_primitives::places::Duplicates>"
	),
	substitute_type(
		path = "learnware_primitives::labels::places::Payout",
		with = "::subxt::utils::Static<::learnware_primitives::places::Payout>"
	),
	substitute_type(
		path = "learnware_primitives::labels::report::GoldUse",
		with = "::subxt::utils::Static<::learnware_primitives::GoldUse>"
	),
	substitute_type(
		path = "learnware_primitives::labels::report::Verdict",
		with = "::subxt::utils::Static<::learnware_primitives::Verdict>"
	),
	substitute_type(
		path = "learnware_primitives::training::curve::Curve",
		with = "::subxt::utils::Static<::learnware_primitives::training::curve::Curve>"
	),
	substitute_type(
		path = "learnware_primitives::training::curve::Ratio",
		with = "::subxt::utils::Static<::learnware_primitives::training::curve::Ratio>"
	),
	substitute_type(
		path = "learnware_primitives::labels::settle::End",
		with = "::subxt::utils::Static<::learnware_primitives::settle::End>"
	),
	substitute_type(
		path = "learnware_primitives::labels::settle::SlashReason",
		with = "::subxt::utils::Static<::learnware_primitives::settle::SlashReason>"
	),
	substitute_type(
		path = "learnware_primitives::labels::task::Task",
		with = "::subxt::utils::Static<::learnware_primitives::Task>"
	),
	substitute_type(
		path = "learnware_primitives::training::report::Flaw",
		with = "::subxt::utils::Static<::learnware_primitives::training::Flaw>"
	),
	substitute_type(
		path = "learnware_primitives::training::limits::Limits",
		with = "::subxt::utils::Static<::learnware_primitives::training::Limits>"
	),
	substitute_type(
		path = "learnware_primitives::training::settle::Mode",
		with = "::subxt::utils::Static<::learnware_primitives::training::Mode>"
	),
	substitute_type(
		path = "learnware_primitives::training::report::Part",
		with = "::subxt::utils::Static<::learnware_primitives::training::Part>"
	),
	substitute_type(
		path = "learnware_primitives::training::settle::Settlement",
		with = "::subxt::utils::Static<::learnware_primitives::training::Settlement>"
	)
)]
mod api {}

type Config = subxt::PolkadotConfig;
type Client = OnlineClientAtBlock<Config>;

/// Most entries that the runtime gives at once.
const PAGE: u32 = 256;

/// A connection to a node.
#[derive(Clone)]
pub struct Chain {
	client: OnlineClient<Config>,
	methods: LegacyRpcMethods<RpcConfigFor<Config>>,
	pub url: String,
	pub genesis: [u8; 32],
	pub name: String,
	pub token: Token,
	/// Keys that everybody knows are fine here.
	pub is_development: bool,
	/// Milliseconds from block to block.
	pub block_time: u64,
}

/// What happens to the connection, told while it is waited for.
pub enum Event<'a> {
	/// Trying this node.
	Connecting(&'a Url),
	/// It answers.
	Connected(&'a Chain),
	/// The connection broke; it is tried again.
	Lost(&'a Failure),
	/// It is there again.
	Reconnected(&'a Chain),
}

/// What a node says of itself.
pub struct NodeState {
	pub version: String,
	pub peers: usize,
	pub should_have_peers: bool,
	pub is_syncing: bool,
}

/// How far the chain has come, and since when.
pub struct Progress {
	pub best: u32,
	pub finalized: u32,
	/// How long the oldest block that is not finalized has waited for it, by the clock of the chain.
	pub finality_waits: Duration,
	/// Time since the newest block, by the clock of this machine.
	pub newest_block_age: Duration,
}

/// The chain as it was at one block.
pub struct At(Client);

impl Chain {
	/// Connects to the first of `urls` that answers.
	pub async fn connect(urls: &[Url], listener: &(dyn Fn(Event<'_>) + Sync)) -> Result<Self> {
		let mut failures = Vec::new();
		for url in urls {
			listener(Event::Connecting(url));
			match Self::open(url).await {
				Ok(chain) => {
					listener(Event::Connected(&chain));
					return Ok(chain);
				},
				Err(failure) if failure.kind == Kind::Unavailable => {
					failures.push(format!("{url}: {}", failure.message))
				},
				Err(failure) => return Err(failure),
			}
		}
		Err(Failure::new(Kind::Unavailable, "node_unavailable", format!("no node answers: {}", failures.join("; ")))
			.help("start a node, or name a running one with --url ws://HOST:PORT"))
	}

	async fn open(url: &Url) -> Result<Self> {
		let rpc_client = RpcClient::from_insecure_url(url).await.map_err(rpc)?;
		let methods = LegacyRpcMethods::new(rpc_client.clone());
		// The oldest interface is the one that all nodes, proxies and archives serve alike.
		let backend = LegacyBackend::builder().build(rpc_client);
		let config = Config::builder().use_historic_types(false).build();
		let client = OnlineClient::from_backend_with_config(config, Arc::new(backend)).await.or_failure()?;
		let properties = methods.system_properties().await.map_err(rpc)?;
		let chain_type = methods.system_chain_type().await.map_err(rpc)?;
		let slot = client.at_current_block().await.or_failure()?;
		let block_time = slot.runtime_apis().call(api::runtime_apis().aura_api().slot_duration()).await.or_failure()?;
		Ok(Self {
			url: url.as_str().trim_end_matches('/').into(),
			genesis: client.genesis_hash().0,
			name: methods.system_chain().await.map_err(rpc)?,
			token: token(&properties),
			is_development: matches!(chain_type.as_str(), "Development" | "Local"),
			block_time: block_time.0,
			client,
			methods,
		})
	}

	/// The newest block, which may still be taken back.
	pub async fn best(&self) -> Result<At> {
		let hash = self.methods.chain_get_block_hash(None).await.map_err(rpc)?;
		match hash {
			Some(hash) => self.at(hash).await,
			None => Err(Failure::new(Kind::Unavailable, "node_unavailable", "the node has no block")),
		}
	}

	/// The newest block that is never taken back.
	pub async fn finalized(&self) -> Result<At> {
		self.client.at_current_block().await.or_failure().map(At)
	}

	async fn at(&self, hash: H256) -> Result<At> {
		self.client.at_block(hash).await.or_failure().map(At)
	}

	pub async fn node_state(&self) -> Result<NodeState> {
		let health = self.methods.system_health().await.map_err(rpc)?;
		Ok(NodeState {
			version: self.methods.system_version().await.map_err(rpc)?,
			peers: health.peers,
			should_have_peers: health.should_have_peers,
			is_syncing: health.is_syncing,
		})
	}

	/// How far the chain has come.
	pub async fn progress(&self) -> Result<Progress> {
		let (finalized, best) = (self.finalized().await?, self.best().await?);
		let newest = best.time().await?;
		let waiting = self.methods.chain_get_block_hash(Some((finalized.number() + 1).into())).await.map_err(rpc)?;
		let waits_since = match waiting {
			Some(hash) => self.at(hash).await?.time().await?,
			None => newest,
		};
		let age = SystemTime::now().duration_since(UNIX_EPOCH + newest).unwrap_or_default();
		Ok(Progress {
			best: best.number(),
			finalized: finalized.number(),
			finality_waits: newest.saturating_sub(waits_since),
			// The first block has no time.
			newest_block_age: if newest.is_zero() { newest } else { age },
		})
	}

	/// About how long `blocks` take.
	pub fn about(&self, blocks: u32) -> String {
		let seconds = u64::from(blocks).saturating_mul(self.block_time) / 1000;
		match seconds {
			0..=119 => format!("{seconds} s"),
			120..=7199 => format!("{} min", seconds / 60),
			7200..=172_799 => format!("{} h", seconds / 3600),
			_ => format!("{} days", seconds / 86_400),
		}
	}

	pub fn format(&self, amount: Amount) -> String {
		self.token.format(amount)
	}
}

impl At {
	pub fn number(&self) -> u32 {
		u32::try_from(self.0.block_number()).unwrap_or(u32::MAX)
	}

	pub fn hash(&self) -> String {
		format!("{:?}", self.0.block_hash())
	}

	/// The time of the block, since 1970.
	async fn time(&self) -> Result<Duration> {
		let address = api::storage().timestamp().now();
		let now = self.0.storage().fetch(address, ()).await.or_failure()?.decode().or_failure()?;
		Ok(Duration::from_millis(now))
	}

	pub fn spec_version(&self) -> u32 {
		self.0.spec_version()
	}

	/// A sample whose game is on.
	pub async fn sample(&self, sample: u32) -> Result<Option<Sample>> {
		let call = api::runtime_apis().labeling_game_api().sample(sample);
		Ok(self.0.runtime_apis().call(call).await.or_failure()?.map(Sample::from))
	}

	/// All samples whose game is on.
	pub async fn samples(&self) -> Result<Vec<Sample>> {
		let mut samples: Vec<Sample> = Vec::new();
		loop {
			let from = samples.last().map_or(0, |last| last.sample.saturating_add(1));
			let call = api::runtime_apis().labeling_game_api().samples(from, PAGE);
			let page = self.0.runtime_apis().call(call).await.or_failure()?;
			let is_last = page.len() < PAGE as usize;
			samples.extend(page.into_iter().map(Sample::from));
			if is_last {
				return Ok(samples);
			}
		}
	}

	/// The number of the next sample: there never was one of this or a higher number.
	pub async fn next_sample(&self) -> Result<u32> {
		let address = api::storage().labeling_game().next_sample();
		self.0.storage().fetch(address, ()).await.or_failure()?.decode().or_failure()
	}

	/// All labels of an account in samples whose game is on.
	pub async fn labels_of(&self, account: AccountId32) -> Result<Vec<Label>> {
		let mut labels: Vec<Label> = Vec::new();
		loop {
			let from = labels.last().map_or(0, |last| last.sample.saturating_add(1));
			let call = api::runtime_apis().labeling_game_api().labels_of(account, from, PAGE);
			let page = self.0.runtime_apis().call(call).await.or_failure()?;
			let is_last = page.len() < PAGE as usize;
			labels.extend(page.into_iter().map(Label::from));
			if is_last {
				return Ok(labels);
			}
		}
	}

	/// The labels of a sample, in order of commitment, with who committed them.
	pub async fn labels(&self, sample: u32) -> Result<Vec<(String, Disclosure)>> {
		let address = api::storage().labeling_game().labels();
		let labels = self.0.storage().fetch(address, (sample,)).await.or_failure()?.decode().or_failure()?;
		Ok(labels.0.into_iter().map(|label| (label.who.to_string(), label.state.into())).collect())
	}

	pub async fn quote(&self, sample: u32) -> Result<Option<Quote>> {
		let call = api::runtime_apis().labeling_game_api().quote(sample);
		Ok(self.0.runtime_apis().call(call).await.or_failure()?.map(Quote::from))
	}

	pub async fn dataset(&self, dataset: u32) -> Result<Option<Dataset>> {
		let call = api::runtime_apis().labeling_game_api().dataset(dataset);
		let info = self.0.runtime_apis().call(call).await.or_failure()?;
		Ok(info.map(|info| convert::dataset(dataset, info.record, info.task.0)))
	}

	/// All datasets, by number.
	pub async fn datasets(&self) -> Result<Vec<Dataset>> {
		let mut entries = self.0.storage().iter(api::storage().labeling_game().tasks(), ()).await.or_failure()?;
		let mut tasks = BTreeMap::new();
		while let Some(entry) = entries.next().await {
			let entry = entry.or_failure()?;
			let (dataset,) = entry.key().or_failure()?.decode().or_failure()?;
			tasks.insert(dataset, entry.value().decode().or_failure()?.0);
		}
		let mut entries = self.0.storage().iter(api::storage().labeling_game().datasets(), ()).await.or_failure()?;
		let mut datasets = Vec::new();
		while let Some(entry) = entries.next().await {
			let entry = entry.or_failure()?;
			let (dataset,) = entry.key().or_failure()?.decode().or_failure()?;
			if let Some(task) = tasks.remove(&dataset) {
				datasets.push(convert::dataset(dataset, entry.value().decode().or_failure()?, task));
			}
		}
		datasets.sort_by_key(|dataset| dataset.dataset);
		Ok(datasets)
	}

	/// The accounts on the allow-list of a dataset.
	pub async fn allowed(&self, dataset: u32) -> Result<Vec<AccountId32>> {
		let address = api::storage().labeling_game().allow_list();
		let mut entries = self.0.storage().iter(address, (dataset,)).await.or_failure()?;
		let mut accounts = Vec::new();
		while let Some(entry) = entries.next().await {
			let (_, account) = entry.or_failure()?.key().or_failure()?.decode().or_failure()?;
			accounts.push(account);
		}
		Ok(accounts)
	}

	/// Whether an account is among those who may label a dataset.
	pub async fn may_label(&self, account: AccountId32, dataset: u32) -> Result<bool> {
		let call = api::runtime_apis().labeling_game_api().may_label(account, dataset);
		self.0.runtime_apis().call(call).await.or_failure()
	}

	/// The best attack with copies of one label that the crowd follows with a chance in parts per million.
	pub async fn copy_attack(&self, terms: &Terms, bounty: Amount, chance: u32) -> Result<CopyAttack> {
		let call = api::runtime_apis().labeling_game_api().copy_attack(terms.into(), bounty.0, chance);
		let attack = self.0.runtime_apis().call(call).await.or_failure()?;
		Ok(CopyAttack {
			accounts: attack.accounts,
			gain: attack.gain,
			at_risk: attack.at_risk,
			profit: attack.profit,
			deterrent: attack.deterrent,
		})
	}

	pub async fn balance(&self, account: AccountId32) -> Result<Balance> {
		let address = api::storage().system().account();
		let account = self.0.storage().fetch(address, (account,)).await.or_failure()?.decode().or_failure()?;
		let minimum = self.minimum_balance()?;
		Ok(Balance { free: Amount(account.data.free), held: Amount(account.data.reserved), minimum })
	}

	/// What an account must keep to exist.
	pub fn minimum_balance(&self) -> Result<Amount> {
		self.0.constants().entry(api::constants().balances().existential_deposit()).or_failure().map(Amount)
	}

	/// The rules that hold for all datasets.
	pub fn limits(&self) -> Result<Limits> {
		let constants = self.0.constants();
		let game = || api::constants().labeling_game();
		Ok(Limits {
			min_bounty: Amount(constants.entry(game().min_bounty()).or_failure()?),
			min_collateral: Amount(constants.entry(game().min_collateral()).or_failure()?),
			dataset_deposit: Amount(constants.entry(game().dataset_deposit()).or_failure()?),
			dataset_deposit_per_byte: Amount(constants.entry(game().dataset_deposit_per_byte()).or_failure()?),
			allow_deposit: Amount(constants.entry(game().allow_deposit()).or_failure()?),
			sample_deposit: Amount(constants.entry(game().sample_deposit()).or_failure()?),
			sample_deposit_per_block: Amount(constants.entry(game().sample_deposit_per_block()).or_failure()?),
			max_period: constants.entry(game().max_period()).or_failure()?,
			max_live_samples: constants.entry(game().max_live_samples()).or_failure()?,
			max_samples_per_account: constants.entry(game().max_samples_per_account()).or_failure()?,
			max_labels_per_account: constants.entry(game().max_labels_per_account()).or_failure()?,
		})
	}
}

fn token(properties: &serde_json::Map<String, serde_json::Value>) -> Token {
	let default = Token::default();
	let symbol = properties.get("tokenSymbol").and_then(|symbol| symbol.as_str());
	let decimals = properties.get("tokenDecimals").and_then(|decimals| decimals.as_u64()?.try_into().ok());
	Token { symbol: symbol.map_or(default.symbol, String::from), decimals: decimals.unwrap_or(default.decimals) }
}
