//! `data/airway`: how large airways are in chest CT.

use super::{Dataset, Sheet};
use crate::{
	answer::{Answer, Task},
	rows, Error, Result,
};
use serde_json::json;
use std::{
	collections::{BTreeMap, BTreeSet},
	path::Path,
};

const QUESTION: &str = "# How large are these airways?

For each airway the area inside of its outer wall, then that inside of its inner wall, in mm^2: [outer, inner, outer, inner, ..].
";

/// Binary digits behind the point: steps of 0.004 mm^2.
const FRACTION_BITS: u8 = 8;

/// One unit of acceptable error, of an outer and of an inner area, in mm^2. Two experts are no further apart for four
/// airways of five; see the example's README.
const UNITS: [f64; 2] = [5.0, 1.2];

/// One sample: all airways, and what everybody measured.
pub fn read(data: &Path, folder: &Path) -> Result<Dataset> {
	let source = data.join("airway");
	let truth: BTreeMap<u32, [f64; 2]> = rows::read(&source.join("truth.csv"), &TRUTH)?
		.iter()
		.map(|row| {
			let mean = |a, b| -> Result<f64> { Ok((area(row, a)? + area(row, b)?) / 2.0) };
			Ok((row.cell(0, "airway")?, [mean(1, 3)?, mean(2, 4)?]))
		})
		.collect::<Result<_>>()?;
	let file = source.join("labels.csv");
	let measured: BTreeMap<(u32, u32), [f64; 2]> = rows::read(&file, &LABELS)?
		.iter()
		.map(|row| Ok(((row.cell(1, "worker")?, row.cell(0, "airway")?), [area(row, 2)?, area(row, 3)?])))
		.collect::<Result<_>>()?;

	let scale = UNITS.map(|unit| (unit * f64::from(FRACTION_BITS).exp2()).round() as u32).repeat(truth.len());
	let mut dataset = Dataset::new(folder, "airway", Task::Vector { scale, fraction_bits: FRACTION_BITS }, QUESTION)?;
	let airways: Vec<_> = truth.keys().copied().collect();
	let truth = Answer::Values(truth.into_values().flatten().collect());
	let workers: BTreeSet<_> = measured.keys().map(|(worker, _)| *worker).collect();
	let label = |worker| {
		let of = |airway| measured.get(&(worker, airway)).copied();
		let missing = |airway| Error(format!("{}: worker {worker} did not measure airway {airway}", file.display()));
		let areas = airways.iter().map(|airway| of(*airway).ok_or_else(|| missing(*airway)));
		let areas = areas.collect::<Result<Vec<_>>>()?;
		dataset.label(folder, "0", worker, Answer::Values(areas.concat()), &truth)
	};
	let labels = workers.into_iter().map(label).collect::<Result<_>>()?;
	let file = dataset.content(folder, "0", &json!({ "airways": airways, "areas": ["outer", "inner"] }))?;
	let what = format!("{} airways, two areas of each", airways.len());
	dataset.sheets.push(Sheet { what, file, truth, gold: None, labels });
	Ok(dataset)
}

const TRUTH: [&str; 5] = ["task", "outer1", "inner1", "outer2", "inner2"];
const LABELS: [&str; 4] = ["task", "worker", "outer", "inner"];

fn area(row: &rows::Row, column: usize) -> Result<f64> {
	match row.cell::<f64>(column, "area")? {
		area if area.is_finite() && area >= 0.0 => Ok(area),
		area => Err(row.error(format!("`{area}` is no area"))),
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::tests::{damaged, data},
		*,
	};

	#[test]
	fn nine_people_measured_seven_airways() {
		let folder = tempfile::tempdir().unwrap();
		let dataset = read(&data(), folder.path()).unwrap();
		assert_eq!(dataset.task, Task::Vector { scale: [1280, 307].repeat(7), fraction_bits: 8 });
		let labels = &dataset.sheets[0].labels;
		let workers: Vec<_> = labels.iter().map(|label| label.worker).collect();
		assert_eq!(workers, [2, 102, 146, 186, 267, 286, 331, 379, 457]);
		// Nobody is exact, and some are far better than others.
		let errors: Vec<_> = labels.iter().map(|label| label.accuracy.error.unwrap()).collect();
		assert!(errors.iter().all(|error| (1.0..4.0).contains(error)), "{errors:?}");
		assert!(errors.iter().any(|error| *error < 1.5) && errors.iter().any(|error| *error > 3.0), "{errors:?}");
	}

	#[test]
	fn tells_where_a_row_is_wrong() {
		let folder = tempfile::tempdir().unwrap();
		let says = |file, from: &str, to: &str, words: &str| {
			let other = damaged("airway", file, |text| text.replacen(from, to, 1));
			let error = read(other.path(), folder.path()).unwrap_err().to_string();
			assert!(error.ends_with(words), "{error}");
		};
		says("labels.csv", "400,2,23.29,", "400,2,NaN,", "airway/labels.csv:2: `NaN` is no area");
		says("labels.csv", "400,2,23.29,", "400,2,-23.29,", "airway/labels.csv:2: `-23.29` is no area");
		says("labels.csv", "400,2,23.29,", "400,2,large,", "airway/labels.csv:2: `large` is no area");
		says("labels.csv", "\n400,2,", "\n401,2,", "airway/labels.csv: worker 2 did not measure airway 400");
		says("truth.csv", "\n400,", "\n400,1,", "airway/truth.csv:2: 6 cells and not 5");
	}
}
