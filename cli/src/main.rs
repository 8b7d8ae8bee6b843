//! `learnware`: the command line for label providers, sample providers and operators.

mod args;
mod commands;
mod config;
mod output;
mod prompt;
mod words;

use learnware_client::{amount, chain, error, files, game, ipfs, journal, keyfile, keystore, secret, training};

use std::process::ExitCode;

fn main() -> ExitCode {
	commands::run(std::env::args_os().collect())
}
