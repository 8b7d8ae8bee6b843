//! `learnware training fetch`.

use super::super::{ipfs::deliver, signing::connect, Context};
use crate::{
	error::{Failure, Kind, Result},
	ipfs::{parse_cid, Ipfs},
	words::training as words,
};
use std::path::Path;

/// What of a session is fetched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum What {
	/// What the learnware knows.
	State,
	/// Its module.
	Learnware,
	/// The part of the test set that was shown.
	Shown,
}

pub fn run(context: &Context, training: u32, what: What, output: Option<&Path>) -> Result<()> {
	if context.output.json && output.is_none() {
		let message = "with --json, the file's bytes have no place on stdout";
		return Err(Failure::new(Kind::Usage, "missing_input", message).help("give --output FILE"));
	}
	let chain = connect(context)?;
	let history = context.block_on(chain.training(training))?.ok_or_else(|| words::unknown(training))?;
	let live = &history.details.training;
	let location = match what {
		What::State => match &history.closed {
			Some(closed) => closed.state.as_deref(),
			None => live.state.as_deref(),
		},
		What::Learnware => Some(live.learnware.as_str()),
		What::Shown => history.details.shown(),
	};
	let Some(location) = location else {
		let message = match what {
			What::Shown => format!("no part of the test set of session {training} was shown yet"),
			_ => format!("the learnware of session {training} knows no more than what it began with"),
		};
		return Err(Failure::new(Kind::Refused, "nothing_there", message)
			.help(format!("`learnware training show {training}` tells how far it is")));
	};
	let progress = context.output.progress(format!("Fetching {location}"));
	let content = context.block_on(Ipfs::for_files(&context.settings.ipfs_api.value)?.fetch(&parse_cid(location)?))?;
	drop(progress);
	deliver(context, location, &content, output)
}
