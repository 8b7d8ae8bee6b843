//! Learnware rewards.

mod chain;
mod desk;
mod game;
mod metrics;
mod plan;
mod replayer;

pub use self::{desk::TrainingDesk, game::Training};
