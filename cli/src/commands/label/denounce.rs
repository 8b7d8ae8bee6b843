//! `learnware label denounce`.

use super::super::{
	signing::{self, connect, Case, Review},
	Context,
};
use crate::{
	amount::Amount,
	chain::{calls, Chain, Receipt},
	error::{Failure, Result},
	game::{Disclosure, Sample, Stage},
	ipfs::parse_cid,
	keystore::find_account,
	words,
};
use learnware_primitives::commitment;
use serde::Serialize;
use std::fmt;

/// Shows the secret of somebody else's label, if it opens the label's commitment.
pub fn run(context: &Context, number: u32, who: &str, location: &str, salt: [u8; 32]) -> Result<()> {
	let who = find_account(&context.settings.home.data, who)?;
	let cid = parse_cid(location)?;
	let signer = signing::signer(context, true)?;
	let chain = connect(context)?;
	if signer.account == who {
		let help = format!("to take the label back: `learnware label withdraw {number}`");
		return Err(words::refusal("DenouncesItself", "nobody denounces itself", help));
	}
	let (sample, labels, now) = context.block_on(async {
		let at = chain.best().await?;
		let sample = at.sample(number).await?.ok_or_else(|| words::unknown_sample(number))?;
		Ok((sample, at.labels(number).await?, at.number()))
	})?;
	in_commit_phase(&chain, &sample, now)?;
	let label = labels.into_iter().find(|(account, _)| *account == who.to_string()).ok_or_else(|| {
		let message = format!("{who} has no label committed to sample {number}");
		words::refusal("NotCommitted", message, format!("`learnware sample show {number}` shows who has"))
	})?;
	let opened = commitment::label(&chain.genesis, number, &who.0, &cid.to_bytes(), &salt);
	if label.1 != (Disclosure::Committed { commitment: opened }) {
		return Err(Failure::input(format!("location and salt are not those of {who}'s label of sample {number}"))
			.help("nothing was sent; the commitment is to the very CID, and to the salt for this sample and account"));
	}
	let reward = Amount(sample.terms.collateral.0 / 2);
	let call = calls::denounce(number, who, &cid, salt);
	let review = Review {
		best: Some(Case { amount: reward, what: format!("{} of its collateral are yours", chain.format(reward)) }),
		asks: true,
		..Review::of(format!("Denounce the label of {who} to sample {number}"))
	};
	if signing::review(context, &chain, &signer, &call, &review)? {
		let receipt = signing::send(context, &chain, &signer, &call)?.receipt;
		let who = who.to_string();
		context.output.data(&Denounced { sample: number, who, reward, receipt, chain: &chain });
	}
	Ok(())
}

fn in_commit_phase(chain: &Chain, sample: &Sample, now: u32) -> Result<()> {
	match sample.stage {
		Stage::Commit { .. } => Ok(()),
		_ => {
			let message = format!("sample {}: {}", sample.sample, words::stage(&sample.stage, now, chain));
			Err(words::refusal("TooLate", message, "labels are denounced in the commit phase only"))
		},
	}
}

#[derive(Serialize)]
struct Denounced<'a> {
	sample: u32,
	who: String,
	/// Half of the collateral.
	reward: Amount,
	receipt: Receipt,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Denounced<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (block, reward) = (self.receipt.block, self.chain.format(self.reward));
		write!(f, "denounced the label of {} to sample {} in block {block}: {reward} for you", self.who, self.sample)
	}
}
