//! The rules that are compared: the chain's, and two plain ones.

use learnware_primitives::{
	classes::gold_sheet,
	condense, judge,
	places::{prizes, Duplicates, Payout, Ranked},
	Judgement, Summary, Task, Verdict,
};
use serde::Serialize;
use std::fmt;

/// How labels are judged. Under every rule the places are paid alike; the plain ones come first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
	/// Rank by the distance to the mean of all labels. A label more than three standard deviations further off than the
	/// mean distance is slashed; nothing is washed.
	Mean,
	/// Rank by the number of items answered like most do. Nobody is slashed, nothing is washed.
	Plurality,
	/// The chain's: [`judge`].
	Learnware,
}

/// An item whose class is known, and the class.
pub type Gold = (u32, u8);

/// What the requester chose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
	/// How the bounty is spread over the places.
	pub payout: Payout,
	/// Whether equal labels take a place each.
	pub duplicates: Duplicates,
}

/// What a rule says about a game. Lists have one entry for each label.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
	/// The answer to each item.
	pub consensus: Vec<u8>,
	/// Nobody is paid or slashed.
	pub wash: bool,
	/// Pay, as a share of the bounty.
	pub pay: Vec<f64>,
	/// Whose collateral is slashed.
	pub slashed: Vec<bool>,
}

/// What floats may be off by, so that nothing exactly at three deviations is above.
const ROUNDING: f64 = 1e-9;

/// The bounty of a game: large enough that rounding down does not show.
const BOUNTY: u128 = 1_000_000_000_000;

impl Rule {
	/// All rules.
	pub const ALL: [Self; 3] = [Self::Mean, Self::Plurality, Self::Learnware];

	/// The name in tables, plots and files.
	pub fn name(self) -> &'static str {
		match self {
			Self::Learnware => "learnware",
			Self::Plurality => "plurality",
			Self::Mean => "mean",
		}
	}

	/// Judges labels that all answer every item. Plain rules make no use of gold.
	pub fn judge(self, classes: u8, sheets: &[Vec<u8>], gold: &[Gold], terms: &Terms) -> Ruling {
		match self {
			Self::Learnware => by_learnware(classes, sheets, gold, terms),
			Self::Plurality => by_plurality(classes, sheets, terms),
			Self::Mean => by_mean(sheets, terms),
		}
	}
}

impl fmt::Display for Rule {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(self.name())
	}
}

/// All that is asked of the consensus code.
fn by_learnware(classes: u8, sheets: &[Vec<u8>], gold: &[Gold], terms: &Terms) -> Ruling {
	let task = Task::Classification { items: items(sheets) as u32, classes };
	let labels = sheets.iter().map(|sheet| Ok(Summary::Classes(sheet.clone()))).collect::<Vec<_>>();
	let gold = gold_sheet(&task, gold).filter(|_| !gold.is_empty()).map(Ok);
	let Judgement { verdicts, wash, consensus, .. } = judge(&task, &labels, gold.as_ref());
	let consensus = match condense(&task, &consensus) {
		Ok(Summary::Classes(consensus)) => consensus,
		_ => Vec::new(),
	};
	let ranked = verdicts.iter().map(|verdict| match *verdict {
		Verdict::Scored { score, eligible: true, outlier: false, .. } if !wash => Some(score),
		_ => None,
	});
	let slashed = |verdict: &Verdict| match *verdict {
		Verdict::Scored { outlier, .. } => outlier && !wash,
		Verdict::Bad(_) => true,
	};
	Ruling {
		consensus,
		wash,
		pay: places(sheets, ranked.collect(), terms),
		slashed: verdicts.iter().map(slashed).collect(),
	}
}

fn by_plurality(classes: u8, sheets: &[Vec<u8>], terms: &Terms) -> Ruling {
	let consensus = plurality(sheets, classes);
	let matches = |sheet: &Vec<u8>| crate::game::matches(sheet, &consensus) as i128;
	let ranked = sheets.iter().map(|sheet| Some(matches(sheet)));
	let pay = places(sheets, ranked.collect(), terms);
	Ruling { consensus, wash: false, pay, slashed: vec![false; sheets.len()] }
}

fn by_mean(sheets: &[Vec<u8>], terms: &Terms) -> Ruling {
	let mean = (0..items(sheets))
		.map(|item| average(&sheets.iter().map(|sheet| f64::from(sheet[item])).collect::<Vec<_>>()))
		.collect::<Vec<_>>();
	let distance = |sheet: &Vec<u8>| {
		sheet.iter().zip(&mean).map(|(&class, mean)| (f64::from(class) - mean).powi(2)).sum::<f64>().sqrt()
	};
	let distances = sheets.iter().map(distance).collect::<Vec<_>>();
	let centre = average(&distances);
	let variance = average(&distances.iter().map(|distance| (distance - centre).powi(2)).collect::<Vec<_>>());
	let cut = centre + 3.0 * variance.sqrt() + ROUNDING;
	let slashed = distances.iter().map(|distance| *distance > cut).collect::<Vec<_>>();
	let score = |distance: f64| -((distance * f64::from(u32::MAX)) as i128);
	let ranked = distances.iter().zip(&slashed).map(|(&distance, slashed)| (!slashed).then_some(score(distance)));
	Ruling {
		// Halves to the lower class, as ties go elsewhere.
		consensus: mean.iter().map(|mean| (mean - 0.5).ceil() as u8).collect(),
		wash: false,
		pay: places(sheets, ranked.collect(), terms),
		slashed,
	}
}

/// The answer that most give to each item; of several, the lowest class.
pub fn plurality(sheets: &[Vec<u8>], classes: u8) -> Vec<u8> {
	let votes = |item: usize, class: u8| sheets.iter().filter(|sheet| sheet[item] == class).count();
	let most = |item: usize| (0..classes).rev().max_by_key(|&class| votes(item, class)).unwrap_or_default();
	(0..items(sheets)).map(most).collect()
}

/// Pays the places; labels with the same content are known by the first of them.
fn places(sheets: &[Vec<u8>], ranked: Vec<Option<i128>>, terms: &Terms) -> Vec<f64> {
	let first = |sheet: &Vec<u8>| sheets.iter().position(|other| other == sheet).unwrap_or_default() as u32;
	let ranked =
		sheets.iter().zip(ranked).map(|(sheet, score)| score.map(|score| Ranked { score, content: first(sheet) }));
	let prizes = prizes(&terms.payout, terms.duplicates, &ranked.collect::<Vec<_>>(), BOUNTY);
	prizes.into_iter().map(|prize| prize as f64 / BOUNTY as f64).collect()
}

fn items(sheets: &[Vec<u8>]) -> usize {
	sheets.first().map_or(0, Vec::len)
}

fn average(values: &[f64]) -> f64 {
	values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sheets(rows: &[&str]) -> Vec<Vec<u8>> {
		rows.iter().map(|row| row.bytes().map(|byte| byte - b'0').collect()).collect()
	}

	fn judge(rule: Rule, rows: &[&str], gold: &[Gold]) -> Ruling {
		rule.judge(2, &sheets(rows), gold, &Terms::default())
	}

	#[test]
	fn plurality_by_hand() {
		let ruling = judge(Rule::Plurality, &["0011", "0110", "1111", "0000"], &[]);
		assert_eq!(ruling.consensus, [0, 0, 1, 0], "ties are answered with the lowest class");
		// 3, 3, 1 and 3 matches.
		let tied = (0.5 + 0.25 + 0.125) / 3.0;
		let expected = [tied, tied, 0.0625, tied];
		assert!(ruling.pay.iter().zip(expected).all(|(pay, expected)| (pay - expected).abs() < 1e-9), "{ruling:?}");
	}

	#[test]
	fn mean_by_hand() {
		// Means 0, 0.25, 0.75, 0.5; squared distances 0.875, 0.875 (the halves are as far off), 1.375, 0.875.
		let ruling = judge(Rule::Mean, &["0011", "0010", "0101", "0010"], &[]);
		assert_eq!(ruling.consensus, [0, 0, 1, 0]);
		assert!(ruling.pay[2] < ruling.pay[0] && ruling.pay[1] == ruling.pay[3], "{ruling:?}");
	}

	#[test]
	fn three_deviations_are_out_of_reach_for_ten_labels() {
		let wrong = |of: usize| judge(Rule::Mean, &[vec!["1111"], vec!["0000"; of - 1]].concat(), &[]).slashed[0];
		assert!(!wrong(10));
		assert!(wrong(11));
	}

	#[test]
	fn the_chain_pays_nobody_who_says_nothing() {
		let people = ["0101010101", "0101010111", "0101000101", "0101110101", "1101010101"];
		let ruling = judge(Rule::Learnware, &[&people[..], &["0000000000"]].concat(), &[]);
		assert!(!ruling.wash);
		assert_eq!(ruling.consensus, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
		assert_eq!(ruling.pay[5], 0.0);
		assert!(ruling.pay[0] > ruling.pay[3]);
	}

	#[test]
	fn gold_settles_what_the_consensus_is() {
		let people = ["01010101"; 5];
		let gold = [(0, 0), (1, 1), (2, 0), (3, 0)];
		assert_eq!(judge(Rule::Learnware, &people, &gold).consensus, [0, 1, 0, 0, 0, 1, 0, 1]);
	}

	#[test]
	fn what_is_washed_pays_and_slashes_nobody() {
		let ruling = judge(Rule::Learnware, &["01010101", "10101010", "00110011", "11001100", "01100110"], &[]);
		assert!(ruling.wash);
		assert_eq!(ruling.pay, [0.0; 5]);
		assert_eq!(ruling.slashed, [false; 5]);
	}

	#[test]
	fn copies_that_collapse_share_a_place() {
		let rows = sheets(&["0011", "0011", "0010"]);
		let terms = Terms { duplicates: Duplicates::Collapse, ..Default::default() };
		let ruling = Rule::Plurality.judge(2, &rows, &[], &terms);
		assert_eq!(ruling.pay, [0.25, 0.25, 0.25]);
		assert_eq!(Rule::Plurality.judge(2, &rows, &[], &Terms::default()).pay, [0.375, 0.375, 0.125]);
	}
}
