//! What can be written on the command line.

mod account;
mod chain;
mod config;
mod dataset;
mod ipfs;
mod judge;
mod label;
mod reward;
mod sample;
mod simulate;
mod train;
mod training;
mod values;

pub use account::Account;
pub use chain::Chain;
pub use config::Config;
pub use dataset::{Collateral, CreateDataset, Dataset};
pub use ipfs::Ipfs;
pub use judge::Judge;
pub use label::Label;
pub use reward::Reward;
pub use sample::Sample;
pub use simulate::Simulate;
pub use train::Train;
pub use training::{OpenTraining, Teach, Training};

use crate::chain::Wait;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;
use values::choice;

const FOOTER: &str = "\
Label for money:
  learnware account new me                  an account; it needs some tokens for collateral and fees
  learnware label next                      what there is to label, what it pays, what it puts at risk
  learnware sample fetch 7 --output sample  what is to be labeled
  learnware label commit 7 label.json       JSON or .npy, as the task asks: [0, 1, null, 1]
  learnware label watch                     reveals when it is time, and tells what became of it
  learnware label explain 7                 which answers counted, and against what

Get labels:
  learnware dataset create --task task.json --description words.txt --collateral 1UNIT
  learnware sample submit 0 sample.json --bounty 10UNIT
  learnware sample watch 0

Have a model taught:
  learnware training open model.wasm test.npy --parts 10 --budget 1000UNIT --curve logarithmic
  learnware training watch 0                shows and reveals the test set when it is time

Teach for money:
  learnware training list                   what there is to teach, and what it pays
  learnware training teach 0 lesson.npy     tries the lesson, says what it may earn, and commits to it
  learnware training watch                  reveals when it is time, and tells what became of it

Every transaction can be looked at first (--dry-run) and asks before it risks money (--yes answers).
Settings: a flag wins over the environment, the environment over the configuration file
(`learnware config list` shows which won). LEARNWARE_HOME moves all files into one directory;
LEARNWARE_PASSWORD holds a password where no file can.

Exit codes: 0 done, 1 the chain refused, 2 wrong or missing input, 3 node or IPFS unavailable,
4 account, password, keystore or journal, 5 sent but not seen in a block in time, 6 a game was not judged or
settled as its rules say, 130 interrupted.";

/// Label data for money: a blockchain game without a middleman.
#[derive(Debug, Parser)]
#[command(name = "learnware", version, after_help = FOOTER, disable_help_subcommand = true)]
pub struct Cli {
	#[command(flatten)]
	pub global: Global,
	#[command(subcommand)]
	pub command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
	/// Print JSON: {"schema_version", "data"} or {"schema_version", "error"}; a line for each event of a watch
	#[arg(long, global = true)]
	pub json: bool,
	/// Node to talk to; give more to fall back on
	#[arg(
		long,
		global = true,
		env = "LEARNWARE_URL",
		value_name = "URL",
		value_delimiter = ',',
		hide_env_values = true
	)]
	pub url: Vec<String>,
	/// IPFS daemon's RPC API (Kubo's, or a node's own); give more to fall back on
	#[arg(
		long,
		global = true,
		env = "LEARNWARE_IPFS_API",
		value_name = "URL",
		value_delimiter = ',',
		hide_env_values = true
	)]
	pub ipfs_api: Vec<String>,
	/// Who signs: a name or an address of the keystore, or a development account such as //Alice
	#[arg(long, global = true, env = "LEARNWARE_ACCOUNT", value_name = "NAME", hide_env_values = true)]
	pub account: Option<String>,
	/// File whose first line is the account's password
	#[arg(long, global = true, env = "LEARNWARE_PASSWORD_FILE", value_name = "FILE", hide_env_values = true)]
	pub password_file: Option<PathBuf>,
	/// Say what a transaction would do and cost, and send nothing
	#[arg(long, global = true)]
	pub dry_run: bool,
	/// Confirm everything
	#[arg(short, long, global = true)]
	pub yes: bool,
	/// When a transaction is done
	#[arg(long, global = true, value_name = "BLOCK", value_parser = choice(&WAITS), default_value = "finalized")]
	pub wait: Wait,
	/// Say nothing but results, warnings and errors
	#[arg(short, long, global = true)]
	pub quiet: bool,
	/// Say more
	#[arg(short, long, global = true, action = clap::ArgAction::Count)]
	pub verbose: u8,
}

/// When a transaction is done.
const WAITS: [(Wait, &str, &str); 2] = [
	(Wait::Best, "best", "In a block, which may still be taken back"),
	(Wait::Finalized, "finalized", "In a block that is never taken back"),
];

#[derive(Debug, Subcommand)]
pub enum Command {
	/// Make, import and show the accounts of the keystore
	#[command(subcommand)]
	Account(Account),
	/// Ask a question: create and close datasets
	#[command(subcommand)]
	Dataset(Dataset),
	/// Pay for labels: submit samples, follow and fetch them
	#[command(subcommand)]
	Sample(Sample),
	/// Label for money: find samples, commit to labels and reveal them
	#[command(subcommand)]
	Label(Label),
	/// Pay for lessons or teach for money: training sessions
	#[command(subcommand)]
	Training(Training),
	/// Judge labels as scorers do, from local files: what would I be paid?
	Judge(Judge),
	/// Compute what a model's score has earned its tutors, or what a step from one score to another pays
	Reward(Reward),
	/// Play games on a crowd's labels with attackers among them: what does an attack cost and gain?
	Simulate(Simulate),
	/// Teach a learnware lessons and score it after each, as scorers do: what would they see?
	Train(Train),
	/// Add, read and pin files on IPFS
	#[command(subcommand)]
	Ipfs(Ipfs),
	/// Look at the chain and its node
	#[command(subcommand)]
	Chain(Chain),
	/// Show and change settings
	#[command(subcommand)]
	Config(Config),
	/// Print a completion script for a shell
	Completions {
		/// Shell that reads the script
		shell: Shell,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn is_consistent() {
		Cli::command().debug_assert();
	}
}
