//! A chain and an IPFS that do what a test says.

use super::*;
use futures::{future::BoxFuture, FutureExt};
use learnware_ipfs::{
	server::{Server, ServerLimits},
	BlockStore, Config, Ipfs,
};
use learnware_primitives::commitment::Salt;
use pallet_quorum::{ReportReveal, ScorerIndex, SessionIndex, Standing};
use sp_core::{sr25519, H256};
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	sync::{Mutex, MutexGuard},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

type Commitments<G> = Vec<(<G as Game>::Id, H256)>;
type Reveals<G> = Vec<ReportReveal<<G as Game>::Id, <G as Game>::Report>>;
type Fetched = Result<Vec<u8>, FetchFailure>;

/// A question to the chain, with what it is about.
pub enum Call<'a> {
	Canonical(u32),
	Version(Head),
	OwnScorers(Head, SessionIndex),
	Standing(Head),
	/// With the seed, which names the piece of work.
	Salt(&'a [u8]),
	Sign(&'a sr25519::Public),
	Work(Head),
	Commit,
	Reveal,
	/// With the bytes of the label.
	Condense(Head, &'a [u8]),
	/// With the number of labels.
	Judge(Head, usize),
}

impl Call<'_> {
	/// Whether it needs the state of a block below this one, as a node has it no more that prunes states.
	pub fn needs_state_below(&self, bound: u32) -> bool {
		match self {
			Self::Version(at)
			| Self::OwnScorers(at, _)
			| Self::Standing(at)
			| Self::Work(at)
			| Self::Condense(at, _)
			| Self::Judge(at, _) => at.number < bound,
			Self::Canonical(_) | Self::Salt(_) | Self::Sign(_) | Self::Commit | Self::Reveal => false,
		}
	}
}

pub struct World<G: Game> {
	pub best: u32,
	pub finalized: u32,
	/// Blocks from which on new code holds; its version is how many there were.
	pub upgrades: Vec<u32>,
	pub work: Vec<G::Work>,
	pub own: Vec<ScorerIndex>,
	pub commitments: Vec<(ScorerIndex, Commitments<G>)>,
	pub reveals: Vec<(ScorerIndex, Reveals<G>)>,
	/// Which questions the node can't answer.
	pub fails: fn(&Call) -> bool,
	/// Versions of the code that has parsed a label.
	pub condensed_by: Vec<u32>,
	/// Versions of the code that has judged a sample.
	pub judged_by: Vec<u32>,
}

impl<G: Game> Default for World<G> {
	fn default() -> Self {
		Self {
			best: 0,
			finalized: 0,
			upgrades: vec![],
			work: vec![],
			own: vec![],
			commitments: vec![],
			reveals: vec![],
			fails: |_| false,
			condensed_by: vec![],
			judged_by: vec![],
		}
	}
}

pub struct MockChain<G: Game>(Arc<Mutex<World<G>>>);

impl<G: Game> Default for MockChain<G> {
	fn default() -> Self {
		Self(Arc::default())
	}
}

impl<G: Game> Clone for MockChain<G> {
	fn clone(&self) -> Self {
		Self(self.0.clone())
	}
}

fn head(number: u32) -> Head {
	Head { hash: H256::from_low_u64_be(number.into()), number }
}

impl<G: Game> MockChain<G> {
	pub fn world(&self) -> MutexGuard<'_, World<G>> {
		self.0.lock().unwrap()
	}

	/// For each question, before it is answered.
	pub fn ask(&self, call: Call) -> Result<MutexGuard<'_, World<G>>, ChainError> {
		let world = self.world();
		match (world.fails)(&call) {
			true => Err(ChainError("State already discarded".into())),
			false => Ok(world),
		}
	}

	pub fn committed(&self) -> Commitments<G> {
		self.world().commitments.iter().flat_map(|(_, commitments)| commitments.clone()).collect()
	}

	pub fn revealed(&self) -> Reveals<G> {
		self.world().reveals.iter().flat_map(|(_, reveals)| reveals.clone()).collect()
	}
}

impl<G: Game> ScorerChain for MockChain<G> {
	fn genesis(&self) -> H256 {
		H256::repeat_byte(7)
	}
	fn best(&self) -> Head {
		head(self.world().best)
	}
	fn finalized(&self) -> Head {
		head(self.world().finalized)
	}
	fn canonical(&self, number: u32) -> Result<Option<Head>, ChainError> {
		let world = self.ask(Call::Canonical(number))?;
		Ok((number <= world.finalized).then(|| head(number)))
	}
	fn version(&self, at: Head) -> Result<u32, ChainError> {
		let world = self.ask(Call::Version(at))?;
		Ok(world.upgrades.iter().filter(|since| **since <= at.number).count() as u32)
	}
	fn own_scorers(&self, at: Head, session: SessionIndex) -> Result<Vec<(ScorerIndex, sr25519::Public)>, ChainError> {
		let key = |index: &u32| (*index, sr25519::Public::from_raw([*index as u8; 32]));
		Ok(self.ask(Call::OwnScorers(at, session))?.own.iter().map(key).collect())
	}
	fn standing(&self, at: Head, _: SessionIndex, _: ScorerIndex) -> Result<Option<Standing>, ChainError> {
		drop(self.ask(Call::Standing(at))?);
		Ok(Some(Standing { deviations: 1, absences: 2, bond: 3 }))
	}
	fn salt(&self, key: &sr25519::Public, name: &'static [u8], seed: &[u8]) -> Result<Salt, ChainError> {
		drop(self.ask(Call::Salt(seed))?);
		Ok(sp_crypto_hashing::blake2_256(&parity_scale_codec::Encode::encode(&(key, name, seed))))
	}
	fn sign(&self, key: &sr25519::Public, payload: &[u8]) -> Result<Vec<u8>, ChainError> {
		drop(self.ask(Call::Sign(key))?);
		Ok(payload.to_vec())
	}
}

impl<G: Game> GameChain<G> for MockChain<G> {
	fn work(&self, at: Head) -> Result<Vec<G::Work>, ChainError> {
		Ok(self.ask(Call::Work(at))?.work.clone())
	}
	fn send_commitments(
		&self,
		_: SessionIndex,
		scorer: ScorerIndex,
		commitments: Commitments<G>,
		_: Vec<u8>,
	) -> Result<(), ChainError> {
		self.ask(Call::Commit)?.commitments.push((scorer, commitments));
		Ok(())
	}
	fn send_reveals(
		&self,
		_: SessionIndex,
		scorer: ScorerIndex,
		reveals: Reveals<G>,
		_: Vec<u8>,
	) -> Result<(), ChainError> {
		self.ask(Call::Reveal)?.reveals.push((scorer, reveals));
		Ok(())
	}
}

#[derive(Default)]
pub struct MockIpfs {
	pub files: Mutex<HashMap<Vec<u8>, Fetched>>,
	/// Files for which nobody ever gives an answer.
	pub hanging: Mutex<HashSet<Vec<u8>>>,
	pub tries: Mutex<BTreeMap<Vec<u8>, u32>>,
	pub forgotten: Mutex<Vec<Vec<u8>>>,
	pub withdrawn: Mutex<Vec<Vec<u8>>>,
	pub published: Mutex<Vec<Vec<u8>>>,
}

impl Fetcher for MockIpfs {
	fn fetch(&self, location: Vec<u8>, _: u32) -> BoxFuture<'static, Fetched> {
		*self.tries.lock().unwrap().entry(location.clone()).or_default() += 1;
		if self.hanging.lock().unwrap().contains(&location) {
			return std::future::pending().boxed();
		}
		let missing = || Err(FetchFailure::Unavailable("nobody has it".into()));
		let result = self.files.lock().unwrap().get(&location).cloned().unwrap_or_else(missing);
		async move { result }.boxed()
	}
	fn locate(&self, _: &[u8]) -> Result<Vec<u8>, String> {
		Ok(location(200))
	}
	fn publish(&self, bytes: Vec<u8>) -> BoxFuture<'static, Result<Vec<u8>, String>> {
		self.published.lock().unwrap().push(bytes);
		async move { Ok(location(200)) }.boxed()
	}
	fn forget(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		self.forgotten.lock().unwrap().push(location);
		async {}.boxed()
	}
	fn withdraw(&self, location: Vec<u8>) -> BoxFuture<'static, ()> {
		self.withdrawn.lock().unwrap().push(location);
		async {}.boxed()
	}
}

/// A store of 1 MiB behind its RPC, for what a mock can't show.
pub struct RealIpfs {
	pub folder: TempDir,
	pub store: Arc<BlockStore>,
	pub ipfs: Ipfs,
	/// Whoever aborts it has a daemon that is down.
	pub server: JoinHandle<()>,
}

impl RealIpfs {
	pub async fn start() -> Self {
		let folder = tempfile::tempdir().unwrap();
		let store = Arc::new(BlockStore::open(&folder.path().join("ipfs"), 1 << 20).unwrap());
		let rpc = Server::rpc(store.clone(), "127.0.0.1:0".parse().unwrap(), ServerLimits::default()).await.unwrap();
		let endpoints = vec![format!("http://{}", rpc.address()).parse().unwrap()];
		let server = tokio::spawn(rpc.run(std::future::pending()));
		Self { folder, store, ipfs: Ipfs::new(Config { endpoints, ..Config::default() }).unwrap(), server }
	}
}

pub fn location(n: u8) -> Vec<u8> {
	[&[1, 0x55, 0x12, 0x20][..], &[n; 32]].concat()
}
