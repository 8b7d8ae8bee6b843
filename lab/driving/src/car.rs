//! A car on a track: what it sees, how it steers, how the expert would.

use crate::{
	geometry::Vector,
	track::{Place, Track, HALF_WIDTH, POINTS},
};

/// Distances that a car sees.
pub const SENSORS: usize = 15;

/// Steering: from the sharpest bend to the right, over straight on in the middle, to the sharpest one to the left.
pub const CLASSES: usize = 7;

/// What a car sees: in each direction, from the right over ahead to the left, how far the edge of the road is.
pub type Sensors = [u8; SENSORS];

/// What a car sees, and the class that the expert would steer: a line of a lesson.
pub(crate) type Row = [u8; SENSORS + 1];

/// Metres in a step.
const SPEED: f64 = 2.0;

/// Tangent of half the angle by which a car turns in a step, for each class off the middle: the sharpest bend has a radius
/// of 7.5 m.
const STEERING: f64 = 0.045;

const STRAIGHT: f64 = (CLASSES / 2) as f64;

/// Metres at which a sensor is half as bright as it can be: near edges are told apart better than far ones.
const NEAR: f64 = 5.0;

/// Points of the centre line between the car and what the expert steers for.
const LOOK_AHEAD: usize = 8;

/// A car on a track.
#[derive(Clone, Copy)]
pub(crate) struct Car<'a> {
	track: &'a Track,
	at: Vector,
	/// Of length 1.
	heading: Vector,
	place: Place,
}

impl<'a> Car<'a> {
	/// At a point of the track, so many metres to the left of the centre line, turned to the left by an angle of whose half
	/// `half_tangent` is the tangent.
	pub fn new(track: &'a Track, point: usize, left: f64, half_tangent: f64) -> Self {
		let (centre, ahead) = track.at(point);
		let at = centre + ahead.left() * left;
		Self { track, at, heading: ahead.turned(half_tangent), place: track.locate(at) }
	}

	/// A step further.
	pub fn steered(self, class: usize) -> Self {
		let heading = self.heading.turned((class as f64 - STRAIGHT) * STEERING);
		let at = self.at + heading * SPEED;
		Self { at, heading, place: self.track.locate(at), ..self }
	}

	fn is_on_road(&self) -> bool {
		self.place.left.abs() <= HALF_WIDTH
	}

	fn sensors(&self) -> Sensors {
		std::array::from_fn(|sensor| {
			let side = 2.0 * sensor as f64 / (SENSORS - 1) as f64 - 1.0;
			// From a right angle on the right to one on the left, closer to each other ahead.
			let direction = self.heading.turned(side * (0.4 + 0.6 * side * side));
			let distance = self.track.ray(self.place.point, self.at, direction);
			(255.0 * (1.0 - NEAR / (NEAR + distance))).round() as u8
		})
	}

	/// What an expert steers that knows the centre line: along a circle to a point of it ahead.
	pub fn expert(&self) -> usize {
		let way = self.track.at(self.place.point + LOOK_AHEAD).0 - self.at;
		let curvature = 2.0 * self.heading.cross(way) / way.dot(way);
		let class = (curvature * SPEED / 2.0 / STEERING + STRAIGHT).round();
		class.clamp(0.0, (CLASSES - 1) as f64) as usize
	}

	/// What it sees, and the expert's class.
	pub fn row(&self) -> Row {
		let mut row = [self.expert() as u8; SENSORS + 1];
		row[..SENSORS].copy_from_slice(&self.sensors());
		row
	}
}

/// How a drive went.
#[derive(Clone, Debug, PartialEq)]
pub struct Drive {
	/// What was seen at each step, with the expert's class.
	pub(crate) rows: Vec<Row>,
	/// Where the car was, up to where it ended: on the road or not.
	pub path: Vec<Vector>,
	/// How far it came on the road, from 0 to 1.
	pub laps: f64,
}

/// Drives until the car leaves the road, has driven a lap, or has made so many steps.
pub(crate) fn drive(start: Car, steps: usize, steer: impl Fn(&Car, &Sensors) -> usize) -> Drive {
	let mut car = start;
	let mut rows: Vec<Row> = Vec::new();
	let mut path = vec![car.at];
	let mut points = 0;
	while rows.len() < steps && car.is_on_road() && points < POINTS as i64 {
		let row = car.row();
		rows.push(row);
		let next = car.steered(steer(&car, row.first_chunk().unwrap_or(&[0; SENSORS])));
		points += Track::points_between(car.place.point, next.place.point);
		car = next;
		path.push(car.at);
	}
	Drive { rows, path, laps: (points as f64 / POINTS as f64).clamp(0.0, 1.0) }
}

/// A lap from the start of a track, as far as one comes.
pub(crate) fn lap(track: &Track, steer: impl Fn(&Car, &Sensors) -> usize) -> Drive {
	// Enough for who weaves, and an end for who turns round.
	drive(Car::new(track, 0, 0.0, 0.0), POINTS, steer)
}

/// The expert's lap.
pub fn expert_lap(track: &Track) -> Drive {
	lap(track, |car, _| car.expert())
}
