//! What can be written on the command line.

use crate::{
	chain::Wait,
	config::Setable,
	error::{Failure, Result as Done},
	game::Eligibility,
};
use clap::{
	builder::{PossibleValuesParser, TypedValueParser},
	Args, Parser, Subcommand,
};
use clap_complete::Shell;
use learnware_primitives::{
	places::{Duplicates, Payout, MAX_RATIO, MAX_TEMPERATURE, MIN_TEMPERATURE, PPM},
	rewards::{self, Ratio},
};
use learnware_simulation::Attack;
use std::{ops::RangeInclusive, path::PathBuf};

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
	#[arg(long, global = true, value_name = "BLOCK", value_enum, default_value_t = Wait::Finalized)]
	pub wait: Wait,
	/// Say nothing but results, warnings and errors
	#[arg(short, long, global = true)]
	pub quiet: bool,
	/// Say more
	#[arg(short, long, global = true, action = clap::ArgAction::Count)]
	pub verbose: u8,
}

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

#[derive(Debug, Subcommand)]
pub enum Dataset {
	/// Create a dataset: a question with the terms of all samples that ask it
	Create(Box<CreateDataset>),
	/// Show a dataset
	Show {
		/// Number of the dataset
		dataset: u32,
	},
	/// List all datasets
	List,
	/// Let accounts label the samples of a dataset with an allow-list; holds a deposit for each
	Allow {
		/// Number of the dataset
		dataset: u32,
		/// Addresses, or names of the keystore
		#[arg(value_name = "ACCOUNT", required_unless_present = "file")]
		accounts: Vec<String>,
		/// More of them, one in each line
		#[arg(long, value_name = "FILE")]
		file: Option<PathBuf>,
	},
	/// Take accounts off the allow-list; their deposits come back, labels that they have committed stay
	Disallow {
		/// Number of the dataset
		dataset: u32,
		/// Addresses, or names of the keystore
		#[arg(value_name = "ACCOUNT", required_unless_present_any = ["file", "all"])]
		accounts: Vec<String>,
		/// More of them, one in each line
		#[arg(long, value_name = "FILE")]
		file: Option<PathBuf>,
		/// All that are on it
		#[arg(long, conflicts_with_all = ["accounts", "file"])]
		all: bool,
	},
	/// Tell what copies of one label from many accounts would gain, and which collateral makes that a loss
	Collateral(Box<Collateral>),
	/// Close a dataset of which no sample is being played; its deposit comes back
	Close {
		/// Number of the dataset
		dataset: u32,
	},
}

/// Periods are in blocks (600), or in seconds, minutes, hours or days (30s, 10m, 2h, 1d). Shares are in percent (2.5%).
#[derive(Args, Debug)]
pub struct CreateDataset {
	/// Task as JSON: {"classification": {"items": 20, "classes": 2}}, {"vector": {"scale": [2, 2], "fraction_bits": 0}},
	/// {"mask": {"width": 64, "height": 64, "depth": 1}} or {"boxes": {"items": 3}}
	#[arg(long, value_name = "FILE")]
	pub task: PathBuf,
	/// What a label provider must know; added to IPFS
	#[arg(long, value_name = "FILE", required_unless_present = "description_cid", conflicts_with = "description_cid")]
	pub description: Option<PathBuf>,
	/// The same, on IPFS already
	#[arg(long, value_name = "CID")]
	pub description_cid: Option<String>,
	/// Held from each label provider; lost by who does not reveal or cheats
	#[arg(long, value_name = "AMOUNT")]
	pub collateral: String,
	/// Fewest labels with which a sample is played, at least 5
	#[arg(long, value_name = "N", default_value_t = 7)]
	pub min_labels: u32,
	/// Most labels of a sample, at most 64; with as many, the reveal phase starts at once
	#[arg(long, value_name = "N", default_value_t = 15)]
	pub max_labels: u32,
	/// How long labels are committed
	#[arg(long, value_name = "PERIOD", default_value = "1h", value_parser = parse_period)]
	pub commit_period: Period,
	/// How long labels are revealed
	#[arg(long, value_name = "PERIOD", default_value = "30m", value_parser = parse_period)]
	pub reveal_period: Period,
	/// How long scorers have
	#[arg(long, value_name = "PERIOD", default_value = "15m", value_parser = parse_period)]
	pub score_period: Period,
	#[command(flatten)]
	pub curve: Curve,
	/// What equal labels get [default: collapse for vectors and masks, else share]
	#[arg(long, value_enum)]
	pub duplicates: Option<Equals>,
	/// Who may label
	#[arg(long, value_enum, default_value_t = Eligibility::Open)]
	pub eligibility: Eligibility,
	/// Share of the bounty for the scorers
	#[arg(long, value_name = "SHARE", default_value = "5%", value_parser = parse_share)]
	pub scoring_fee: u32,
	/// Share of the bounty for those who labeled a sample on which there was no agreement
	#[arg(long, value_name = "SHARE", default_value = "10%", value_parser = parse_share)]
	pub attendance_fee: u32,
}

/// How the places are paid.
#[derive(Args, Debug)]
pub struct Curve {
	/// How the places are paid
	#[arg(long, value_enum, default_value_t = CurveKind::Geometric)]
	pub payout: CurveKind,
	/// Geometric: share of the bounty for the first place, and of each place's pay for the next one; a percentage of at
	/// most 50%, or parts per million [default: 50%]
	#[arg(long, value_name = "SHARE", value_parser = parse_ratio)]
	pub ratio: Option<u32>,
	/// Softmax: number of places over which the pay falls to 37%, 0.1 to 64 [default: 2]
	#[arg(long, value_name = "PLACES", value_parser = parse_temperature)]
	pub temperature: Option<u32>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum CurveKind {
	/// Half to the first place, a quarter to the second, and so on; see --ratio
	Geometric,
	/// The same fall from place to place, and nothing is left over; see --temperature
	Softmax,
	/// Of n places, n parts to the first, one less to each next one
	Linear,
	/// The same to each place
	Equal,
	/// All to the first place
	WinnerTakesAll,
}

impl Curve {
	pub fn payout(&self) -> Done<Payout> {
		let stray = match (self.payout, self.ratio, self.temperature) {
			(kind, Some(_), _) if kind != CurveKind::Geometric => Some(("--ratio", "geometric")),
			(kind, _, Some(_)) if kind != CurveKind::Softmax => Some(("--temperature", "softmax")),
			_ => None,
		};
		if let Some((flag, kind)) = stray {
			return Err(Failure::input(format!("{flag} belongs to another payout"))
				.help(format!("leave it out, or use --payout {kind}")));
		}
		Ok(match self.payout {
			CurveKind::Geometric => Payout::Geometric { ratio: self.ratio.unwrap_or(MAX_RATIO) },
			CurveKind::Softmax => Payout::Softmax { temperature: self.temperature.unwrap_or(2 * PPM) },
			CurveKind::Linear => Payout::Linear,
			CurveKind::Equal => Payout::Equal,
			CurveKind::WinnerTakesAll => Payout::WinnerTakesAll,
		})
	}
}

/// What equal labels get.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Equals {
	/// Each takes a place, and equal scores share: for tasks where honest people often give the same label
	Share,
	/// They take one place together, and share it: for tasks where the same label twice is a copy
	Collapse,
}

impl From<Equals> for Duplicates {
	fn from(equals: Equals) -> Self {
		match equals {
			Equals::Share => Self::Share,
			Equals::Collapse => Self::Collapse,
		}
	}
}

/// Somebody makes one label without work and hands it in from many accounts. If the crowd follows them they take the
/// best places, else all of them are slashed. This is a bet against a fixed chance: the true one depends on how many
/// honest people there are; about 40% of all accounts win for certain.
#[derive(Args, Debug)]
pub struct Collateral {
	/// What a sample pays in all
	#[arg(long, value_name = "AMOUNT")]
	pub bounty: String,
	/// How likely the crowd follows the copies, in percent
	#[arg(long, value_name = "PERCENT", default_value = "30", value_parser = parse_chance)]
	pub chance: u32,
	/// On the terms of this dataset
	#[arg(long, value_name = "N", conflicts_with_all = ["collateral", "max_labels", "payout", "ratio", "temperature", "duplicates", "scoring_fee"])]
	pub dataset: Option<u32>,
	/// Collateral to look at [default: the chain's smallest]
	#[arg(long, value_name = "AMOUNT")]
	pub collateral: Option<String>,
	/// Most labels of a sample
	#[arg(long, value_name = "N", default_value_t = 15)]
	pub max_labels: u32,
	#[command(flatten)]
	pub curve: Curve,
	/// What equal labels get
	#[arg(long, value_enum, default_value_t = Equals::Share)]
	pub duplicates: Equals,
	/// Share of the bounty for the scorers
	#[arg(long, value_name = "SHARE", default_value = "5%", value_parser = parse_share)]
	pub scoring_fee: u32,
}

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
		/// Answers that you know, 4 or more, to tell who knows from who guesses: a label with nulls, or {"ITEM": CLASS}.
		/// Must be revealed in the reveal phase; withheld, it costs the bounty
		#[arg(long, value_name = "FILE")]
		gold: Option<PathBuf>,
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
		/// Who has committed to the label
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

#[derive(Debug, Subcommand)]
pub enum Chain {
	/// Show which chain it is, and its rules
	Info,
	/// Check node and IPFS; fails with exit code 3 if something is wrong
	Health,
}

/// A time, in blocks or in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Period {
	Blocks(u32),
	Seconds(u32),
}

impl Period {
	/// As blocks of `block_time` milliseconds, rounded up.
	pub fn blocks(self, block_time: u64) -> u32 {
		match self {
			Self::Blocks(blocks) => blocks,
			Self::Seconds(seconds) => {
				u32::try_from((u64::from(seconds) * 1000).div_ceil(block_time.max(1))).unwrap_or(u32::MAX)
			},
		}
	}
}

/// Reads a task, labels and perhaps gold from files, and prints what the scorers would report and what the places
/// would be paid. Needs no node. The labels are judged in the order given, which is that of their commitments.
///
/// With --json, `data` is {"wash", "gold", "consensus", "labels"}. `gold` is none, counted, contradicted, too_few or
/// bad. `consensus` is a list of classes, of integers in units of 2^-fraction_bits, of 0 and 1 nested as the mask is, or
/// of boxes. Each label has "score" and "payout" as strings, "loss", "eligible", "outlier" and "copy_of", the position
/// of an earlier label that is the same; of boxes also "tie_break". Scores and losses of masks and boxes are in units of
/// 2^-32. A label that can't be judged has "bad" (malformed, wrong_shape or too_large), and null for score and loss.
#[derive(Args, Debug)]
pub struct Judge {
	/// Task as JSON: {"classification": {"items": 20, "classes": 2}}, {"vector": {"scale": [2, 2], "fraction_bits": 0}},
	/// {"mask": {"width": 64, "height": 64, "depth": 1}} or {"boxes": {"items": 3}}
	#[arg(long, value_name = "FILE")]
	pub task: PathBuf,
	/// What the places share: 1.5UNIT, or a whole number in the smallest unit
	#[arg(long, value_name = "AMOUNT")]
	pub bounty: String,
	/// Items whose true class is known: {"ITEM": CLASS}, or a label with null where nothing is known
	#[arg(long, value_name = "FILE")]
	pub gold: Option<PathBuf>,
	#[command(flatten)]
	pub curve: Curve,
	/// What equal labels get
	#[arg(long, value_enum, default_value_t = Equals::Share)]
	pub duplicates: Equals,
	/// Labels: JSON or .npy
	#[arg(required = true, value_name = "LABEL")]
	pub labels: Vec<PathBuf>,
}

/// Runs in the same bounds as on the chain, so the scores are those that scorers come to. A lesson that traps, takes more
/// than its limits, or makes the score worse, changes nothing.
///
/// With --json, `data` is {"before", "steps", "state_bytes", "compile_seconds"}; a step has "lesson", "score" (null if
/// "bad" says what went wrong, and "detail" how), "kept", "fuel", "memory" (bytes) and "seconds".
#[derive(Args, Debug)]
pub struct Train {
	/// Run on this machine, without a chain
	#[arg(long, required = true)]
	pub local: bool,
	/// WebAssembly module of the learnware
	#[arg(value_name = "MODULE")]
	pub learnware: PathBuf,
	/// Lessons, in the order in which they are taught
	#[arg(value_name = "LESSON", required = true)]
	pub lessons: Vec<PathBuf>,
	/// Test set; give more for one of several parts
	#[arg(long, value_name = "FILE", required = true)]
	pub test: Vec<PathBuf>,
	/// Go on from this state, rather than from the beginning
	#[arg(long, value_name = "FILE")]
	pub from: Option<PathBuf>,
	/// Write the state that it has in the end
	#[arg(long, short, value_name = "FILE")]
	pub output: Option<PathBuf>,
	/// Billions of instructions for each lesson, and for each part of a test
	#[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
	pub fuel: u64,
	/// MiB of memory
	#[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..4096))]
	pub memory: u32,
	/// MiB of a state
	#[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..4096))]
	pub state: u32,
}

/// Prints what a score has earned of a budget, or what the step from one score to another pays, with the chain's own
/// code. Needs no node. By default half of the budget is for the last hundredth of the score.
///
/// With --json, `data` is {"reward"}, or {"payment"} with --from and --to: strings, in the smallest unit. A payment below
/// 0 is owed by the tutor.
#[derive(Args, Debug)]
pub struct Reward {
	/// How the budget is spread over the scores
	#[arg(long, value_enum)]
	pub curve: RewardCurve,
	/// What there is to earn: 1.5UNIT, or a whole number in the smallest unit
	#[arg(long, value_name = "AMOUNT")]
	pub budget: String,
	/// Logarithmic: nothing is earned up to here [default: 0/1]
	#[arg(long, value_name = "C/N", value_parser = parse_fraction)]
	pub min: Option<Ratio>,
	/// Logarithmic: half is earned here [default: 99/100]
	#[arg(long, value_name = "C/N", value_parser = parse_fraction)]
	pub mid: Option<Ratio>,
	/// Logarithmic: all is earned from here on [default: 1/1]
	#[arg(long, value_name = "C/N", value_parser = parse_fraction)]
	pub max: Option<Ratio>,
	/// Error-log: half is earned when one answer in H is wrong; at least 3 [default: 100]
	#[arg(long, value_name = "H")]
	pub h: Option<u32>,
	/// Score: correct answers out of all
	#[arg(
		long,
		value_name = "C/N",
		value_parser = parse_fraction,
		required_unless_present_any = ["from", "to"],
		conflicts_with_all = ["from", "to"]
	)]
	pub score: Option<Ratio>,
	/// Score before a step
	#[arg(long, value_name = "C/N", value_parser = parse_fraction, requires = "to")]
	pub from: Option<Ratio>,
	/// Score after it
	#[arg(long, value_name = "C/N", value_parser = parse_fraction, requires = "from")]
	pub to: Option<Ratio>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum RewardCurve {
	/// A power of the score; see --min, --mid, --max
	Logarithmic,
	/// Linear in the logarithm of the error; see --h
	ErrorLog,
}

impl Reward {
	pub fn curve(&self) -> Done<rewards::Curve> {
		let stray = match self.curve {
			RewardCurve::Logarithmic => self.h.map(|_| ("--h", "error-log")),
			RewardCurve::ErrorLog => {
				let bounds = [("--min", self.min), ("--mid", self.mid), ("--max", self.max)];
				bounds.iter().find(|(_, bound)| bound.is_some()).map(|(flag, _)| (*flag, "logarithmic"))
			},
		};
		if let Some((flag, curve)) = stray {
			return Err(Failure::input(format!("{flag} belongs to another curve"))
				.help(format!("leave it out, or use --curve {curve}")));
		}
		let curve = match self.curve {
			RewardCurve::Logarithmic => rewards::Curve::Logarithmic {
				min: self.min.unwrap_or(Ratio::new(0, 1)),
				mid: self.mid.unwrap_or(Ratio::new(99, 100)),
				max: self.max.unwrap_or(Ratio::new(1, 1)),
			},
			RewardCurve::ErrorLog => rewards::Curve::ErrorLog { h: self.h.unwrap_or(100) },
		};
		curve.validate().map_err(|error| Failure::input(error.to_string()))?;
		Ok(curve)
	}
}

/// Draws games from labels whose truth is known, lets attackers join, and judges them with the scorers' code, with and
/// without gold, beside two plain rules: the mean of all labels, and the plurality. Needs no node. The same seed gives
/// the same numbers.
///
/// With --json, `data` is {"options", "rows"}; a row has "attack", "share" (null for an attack by a single account),
/// "rule", "gold", "games" and the measures of the CSV file, as fractions of one or null.
#[derive(Args, Debug)]
pub struct Simulate {
	/// Folder with labels.csv (task,worker,label) and truth.csv (task,label)
	#[arg(long, value_name = "FOLDER")]
	pub crowd: PathBuf,
	/// Attacks, each on its own; all if left out
	#[arg(long, value_name = "ATTACK", value_delimiter = ',', value_parser = attack_parser())]
	pub attacks: Vec<Attack>,
	/// Attackers' shares of all accounts
	#[arg(long, value_name = "SHARE", value_delimiter = ',', default_value = "10%,20%,30%,40%", value_parser = parse_percent)]
	pub shares: Vec<u8>,
	/// Items whose true class the provider knows; 0 to judge without gold only
	#[arg(long, value_name = "N", default_value_t = 4)]
	pub gold: usize,
	/// Items of a game
	#[arg(long, value_name = "N", default_value_t = 20)]
	pub items: usize,
	/// Honest people of a game
	#[arg(long, value_name = "N-N", default_value = "5-10", value_parser = parse_range)]
	pub people: RangeInclusive<usize>,
	/// Games for each attack and share
	#[arg(long, value_name = "N", default_value_t = 2000)]
	pub games: u32,
	/// Where all chance comes from
	#[arg(long, value_name = "N", default_value_t = 1)]
	pub seed: u64,
	/// Share of the answers that noisy attackers change
	#[arg(long, value_name = "SHARE", default_value = "8%", value_parser = parse_percent)]
	pub noise: u8,
	/// Collateral of a label, as a share of the bounty
	#[arg(long, value_name = "SHARE", default_value = "10%", value_parser = parse_share)]
	pub collateral: u32,
	/// Share of the bounty for the first place, and of each place's pay for the next one, at most 50%
	#[arg(long, value_name = "SHARE", default_value = "50%", value_parser = parse_share)]
	pub ratio: u32,
	/// Equal labels take one place together
	#[arg(long)]
	pub collapse: bool,
	/// Write all rows to a CSV file
	#[arg(long, value_name = "FILE")]
	pub csv: Option<PathBuf>,
	/// Write a plot to an SVG file
	#[arg(long, value_name = "FILE")]
	pub svg: Option<PathBuf>,
}

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

#[derive(Debug, Subcommand)]
pub enum Config {
	/// Print a setting
	Get {
		/// Name of the setting
		setting: Setable,
	},
	/// Write a setting into the configuration file
	Set {
		/// Name of the setting
		setting: Setable,
		/// Its value; more than one for url and ipfs-api
		#[arg(required = true)]
		values: Vec<String>,
	},
	/// Take a setting out of the configuration file
	Unset {
		/// Name of the setting
		setting: Setable,
	},
	/// List all settings and where they come from
	List,
}

fn attack_parser() -> impl TypedValueParser<Value = Attack> {
	PossibleValuesParser::new(Attack::ALL.map(Attack::name)).try_map(|name| name.parse::<Attack>())
}

fn parse_words(text: &str) -> Result<u8, String> {
	match text {
		"12" => Ok(12),
		"24" => Ok(24),
		_ => Err("12 or 24".into()),
	}
}

/// A share, or parts per million.
fn parse_ratio(text: &str) -> Result<u32, String> {
	let ratio = text.parse().or_else(|_| parse_share(text))?;
	match ratio {
		1..=MAX_RATIO => Ok(ratio),
		_ => Err("the ratio is above 0 and at most 50%".into()),
	}
}

/// A number of places, in millionths.
fn parse_temperature(text: &str) -> Result<u32, String> {
	match decimal(text, 6).and_then(|millionths| u32::try_from(millionths).ok()) {
		Some(temperature @ MIN_TEMPERATURE..=MAX_TEMPERATURE) => Ok(temperature),
		_ => Err("write a number of places from 0.1 to 64, with at most 6 decimals".into()),
	}
}

/// A percentage with or without its sign, in parts per million.
fn parse_chance(text: &str) -> Result<u32, String> {
	parse_share(&format!("{}%", text.trim_end_matches('%')))
}

fn parse_salt(text: &str) -> Result<[u8; 32], String> {
	let mut salt = [0; 32];
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode_to_slice(digits, &mut salt).map_err(|_| "write 64 hexadecimal digits".to_string())?;
	Ok(salt)
}

fn parse_period(text: &str) -> Result<Period, String> {
	let wrong = || "write blocks (600) or a time (30s, 10m, 2h, 1d)".to_string();
	let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
	let (number, unit) = text.split_at(split);
	let number: u32 = number.parse().map_err(|_| wrong())?;
	let seconds = match unit {
		"" => return Ok(Period::Blocks(number)),
		"s" => 1,
		"m" => 60,
		"h" => 3600,
		"d" => 86_400,
		_ => return Err(wrong()),
	};
	number.checked_mul(seconds).map(Period::Seconds).ok_or_else(wrong)
}

/// Percent to parts per million.
fn parse_share(text: &str) -> Result<u32, String> {
	let share = text.strip_suffix('%').and_then(|text| decimal(text, 4)).filter(|share| *share <= 1_000_000);
	share
		.and_then(|share| u32::try_from(share).ok())
		.ok_or_else(|| "write a share in percent, 0% to 100%, with at most 4 decimals: 2.5%".to_string())
}

/// A number in units of `10^-decimals`.
fn decimal(text: &str, decimals: usize) -> Option<u64> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let is_number = !whole.is_empty() && whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit());
	let fits = is_number && fraction.len() <= decimals;
	fits.then(|| format!("{whole}{fraction:0<decimals$}").parse().ok()).flatten()
}

/// `C/N`, at most 1.
fn parse_fraction(text: &str) -> Result<Ratio, String> {
	let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
	let parts = text.split_once('/').and_then(|(correct, of)| Some((number(correct)?, number(of)?)));
	match parts {
		Some((correct, of @ 1..)) if correct <= of => Ok(Ratio::new(correct, of)),
		_ => Err(format!("write a fraction from 0 to 1 with numbers up to {}: 99/100", u32::MAX)),
	}
}

/// Whole percent.
fn parse_percent(text: &str) -> Result<u8, String> {
	let percent = text.strip_suffix('%').and_then(|number| number.parse().ok()).filter(|percent| *percent <= 100);
	percent.ok_or_else(|| "write whole percent, 0% to 100%: 30%".into())
}

/// `5-10`, or `7` for `7-7`.
fn parse_range(text: &str) -> Result<RangeInclusive<usize>, String> {
	let (first, last) = text.split_once('-').unwrap_or((text, text));
	match (first.parse(), last.parse()) {
		(Ok(first), Ok(last)) if first <= last => Ok(first..=last),
		_ => Err("write a number or a range: 7, 5-10".into()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn periods() {
		assert_eq!(parse_period("600"), Ok(Period::Blocks(600)));
		assert_eq!(parse_period("2h").map(|period| period.blocks(6000)), Ok(1200));
		assert_eq!(parse_period("7s").map(|period| period.blocks(6000)), Ok(2));
		for text in ["", "h", "1.5h", "-1", "99999999999", "99999d", "1w"] {
			assert!(parse_period(text).is_err(), "{text}");
		}
	}

	#[test]
	fn shares() {
		for (text, share) in [("0%", 0), ("2.5%", 25_000), ("50%", 500_000), ("100%", 1_000_000), ("0.0001%", 1)] {
			assert_eq!(parse_share(text), Ok(share));
		}
		for text in ["", "%", "5", "101%", "0.00001%", "-1%", "1.2.3%", "1e2%"] {
			assert!(parse_share(text).is_err(), "{text}");
		}
	}

	#[test]
	fn curves() {
		assert_eq!([parse_ratio("50%"), parse_ratio("500000"), parse_ratio("1")], [Ok(500_000), Ok(500_000), Ok(1)]);
		assert!(["0", "0%", "51%", "500001", "half"].iter().all(|text| parse_ratio(text).is_err()));
		assert_eq!([parse_temperature("0.1"), parse_temperature("64")], [Ok(100_000), Ok(64_000_000)]);
		assert!(["0.05", "65", "-1", "1.2345678", ""].iter().all(|text| parse_temperature(text).is_err()));
		assert_eq!(
			[parse_chance("30"), parse_chance("2.5%"), parse_chance("100")],
			[Ok(300_000), Ok(25_000), Ok(1_000_000)]
		);
		let curve = |payout, ratio, temperature| Curve { payout, ratio, temperature }.payout();
		assert_eq!(curve(CurveKind::Geometric, None, None), Ok(Payout::Geometric { ratio: 500_000 }));
		assert_eq!(curve(CurveKind::Softmax, None, Some(PPM)), Ok(Payout::Softmax { temperature: PPM }));
		assert!(curve(CurveKind::Linear, Some(1), None).is_err());
		assert!(curve(CurveKind::Geometric, None, Some(PPM)).is_err());
	}

	#[test]
	fn fractions() {
		for (text, fraction) in
			[("0/1", (0, 1)), ("99/100", (99, 100)), ("4294967295/4294967295", (u32::MAX, u32::MAX))]
		{
			assert_eq!(parse_fraction(text), Ok(Ratio::new(fraction.0, fraction.1)));
		}
		for text in
			["", "/", "1", "1/", "/1", "0/0", "1/0", "2/1", "-1/2", "+1/2", "1/2/3", "0.5", "1 / 2", "1/4294967296"]
		{
			assert!(parse_fraction(text).is_err(), "{text}");
		}
	}

	#[test]
	fn percents_and_ranges() {
		assert_eq!(parse_percent("30%"), Ok(30));
		for text in ["", "%", "30", "101%", "2.5%", "-1%"] {
			assert!(parse_percent(text).is_err(), "{text}");
		}
		assert_eq!(parse_range("5-10"), Ok(5..=10));
		assert_eq!(parse_range("7"), Ok(7..=7));
		for text in ["", "-", "10-5", "5-", "a-b"] {
			assert!(parse_range(text).is_err(), "{text}");
		}
	}

	#[test]
	fn is_consistent() {
		Cli::command().debug_assert();
	}
}
