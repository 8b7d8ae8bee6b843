//! What became of the samples, as the demo tells it.

use crate::{
	answer::Answer,
	crowd::{Dataset, Sheet},
	json::{id, need, smallest_units, text},
	training::TrainingResult,
	Error, Result,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The demo's result, as written to `--json FILE`. Amounts are in the smallest unit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Results {
	/// In order of submission to each dataset.
	pub samples: Vec<SampleResult>,
	/// What became of the training session.
	pub training: TrainingResult,
}

/// What became of a sample.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SampleResult {
	/// Its number on the chain.
	pub id: u32,
	/// Where its labels are from: `bluebird`, `bubil` or `airway`.
	pub dataset: String,
	/// `classification`, `vector` or `mask`.
	pub task: String,
	/// `paid`, `washed`, `void`, `expired` or `gold_withheld`.
	pub end: String,
	/// What was offered.
	pub bounty: String,
	/// What went back to the provider.
	pub returned: String,
	/// What went to the scorers.
	pub scoring_fee: String,
	/// The label that the crowd agreed on.
	pub consensus_cid: Option<String>,
	/// The same as `accuracy` of a label, of that one.
	pub consensus_accuracy: Option<f64>,
	/// The same as `error` of a label, of that one.
	pub consensus_error: Option<f64>,
	/// Items whose truth the provider committed to, and revealed in the reveal phase; none without gold.
	pub gold: Option<usize>,
	/// What became of the gold: `counted`, `contradicted`, `too_few`, `bad`, or `none`.
	pub gold_use: Option<String>,
	/// In order of commitment.
	pub labels: Vec<LabelResult>,
}

/// What became of a label.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct LabelResult {
	/// Number in the crowd's data.
	pub worker: u32,
	/// Address on the chain.
	pub account: String,
	/// How near it is to the truth, from 0 to 1, which nobody on the chain knows: of a classification the share of
	/// right answers, of a vector the share that is off by one unit at most, of a mask the Dice overlap.
	pub accuracy: f64,
	/// How far the values of a vector are off on average, in units.
	pub error: Option<f64>,
	/// Place, from 1; none when not eligible.
	pub rank: Option<u32>,
	/// Score.
	pub score: Option<String>,
	/// Loss.
	pub loss: Option<String>,
	/// Paid out of the bounty.
	pub paid: String,
	/// Taken from the collateral.
	pub slashed: String,
	/// Why.
	pub reason: Option<String>,
}

impl SampleResult {
	/// From the last event of `sample watch`. `accounts` are the addresses of the players.
	pub fn new(
		end: &Value,
		dataset: &Dataset,
		sheet: &Sheet,
		consensus: Option<&Answer>,
		accounts: &[String],
	) -> Result<Self> {
		let accuracy = consensus.map(|consensus| consensus.accuracy(&sheet.truth, &dataset.task));
		let labels = end["labels"].as_array().ok_or_else(|| Error(format!("no labels: {end}")))?;
		Ok(Self {
			id: id(end, "sample")?,
			dataset: dataset.name.into(),
			task: dataset.task.kind().into(),
			end: end_of(&need(end, "end")?).to_owned(),
			bounty: need(end, "bounty")?,
			returned: need(end, "returned")?,
			scoring_fee: need(end, "scoring_fee")?,
			consensus_cid: text(&end["consensus"]),
			consensus_accuracy: accuracy.map(|accuracy| accuracy.share),
			consensus_error: accuracy.and_then(|accuracy| accuracy.error),
			gold: sheet.gold.as_ref().map(|gold| gold.items),
			gold_use: text(&end["gold"]),
			labels: labels.iter().map(|label| LabelResult::new(label, sheet, accounts)).collect::<Result<_>>()?,
		})
	}

	/// What was paid to labels, went to the scorers and back to the provider; an error unless that is the bounty.
	pub fn spent(&self) -> Result<u128> {
		let paid: u128 = self.labels.iter().map(|label| smallest_units(&label.paid)).sum::<Result<_>>()?;
		let spent = paid + smallest_units(&self.scoring_fee)? + smallest_units(&self.returned)?;
		match spent == smallest_units(&self.bounty)? {
			true => Ok(spent),
			false => Err(Error(format!("sample {}: {spent} was spent of {}", self.id, self.bounty))),
		}
	}

	/// Whether the accurate were paid more: Spearman's rank correlation of pay and accuracy, from -1 to 1. None when all
	/// are as accurate or paid the same.
	pub fn rank_correlation(&self) -> Result<Option<f64>> {
		let skill = |label: &LabelResult| label.error.map_or(label.accuracy, |error| -error);
		let skills: Vec<_> = self.labels.iter().map(skill).collect();
		let paid: Vec<_> = self.labels.iter().map(|label| smallest_units(&label.paid)).collect::<Result<_>>()?;
		Ok(correlation(&ranks(&skills), &ranks(&paid)))
	}
}

impl LabelResult {
	fn new(label: &Value, sheet: &Sheet, accounts: &[String]) -> Result<Self> {
		let account = need(label, "account")?;
		let player = accounts.iter().position(|other| *other == account);
		let given = player.and_then(|player| sheet.labels.get(player));
		let given = given.ok_or_else(|| Error(format!("who is {account}?")))?;
		// Numbers that JSON's readers would round are strings.
		let number = |value: &Value| text(value).or_else(|| value.as_number().map(ToString::to_string));
		Ok(Self {
			worker: given.worker,
			account,
			accuracy: given.accuracy.share,
			error: given.accuracy.error,
			rank: label["place"].as_u64().map(|place| place as u32),
			score: number(&label["score"]),
			loss: number(&label["loss"]),
			paid: need(label, "paid")?,
			slashed: need(label, "slashed")?,
			reason: text(&label["slash_reason"]),
		})
	}
}

/// The ends as the demo names them.
fn end_of(end: &str) -> &str {
	match end {
		"no_quorum" | "too_few_reveals" => "void",
		"too_few_commitments" => "expired",
		end => end,
	}
}

/// Places from 0; those who tie share the mean of theirs.
fn ranks<T: PartialOrd>(values: &[T]) -> Vec<f64> {
	let place = |value| {
		let below = values.iter().filter(|other| *other < value).count();
		let equal = values.iter().filter(|other| *other == value).count();
		below as f64 + (equal as f64 - 1.0) / 2.0
	};
	values.iter().map(place).collect()
}

/// Pearson's correlation.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
	let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
	let (mean_a, mean_b) = (mean(a), mean(b));
	let products = |f: fn(f64, f64) -> f64| a.iter().zip(b).map(|(a, b)| f(a - mean_a, b - mean_b)).sum::<f64>();
	let spread = (products(|a, _| a * a) * products(|_, b| b * b)).sqrt();
	(spread > 0.0).then(|| products(|a, b| a * b) / spread)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::crowd::bubil;
	use serde_json::json;
	use std::path::Path;

	fn cells() -> (tempfile::TempDir, Dataset) {
		let folder = tempfile::tempdir().unwrap();
		let data = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("data");
		let dataset = bubil::read(&data, folder.path()).unwrap();
		(folder, dataset)
	}

	fn end() -> Value {
		let label = |account: &str, place: Option<u32>, paid: &str, slashed: &str| {
			json!({ "account": account, "place": place, "score": "3650722201", "loss": 644_245_095, "paid": paid,
				"slashed": slashed, "slash_reason": (slashed != "0").then_some("outlier") })
		};
		json!({ "event": "resolved", "sample": 3, "end": "paid", "bounty": "100", "returned": "20", "scoring_fee": "5",
			"consensus": "bafkqaaa",
			"labels": [label("c", None, "0", "10"), label("a", Some(1), "50", "0"), label("b", Some(2), "25", "0")] })
	}

	#[test]
	fn labels_meet_their_players() {
		let (_folder, dataset) = cells();
		let sheet = &dataset.sheets[0];
		let accounts = ["a", "x", "b", "y", "z", "c"].map(String::from);
		let consensus = &sheet.truth;
		let result = SampleResult::new(&end(), &dataset, sheet, Some(consensus), &accounts).unwrap();
		let workers: Vec<_> = result.labels.iter().map(|label| (label.worker, label.rank)).collect();
		assert_eq!(workers, [(6, None), (1, Some(1)), (3, Some(2))]);
		assert_eq!(result.labels[0].loss.as_deref(), Some("644245095"));
		assert_eq!((result.consensus_accuracy, result.gold, result.task.as_str()), (Some(1.0), None, "mask"));
		assert_eq!(result.spent().unwrap(), 100);
		assert_eq!(result.rank_correlation().unwrap(), Some(1.0));
		let read: SampleResult = serde_json::from_str(&serde_json::to_string(&result).unwrap()).unwrap();
		assert_eq!(read, result);

		let other = SampleResult { returned: "21".into(), ..result };
		assert!(other.spent().unwrap_err().to_string().contains("101 was spent of 100"));
		assert!(SampleResult::new(&end(), &dataset, sheet, None, &accounts[1..]).is_err());
	}

	#[test]
	fn rank_correlation() {
		assert_eq!(ranks(&[5, 1, 5, 3]), [2.5, 0.0, 2.5, 1.0]);
		assert_eq!(correlation(&ranks(&[1, 2, 3]), &ranks(&[10, 20, 90])), Some(1.0));
		assert_eq!(correlation(&ranks(&[1, 2, 3]), &ranks(&[9, 2, 1])), Some(-1.0));
		assert_eq!(correlation(&ranks(&[1, 2, 3]), &ranks(&[4, 4, 4])), None);
		assert_eq!(correlation(&[], &[]), None);
	}
}
