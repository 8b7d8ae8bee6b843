//! Closed roads.

use crate::geometry::Vector;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Points of the centre line, about one for each metre.
pub(crate) const POINTS: usize = 400;

/// Tangent of half the angle between two of them, seen from the middle: tan(pi / POINTS).
const HALF_TANGENT: f64 = 0.007_854_143_128_983_59;

/// Metres from the middle to the centre line, on average.
const RADIUS: f64 = 60.0;

/// How much the radius swings, as a part of it, two, three, four, five and six times in a lap.
const SWINGS: [f64; 5] = [0.18, 0.12, 0.08, 0.06, 0.04];

/// Metres from the centre line to an edge.
pub(crate) const HALF_WIDTH: f64 = 2.0;

/// Points before and behind that the car looks at for the edges: what is farther is beyond the next bend.
const REACH: usize = 80;

/// A closed road, driven counter-clockwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
	centre: Vec<Vector>,
	/// The way to go at each point, of length 1.
	ahead: Vec<Vector>,
	edges: [Vec<Vector>; 2],
}

/// Where on a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
	/// The nearest point of the centre line.
	pub point: usize,
	/// Metres to the left of it.
	pub left: f64,
}

impl Track {
	/// The same seed gives the same track.
	pub fn new(seed: u64) -> Self {
		let mut random = ChaCha8Rng::seed_from_u64(seed);
		let swings = SWINGS.map(|swing| {
			let phase = Vector::new(random.gen_range(-1.0..1.0), random.gen_range(-1.0..1.0)).unit();
			phase * (swing * random.gen_range(0.5..1.0))
		});
		let mut direction = Vector::new(1.0, 0.0);
		let mut centre = Vec::with_capacity(POINTS);
		for _ in 0..POINTS {
			let mut power = direction;
			let radius = swings.iter().fold(RADIUS, |radius, swing| {
				power = power.times(direction);
				radius + RADIUS * power.dot(*swing)
			});
			centre.push(direction * radius);
			direction = direction.turned(HALF_TANGENT);
		}
		let ahead: Vec<_> = (0..POINTS)
			.map(|point| (centre[(point + 1) % POINTS] - centre[(point + POINTS - 1) % POINTS]).unit())
			.collect();
		let edge = |left| centre.iter().zip(&ahead).map(|(at, ahead)| *at + ahead.left() * left).collect();
		let edges = [edge(HALF_WIDTH), edge(-HALF_WIDTH)];
		Self { centre, ahead, edges }
	}

	/// The edge on the left, which is the inner one, and the one on the right.
	pub fn edges(&self) -> &[Vec<Vector>; 2] {
		&self.edges
	}

	/// The centre line at a point, and the way to go there; points go round.
	pub(crate) fn at(&self, point: usize) -> (Vector, Vector) {
		(self.centre[point % POINTS], self.ahead[point % POINTS])
	}

	/// Points from one to another, the shorter way round: negative backwards.
	pub(crate) fn points_between(from: usize, to: usize) -> i64 {
		let (all, half) = (POINTS as i64, POINTS as i64 / 2);
		(to as i64 - from as i64 + half).rem_euclid(all) - half
	}

	/// Where that is.
	pub(crate) fn locate(&self, at: Vector) -> Place {
		let square = |point: usize| {
			let way = at - self.centre[point];
			way.dot(way)
		};
		let first = (0, square(0));
		let (point, _) = (1..POINTS).map(|point| (point, square(point))).fold(first, |nearest, next| {
			if next.1 < nearest.1 {
				next
			} else {
				nearest
			}
		});
		Place { point, left: self.ahead[point].cross(at - self.centre[point]) }
	}

	/// Metres to the first edge, seen from near a point; infinitely many if none is near. `direction` has the length 1.
	pub(crate) fn ray(&self, point: usize, from: Vector, direction: Vector) -> f64 {
		let mut nearest = f64::INFINITY;
		for edge in &self.edges {
			for number in point + POINTS - REACH..point + POINTS + REACH {
				let (start, end) = (edge[number % POINTS], edge[(number + 1) % POINTS]);
				let (to_start, along) = (start - from, end - start);
				let slope = direction.cross(along);
				let (distance, part) = (to_start.cross(along) / slope, to_start.cross(direction) / slope);
				// Parallel lines give what is in no range.
				if distance >= 0.0 && (0.0..=1.0).contains(&part) {
					nearest = nearest.min(distance);
				}
			}
		}
		nearest
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_track_is_closed_and_not_too_sharp() {
		for seed in 0..50 {
			let track = Track::new(seed);
			for point in 0..POINTS {
				let [(before, from), (at, _), (after, to)] = [0, 1, 2].map(|step| track.at(point + step));
				let [first, second] = [at - before, after - at].map(Vector::length);
				assert!((0.5..2.0).contains(&first), "{seed}: {first} m between points");
				let half_angle = from.cross(to) / 2.0;
				// Else the inner edge would cross itself.
				assert!((first + second) / 2.0 / half_angle.abs() > 2.0 * HALF_WIDTH, "{seed}: a bend at {point}");
			}
		}
	}

	#[test]
	fn finds_where_it_is() {
		let track = Track::new(1);
		let (at, ahead) = track.at(7);
		let place = track.locate(at + ahead.left() * 1.0);
		assert_eq!(place.point, 7);
		assert!((place.left - 1.0).abs() < 1e-9);
		let to_the_right = track.ray(7, at + ahead.left() * 1.0, ahead.left() * -1.0);
		assert!((to_the_right - 3.0).abs() < 0.1, "{to_the_right}");
	}
}
