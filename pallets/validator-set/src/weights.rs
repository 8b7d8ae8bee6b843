//! Weights of the validator set.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
	/// Weight of `add_validator`.
	fn add_validator() -> Weight;
	/// Weight of `remove_validator`.
	fn remove_validator() -> Weight;
	/// Weight of `bond`.
	fn bond() -> Weight;
	/// Weight of `unbond`.
	fn unbond() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn add_validator() -> Weight {
		Weight::from_parts(60_000_000, 16_384).saturating_add(ParityDbWeight::get().reads_writes(3, 2))
	}

	fn remove_validator() -> Weight {
		Weight::from_parts(60_000_000, 16_384).saturating_add(ParityDbWeight::get().reads_writes(3, 3))
	}

	fn bond() -> Weight {
		Weight::from_parts(90_000_000, 16_384).saturating_add(ParityDbWeight::get().reads_writes(3, 3))
	}

	fn unbond() -> Weight {
		Weight::from_parts(90_000_000, 16_384).saturating_add(ParityDbWeight::get().reads_writes(5, 3))
	}
}
