//! A game judged and settled once more, from what the chain says of it and what IPFS has.

use super::Context;
use crate::{
	amount::Amount,
	chain::{Chain, Game},
	error::Result,
	game::{Disclosure, End, Judged, LabelOutcome, Outcome, Sample},
	ipfs::{cid_of_file, Found, Ipfs},
	words,
};
use learnware_primitives::{
	judge,
	label::{read, Defect},
	settle::{earned, judged_end, slash_reason, Played},
	BadReason, GoldUse, Judgement, Summary, Task, Verdict,
};
use serde::Serialize;

/// What scorers know of one file.
pub type Read = std::result::Result<Summary, BadReason>;

/// A game that is on or over, and was not cancelled.
pub fn game(context: &Context, chain: &Chain, number: u32) -> Result<Game> {
	context.block_on(chain.game(number))?.ok_or_else(|| words::unknown_sample(number))
}

/// A game with its files.
pub struct Replay {
	pub game: Game,
	/// Of each revealed label its place in the order of commitment, and its content, if it can be had now.
	labels: Vec<(usize, Option<Read>)>,
	gold: Option<Option<Read>>,
	/// What is wrong with labels that are bad, with their places in the order of commitment.
	pub defects: Vec<(usize, Box<Defect>)>,
	/// Files that can't be had now.
	pub missing: Vec<Missing>,
}

/// A file that can't be had now, which says nothing about it.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
	/// Who committed to the label; none for gold.
	pub account: Option<String>,
	pub location: String,
	pub why: String,
}

impl Replay {
	/// Fetches all files of a game. What the quorum could not fetch counts as it did for the quorum.
	pub fn fetch(context: &Context, game: Game) -> Result<Self> {
		let ipfs = Ipfs::for_labels(&context.settings.ipfs_api.value)?;
		let progress = context.output.progress("Fetching the labels");
		let (mut labels, mut defects, mut missing) = (Vec::new(), Vec::new(), Vec::new());
		let verdict = |position: usize| game.outcome.as_ref().and_then(|outcome| outcome.labels.get(position)?.verdict);
		for (position, (account, state)) in game.labels.iter().enumerate() {
			let Some(location) = state.location() else { continue };
			if verdict(position) == Some(Verdict::Bad(BadReason::Unavailable)) {
				labels.push((position, Some(Err(BadReason::Unavailable))));
				continue;
			}
			progress.says(format!("Fetching {location}"));
			let (read, defect) = fetch(context, &ipfs, &game.sample.task, location)?;
			defects.extend(defect.map(|defect| (position, defect)));
			labels.push((position, keep(read, Some(account), location, &mut missing)));
		}
		let unavailable =
			game.outcome.as_ref().map(|outcome| outcome.gold) == Some(GoldUse::Bad(BadReason::Unavailable));
		let gold = match &game.sample.gold {
			Some(Disclosure::Revealed { .. }) if unavailable => Some(Some(Err(BadReason::Unavailable))),
			Some(Disclosure::Revealed { location }) => {
				let (read, _) = fetch(context, &ipfs, &game.sample.task, location)?;
				Some(keep(read, None, location, &mut missing))
			},
			_ => None,
		};
		drop(progress);
		Ok(Self { game, labels, gold, defects, missing })
	}

	/// The judgement of the revealed labels, if all files are there.
	pub fn judge(&self) -> Option<Judgement> {
		let labels = self.labels.iter().map(|(_, read)| read.clone()).collect::<Option<Vec<_>>>()?;
		let gold = match &self.gold {
			Some(read) => Some(read.as_ref()?),
			None => None,
		};
		Some(judge(&self.game.sample.task, &labels, gold))
	}

	/// The labels that could be read, with the place in this list of the one at `position` in the order of commitment.
	pub fn readable(&self, position: usize) -> (Vec<&Summary>, Option<usize>) {
		let readable = self.labels.iter().filter_map(|(at, read)| Some((*at, read.as_ref()?.as_ref().ok()?)));
		let (positions, summaries): (Vec<usize>, Vec<&Summary>) = readable.unzip();
		(summaries, positions.iter().position(|at| *at == position))
	}

	/// The gold, if it is readable.
	pub fn gold(&self) -> Option<&[u8]> {
		match self.gold.as_ref()?.as_ref()? {
			Ok(Summary::Classes(sheet)) => Some(sheet),
			_ => None,
		}
	}

	/// The game's end by the rules, from a judgement. `scoring_fee` is what the scorers got.
	pub fn judged_outcome(&self, judgement: &Judgement, scoring_fee: Amount) -> Result<Outcome> {
		let mut verdicts = vec![None; self.game.labels.len()];
		for ((position, _), verdict) in self.labels.iter().zip(&judgement.verdicts) {
			if let Some(place) = verdicts.get_mut(*position) {
				*place = Some(*verdict);
			}
		}
		let consensus = match judgement.consensus.as_slice() {
			[] => None,
			file => Some(cid_of_file(file)?.to_string()),
		};
		let end = judged_end(judgement.gold, judgement.wash);
		Ok(settled(&self.game, verdicts, end, judgement.gold, consensus, scoring_fee))
	}
}

/// The money of a game by the rules, from its verdicts and its end.
pub fn settled(
	game: &Game,
	verdicts: Vec<Option<Verdict>>,
	end: End,
	gold: GoldUse,
	consensus: Option<String>,
	scoring_fee: Amount,
) -> Outcome {
	let Sample { sample, dataset, provider, bounty, task, terms, .. } = &game.sample;
	let played = |((_, state), verdict): (&(String, Disclosure), &Option<Verdict>)| Played {
		revealed: state.location().is_some(),
		verdict: *verdict,
	};
	let played = game.labels.iter().zip(&verdicts).map(played).collect::<Vec<_>>();
	let amounts = earned(&terms.spending(), end, bounty.0, scoring_fee.0, &played);
	let spent = amounts.iter().fold(scoring_fee.0, |sum, paid| sum.saturating_add(*paid));
	let label = |(((account, state), label), paid): ((&(String, Disclosure), Played), u128)| {
		let slash_reason = slash_reason(end, &label);
		LabelOutcome {
			account: account.clone(),
			location: state.location().map(String::from),
			judged: label.verdict.map_or_else(Judged::default, Judged::from),
			verdict: label.verdict,
			place: None,
			paid: Amount(paid),
			slashed: slash_reason.map_or(Amount(0), |_| terms.collateral),
			slash_reason,
		}
	};
	let mut outcome = Outcome {
		sample: *sample,
		dataset: *dataset,
		provider: provider.clone(),
		end,
		bounty: *bounty,
		returned: Amount(bounty.0.saturating_sub(spent)),
		scoring_fee,
		gold,
		consensus,
		labels: game.labels.iter().zip(played).zip(amounts).map(label).collect(),
		task: Some(task.clone()),
	};
	outcome.rank(terms.duplicates);
	outcome
}

/// What is read of a file, or why it can't be had; and what is wrong with one that can.
type Fetched = (std::result::Result<Read, String>, Option<Box<Defect>>);

fn fetch(context: &Context, ipfs: &Ipfs, task: &Task, location: &str) -> Result<Fetched> {
	let found = context.block_on(async { Ok(ipfs.find_label(location).await) })?;
	Ok(match found {
		Found::File(content) => match read(task, &content) {
			Ok(summary) => (Ok(Ok(summary)), None),
			Err(defect) => (Ok(Err(defect.reason)), Some(defect)),
		},
		Found::Bad(reason) => (Ok(Err(reason)), None),
		Found::Missing(why) => (Err(why), None),
	})
}

fn keep(
	read: std::result::Result<Read, String>,
	account: Option<&String>,
	location: &str,
	missing: &mut Vec<Missing>,
) -> Option<Read> {
	read.map_err(|why| missing.push(Missing { account: account.cloned(), location: location.into(), why })).ok()
}
