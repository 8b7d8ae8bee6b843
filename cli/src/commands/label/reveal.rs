//! `learnware label reveal`.

use super::{
	super::{
		commitment::{not_on_ipfs, remembered, Opening},
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
use serde::{Deserialize, Serialize};
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
	let given = match (wanted, given) {
		(Some(sample), Some(given)) => remember(context, &chain, &signer, &journal, &mine(&labels, sample)?, given)?,
		_ => None,
	};
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
		let opening = given.map_or_else(|| opening(&journal, &label), Ok);
		let outcome = opening.and_then(|Opening { cid: location, salt }| {
			let call = calls::reveal_label(label.sample, &location, salt);
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
		(Stage::Reveal { .. }, Disclosure::Committed { .. }) => Ok(label),
		(Stage::Commit { .. }, Disclosure::Committed { .. }) => {
			Err(words::refusal("TooEarly", stage, words::not_revealed(sample, &label.stage)))
		},
		(Stage::Score { .. } | Stage::Overdue { .. }, Disclosure::Committed { .. }) => {
			Err(words::refusal("TooLate", stage, words::not_revealed(sample, &label.stage)))
		},
	}
}

/// What opens the commitment of a label, as the journal says.
fn opening(journal: &Journal, label: &Label) -> Result<Opening> {
	match &label.state {
		Disclosure::Committed { commitment } => {
			remembered(journal, Subject::Label { sample: label.sample }, commitment)
		},
		Disclosure::Revealed { .. } => {
			Err(Failure::input(format!("the label of sample {} is revealed already", label.sample)))
		},
	}
}

/// Tells the journal what opens a commitment that it may not know: the label's file or CID, or a script's secret file. From
/// then on, watches can open it, too. None if it is too late, or too much.
fn remember(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	journal: &Journal,
	label: &Label,
	given: &str,
) -> Result<Option<Opening>> {
	let is_early_enough = matches!(label.stage, Stage::Commit { .. } | Stage::Reveal { .. });
	let Some(commitment) = label.state.commitment().filter(|_| is_early_enough) else { return Ok(None) };
	let (number, path) = (label.sample, Path::new(given));
	let content = match path.is_file() {
		true => Some(
			read_limited(path, MAX_LABEL_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?,
		),
		false => None,
	};
	let secret = content.as_deref().map(|content| Secret::read(path, content)).transpose()?.flatten();
	let opening = match (&secret, &content) {
		(Some(secret), _) => secret.opening(path, chain, signer, number)?,
		(None, Some(content)) => {
			Opening { cid: cid_of_file(content)?, salt: *signer.root.salt(&chain.genesis, number) }
		},
		(None, None) => Opening { cid: parse_cid(given)?, salt: *signer.root.salt(&chain.genesis, number) },
	};
	let Opening { cid, salt } = opening;
	if commitment::label(&chain.genesis, number, &signer.account.0, &cid.to_bytes(), &salt) != commitment {
		return Err(Failure::input(format!("{given} is not what was committed to sample {number}")).help(
			"give the very file that was committed, byte by byte, or its CID; if a script committed it, the secret file that it wrote",
		));
	}
	if context.dry_run {
		return Ok(Some(opening));
	}
	if let (None, Some(content)) = (secret, content) {
		context.block_on(Ipfs::for_labels(&context.settings.ipfs_api.value)?.add(content))?;
	}
	let subject = Subject::Label { sample: number };
	journal.prepare(subject, cid.to_string(), &salt, &commitment)?;
	journal.mark(subject, Status::Committed)?;
	Ok(Some(opening))
}

/// What `commit-label.mjs` keeps of a label.
#[derive(Deserialize)]
struct Secret {
	genesis: String,
	sample: u32,
	account: String,
	location: String,
	salt: String,
}

impl Secret {
	/// None if the file is something else: a label is never a JSON object.
	fn read(path: &Path, content: &[u8]) -> Result<Option<Self>> {
		if content.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
			return Ok(None);
		}
		serde_json::from_slice(content).map(Some).map_err(|_| {
			Failure::input(format!("{} is neither a label nor the secret file of a script", path.display()))
				.help("give the file of the label, or what commit-label.mjs wrote: label-N-ADDRESS.json")
		})
	}

	/// What it opens, if it is of this label.
	fn opening(&self, path: &Path, chain: &Chain, signer: &Signer, sample: u32) -> Result<Opening> {
		let wrong = |why: String| Err(Failure::input(format!("{}: {why}", path.display())).help("nothing was sent"));
		if bytes(&self.genesis) != Some(chain.genesis) {
			return wrong("this is the secret of a label on another chain".into());
		}
		if self.sample != sample {
			return wrong(format!("this is the secret of a label of sample {}, not {sample}", self.sample));
		}
		if self.account.parse() != Ok(signer.account) {
			return wrong(format!("this is the secret of a label of {}, not of {}", self.account, signer.account));
		}
		match bytes(&self.salt) {
			Some(salt) => Ok(Opening { cid: parse_cid(&self.location)?, salt }),
			None => wrong("its salt is not 64 hexadecimal digits".into()),
		}
	}
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
	hex::decode(digits.strip_prefix("0x").unwrap_or(digits)).ok()?.try_into().ok()
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
