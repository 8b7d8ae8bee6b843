//! What the numbers of a vector were held against.

#![allow(
	clippy::arithmetic_side_effects,
	clippy::indexing_slicing,
	reason = "this is not in the runtime, and the limits of tasks bound every number"
)]

use super::{Vector, CAP};
use crate::labels::{
	kinds::evidence::{self, others, shorten, Shown},
	statistics::lower_median,
};
use serde::Serialize;
use std::{cmp::Reverse, fmt};

/// Coordinates, the farthest off first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
	/// Coordinates of the task.
	pub coordinates: usize,
	/// Binary digits behind the point.
	pub fraction_bits: u8,
	/// The farthest off.
	pub worst: Vec<Coordinate>,
}

/// A number of a vector; value and reference in units of `2^-fraction_bits`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coordinate {
	/// Its number, from 0.
	pub coordinate: usize,
	/// That of the label.
	pub value: i64,
	/// Lower median of the others.
	pub reference: i64,
	/// In units of acceptable error, [`CAP`] at most.
	pub deviation: f64,
}

impl Vector<'_> {
	pub(super) fn compared(&self, vectors: &[&[i64]], label: usize, most: usize) -> Option<evidence::Evidence> {
		let values = vectors.get(label)?;
		let alone = vectors.len() == 1;
		let coordinate = |(coordinate, (value, scale)): (usize, (&i64, &u32))| {
			let others = others(vectors, label).filter_map(|values| values.get(coordinate).copied());
			let reference = if alone { *value } else { lower_median(others) };
			let scale = u64::from(*scale).max(1);
			let distance = (value.abs_diff(reference).min(CAP * scale) << 16) / scale;
			(distance, Coordinate { coordinate, value: *value, reference, deviation: distance as f64 / 65536.0 })
		};
		let mut all = values.iter().zip(self.scale).enumerate().map(coordinate).collect::<Vec<_>>();
		all.sort_by_key(|(distance, _)| Reverse(*distance));
		let coordinates = all.len();
		let mut worst = all.into_iter().map(|(_, coordinate)| coordinate).collect::<Vec<_>>();
		let more = shorten(&mut worst, most);
		let shown = Shown::Vector(Evidence { coordinates, fraction_bits: self.fraction_bits, worst });
		Some(evidence::Evidence { shown, more })
	}
}

impl fmt::Display for Evidence {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { coordinates, fraction_bits, worst } = self;
		let number = |value: i64| value as f64 / (1u64 << fraction_bits) as f64;
		write!(f, "{coordinates} numbers against the median of the others, the farthest off first")?;
		for Coordinate { coordinate, value, reference, deviation } in worst {
			let (value, reference) = (number(*value), number(*reference));
			write!(f, "\n  number {coordinate:<6} yours {value:<12} reference {reference:<12} ")?;
			write!(f, "off by {deviation:.3} units")?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{vector::compare, Summary, Task};

	#[test]
	fn a_vector_shows_the_farthest_coordinates() {
		let task = Task::Vector { scale: vec![2, 4, 1].try_into().unwrap(), fraction_bits: 0 };
		let vectors = [[0, 0, 0], [1, 0, 0], [0, 5, 0], [0, 0, 3], [-1, 9, 100]].map(|values| values.to_vec());
		let labels = vectors.iter().cloned().map(Summary::Vector).collect::<Vec<_>>();
		let worst = |most| {
			let evidence = evidence::Evidence::of(&task, &labels.iter().collect::<Vec<_>>(), None, 4, most).unwrap();
			let Shown::Vector(Evidence { worst, .. }) = evidence.shown else { panic!() };
			(worst, evidence.more)
		};
		let (shown, more) = worst(2);
		let found = shown.iter().map(|it| (it.coordinate, it.value, it.reference, it.deviation)).collect::<Vec<_>>();
		assert_eq!((found, more), (vec![(2, 100, 0, 8.0), (1, 9, 0, 2.25)], 1));
		let loss = worst(9).0.iter().map(|it| ((it.deviation * 65536.0) as u64).pow(2)).sum::<u64>();
		let vectors = vectors.iter().map(Vec::as_slice).collect::<Vec<_>>();
		assert_eq!(loss, compare(&task, &vectors).unwrap().losses[4]);
	}
}
