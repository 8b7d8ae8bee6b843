//! Games on real people's labels with attackers among them, judged as the chain does it and by plain rules.
//!
//! [`run`] draws games from a [`Crowd`]: some people, some items that all of them answered. Attackers join
//! them ([`Attack`]), a [`Rule`] judges and pays, and [`Row`]s say what came of it. The same seed gives the
//! same numbers: game `n` has the same people and items under every rule and every attack.
//!
//! Nothing here decides money, so there are floats; the judgement itself is `learnware_primitives`.

#![deny(missing_docs)]

mod attack;
mod crowd;
mod error;
mod experiment;
mod game;
mod plot;
mod rank;
mod rule;
mod table;
mod tally;

pub use attack::{Attack, UnknownAttack};
pub use crowd::{Block, Crowd};
pub use error::Error;
pub use experiment::{run, Options, Results, Row, Setting};
pub use learnware_primitives::places::Duplicates;
pub use rule::Rule;
