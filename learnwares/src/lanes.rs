//! Four numbers at once. A compiler vectorizes loops for a processor, but hardly for WebAssembly, so there it is said.
//! Both ways do the same operations in the same order, and so give the same bits.

#[cfg(target_arch = "wasm32")]
mod simd {
	use core::arch::wasm32::{f32x4_add, f32x4_mul, v128, v128_load, v128_store};

	/// `sum += factor * vector`, each product rounded.
	#[inline]
	#[target_feature(enable = "simd128")]
	pub fn add_product(sum: &mut [f32; 4], factor: v128, vector: &[f32; 4]) {
		// SAFETY: both are 16 bytes; any alignment will do.
		unsafe {
			let old = v128_load(sum.as_ptr().cast());
			let product = f32x4_mul(factor, v128_load(vector.as_ptr().cast()));
			v128_store(sum.as_mut_ptr().cast(), f32x4_add(old, product));
		}
	}

	/// The same, with the sum in a register.
	#[inline]
	#[target_feature(enable = "simd128")]
	pub fn plus_product(sum: v128, left: &[f32; 4], right: &[f32; 4]) -> v128 {
		// SAFETY: as above.
		unsafe { f32x4_add(sum, f32x4_mul(v128_load(left.as_ptr().cast()), v128_load(right.as_ptr().cast()))) }
	}
}

/// `sum += factor * vector`
#[inline]
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn add_scaled<const N: usize>(sum: &mut [f32; N], factor: f32, vector: &[f32; N]) {
	for (sum, value) in sum.iter_mut().zip(vector) {
		*sum += factor * value;
	}
}

/// `sum += factor * vector`
#[inline]
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
pub(crate) fn add_scaled<const N: usize>(sum: &mut [f32; N], factor: f32, vector: &[f32; N]) {
	let (blocks, sum) = sum.as_chunks_mut::<32>();
	let (vector_blocks, vector) = vector.as_chunks::<32>();
	let factors = core::arch::wasm32::f32x4_splat(factor);
	for (sum, vector) in blocks.iter_mut().zip(vector_blocks) {
		let (sum, vector) = (sum.as_chunks_mut::<4>().0, vector.as_chunks::<4>().0);
		simd::add_product(&mut sum[0], factors, &vector[0]);
		simd::add_product(&mut sum[1], factors, &vector[1]);
		simd::add_product(&mut sum[2], factors, &vector[2]);
		simd::add_product(&mut sum[3], factors, &vector[3]);
		simd::add_product(&mut sum[4], factors, &vector[4]);
		simd::add_product(&mut sum[5], factors, &vector[5]);
		simd::add_product(&mut sum[6], factors, &vector[6]);
		simd::add_product(&mut sum[7], factors, &vector[7]);
	}
	let (sum, sum_rest) = sum.as_chunks_mut::<4>();
	let (vector, vector_rest) = vector.as_chunks::<4>();
	for (sum, vector) in sum.iter_mut().zip(vector) {
		simd::add_product(sum, factors, vector);
	}
	for (sum, value) in sum_rest.iter_mut().zip(vector_rest) {
		*sum += factor * value;
	}
}

/// Sum of the products: four sums side by side, and the rest.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub(crate) fn dot<const N: usize>(left: &[f32; N], right: &[f32; N]) -> f32 {
	let (left, left_rest) = left.as_chunks::<4>();
	let (right, right_rest) = right.as_chunks::<4>();
	let [a, b, c, d] = dot_of_chunks(left, right);
	let rest = left_rest.iter().zip(right_rest).map(|(left, right)| left * right);
	(a + c) + (b + d) + rest.sum::<f32>()
}

#[inline]
#[cfg(not(target_arch = "wasm32"))]
fn dot_of_chunks(left: &[[f32; 4]], right: &[[f32; 4]]) -> [f32; 4] {
	let mut sums = [0.0; 4];
	for (left, right) in left.iter().zip(right) {
		for lane in 0..4 {
			sums[lane] += left[lane] * right[lane];
		}
	}
	sums
}

#[inline]
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn dot_of_chunks(left: &[[f32; 4]], right: &[[f32; 4]]) -> [f32; 4] {
	use core::arch::wasm32::{f32x4_extract_lane as lane, f32x4_splat};
	let zeros = f32x4_splat(0.0);
	let sums = left.iter().zip(right).fold(zeros, |sums, (left, right)| simd::plus_product(sums, left, right));
	[lane::<0>(sums), lane::<1>(sums), lane::<2>(sums), lane::<3>(sums)]
}
