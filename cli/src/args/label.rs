//! `learnware label`.

use super::values::parse_salt;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Label {
	/// List samples that take labels, with what they pay and put at risk
	Next,
	/// Commit to a label without showing it
	Commit {
		/// Number of the sample
		sample: u32,
		/// The label: JSON or .npy
		file: PathBuf,
	},
	/// Reveal labels: all that are due, or one
	Reveal {
		/// Number of the sample
		sample: Option<u32>,
		/// File or CID of the label, if the journal does not have it
		#[arg(value_name = "FILE|CID")]
		label: Option<String>,
	},
	/// Take a label back, with its collateral, in the commit phase
	Withdraw {
		/// Number of the sample
		sample: u32,
	},
	/// Show that the secret of somebody's label is known: half of its collateral is yours, half is slashed
	Denounce {
		/// Number of the sample
		sample: u32,
		/// The account that has committed to the label
		#[arg(long, value_name = "ACCOUNT")]
		who: String,
		/// CID of the label
		#[arg(long, value_name = "CID")]
		location: String,
		/// Salt of its commitment: 64 hexadecimal digits
		#[arg(long, value_name = "HEX", value_parser = parse_salt)]
		salt: [u8; 32],
	},
	/// Show which answers of one's label counted, and against what
	Explain {
		/// Number of the sample
		sample: u32,
		/// Show all differences, not only the first or worst
		#[arg(long)]
		all: bool,
	},
	/// Show one's labels, or what became of one
	Status {
		/// Number of the sample
		sample: Option<u32>,
	},
	/// Reveal one's labels when it is time, and tell what becomes of them
	Watch {
		/// Go on when nothing is left to wait for
		#[arg(long)]
		forever: bool,
	},
}
