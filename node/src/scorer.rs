//! The scorer as part of the node: its options, and where it is started.

use crate::client::{FullClient, FullPool};
use learnware_engine::{Cache, Engine};
use learnware_ipfs::{
	server::{Server, ServerLimits},
	store::BlockStore,
	Config, Ipfs, Limits,
};
use learnware_primitives::training::MAX_TEST_BYTES;
use learnware_runtime::opaque::Block;
use learnware_scorer::{run, DeskFiles, LabelDesk, Metrics, NodeChain, TrainingDesk, Versions};
use prometheus_endpoint::Registry;
use sc_service::{error::Error as ServiceError, SpawnEssentialTaskHandle, SpawnTaskHandle};
use sp_keystore::KeystorePtr;
use std::{
	net::SocketAddr,
	num::NonZeroUsize,
	path::{Path, PathBuf},
	str::FromStr,
	sync::Arc,
};
use url::Url;

/// MiB of the smallest store: a quarter of it has room for the largest state.
const LEAST_STORE: u64 = 256;

/// Options of the scorer and of its access to IPFS.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Scorer")]
pub struct ScorerParams {
	/// Run the scorer. Validators always do.
	#[arg(long)]
	pub scorer: bool,

	/// RPC of an IPFS daemon (Kubo), for example http://127.0.0.1:5001. May be repeated: they are asked in order.
	/// Without one, the node keeps a block store of its own.
	#[arg(long, value_name = "URL")]
	pub ipfs_api: Vec<String>,

	/// Another node that serves raw blocks, for example http://10.0.0.2:8080. May be repeated. Asked after the RPCs.
	#[arg(long, value_name = "URL")]
	pub ipfs_peer: Vec<String>,

	/// Where the RPC of the node's own block store listens; keep it on loopback. Port 0 picks a free one.
	#[arg(long, value_name = "ADDR", default_value = "127.0.0.1:5001", conflicts_with = "ipfs_api")]
	pub ipfs_listen: SocketAddr,

	/// Where the node's own block store serves raw blocks to its peers, or `off`. Port 0 picks a free one.
	#[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", conflicts_with = "ipfs_api")]
	pub ipfs_gateway_listen: Listen,

	/// Size of the node's own block store, in MiB. At most half of it is pinned for games that are on, and a quarter for what
	/// games came to; the same with a daemon.
	#[arg(long, value_name = "MIB", default_value_t = 16_384, value_parser = clap::value_parser!(u64).range(LEAST_STORE..))]
	pub ipfs_store_size: u64,

	/// Training sessions that are replayed at a time, each by one thread; half of the cores if not given. Each may take
	/// 1 GiB of memory.
	#[arg(long, value_name = "N")]
	pub replay_threads: Option<NonZeroUsize>,

	/// Size of the cache of replays, in MiB: after a restart, or when a more urgent session came in between, a replay goes
	/// on with what is in it.
	#[arg(long, value_name = "MIB", default_value_t = 2048)]
	pub replay_cache: u64,
}

/// An address to listen on, or none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listen {
	/// Do not listen.
	Off,
	/// Listen there.
	On(SocketAddr),
}

impl FromStr for Listen {
	type Err = std::net::AddrParseError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		match text {
			"off" => Ok(Self::Off),
			address => address.parse().map(Self::On),
		}
	}
}

/// What a scorer works with.
pub struct Parts {
	/// The chain.
	pub client: Arc<FullClient>,
	/// Where its reports go.
	pub pool: Arc<FullPool>,
	/// Where its keys are.
	pub keystore: KeystorePtr,
	/// Where its metrics go, if anywhere.
	pub registry: Option<Registry>,
	/// Folder of this chain's data, for the node's own block store.
	pub folder: PathBuf,
	/// Options.
	pub params: ScorerParams,
}

/// Starts the scorer's desks and, unless there is an IPFS daemon, the node's own block store.
///
/// They are essential: if the future of one ended, the node would stop; it only ends with the node. Each blocks a
/// thread, because it calls the runtime.
pub async fn spawn(
	parts: Parts,
	tasks: &SpawnEssentialTaskHandle,
	helpers: &SpawnTaskHandle,
) -> Result<(), ServiceError> {
	let Parts { client, pool, keystore, registry, folder, params } = parts;
	let ipfs = connect(&folder, &params, helpers).await?;
	let files = DeskFiles::open(ipfs, folder.join("results"), store_bytes(&params)).map_err(other)?;
	let chain = || NodeChain::new(client.clone(), pool.clone(), keystore.clone(), pallet_validator_set::KEY_TYPE);
	let metrics = Metrics::new(registry.as_ref());
	if let Some(engine) = engine(&folder, &params)? {
		let (chain, files, metrics) = (chain(), Arc::new(files.for_another_desk()), metrics.clone());
		let open = move |runtime, events| TrainingDesk::new(chain, files, engine, metrics, runtime, events);
		tasks.spawn_blocking("training-scorer", Some("learnware"), run::<Block, _, _>(client.clone(), open));
	}
	let versions = Versions::open(folder.join("versions")).map_err(other)?;
	let (chain, files) = (chain(), Arc::new(files));
	let open = move |runtime, events| LabelDesk::new(chain, files, versions, metrics, runtime, events);
	tasks.spawn_blocking("scorer", Some("learnware"), run::<Block, _, _>(client, open));
	Ok(())
}

/// What replays training sessions, with how many threads; none on a machine that cannot.
fn engine(folder: &Path, params: &ScorerParams) -> Result<Option<(Engine, NonZeroUsize)>, ServiceError> {
	let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
	let threads = params.replay_threads.or(NonZeroUsize::new(cores / 2)).unwrap_or(NonZeroUsize::MIN);
	let cache = Cache::open(folder.join("replay"), params.replay_cache.saturating_mul(1024 * 1024)).map_err(other)?;
	match Engine::new(threads, Some(cache)) {
		Ok(engine) => Ok(Some((engine, threads))),
		Err(fault) => {
			log::warn!("Training sessions are not replayed here: {fault}");
			Ok(None)
		},
	}
}

/// Access to IPFS: the daemons that were named, or a store of our own behind the same RPC.
async fn connect(folder: &Path, params: &ScorerParams, helpers: &SpawnTaskHandle) -> Result<Ipfs, ServiceError> {
	// The largest files: parts of a test set, and states.
	let limits = Limits { file_bytes: MAX_TEST_BYTES.into(), ..Limits::default() };
	let mut config = Config {
		endpoints: urls(&params.ipfs_api)?,
		peers: urls(&params.ipfs_peer)?,
		limits: limits.clone(),
		..Default::default()
	};
	if config.endpoints.is_empty() {
		let store = Arc::new(BlockStore::open(&folder.join("ipfs"), store_bytes(params)).map_err(other)?);
		let rpc =
			Server::rpc(store.clone(), params.ipfs_listen, ServerLimits { file: limits, ..ServerLimits::default() })
				.await
				.map_err(|error| advise(error, "--ipfs-listen"))?;
		log::info!("📦 IPFS API on http://{}", rpc.address());
		config.endpoints.push(url(&format!("http://{}", rpc.address()))?);
		helpers.spawn("ipfs-rpc", Some("learnware"), rpc.run(std::future::pending()));
		if let Listen::On(address) = params.ipfs_gateway_listen {
			let gateway = Server::gateway(store.clone(), address, ServerLimits::default())
				.await
				.map_err(|error| advise(error, "--ipfs-gateway-listen"))?;
			log::info!("📦 IPFS gateway for peers on http://{}", gateway.address());
			helpers.spawn("ipfs-gateway", Some("learnware"), gateway.run(std::future::pending()));
		}
		config.store = Some(store);
	}
	Ipfs::new(config).map_err(other)
}

/// Bytes that the scorer has on IPFS.
fn store_bytes(params: &ScorerParams) -> u64 {
	params.ipfs_store_size.saturating_mul(1024 * 1024)
}

fn urls(texts: &[String]) -> Result<Vec<Url>, ServiceError> {
	texts.iter().map(|text| url(text)).collect()
}

fn url(text: &str) -> Result<Url, ServiceError> {
	text.parse().map_err(|error| {
		ServiceError::Other(format!("`{text}` is no URL ({error}); write it as http://127.0.0.1:5001"))
	})
}

fn other(error: impl std::fmt::Display) -> ServiceError {
	ServiceError::Other(error.to_string())
}

fn advise(error: impl std::fmt::Display, option: &str) -> ServiceError {
	ServiceError::Other(format!(
		"{error}. Choose another address with {option}, or name a running daemon with --ipfs-api"
	))
}

#[cfg(test)]
mod tests {
	use super::{Listen, ScorerParams};
	use clap::Parser;

	#[derive(Parser)]
	struct Options {
		#[command(flatten)]
		scorer: ScorerParams,
	}

	#[test]
	fn a_store_has_room_for_a_state_also_with_a_daemon() {
		let parse = |size| {
			let options = ["node", "--ipfs-api", "http://127.0.0.1:5001", "--ipfs-store-size", size];
			Options::try_parse_from(options).map(|options| options.scorer.ipfs_store_size)
		};
		assert_eq!(parse("256").unwrap(), 256);
		assert!(parse("255").unwrap_err().to_string().contains("255 is not in 256.."));
	}

	#[test]
	fn listen_is_an_address_or_off() {
		assert_eq!("off".parse(), Ok(Listen::Off));
		assert_eq!("127.0.0.1:0".parse(), Ok(Listen::On(([127, 0, 0, 1], 0).into())));
		assert!("on".parse::<Listen>().is_err());
	}
}
