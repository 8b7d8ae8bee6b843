//! What the scorer asks of its node: state through the runtime API, keys, and the pool.

use super::game::Game;
use learnware_primitives::commitment::Salt;
use pallet_quorum::{runtime_api::ScorersApi, ReportReveal, ScorerIndex, SessionIndex, Standing};
use parity_scale_codec::Encode;
use sc_client_api::HeaderBackend;
use sc_transaction_pool_api::LocalTransactionPool;
use sp_api::{ApiError, ApiRef, Core, ProvideRuntimeApi};
use sp_core::{crypto::KeyTypeId, sr25519, H256};
use sp_keystore::KeystorePtr;
use sp_runtime::traits::{Block as BlockT, Header, NumberFor};
use std::sync::Arc;

/// Pieces of work asked for at a time.
const PAGE: u32 = 64;

/// The node could not answer; the reason is for the log.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ChainError(pub String);

impl ChainError {
	pub(super) fn new(error: impl std::fmt::Display) -> Self {
		Self(error.to_string())
	}
}

/// A block to ask at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Head {
	/// Its hash.
	pub hash: H256,
	/// Its number.
	pub number: u32,
}

/// The chain as a scorer of any game sees it; its real form is [`NodeChain`], as that of all chains of games.
pub trait ScorerChain: Send {
	/// Hash of the first block: the chain's identity.
	fn genesis(&self) -> H256;
	/// The best block.
	fn best(&self) -> Head;
	/// The last finalized block.
	fn finalized(&self) -> Head;
	/// The finalized block of a number, `None` if it is not finalized yet.
	fn canonical(&self, number: u32) -> Result<Option<Head>, ChainError>;
	/// Version of the code of a block.
	fn version(&self, at: Head) -> Result<u32, ChainError>;
	/// Which of the scorers of `session` this node has the key of, by their index.
	fn own_scorers(&self, at: Head, session: SessionIndex) -> Result<Vec<(ScorerIndex, sr25519::Public)>, ChainError>;
	/// How a scorer of `session` stands with the chain.
	fn standing(&self, at: Head, session: SessionIndex, scorer: ScorerIndex) -> Result<Option<Standing>, ChainError>;
	/// A secret that only the key's owner can derive, the same each time for the same name and seed.
	fn salt(&self, key: &sr25519::Public, name: &'static [u8], seed: &[u8]) -> Result<Salt, ChainError>;
	/// Signs with a scorer's key.
	fn sign(&self, key: &sr25519::Public, payload: &[u8]) -> Result<Vec<u8>, ChainError>;
}

/// The chain as a scorer of one game sees it.
pub trait GameChain<G: Game>: ScorerChain {
	/// All that scorers work on, in rising order.
	fn work(&self, at: Head) -> Result<Vec<G::Work>, ChainError>;
	/// Hands a `commit_report` to the pool.
	fn send_commitments(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: Vec<(G::Id, H256)>,
		signature: Vec<u8>,
	) -> Result<(), ChainError>;
	/// Hands a `reveal_report` to the pool.
	fn send_reveals(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: Vec<ReportReveal<G::Id, G::Report>>,
		signature: Vec<u8>,
	) -> Result<(), ChainError>;
}

/// A node's client, pool and keystore.
pub struct NodeChain<Block, Client, Pool> {
	client: Arc<Client>,
	pool: Arc<Pool>,
	keystore: KeystorePtr,
	key_type: KeyTypeId,
	block: std::marker::PhantomData<fn() -> Block>,
}

impl<Block, Client, Pool> NodeChain<Block, Client, Pool> {
	/// `key_type` is that of the scorers' session keys.
	pub fn new(client: Arc<Client>, pool: Arc<Pool>, keystore: KeystorePtr, key_type: KeyTypeId) -> Self {
		Self { client, pool, keystore, key_type, block: Default::default() }
	}
}

impl<Block, Client, Pool> NodeChain<Block, Client, Pool>
where
	Block: BlockT<Hash = H256>,
	NumberFor<Block>: From<u32> + Into<u64>,
	Client: HeaderBackend<Block> + ProvideRuntimeApi<Block>,
	Pool: LocalTransactionPool<Block = Block>,
{
	fn head(&self, hash: H256, number: NumberFor<Block>) -> Head {
		Head { hash, number: Into::<u64>::into(number).try_into().unwrap_or(u32::MAX) }
	}

	/// The runtime to ask.
	pub(super) fn api(&self) -> ApiRef<'_, Client::Api> {
		self.client.runtime_api()
	}

	/// Makes the extrinsic of what was signed, and gives it to the pool.
	pub(super) fn hand_in(
		&self,
		domain: &str,
		session: SessionIndex,
		scorer: ScorerIndex,
		entries: &impl Encode,
		signature: Vec<u8>,
	) -> Result<(), ChainError>
	where
		Client::Api: ScorersApi<Block>,
	{
		let at = self.client.info().best_hash;
		let made = self.api().hand_in(at, domain.into(), session, scorer, entries.encode(), signature);
		let refused = || ChainError("the runtime does not take the signature".into());
		let extrinsic = made.map_err(ChainError::new)?.ok_or_else(refused)?;
		self.pool.submit_local(at, extrinsic).map(|_| ()).map_err(ChainError::new)
	}
}

impl<Block, Client, Pool> ScorerChain for NodeChain<Block, Client, Pool>
where
	Block: BlockT<Hash = H256>,
	NumberFor<Block>: From<u32> + Into<u64>,
	Client: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync + 'static,
	Client::Api: ScorersApi<Block>,
	Pool: LocalTransactionPool<Block = Block> + 'static,
{
	fn genesis(&self) -> H256 {
		self.client.info().genesis_hash
	}

	fn best(&self) -> Head {
		let info = self.client.info();
		self.head(info.best_hash, info.best_number)
	}

	fn finalized(&self) -> Head {
		let info = self.client.info();
		self.head(info.finalized_hash, info.finalized_number)
	}

	fn canonical(&self, number: u32) -> Result<Option<Head>, ChainError> {
		if number > self.finalized().number {
			return Ok(None);
		}
		let hash = self.client.hash(number.into()).map_err(ChainError::new)?;
		let Some(hash) = hash else { return Ok(None) };
		let header = self.client.header(hash).map_err(ChainError::new)?;
		Ok(header.map(|header| self.head(hash, *header.number())))
	}

	fn version(&self, at: Head) -> Result<u32, ChainError> {
		self.client.runtime_api().version(at.hash).map(|version| version.spec_version).map_err(ChainError::new)
	}

	fn own_scorers(&self, at: Head, session: SessionIndex) -> Result<Vec<(ScorerIndex, sr25519::Public)>, ChainError> {
		let keys = self.client.runtime_api().scorers(at.hash, session).map_err(ChainError::new)?;
		let own = (0..).zip(keys).filter(|(_, key)| self.keystore.has_keys(&[(key.clone(), self.key_type)]));
		Ok(own
			.filter_map(|(index, key)| sr25519::Public::try_from(key.as_slice()).ok().map(|key| (index, key)))
			.collect())
	}

	fn standing(&self, at: Head, session: SessionIndex, scorer: ScorerIndex) -> Result<Option<Standing>, ChainError> {
		self.client.runtime_api().standing(at.hash, session, scorer).map_err(ChainError::new)
	}

	fn salt(&self, key: &sr25519::Public, name: &'static [u8], seed: &[u8]) -> Result<Salt, ChainError> {
		// The output of the key's verifiable random function: a signature would differ each time.
		let input = sr25519::vrf::VrfInput::new(name, &[(b"game", seed)]);
		let output = self.keystore.sr25519_vrf_pre_output(self.key_type, key, &input).map_err(ChainError::new)?;
		let output = output.ok_or_else(|| ChainError("the scorer's key left the keystore".into()))?;
		Ok(sp_crypto_hashing::blake2_256(&output.encode()))
	}

	fn sign(&self, key: &sr25519::Public, payload: &[u8]) -> Result<Vec<u8>, ChainError> {
		let signature = self.keystore.sr25519_sign(self.key_type, key, payload).map_err(ChainError::new)?;
		let signature = signature.ok_or_else(|| ChainError("the scorer's key left the keystore".into()))?;
		Ok(signature.encode())
	}
}

/// All work, which a runtime gives in pages of rising numbers.
pub(super) fn all_pages<Work>(
	page: impl Fn(u32, u32) -> Result<Vec<Work>, ApiError>,
	number: impl Fn(&Work) -> u32,
) -> Result<Vec<Work>, ChainError> {
	let mut work: Vec<Work> = Vec::new();
	loop {
		let next = page(work.last().map_or(0, |last| number(last).saturating_add(1)), PAGE).map_err(ChainError::new)?;
		let last = next.len() < PAGE as usize;
		work.extend(next);
		if last {
			return Ok(work);
		}
	}
}
