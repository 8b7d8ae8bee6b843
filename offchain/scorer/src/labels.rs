//! The labeling game.

mod chain;
mod desk;
mod game;
mod metrics;

pub use self::{chain::LabelChain, desk::LabelDesk, game::Labels};
