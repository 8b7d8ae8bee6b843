//! Spending what is held.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Balanced as BalancedHold, Balanced, Credit, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
		Imbalance,
	},
};
use sp_runtime::traits::Zero;

/// The budget of a session while lessons are paid out of it.
pub(crate) type Pot<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

impl<T: Config> Pallet<T> {
	/// Takes all that is left of the budget from its hold.
	pub(crate) fn draw_budget(record: &TrainingRecordOf<T>) -> Pot<T> {
		let (student, left) = (&record.student, record.left());
		if left.is_zero() {
			return Pot::<T>::zero();
		}
		let drawn = with_storage_layer(|| {
			T::Currency::release(&HoldReason::Budget.into(), student, left, Precision::Exact)?;
			// Forced, so that no freeze on the student's account keeps the budget from tutors.
			T::Currency::withdraw(student, left, Precision::Exact, Preservation::Preserve, Fortitude::Force)
		});
		drawn.unwrap_or_else(|_| {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
			Pot::<T>::zero()
		})
	}

	/// Puts on hold what is left of the budget.
	pub(crate) fn hold_budget(record: &TrainingRecordOf<T>, pot: Pot<T>) {
		let (student, left) = (&record.student, pot.peek());
		if left.is_zero() {
			return;
		}
		let held = T::Currency::resolve(student, pot).is_ok()
			&& T::Currency::hold(&HoldReason::Budget.into(), student, left).is_ok();
		if !held {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
	}

	/// Pays as much as is in the pot, and returns what arrived.
	pub(crate) fn pay_tutor(pot: &mut Pot<T>, who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		let credit = pot.extract(amount);
		let paid = credit.peek();
		if paid.is_zero() {
			return paid;
		}
		if let Err(credit) = T::Currency::resolve(who, credit) {
			pot.subsume(credit);
			return Zero::zero();
		}
		paid
	}

	/// Takes what a fall costs from the tutor's deposit into the pot, and returns how much it was.
	pub(crate) fn charge_tutor(pot: &mut Pot<T>, who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		let reason = HoldReason::LessonDeposit.into();
		let (credit, missing) = <T::Currency as BalancedHold<_>>::slash(&reason, who, amount);
		if !missing.is_zero() {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
		let charged = credit.peek();
		pot.subsume(credit);
		charged
	}

	/// Gives back what was held; storage and holds agree, so all of it is there.
	pub(crate) fn release(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) {
		if !amount.is_zero() && !learnware_quorum::release::<T::Currency, _>(reason.into(), who, amount) {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
	}

	/// Slashes what was held, and returns how much it was.
	pub(crate) fn slash(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		if amount.is_zero() {
			return amount;
		}
		let slashed = learnware_quorum::slash::<T::Currency, _, T::Slashed>(reason.into(), who, amount);
		if slashed != amount {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
		slashed
	}

	/// Tells of the impossible: loud in tests, an event in production.
	pub(crate) fn unexpected(kind: UnexpectedKind) {
		frame_support::defensive!("unexpected", kind);
		Self::deposit_event(Event::Unexpected(kind));
	}

	/// What is on hold from `who`.
	#[cfg(test)]
	pub(crate) fn held(reason: HoldReason, who: &T::AccountId) -> BalanceOf<T> {
		<T::Currency as frame_support::traits::fungible::InspectHold<T::AccountId>>::balance_on_hold(
			&reason.into(),
			who,
		)
	}
}
