//! The labeling game: tasks, labels, consensus, places, money.

pub mod boxes;
pub mod classification;
pub mod label;
pub mod mask;
mod pairs;
pub mod places;
mod ranking;
pub mod report;
pub mod settle;
mod statistics;
pub mod task;
pub mod vector;
