//! `learnware training`.

use super::{
	reward::RewardCurve,
	values::{parse_period, Period},
};
use clap::{Args, Subcommand};
use learnware_primitives::training::{Limits, Mode, Settlement, MAX_LESSONS, MAX_PARTS};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Training {
	/// Pay for lessons: open a session for a learnware
	Open(Box<OpenTraining>),
	/// Show the parts of the test set that are due: the drawn one at the beginning, the others when lessons are revealed
	RevealTestSet {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
		/// The files that it was opened with, if the journal does not have them
		#[arg(value_name = "TEST_FILE")]
		files: Vec<PathBuf>,
		/// How many parts a single file was split into
		#[arg(long, value_name = "K", value_parser = parts_parser(), requires = "files")]
		parts: Option<u32>,
		/// Wait until something is due
		#[arg(long)]
		when_due: bool,
	},
	/// List sessions that are on
	List,
	/// Show a session: its terms, what which score pays, its lessons, or how it ended
	Show {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
		/// Draw its curve, with the lessons on it, into an SVG file
		#[arg(long, value_name = "FILE")]
		plot: Option<PathBuf>,
	},
	/// Teach for money: try a lesson, and commit to it without showing it
	Teach(Teach),
	/// Reveal lessons: all that are due, or one; `training watch` does it by itself
	Reveal {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: Option<u32>,
		/// File of the lesson, if the journal does not have it
		lesson: Option<PathBuf>,
	},
	/// Take a lesson back, with its deposit, in the commit phase
	Withdraw {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
	},
	/// Reveal one's lessons and test sets when it is time, and tell what becomes of them
	Watch {
		/// Number of a session; all that one teaches in, or has opened, if left out
		#[arg(value_name = "SESSION")]
		training: Option<u32>,
		/// Go on when nothing is left to wait for
		#[arg(long, conflicts_with = "training")]
		forever: bool,
	},
	/// End a session in which no lesson is under way; what is left of the budget comes back
	Close {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
	},
	/// Move a session on whose deadline has passed; free of charge if there is something to do
	Resolve {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
	},
	/// Fetch what the learnware knows now
	Fetch {
		/// Number of the session
		#[arg(value_name = "SESSION")]
		training: u32,
		/// Fetch the learnware's module instead
		#[arg(long)]
		learnware: bool,
		/// Fetch the part of the test set that tutors are shown instead
		#[arg(long, conflicts_with = "learnware")]
		shown: bool,
		/// Write to a file instead
		#[arg(long, short, value_name = "FILE")]
		output: Option<PathBuf>,
	},
}

/// The learnware goes to IPFS. The test set does not, until it is to be shown.
#[derive(Args, Debug)]
pub struct OpenTraining {
	/// WebAssembly module of the learnware
	#[arg(value_name = "LEARNWARE")]
	pub learnware: PathBuf,
	/// The parts of the test set; or one file of `.npy` with --parts. They are kept here, and go to IPFS when they are shown
	#[arg(value_name = "TEST_FILE", required = true)]
	pub test: Vec<PathBuf>,
	/// Split one `.npy` into so many parts: row i goes to part i modulo K. One part is shown, lessons are scored on the others
	#[arg(long, value_name = "K", value_parser = parts_parser())]
	pub parts: Option<u32>,
	/// Go on from this state, rather than from the beginning: `training fetch` writes what a session has ended with. It goes to
	/// IPFS, as the learnware does
	#[arg(long, value_name = "FILE")]
	pub from: Option<PathBuf>,
	/// Take a test set of which a session has shown something, though anybody can teach its answers
	#[arg(long)]
	pub again: bool,
	/// What there is to earn: 1.5UNIT, or a whole number in the smallest unit
	#[arg(long, value_name = "AMOUNT")]
	pub budget: String,
	#[command(flatten)]
	pub curve: RewardCurve,
	/// When lessons are scored
	#[arg(long, value_enum, default_value_t = SettlementKind::AtEnd)]
	pub settlement: SettlementKind,
	/// Whether a lesson can cost its tutor something
	#[arg(long, value_enum, default_value_t = ModeKind::Earn)]
	pub mode: ModeKind,
	/// Held from a tutor for each lesson; lost if it is not revealed [default: the chain's smallest]
	#[arg(long, value_name = "AMOUNT")]
	pub deposit: Option<String>,
	/// Most lessons that are scored together; with as many, the reveal phase starts at once
	#[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_LESSONS)))]
	pub max_lessons: u32,
	/// How long lessons are committed: blocks (600), or a time (30s, 10m, 2h, 1d)
	#[arg(long, value_name = "PERIOD", default_value = "1h", value_parser = parse_period)]
	pub commit_period: Period,
	/// How long lessons are revealed
	#[arg(long, value_name = "PERIOD", default_value = "30m", value_parser = parse_period)]
	pub reveal_period: Period,
	/// How long the student has to reveal what lessons are scored on
	#[arg(long, value_name = "PERIOD", default_value = "30m", value_parser = parse_period)]
	pub test_period: Period,
	/// How long scorers have; it ends when all have reported [default: twice the shortest that the chain takes for so many
	/// lessons with so much fuel, at least 60 blocks]
	#[arg(long, value_name = "PERIOD", value_parser = parse_period)]
	pub score_period: Option<Period>,
	/// For the scorers, for each lesson and once more [default: the least that the chain takes for so much fuel]
	#[arg(long, value_name = "AMOUNT")]
	pub scoring_fee: Option<String>,
	/// Billions of instructions for each lesson, and for the whole test
	#[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::MAX.fuel)))]
	pub fuel: u32,
	/// MiB of memory
	#[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::MAX.memory >> 20)))]
	pub memory: u32,
	/// MiB of a state
	#[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::MAX.state >> 20)))]
	pub state: u32,
}

impl OpenTraining {
	/// What the learnware may use.
	pub fn limits(&self) -> Limits {
		Limits { fuel: self.fuel, memory: self.memory << 20, state: self.state << 20 }
	}
}

/// The lesson is run as scorers will, on the part of the test set that is shown, before it is committed.
#[derive(Args, Debug)]
pub struct Teach {
	/// Number of the session
	#[arg(value_name = "SESSION")]
	pub training: u32,
	/// The lesson, as the learnware reads it. It is kept here, and goes to IPFS when it is revealed
	pub lesson: PathBuf,
	/// Do not try the lesson first
	#[arg(long, conflicts_with = "force")]
	pub no_trial: bool,
	/// Teach even what the learnware refuses, or what makes it worse
	#[arg(long)]
	pub force: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum SettlementKind {
	/// All together, on all of the test set that was not shown before
	AtEnd,
	/// In epochs, each on the next part of the test set
	PerStep,
}

impl From<SettlementKind> for Settlement {
	fn from(kind: SettlementKind) -> Self {
		match kind {
			SettlementKind::AtEnd => Self::AtEnd,
			SettlementKind::PerStep => Self::PerStep,
		}
	}
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum ModeKind {
	/// A lesson that makes the learnware worse earns nothing
	Earn,
	/// It costs what the fall is worth, at most the deposit
	EarnOrPay,
}

impl From<ModeKind> for Mode {
	fn from(kind: ModeKind) -> Self {
		match kind {
			ModeKind::Earn => Self::Earn,
			ModeKind::EarnOrPay => Self::EarnOrPay,
		}
	}
}

fn parts_parser() -> clap::builder::RangedI64ValueParser<u32> {
	clap::value_parser!(u32).range(2..=i64::from(MAX_PARTS))
}
