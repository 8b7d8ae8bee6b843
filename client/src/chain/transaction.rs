//! Calls: signed, sent, and followed into a block.

use super::{
	api,
	failure::{not_included, rpc, ToFailure},
	Chain, Client, Config,
};
use crate::{
	amount::Amount,
	error::{Failure, Kind, Result},
	keystore::{development_accounts, Signer},
};
use serde::Serialize;
use std::time::Duration;
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	error::TransactionStatusError,
	extrinsics::ExtrinsicEvents,
	tx::{Payload, SubmittableTransaction, TransactionInBlock, TransactionProgress, TransactionStatus},
	utils::AccountId32,
};

type AtBlock = subxt::client::OnlineClientAtBlockImpl<Config>;

/// How many blocks a transaction is waited for; twice as long as it is valid.
const PATIENCE: u64 = 64;

/// When a transaction is done.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
	/// In a block, which may still be taken back.
	Best,
	/// In a block that is never taken back.
	#[default]
	Finalized,
}

/// Where a transaction went.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
	pub block: u32,
	pub block_hash: String,
	pub extrinsic_hash: String,
	/// Place in the block.
	pub extrinsic_index: usize,
	pub waited_for: Wait,
	pub fee: Amount,
}

/// A transaction that succeeded in a block.
pub struct Included {
	pub receipt: Receipt,
	events: ExtrinsicEvents<Config>,
}

impl Included {
	/// Number of the sample that was submitted.
	pub fn sample(&self) -> Option<u32> {
		let event = self.events.find_first::<api::labeling_game::events::SampleSubmitted>();
		event.and_then(|event| event.ok()).map(|event| event.sample)
	}

	/// Number of the training session that was opened.
	pub fn training(&self) -> Option<u32> {
		let event = self.events.find_first::<api::learnware_rewards::events::TrainingOpened>();
		event.and_then(|event| event.ok()).map(|event| event.training)
	}

	/// Epoch that a lesson was committed to.
	pub fn epoch(&self) -> Option<u32> {
		let event = self.events.find_first::<api::learnware_rewards::events::LessonCommitted>();
		event.and_then(|event| event.ok()).map(|event| event.epoch)
	}

	/// Number of the dataset that was created.
	pub fn dataset(&self) -> Option<u32> {
		let event = self.events.find_first::<api::labeling_game::events::DatasetCreated>();
		event.and_then(|event| event.ok()).map(|event| event.dataset)
	}
}

/// A signed transaction.
pub struct Signed(SubmittableTransaction<Config, AtBlock>);

impl Signed {
	/// What sending it costs, whether it succeeds or not.
	pub async fn fee(&self) -> Result<Amount> {
		self.0.partial_fee_estimate().await.or_failure().map(Amount)
	}
}

/// A transaction on its way.
pub struct Sent(TransactionProgress<Config, AtBlock>);

impl Chain {
	/// Signs a call, with the account's next number, counting what is in the node's pool.
	pub async fn sign(&self, call: &impl Payload, signer: &Signer) -> Result<Signed> {
		self.check_signer(signer)?;
		let nonce = self.methods.system_account_next_index(&signer.account).await.map_err(rpc)?;
		let at: Client = self.client.at_current_block().await.or_failure()?;
		let parameters = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
		at.tx().create_signed(call, &signer.pair, parameters).await.or_failure().map(Signed)
	}

	/// Sends a transaction.
	pub async fn submit(&self, signed: Signed) -> Result<Sent> {
		signed.0.submit_and_watch().await.or_failure().map(Sent)
	}

	/// Waits until a transaction is in a block and has succeeded there.
	pub async fn included(&self, mut sent: Sent, wait: Wait) -> Result<Included> {
		let hash = format!("{:?}", sent.0.extrinsic_hash());
		let patience = Duration::from_millis(self.block_time.saturating_mul(PATIENCE)).max(Duration::from_secs(60));
		let followed = async {
			loop {
				let status = match sent.0.next().await {
					Some(Ok(status)) => status,
					Some(Err(_)) | None => return Err(out_of_sight(&hash, "the connection to the node broke")),
				};
				match status {
					TransactionStatus::InBestBlock(block) if wait == Wait::Best => return Ok(block),
					TransactionStatus::InFinalizedBlock(block) => return Ok(block),
					TransactionStatus::Error { message } => {
						return Err(not_included(&TransactionStatusError::Error(message)))
					},
					TransactionStatus::Invalid { message } => {
						return Err(not_included(&TransactionStatusError::Invalid(message)))
					},
					TransactionStatus::Dropped { message } => {
						return Err(not_included(&TransactionStatusError::Dropped(message)))
					},
					_ => {},
				}
			}
		};
		match tokio::time::timeout(patience, followed).await {
			Ok(block) => self.succeeded(&block?, wait).await,
			Err(_) => Err(out_of_sight(&hash, &format!("it is not {} yet", words(wait)))),
		}
	}

	async fn succeeded(&self, block: &TransactionInBlock<Config, AtBlock>, wait: Wait) -> Result<Included> {
		let events = block.wait_for_success().await.or_failure()?;
		let number = block.at().await.or_failure()?.block_number();
		let fee = events.find_first::<api::transaction_payment::events::TransactionFeePaid>();
		let receipt = Receipt {
			block: u32::try_from(number).unwrap_or(u32::MAX),
			block_hash: format!("{:?}", block.block_hash()),
			extrinsic_hash: format!("{:?}", block.extrinsic_hash()),
			extrinsic_index: events.extrinsic_index(),
			waited_for: wait,
			fee: Amount(fee.and_then(|fee| fee.ok()).map_or(0, |fee| fee.actual_fee)),
		};
		Ok(Included { receipt, events })
	}

	/// What an account gets whose key everybody knows is anybody's: on development chains only.
	pub fn check_recipients(&self, accounts: &[AccountId32]) -> Result<()> {
		if self.is_development {
			return Ok(());
		}
		let known = development_accounts()?;
		match accounts.iter().find(|account| known.contains(account)) {
			Some(account) => Err(Failure::account(format!(
				"everybody knows the key of {account}, and {} is not a development chain",
				self.name
			))
			.help("give an account that is somebody's own")),
			None => Ok(()),
		}
	}

	/// A key that everybody knows signs on development chains only.
	fn check_signer(&self, signer: &Signer) -> Result<()> {
		if signer.is_public && !self.is_development {
			return Err(Failure::account(format!(
				"everybody knows the key of {}, and {} is not a development chain",
				signer.name, self.name
			))
			.help("make an account of your own: `learnware account new NAME`"));
		}
		Ok(())
	}
}

fn words(wait: Wait) -> &'static str {
	match wait {
		Wait::Best => "in a block",
		Wait::Finalized => "in a finalized block",
	}
}

fn out_of_sight(hash: &str, why: &str) -> Failure {
	Failure::new(Kind::Timeout, "out_of_sight", format!("transaction {hash} was sent, but {why}"))
		.help("it may still get into a block: look before you send it again (`learnware label status`, `sample list`)")
}

/// The calls that commands make.
pub mod calls {
	use super::super::api::{self, runtime_types as types};
	use crate::{game::Terms, ipfs::Cid, training};
	use learnware_primitives::{training::curve::Curve, Task};
	use subxt::{
		tx::Payload,
		utils::{AccountId32, Static, H256},
	};
	use types::bounded_collections::bounded_vec::BoundedVec;

	pub fn create_dataset(description: &Cid, task: &Task, terms: &Terms) -> impl Payload {
		let description = BoundedVec(description.to_bytes());
		api::tx().labeling_game().create_dataset(description, Static(task.clone()), terms.into())
	}

	pub fn close_dataset(dataset: u32) -> impl Payload {
		api::tx().labeling_game().close_dataset(dataset)
	}

	pub fn allow(dataset: u32, accounts: Vec<AccountId32>) -> impl Payload {
		api::tx().labeling_game().allow(dataset, BoundedVec(accounts))
	}

	pub fn disallow(dataset: u32, accounts: Vec<AccountId32>) -> impl Payload {
		api::tx().labeling_game().disallow(dataset, BoundedVec(accounts))
	}

	pub fn submit_sample(dataset: u32, location: &Cid, bounty: u128, gold: Option<[u8; 32]>) -> impl Payload {
		let location = BoundedVec(location.to_bytes());
		api::tx().labeling_game().submit_sample(dataset, location, bounty, gold.map(H256))
	}

	pub fn reveal_gold(sample: u32, location: &Cid, salt: [u8; 32]) -> impl Payload {
		api::tx().labeling_game().reveal_gold(sample, BoundedVec(location.to_bytes()), salt)
	}

	pub fn cancel_sample(sample: u32) -> impl Payload {
		api::tx().labeling_game().cancel_sample(sample)
	}

	pub fn commit_label(sample: u32, commitment: [u8; 32]) -> impl Payload {
		api::tx().labeling_game().commit_label(sample, H256(commitment))
	}

	pub fn withdraw_label(sample: u32) -> impl Payload {
		api::tx().labeling_game().withdraw_label(sample)
	}

	pub fn reveal_label(sample: u32, location: &Cid, salt: [u8; 32]) -> impl Payload {
		api::tx().labeling_game().reveal_label(sample, BoundedVec(location.to_bytes()), salt)
	}

	pub fn denounce(sample: u32, who: AccountId32, location: &Cid, salt: [u8; 32]) -> impl Payload {
		api::tx().labeling_game().denounce(sample, who, BoundedVec(location.to_bytes()), salt)
	}

	/// The sender keeps what it needs to exist.
	pub fn transfer(to: AccountId32, amount: u128) -> impl Payload {
		api::tx().balances().transfer_keep_alive(to.into(), amount)
	}

	pub fn resolve(sample: u32) -> impl Payload {
		api::tx().labeling_game().resolve(sample)
	}

	/// Without a state, it begins with what the module begins with.
	pub fn open_training(
		learnware: &Cid,
		state: Option<&Cid>,
		test_set: &[[u8; 32]],
		budget: u128,
		curve: Curve,
		terms: &training::Terms,
	) -> impl Payload {
		let test_set = BoundedVec(test_set.iter().copied().map(H256).collect());
		let learnware = BoundedVec(learnware.to_bytes());
		let state = BoundedVec(state.map(Cid::to_bytes).unwrap_or_default());
		api::tx().learnware_rewards().open_training(learnware, state, test_set, budget, Static(curve), terms.into())
	}

	pub fn close_training(training: u32) -> impl Payload {
		api::tx().learnware_rewards().close_training(training)
	}

	/// `parts` are each an index, a location and the salt of its commitment.
	pub fn reveal_test_set(training: u32, parts: &[(u32, Cid, [u8; 32])]) -> impl Payload {
		let part = |(index, location, salt): &(u32, Cid, [u8; 32])| {
			let (index, location, salt) = (*index, BoundedVec(location.to_bytes()), *salt);
			types::pallet_learnware_rewards::types::PartReveal { index, location, salt }
		};
		api::tx().learnware_rewards().reveal_test_set(training, BoundedVec(parts.iter().map(part).collect()))
	}

	pub fn commit_lesson(training: u32, commitment: [u8; 32]) -> impl Payload {
		api::tx().learnware_rewards().commit_lesson(training, H256(commitment))
	}

	pub fn withdraw_lesson(training: u32) -> impl Payload {
		api::tx().learnware_rewards().withdraw_lesson(training)
	}

	pub fn reveal_lesson(training: u32, location: &Cid, salt: [u8; 32]) -> impl Payload {
		api::tx().learnware_rewards().reveal_lesson(training, BoundedVec(location.to_bytes()), salt)
	}

	pub fn resolve_training(training: u32) -> impl Payload {
		api::tx().learnware_rewards().resolve(training)
	}
}
