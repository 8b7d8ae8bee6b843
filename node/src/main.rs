//! `learnware-node`: makes and finalizes blocks, serves JSON-RPC, and scores.

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod scorer;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
