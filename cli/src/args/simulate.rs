//! `learnware simulate`.

use super::values::{parse_percent, parse_range, parse_share};
use clap::{
	builder::{PossibleValuesParser, TypedValueParser},
	Args,
};
use learnware_simulation::Attack;
use std::{ops::RangeInclusive, path::PathBuf};

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

fn attack_parser() -> impl TypedValueParser<Value = Attack> {
	PossibleValuesParser::new(Attack::ALL.map(Attack::name)).try_map(|name| name.parse::<Attack>())
}
