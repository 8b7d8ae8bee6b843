//! The end of an epoch and of a session: who is paid, charged, refunded and slashed, and the removal of state.

use crate::{money::Pot, *};
use alloc::vec::Vec;
use frame_support::traits::Imbalance;
use learnware_primitives::training::{curve::Ratio, settle, Flaw, Report, Step};
use pallet_quorum::{Purse, SessionIndex};
use sp_runtime::traits::{Saturating, Zero};

/// What a revealed lesson is worth, and why.
#[derive(Clone, Default)]
struct Worth {
	before: Option<Ratio>,
	after: Option<Ratio>,
	kept: bool,
	flaw: Option<Flaw>,
	/// Above 0, paid to the tutor; below 0, charged.
	payment: i128,
}

/// What an epoch has brought.
#[derive(Default)]
struct Findings {
	/// Score before the first lesson and after the last that was kept, if they were scored.
	scores: Option<(Ratio, Ratio)>,
	/// One for each revealed lesson, in order of commitment.
	worth: Vec<Worth>,
	/// Paid to scorers.
	scoring_fee: u128,
}

impl<T: Config> Pallet<T> {
	/// Ends an epoch whose scorers have spoken, or have not in time.
	pub(crate) fn conclude(
		training: TrainingId,
		mut record: TrainingRecordOf<T>,
		lessons: LessonsOf<T>,
		session: SessionIndex,
	) {
		let Some(decision) = T::Quorum::close((training, record.epoch), session) else {
			return Self::end_unscored(training, record, lessons, End::NoQuorum);
		};
		let scoring_fee = Self::pay_scorers(&mut record, count_revealed(&lessons), &decision.agreeing);
		match decision.report {
			Report::Unusable(part, flaw) => {
				Self::compensate(training, record, lessons, End::Unusable(part, flaw), scoring_fee)
			},
			Report::Taught { before, steps, state } => {
				let outcomes = settle(&record.curve, record.budget, record.terms.mode, before, &steps);
				let after = outcomes.iter().rev().find(|outcome| outcome.kept).and_then(|outcome| outcome.after);
				let after = after.unwrap_or(before);
				let worth = steps.iter().zip(outcomes).map(|(step, outcome)| Worth {
					before: Some(outcome.before),
					after: outcome.after,
					kept: outcome.kept,
					flaw: if let Step::Refused(flaw) = step { Some(*flaw) } else { None },
					payment: outcome.payment,
				});
				let findings = Findings { scores: Some((before, after)), worth: worth.collect(), scoring_fee };
				record.used = record.used.saturating_add(record.due().len() as u32);
				record.score = Some(after);
				record.state = state;
				Self::settle_epoch(training, &mut record, lessons, findings);
				if record.epochs_left() > 0 && !record.left().is_zero() {
					Self::next_epoch(training, record);
				} else {
					Self::close(training, record, End::Finished);
				}
			},
		}
	}

	/// Ends a session whose present epoch is worth nothing to anybody.
	pub(crate) fn end_unscored(training: TrainingId, mut record: TrainingRecordOf<T>, lessons: LessonsOf<T>, end: End) {
		Self::settle_epoch(training, &mut record, lessons, Findings::default());
		Self::close(training, record, end);
	}

	/// Ends an epoch of which no lesson was revealed, and begins the next on the same part of the test set.
	pub(crate) fn skip_epoch(training: TrainingId, mut record: TrainingRecordOf<T>, lessons: LessonsOf<T>) {
		Self::settle_epoch(training, &mut record, lessons, Findings::default());
		Self::next_epoch(training, record);
	}

	/// Ends a session by the student's fault: this epoch's share of the budget goes to the tutors who revealed.
	pub(crate) fn compensate(
		training: TrainingId,
		mut record: TrainingRecordOf<T>,
		lessons: LessonsOf<T>,
		end: End,
		scoring_fee: BalanceOf<T>,
	) {
		let share = record.left().checked_div(record.epochs_left().into()).unwrap_or_default();
		let at_stake = share.min(record.budget.saturating_sub(record.paid));
		let revealed = count_revealed(&lessons);
		let each = at_stake.checked_div(revealed.into()).unwrap_or_default();
		let worth = Worth { payment: i128::try_from(each).unwrap_or(i128::MAX), ..Worth::default() };
		let findings = Findings { worth: alloc::vec![worth; revealed as usize], scoring_fee, scores: None };
		Self::settle_epoch(training, &mut record, lessons, findings);
		Self::close(training, record, end);
	}

	/// Returns all that a session holds and is not owed to anybody else, and removes its state. Its epoch is settled.
	pub(crate) fn close(training: TrainingId, record: TrainingRecordOf<T>, end: End) {
		let left = record.left();
		let TrainingRecord { student, state, score, budget, paid, charged, fees, deposit, .. } = record;
		// The student gets nothing of what tutors were charged.
		let returned = left.min(budget.saturating_sub(paid));
		Self::release(HoldReason::Budget, &student, returned);
		let mut slashed = Self::slash(HoldReason::Budget, &student, left.saturating_sub(returned));
		Self::release(HoldReason::ScoringFee, &student, fees);
		if end.costs_deposit() {
			slashed = slashed.saturating_add(Self::slash(HoldReason::TrainingDeposit, &student, deposit));
		} else {
			Self::release(HoldReason::TrainingDeposit, &student, deposit);
		}
		Trainings::<T>::remove(training);
		TestSets::<T>::remove(training);
		TrainingsOf::<T>::mutate_exists(&student, |count| {
			*count = count.map(|count| count.saturating_sub(1)).filter(|count| *count > 0);
		});
		Self::deposit_event(Event::TrainingClosed {
			training,
			student,
			end,
			budget,
			paid,
			charged,
			returned,
			slashed,
			score,
			state,
		});
	}

	/// Settles the lessons of the present epoch in their order, and removes all that is stored of it.
	fn settle_epoch(training: TrainingId, record: &mut TrainingRecordOf<T>, lessons: LessonsOf<T>, findings: Findings) {
		if lessons.is_empty() {
			return;
		}
		let Findings { scores, worth, scoring_fee } = findings;
		// The budget is drawn once for all lessons: to change a hold is dear.
		let spent = worth.iter().any(|worth| worth.payment != 0);
		let mut pot = if spent { Self::draw_budget(record) } else { Pot::<T>::zero() };
		let mut worth = worth.into_iter();
		let mut outcomes = Vec::with_capacity(lessons.len());
		for lesson in lessons {
			let worth = lesson.location().is_some().then(|| worth.next().unwrap_or_default());
			outcomes.push(Self::settle_lesson(record, &mut pot, lesson, worth));
		}
		Self::hold_budget(record, pot);
		let epoch = record.epoch;
		Lessons::<T>::remove(training);
		Self::deposit_event(Event::EpochSettled {
			training,
			epoch,
			before: scores.map(|(before, _)| before),
			after: scores.map(|(_, after)| after),
			state: record.state.clone(),
			scoring_fee,
			lessons: outcomes,
		});
	}

	/// Pays or charges a tutor, then releases or slashes what is left of the deposit. A lesson without `worth` was not
	/// revealed.
	fn settle_lesson(
		record: &mut TrainingRecordOf<T>,
		pot: &mut Pot<T>,
		lesson: LessonRecordOf<T>,
		worth: Option<Worth>,
	) -> LessonOutcomeOf<T> {
		let deposit = record.terms.deposit;
		let lost = matches!(worth, None | Some(Worth { flaw: Some(Flaw::File(_)), .. }));
		let Worth { before, after, kept, flaw, payment } = worth.unwrap_or_default();
		let (mut paid, mut charged, mut slashed) = (Zero::zero(), Zero::zero(), Zero::zero());
		if lost {
			slashed = Self::slash(HoldReason::LessonDeposit, &lesson.who, deposit);
		} else if payment == 0 {
			Self::release(HoldReason::LessonDeposit, &lesson.who, deposit);
		} else {
			(paid, charged) = Self::settle_deposit(pot, &lesson.who, deposit, payment);
		}
		record.paid = record.paid.saturating_add(paid);
		record.charged = record.charged.saturating_add(charged);
		let location = lesson.location().cloned();
		LessonOutcome { who: lesson.who, location, before, after, kept, flaw, paid, charged, slashed }
	}

	/// Shares the fee for an epoch's scores, one for each revealed lesson and one for the score before them.
	fn pay_scorers(record: &mut TrainingRecordOf<T>, revealed: u32, scorers: &[T::AccountId]) -> BalanceOf<T> {
		let fee = record.terms.scoring_fee.saturating_mul(revealed.saturating_add(1).into());
		let reason = HoldReason::ScoringFee.into();
		let mut purse = Purse::<T::Currency, _> { reason, owner: &record.student, left: record.fees };
		let paid = purse.share(scorers, fee.min(purse.left));
		record.fees = purse.left;
		paid
	}

	fn next_epoch(training: TrainingId, mut record: TrainingRecordOf<T>) {
		record.epoch = record.epoch.saturating_add(1);
		let until = Self::now().saturating_add(record.terms.commit_period);
		Self::enter(training, &mut record, Phase::Commit { until });
	}
}
