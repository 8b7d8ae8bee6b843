//! Weights of the calls.

use frame_support::weights::Weight;

/// What the calls cost.
pub trait WeightInfo {
	/// `create_dataset`.
	fn create_dataset() -> Weight;
	/// `close_dataset`.
	fn close_dataset() -> Weight;
	/// `submit_sample`.
	fn submit_sample() -> Weight;
	/// `cancel_sample`.
	fn cancel_sample() -> Weight;
	/// `commit_label`.
	fn commit_label() -> Weight;
	/// `withdraw_label`.
	fn withdraw_label() -> Weight;
	/// `reveal_label`.
	fn reveal_label() -> Weight;
	/// `resolve`.
	fn resolve() -> Weight;
	/// `reveal_gold`.
	fn reveal_gold() -> Weight;
	/// `denounce`.
	fn denounce() -> Weight;
	/// `allow` of `n` accounts.
	fn allow(n: u32) -> Weight;
	/// `disallow` of `n` accounts.
	fn disallow(n: u32) -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn create_dataset() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn close_dataset() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn submit_sample() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn cancel_sample() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn commit_label() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn withdraw_label() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn reveal_label() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn resolve() -> Weight {
		Weight::from_parts(10_000_000_000, 0)
	}
	fn reveal_gold() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn denounce() -> Weight {
		Weight::from_parts(100_000_000, 0)
	}
	fn allow(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
	fn disallow(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
}
