//! Benchmarks, each in the worst case that the limits allow.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::RawOrigin,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		Get,
	},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	commitment::{self, Salt},
	training::{
		curve::{Curve, Ratio},
		Limits, Mode, Report, Settlement, Step, MAX_LESSONS, MAX_PARTS,
	},
};
use pallet_quorum::{BenchmarkGame, Panel, SessionIndex};
use sp_core::H256;
use sp_runtime::traits::Zero;

const SALT: Salt = [7; 32];
/// Answers of the test set.
const QUESTIONS: u32 = 10_000;
/// Correct ones before the first lesson.
const BEFORE: u32 = 5_000;
/// Parts of a test set that lessons are scored on.
const MAX_DUE: u32 = MAX_PARTS - 1;

fn location(seed: u32) -> Location {
	let mut cid = vec![1, 0x55, 0x12, 0x20];
	cid.extend(sp_io::hashing::blake2_256(&seed.to_le_bytes()));
	Location::truncate_from(cid)
}

/// A deposit of which one answer more or less is worth about the half.
fn deposit<T: Config>() -> u128 {
	T::MinLessonDeposit::get().max(T::MinBudget::get() / 5_000).saturating_add(1)
}

fn budget<T: Config>() -> u128 {
	deposit::<T>().saturating_mul(5_000)
}

/// Nearly a straight line, with no point on it that needs no logarithm.
fn curve() -> Curve {
	Curve::Logarithmic { min: Ratio::new(0, 1), mid: Ratio::new(501, 1_000), max: Ratio::new(1, 1) }
}

fn plenty<T: Config>() -> u128 {
	let fees = T::MinFeePerFuel::get().saturating_mul(100_000);
	let parts = T::PartDeposit::get().saturating_mul(MAX_PARTS.into());
	let deposits = T::TrainingDeposit::get().saturating_add(parts);
	budget::<T>().saturating_add(fees).saturating_add(deposits).saturating_mul(100)
}

fn funded<T: Config>(who: T::AccountId) -> T::AccountId {
	T::Currency::set_balance(&who, plenty::<T>());
	who
}

fn terms<T: Config>() -> TermsOf<T> {
	let blocks =
		MAX_LESSONS.saturating_mul(2).saturating_add(1).div_ceil(T::MaxFuelPerBlock::get()).max(MIN_SCORE_PERIOD);
	Terms {
		settlement: Settlement::AtEnd,
		mode: Mode::EarnOrPay,
		deposit: deposit::<T>(),
		max_lessons: MAX_LESSONS,
		commit_period: 10u32.into(),
		reveal_period: MIN_REVEAL_PERIOD.into(),
		test_period: MIN_REVEAL_PERIOD.into(),
		score_period: blocks.saturating_mul(2).into(),
		scoring_fee: T::MinFeePerFuel::get().saturating_mul(2),
		limits: Limits { fuel: 1, memory: 1, state: 1 },
	}
}

fn test_commitment<T: Config>(student: &T::AccountId, index: u32) -> H256 {
	let genesis = Pallet::<T>::genesis();
	H256(commitment::test_part(&genesis.0, student, index, &location(index), &SALT))
}

fn test_set<T: Config>(student: &T::AccountId, parts: u32) -> TestCommitments {
	TestCommitments::truncate_from((0..parts).map(|index| test_commitment::<T>(student, index)).collect())
}

fn set_phase<T: Config>(training: TrainingId, phase: Phase<BlockNumberFor<T>>) {
	Trainings::<T>::mutate(training, |record| {
		if let Some(record) = record {
			record.phase = phase;
			record.shown = Some(MAX_DUE);
		}
	});
}

/// A session in its commit phase, whose test set has as many parts as it can, the last of them shown.
fn session<T: Config>(student: T::AccountId) -> Result<TrainingId, BenchmarkError> {
	let training = NextTraining::<T>::get();
	let test_set = test_set::<T>(&student, MAX_PARTS);
	Pallet::<T>::do_open_training(student, location(0), location(1), test_set, budget::<T>(), curve(), terms::<T>())?;
	reveal_parts::<T>(training, [MAX_DUE]);
	set_phase::<T>(training, Phase::Commit { until: 100u32.into() });
	Ok(training)
}

fn reveal_parts<T: Config>(training: TrainingId, parts: impl IntoIterator<Item = u32>) {
	TestSets::<T>::mutate(training, |test_set| {
		for index in parts {
			if let Some(part) = test_set.get_mut(index as usize) {
				*part = Disclosure::Revealed(location(index));
			}
		}
	});
}

/// Adds lessons of accounts of their own.
fn add_lessons<T: Config>(training: TrainingId, count: u32, revealed: bool) -> Result<(), BenchmarkError> {
	let mut lessons = Lessons::<T>::get(training);
	for i in 0..count {
		let who = funded::<T>(account("tutor", i, training));
		T::Currency::hold(&HoldReason::LessonDeposit.into(), &who, deposit::<T>())?;
		let hidden = Disclosure::Committed(H256::repeat_byte(1));
		let state = if revealed { Disclosure::Revealed(location(i)) } else { hidden };
		lessons.try_push(LessonRecord { who, state }).map_err(|_| "too many lessons")?;
	}
	Lessons::<T>::insert(training, lessons);
	Ok(())
}

/// As many scorers as a session of validators can have.
fn most_scorers<T: Config>() -> u32 {
	<<T as Config>::Quorum as Quorum>::MaxScorers::get()
}

/// What lessons do.
#[derive(Clone, Copy)]
enum Lesson {
	/// Each makes the learnware better by one answer.
	Rise,
	/// Each makes it worse, by less than the deposit.
	Fall,
}

/// A report on `lessons`; `variant` makes it another one.
fn report(lessons: u32, kind: Lesson, variant: u32) -> ScorerReport {
	let after = |i: u32| match kind {
		Lesson::Rise => BEFORE.saturating_add(i).saturating_add(1),
		Lesson::Fall => BEFORE.saturating_sub(1),
	};
	let steps: Vec<_> = (0..lessons).map(after).map(Step::Scored).collect();
	Report::Taught {
		before: Ratio::new(BEFORE, QUESTIONS),
		steps: BoundedVec::truncate_from(steps),
		state: location(variant),
	}
}

/// A session in its score phase.
fn in_score<T: Config>(student: u32, lessons: u32, session: SessionIndex) -> Result<TrainingId, BenchmarkError> {
	// Each has its own student, for one may not have as many sessions as the chain.
	let training = self::session::<T>(funded::<T>(account("student", student, 0)))?;
	add_lessons::<T>(training, lessons, true)?;
	reveal_parts::<T>(training, 0..MAX_DUE);
	set_phase::<T>(training, Phase::Score { since: 1u32.into(), until: 100u32.into(), session });
	Ok(training)
}

impl<T: Config> BenchmarkGame for Pallet<T> {
	/// A session with as many lessons as there can be.
	fn full_work(index: u32, session: SessionIndex) -> Result<WorkId, BenchmarkError> {
		Ok((in_score::<T>(index, MAX_LESSONS, session)?, 0))
	}

	/// No commitment stores the beginning of a score phase: no deadline begins it.
	fn unbegin(_: WorkId) {}

	fn full_report(variant: u32) -> ScorerReport {
		report(MAX_LESSONS, Lesson::Rise, variant)
	}
}

/// A session with so many lessons on which so many scorers have reported, all agreeing but a third.
fn to_settle<T: Config>(lessons: u32, kind: Lesson, count: u32) -> Result<(TrainingId, SessionIndex), BenchmarkError> {
	let session = T::Quorum::appoint(count);
	let training = in_score::<T>(0, lessons, session)?;
	let panel = Panel { session, count, silent: 0 };
	T::Quorum::fill((training, 0), panel, |variant| report(lessons, kind, variant));
	Ok((training, session))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open_training(n: Linear<2, MAX_PARTS>) -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let test_set = test_set::<T>(&caller, n);
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), location(0), location(1), test_set, budget::<T>(), curve(), terms::<T>());
		assert_eq!(Trainings::<T>::count(), 1);
		Ok(())
	}

	#[benchmark]
	fn close_training() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let training = session::<T>(caller.clone())?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training);
		assert_eq!(Trainings::<T>::count(), 0);
		Ok(())
	}

	/// The last parts of a full session's test set.
	#[benchmark]
	fn reveal_test_set(n: Linear<1, MAX_DUE>) -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		T::Quorum::appoint(most_scorers::<T>());
		let training = session::<T>(caller.clone())?;
		add_lessons::<T>(training, MAX_LESSONS, true)?;
		set_phase::<T>(training, Phase::Test { until: 100u32.into() });
		reveal_parts::<T>(training, n..MAX_DUE);
		let parts = (0..n).map(|index| PartReveal { index, location: location(index), salt: SALT }).collect();
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training, BoundedVec::truncate_from(parts));
		let phase = Trainings::<T>::get(training).map(|record| record.phase);
		assert!(matches!(phase, Some(Phase::Score { .. })));
		Ok(())
	}

	/// The lesson that takes the last place.
	#[benchmark]
	fn commit_lesson() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let training = session::<T>(funded::<T>(account("student", 0, 0)))?;
		add_lessons::<T>(training, MAX_LESSONS.saturating_sub(1), false)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training, H256::repeat_byte(2));
		let phase = Trainings::<T>::get(training).map(|record| record.phase);
		assert!(matches!(phase, Some(Phase::Reveal { .. })));
		Ok(())
	}

	/// One of as many lessons as can be withdrawn.
	#[benchmark]
	fn withdraw_lesson() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let training = session::<T>(funded::<T>(account("student", 0, 0)))?;
		Pallet::<T>::do_commit_lesson(caller.clone(), training, H256::repeat_byte(2))?;
		add_lessons::<T>(training, MAX_LESSONS.saturating_sub(2), false)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training);
		assert_eq!(Lessons::<T>::get(training).len() as u32, MAX_LESSONS.saturating_sub(2));
		Ok(())
	}

	/// The last lesson of a full epoch.
	#[benchmark]
	fn reveal_lesson() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let training = session::<T>(funded::<T>(account("student", 0, 0)))?;
		add_lessons::<T>(training, MAX_LESSONS.saturating_sub(1), true)?;
		let genesis = Pallet::<T>::genesis();
		let hash = commitment::lesson(&genesis.0, training, 0, &caller, &location(1), &SALT);
		Pallet::<T>::do_commit_lesson(caller.clone(), training, H256(hash))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training, location(1), SALT);
		let phase = Trainings::<T>::get(training).map(|record| record.phase);
		assert!(matches!(phase, Some(Phase::Test { .. })));
		Ok(())
	}

	/// A full epoch with a decision, a third of the scorers deviating, which is the end of its session.
	#[benchmark]
	fn resolve() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let (training, session) = to_settle::<T>(MAX_LESSONS, Lesson::Rise, most_scorers::<T>())?;
		let now = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(training, Phase::Score { since: Zero::zero(), until: now, session });
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training);
		assert_eq!(Trainings::<T>::count(), 0);
		Ok(())
	}

	/// What `l` lessons that are paid cost, to be held against `l` transfers, and `s` scorers, a third deviating.
	#[benchmark(extra)]
	fn settle_rises(l: Linear<1, MAX_LESSONS>, s: Linear<1, { most_scorers::<T>() }>) -> Result<(), BenchmarkError> {
		let (training, session) = to_settle::<T>(l, Lesson::Rise, s)?;
		let record = Trainings::<T>::get(training).ok_or("no session")?;
		let lessons = Lessons::<T>::get(training);
		#[block]
		{
			Pallet::<T>::conclude(training, record, lessons, session);
		}
		assert_eq!(Trainings::<T>::count(), 0);
		assert!(T::Currency::total_balance(&account("tutor", 0, training)) > plenty::<T>());
		Ok(())
	}

	/// As `settle_rises`, of lessons that are charged.
	#[benchmark(extra)]
	fn settle_falls(l: Linear<1, MAX_LESSONS>, s: Linear<1, { most_scorers::<T>() }>) -> Result<(), BenchmarkError> {
		let (training, session) = to_settle::<T>(l, Lesson::Fall, s)?;
		let record = Trainings::<T>::get(training).ok_or("no session")?;
		let lessons = Lessons::<T>::get(training);
		#[block]
		{
			Pallet::<T>::conclude(training, record, lessons, session);
		}
		assert_eq!(Trainings::<T>::count(), 0);
		assert!(T::Currency::total_balance(&account("tutor", 0, training)) < plenty::<T>());
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

/// The report calls are the quorum's; what they cost is this game's.
#[cfg(test)]
#[test]
fn bench_reports_of_the_game() {
	crate::mock::new_test_ext().execute_with(|| pallet_quorum::try_calls::<crate::mock::Test, ()>()).expect("it runs");
}
