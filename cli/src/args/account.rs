//! `learnware account`.

use super::values::parse_words;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Account {
	/// Make an account and print its mnemonic, once
	New {
		/// Name in the keystore
		name: String,
		/// Words of the mnemonic: 12 or 24
		#[arg(long, default_value_t = 12, value_parser = parse_words)]
		words: u8,
	},
	/// Take an account in: a mnemonic or seed from stdin or the keyboard, or a polkadot.js key file
	Import {
		/// Name in the keystore
		name: String,
		/// Key file exported by polkadot.js, an extension, or this tool
		#[arg(long, value_name = "FILE", conflicts_with = "unsafe_secret")]
		file: Option<PathBuf>,
		/// Mnemonic or seed on the command line, where other users and the shell's history see it
		#[arg(long, value_name = "SECRET")]
		unsafe_secret: Option<String>,
	},
	/// List the accounts of the keystore
	List,
	/// Show one account
	Show {
		/// Name or address; --account if left out
		name: Option<String>,
		/// Ask the chain what it has
		#[arg(long)]
		balance: bool,
	},
	/// Print an account's encrypted key file, which polkadot.js reads
	Export {
		/// Name or address; --account if left out
		name: Option<String>,
		/// Write to a new file instead
		#[arg(long, short, value_name = "FILE")]
		output: Option<PathBuf>,
	},
	/// Send tokens to an account, for its collateral and fees
	Send {
		/// Who gets them: an address, or a name of the keystore
		#[arg(value_name = "ACCOUNT")]
		to: String,
		/// How much: 1.5UNIT, or a whole number in the smallest unit
		amount: String,
	},
}
