//! Invariants of training sessions.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::ensure;
use learnware_primitives::{cid, training::Settlement};
use pallet_quorum::Ledger;
use sp_runtime::{Saturating, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks that storage and holds agree, and that nothing is left of what is over.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut own = BTreeMap::<T::AccountId, u32>::new();
		ensure!(Trainings::<T>::iter().count() as u32 == Trainings::<T>::count(), "the counter of sessions is wrong");
		for (id, record) in Trainings::<T>::iter() {
			ensure!(id < NextTraining::<T>::get(), "a session has a number of the future");
			let lessons = Lessons::<T>::get(id);
			Self::check_phase(&record, &lessons)?;
			Self::check_state(&record)?;
			Self::check_test_set(&record, &TestSets::<T>::get(id))?;
			Self::check_money(&record)?;
			own.entry(record.student).or_default().saturating_inc();
		}
		ensure!(TrainingsOf::<T>::iter().collect::<BTreeMap<_, _>>() == own, "a student's counter is wrong");
		Self::check_orphans()?;
		Self::check_holds()
	}

	fn check_phase(record: &TrainingRecordOf<T>, lessons: &LessonsOf<T>) -> Result<(), TryRuntimeError> {
		let tutors = lessons.iter().map(|lesson| &lesson.who).collect::<BTreeSet<_>>();
		ensure!(tutors.len() == lessons.len(), "a tutor has two lessons");
		let committed = lessons.len() as u32;
		ensure!(committed <= record.terms.max_lessons, "an epoch has too many lessons");
		let revealed = count_revealed(lessons);
		let fits = match record.phase {
			Phase::Show { .. } => committed == 0 && record.epoch == 0,
			Phase::Commit { .. } => revealed == 0 && committed < record.terms.max_lessons,
			Phase::Reveal { .. } => revealed < committed,
			Phase::Test { .. } | Phase::Score { .. } => revealed > 0,
		};
		ensure!(fits, "lessons do not fit the phase");
		let one_epoch = record.terms.settlement == Settlement::AtEnd;
		ensure!(record.used <= record.epoch && !(one_epoch && record.epoch > 0), "an epoch is not accounted for");
		Ok(())
	}

	/// A state is a file; and as soon as a score is known, so is the state that has it, which is how [`Start`] is told.
	fn check_state(record: &TrainingRecordOf<T>) -> Result<(), TryRuntimeError> {
		let is_scored = record.used > 0;
		ensure!(record.score.is_some() == is_scored, "a score without questions, or the reverse");
		let is_file = cid::is_fetchable(&record.state) || (record.state.is_empty() && !is_scored);
		ensure!(is_file, "a state that nobody can fetch");
		Ok(())
	}

	/// Shown is what was drawn, what lessons have been scored on, and in the last two phases what is due.
	fn check_test_set(record: &TrainingRecordOf<T>, test_set: &TestSet) -> Result<(), TryRuntimeError> {
		ensure!(test_set.len() as u32 == record.parts && record.parts > 1, "parts of a test set are missing");
		let in_show = matches!(record.phase, Phase::Show { .. });
		ensure!(in_show == record.shown.is_none(), "no part was shown, or one too early");
		ensure!(record.epochs_left() > 0, "a session goes on without anything to score on");
		let due = record.due();
		let first_due = due.first().copied().unwrap_or_default();
		for (index, part) in (0..).zip(test_set) {
			let revealed = part.location().is_some();
			let fits = match record.phase {
				Phase::Show { .. } => !revealed,
				_ if record.shown == Some(index) => revealed,
				Phase::Test { .. } if due.contains(&index) => true,
				Phase::Score { .. } if due.contains(&index) => revealed,
				_ => revealed == (index < first_due),
			};
			ensure!(fits, "a part of a test set is shown too early or too late");
		}
		Ok(())
	}

	fn check_money(record: &TrainingRecordOf<T>) -> Result<(), TryRuntimeError> {
		let funds = record.budget.saturating_add(record.charged);
		ensure!(record.paid <= funds, "more was paid than there was");
		ensure!(record.epoch == 0 || record.paid < funds, "a session goes on without budget");
		let scores = record.terms.max_lessons.saturating_add(1).saturating_mul(record.epochs_left());
		ensure!(record.fees >= record.terms.scoring_fee.saturating_mul(scores.into()), "scores cannot be paid");
		Ok(())
	}

	fn check_orphans() -> Result<(), TryRuntimeError> {
		let known = |id| Trainings::<T>::contains_key(id);
		ensure!(TestSets::<T>::iter_keys().all(known), "a test set was left behind");
		ensure!(Lessons::<T>::iter_keys().all(known), "lessons were left behind");
		ensure!(Lessons::<T>::iter_values().all(|lessons| !lessons.is_empty()), "no lessons are stored");
		Ok(())
	}

	fn check_holds() -> Result<(), TryRuntimeError> {
		let mut ledger = Ledger::<T::Currency, _>::default();
		for (id, record) in Trainings::<T>::iter() {
			ledger.owe(HoldReason::TrainingDeposit, record.student.clone(), record.deposit);
			ledger.owe(HoldReason::Budget, record.student.clone(), record.left());
			ledger.owe(HoldReason::ScoringFee, record.student, record.fees);
			for lesson in Lessons::<T>::get(id) {
				ledger.owe(HoldReason::LessonDeposit, lesson.who, record.terms.deposit);
			}
		}
		let reasons =
			[HoldReason::TrainingDeposit, HoldReason::Budget, HoldReason::ScoringFee, HoldReason::LessonDeposit];
		ledger.check(&reasons, frame_system::Account::<T>::iter_keys())
	}
}
