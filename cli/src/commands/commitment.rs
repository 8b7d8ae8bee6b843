//! What labels and lessons have in common: a file is committed to now and shown later, with what the journal knows.

use super::{
	signing::{self, Review},
	Context,
};
use crate::{
	chain::{Chain, Included},
	error::{Failure, Result},
	ipfs::{parse_cid, Cid, Ipfs},
	journal::{Journal, Status, Subject},
	keystore::Signer,
};
use learnware_primitives::commitment::{Hash, Salt};
use std::{path::PathBuf, time::Duration};
use subxt::tx::Payload;
use zeroize::Zeroizing;

/// How long a look whether a revealed file is on IPFS may take.
const FETCH_PATIENCE: Duration = Duration::from_secs(10);

/// A commitment with what opens it.
pub struct Secret {
	pub subject: Subject,
	pub cid: Cid,
	pub salt: Zeroizing<Salt>,
	pub commitment: Hash,
}

/// Lets a commitment be looked at. If it is to be sent, `keep` puts its file where the reveal finds it, the journal is told
/// how to reveal it, and only then it is sent. Gives back where the journal is.
pub fn commit(
	context: &Context,
	chain: &Chain,
	signer: &Signer,
	secret: &Secret,
	(call, review): (&impl Payload, &Review),
	keep: impl FnOnce(&Journal) -> Result<()>,
) -> Result<Option<(Included, PathBuf)>> {
	if !signing::review(context, chain, signer, call, review)? {
		return Ok(None);
	}
	let journal = Journal::open(&context.settings.home.data, &chain.genesis, signer)?;
	keep(&journal)?;
	journal.prepare(secret.subject, secret.cid.to_string(), &secret.salt, &secret.commitment)?;
	let included = signing::send(context, chain, signer, call)?;
	journal.mark(secret.subject, Status::Committed)?;
	Ok(Some((included, journal.directory().into())))
}

/// What opens a commitment.
#[derive(Clone, Copy)]
pub struct Opening {
	pub cid: Cid,
	pub salt: Salt,
}

/// What the journal has to open a commitment.
pub fn remembered(journal: &Journal, subject: Subject, commitment: &Hash) -> Result<Opening> {
	let entry = journal.get(subject)?;
	match entry.as_ref().and_then(|entry| entry.opening(commitment)) {
		Some((location, salt)) => Ok(Opening { cid: parse_cid(location)?, salt }),
		None => Err(Failure::account(format!(
			"this home can't open what was committed as {subject}: that was done in another home, or with another tool"
		))
		.help(subject.remedy())),
	}
}

/// Why a revealed file can't be fetched now, if so.
pub async fn not_on_ipfs(ipfs: &Ipfs, location: &Cid) -> Option<String> {
	match tokio::time::timeout(FETCH_PATIENCE, ipfs.fetch(location)).await {
		Ok(Ok(_)) => None,
		Ok(Err(failure)) => Some(failure.message),
		Err(_) => Some(format!("{location} did not come within {} s", FETCH_PATIENCE.as_secs())),
	}
}
