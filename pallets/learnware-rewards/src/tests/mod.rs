//! Tests of training sessions: by call, by end, and over random histories.

mod at_end;
