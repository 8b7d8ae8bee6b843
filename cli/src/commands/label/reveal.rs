//! `learnware label reveal`.

use super::{
	super::{
		commitment::{journal_location, not_on_ipfs},
		signing::{self, connect, Review},
		Context,
	},
	is_due, mine,
};
use crate::{
	chain::{calls, At, Chain, Receipt},
	error::{Failure, Kind, Result},
	files::read_limited,
	game::{Disclosure, Label, Stage},
	ipfs::{cid_of_file, parse_cid, Cid, Ipfs},
	journal::{Journal, Status, Subject},
	keystore::Signer,
	words,
};
use learnware_primitives::{commitment, MAX_LABEL_BYTES};
use serde::Serialize;
use std::{fmt, path::Path};

pub fn run(context: &Context, wanted: Option<u32>, given: Option<&str>) -> Result<()> {
	let signer = signing::signer(context, false)?;
	let chain = connect(context)?;
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, &signer)?;
	let (at, labels) = context.block_on(async {
		let at = chain.best().await?;
		let labels = at.labels_of(signer.account).await?;
		Ok((at, labels))
	})?;
	let due = match wanted {
		Some(sample) => vec![due(&chain, &at, &labels, sample)?],
		None => labels.into_iter().filter(is_due).collect(),
	};
	if due.is_empty() {
		context.output.note("nothing is to be revealed now");
	}
	let mut revealed = Vec::new();
	let mut failures = Vec::new();
	for label in due {
		let outcome = find_location(context, &chain, &signer, &journal, &label, given).and_then(|location| {
			let salt = signer.root.salt(&chain.genesis, label.sample);
			let call = calls::reveal_label(label.sample, &location, *salt);
			let review = Review::of(format!("Reveal the label of sample {}", label.sample));
			if !signing::review(context, &chain, &signer, &call, &review)? {
				return Ok(None);
			}
			let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
			journal.mark(Subject::Label { sample: label.sample }, Status::Revealed)?;
			if let Some(missing) = context.block_on(async { Ok(missing_on_ipfs(context, &location).await) })? {
				context.output.warn(&missing.message);
				context.output.note(missing.help.unwrap_or_default());
			}
			Ok(Some(Revealed { sample: label.sample, location: location.to_string(), receipt }))
		});
		match outcome {
			Ok(done) => revealed.extend(done),
			Err(failure) => failures.push(failure),
		}
	}
	if let Some((last, others)) = failures.split_last() {
		for failure in others {
			context.output.warn(&failure.message);
		}
		return Err(last.clone());
	}
	if !context.dry_run {
		context.output.data(&AllRevealed(revealed));
	}
	Ok(())
}

/// The label of `sample`, if it can be revealed now.
fn due(chain: &Chain, at: &At, labels: &[Label], sample: u32) -> Result<Label> {
	let label = mine(labels, sample)?;
	let stage = format!("sample {sample}: {}", words::stage(&label.stage, at.number(), chain));
	match (&label.stage, &label.state) {
		(_, Disclosure::Revealed { .. }) => Err(words::refusal(
			"AlreadyRevealed",
			format!("the label of sample {sample} is revealed already"),
			"`learnware label watch` waits for the outcome",
		)),
		(Stage::Commit { .. }, _) => {
			Err(words::refusal("TooEarly", stage, "`learnware label watch` reveals by itself when it is time"))
		},
		(Stage::Reveal { .. }, _) => Ok(label),
		_ => Err(words::refusal("TooLate", stage, "the collateral is lost; let `learnware label watch` run next time")),
	}
}

/// Where the label is that was committed: as the journal says, or as it was given again.
fn find_location(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	journal: &Journal,
	label: &Label,
	given: Option<&str>,
) -> Result<Cid> {
	let Disclosure::Committed { commitment } = &label.state else {
		return Err(Failure::input(format!("the label of sample {} is revealed already", label.sample)));
	};
	let Some(given) = given else {
		return journal_location(journal, Subject::Label { sample: label.sample }, commitment);
	};
	let path = Path::new(given);
	let (cid, content) = match path.is_file() {
		true => {
			let content = read_limited(path, MAX_LABEL_BYTES)
				.map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
			(cid_of_file(&content)?, Some(content))
		},
		false => (parse_cid(given)?, None),
	};
	let salt = signer.root.salt(&chain.genesis, label.sample);
	let opened = commitment::label(&chain.genesis, label.sample, &signer.account.0, &cid.to_bytes(), &salt);
	if opened != *commitment {
		return Err(Failure::input(format!("{given} is not what was committed to sample {}", label.sample))
			.help("give the very file that was committed, byte by byte, or its CID"));
	}
	if let Some(content) = content {
		context.block_on(Ipfs::for_labels(&context.settings.ipfs_api.value)?.add(content))?;
	}
	journal.prepare(Subject::Label { sample: label.sample }, cid.to_string(), &salt, commitment)?;
	Ok(cid)
}

/// Tells when a label that is revealed can't be fetched: scorers could not either, and would slash it.
pub async fn missing_on_ipfs(context: &Context, location: &Cid) -> Option<Failure> {
	let failure = match Ipfs::for_labels(&context.settings.ipfs_api.value) {
		Ok(ipfs) => not_on_ipfs(&ipfs, location).await?,
		Err(failure) => failure.message,
	};
	let message = format!("the label can't be fetched, and what scorers can't fetch is slashed: {failure}");
	Some(Failure::new(Kind::Unavailable, "ipfs_unavailable", message).help(
		"`learnware ipfs add FILE` with the label's file, to an IPFS daemon that scorers reach, until the sample is scored",
	))
}

#[derive(Serialize)]
struct Revealed {
	sample: u32,
	location: String,
	receipt: Receipt,
}

#[derive(Serialize)]
#[serde(transparent)]
struct AllRevealed(Vec<Revealed>);

impl fmt::Display for AllRevealed {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let lines = self.0.iter().map(|label| {
			format!(
				"revealed the label of sample {} in block {}: {}",
				label.sample, label.receipt.block, label.location
			)
		});
		f.write_str(&lines.collect::<Vec<_>>().join("\n"))
	}
}
