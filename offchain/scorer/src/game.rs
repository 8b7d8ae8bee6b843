//! What a game says of itself to the scorer.

use pallet_quorum::{Domains, ScorePhase};
use parity_scale_codec::Encode;
use std::fmt::Debug;

/// A game, as far as its reports are concerned.
pub trait Game: 'static {
	/// What names a piece of work.
	type Id: Copy + Debug + Encode + Ord + Send;
	/// What the chain says of a piece of work.
	type Work: Clone + Send;
	/// What scorers agree on.
	type Report: Clone + Debug + Encode + Send;

	/// The game's name in metrics.
	const NAME: &'static str;
	/// Names in what is hashed and signed.
	const DOMAINS: Domains;
	/// Name of the salts: those of one game say nothing of another's.
	const SALTS: &'static [u8];
	/// Most commitments in one call.
	const MAX_COMMITMENTS: u32;
	/// Most reports revealed in one call.
	const MAX_REVEALS: u32;

	/// What names it, and its score phase, once that has begun.
	fn phase(work: Self::Work) -> (Self::Id, Option<ScorePhase<u32>>);
	/// The work in a log line.
	fn describe(work: &Self::Id) -> String;
}
