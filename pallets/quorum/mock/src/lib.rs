//! Scorers for the tests of games: tests choose how many there are and how long they are remembered, and read what was
//! told of them. A crate of its own, so that tests do not change the features of what they test.

use frame_support::parameter_types;
use pallet_quorum::{ScorerIndex, Scorers, SessionIndex, Standing};
use sp_runtime::testing::UintAuthorityId;

/// Scorers are paid on `SCORER..`.
pub const SCORER: u64 = 100;
/// Blocks of a session of validators.
pub const SESSION: u64 = 50;

parameter_types! {
	/// Number of scorers of every session.
	pub static ScorerCount: u32 = 4;
	/// Oldest session that is remembered.
	pub static OldestSession: SessionIndex = 0;
	/// Scorers that revealed something else.
	pub static Deviants: Vec<ScorerIndex> = vec![];
	/// Scorers that took no part.
	pub static Absentees: Vec<ScorerIndex> = vec![];
}

/// Each session has the same scorers; number `i` has the key `i`.
pub struct MockScorers;

impl Scorers for MockScorers {
	type AccountId = u64;
	type BlockNumber = u64;
	type Key = UintAuthorityId;

	fn session_at(at: u64) -> Option<SessionIndex> {
		let session = (at / SESSION) as u32;
		(session >= OldestSession::get()).then_some(session)
	}
	fn count(session: SessionIndex) -> u32 {
		if session >= OldestSession::get() {
			ScorerCount::get()
		} else {
			0
		}
	}
	fn scorer(session: SessionIndex, index: ScorerIndex) -> Option<(u64, UintAuthorityId)> {
		(index < Self::count(session)).then(|| (SCORER + u64::from(index), UintAuthorityId(index.into())))
	}
	fn standing(_: SessionIndex, index: ScorerIndex) -> Option<Standing> {
		let count = |list: Vec<ScorerIndex>| list.into_iter().filter(|other| *other == index).count() as u32;
		Some(Standing { deviations: count(Deviants::get()), absences: count(Absentees::get()), bond: 0 })
	}
	fn report_deviant(_: SessionIndex, index: ScorerIndex) {
		Deviants::mutate(|all| all.push(index));
	}
	fn report_absent(_: SessionIndex, index: ScorerIndex) {
		Absentees::mutate(|all| all.push(index));
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_quorum::BenchmarkHelper<UintAuthorityId> for MockScorers {
	fn appoint(count: u32) -> (SessionIndex, Vec<UintAuthorityId>) {
		ScorerCount::set(count);
		(OldestSession::get(), (0..count).map(|index| UintAuthorityId(index.into())).collect())
	}
}
