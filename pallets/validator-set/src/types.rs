//! Types of the validator set: the scorers of a session, their bonds, and what is held against them.

use crate::{sr25519::AuthorityId, Config};
use frame_support::{
	pallet_prelude::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen, TypeInfo},
	traits::fungible::Inspect,
	BoundedVec,
};
use sp_staking::SessionIndex;

/// The token that bonds are held in.
pub type CurrencyOf<T> = <T as Config>::Currency;

/// Amount of the token that bonds are held in.
pub type BalanceOf<T> = <CurrencyOf<T> as Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// The bond of an account.
pub type BondedOf<T> = Bonded<BalanceOf<T>>;

/// Accounts and keys of the scorers of a session, in the order of `pallet-session`.
pub type ScorersOf<T> = BoundedVec<(<T as frame_system::Config>::AccountId, AuthorityId), <T as Config>::MaxValidators>;

/// A bond: what is left of it, and when it can be released.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Bonded<Balance> {
	/// What is on hold.
	pub amount: Balance,
	/// First session in which a former validator can release it; none for an account that is a validator, or never
	/// was one since it bonded.
	pub unlocks: Option<SessionIndex>,
}

/// Why a validator was removed.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Removal {
	/// [`Config::AdminOrigin`] said so.
	Dismissed,
	/// Deviations left it with less than half of the bond.
	BondTooSmall,
}

/// How often a validator failed as a scorer since its appointment.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Faults {
	/// Reports that differed from the decided one.
	pub deviant: u32,
	/// Decided reports that it took no part in.
	pub absent: u32,
}

/// A way to fail as a scorer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
	/// Reported something else than what was decided.
	Deviant,
	/// Reported nothing.
	Absent,
}

impl Faults {
	/// Count one more.
	pub fn count(&mut self, fault: Fault) {
		let counter = match fault {
			Fault::Deviant => &mut self.deviant,
			Fault::Absent => &mut self.absent,
		};
		*counter = counter.saturating_add(1);
	}
}
