//! What names a scorer.

/// Index of a session of validators.
pub type SessionIndex = u32;

/// Place of a scorer in the set of its session.
pub type ScorerIndex = u32;
