//! A crowd teaches a car to drive.
#![deny(missing_docs)]

mod car;
mod crowd;
mod driver;
mod error;
mod geometry;
mod track;

pub use car::{drive, Drive, Pose, Row, Sensors, CLASSES, SENSORS};
pub use crowd::*;
pub use driver::{distance, Driver};
pub use error::Error;
pub use geometry::Vector;
pub use track::{Track, HALF_WIDTH};
