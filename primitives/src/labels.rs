//! The labeling game: tasks, labels, consensus, places, money.

pub mod kinds;
pub mod label;
mod pairs;
pub mod places;
pub mod report;
pub mod settle;
mod statistics;
pub mod task;
