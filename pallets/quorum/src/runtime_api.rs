//! What nodes ask of scorers, whatever the game.

use crate::{ScorerIndex, SessionIndex, Standing};
use alloc::vec::Vec;

sp_api::decl_runtime_apis! {
	/// What a scorer needs whatever it scores; what there is to score, it asks each game.
	pub trait ScorersApi {
		/// Public keys of the scorers of `session`, in order of their index; empty if it is no longer remembered.
		fn scorers(session: SessionIndex) -> Vec<Vec<u8>>;
		/// How a scorer of `session` stands now: its faults since its appointment, and its bond.
		fn standing(session: SessionIndex, scorer: ScorerIndex) -> Option<Standing>;
		/// The extrinsic that hands in what a scorer has signed.
		///
		/// - `domain`: what for, one of the [`Domains`](crate::Domains) of a game.
		/// - `session`, `scorer`: who.
		/// - `entries`: SCALE of the list of commitments or reveals that was signed, see
		///   [`signing_payload`](crate::signing_payload).
		/// - `signature`: of the scorer's session key.
		///
		/// `None` if no game has this domain, or if something does not decode or is too long.
		fn hand_in(
			domain: Vec<u8>,
			session: SessionIndex,
			scorer: ScorerIndex,
			entries: Vec<u8>,
			signature: Vec<u8>,
		) -> Option<Block::Extrinsic>;
	}
}
