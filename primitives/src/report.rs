//! The judgement of all labels of a sample, and the report that scorers agree on.

use crate::{
	classification::{classify, is_sheet, Outcome, MIN_GOLD, NO_ANSWER},
	BadReason, Summary, Task,
};
use alloc::{vec, vec::Vec};
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The word on one revealed label.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Verdict {
	/// It was read and compared with the others.
	#[codec(index = 0)]
	Scored {
		/// Rank key; higher is better. Its unit is the task's.
		score: i128,
		/// How far from the reference; lower is better. Its unit is the task's.
		loss: u64,
		/// May take a paid place.
		eligible: bool,
		/// So far off that its collateral is slashed.
		outlier: bool,
	},
	/// It could not be judged; its collateral is slashed.
	#[codec(index = 1)]
	Bad(BadReason),
}

/// What [`judge`] finds.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Judgement {
	/// One verdict for each label, in the order given.
	pub verdicts: Vec<Verdict>,
	/// The labels do not agree beyond chance: nobody is ranked or slashed for being off.
	pub wash: bool,
	/// The gold contradicts the crowd in more than half of its items and was ignored. False for gold of
	/// too few items, which is ignored too, see [`judge`].
	pub gold_void: bool,
	/// The consensus label as a file: canonical JSON of a label of the same task, e.g. `[0,1,1]`; the gold
	/// where it is known, class 0 for an item that nobody answered. Empty when no label could be read.
	pub consensus: Vec<u8>,
}

/// What a scorer commits to: the judgement with the consensus label as its location.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Report<Verdicts, Location> {
	/// One verdict for each revealed label, in order of commitment.
	pub verdicts: Verdicts,
	/// See [`Judgement::wash`].
	pub wash: bool,
	/// Binary CID of the consensus label; empty when there is none.
	pub consensus: Location,
}

/// One item's true class, as committed by the requester before the labels came: `(item, class)`.
pub type Gold = (u32, u8);

/// Judges the labels of one sample. `labels` are in order of commitment; those that are `Err` keep their
/// reason and take no part. Total:
/// - summaries that do not fit the task count as [`BadReason::WrongShape`] (all do, if the task is not valid);
/// - gold of an item or a class that the task does not have is ignored, the last of several for one item
///   counts, and gold of fewer than [`MIN_GOLD`] items is none;
/// - fewer readable labels than [`MIN_LABELS`](crate::MIN_LABELS) are a wash; more than
///   [`MAX_LABELS`](crate::MAX_LABELS) are a wash without scores and consensus.
pub fn judge(task: &Task, labels: &[Result<Summary, BadReason>], gold: &[Gold]) -> Judgement {
	let sheets = labels.iter().map(|label| readable(task, label)).collect::<Vec<_>>();
	let readable = sheets.iter().copied().flatten().collect::<Vec<_>>();
	match classify(task, &readable, &gold_sheet(task, gold)) {
		Some(outcome) => Judgement {
			verdicts: verdicts(&sheets, &outcome),
			wash: outcome.wash,
			gold_void: outcome.gold_void,
			consensus: to_json(&outcome.consensus),
		},
		None => Judgement { verdicts: unscored(&sheets), wash: true, gold_void: false, consensus: Vec::new() },
	}
}

fn readable<'a>(task: &Task, label: &'a Result<Summary, BadReason>) -> Result<&'a [u8], BadReason> {
	match label {
		Ok(Summary::Classes(sheet)) if task.validate().is_ok() && is_sheet(task, sheet) => Ok(sheet),
		Ok(_) => Err(BadReason::WrongShape),
		Err(reason) => Err(*reason),
	}
}

/// The gold as a sheet. Empty if the task is not valid, for its size is not bounded then.
fn gold_sheet(task: &Task, gold: &[Gold]) -> Vec<u8> {
	let Task::Classification { items, classes } = *task;
	if task.validate().is_err() {
		return Vec::new();
	}
	let nothing_known = vec![NO_ANSWER; items as usize];
	let mut sheet = nothing_known.clone();
	for &(item, class) in gold.iter().filter(|(_, class)| *class < classes) {
		if let Some(known) = sheet.get_mut(item as usize) {
			*known = class;
		}
	}
	let known = sheet.iter().filter(|&&class| class != NO_ANSWER).count();
	if known < MIN_GOLD as usize {
		nothing_known
	} else {
		sheet
	}
}

/// The outcome has an entry for each readable label; puts them in the places of all labels.
fn verdicts(sheets: &[Result<&[u8], BadReason>], outcome: &Outcome) -> Vec<Verdict> {
	let Outcome { scores, losses, eligible, outliers, .. } = outcome;
	let mut scored =
		scores.iter().zip(losses).zip(eligible.iter().zip(outliers)).map(|((&score, &loss), (&eligible, &outlier))| {
			Verdict::Scored { score: score.into(), loss: loss.into(), eligible, outlier }
		});
	sheets
		.iter()
		.map(|sheet| match sheet {
			Ok(_) => scored.next().unwrap_or(UNSCORED),
			Err(reason) => Verdict::Bad(*reason),
		})
		.collect()
}

const UNSCORED: Verdict = Verdict::Scored { score: 0, loss: 0, eligible: false, outlier: false };

fn unscored(sheets: &[Result<&[u8], BadReason>]) -> Vec<Verdict> {
	sheets.iter().map(|sheet| sheet.map_or_else(Verdict::Bad, |_| UNSCORED)).collect()
}

/// `[0,1,1]`, without spaces.
fn to_json(classes: &[u8]) -> Vec<u8> {
	let mut json = vec![b'['];
	for class in classes {
		if json.len() > 1 {
			json.push(b',');
		}
		json.extend_from_slice(alloc::format!("{class}").as_bytes());
	}
	json.push(b']');
	json
}
