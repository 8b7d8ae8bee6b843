//! What nodes ask of scorers, whatever the game.

use alloc::vec::Vec;
use learnware_primitives::scorers::{ScorerIndex, SessionIndex, Standing};

sp_api::decl_runtime_apis! {
	/// Questions about scorers.
	pub trait ScorersApi {
		/// Public keys of the scorers of `session`, in order of their index; empty if it is no longer remembered.
		fn scorers(session: SessionIndex) -> Vec<Vec<u8>>;
		/// How a scorer of `session` stands now: its faults since its appointment, and its bond.
		fn standing(session: SessionIndex, scorer: ScorerIndex) -> Option<Standing>;
	}
}
