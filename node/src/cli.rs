//! The command line.

use crate::scorer::ScorerParams;

/// A node of the Learnware chain.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	#[command(flatten)]
	pub run: sc_cli::RunCmd,

	#[command(flatten)]
	pub scorer: ScorerParams,
}

/// What else the node can do than run.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
	/// Generate, insert and look at keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain specification to a file.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Execute a block again and check it.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block into a chain specification.
	ExportState(sc_cli::ExportStateCmd),

	/// Import blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the chain's database.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Go back by some blocks that are not finalized.
	Revert(sc_cli::RevertCmd),

	/// Tell how far the database is.
	ChainInfo(sc_cli::ChainInfoCmd),
}
