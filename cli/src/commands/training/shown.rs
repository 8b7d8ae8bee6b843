//! What of a test set everybody knows already: a tutor who looks its answers up would be paid for them.

use super::npy;
use crate::{
	chain::Chain,
	commands::Context,
	error::{Failure, Kind, Result},
	game::Disclosure,
	ipfs::{parse_cid, Cid},
	journal::Journal,
	training::Details,
	words::count,
};
use std::{
	collections::{BTreeMap, BTreeSet, HashMap},
	time::Duration,
};

/// Sessions that are over and are looked at, the newest ones: each takes many questions to the node.
const LOOKED_AT: usize = 8;
/// Longest that this takes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Shorter rows may be equal by chance.
const TELLING_BYTES: usize = 8;

/// CIDs of parts that everybody knows, or will before lessons of a new session are scored, with the session that shows them.
type Known = BTreeMap<String, u32>;

/// Refuses a test set that a session has shown, or shows before a new one is scored.
pub fn check(
	context: &Context,
	chain: &Chain,
	journal: &Journal,
	student: &str,
	(set, cids): (&[Vec<u8>], &[Cid]),
) -> Result<()> {
	let known = {
		let _progress = context.output.progress("Looking whether the test set was shown before");
		context.block_on(known(chain, journal, student))?
	};
	match shown_before(journal, &known, set, cids) {
		None => Ok(()),
		Some((session, what)) => Err(Failure::new(
			Kind::Usage,
			"shown_before",
			format!("session {session} shows {what} of this test set: anybody can teach these answers, and be paid for them"),
		)
		.help("give questions that nobody has seen; --again opens the session all the same")),
	}
}

async fn known(chain: &Chain, journal: &Journal, student: &str) -> Result<Known> {
	let at = chain.best().await?;
	let (next, sets) = (at.next_training().await?, journal.test_sets()?);
	let mut known = Known::new();
	let mut live = BTreeSet::new();
	for training in at.trainings().await? {
		live.insert(training.training);
		if let Some(details) = at.training(training.training).await? {
			add_shown(&mut known, &details);
			if training.student == student {
				let hidden = details.test_set.iter().map(Disclosure::commitment).collect::<Vec<_>>();
				let own = sets.iter().filter(|set| set.opens(&hidden)).flat_map(|set| &set.parts);
				known.extend(own.map(|part| (part.clone(), training.training)));
			}
		}
	}
	for set in &sets {
		// A development chain that has begun again knows nothing of what was shown before.
		if let Some(training) = set.training.filter(|training| *training < next) {
			let shown = set.shown.iter().filter_map(|part| set.parts.get(*part as usize));
			known.extend(shown.map(|part| (part.clone(), training)));
		}
	}
	let over = (0..next).rev().filter(|training| !live.contains(training)).take(LOOKED_AT);
	let looked = async {
		for training in over {
			// What the node has forgotten, nobody can look at.
			if let Ok(Some(history)) = chain.training(training).await {
				add_shown(&mut known, &history.details);
			}
		}
	};
	// What is not found in time is not known.
	let _ = tokio::time::timeout(PATIENCE, looked).await;
	Ok(known)
}

fn add_shown(known: &mut Known, details: &Details) {
	let shown = details.test_set.iter().filter_map(Disclosure::location);
	known.extend(shown.map(|location| (location.to_string(), details.training.training)));
}

/// The session that shows some of a test set, and how much of it: whole parts, or rows of a file that was split otherwise.
fn shown_before(journal: &Journal, known: &Known, set: &[Vec<u8>], cids: &[Cid]) -> Option<(u32, String)> {
	let parts = cids.iter().filter_map(|cid| known.get(&cid.to_string())).collect::<Vec<_>>();
	if let Some(session) = parts.first() {
		return Some((**session, format!("{} of {}", parts.len(), count(cids.len(), "part"))));
	}
	let files =
		known.iter().filter_map(|(cid, session)| Some((journal.kept_file(&parse_cid(cid).ok()?).ok()?, *session)));
	let files = files.collect::<Vec<_>>();
	let rows = files.iter().flat_map(|(file, session)| npy::rows(file).into_iter().map(|row| (row, *session)));
	let rows = rows.collect::<HashMap<_, _>>();
	let own = set.iter().flat_map(|part| npy::rows(part)).filter(|row| row.len() >= TELLING_BYTES).collect::<Vec<_>>();
	let shown = own.iter().filter_map(|row| rows.get(row)).collect::<Vec<_>>();
	shown.first().map(|session| (**session, format!("{} of {}", shown.len(), count(own.len(), "row"))))
}
