//! Benchmarks, each in the worst case that the limits allow.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::RawOrigin,
	pallet_prelude::TransactionSource,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		Authorize, Get,
	},
	BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	commitment::{self, Salt},
	scorers::SessionIndex,
	training::{
		curve::{Curve, Ratio},
		Limits, Mode, Report, Settlement, Step, MAX_LESSONS, MAX_PARTS,
	},
};
use pallet_quorum::{fill_round, signing_payload, Panel, ReportReveal};
use sp_core::H256;
use sp_runtime::{traits::Zero, RuntimeAppPublic};

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

fn set_scorers<T: Config>(count: u32) -> (SessionIndex, Vec<T::ScorerId>) {
	let keys: Vec<_> = (0..count).map(T::BenchmarkHelper::key).collect();
	let scorers = (0..).zip(&keys).map(|(i, key)| (funded::<T>(account("scorer", i, 0)), key.clone())).collect();
	(T::BenchmarkHelper::set_scorers(scorers), keys)
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

/// A session in its score phase. All scorers have committed to the report on it, and all who are not silent have
/// revealed it, or as many others as a quorum allows.
fn in_score<T: Config>(student: u32, lessons: u32, kind: Lesson, panel: Panel) -> Result<TrainingId, BenchmarkError> {
	// Each has its own student, for one may not have as many sessions as the chain.
	let training = self::session::<T>(funded::<T>(account("student", student, 0)))?;
	add_lessons::<T>(training, lessons, true)?;
	reveal_parts::<T>(training, 0..MAX_DUE);
	set_phase::<T>(training, Phase::Score { since: 1u32.into(), until: 100u32.into(), session: panel.session });
	fill_round::<Pallet<T>>((training, 0), panel, &SALT, |variant| report(lessons, kind, variant));
	Ok(training)
}

/// `n` full sessions that wait for the first scorer's commitment, the last to come.
fn waiting_for_commitment<T: Config>(n: u32) -> Result<(Vec<WorkId>, Call<T>), BenchmarkError> {
	let count = T::MaxScorers::get();
	let (session, keys) = set_scorers::<T>(count);
	let mut works = Vec::new();
	for i in 0..n {
		let panel = Panel { session, count, silent: count };
		let work = (in_score::<T>(i, MAX_LESSONS, Lesson::Rise, panel)?, 0);
		Tallies::<T>::mutate(work, |tally| tally.commits.remove(&0));
		works.push(work);
	}
	let commitments: Vec<_> = works.iter().map(|work| (*work, H256::repeat_byte(3))).collect();
	let commitments: ReportCommitments = BoundedVec::truncate_from(commitments);
	let payload = signing_payload(DOMAINS.commit, &Pallet::<T>::genesis(), session, 0, &commitments);
	let signature = keys.first().and_then(|key| key.sign(&payload)).ok_or("no key")?;
	Ok((works, Call::commit_report { session, scorer: 0, commitments, signature }))
}

/// `n` full sessions that wait for the first scorer's reveal, the last to come.
fn waiting_for_reveal<T: Config>(n: u32) -> Result<(Vec<WorkId>, Call<T>), BenchmarkError> {
	let count = T::MaxScorers::get();
	let (session, keys) = set_scorers::<T>(count);
	let mut works = Vec::new();
	for i in 0..n {
		works.push((in_score::<T>(i, MAX_LESSONS, Lesson::Rise, Panel { session, count, silent: 1 })?, 0));
	}
	let report = report(MAX_LESSONS, Lesson::Rise, 0);
	let reveals: Vec<_> =
		works.iter().map(|work| ReportReveal { work: *work, report: report.clone(), salt: SALT }).collect();
	let reveals: ReportReveals = BoundedVec::truncate_from(reveals);
	let payload = signing_payload(DOMAINS.reveal, &Pallet::<T>::genesis(), session, 0, &reveals);
	let signature = keys.first().and_then(|key| key.sign(&payload)).ok_or("no key")?;
	Ok((works, Call::reveal_report { session, scorer: 0, reveals, signature }))
}

/// A session with so many lessons on which so many scorers have reported, all agreeing but a third.
fn to_settle<T: Config>(lessons: u32, kind: Lesson, count: u32) -> Result<(TrainingId, SessionIndex), BenchmarkError> {
	let (session, _) = set_scorers::<T>(count);
	Ok((in_score::<T>(0, lessons, kind, Panel { session, count, silent: 0 })?, session))
}

#[benchmarks(where <T as frame_system::Config>::RuntimeCall: From<Call<T>>)]
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
		set_scorers::<T>(T::MaxScorers::get());
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
		let (training, session) = to_settle::<T>(MAX_LESSONS, Lesson::Rise, T::MaxScorers::get())?;
		let now = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(training, Phase::Score { since: Zero::zero(), until: now, session });
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), training);
		assert_eq!(Trainings::<T>::count(), 0);
		Ok(())
	}

	#[benchmark]
	fn commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (works, call) = waiting_for_commitment::<T>(n)?;
		let Call::commit_report { session, scorer, commitments, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, commitments, signature);
		assert!(works.iter().all(|work| Tallies::<T>::get(work).commits.contains_key(&0)));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_commitment::<T>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	/// The last reveal, which ends the sessions.
	#[benchmark]
	fn reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (works, call) = waiting_for_reveal::<T>(n)?;
		let Call::reveal_report { session, scorer, reveals, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, reveals, signature);
		assert!(works.iter().all(|(training, _)| !Trainings::<T>::contains_key(training)));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_reveal::<T>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	/// What `l` lessons that are paid cost, to be held against `l` transfers, and `s` scorers, a third deviating.
	#[benchmark(extra)]
	fn settle_rises(l: Linear<1, MAX_LESSONS>, s: Linear<1, { T::MaxScorers::get() }>) -> Result<(), BenchmarkError> {
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
	fn settle_falls(l: Linear<1, MAX_LESSONS>, s: Linear<1, { T::MaxScorers::get() }>) -> Result<(), BenchmarkError> {
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
