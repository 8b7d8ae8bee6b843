//! The plane. Only sums, products, quotients and roots: IEEE 754 says what they are to the bit, which nobody does of a
//! sine. So the same seed gives the same bytes on every machine.

use std::ops::{Add, Mul, Sub};

/// A point or a direction, in metres; x to the right, y up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vector {
	/// To the right.
	pub x: f64,
	/// Up.
	pub y: f64,
}

impl Vector {
	pub(crate) const fn new(x: f64, y: f64) -> Self {
		Self { x, y }
	}

	pub(crate) fn dot(self, other: Self) -> f64 {
		self.x * other.x + self.y * other.y
	}

	/// Positive if `other` is to the left of it.
	pub(crate) fn cross(self, other: Self) -> f64 {
		self.x * other.y - self.y * other.x
	}

	pub(crate) fn length(self) -> f64 {
		self.dot(self).sqrt()
	}

	/// The same direction, of length 1.
	pub(crate) fn unit(self) -> Self {
		self * (1.0 / self.length())
	}

	/// Their product as complex numbers: turned by the angle of `other`, too.
	pub(crate) fn times(self, other: Self) -> Self {
		Self::new(self.x * other.x - self.y * other.y, self.x * other.y + self.y * other.x)
	}

	/// A quarter turn to the left.
	pub(crate) fn left(self) -> Self {
		Self::new(-self.y, self.x)
	}

	/// Turned to the left by an angle of whose half this is the tangent.
	pub(crate) fn turned(self, half_tangent: f64) -> Self {
		let square = half_tangent * half_tangent;
		(self * (1.0 - square) + self.left() * (2.0 * half_tangent)) * (1.0 / (1.0 + square))
	}
}

impl Add for Vector {
	type Output = Self;

	fn add(self, other: Self) -> Self {
		Self::new(self.x + other.x, self.y + other.y)
	}
}

impl Sub for Vector {
	type Output = Self;

	fn sub(self, other: Self) -> Self {
		Self::new(self.x - other.x, self.y - other.y)
	}
}

impl Mul<f64> for Vector {
	type Output = Self;

	fn mul(self, factor: f64) -> Self {
		Self::new(self.x * factor, self.y * factor)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn turns() {
		let half_of_right_angle = 1.0;
		assert_eq!(Vector::new(2.0, 1.0).turned(half_of_right_angle), Vector::new(-1.0, 2.0));
		let turned = Vector::new(1.0, 0.0).turned(-(0.15_f64.tan()));
		assert!((turned - Vector::new(0.3_f64.cos(), -(0.3_f64.sin()))).length() < 1e-15);
	}
}
