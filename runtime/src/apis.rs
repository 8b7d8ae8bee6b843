//! What nodes and clients may ask the runtime.

use crate::*;
use alloc::vec::Vec;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::Get,
	view_functions,
	weights::Weight,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use learnware_primitives::{places::CopyAttack, BadReason, Judgement, Summary, Task, MAX_LABELS};
use pallet_labeling_game::{
	runtime_api::{DatasetInfo, LabelInfo, Quote, SampleInfo, Work},
	DatasetId, SampleId, Terms,
};
use pallet_learnware_rewards::{
	runtime_api::{LessonInfo, TrainingDetails, TrainingInfo, Work as TrainingWork},
	TrainingId,
};
use pallet_quorum::{ScorerIndex, Scorers, SessionIndex, Standing};
use sp_api::impl_runtime_apis;
use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};

/// The transaction of a call that authorizes itself.
fn authorized(call: RuntimeCall) -> UncheckedExtrinsic {
	<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(call)
}

/// The call that hands in what a scorer has signed for one of the games.
fn report_call(
	domain: &[u8],
	session: SessionIndex,
	scorer: ScorerIndex,
	entries: &[u8],
	signature: &[u8],
) -> Option<RuntimeCall> {
	let labels = || LabelReports::hand_in(domain, session, scorer, entries, signature).map(RuntimeCall::from);
	let lessons = || LessonReports::hand_in(domain, session, scorer, entries, signature).map(RuntimeCall::from);
	labels().or_else(lessons)
}

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: view_functions::ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, view_functions::ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> sp_consensus_aura::SlotDuration {
			sp_consensus_aura::SlotDuration::from_millis(<Slots as Get<u64>>::get())
		}

		fn authorities() -> Vec<AuraId> {
			pallet_aura::Authorities::<Runtime>::get().into_inner()
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			_equivocation_proof: sp_consensus_grandpa::EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			_key_owner_proof: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn generate_key_ownership_proof(
			_set_id: sp_consensus_grandpa::SetId,
			_authority_id: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			None
		}
	}

	impl pallet_labeling_game::runtime_api::LabelingGameApi<Block, AccountId, Balance, BlockNumber> for Runtime {
		fn dataset(dataset: DatasetId) -> Option<DatasetInfo<AccountId, Balance, BlockNumber>> {
			LabelingGame::dataset_info(dataset)
		}

		fn may_label(who: AccountId, dataset: DatasetId) -> bool {
			LabelingGame::may_label(&who, dataset)
		}

		fn copy_attack(terms: Terms<Balance, BlockNumber>, bounty: Balance, chance: u32) -> CopyAttack {
			LabelingGame::copy_attack(&terms, bounty, chance)
		}

		fn sample(sample: SampleId) -> Option<SampleInfo<AccountId, Balance, BlockNumber>> {
			LabelingGame::sample_info(sample)
		}

		fn samples(from: SampleId, limit: u32) -> Vec<SampleInfo<AccountId, Balance, BlockNumber>> {
			LabelingGame::samples(from, limit)
		}

		fn labels_of(who: AccountId, from: SampleId, limit: u32) -> Vec<LabelInfo<Balance, BlockNumber>> {
			LabelingGame::labels_of(&who, from, limit)
		}

		fn quote(sample: SampleId) -> Option<Quote<Balance, BlockNumber>> {
			LabelingGame::quote_of(sample)
		}

		fn work(from: SampleId, limit: u32) -> Vec<Work<BlockNumber>> {
			LabelingGame::work(from, limit)
		}

		fn condense(task: Task, label: Vec<u8>) -> Result<Summary, BadReason> {
			learnware_primitives::condense(&task, &label)
		}

		fn judge(
			task: Task,
			labels: Vec<Result<Summary, BadReason>>,
			gold: Option<Result<Summary, BadReason>>,
		) -> Option<Judgement> {
			(labels.len() <= MAX_LABELS as usize).then(|| learnware_primitives::judge(&task, &labels, gold.as_ref()))
		}
	}

	impl pallet_learnware_rewards::runtime_api::LearnwareRewardsApi<Block, AccountId, Balance, BlockNumber> for Runtime {
		fn training(training: TrainingId) -> Option<TrainingDetails<AccountId, Balance, BlockNumber>> {
			LearnwareRewards::training(training)
		}

		fn trainings(from: TrainingId, limit: u32) -> Vec<TrainingInfo<AccountId, Balance, BlockNumber>> {
			LearnwareRewards::trainings(from, limit)
		}

		fn lessons_of(who: AccountId, from: TrainingId, limit: u32) -> Vec<LessonInfo<Balance, BlockNumber>> {
			LearnwareRewards::lessons_of(&who, from, limit)
		}

		fn work(from: TrainingId, limit: u32) -> Vec<TrainingWork<BlockNumber>> {
			LearnwareRewards::work(from, limit)
		}
	}

	impl pallet_quorum::runtime_api::ScorersApi<Block> for Runtime {
		fn scorers(session: SessionIndex) -> Vec<Vec<u8>> {
			ValidatorSet::keys(session)
		}

		fn standing(session: SessionIndex, scorer: ScorerIndex) -> Option<Standing> {
			ValidatorSet::standing(session, scorer)
		}

		fn hand_in(
			domain: Vec<u8>,
			session: SessionIndex,
			scorer: ScorerIndex,
			entries: Vec<u8>,
			signature: Vec<u8>,
		) -> Option<<Block as BlockT>::Extrinsic> {
			report_call(&domain, session, scorer, &entries, &signature).map(authorized)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
		fn query_info(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(uxt, len)
		}

		fn query_fee_details(
			uxt: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(uxt, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall>
		for Runtime
	{
		fn query_call_info(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(call: RuntimeCall, len: u32) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis::preset)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			genesis::preset_names()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			benchmarks::metadata(extra)
		}

		#[allow(non_local_definitions)]
		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			benchmarks::dispatch(config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			let weight = Executive::try_runtime_upgrade(checks).expect("the checks of an upgrade hold");
			(weight, configs::RuntimeBlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.expect("the block executes and leaves a valid state")
		}
	}
}
