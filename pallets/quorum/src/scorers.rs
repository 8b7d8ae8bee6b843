//! Who scores: what games ask of the validator set, and tell it of the conduct of its members.

use alloc::vec::Vec;
pub use learnware_primitives::scorers::{ScorerIndex, SessionIndex};
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::RuntimeAppPublic;

/// How a scorer stands with the chain.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct Standing {
	/// Reports that differed from the decided one, since its appointment.
	pub deviations: u32,
	/// Decided reports that it took no part in, since its appointment.
	pub absences: u32,
	/// What is left of its bond.
	pub bond: u128,
}

/// The scorers of a session: its validators, each with a key of its own for reports.
pub trait Scorers {
	/// Account that a scorer is paid on.
	type AccountId;
	/// Block number.
	type BlockNumber;
	/// Key that signs a scorer's reports.
	type Key;

	/// The session that block `at` belonged to, if it is still remembered.
	fn session_at(at: Self::BlockNumber) -> Option<SessionIndex>;
	/// Number of scorers in `session`; 0 if it is no longer remembered.
	fn count(session: SessionIndex) -> u32;
	/// Account and key of one scorer.
	fn scorer(session: SessionIndex, index: ScorerIndex) -> Option<(Self::AccountId, Self::Key)>;
	/// How one scorer stands now.
	fn standing(session: SessionIndex, index: ScorerIndex) -> Option<Standing>;
	/// The scorer's report differed from the one that more than two thirds agreed on.
	fn report_deviant(session: SessionIndex, index: ScorerIndex);
	/// The scorer took no part in a report that was decided.
	fn report_absent(session: SessionIndex, index: ScorerIndex);

	/// Public keys of the scorers of `session`, in order of their index; empty if it is no longer remembered.
	fn keys(session: SessionIndex) -> Vec<Vec<u8>>
	where
		Self::Key: RuntimeAppPublic,
	{
		(0..Self::count(session))
			.filter_map(|index| Self::scorer(session, index))
			.map(|(_, key)| key.to_raw_vec())
			.collect()
	}
}
