//! Files that are committed by their hash before they are shown.

use frame_support::pallet_prelude::*;
use learnware_primitives::{cid, commitment::Hash};
use sp_core::H256;

/// Binary CID.
pub type Location = BoundedVec<u8, ConstU32<{ cid::MAX_LOCATION_BYTES }>>;

/// How far a secret file is shown.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Disclosure {
	/// Its hash is known.
	#[codec(index = 0)]
	Committed(H256),
	/// Its location is known.
	#[codec(index = 1)]
	Revealed(Location),
}

impl Disclosure {
	/// The location, once revealed.
	pub fn location(&self) -> Option<&Location> {
		match self {
			Self::Committed(_) => None,
			Self::Revealed(location) => Some(location),
		}
	}

	/// Shows the location that opens the commitment with the hash `opened`.
	pub fn reveal(&mut self, location: &Location, opened: Hash) -> Result<(), RevealError> {
		let Self::Committed(commitment) = *self else { return Err(RevealError::AlreadyRevealed) };
		ensure!(cid::is_fetchable(location), RevealError::InvalidLocation);
		ensure!(commitment == H256(opened), RevealError::InvalidReveal);
		*self = Self::Revealed(location.clone());
		Ok(())
	}
}

/// Why a location is not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RevealError {
	/// There is one already.
	AlreadyRevealed,
	/// It is no CID of a file that scorers can fetch.
	InvalidLocation,
	/// It does not open the commitment.
	InvalidReveal,
}
