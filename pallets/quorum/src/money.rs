//! Spending what is held.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Balanced, Credit, InspectHold, MutateHold},
		tokens::{Fortitude, Precision, Restriction},
		OnUnbalanced,
	},
};
use parity_scale_codec::Encode;
use sp_runtime::{
	traits::{CheckedDiv, Saturating, Zero},
	TryRuntimeError,
};

/// Money on hold from its owner that is being spent.
pub struct Purse<'a, Currency: MutateHold<AccountId>, AccountId> {
	/// Why it is held.
	pub reason: Currency::Reason,
	/// From whom.
	pub owner: &'a AccountId,
	/// How much is not spent.
	pub left: Currency::Balance,
}

impl<Currency: MutateHold<AccountId>, AccountId> Purse<'_, Currency, AccountId> {
	/// Pays `amount` to `who` and returns what arrived: nothing, when the account cannot take it (a dead account
	/// and less than the existential deposit). What does not arrive stays in the purse.
	pub fn pay(&mut self, who: &AccountId, amount: Currency::Balance) -> Currency::Balance {
		let amount = amount.min(self.left);
		if amount.is_zero() {
			return amount;
		}
		// Forced, so that no freeze on the owner's account keeps the money from who earned it.
		let paid = Currency::transfer_on_hold(
			&self.reason,
			self.owner,
			who,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.unwrap_or_default();
		self.left = self.left.saturating_sub(paid);
		paid
	}

	/// Shares `amount` in equal parts, rounded down; returns what arrived.
	pub fn share(&mut self, among: &[AccountId], amount: Currency::Balance) -> Currency::Balance {
		let Ok(count) = Currency::Balance::try_from(among.len()) else { return Zero::zero() };
		let each = amount.checked_div(&count).unwrap_or_default();
		among.iter().fold(Zero::zero(), |paid: Currency::Balance, who| paid.saturating_add(self.pay(who, each)))
	}
}

/// Gives back what was held; false if it was not all there.
#[must_use]
pub fn release<Currency: MutateHold<AccountId>, AccountId>(
	reason: Currency::Reason,
	who: &AccountId,
	amount: Currency::Balance,
) -> bool {
	Currency::release(&reason, who, amount, Precision::BestEffort) == Ok(amount)
}

/// Slashes what was held, and returns how much of it was there.
pub fn slash<Currency, AccountId, Slashed>(
	reason: Currency::Reason,
	who: &AccountId,
	amount: Currency::Balance,
) -> Currency::Balance
where
	Currency: Balanced<AccountId> + MutateHold<AccountId>,
	Slashed: OnUnbalanced<Credit<AccountId, Currency>>,
{
	let (slashed, missing) = <Currency as Balanced<AccountId>>::slash(&reason, who, amount);
	Slashed::on_unbalanced(slashed);
	amount.saturating_sub(missing)
}

/// What storage says is on hold.
pub struct Ledger<Currency: InspectHold<AccountId>, AccountId> {
	/// Reasons have no order; their encoding has.
	owed: BTreeMap<(Vec<u8>, AccountId), Currency::Balance>,
}

impl<Currency: InspectHold<AccountId>, AccountId> Default for Ledger<Currency, AccountId> {
	fn default() -> Self {
		Self { owed: BTreeMap::new() }
	}
}

impl<Currency: InspectHold<AccountId>, AccountId: Clone + Ord> Ledger<Currency, AccountId> {
	/// Notes that `amount` more is held from `who`.
	pub fn owe(&mut self, reason: impl Into<Currency::Reason>, who: AccountId, amount: Currency::Balance) {
		let sum = self.owed.entry((reason.into().encode(), who)).or_default();
		*sum = sum.saturating_add(amount);
	}

	/// Checks that what is held for any of the `reasons` is what was noted; `accounts` are all there are.
	pub fn check<Reason: Copy + Into<Currency::Reason>>(
		mut self,
		reasons: &[Reason],
		accounts: impl Iterator<Item = AccountId>,
	) -> Result<(), TryRuntimeError> {
		for account in accounts {
			for reason in reasons {
				let reason = (*reason).into();
				let held = Currency::balance_on_hold(&reason, &account);
				let owed = self.owed.remove(&(reason.encode(), account.clone())).unwrap_or_default();
				ensure!(held == owed, "an account's hold differs from what storage owes it");
			}
		}
		ensure!(self.owed.is_empty(), "storage owes to an account that does not exist");
		Ok(())
	}
}
