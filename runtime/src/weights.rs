//! Measured weights, written by `scripts/benchmark`.

pub mod pallet_balances;
pub mod pallet_labeling_game;
pub mod pallet_learnware_rewards;
pub mod pallet_quorum_label_reports;
pub mod pallet_quorum_lesson_reports;
pub mod pallet_validator_set;
