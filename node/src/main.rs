//! `learnware-node`: makes and finalizes blocks, serves JSON-RPC, and scores.

mod chain_spec;
mod cli;
mod client;
mod command;
mod ports;
mod rpc;
mod scorer;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		},
	}
}
