//! What the desk of the labeling game asks of its node.

use super::game::Labels;
use crate::{
	chain::{all_pages, ChainError, GameChain, Head, NodeChain},
	game::Game,
};
use learnware_primitives::{BadReason, Judgement, Summary, Task};
use pallet_labeling_game::{
	runtime_api::{LabelingGameApi, Work},
	SampleId, ScorerReport,
};
use pallet_quorum::{runtime_api::ScorersApi, ReportReveal, ScorerIndex, SessionIndex};
use sc_client_api::HeaderBackend;
use sc_transaction_pool_api::LocalTransactionPool;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::traits::{Block as BlockT, NumberFor};

/// The chain as it judges labels.
pub trait LabelChain: GameChain<Labels> {
	/// Parses a label with the code of a block.
	fn condense(&self, at: Head, task: Task, label: Vec<u8>) -> Result<Result<Summary, BadReason>, ChainError>;
	/// Judges labels, by the gold if there is any, with the code of a block.
	fn judge(
		&self,
		at: Head,
		task: Task,
		labels: Vec<Result<Summary, BadReason>>,
		gold: Option<Result<Summary, BadReason>>,
	) -> Result<Judgement, ChainError>;
}

impl<Block, Client, Pool> GameChain<Labels> for NodeChain<Block, Client, Pool>
where
	Block: BlockT<Hash = H256>,
	NumberFor<Block>: From<u32> + Into<u64>,
	Client: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync + 'static,
	Client::Api: LabelingGameApi<Block, AccountId32, u128, u32> + ScorersApi<Block>,
	Pool: LocalTransactionPool<Block = Block> + 'static,
{
	fn work(&self, at: Head) -> Result<Vec<Work<u32>>, ChainError> {
		let api = self.api();
		// An older runtime does not know the game.
		match api.has_api::<dyn LabelingGameApi<Block, AccountId32, u128, u32>>(at.hash).map_err(ChainError::new)? {
			true => all_pages(|from, most| api.work(at.hash, from, most), |work| work.sample),
			false => Ok(Vec::new()),
		}
	}

	fn send_commitments(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: Vec<(SampleId, H256)>,
		signature: Vec<u8>,
	) -> Result<(), ChainError> {
		self.hand_in(Labels::DOMAINS.commit, session, scorer, &commitments, signature)
	}

	fn send_reveals(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: Vec<ReportReveal<SampleId, ScorerReport>>,
		signature: Vec<u8>,
	) -> Result<(), ChainError> {
		self.hand_in(Labels::DOMAINS.reveal, session, scorer, &reveals, signature)
	}
}

impl<Block, Client, Pool> LabelChain for NodeChain<Block, Client, Pool>
where
	Block: BlockT<Hash = H256>,
	NumberFor<Block>: From<u32> + Into<u64>,
	Client: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync + 'static,
	Client::Api: LabelingGameApi<Block, AccountId32, u128, u32> + ScorersApi<Block>,
	Pool: LocalTransactionPool<Block = Block> + 'static,
{
	fn condense(&self, at: Head, task: Task, label: Vec<u8>) -> Result<Result<Summary, BadReason>, ChainError> {
		self.api().condense(at.hash, task, label).map_err(ChainError::new)
	}

	fn judge(
		&self,
		at: Head,
		task: Task,
		labels: Vec<Result<Summary, BadReason>>,
		gold: Option<Result<Summary, BadReason>>,
	) -> Result<Judgement, ChainError> {
		let judgement = self.api().judge(at.hash, task, labels, gold).map_err(ChainError::new)?;
		judgement.ok_or_else(|| ChainError("the runtime does not judge that many labels".into()))
	}
}
