//! `learnware judge`.

use super::{
	dataset::{Curve, DUPLICATES},
	values::choice,
};
use clap::Args;
use learnware_primitives::places::Duplicates;
use std::path::PathBuf;

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
	#[arg(long, value_parser = choice(&DUPLICATES), default_value = "share")]
	pub duplicates: Duplicates,
	/// Labels: JSON or .npy
	#[arg(required = true, value_name = "LABEL")]
	pub labels: Vec<PathBuf>,
}
