//! `learnware`: the command line for label providers, sample providers and operators.

mod amount;
mod args;
mod chain;
mod commands;
mod config;
mod error;
mod evidence;
mod files;
mod game;
mod ipfs;
mod journal;
mod keyfile;
mod keystore;
mod output;
mod prompt;
mod secret;
mod training;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
	commands::run(std::env::args_os().collect())
}
