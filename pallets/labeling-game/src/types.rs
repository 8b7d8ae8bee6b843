//! What the game stores and tells.

use crate::Config;
use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, traits::fungible};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	places::{Duplicates, Payout},
	settle::Spending,
	BadReason, GoldUse, Report, Verdict, MAX_LABELS, MIN_LABELS,
};
use pallet_quorum::{deadline, Domains, SessionIndex};
use sp_runtime::traits::Saturating;

pub use learnware_primitives::settle::{End, SlashReason};
pub use pallet_quorum::{Disclosure, Location};

/// Number of a dataset.
pub type DatasetId = u32;
/// Number of a sample.
pub type SampleId = u32;
/// Verdicts of one report.
pub type Verdicts = BoundedVec<Verdict, ConstU32<MAX_LABELS>>;
/// A scorer's report on one sample.
pub type ScorerReport = Report<Verdicts, Location>;
/// Balance of the game's currency.
pub type BalanceOf<T> = <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// [`Terms`] of a runtime.
pub type TermsOf<T> = Terms<BalanceOf<T>, BlockNumberFor<T>>;
/// [`DatasetRecord`] of a runtime.
pub type DatasetRecordOf<T> = DatasetRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
/// [`SampleRecord`] of a runtime.
pub type SampleRecordOf<T> = SampleRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
/// [`LabelRecord`] of a runtime.
pub type LabelRecordOf<T> = LabelRecord<<T as frame_system::Config>::AccountId>;
/// Labels of one sample, in order of commitment.
pub type LabelsOf<T> = BoundedVec<LabelRecordOf<T>, ConstU32<MAX_LABELS>>;
/// [`LabelOutcome`] of a runtime.
pub type LabelOutcomeOf<T> = LabelOutcome<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// What a report says could not be fetched: which of the labels, and whether the gold.
pub fn unavailable(report: &ScorerReport) -> (Vec<bool>, bool) {
	const UNAVAILABLE: BadReason = BadReason::Unavailable;
	let labels = report.verdicts.iter().map(|verdict| *verdict == Verdict::Bad(UNAVAILABLE)).collect();
	(labels, report.gold == GoldUse::Bad(UNAVAILABLE))
}

/// Who may label.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum Eligibility {
	/// Everybody with the collateral.
	#[default]
	#[codec(index = 0)]
	Open,
	/// The accounts that the dataset's owner has allowed.
	#[codec(index = 1)]
	AllowList,
	/// The accounts of which [`Config::Personhood`] says that each is another person.
	#[codec(index = 2)]
	Persons,
}

/// Tells persons from further accounts of the same person: an identity or proof-of-personhood pallet.
pub trait Personhood<AccountId> {
	/// Whether this chain can tell at all; if not, no dataset may ask for it.
	fn is_available() -> bool;
	/// Whether `who` is the one account of a person.
	fn is_person(who: &AccountId) -> bool;
}

/// A chain that cannot tell.
impl<AccountId> Personhood<AccountId> for () {
	fn is_available() -> bool {
		false
	}
	fn is_person(_: &AccountId) -> bool {
		false
	}
}

/// Most accounts in one `allow` or `disallow`.
pub const MAX_ALLOWED_PER_CALL: u32 = 64;
/// Accounts of one `allow` or `disallow`.
pub type AccountsOf<T> = BoundedVec<<T as frame_system::Config>::AccountId, ConstU32<MAX_ALLOWED_PER_CALL>>;

/// What an account takes part in.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Engagement {
	/// Samples of its own whose game is on.
	pub samples: u32,
	/// Labels of its own in games that are on.
	pub labels: u32,
}

/// The terms on which all samples of a dataset are played.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Terms<Balance, BlockNumber> {
	/// Held from each label provider, lost by who does not reveal or cheats.
	pub collateral: Balance,
	/// Fewest commitments with which the game goes on, at least 5.
	pub min_labels: u32,
	/// Most commitments, at most 64; when reached, the reveal phase starts at once, and ends no earlier for that.
	pub max_labels: u32,
	/// Blocks in which labels are committed.
	pub commit_period: BlockNumber,
	/// Blocks in which labels are revealed, from the end of the commit period on.
	pub reveal_period: BlockNumber,
	/// Blocks in which scorers report: its first half for commitments, its second for reveals.
	pub score_period: BlockNumber,
	/// How places are paid.
	pub payout: Payout,
	/// Share of the bounty, in parts per million, for the scorers whose report decides.
	pub scoring_fee: u32,
	/// Share of the bounty, in parts per million, for those who revealed a sample that is washed.
	pub attendance_fee: u32,
	/// What happens to equal labels.
	pub duplicates: Duplicates,
	/// Who may label.
	pub eligibility: Eligibility,
}

impl<Balance, BlockNumber> Terms<Balance, BlockNumber> {
	/// The terms that a bounty is spent by.
	pub fn spending(&self) -> Spending {
		let Self { payout, duplicates, scoring_fee, attendance_fee, .. } = *self;
		Spending { payout, duplicates, scoring_fee, attendance_fee }
	}
}

/// What many samples have in common, but for the question: that may be long, and most calls do not need it.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct DatasetRecord<AccountId, Balance, BlockNumber> {
	/// Who created it and may close it.
	pub owner: AccountId,
	/// Binary CID of what a label provider must know.
	pub description: Location,
	/// On which terms.
	pub terms: Terms<Balance, BlockNumber>,
	/// Held from the owner until the dataset is closed, without that for its allow-list.
	pub deposit: Balance,
	/// Samples that are not resolved yet.
	pub live: u32,
	/// Accounts on its allow-list.
	pub allowed: u32,
}

/// Where a sample's game is. The block of a deadline belongs to the later phase.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Phase<BlockNumber> {
	/// Labels are committed.
	#[codec(index = 0)]
	Commit {
		/// First block of the next phase.
		until: BlockNumber,
	},
	/// Labels are revealed.
	#[codec(index = 1)]
	Reveal {
		/// First block of the next phase.
		until: BlockNumber,
	},
	/// Scorers commit to reports, then reveal them.
	#[codec(index = 2)]
	Score {
		/// Block in which the reveal phase ended: judged with the code of this block.
		since: BlockNumber,
		/// First block in which no report counts any more.
		until: BlockNumber,
		/// Session whose validators are the scorers.
		session: SessionIndex,
	},
}

/// What a sample is due at some block: a phase to play, or its end.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Stage<BlockNumber> {
	/// The phase it is in.
	#[codec(index = 0)]
	Open(Phase<BlockNumber>),
	/// Its last deadline has passed: anybody may `resolve` it.
	#[codec(index = 1)]
	Overdue(End),
	/// The score period is over: the reports that are there decide. Anybody may `resolve` it.
	#[codec(index = 2)]
	Scored(SessionIndex),
}

/// One piece of work with its bounty.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct SampleRecord<AccountId, Balance, BlockNumber> {
	/// Its question and terms.
	pub dataset: DatasetId,
	/// Who pays.
	pub provider: AccountId,
	/// Binary CID of what is to be labeled.
	pub location: Location,
	/// Held from the provider.
	pub bounty: Balance,
	/// Held from the provider for the state it uses.
	pub deposit: Balance,
	/// Answers that the provider knows, if it has committed to any.
	pub gold: Option<Disclosure>,
	/// The phase of the last change; [`SampleRecord::stage`] tells the present one.
	pub phase: Phase<BlockNumber>,
}

/// One account's label of a sample.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct LabelRecord<AccountId> {
	/// Who labels.
	pub who: AccountId,
	/// How far it is.
	pub state: Disclosure,
}

impl<AccountId> LabelRecord<AccountId> {
	/// The location, once revealed.
	pub fn location(&self) -> Option<&Location> {
		self.state.location()
	}
}

/// How many labels are revealed.
pub fn count_revealed<AccountId>(labels: &[LabelRecord<AccountId>]) -> u32 {
	labels.iter().filter(|label| label.location().is_some()).count() as u32
}

/// What became of one label.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct LabelOutcome<AccountId, Balance> {
	/// Who labeled.
	pub who: AccountId,
	/// Binary CID of the label, if it was revealed.
	pub location: Option<Location>,
	/// The scorers' word, if there was a quorum.
	pub verdict: Option<Verdict>,
	/// Paid out of the bounty.
	pub paid: Balance,
	/// Taken from the collateral.
	pub slashed: Balance,
	/// Why, if anything was slashed.
	pub slash_reason: Option<SlashReason>,
}

impl<AccountId, Balance, BlockNumber> SampleRecord<AccountId, Balance, BlockNumber>
where
	BlockNumber: Copy + Ord + Saturating,
{
	/// Whether the gold is still to be revealed.
	pub fn awaits_gold(&self) -> bool {
		matches!(self.gold, Some(Disclosure::Committed(_)))
	}

	/// What the sample is due at block `now`, with `session_at` telling the session of an earlier block.
	pub fn stage(
		&self,
		terms: &Terms<Balance, BlockNumber>,
		labels: &[LabelRecord<AccountId>],
		now: BlockNumber,
		session_at: impl Fn(BlockNumber) -> Option<SessionIndex>,
	) -> Stage<BlockNumber> {
		let mut phase = self.phase;
		if let Phase::Commit { until } = phase {
			if now < until {
				return Stage::Open(phase);
			}
			if (labels.len() as u32) < terms.min_labels {
				return Stage::Overdue(End::TooFewCommitments);
			}
			phase = Phase::Reveal { until: deadline(until, terms.reveal_period) };
		}
		if let Phase::Reveal { until } = phase {
			if now < until {
				return Stage::Open(phase);
			}
			if count_revealed(labels) < MIN_LABELS {
				return Stage::Overdue(End::TooFewReveals);
			}
			if self.awaits_gold() {
				return Stage::Overdue(End::GoldWithheld);
			}
			// A session too old to be remembered has nobody left to score.
			let Some(session) = session_at(until) else { return Stage::Overdue(End::NoQuorum) };
			phase = Phase::Score { since: until, until: until.saturating_add(terms.score_period), session };
		}
		match phase {
			Phase::Score { until, session, .. } if now >= until => Stage::Scored(session),
			_ => Stage::Open(phase),
		}
	}
}

/// Names of this game in what scorers sign and hash.
pub const DOMAINS: Domains =
	Domains { report: "learnware/report/1", commit: "learnware/commit-report/1", reveal: "learnware/reveal-report/1" };
