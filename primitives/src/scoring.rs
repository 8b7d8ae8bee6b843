//! What all games have in common: commitments, where files are, who scores.

pub mod cid;
pub mod commitment;
pub mod scorers;
