//! Tests of the game: by call, by end, and over random histories.

mod datasets;
mod deadlines;
mod denounce;
mod eligibility;
mod ends;
mod gold;
mod histories;
mod labels;
mod reports;
mod samples;
mod views;
