//! A driving simulation in which a crowd teaches a car to steer, each by correcting what it does.
//!
//! The driver is the learnware `mlp_steering`: it sees how far the edge of the road is in some directions, and chooses how
//! to steer. A contributor lets it drive, and says for each state that it came to what would have been right
//! ([`Crowd::lesson`]); so the driver learns to get out of its own mistakes, too. Lessons are scored on states that nobody
//! has seen ([`test_parts`]), and paid or charged for what they changed. How far the driver comes on other tracks
//! ([`distance`]) is for people to look at.
//!
//! [`Local`] does all of it without a chain; on a chain, lessons and parts of a test set are files that others score.
//!
//! No result depends on the machine: the same seed gives the same bytes.

#![deny(missing_docs)]

mod car;
mod crowd;
mod driver;
mod error;
mod geometry;
mod history;
mod local;
mod plot;
mod track;

pub use car::{expert_lap, Drive, Sensors, CLASSES, SENSORS};
pub use crowd::{test_parts, Contributor, Crowd, Kind, PART_ROWS};
pub use driver::{distance, Driver};
pub use error::Error;
pub use geometry::Vector;
pub use history::{Entry, History, UNIT};
pub use local::{Local, Terms};
pub use plot::{plot, plot_track};
pub use track::Track;
