#![allow(missing_docs, unused)]
use crate::{runtime_api::*, *};
use alloc::vec::Vec;
use frame_support::pallet_prelude::*;
use frame_system::pallet_prelude::BlockNumberFor;
use learnware_primitives::{commitment::Salt, rewards::*, scorers::*};
use learnware_quorum::ReportReveal;
use sp_core::H256;
pub fn count_revealed<A>(_: &[LessonRecord<A>]) -> u32 { 0 }
impl<A, B, N> TrainingRecord<A, B, N> { pub fn stage(&self, _: &[LessonRecord<A>], _: N, _: impl Fn(N) -> Option<SessionIndex>) -> Stage<N> { todo!() } }
type Info<T> = TrainingInfo<<T as frame_system::Config>::AccountId, BalanceOf<T>, BlockNumberFor<T>>;
impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_training(_: T::AccountId, _: Location, _: TestCommitments, _: BalanceOf<T>, _: Curve, _: TermsOf<T>) -> DispatchResult { todo!() }
	pub(crate) fn do_close_training(_: T::AccountId, _: u32) -> DispatchResult { todo!() }
	pub(crate) fn do_reveal_test_set(_: T::AccountId, _: u32, _: PartReveals) -> DispatchResult { todo!() }
	pub(crate) fn do_commit_lesson(_: T::AccountId, _: u32, _: H256) -> DispatchResult { todo!() }
	pub(crate) fn do_withdraw_lesson(_: T::AccountId, _: u32) -> DispatchResult { todo!() }
	pub(crate) fn do_reveal_lesson(_: T::AccountId, _: u32, _: Location, _: Salt) -> DispatchResult { todo!() }
	pub(crate) fn do_resolve(_: u32) -> DispatchResult { todo!() }
	pub(crate) fn unexpected(_: UnexpectedKind) {}
	pub fn training_details(_: u32) -> Option<TrainingDetails<T::AccountId, BalanceOf<T>, BlockNumberFor<T>>> { todo!() }
	pub fn trainings(_: u32, _: u32) -> Vec<Info<T>> { todo!() }
	pub fn lessons_of(_: &T::AccountId, _: u32, _: u32) -> Vec<LessonInfo<BalanceOf<T>, BlockNumberFor<T>>> { todo!() }
	pub fn work(_: u32, _: u32) -> Vec<Work<BlockNumberFor<T>>> { todo!() }
	pub fn commit_report_call(_: SessionIndex, _: ScorerIndex, _: Vec<(WorkId, H256)>, _: &[u8]) -> Option<Call<T>> { todo!() }
	pub fn reveal_report_call(_: SessionIndex, _: ScorerIndex, _: Vec<ReportReveal<WorkId, ScorerReport>>, _: &[u8]) -> Option<Call<T>> { todo!() }
}
