//! `learnware reward`: what a score has earned, and what a step from one score to another pays.

use super::Context;
use crate::{
	amount::{Amount, Token},
	args::Reward,
	error::{Failure, Result},
};
use learnware_primitives::training::curve::Ratio;
use serde::{Serialize, Serializer};
use std::fmt;

pub fn run(context: &Context, args: &Reward) -> Result<()> {
	let budget = Token::default().parse(&args.budget)?;
	let curve = args.curve.parse()?;
	let report = match (args.score, args.from, args.to) {
		(Some(score), ..) => Report::Reward { reward: Amount(curve.reward(budget.0, score)), budget, score },
		(None, Some(from), Some(to)) => Report::Payment { payment: curve.payment(budget.0, from, to), from, to },
		_ => return Err(Failure::input("no score").help("give --score, or --from and --to")),
	};
	context.output.data(&report);
	Ok(())
}

/// What is printed; names are part of the interface.
#[derive(Serialize)]
#[serde(untagged)]
enum Report {
	Reward {
		reward: Amount,
		#[serde(skip)]
		budget: Amount,
		#[serde(skip)]
		score: Ratio,
	},
	Payment {
		#[serde(serialize_with = "as_string")]
		payment: i128,
		#[serde(skip)]
		from: Ratio,
		#[serde(skip)]
		to: Ratio,
	},
}

/// As all amounts: JSON's numbers are too small for them.
fn as_string<S: Serializer>(amount: &i128, serializer: S) -> std::result::Result<S::Ok, S::Error> {
	serializer.collect_str(amount)
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let token = Token::default();
		match self {
			Self::Reward { reward, budget, score } => {
				write!(f, "{} of {} earned at {score}", token.format(*reward), token.format(*budget))
			},
			Self::Payment { payment, from, to } => {
				let size = token.format(Amount(payment.unsigned_abs()));
				let verb = if *payment < 0 { "owed by" } else { "paid to" };
				write!(f, "{size} {verb} the tutor for the step from {from} to {to}")
			},
		}
	}
}
