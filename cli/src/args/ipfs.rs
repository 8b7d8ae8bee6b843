//! `learnware ipfs`.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Ipfs {
	/// Add a file, pin it, and print its CID
	Add {
		/// File to add
		file: PathBuf,
	},
	/// Print a file; every block is checked against the CID
	Cat {
		/// CID of the file
		cid: String,
		/// Write to a file instead
		#[arg(long, short, value_name = "FILE")]
		output: Option<PathBuf>,
	},
	/// Keep a file on the IPFS daemon
	Pin {
		/// CID of the file
		cid: String,
	},
}
