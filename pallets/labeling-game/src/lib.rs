//! # Labeling game
//!
//! People and programs are paid for labels, without a middleman: they commit to a label with collateral,
//! reveal it, the validators fetch and score it off chain and agree on the scores, and this pallet pays by
//! place, slashes who cheats and refunds where nobody agrees.
//!
//! ## Overview
//!
//! A **dataset** fixes the question ([`Task`]) and the [`Terms`]. A **sample** of it has a location on IPFS
//! and a bounty. A **label** is one account's answer. A game goes through [`Phase`]s:
//!
//! `Commit -> Reveal -> Score -> gone`
//!
//! A phase is a function of the block number and of what has happened; nothing is iterated each block. The
//! block of a deadline belongs to the later phase, and a phase ends early when everybody who can act has
//! acted. The reveal phase never ends before its schedule for anybody who has not: whoever commits knows by when to
//! reveal, however early the last place is taken. When the last deadline has passed, anybody may
//! [`resolve`](Pallet::resolve) a sample.
//!
//! **Scorers** are the validators of the session in which the score phase began. Each commits to a report,
//! then reveals it (feeless calls, authorized by the scorer's session key). A report revealed by more than two
//! thirds of them decides.
//!
//! ## Money
//!
//! Bounty, collateral and deposits are held, never transferred to a pot. However a game ends, all that was
//! held has been paid, refunded or slashed in the block in which its state is removed; `try_state` proves
//! that holds and storage agree.
//!
//! | end | bounty | collateral |
//! |---|---|---|
//! | paid | fee to the scorers of the deciding report, places by the payout; rest back | back, except non-revealers, bad labels, outliers |
//! | washed | scoring fee, attendance fee to those who revealed; rest back | back, except non-revealers, bad labels |
//! | no quorum, too few reveals | back | back, except non-revealers |
//! | gold withheld | scoring fee, if anybody scored; the rest in equal parts to those who revealed | back |
//! | too few commitments, cancelled | back | back |
//!
//! A provider may commit to **gold** with its sample: answers that it knows, as a label file with gaps. It reveals them
//! with the labels, and they tell who knows from who guesses. Withholding the gold must not be a way to get labels for
//! less than the bounty, so it costs all of it.
//!
//! A label whose secret leaks in the commit phase can be **denounced** by anybody who knows it: half of its collateral is
//! the reward, so nobody shares a label with people it does not trust.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
mod eligibility;
mod game;
#[cfg(test)]
mod mock;
pub mod runtime_api;
mod settlement;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
pub mod types;
mod view;
pub mod weights;

pub use pallet::*;
use pallet_quorum::{Quorum, MIN_REVEAL_PERIOD, MIN_SCORE_PERIOD};
pub use types::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
	use crate::{
		runtime_api::{Quote, SampleInfo},
		types::*,
		WeightInfo,
	};
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold::Balanced},
			OnUnbalanced,
		},
	};
	use frame_system::pallet_prelude::*;
	use learnware_primitives::{commitment::Salt, GoldUse, Task};
	use pallet_quorum::{Quorum, RevealError, MIN_REVEAL_PERIOD, MIN_SCORE_PERIOD};
	use sp_core::H256;
	use sp_runtime::traits::SaturatedConversion;

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Native token; bounties, collateral and deposits are held in it.
		type Currency: fungible::Inspect<Self::AccountId, Balance = u128>
			+ fungible::MutateHold<Self::AccountId, Reason: From<HoldReason>>
			+ fungible::Mutate<Self::AccountId>
			+ Balanced<Self::AccountId>;

		/// Where slashed collateral goes; never to a provider, who would gain by making labels look bad.
		type Slashed: OnUnbalanced<fungible::Credit<Self::AccountId, Self::Currency>>;

		/// Collects the reports of scorers on samples.
		type Quorum: Quorum<
			AccountId = Self::AccountId,
			BlockNumber = BlockNumberFor<Self>,
			WorkId = SampleId,
			Report = ScorerReport,
		>;

		/// Tells persons from further accounts of the same person; `()` if nothing on this chain can.
		type Personhood: Personhood<Self::AccountId>;

		/// Held from the owner of a dataset, whatever its question.
		#[pallet::constant]
		type DatasetDeposit: Get<BalanceOf<Self>>;

		/// Held from the owner of a dataset for each byte of its question.
		#[pallet::constant]
		type DatasetDepositPerByte: Get<BalanceOf<Self>>;

		/// Held from the owner of a dataset for each account on its allow-list.
		#[pallet::constant]
		type AllowDeposit: Get<BalanceOf<Self>>;

		/// Held from the provider of a sample, whatever its periods.
		#[pallet::constant]
		type SampleDeposit: Get<BalanceOf<Self>>;

		/// Held from the provider of a sample for each block of its periods.
		#[pallet::constant]
		type SampleDepositPerBlock: Get<BalanceOf<Self>>;

		/// Smallest bounty.
		#[pallet::constant]
		type MinBounty: Get<BalanceOf<Self>>;

		/// Smallest collateral.
		#[pallet::constant]
		type MinCollateral: Get<BalanceOf<Self>>;

		/// Longest commit, reveal or score period.
		#[pallet::constant]
		type MaxPeriod: Get<BlockNumberFor<Self>>;

		/// Most samples that are not resolved yet.
		#[pallet::constant]
		type MaxLiveSamples: Get<u32>;

		/// Most samples of one provider that are not resolved yet.
		#[pallet::constant]
		type MaxSamplesPerAccount: Get<u32>;

		/// Most labels of one account in games that are on.
		#[pallet::constant]
		type MaxLabelsPerAccount: Get<u32>;
	}

	/// Why balances are held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit of a dataset's owner.
		#[codec(index = 0)]
		DatasetDeposit,
		/// Deposit of a sample's provider.
		#[codec(index = 1)]
		SampleDeposit,
		/// What a sample's provider pays for labels.
		#[codec(index = 2)]
		Bounty,
		/// What a label provider loses when it cheats.
		#[codec(index = 3)]
		Collateral,
	}

	/// Version of what is stored.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Number of the next dataset.
	#[pallet::storage]
	pub type NextDataset<T> = StorageValue<_, DatasetId, ValueQuery>;

	/// Datasets. The hasher is cheap: nobody chooses the keys.
	#[pallet::storage]
	pub type Datasets<T: Config> = StorageMap<_, Twox64Concat, DatasetId, DatasetRecordOf<T>>;

	/// Questions of the datasets.
	#[pallet::storage]
	pub type Tasks<T: Config> = StorageMap<_, Twox64Concat, DatasetId, Task>;

	/// Who may label the samples of a dataset with an allow-list, with the deposit that its owner has for each.
	#[pallet::storage]
	pub type AllowList<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatasetId, Blake2_128Concat, T::AccountId, BalanceOf<T>>;

	/// What accounts take part in; none for those that take part in nothing.
	#[pallet::storage]
	pub type Engagements<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Engagement, ValueQuery>;

	/// Number of the next sample.
	#[pallet::storage]
	pub type NextSample<T> = StorageValue<_, SampleId, ValueQuery>;

	/// Samples whose game is on.
	#[pallet::storage]
	pub type Samples<T: Config> = CountedStorageMap<_, Twox64Concat, SampleId, SampleRecordOf<T>>;

	/// Labels of the samples, in order of commitment. One value for each sample: all of its labels are read
	/// together when it is scored, and one entry costs a committer one write.
	#[pallet::storage]
	pub type Labels<T: Config> = StorageMap<_, Twox64Concat, SampleId, LabelsOf<T>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A dataset was created.
		DatasetCreated {
			/// Its number.
			dataset: DatasetId,
			/// Who may close it.
			owner: T::AccountId,
			/// Binary CID of its description.
			description: Location,
			/// What is asked.
			task: Task,
			/// On which terms.
			terms: TermsOf<T>,
		},
		/// A dataset was closed and its deposit released.
		DatasetClosed {
			/// Its number.
			dataset: DatasetId,
		},
		/// Accounts may label the samples of a dataset from now on.
		Allowed {
			/// The dataset.
			dataset: DatasetId,
			/// Those that were not on its allow-list before.
			accounts: Vec<T::AccountId>,
		},
		/// Accounts may commit no more labels to the samples of a dataset; those that are committed stay.
		Disallowed {
			/// The dataset.
			dataset: DatasetId,
			/// Those that were on its allow-list.
			accounts: Vec<T::AccountId>,
		},
		/// A sample waits for labels.
		SampleSubmitted {
			/// Its number.
			sample: SampleId,
			/// Its dataset.
			dataset: DatasetId,
			/// Who pays.
			provider: T::AccountId,
			/// Binary CID of what is to be labeled.
			location: Location,
			/// What it pays in all.
			bounty: BalanceOf<T>,
			/// Hash of the gold's location, if the provider has committed to gold.
			gold: Option<H256>,
			/// Question.
			task: Task,
			/// Terms.
			terms: TermsOf<T>,
			/// First block in which no label is committed any more.
			commit_until: BlockNumberFor<T>,
		},
		/// A sample was cancelled before any commitment; bounty and deposit were released.
		SampleCancelled {
			/// Its number.
			sample: SampleId,
		},
		/// A label was committed and its collateral held.
		LabelCommitted {
			/// The sample.
			sample: SampleId,
			/// Who labels.
			who: T::AccountId,
			/// Hash of the label's location.
			commitment: H256,
		},
		/// A label was withdrawn and its collateral released.
		LabelWithdrawn {
			/// The sample.
			sample: SampleId,
			/// Who labeled.
			who: T::AccountId,
		},
		/// A label was revealed.
		LabelRevealed {
			/// The sample.
			sample: SampleId,
			/// Who labels.
			who: T::AccountId,
			/// Binary CID of the label.
			location: Location,
		},
		/// A committed label was known to somebody else: its collateral is lost, and it takes no part any more.
		LabelDenounced {
			/// The sample.
			sample: SampleId,
			/// Who labeled.
			who: T::AccountId,
			/// Who knew the label.
			by: T::AccountId,
			/// What the denouncer gets of the collateral.
			reward: BalanceOf<T>,
			/// What is slashed of the collateral.
			slashed: BalanceOf<T>,
		},
		/// The gold of a sample was revealed.
		GoldRevealed {
			/// The sample.
			sample: SampleId,
			/// Binary CID of the gold.
			location: Location,
		},
		/// A sample entered its next phase.
		PhaseStarted {
			/// The sample.
			sample: SampleId,
			/// The phase.
			phase: Phase<BlockNumberFor<T>>,
		},
		/// A sample's game is over: everything that was held for it has been paid, refunded or slashed.
		SampleResolved {
			/// The sample.
			sample: SampleId,
			/// Its dataset.
			dataset: DatasetId,
			/// Who paid.
			provider: T::AccountId,
			/// How it ended.
			end: End,
			/// What was offered.
			bounty: BalanceOf<T>,
			/// What of the bounty went back to the provider.
			returned: BalanceOf<T>,
			/// What of the bounty went to scorers.
			scoring_fee: BalanceOf<T>,
			/// What became of the gold, if there was a quorum.
			gold: GoldUse,
			/// Binary CID of the consensus label; empty without one.
			consensus: Location,
			/// What became of each label, in order of commitment.
			labels: Vec<LabelOutcomeOf<T>>,
		},
		/// Something happened that should not be possible; please report it.
		Unexpected(UnexpectedKind),
	}

	/// What should not be possible.
	#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
	pub enum UnexpectedKind {
		/// Less was on hold than storage says.
		#[codec(index = 0)]
		HoldTooSmall,
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The dataset has accounts on its allow-list. Disallow them first.
		AllowListNotEmpty,
		/// This account has committed a label to this sample already. Withdraw it first to commit another one.
		AlreadyCommitted,
		/// This label is revealed already; there is nothing left to do.
		AlreadyRevealed,
		/// The bounty is below `MinBounty`. Offer more.
		BountyTooSmall,
		/// `terms.collateral` is below `MinCollateral`. Raise it.
		CollateralTooSmall,
		/// The dataset has samples whose game is on. Wait until they are resolved.
		DatasetInUse,
		/// Nobody denounces itself. To take the label back, withdraw it.
		DenouncesItself,
		/// `terms.scoring_fee + terms.attendance_fee` is above 500,000 parts per million, or overflows. Lower them.
		FeesTooHigh,
		/// This question takes no gold; only a classification does. Submit the sample without.
		GoldNotTaken,
		/// The sample has commitments, so it can't be cancelled any more; it plays on.
		HasCommitments,
		/// The location is not the binary CID of a file that scorers can fetch: CIDv0, or CIDv1 with codec raw or
		/// dag-pb, and a SHA-256 multihash. `learnware ipfs add FILE` prints it.
		InvalidLocation,
		/// Location and salt do not hash to the commitment. Reveal with what was committed.
		InvalidReveal,
		/// `terms.min_labels` must be at least 5 and at most `terms.max_labels`, which is at most 64.
		LabelLimits,
		/// The dataset is not for accounts that its owner allows. Create it with `terms.eligibility` `AllowList`.
		NoAllowList,
		/// The provider has committed to no gold for this sample.
		NoGold,
		/// This chain cannot tell persons apart. Use an open dataset or an allow-list.
		NoPersonhood,
		/// This account has no label committed to this sample.
		NotCommitted,
		/// This account may not label this dataset. Ask its owner to allow it, or prove personhood, as the terms say.
		NotEligible,
		/// Only the owner of the dataset may do this.
		NotOwner,
		/// The sample's deadline has not passed; there is nothing to resolve.
		NotOverdue,
		/// Only the provider of the sample may do this.
		NotProvider,
		/// `terms.payout` is out of bounds: a geometric ratio is 1 to 500,000 parts per million, a softmax temperature
		/// 100,000 to 64,000,000 millionths of a place.
		PayoutOutOfBounds,
		/// A period is above `MaxPeriod`. Shorten it.
		PeriodTooLong,
		/// The commit period is at least 1 block, the reveal period at least 20, the score period at least 10. Lengthen it.
		PeriodTooShort,
		/// A classification has 1 to 4096 items and 2 to 64 classes; a vector 1 to 4096 scales above 0 and at most 32
		/// fraction bits; a mask at least 1 and at most 2^21 voxels; boxes are 1 to 1024.
		TaskOutOfBounds,
		/// It is too early: the commit phase is still on. Reveal when it is over.
		TooEarly,
		/// It is too late: the phase for this is over, or as many labels were committed as the terms allow.
		TooLate,
		/// This account has as many labels in play as the chain allows (`MaxLabelsPerAccount`). Wait until some of its
		/// games are over.
		TooManyLabels,
		/// As many samples are being played as the chain allows (`MaxLiveSamples`). Try again later.
		TooManySamples,
		/// This account has as many samples in play as the chain allows (`MaxSamplesPerAccount`). Wait until some of its
		/// games are over.
		TooManySamplesOfAccount,
		/// There is no such dataset.
		UnknownDataset,
		/// There is no such sample: it was never submitted, or its game is over.
		UnknownSample,
	}

	impl<T> From<RevealError> for Error<T> {
		fn from(error: RevealError) -> Self {
			match error {
				RevealError::AlreadyRevealed => Self::AlreadyRevealed,
				RevealError::InvalidLocation => Self::InvalidLocation,
				RevealError::InvalidReveal => Self::InvalidReveal,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxLiveSamples::get() > 0, "no sample could be played");
			let longest = MIN_REVEAL_PERIOD.max(MIN_SCORE_PERIOD);
			assert!(T::MaxPeriod::get() >= longest.into(), "no period to reveal or to score would be legal");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_n: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Creates a dataset: a question and the terms on which samples of it are played.
		///
		/// - `description`: binary CID of what a label provider must know.
		/// - `task`: what is asked.
		/// - `terms`: collateral, limits, periods, payout and fees.
		///
		/// Holds the dataset deposit. Emits `DatasetCreated`.
		#[pallet::call_index(0)]
		pub fn create_dataset(
			origin: OriginFor<T>,
			description: Location,
			task: Task,
			terms: TermsOf<T>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_create_dataset(owner, description, task, terms)
		}

		/// Closes a dataset of which no sample is being played, and releases its deposit.
		///
		/// Only for its owner. Emits `DatasetClosed`.
		#[pallet::call_index(1)]
		pub fn close_dataset(origin: OriginFor<T>, dataset: DatasetId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_close_dataset(owner, dataset)
		}

		/// Posts a sample with a bounty.
		///
		/// - `dataset`: question and terms.
		/// - `location`: binary CID of what is to be labeled.
		/// - `bounty`: what all labels together are paid at most, with the scoring fee.
		/// - `gold`: if answers are known, `blake2_256(SCALE("learnware/gold/1", genesis_hash, dataset, provider,
		///   location, salt))` of their file, to be revealed in the reveal phase. Withholding it costs the bounty.
		///
		/// Holds the bounty and a deposit that grows with the periods. Emits `SampleSubmitted`.
		#[pallet::call_index(2)]
		pub fn submit_sample(
			origin: OriginFor<T>,
			dataset: DatasetId,
			location: Location,
			#[pallet::compact] bounty: BalanceOf<T>,
			gold: Option<H256>,
		) -> DispatchResult {
			let provider = ensure_signed(origin)?;
			Self::do_submit_sample(provider, dataset, location, bounty, gold)
		}

		/// Takes back a sample that nobody has committed a label to.
		///
		/// Only for its provider, in the commit phase. Emits `SampleCancelled`.
		#[pallet::call_index(3)]
		pub fn cancel_sample(origin: OriginFor<T>, sample: SampleId) -> DispatchResult {
			let provider = ensure_signed(origin)?;
			Self::do_cancel_sample(provider, sample)
		}

		/// Commits to a label without showing it.
		///
		/// - `sample`: the sample.
		/// - `commitment`: `blake2_256(SCALE("learnware/label/1", genesis_hash, sample, account, location, salt))`.
		///
		/// Holds the collateral. Whoever does not reveal loses it. Emits `LabelCommitted`.
		#[pallet::call_index(4)]
		pub fn commit_label(origin: OriginFor<T>, sample: SampleId, commitment: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_label(who, sample, commitment)
		}

		/// Takes back a commitment in the commit phase, with its collateral. Emits `LabelWithdrawn`.
		#[pallet::call_index(5)]
		pub fn withdraw_label(origin: OriginFor<T>, sample: SampleId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_label(who, sample)
		}

		/// Shows the label that was committed.
		///
		/// - `sample`: the sample.
		/// - `location`: binary CID of the label.
		/// - `salt`: the secret of the commitment.
		///
		/// In the reveal phase only. Emits `LabelRevealed`.
		#[pallet::call_index(6)]
		pub fn reveal_label(origin: OriginFor<T>, sample: SampleId, location: Location, salt: Salt) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal_label(who, sample, location, salt)
		}

		/// Moves a sample whose deadline has passed to its next phase or its end. For anybody; free of charge when
		/// there was something to do.
		#[pallet::call_index(7)]
		pub fn resolve(origin: OriginFor<T>, sample: SampleId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_resolve(sample)?;
			Ok(Pays::No.into())
		}

		/// Shows the gold that was committed with the sample.
		///
		/// - `sample`: the sample.
		/// - `location`: binary CID of the gold.
		/// - `salt`: the secret of the commitment.
		///
		/// Only for its provider, in the reveal phase. Emits `GoldRevealed`.
		#[pallet::call_index(10)]
		pub fn reveal_gold(origin: OriginFor<T>, sample: SampleId, location: Location, salt: Salt) -> DispatchResult {
			let provider = ensure_signed(origin)?;
			Self::do_reveal_gold(provider, sample, location, salt)
		}

		/// Proves that the secret of somebody's label is known: half of its collateral goes to the caller, half is
		/// slashed, and the label takes no part any more.
		///
		/// - `sample`: the sample.
		/// - `who`: who has committed to the label.
		/// - `location`, `salt`: the secret of its commitment.
		///
		/// For anybody else, in the commit phase. Emits `LabelDenounced`.
		#[pallet::call_index(11)]
		pub fn denounce(
			origin: OriginFor<T>,
			sample: SampleId,
			who: T::AccountId,
			location: Location,
			salt: Salt,
		) -> DispatchResult {
			let by = ensure_signed(origin)?;
			Self::do_denounce(by, sample, who, location, salt)
		}

		/// Puts accounts on the allow-list of a dataset; those that are on it stay.
		///
		/// Only for its owner; holds a deposit for each. Emits `Allowed`.
		#[pallet::call_index(12)]
		#[pallet::weight(<T as Config>::WeightInfo::allow(accounts.len().saturated_into()))]
		pub fn allow(origin: OriginFor<T>, dataset: DatasetId, accounts: AccountsOf<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_allow(owner, dataset, accounts)
		}

		/// Takes accounts off the allow-list of a dataset, and releases their deposit. Labels that they have committed
		/// stay.
		///
		/// Only for its owner. Emits `Disallowed`.
		#[pallet::call_index(13)]
		#[pallet::weight(<T as Config>::WeightInfo::disallow(accounts.len().saturated_into()))]
		pub fn disallow(origin: OriginFor<T>, dataset: DatasetId, accounts: AccountsOf<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_disallow(owner, dataset, accounts)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// One sample with its question, terms and present stage.
		pub fn sample(sample: SampleId) -> Option<SampleInfo<T::AccountId, BalanceOf<T>, BlockNumberFor<T>>> {
			Self::sample_info(sample)
		}

		/// What a label of this sample puts at risk, and what it may earn.
		pub fn quote(sample: SampleId) -> Option<Quote<BalanceOf<T>, BlockNumberFor<T>>> {
			Self::quote_of(sample)
		}
	}
}
