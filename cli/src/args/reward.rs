//! `learnware reward`.

use super::values::{named, parse_fraction};
use crate::error::{Failure, Result as Done};
use clap::Args;
use learnware_primitives::training::curve::{Curve, CurveKind, Ratio};

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
	#[arg(long, value_parser = named::<CurveKind>())]
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

impl RewardCurve {
	pub fn parse(&self) -> Done<Curve> {
		let Self { mut min, mut mid, mut max, mut h, .. } = *self;
		let mut curve = self.curve.usual();
		match &mut curve {
			Curve::Logarithmic { min: low, mid: half, max: top } => {
				for (usual, given) in [(low, &mut min), (half, &mut mid), (top, &mut max)] {
					*usual = given.take().unwrap_or(*usual);
				}
			},
			Curve::ErrorLog { h: usual } => *usual = h.take().unwrap_or(*usual),
		}
		let of_others = [
			("--min", min.is_some(), CurveKind::Logarithmic),
			("--mid", mid.is_some(), CurveKind::Logarithmic),
			("--max", max.is_some(), CurveKind::Logarithmic),
			("--h", h.is_some(), CurveKind::ErrorLog),
		];
		if let Some((flag, _, kind)) = of_others.iter().find(|(_, is_given, _)| *is_given) {
			return Err(Failure::input(format!("{flag} belongs to another curve"))
				.help(format!("leave it out, or use --curve {kind}")));
		}
		curve.validate().map_err(|error| Failure::input(error.to_string()))?;
		Ok(curve)
	}
}
