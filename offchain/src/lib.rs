//! What runs off chain in a node: access to IPFS, and the scorer.
//!
//! The chain stores content identifiers; the labels behind them are on IPFS. [`ipfs`] adds, fetches
//! and keeps them, with an IPFS daemon (Kubo) or without one.

#![deny(missing_docs)]

pub mod ipfs;
#[cfg(feature = "scorer")]
pub mod scorer;
