//! Weights of the calls.

use frame_support::weights::Weight;

/// What the calls cost.
pub trait WeightInfo {
	/// `open_training` of `n` parts.
	fn open_training(n: u32) -> Weight;
	/// `close_training`.
	fn close_training() -> Weight;
	/// `reveal_test_set` of `n` parts.
	fn reveal_test_set(n: u32) -> Weight;
	/// `commit_lesson`.
	fn commit_lesson() -> Weight;
	/// `withdraw_lesson`.
	fn withdraw_lesson() -> Weight;
	/// `reveal_lesson`.
	fn reveal_lesson() -> Weight;
	/// `resolve`.
	fn resolve() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn open_training(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
	fn close_training() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn reveal_test_set(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
	fn commit_lesson() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn withdraw_lesson() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn reveal_lesson() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn resolve() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
}
