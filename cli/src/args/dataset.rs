//! `learnware dataset`.

use super::values::{choice, named, parse_chance, parse_period, parse_ratio, parse_share, parse_temperature, Period};
use crate::{
	error::{Failure, Result as Done},
	game::Eligibility,
};
use clap::{Args, Subcommand};
use learnware_primitives::places::{Duplicates, Payout, PayoutKind};
use std::path::PathBuf;

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
	/// Held from each label provider; lost by anyone who does not reveal or cheats
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
	#[arg(long, value_parser = choice(&DUPLICATES))]
	pub duplicates: Option<Duplicates>,
	/// Who may label
	#[arg(long, value_parser = choice(&ELIGIBILITIES), default_value = "open")]
	pub eligibility: Eligibility,
	/// Share of the bounty for the scorers
	#[arg(long, value_name = "SHARE", default_value = "5%", value_parser = parse_share)]
	pub scoring_fee: u32,
	/// Share of the bounty for those who labeled a sample on which there was no agreement
	#[arg(long, value_name = "SHARE", default_value = "10%", value_parser = parse_share)]
	pub attendance_fee: u32,
}

/// Who may label.
const ELIGIBILITIES: [(Eligibility, &str, &str); 3] = [
	(Eligibility::Open, "open", "Everybody with the collateral"),
	(Eligibility::AllowList, "allow-list", "The accounts that the dataset's owner allows"),
	(Eligibility::Persons, "persons", "Accounts that the chain knows to be different persons"),
];

/// How the places are paid.
#[derive(Args, Debug)]
pub struct Curve {
	/// How the places are paid
	#[arg(long, value_parser = named::<PayoutKind>(), default_value = "geometric")]
	pub payout: PayoutKind,
	/// Geometric: share of the bounty for the first place, and of each place's pay for the next one; a percentage of at
	/// most 50%, or parts per million [default: 50%]
	#[arg(long, value_name = "SHARE", value_parser = parse_ratio)]
	pub ratio: Option<u32>,
	/// Softmax: number of places over which the pay falls to 37%, 0.1 to 64 [default: 2]
	#[arg(long, value_name = "PLACES", value_parser = parse_temperature)]
	pub temperature: Option<u32>,
}

impl Curve {
	pub fn payout(&self) -> Done<Payout> {
		let (mut ratio, mut temperature) = (self.ratio, self.temperature);
		let mut payout = self.payout.usual();
		match &mut payout {
			Payout::Geometric { ratio: usual } => *usual = ratio.take().unwrap_or(*usual),
			Payout::Softmax { temperature: usual } => *usual = temperature.take().unwrap_or(*usual),
			Payout::Linear | Payout::Equal | Payout::WinnerTakesAll => {},
		}
		let of_others =
			[("--ratio", ratio, PayoutKind::Geometric), ("--temperature", temperature, PayoutKind::Softmax)];
		match of_others.iter().find(|(_, given, _)| given.is_some()) {
			Some((flag, _, kind)) => Err(Failure::input(format!("{flag} belongs to another payout"))
				.help(format!("leave it out, or use --payout {kind}"))),
			None => Ok(payout),
		}
	}
}

/// What equal labels get.
pub const DUPLICATES: [(Duplicates, &str, &str); 2] = [
	(
		Duplicates::Share,
		"share",
		"Each takes a place, and equal scores share: for tasks where honest people often give the same label",
	),
	(
		Duplicates::Collapse,
		"collapse",
		"They take one place together, and share it: for tasks where the same label twice is a copy",
	),
];

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
	#[arg(long, value_parser = choice(&DUPLICATES), default_value = "share")]
	pub duplicates: Duplicates,
	/// Share of the bounty for the scorers
	#[arg(long, value_name = "SHARE", default_value = "5%", value_parser = parse_share)]
	pub scoring_fee: u32,
}

#[cfg(test)]
mod tests {
	use super::*;
	use learnware_primitives::places::PPM;

	#[test]
	fn a_parameter_belongs_to_its_curve() {
		let curve = |payout, ratio, temperature| Curve { payout, ratio, temperature }.payout();
		assert_eq!(curve(PayoutKind::Geometric, None, None), Ok(Payout::Geometric { ratio: 500_000 }));
		assert_eq!(curve(PayoutKind::Softmax, None, Some(PPM)), Ok(Payout::Softmax { temperature: PPM }));
		assert!(curve(PayoutKind::Linear, Some(1), None).is_err());
		assert!(curve(PayoutKind::Geometric, None, Some(PPM)).is_err());
	}
}
