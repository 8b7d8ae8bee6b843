//! Tests of the game: by call, by end, and over random histories.

mod authorize;
mod datasets;
mod ends;
mod histories;
mod labels;
mod samples;
mod views;
