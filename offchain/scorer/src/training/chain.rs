//! What the desk of learnware rewards asks of its node.

use super::game::Training;
use crate::{
	chain::{all_pages, ChainError, GameChain, Head, NodeChain},
	game::Game,
};
use pallet_learnware_rewards::{
	runtime_api::{LearnwareRewardsApi, Work},
	ScorerReport, WorkId,
};
use pallet_quorum::{runtime_api::ScorersApi, ReportReveal, ScorerIndex, SessionIndex};
use sc_client_api::HeaderBackend;
use sc_transaction_pool_api::LocalTransactionPool;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_core::{crypto::AccountId32, H256};
use sp_runtime::traits::{Block as BlockT, NumberFor};

impl<Block, Client, Pool> GameChain<Training> for NodeChain<Block, Client, Pool>
where
	Block: BlockT<Hash = H256>,
	NumberFor<Block>: From<u32> + Into<u64>,
	Client: HeaderBackend<Block> + ProvideRuntimeApi<Block> + Send + Sync + 'static,
	Client::Api: LearnwareRewardsApi<Block, AccountId32, u128, u32> + ScorersApi<Block>,
	Pool: LocalTransactionPool<Block = Block> + 'static,
{
	fn work(&self, at: Head) -> Result<Vec<Work<u32>>, ChainError> {
		let api = self.api();
		// An older runtime does not know the game.
		match api.has_api::<dyn LearnwareRewardsApi<Block, AccountId32, u128, u32>>(at.hash).map_err(ChainError::new)? {
			true => all_pages(|from, most| api.work(at.hash, from, most), |work| work.work.0),
			false => Ok(Vec::new()),
		}
	}

	fn send_commitments(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		commitments: Vec<(WorkId, H256)>,
		signature: Vec<u8>,
	) -> Result<(), ChainError> {
		self.hand_in(Training::DOMAINS.commit, session, scorer, &commitments, signature)
	}

	fn send_reveals(
		&self,
		session: SessionIndex,
		scorer: ScorerIndex,
		reveals: Vec<ReportReveal<WorkId, ScorerReport>>,
		signature: Vec<u8>,
	) -> Result<(), ChainError> {
		self.hand_in(Training::DOMAINS.reveal, session, scorer, &reveals, signature)
	}
}
