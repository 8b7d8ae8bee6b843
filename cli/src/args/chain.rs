//! `learnware chain`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Chain {
	/// Show which chain it is, and its rules
	Info,
	/// Check node and IPFS; fails with exit code 3 if something is wrong
	Health,
}
