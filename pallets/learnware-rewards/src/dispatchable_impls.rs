//! What the calls do, in their order.

use crate::*;
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{ensure, pallet_prelude::*, traits::fungible::MutateHold};
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{
	cid,
	commitment::{self, Salt},
	training::{curve::Curve, MAX_LESSONS, REPLAY_VERSION},
};
use pallet_quorum::deadline;
use sp_core::H256;
use sp_runtime::traits::{One, SaturatedConversion, Saturating, Zero};

/// Fewest parts of a test set: one to show, one to score on.
const MIN_PARTS: u32 = 2;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_training(
		student: T::AccountId,
		learnware: Location,
		state: Location,
		test_set: TestCommitments,
		budget: BalanceOf<T>,
		curve: Curve,
		terms: TermsOf<T>,
	) -> DispatchResult {
		let is_state = state.is_empty() || cid::is_fetchable(&state);
		ensure!(cid::is_fetchable(&learnware) && is_state, Error::<T>::InvalidLocation);
		curve.validate().map_err(|_| Error::<T>::CurveInvalid)?;
		let parts = test_set.len() as u32;
		let distinct = test_set.iter().collect::<BTreeSet<_>>().len() as u32;
		ensure!(parts >= MIN_PARTS && distinct == parts, Error::<T>::PartLimits);
		ensure!(budget >= T::MinBudget::get(), Error::<T>::BudgetTooSmall);
		Self::ensure_playable(&terms)?;
		ensure!(Trainings::<T>::count() < T::MaxTrainings::get(), Error::<T>::TooManyTrainings);
		let own = TrainingsOf::<T>::get(&student);
		ensure!(own < T::MaxTrainingsPerAccount::get(), Error::<T>::TooManyTrainingsOfAccount);

		let deposit = T::TrainingDeposit::get().saturating_add(T::PartDeposit::get().saturating_mul(parts.into()));
		let scores = terms.max_lessons.saturating_add(1);
		let fees = terms.scoring_fee.saturating_mul(scores.into());
		let fees = fees.saturating_mul(epochs(terms.settlement, parts.saturating_sub(1)).into());
		T::Currency::hold(&HoldReason::TrainingDeposit.into(), &student, deposit)?;
		T::Currency::hold(&HoldReason::Budget.into(), &student, budget)?;
		T::Currency::hold(&HoldReason::ScoringFee.into(), &student, fees)?;

		let opened = Self::now();
		let training = NextTraining::<T>::mutate(|next| core::mem::replace(next, next.saturating_add(1)));
		TrainingsOf::<T>::insert(&student, own.saturating_add(1));
		let committed = test_set.iter().copied().map(Disclosure::Committed).collect();
		TestSets::<T>::insert(training, TestSet::truncate_from(committed));
		let record = TrainingRecord {
			student: student.clone(),
			learnware: learnware.clone(),
			state: state.clone(),
			score: None,
			curve,
			budget,
			paid: Zero::zero(),
			charged: Zero::zero(),
			fees,
			deposit,
			terms: terms.clone(),
			version: REPLAY_VERSION,
			opened,
			parts,
			shown: None,
			epoch: 0,
			used: 0,
			phase: Phase::Show { until: opened.saturating_add(T::ShowPeriod::get()) },
		};
		Trainings::<T>::insert(training, record);
		Self::deposit_event(Event::TrainingOpened {
			training,
			student,
			learnware,
			state,
			test_set,
			budget,
			curve,
			terms,
		});
		Ok(())
	}

	pub(crate) fn do_close_training(student: T::AccountId, training: TrainingId) -> DispatchResult {
		let record = Self::training_of(training, &student)?;
		let no_lessons = Lessons::<T>::decode_len(training).unwrap_or(0) == 0;
		// The drawn part is shown first: who does not like it loses its deposit. When the deadline has passed without a
		// lesson, `resolve` gives the same money back.
		ensure!(matches!(record.phase, Phase::Commit { .. }) && no_lessons, Error::<T>::HasLessons);
		Self::close(training, record, End::Closed);
		Ok(())
	}

	pub(crate) fn do_reveal_test_set(
		student: T::AccountId,
		training: TrainingId,
		parts: PartReveals,
	) -> DispatchResult {
		let record = Self::training_of(training, &student)?;
		let lessons = Lessons::<T>::get(training);
		match record.stage(&lessons, Self::now()) {
			Stage::Open(Phase::Show { .. }) => Self::show(training, record, parts),
			Stage::Open(phase @ Phase::Test { .. }) => Self::reveal_due(training, record, phase, parts),
			Stage::Open(Phase::Commit { .. } | Phase::Reveal { .. }) => Err(Error::<T>::TooEarly.into()),
			_ => Err(Error::<T>::TooLate.into()),
		}
	}

	/// Shows the drawn part; lessons can be committed from now on.
	fn show(training: TrainingId, mut record: TrainingRecordOf<T>, parts: PartReveals) -> DispatchResult {
		let drawn = Self::drawn(training, &record).ok_or(Error::<T>::TooEarly)?;
		let test_set = Self::reveal_parts(training, &record, &[drawn], parts)?;
		TestSets::<T>::insert(training, test_set);
		record.shown = Some(drawn);
		let until = Self::now().saturating_add(record.terms.commit_period);
		Self::enter(training, &mut record, Phase::Commit { until });
		Ok(())
	}

	/// Reveals parts that the lessons are scored on, and starts the score phase with the last of them, or the test phase
	/// with the first.
	fn reveal_due(
		training: TrainingId,
		mut record: TrainingRecordOf<T>,
		test: Phase<BlockNumberFor<T>>,
		parts: PartReveals,
	) -> DispatchResult {
		let due = record.due();
		let test_set = Self::reveal_parts(training, &record, &due, parts)?;
		let revealed = |part: &u32| test_set.get(*part as usize).is_some_and(|part| part.location().is_some());
		let complete = due.iter().all(revealed);
		TestSets::<T>::insert(training, test_set);
		if !complete {
			if record.phase != test {
				Self::enter(training, &mut record, test);
			}
			return Ok(());
		}
		let since = Self::now();
		let until = since.saturating_add(record.terms.score_period);
		// If no session is remembered, there is nobody to score, and the period passes without a quorum.
		let session = T::Quorum::session_at(since).unwrap_or_default();
		Self::enter(training, &mut record, Phase::Score { since, until, session });
		Ok(())
	}

	/// The test set with `parts` revealed, all of which must be `due`.
	fn reveal_parts(
		training: TrainingId,
		record: &TrainingRecordOf<T>,
		due: &[u32],
		parts: PartReveals,
	) -> Result<TestSet, DispatchError> {
		let distinct = parts.iter().map(|part| part.index).collect::<BTreeSet<_>>();
		let all_due = distinct.iter().all(|index| due.binary_search(index).is_ok());
		ensure!(all_due && distinct.len() == parts.len() && !parts.is_empty(), Error::<T>::NotDue);
		let genesis = Self::genesis();
		let mut test_set = TestSets::<T>::get(training);
		for PartReveal { index, location, salt } in &parts {
			let part = test_set.get_mut(*index as usize).ok_or(Error::<T>::NotDue)?;
			let opened = commitment::test_part(&genesis.0, &record.student, *index, location, salt);
			part.reveal(location, opened).map_err(Error::<T>::from)?;
		}
		let parts: Vec<_> = parts.into_iter().map(|part| (part.index, part.location)).collect();
		Self::deposit_event(Event::PartsRevealed { training, parts });
		Ok(test_set)
	}

	pub(crate) fn do_commit_lesson(who: T::AccountId, training: TrainingId, commitment: H256) -> DispatchResult {
		let mut record = Trainings::<T>::get(training).ok_or(Error::<T>::UnknownTraining)?;
		let mut lessons = Lessons::<T>::get(training);
		let scheduled = match record.stage(&lessons, Self::now()) {
			Stage::Open(Phase::Commit { until }) => until,
			Stage::Open(Phase::Show { .. }) => return Err(Error::<T>::TooEarly.into()),
			_ => return Err(Error::<T>::TooLate.into()),
		};
		ensure!(lessons.iter().all(|lesson| lesson.who != who), Error::<T>::AlreadyCommitted);
		lessons
			.try_push(LessonRecord { who: who.clone(), state: Disclosure::Committed(commitment) })
			.map_err(|_| Error::<T>::TooLate)?;
		T::Currency::hold(&HoldReason::LessonDeposit.into(), &who, record.terms.deposit)?;
		Lessons::<T>::insert(training, &lessons);
		let epoch = record.epoch;
		Self::deposit_event(Event::LessonCommitted { training, epoch, who, commitment });
		if lessons.len() as u32 >= record.terms.max_lessons {
			let until = deadline(scheduled, record.terms.reveal_period);
			Self::enter(training, &mut record, Phase::Reveal { until });
		}
		Ok(())
	}

	pub(crate) fn do_withdraw_lesson(who: T::AccountId, training: TrainingId) -> DispatchResult {
		let record = Trainings::<T>::get(training).ok_or(Error::<T>::UnknownTraining)?;
		let mut lessons = Lessons::<T>::get(training);
		let position = lessons.iter().position(|lesson| lesson.who == who).ok_or(Error::<T>::NotCommitted)?;
		let stage = record.stage(&lessons, Self::now());
		ensure!(matches!(stage, Stage::Open(Phase::Commit { .. })), Error::<T>::TooLate);
		lessons.remove(position);
		if lessons.is_empty() {
			Lessons::<T>::remove(training);
		} else {
			Lessons::<T>::insert(training, lessons);
		}
		Self::release(HoldReason::LessonDeposit, &who, record.terms.deposit);
		Self::deposit_event(Event::LessonWithdrawn { training, who });
		Ok(())
	}

	pub(crate) fn do_reveal_lesson(
		who: T::AccountId,
		training: TrainingId,
		location: Location,
		salt: Salt,
	) -> DispatchResult {
		let mut record = Trainings::<T>::get(training).ok_or(Error::<T>::UnknownTraining)?;
		let mut lessons = Lessons::<T>::get(training);
		let scheduled = match record.stage(&lessons, Self::now()) {
			Stage::Open(Phase::Reveal { until }) => until,
			Stage::Open(Phase::Show { .. } | Phase::Commit { .. }) => return Err(Error::<T>::TooEarly.into()),
			_ => return Err(Error::<T>::TooLate.into()),
		};
		let lesson = lessons.iter_mut().find(|lesson| lesson.who == who).ok_or(Error::<T>::NotCommitted)?;
		let epoch = record.epoch;
		let opened = commitment::lesson(&Self::genesis().0, training, epoch, &who, &location, &salt);
		lesson.state.reveal(&location, opened).map_err(Error::<T>::from)?;
		Lessons::<T>::insert(training, &lessons);
		Self::deposit_event(Event::LessonRevealed { training, epoch, who, location });
		let reveal = Phase::Reveal { until: scheduled };
		if lessons.iter().all(|lesson| lesson.location().is_some()) {
			let until = deadline(scheduled, record.terms.test_period);
			Self::enter(training, &mut record, Phase::Test { until });
		} else if record.phase != reveal {
			Self::enter(training, &mut record, reveal);
		}
		Ok(())
	}

	pub(crate) fn do_resolve(training: TrainingId) -> DispatchResult {
		let mut record = Trainings::<T>::get(training).ok_or(Error::<T>::UnknownTraining)?;
		let lessons = Lessons::<T>::get(training);
		match record.stage(&lessons, Self::now()) {
			Stage::Open(phase) => {
				ensure!(phase != record.phase, Error::<T>::NotOverdue);
				Self::enter(training, &mut record, phase);
			},
			Stage::Overdue(End::TestSetWithheld) => {
				Self::compensate(training, record, lessons, End::TestSetWithheld, Zero::zero())
			},
			Stage::Overdue(end) => Self::end_unscored(training, record, lessons, end),
			Stage::Unrevealed => Self::skip_epoch(training, record, lessons),
			Stage::Scored(session) => Self::conclude(training, record, lessons, session),
		}
		Ok(())
	}

	/// The part that the student must show, or has shown; unknown before the block after the session's first.
	pub(crate) fn drawn(training: TrainingId, record: &TrainingRecordOf<T>) -> Option<u32> {
		let in_time = matches!(record.phase, Phase::Show { until } if Self::now() < until);
		let known = || in_time && Self::now() > record.opened;
		let hash = || frame_system::Pallet::<T>::block_hash(record.opened);
		record.shown.or_else(|| known().then(|| draw(&hash(), training, record.parts)))
	}

	/// The block that is being built.
	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	/// The chain's identity.
	pub(crate) fn genesis() -> H256 {
		pallet_quorum::genesis::<T>()
	}

	/// Starts a phase of a session.
	pub(crate) fn enter(training: TrainingId, record: &mut TrainingRecordOf<T>, phase: Phase<BlockNumberFor<T>>) {
		record.phase = phase;
		Trainings::<T>::insert(training, &*record);
		Self::deposit_event(Event::PhaseStarted { training, epoch: record.epoch, phase });
	}

	fn training_of(training: TrainingId, student: &T::AccountId) -> Result<TrainingRecordOf<T>, Error<T>> {
		let record = Trainings::<T>::get(training).ok_or(Error::<T>::UnknownTraining)?;
		ensure!(record.student == *student, Error::<T>::NotStudent);
		Ok(record)
	}

	/// Refuses terms out of bounds, with an error that names the bound.
	fn ensure_playable(terms: &TermsOf<T>) -> DispatchResult {
		let Terms { deposit, max_lessons, scoring_fee, limits, score_period, .. } = *terms;
		ensure!(limits.is_valid(), Error::<T>::LimitsOutOfBounds);
		ensure!(deposit >= T::MinLessonDeposit::get(), Error::<T>::DepositTooSmall);
		ensure!((1..=MAX_LESSONS).contains(&max_lessons), Error::<T>::LessonLimits);
		let periods = [terms.commit_period, terms.reveal_period, terms.test_period, score_period];
		ensure!(periods.iter().all(|period| *period >= One::one()), Error::<T>::PeriodTooShort);
		let shortest = MIN_REVEAL_PERIOD.into();
		ensure!(terms.reveal_period >= shortest && terms.test_period >= shortest, Error::<T>::PeriodTooShort);
		ensure!(score_period >= MIN_SCORE_PERIOD.into(), Error::<T>::PeriodTooShort);
		ensure!(periods.iter().all(|period| *period <= T::MaxPeriod::get()), Error::<T>::PeriodTooLong);
		// A lesson may use its fuel twice: to teach, and to score.
		let fuel = u128::from(limits.fuel);
		ensure!(scoring_fee >= fuel.saturating_mul(2).saturating_mul(T::MinFeePerFuel::get()), Error::<T>::FeeTooSmall);
		let runs = u128::from(max_lessons).saturating_mul(2).saturating_add(1);
		let period: u128 = score_period.saturated_into();
		ensure!(
			runs.saturating_mul(fuel) <= (period / 2).saturating_mul(T::MaxFuelPerBlock::get().into()),
			Error::<T>::ScorePeriodTooShort
		);
		Ok(())
	}
}
