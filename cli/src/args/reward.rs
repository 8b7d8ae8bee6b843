//! `learnware reward`.

use super::values::parse_fraction;
use crate::error::{Failure, Result as Done};
use clap::Args;
use learnware_primitives::training::curve::{self, Ratio};

/// Prints what a score has earned of a budget, or what the step from one score to another pays, with the chain's own
/// code. Needs no node. By default half of the budget is for the last hundredth of the score.
///
/// With --json, `data` is {"reward"}, or {"payment"} with --from and --to: strings, in the smallest unit. A payment below
/// 0 is owed by the tutor.
#[derive(Args, Debug)]
pub struct Reward {
	#[command(flatten)]
	pub curve: RewardCurve,
	/// What there is to earn: 1.5UNIT, or a whole number in the smallest unit
	#[arg(long, value_name = "AMOUNT")]
	pub budget: String,
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

/// How a budget is spread over scores.
#[derive(Args, Debug)]
pub struct RewardCurve {
	/// How the budget is spread over the scores
	#[arg(long, value_enum)]
	pub curve: CurveKind,
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
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum CurveKind {
	/// A power of the score; see --min, --mid, --max
	Logarithmic,
	/// Linear in the logarithm of the error; see --h
	ErrorLog,
}

impl RewardCurve {
	pub fn parse(&self) -> Done<curve::Curve> {
		let stray = match self.curve {
			CurveKind::Logarithmic => self.h.map(|_| ("--h", "error-log")),
			CurveKind::ErrorLog => {
				let bounds = [("--min", self.min), ("--mid", self.mid), ("--max", self.max)];
				bounds.iter().find(|(_, bound)| bound.is_some()).map(|(flag, _)| (*flag, "logarithmic"))
			},
		};
		if let Some((flag, curve)) = stray {
			return Err(Failure::input(format!("{flag} belongs to another curve"))
				.help(format!("leave it out, or use --curve {curve}")));
		}
		let curve = match self.curve {
			CurveKind::Logarithmic => curve::Curve::Logarithmic {
				min: self.min.unwrap_or(Ratio::new(0, 1)),
				mid: self.mid.unwrap_or(Ratio::new(99, 100)),
				max: self.max.unwrap_or(Ratio::new(1, 1)),
			},
			CurveKind::ErrorLog => curve::Curve::ErrorLog { h: self.h.unwrap_or(100) },
		};
		curve.validate().map_err(|error| Failure::input(error.to_string()))?;
		Ok(curve)
	}
}
