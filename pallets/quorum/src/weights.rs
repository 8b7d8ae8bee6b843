//! Weights of the calls. They differ from game to game: the last reveal ends the work.

use frame_support::weights::Weight;

/// What the calls cost.
pub trait WeightInfo {
	/// `commit_report` on `n` pieces of work.
	fn commit_report(n: u32) -> Weight;
	/// Authorization of `commit_report` on `n` pieces of work.
	fn authorize_commit_report(n: u32) -> Weight;
	/// `reveal_report` on `n` pieces of work.
	fn reveal_report(n: u32) -> Weight;
	/// Authorization of `reveal_report` on `n` pieces of work.
	fn authorize_reveal_report(n: u32) -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn commit_report(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
	fn authorize_commit_report(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
	fn reveal_report(n: u32) -> Weight {
		Weight::from_parts(10_000_000_000, 0).saturating_mul(n.into())
	}
	fn authorize_reveal_report(n: u32) -> Weight {
		Weight::from_parts(100_000_000, 0).saturating_mul(n.into())
	}
}
