//! Measured weights, written by `scripts/benchmark`.

pub mod pallet_balances;
pub mod pallet_labeling_game;
pub mod pallet_learnware_rewards;
pub mod pallet_validator_set;
