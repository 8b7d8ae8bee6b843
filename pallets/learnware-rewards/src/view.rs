//! Answers to clients and scorers; read only.

use crate::{runtime_api::*, *};
use alloc::vec::Vec;
use frame_system::pallet_prelude::BlockNumberFor;
use pallet_quorum::page;

type TrainingInfoOf<T> = TrainingInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
type TrainingDetailsOf<T> = TrainingDetails<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;

impl<T: Config> Pallet<T> {
	/// See [`LearnwareRewardsApi::training`].
	pub fn training(training: TrainingId) -> Option<TrainingDetailsOf<T>> {
		let lessons = Lessons::<T>::get(training);
		Some(TrainingDetails {
			info: Self::training_info(training, &lessons)?,
			test_set: TestSets::<T>::get(training).into_inner(),
			lessons: lessons.into_inner(),
		})
	}

	/// See [`LearnwareRewardsApi::trainings`].
	pub fn trainings(from: TrainingId, limit: u32) -> Vec<TrainingInfoOf<T>> {
		page(Trainings::<T>::iter_keys(), from, limit, |training| {
			Self::training_info(training, &Lessons::<T>::get(training))
		})
	}

	/// See [`LearnwareRewardsApi::lessons_of`].
	pub fn lessons_of(
		who: &T::AccountId,
		from: TrainingId,
		limit: u32,
	) -> Vec<LessonInfo<BalanceOf<T>, BlockNumberFor<T>>> {
		page(Trainings::<T>::iter_keys(), from, limit, |training| {
			let lessons = Lessons::<T>::get(training);
			let (position, lesson) = (0..).zip(&lessons).find(|(_, lesson)| lesson.who == *who)?;
			let TrainingInfo { record, stage, .. } = Self::training_info(training, &lessons)?;
			let state = lesson.state.clone();
			Some(LessonInfo { training, epoch: record.epoch, position, stage, state, deposit: record.terms.deposit })
		})
	}

	/// See [`LearnwareRewardsApi::work`].
	pub fn work(from: TrainingId, limit: u32) -> Vec<Work<BlockNumberFor<T>>> {
		page(Trainings::<T>::iter_keys(), from, limit, |training| {
			let lessons = Lessons::<T>::get(training);
			let TrainingInfo { record, stage, due, .. } = Self::training_info(training, &lessons)?;
			let work = (training, record.epoch);
			let score = match stage {
				Stage::Open(Phase::Reveal { .. } | Phase::Test { .. }) => None,
				Stage::Open(Phase::Score { .. }) => T::Quorum::score_phase(work),
				_ => return None,
			};
			let test_set = TestSets::<T>::get(training);
			let part = |index: u32| test_set.get(index as usize).and_then(Disclosure::location).cloned();
			Some(Work {
				work,
				version: record.version,
				start: record.start(),
				learnware: record.learnware,
				limits: record.terms.limits,
				lessons: lessons.iter().filter_map(|lesson| lesson.location().cloned()).collect(),
				test: due.into_iter().map(part).collect::<Option<_>>().unwrap_or_default(),
				score,
			})
		})
	}

	fn training_info(training: TrainingId, lessons: &LessonsOf<T>) -> Option<TrainingInfoOf<T>> {
		let record = Trainings::<T>::get(training)?;
		Some(TrainingInfo {
			training,
			stage: record.stage(lessons, Self::now()),
			drawn: Self::drawn(training, &record),
			due: record.due(),
			committed: lessons.len() as u32,
			revealed: count_revealed(lessons),
			record,
		})
	}
}
