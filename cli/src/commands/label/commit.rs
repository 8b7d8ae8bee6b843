//! `learnware label commit`.

use super::super::{
	commitment::{self as committing, Secret},
	signing::{self, connect, Advice, Case, Hold, Review},
	Context,
};
use crate::{
	amount::Amount,
	chain::{calls, Chain, Receipt},
	error::{Failure, Kind, Result},
	files::read_limited,
	game::{Quote, Sample, Stage},
	ipfs::{cid_of_file, Ipfs},
	journal::{Journal, Subject},
	words,
};
use learnware_primitives::{commitment, label::read, places::Duplicates, Task, MAX_LABEL_BYTES};
use serde::Serialize;
use std::{fmt, path::Path};
use subxt::utils::AccountId32;

/// Checks the label before anything else, puts it where scorers find it, writes down how to reveal it, and only then
/// commits to it.
pub fn run(context: &Context, number: u32, file: &Path) -> Result<()> {
	let label =
		read_limited(file, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", file, &error))?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	let (sample, quote, now) = context.block_on(open_sample(&chain, number, signer.account))?;
	let answers = check(&sample.task, &label, file)?;
	context.output.note(format_args!("{}: {answers}", file.display()));
	let cid = cid_of_file(&label)?;
	let salt = signer.root.salt(&chain.genesis, number);
	let commitment = commitment::label(&chain.genesis, number, &signer.account.0, &cid.to_bytes(), &salt);
	let secret = Secret { subject: Subject::Label { sample: number }, cid, salt, commitment };
	let (call, review) = (calls::commit_label(number, commitment), commit_review(&chain, &sample, &quote));
	// Scorers must get it later, and an IPFS daemon that does not take it is better known now.
	let keep = |_: &Journal| {
		let added = context.block_on(Ipfs::for_labels(&context.settings.ipfs_api.value)?.add(label))?;
		debug_assert_eq!(added, cid);
		Ok(())
	};
	let Some((included, journal)) = committing::commit(context, &chain, &signer, &secret, (&call, &review), keep)?
	else {
		return Ok(());
	};
	let until = if let Stage::Commit { until } = sample.stage { until } else { now };
	context.output.data(&Committed {
		sample: number,
		account: signer.account.to_string(),
		location: cid.to_string(),
		commitment: format!("0x{}", hex::encode(commitment)),
		collateral: quote.collateral,
		reveal_from: until,
		reveal_until: until.saturating_add(sample.terms.reveal_period),
		journal: journal.display().to_string(),
		receipt: included.receipt,
		chain: &chain,
	});
	Ok(())
}

/// A sample that takes a label of `account` now, with what that may bring.
async fn open_sample(chain: &Chain, number: u32, account: AccountId32) -> Result<(Sample, Quote, u32)> {
	let at = chain.best().await?;
	let (sample, quote) = (at.sample(number).await?, at.quote(number).await?);
	let (sample, quote) = sample.zip(quote).ok_or_else(|| words::unknown_sample(number))?;
	if !matches!(sample.stage, Stage::Commit { .. }) {
		let message = format!("sample {number}: {}", words::stage(&sample.stage, at.number(), chain));
		return Err(words::refusal("TooLate", message, "`learnware label next` lists samples that still take labels"));
	}
	if !at.may_label(account, sample.dataset).await? {
		return Err(words::not_eligible(&sample, &account.to_string()));
	}
	if at.labels_of(account).await?.iter().any(|label| label.sample == number) {
		let message = format!("this account has committed a label to sample {number} already");
		let help = format!("`learnware label withdraw {number}` takes it back, until {number} is revealed");
		return Err(words::refusal("AlreadyCommitted", message, help));
	}
	Ok((sample, quote, at.number()))
}

/// Says what the label answers, or why scorers would slash it.
fn check(task: &Task, label: &[u8], file: &Path) -> Result<String> {
	let summary = read(task, label).map_err(|defect| {
		let failure = words::defect(file.display(), &defect);
		failure.help(format!("{}; nothing was sent", defect.remedy))
	})?;
	Ok(task.says(&summary))
}

fn commit_review(chain: &Chain, sample: &Sample, quote: &Quote) -> Review {
	let best = quote.places.first().copied().unwrap_or_default();
	let collapses = sample.terms.duplicates == Duplicates::Collapse;
	let advice = collapses.then(|| Advice {
		about: "equal labels",
		amount: Amount(0),
		what: "take one place together, and share it".into(),
	});
	Review {
		holds: vec![Hold { what: "collateral", amount: quote.collateral }],
		best: Some(Case {
			amount: best,
			what: format!(
				"alone in the first place: paid {}, collateral back; labels that tie share what their places pay",
				chain.format(best)
			),
		}),
		worst: Some(Case {
			amount: quote.collateral,
			what: format!(
				"not revealed in time, not readable, far off, or its secret leaked: {} lost",
				chain.format(quote.collateral)
			),
		}),
		advice: advice.into_iter().collect(),
		asks: true,
		..Review::of(format!("Commit a label to sample {}", sample.sample))
	}
}

#[derive(Serialize)]
struct Committed<'a> {
	sample: u32,
	account: String,
	location: String,
	commitment: String,
	collateral: Amount,
	/// Block at which the reveal phase starts at the latest.
	reveal_from: u32,
	/// First block in which it is too late to reveal, at the latest.
	reveal_until: u32,
	journal: String,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Committed<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let wait = self.reveal_from.saturating_sub(self.receipt.block);
		writeln!(f, "committed to sample {} in block {}: {}", self.sample, self.receipt.block, self.location)?;
		writeln!(f, "{} held; fee {}", self.chain.format(self.collateral), self.chain.format(self.receipt.fee))?;
		writeln!(
			f,
			"to be revealed in {}, or as soon as no place is left: `learnware label watch` does it",
			words::blocks(wait, self.chain)
		)?;
		write!(f, "keep the label's file and a copy of {}", self.journal)
	}
}
