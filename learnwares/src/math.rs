//! What `core` does not have: the exponential function and what is made of it.

/// e^x for x <= 0, to about 1e-7 of its value; 0 below -80.
pub(crate) fn exp(x: f32) -> f32 {
	if x < -80.0 {
		return 0.0;
	}
	// e^x = 2^n e^r, |r| <= ln(2) / 2.
	let n = (x * core::f32::consts::LOG2_E - 0.5) as i32;
	let r = x - n as f32 * core::f32::consts::LN_2;
	let e = 1.0 + r * (1.0 + r * (1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r / 720.0)))));
	e * f32::from_bits(((127 + n) as u32) << 23)
}

/// Makes probabilities of `scores`, in place.
pub(crate) fn softmax(scores: &mut [f32]) {
	let most = scores.iter().copied().fold(f32::MIN, f32::max);
	scores.iter_mut().for_each(|score| *score = exp(*score - most));
	let sum: f32 = scores.iter().sum();
	scores.iter_mut().for_each(|score| *score /= sum);
}

/// The first of the largest scores.
pub(crate) fn best(scores: &[f32]) -> usize {
	(1..scores.len()).fold(0, |best, index| if scores[index] > scores[best] { index } else { best })
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn exp_is_close() {
		for x in (0..800).map(|tenth| -0.1 * tenth as f32) {
			let right = f64::from(x).exp();
			assert!((f64::from(exp(x)) - right).abs() <= 3e-7 * right * (1.0 + f64::from(-x)), "{x}");
		}
		assert_eq!(exp(-1e30), 0.0);
		assert_eq!(exp(f32::NEG_INFINITY), 0.0);
	}

	#[test]
	fn probabilities_add_up() {
		let mut scores = [1000.0, 999.0, -1000.0];
		softmax(&mut scores);
		assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6);
		assert_eq!(best(&scores), 0);
	}
}
