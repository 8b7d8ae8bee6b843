//! The judgement of all labels of a sample, and the report that scorers agree on.

use crate::{
	classes::{MIN_GOLD, NO_ANSWER},
	labels::kinds::{Ranking, Row},
	to_label, BadReason, Summary, Task,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::Serialize;

/// The word on one revealed label.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Verdict {
	/// It was read and compared with the others.
	#[codec(index = 0)]
	Scored {
		/// Rank key; higher is better. Of a classification, items times matches minus what chance makes; of a
		/// vector, minus the loss; of a mask, its overlap with the others in Q32; of boxes, two overlaps, see
		/// [`split_box_score`](crate::boxes::split_box_score).
		score: i128,
		/// How far from the reference; lower is better. Of a classification, items without a match; of a
		/// vector, the sum of its squared distances in Q32; of a mask or boxes, what the overlap lacks of 1, in
		/// Q32.
		loss: u64,
		/// May take a paid place.
		eligible: bool,
		/// So far off that its collateral is slashed.
		outlier: bool,
		/// Position of the first label with exactly the same summary, if that is an earlier one.
		copy_of: Option<u32>,
	},
	/// It could not be judged; its collateral is slashed.
	#[codec(index = 1)]
	Bad(BadReason),
}

/// What became of the gold, the labels of some items that the provider knows to be true.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "snake_case")]
pub enum GoldUse {
	/// There is none.
	#[codec(index = 0)]
	#[default]
	None,
	/// It counts.
	#[codec(index = 1)]
	Counted,
	/// The crowd contradicts more than half of it; ignored.
	#[codec(index = 2)]
	Contradicted,
	/// It knows fewer than [`MIN_GOLD`] items; ignored.
	#[codec(index = 3)]
	TooFew,
	/// It cannot be read as gold of the task; ignored.
	#[codec(index = 4)]
	Bad(BadReason),
}

/// What [`judge`] finds.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Judgement {
	/// One verdict for each label, in the order given.
	pub verdicts: Vec<Verdict>,
	/// The labels do not agree beyond chance, or are far from each other, or are too few: nobody is ranked or
	/// slashed for being off.
	pub wash: bool,
	/// What became of the gold.
	pub gold: GoldUse,
	/// The consensus label as a file, see [`to_label`]. For a classification, the gold where it is known, and
	/// class 0 for an item that nobody answered. Empty when no label could be read.
	pub consensus: Vec<u8>,
}

/// What a scorer commits to: the judgement with the consensus label as its location.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Report<Verdicts, Location> {
	/// One verdict for each revealed label, in order of commitment.
	pub verdicts: Verdicts,
	/// See [`Judgement::wash`].
	pub wash: bool,
	/// See [`Judgement::gold`].
	pub gold: GoldUse,
	/// Binary CID of the consensus label; empty when there is none.
	pub consensus: Location,
}

/// Judges the labels of one sample. `labels` are in order of commitment; those that are `Err` keep their
/// reason and take no part. `gold` is a label of a classification as any other, with "no answer" where nothing
/// is known, that the provider committed before the labels came. Total:
/// - summaries that do not fit the task count as [`BadReason::WrongShape`] (all do, if the task is not valid);
/// - the same holds for gold, and gold for another task than a classification is of the wrong shape;
/// - gold that is bad or of fewer than [`MIN_GOLD`] items is as none, see [`GoldUse`];
/// - fewer readable labels than [`MIN_LABELS`](crate::MIN_LABELS) are a wash; more than
///   [`MAX_LABELS`](crate::MAX_LABELS) are a wash without scores, copies and consensus.
pub fn judge(
	task: &Task,
	labels: &[Result<Summary, BadReason>],
	gold: Option<&Result<Summary, BadReason>>,
) -> Judgement {
	let labels = labels.iter().map(|label| readable(task, label)).collect::<Vec<_>>();
	let summaries = labels.iter().copied().flatten().collect::<Vec<_>>();
	let (gold, known) = read_gold(task, gold);
	match Ranking::new(task, &summaries, known) {
		Some(ranking) => Judgement {
			verdicts: verdicts(&labels, &ranking),
			wash: ranking.wash,
			gold: if ranking.gold_void { GoldUse::Contradicted } else { gold },
			consensus: to_label(task, &ranking.consensus),
		},
		None => Judgement { verdicts: unscored(&labels), wash: true, gold, consensus: Vec::new() },
	}
}

/// A summary that is of the task.
type Readable<'a> = Result<&'a Summary, BadReason>;

fn readable<'a>(task: &Task, label: &'a Result<Summary, BadReason>) -> Readable<'a> {
	match label {
		Ok(summary) if summary.is_of(task) => Ok(summary),
		Ok(_) => Err(BadReason::WrongShape),
		Err(reason) => Err(*reason),
	}
}

/// What the gold is good for, before the crowd is asked, and its sheet if it counts.
fn read_gold<'a>(task: &Task, gold: Option<&'a Result<Summary, BadReason>>) -> (GoldUse, Option<&'a [u8]>) {
	match gold.map(|gold| readable(task, gold)) {
		None => (GoldUse::None, None),
		Some(Ok(Summary::Classes(sheet))) => {
			match sheet.iter().filter(|class| **class != NO_ANSWER).count() < MIN_GOLD as usize {
				true => (GoldUse::TooFew, None),
				false => (GoldUse::Counted, Some(sheet)),
			}
		},
		Some(Ok(_)) => (GoldUse::Bad(BadReason::WrongShape), None),
		Some(Err(reason)) => (GoldUse::Bad(reason), None),
	}
}

/// The ranking has a row for each readable label; puts them in the places of all labels.
fn verdicts(labels: &[Readable<'_>], ranking: &Ranking) -> Vec<Verdict> {
	let positions = labels.iter().zip(0u32..).filter(|(label, _)| label.is_ok()).map(|(_, position)| position);
	let positions = positions.collect::<Vec<_>>();
	let mut scored = ranking.rows.iter().map(|row| {
		let Row { score, loss, eligible, outlier, copy_of } = *row;
		let copy_of = copy_of.and_then(|first| positions.get(first).copied());
		Verdict::Scored { score, loss, eligible, outlier, copy_of }
	});
	labels.iter().map(|label| label.map_or_else(Verdict::Bad, |_| scored.next().unwrap_or(UNSCORED))).collect()
}

const UNSCORED: Verdict = Verdict::Scored { score: 0, loss: 0, eligible: false, outlier: false, copy_of: None };

fn unscored(labels: &[Readable<'_>]) -> Vec<Verdict> {
	labels.iter().map(|label| label.map_or_else(Verdict::Bad, |_| UNSCORED)).collect()
}
