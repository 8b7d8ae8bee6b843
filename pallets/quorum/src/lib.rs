//! What all games have in common: how scorers agree on reports, and how what is held is spent.
//!
//! A game gives out **work** that scorers judge off chain. In the **round** of a piece of work each scorer commits to the
//! hash of its report, then reveals the report; half of the round is for commitments, or less when all have committed.
//! A report that more than two thirds of the scorers of the session reveal decides. The calls are feeless and
//! authorized by the scorers' session keys; a pallet has them as its own, with its own weights and limits, and asks this
//! crate for all that they do: see [`Game`].

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![warn(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

extern crate alloc;

mod authorize;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod disclosure;
mod game;
mod money;
mod page;
mod reports;
pub mod runtime_api;
mod schedule;
mod types;

pub use authorize::{authorize_commit, authorize_reveal, Refusal};
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::{fill_round, BenchmarkHelper, Panel};
pub use disclosure::{Disclosure, Location, RevealError};
pub use game::{Domains, Game};
pub use money::{release, slash, Ledger, Purse};
pub use page::page;
pub use reports::{
	check, commit, decision, decode_signature, forget, reveal, score_phase, scorer_keys, scoring, Decision, Scoring,
};
pub use schedule::{deadline, MIN_REVEAL_PERIOD};
pub use types::{signing_payload, ReportReveal, Round, ScorePhase, Tally, MIN_SCORE_PERIOD};
