//! Spending what is held.

use crate::*;
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Balanced as BalancedHold, Balanced, Credit, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
		Imbalance, OnUnbalanced,
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

	/// Gives a deposit back, with as much of a payment above 0 as is in the pot, or without as much of one below 0 as it
	/// is enough for; returns what was paid and what was charged.
	///
	/// Both go in one step, taken off the hold as by a slash and deposited: a session has many lessons, and each change of
	/// an account is dear.
	pub(crate) fn settle_deposit(
		pot: &mut Pot<T>,
		who: &T::AccountId,
		deposit: BalanceOf<T>,
		payment: i128,
	) -> (BalanceOf<T>, BalanceOf<T>) {
		let (mut due, missing) =
			<T::Currency as BalancedHold<_>>::slash(&HoldReason::LessonDeposit.into(), who, deposit);
		if !missing.is_zero() {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
		let amount = payment.unsigned_abs();
		let (mut paid, mut charged) = (Zero::zero(), Zero::zero());
		if payment > 0 {
			let credit = pot.extract(amount);
			paid = credit.peek();
			due.subsume(credit);
		} else {
			let credit = due.extract(amount);
			charged = credit.peek();
			pot.subsume(credit);
		}
		if due.peek().is_zero() {
			return (paid, charged);
		}
		if let Err(mut credit) = T::Currency::resolve(who, due) {
			// Who had a deposit has an account.
			Self::unexpected(UnexpectedKind::HoldTooSmall);
			pot.subsume(credit.extract(paid));
			T::Slashed::on_unbalanced(credit);
			paid = Zero::zero();
		}
		(paid, charged)
	}

	/// Gives back what was held; storage and holds agree, so all of it is there.
	pub(crate) fn release(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) {
		if !amount.is_zero() && !pallet_quorum::release::<T::Currency, _>(reason.into(), who, amount) {
			Self::unexpected(UnexpectedKind::HoldTooSmall);
		}
	}

	/// Slashes what was held, and returns how much it was.
	pub(crate) fn slash(reason: HoldReason, who: &T::AccountId, amount: BalanceOf<T>) -> BalanceOf<T> {
		if amount.is_zero() {
			return amount;
		}
		let slashed = pallet_quorum::slash::<T::Currency, _, T::Slashed>(reason.into(), who, amount);
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
