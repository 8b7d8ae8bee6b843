//! Types of the validator set: the scorers of a session, and what is held against them.

use crate::{sr25519::AuthorityId, Config};
use frame_support::{
	pallet_prelude::{Decode, Encode, MaxEncodedLen, TypeInfo},
	BoundedVec,
};

/// Accounts and keys of the scorers of a session, in the order of `pallet-session`.
pub type ScorersOf<T> = BoundedVec<(<T as frame_system::Config>::AccountId, AuthorityId), <T as Config>::MaxValidators>;

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
