//! Tests of training sessions: by call, by end, and over random histories.

mod charges;
mod deadlines;
mod ends;
mod epochs;
mod histories;
mod lessons;
mod open;
mod payments;
mod reports;
mod resolve;
mod test_sets;
mod views;
