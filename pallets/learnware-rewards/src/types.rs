//! What a training session stores and tells.

use crate::Config;
use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, traits::fungible};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	commitment::Salt,
	training::{curve::Ratio, Flaw, Limits, Mode, Part, Report, Settlement, Step, MAX_LESSONS, MAX_PARTS},
	BadReason,
};
use pallet_quorum::{deadline, Domains, SessionIndex};
use sp_core::H256;
use sp_runtime::traits::Saturating;

pub use pallet_quorum::{Disclosure, Location};

/// Number of a training session.
pub type TrainingId = u32;
/// Number of an epoch of a session, from 0.
pub type EpochIndex = u32;
/// What scorers report on: an epoch of a session. Never used again.
pub type WorkId = (TrainingId, EpochIndex);
/// What came of the revealed lessons of an epoch.
pub type Steps = BoundedVec<Step, ConstU32<MAX_LESSONS>>;
/// A scorer's report on one epoch.
pub type ScorerReport = Report<Steps, Location>;
/// Balance of the currency.
pub type BalanceOf<T> = <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// [`Terms`] of a runtime.
pub type TermsOf<T> = Terms<BalanceOf<T>, BlockNumberFor<T>>;
/// [`TrainingRecord`] of a runtime.
pub type TrainingRecordOf<T> = TrainingRecord<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
/// [`LessonRecord`] of a runtime.
pub type LessonRecordOf<T> = LessonRecord<<T as frame_system::Config>::AccountId>;
/// Lessons of an epoch, in order of commitment: that in which they are taught.
pub type LessonsOf<T> = BoundedVec<LessonRecordOf<T>, ConstU32<MAX_LESSONS>>;
/// Parts of a test set.
pub type TestSet = BoundedVec<Disclosure, ConstU32<MAX_PARTS>>;
/// Commitments of a test set's parts.
pub type TestCommitments = BoundedVec<H256, ConstU32<MAX_PARTS>>;
/// Parts of a test set that are shown in one call.
pub type PartReveals = BoundedVec<PartReveal, ConstU32<MAX_PARTS>>;
/// [`LessonOutcome`] of a runtime.
pub type LessonOutcomeOf<T> = LessonOutcome<<T as frame_system::Config>::AccountId, BalanceOf<T>>;

/// Names of this game in what scorers sign and hash.
pub const DOMAINS: Domains = Domains {
	report: "learnware/training-report/1",
	commit: "learnware/commit-training-report/1",
	reveal: "learnware/reveal-training-report/1",
};

/// The terms of a session.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Terms<Balance, BlockNumber> {
	/// When lessons are scored.
	pub settlement: Settlement,
	/// Whether a lesson can cost its tutor something.
	pub mode: Mode,
	/// Held from a tutor for each lesson, lost if it is not revealed or its file is of no use.
	pub deposit: Balance,
	/// Most lessons of an epoch, at most 64; when reached, the reveal phase starts at once, and ends no earlier for that.
	pub max_lessons: u32,
	/// Blocks in which lessons are committed. If none is, the session is over.
	pub commit_period: BlockNumber,
	/// Blocks in which lessons are revealed, from the end of the commit period on.
	pub reveal_period: BlockNumber,
	/// Blocks in which the student reveals what the lessons are scored on, from the end of the reveal period on.
	pub test_period: BlockNumber,
	/// Blocks in which scorers report: its first half for commitments, its second for reveals.
	pub score_period: BlockNumber,
	/// What the scorers whose report decides share for each lesson, and once more for the score before the lessons.
	pub scoring_fee: Balance,
	/// What the learnware may use.
	pub limits: Limits,
}

/// One part of a test set, with what opens its commitment.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct PartReveal {
	/// Its position in the test set.
	pub index: u32,
	/// Binary CID of the part.
	pub location: Location,
	/// The secret of its commitment.
	pub salt: Salt,
}

/// Where a session is. The block of a deadline belongs to the later phase.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Phase<BlockNumber> {
	/// The student shows the part of the test set that was drawn.
	#[codec(index = 0)]
	Show {
		/// First block in which it is too late.
		until: BlockNumber,
	},
	/// Lessons are committed.
	#[codec(index = 1)]
	Commit {
		/// First block of the next phase.
		until: BlockNumber,
	},
	/// Lessons are revealed.
	#[codec(index = 2)]
	Reveal {
		/// First block of the next phase.
		until: BlockNumber,
	},
	/// The student reveals the parts of the test set that the lessons are scored on.
	#[codec(index = 3)]
	Test {
		/// First block in which it is too late.
		until: BlockNumber,
	},
	/// Scorers commit to reports, then reveal them.
	#[codec(index = 4)]
	Score {
		/// Block in which the last part was revealed.
		since: BlockNumber,
		/// First block in which no report counts any more.
		until: BlockNumber,
		/// Session of validators whose members are the scorers.
		session: SessionIndex,
	},
}

/// How a session ends.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum End {
	/// All of the test set was used, or the budget was spent.
	#[codec(index = 0)]
	Finished,
	/// By the student, while no lesson was under way.
	#[codec(index = 1)]
	Closed,
	/// The drawn part was not shown in time: the deposit is slashed.
	#[codec(index = 2)]
	NotShown,
	/// Nobody committed to a lesson in time, or nobody revealed one of the last epoch.
	#[codec(index = 3)]
	NoLessons,
	/// The test set was not revealed in time: the deposit is slashed, and this epoch's share of the budget is split among
	/// the tutors who revealed.
	#[codec(index = 4)]
	TestSetWithheld,
	/// The learnware, the state that it was to begin with, or the test set is of no use: as `TestSetWithheld`.
	#[codec(index = 5)]
	Unusable(Part, Flaw),
	/// The scorers did not agree.
	#[codec(index = 6)]
	NoQuorum,
}

impl End {
	/// Whether it costs the student its deposit.
	pub fn costs_deposit(&self) -> bool {
		matches!(self, Self::NotShown | Self::TestSetWithheld | Self::Unusable(..))
	}
}

/// What a session is due at some block: a phase to play, or the end of its epoch or of all.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Stage<BlockNumber> {
	/// The phase it is in.
	#[codec(index = 0)]
	Open(Phase<BlockNumber>),
	/// The last deadline has passed: anybody may `resolve` it.
	#[codec(index = 1)]
	Overdue(End),
	/// Nobody revealed a lesson of this epoch, but there are more: anybody may `resolve` it.
	#[codec(index = 2)]
	Unrevealed,
	/// The score period is over: the reports that are there decide. Anybody may `resolve` it.
	#[codec(index = 3)]
	Scored(SessionIndex),
}

/// What the chain stores of a session.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct TrainingRecord<AccountId, Balance, BlockNumber> {
	/// Who pays, and gets the taught learnware.
	pub student: AccountId,
	/// Binary CID of the WebAssembly module.
	pub learnware: Location,
	/// Binary CID of what it knows now, empty for what the module begins with: before the first score what the student
	/// gave, after it what scorers keep.
	pub state: Location,
	/// Its last score, if it has any.
	pub score: Option<Ratio>,
	/// What it pays for.
	pub curve: learnware_primitives::training::curve::Curve,
	/// What the whole curve is worth.
	pub budget: Balance,
	/// Paid to tutors so far.
	pub paid: Balance,
	/// Taken from tutors so far.
	pub charged: Balance,
	/// Held from the student for scorers, and not spent.
	pub fees: Balance,
	/// Held from the student for the state it uses.
	pub deposit: Balance,
	/// The terms.
	pub terms: Terms<Balance, BlockNumber>,
	/// The version of the replay that scores it.
	pub version: u16,
	/// Block in which it was opened.
	pub opened: BlockNumber,
	/// Parts of the test set.
	pub parts: u32,
	/// The part that was drawn and shown.
	pub shown: Option<u32>,
	/// The present epoch.
	pub epoch: EpochIndex,
	/// Parts that lessons have been scored on.
	pub used: u32,
	/// The phase of the last change; [`TrainingRecord::stage`] tells the present one.
	pub phase: Phase<BlockNumber>,
}

/// What an epoch begins with.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Start {
	/// What the module begins with.
	#[codec(index = 0)]
	Module,
	/// Binary CID of the state that the session was opened with; it is the student's fault if it is of no use.
	#[codec(index = 1)]
	Given(Location),
	/// Binary CID of the state that an earlier epoch ended with; it is for scorers to keep it.
	#[codec(index = 2)]
	Learned(Location),
}

/// How many epochs the parts of a test set that are not used are enough for.
pub fn epochs(settlement: Settlement, unused: u32) -> u32 {
	match settlement {
		Settlement::AtEnd => unused.min(1),
		Settlement::PerStep => unused,
	}
}

impl<AccountId, Balance, BlockNumber> TrainingRecord<AccountId, Balance, BlockNumber> {
	/// Epochs that the rest of the test set is enough for, with the present one.
	pub fn epochs_left(&self) -> u32 {
		epochs(self.terms.settlement, self.parts.saturating_sub(1).saturating_sub(self.used))
	}

	/// What the present epoch begins with.
	pub fn start(&self) -> Start {
		match (self.state.is_empty(), self.score) {
			(true, _) => Start::Module,
			(false, None) => Start::Given(self.state.clone()),
			(false, Some(_)) => Start::Learned(self.state.clone()),
		}
	}

	/// The parts of the test set that the lessons of the present epoch are scored on, in rising order; none before the
	/// drawn one is shown.
	pub fn due(&self) -> Vec<u32> {
		let Some(shown) = self.shown else { return Vec::new() };
		let unused = (0..self.parts).filter(|part| *part != shown).skip(self.used as usize);
		match self.terms.settlement {
			Settlement::AtEnd => unused.collect(),
			Settlement::PerStep => unused.take(1).collect(),
		}
	}
}

impl<AccountId, Balance, BlockNumber> TrainingRecord<AccountId, Balance, BlockNumber>
where
	Balance: Copy + Saturating,
{
	/// What of the budget, and of what tutors were charged, is held from the student and not spent.
	pub fn left(&self) -> Balance {
		self.budget.saturating_add(self.charged).saturating_sub(self.paid)
	}
}

impl<AccountId, Balance, BlockNumber> TrainingRecord<AccountId, Balance, BlockNumber>
where
	BlockNumber: Copy + Ord + Saturating,
{
	/// What the session is due at block `now`. The score phase begins with the reveal of the last part that is due, and
	/// no deadline begins it.
	pub fn stage(&self, lessons: &[LessonRecord<AccountId>], now: BlockNumber) -> Stage<BlockNumber> {
		let mut phase = self.phase;
		if let Phase::Show { until } = phase {
			return if now < until { Stage::Open(phase) } else { Stage::Overdue(End::NotShown) };
		}
		if let Phase::Commit { until } = phase {
			if now < until {
				return Stage::Open(phase);
			}
			if lessons.is_empty() {
				return Stage::Overdue(End::NoLessons);
			}
			phase = Phase::Reveal { until: deadline(until, self.terms.reveal_period) };
		}
		if let Phase::Reveal { until } = phase {
			if now < until {
				return Stage::Open(phase);
			}
			if count_revealed(lessons) == 0 {
				return match self.terms.settlement {
					Settlement::AtEnd => Stage::Overdue(End::NoLessons),
					Settlement::PerStep => Stage::Unrevealed,
				};
			}
			phase = Phase::Test { until: deadline(until, self.terms.test_period) };
		}
		match phase {
			Phase::Test { until } if now >= until => Stage::Overdue(End::TestSetWithheld),
			Phase::Score { until, session, .. } if now >= until => Stage::Scored(session),
			_ => Stage::Open(phase),
		}
	}
}

/// One tutor's lesson.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct LessonRecord<AccountId> {
	/// Who teaches.
	pub who: AccountId,
	/// How far it is.
	pub state: Disclosure,
}

impl<AccountId> LessonRecord<AccountId> {
	/// The location, once revealed.
	pub fn location(&self) -> Option<&Location> {
		self.state.location()
	}
}

/// How many lessons are revealed.
pub fn count_revealed<AccountId>(lessons: &[LessonRecord<AccountId>]) -> u32 {
	lessons.iter().filter(|lesson| lesson.location().is_some()).count() as u32
}

/// The part of a test set of `parts` that the student must show: the first 8 bytes of `blake2_256(SCALE(hash,
/// training))`, little-endian, modulo `parts`, where `hash` is that of the block in which the session was opened.
pub fn draw(hash: &impl Encode, training: TrainingId, parts: u32) -> u32 {
	let seed = sp_io::hashing::blake2_256(&(hash, training).encode());
	let number = u64::decode(&mut seed.as_slice()).unwrap_or_default();
	number.checked_rem(parts.into()).unwrap_or_default() as u32
}

/// What a report says could not be fetched: the positions of revealed lessons, and what is the student's.
///
/// Positions, not one word for each: a lie about the student's files has no steps, and must differ from the truth in
/// nothing but the lie.
pub fn unavailable(report: &ScorerReport) -> (Vec<usize>, Option<Part>) {
	const UNAVAILABLE: Flaw = Flaw::File(BadReason::Unavailable);
	match report {
		Report::Taught { steps, .. } => {
			let missed = steps.iter().enumerate().filter(|(_, step)| **step == Step::Refused(UNAVAILABLE));
			(missed.map(|(position, _)| position).collect(), None)
		},
		Report::Unusable(part, UNAVAILABLE) => (Vec::new(), Some(*part)),
		Report::Unusable(..) => (Vec::new(), None),
	}
}

/// What became of one lesson.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct LessonOutcome<AccountId, Balance> {
	/// Who taught.
	pub who: AccountId,
	/// Binary CID of the lesson, if it was revealed.
	pub location: Option<Location>,
	/// Score before it, if the learnware was scored.
	pub before: Option<Ratio>,
	/// Score after it, if it was scored.
	pub after: Option<Ratio>,
	/// Whether the learnware has learned it.
	pub kept: bool,
	/// Why it was of no use, if it was.
	pub flaw: Option<Flaw>,
	/// Paid out of the budget.
	pub paid: Balance,
	/// Taken from the deposit into the budget.
	pub charged: Balance,
	/// Slashed from the deposit.
	pub slashed: Balance,
}
