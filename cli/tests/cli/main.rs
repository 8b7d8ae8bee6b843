//! The program as its users run it: arguments in, output and exit code out.

mod account;
mod chain;
mod common;
mod config;
mod gold;
mod ipfs;
mod judge;
mod local_chain;
mod node;
mod reference;
mod reward;
mod train;
mod training;
mod void;
