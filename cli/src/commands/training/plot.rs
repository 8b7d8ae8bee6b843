//! What a session has paid, as a picture: its curve, and the lessons as steps on it.

use crate::{
	amount::Token,
	chain::History,
	error::{Failure, Kind, Result},
};

pub fn draw(_: &History, _: &Token) -> Result<String> {
	Err(Failure::new(Kind::Usage, "plot", "todo"))
}
