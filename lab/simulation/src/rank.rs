//! Rank correlation.

/// Spearman's correlation of two lists of the same length: Pearson's of the ranks, where equal values share
/// the mean of their ranks. `None` if all values of a list are the same, for then there is no order.
pub fn spearman(left: &[f64], right: &[f64]) -> Option<f64> {
	let (left, right) = (centred_ranks(left), centred_ranks(right));
	let dot = |left: &[f64], right: &[f64]| left.iter().zip(right).map(|(left, right)| left * right).sum::<f64>();
	let spread = (dot(&left, &left) * dot(&right, &right)).sqrt();
	(spread > 0.0).then(|| dot(&left, &right) / spread)
}

/// Ranks from 0, less their mean. A rank is the number of smaller values and half of that of other equal ones.
fn centred_ranks(values: &[f64]) -> Vec<f64> {
	let middle = (values.len() as f64 - 1.0) / 2.0;
	let count = |holds: &dyn Fn(&f64) -> bool| values.iter().filter(|value| holds(value)).count() as f64;
	let rank = |value: &f64| count(&|other| other < value) + (count(&|other| other == value) - 1.0) / 2.0;
	values.iter().map(|value| rank(value) - middle).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn by_hand() {
		let close = |left: Option<f64>, right: f64| (left.unwrap() - right).abs() < 1e-12;
		assert!(close(spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]), 1.0));
		assert!(close(spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0));
		// 1 - 6 (1 + 1) / (4 (16 - 1))
		assert!(close(spearman(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]), 0.8));
		// Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
		assert!(close(spearman(&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]), 0.9_f64.sqrt()));
	}

	#[test]
	fn no_order_no_correlation() {
		assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
		assert_eq!(spearman(&[], &[]), None);
	}
}
