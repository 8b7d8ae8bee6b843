//! What somebody gains who makes one label without work and hands it in from many accounts.

use super::{divided, places, share, Duplicates, Payout, PPM, WHOLE};
use crate::MAX_LABELS;
use alloc::vec::Vec;
use core::cmp::Reverse;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The best that copies of one label can do, see [`copy_attack`].
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct CopyAttack {
	/// Number of copies with the highest expected profit, the lowest such number; 0 if there are no labels.
	pub accounts: u32,
	/// What they are paid together if the crowd follows them.
	pub gain: u128,
	/// Their collaterals, slashed if it does not; at most `u128::MAX`.
	pub at_risk: u128,
	/// Expected profit, rounded down, from `-i128::MAX` to `i128::MAX`. With a collateral above the deterrent
	/// it is negative or 0: the least bad of the attacks.
	pub profit: i128,
	/// Smallest collateral with which no number of copies has a positive expected profit (the exact one, before
	/// any rounding): the largest `chance * gain(k) / ((1 - chance) * k)`, rounded up; at most `u128::MAX`, which
	/// also stands for "none does".
	pub deterrent: u128,
}

/// The best attack with k = 1 to `labels` copies of one label, made without work.
///
/// With `chance`, in parts per million, the crowd follows the copies: they tie at the top and are paid `gain(k)`
/// together. Otherwise they are outliers, and all k collaterals are slashed:
///
/// ```text
///   profit(k)  =  floor(chance * gain(k) / PPM)  -  ceil((PPM - chance) * k * collateral / PPM)
/// ```
///
/// `gain(k)` is what [`prizes`](super::prizes) pays to k labels of one content that tie at the top: `floor(pot / k)`
/// to each. The pot is the places 1 to k of `labels` under [`Duplicates::Share`], and place 1 of `labels - k + 1` under
/// [`Duplicates::Collapse`]. `bounty` is what the places share, after fees; `labels` counts all labels, also those of
/// the attacker, and more than [`MAX_LABELS`] count as that many; `chance` above [`PPM`] counts as certainty.
///
/// It is a bet against a fixed chance, no more. In a real game the chance depends on k and on the others: it is near 0
/// for few copies and near 1 for a large majority. The highest chance measured for any k, e.g. in simulations, gives a
/// deterrent that is enough for all, but more than needed: a label more never raises the pay of each, so under
/// [`Duplicates::Share`] it is always k = 1 that decides the deterrent, the number that wins least. The model also has
/// no copies that fail without being slashed, which cost only fees and make an attack cheaper; no slashed rivals, no
/// fees; and the other labels all eligible and all different.
pub fn copy_attack(
	payout: &Payout,
	duplicates: Duplicates,
	bounty: u128,
	labels: u32,
	collateral: u128,
	chance: u32,
) -> CopyAttack {
	let chance = chance.min(PPM).into();
	let labels = labels.min(MAX_LABELS);
	let attack = |accounts: u32| {
		let gain = gain(payout, duplicates, bounty, labels, accounts);
		let at_risk = collateral.saturating_mul(accounts.into());
		let profit = expected_profit(gain, at_risk, chance);
		CopyAttack { accounts, gain, at_risk, profit, deterrent: deterrent(gain, accounts, chance) }
	};
	let attacks = (1..=labels).map(attack).collect::<Vec<_>>();
	let deterrent = attacks.iter().map(|attack| attack.deterrent).max().unwrap_or(0);
	let best = attacks.into_iter().min_by_key(|attack| Reverse(attack.profit)).unwrap_or_default();
	CopyAttack { deterrent, ..best }
}

/// What so many copies are paid together, tied at the top of `labels`.
fn gain(payout: &Payout, duplicates: Duplicates, bounty: u128, labels: u32, copies: u32) -> u128 {
	let others = labels.saturating_sub(copies);
	let (taken, occupied) = match duplicates {
		Duplicates::Share => (labels, copies as usize),
		Duplicates::Collapse => (others.saturating_add(1), 1),
	};
	let pot = places(payout, taken, bounty).into_iter().take(occupied).fold(0, u128::saturating_add);
	divided(pot, copies as usize).saturating_mul(copies.into())
}

/// `floor(chance * gain / PPM) - ceil((PPM - chance) * at_risk / PPM)`.
fn expected_profit(gain: u128, at_risk: u128, chance: u128) -> i128 {
	let won = share(gain, chance, WHOLE);
	let lost = at_risk.saturating_sub(share(at_risk, chance, WHOLE));
	let difference = i128::try_from(won.abs_diff(lost)).unwrap_or(i128::MAX);
	if won < lost {
		difference.saturating_neg()
	} else {
		difference
	}
}

/// `ceil(chance * gain / ((PPM - chance) * copies))`.
fn deterrent(gain: u128, copies: u32, chance: u128) -> u128 {
	let whole = WHOLE.saturating_sub(chance).saturating_mul(copies.into());
	let Some(remainder) = gain.checked_rem(whole) else {
		return if gain == 0 { 0 } else { u128::MAX };
	};
	let exact = remainder.saturating_mul(chance).checked_rem(whole) == Some(0);
	share(gain, chance, whole).saturating_add(u128::from(!exact))
}
