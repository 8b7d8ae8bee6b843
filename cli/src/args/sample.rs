//! `learnware sample`.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Sample {
	/// Submit a sample with its bounty
	#[command(group = clap::ArgGroup::new("content").required(true))]
	Submit {
		/// Number of the dataset
		dataset: u32,
		/// What is to be labeled; added to IPFS
		#[arg(group = "content")]
		file: Option<PathBuf>,
		/// The same, on IPFS already
		#[arg(long, value_name = "CID", group = "content")]
		cid: Option<String>,
		/// What it pays in all: 1.5UNIT, or a whole number in the smallest unit
		#[arg(long, value_name = "AMOUNT")]
		bounty: String,
		/// Answers that you know, 4 or more, to tell knowing from guessing: a label with nulls, or {"ITEM": CLASS}.
		/// Must be revealed in the reveal phase; withheld, it costs the bounty
		#[arg(long, value_name = "FILE")]
		gold: Option<PathBuf>,
		/// Take gold that a sample has shown, though everybody can answer by it
		#[arg(long, requires = "gold")]
		again: bool,
	},
	/// Reveal the gold of a sample in its reveal phase; `sample watch` does it by itself
	RevealGold {
		/// Number of the sample
		sample: u32,
		/// File of the gold, if the journal does not have it
		#[arg(value_name = "FILE")]
		gold: Option<PathBuf>,
	},
	/// List samples whose game is on
	List {
		/// Only of this dataset
		#[arg(long, value_name = "N")]
		dataset: Option<u32>,
	},
	/// Show a sample, or how its game ended
	Show {
		/// Number of the sample
		sample: u32,
	},
	/// Follow a sample until its game is over, and reveal its gold when it is time
	Watch {
		/// Number of the sample
		sample: u32,
	},
	/// Take back a sample that nobody has committed a label to
	Cancel {
		/// Number of the sample
		sample: u32,
	},
	/// Fetch what is to be labeled, or the labels
	Fetch {
		/// Number of the sample
		sample: u32,
		/// Fetch the consensus label of a finished sample instead
		#[arg(long)]
		consensus: bool,
		/// Fetch all revealed labels into a directory instead
		#[arg(long, value_name = "DIR", conflicts_with_all = ["consensus", "output"])]
		labels: Option<PathBuf>,
		/// Write to a file instead
		#[arg(long, short, value_name = "FILE")]
		output: Option<PathBuf>,
	},
	/// Judge and settle a finished sample again, from the chain's events and IPFS, and compare
	Verify {
		/// Number of the sample
		sample: u32,
	},
	/// Move a sample on whose deadline has passed; free of charge if there is something to do
	Resolve {
		/// Number of the sample
		sample: u32,
	},
}
