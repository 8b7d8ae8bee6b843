//! What benchmarks of games have in common.

use alloc::vec::Vec;
use learnware_primitives::scorers::{ScorerIndex, SessionIndex};

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId, ScorerId> {
	/// A scorer's key, with its secret in the keystore.
	fn key(index: ScorerIndex) -> ScorerId;
	/// Makes these the scorers of the present session, and returns it.
	fn set_scorers(scorers: Vec<(AccountId, ScorerId)>) -> SessionIndex;
}
