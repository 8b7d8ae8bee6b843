//! Tests of the quorum: what is taken, what is decided, and random histories.

mod authorize;
mod decide;
mod hand_in;
mod histories;
