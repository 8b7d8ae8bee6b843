//! What benchmarks of games have in common.

use crate::Game;
use alloc::vec::Vec;
use frame_support::{StorageDoubleMap, StorageMap};
use learnware_primitives::{
	commitment::{self, Salt},
	scorers::{ScorerIndex, SessionIndex},
};
use parity_scale_codec::Encode;
use sp_core::H256;

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId, ScorerId> {
	/// A scorer's key, with its secret in the keystore.
	fn key(index: ScorerIndex) -> ScorerId;
	/// Makes these the scorers of the present session, and returns it.
	fn set_scorers(scorers: Vec<(AccountId, ScorerId)>) -> SessionIndex;
}

/// The scorers of a piece of work.
#[derive(Clone, Copy)]
pub struct Panel {
	/// Their session.
	pub session: SessionIndex,
	/// How many they are.
	pub count: u32,
	/// How many, from the first, have not revealed.
	pub silent: u32,
}

/// All scorers have committed, and all who are not silent have revealed: `report(0)`, or `report` of another number, as
/// many of them as a quorum allows.
pub fn fill_round<G: Game>(work: G::Id, panel: Panel, salt: &Salt, report: impl Fn(u32) -> G::Report) {
	let Panel { session, count, silent } = panel;
	let genesis = G::genesis();
	let first_deviant = count.saturating_sub(count.saturating_sub(1) / 3);
	let mut tally = G::Tallies::get(work);
	for scorer in 0..count {
		let report = report(if scorer >= first_deviant { scorer } else { 0 });
		let hash = commitment::report(G::DOMAINS.report, &genesis.0, session, scorer, &work, &report, salt);
		let _ = tally.commits.try_insert(scorer, H256(hash));
		if scorer >= silent {
			let hash = H256(sp_io::hashing::blake2_256(&report.encode()));
			let _ = tally.reveals.try_insert(scorer, hash);
			G::Reports::insert(work, hash, report);
		}
	}
	G::Tallies::insert(work, tally);
}
