//! What a program needs to take part in Learnware: the chain, accounts, the journal, IPFS.
//!
//! Prints nothing and asks nothing. What takes its time is told by a callback, what fails is a [`error::Failure`] with
//! what to do about it.

pub mod amount;
pub mod chain;
pub mod error;
pub mod files;
pub mod game;
pub mod ipfs;
pub mod journal;
pub mod keyfile;
pub mod keystore;
pub mod secret;
pub mod training;
