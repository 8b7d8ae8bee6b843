//! An IPFS daemon (Kubo, or the embedded store's server) through its RPC.
//!
//! The client library sets no bound on time or bytes. Here every request has deadlines, also sent
//! along as Kubo's `timeout`, and a block is read no further than its bound. What remains: the body of
//! an *error*, and of an answer in JSON, is held whole for as long as the deadline allows. Only the
//! endpoint itself could abuse that, not what a CID stands for; so an endpoint is a daemon of one's own,
//! never a public gateway.

use super::{
	import::Profile,
	read::{read_block, Clock},
	Block, BlockSource, Cid, EndpointError, Fault, Limits, Unavailable,
};
use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt};
use ipfs_api_backend_hyper::{
	request::ApiRequest, response::AddResponse, BackendWithGlobalOptions, Error, Form, GlobalOptions, IpfsApi,
	IpfsClient, TryFromUri,
};
use serde::Serialize;
use std::{future::Future, io::Cursor, time::Duration};
use url::Url;

type Client = BackendWithGlobalOptions<IpfsClient>;

/// How a daemon keeps a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pinned {
	/// Not for its own sake, though perhaps as a part of another file.
	No,
	/// Its first block only.
	Root,
	/// All of it.
	Whole,
}

/// A daemon's RPC endpoint.
pub struct KuboSource {
	name: String,
	/// For requests that concern one block.
	client: Client,
	/// For requests that concern a whole file.
	file_client: Client,
	limits: Limits,
}

impl KuboSource {
	/// The daemon at `url`, such as `http://127.0.0.1:5001`. A user name and a password in it are sent
	/// as basic authorization.
	pub fn new(url: &Url, limits: &Limits) -> Result<Self, EndpointError> {
		let bare = bare_url(url)?;
		let client = |timeout| {
			let client = <IpfsClient as TryFromUri>::from_str(bare.as_str())
				.map_err(|error| EndpointError::Invalid(bare.to_string(), error.to_string()))?;
			let client = match (url.username(), url.password()) {
				("", None) => client,
				(user, password) => client.with_credentials(user, password.unwrap_or_default()),
			};
			Ok(BackendWithGlobalOptions::new(client, GlobalOptions { offline: None, timeout: Some(timeout) }))
		};
		Ok(Self {
			name: bare.as_str().trim_end_matches('/').into(),
			client: client(limits.block)?,
			file_client: client(limits.file)?,
			limits: limits.clone(),
		})
	}

	/// How it appears in messages: without credentials.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// The daemon's version; also how its health is checked.
	pub async fn version(&self) -> Result<String, Fault> {
		let version = within(self.limits.first_byte, "version", self.client.version()).await?;
		Ok(excerpt(&version.version))
	}

	/// Adds and pins a file with every option of the profile spelled out, and checks that the daemon
	/// makes `expected` of it.
	pub async fn add(&self, content: Bytes, expected: &Cid) -> Result<(), Fault> {
		let added = within(self.limits.file, "answer to add", add_by_profile(&self.file_client, content)).await?;
		match added.hash.parse::<Cid>() {
			Ok(cid) if cid == *expected => Ok(()),
			_ => Err(Fault::WrongCid { ours: *expected, theirs: excerpt(&added.hash) }),
		}
	}

	/// Pins a file with all of its blocks. A daemon without them looks for them.
	pub async fn pin(&self, cid: &Cid) -> Result<(), Fault> {
		let cid = cid.to_string();
		within(self.limits.file, "answer to pin", self.file_client.pin_add(&cid, true)).await?;
		Ok(())
	}

	/// Takes a pin off; nothing happens if there is none.
	pub async fn unpin(&self, cid: &Cid) -> Result<(), Fault> {
		let cid = cid.to_string();
		match within(self.limits.block, "answer to unpin", self.client.pin_rm(&cid, true)).await {
			Err(Fault::Refused(reason)) if reason.contains("not pinned") => Ok(()),
			outcome => outcome.map(|_| ()),
		}
	}

	/// Asks whether a file is pinned.
	pub async fn pinned(&self, cid: &Cid) -> Result<Pinned, Fault> {
		let cid = cid.to_string();
		for (kind, pinned) in [("recursive", Pinned::Whole), ("direct", Pinned::Root)] {
			let answer = self.client.pin_ls(Some(&cid), Some(kind));
			match within(self.limits.first_byte, "answer about a pin", answer).await {
				Err(Fault::Refused(reason)) if reason.contains("is not pinned") => (),
				answer => return answer.map(|_| pinned),
			}
		}
		Ok(Pinned::No)
	}

	/// Pinned files. Pins of other kinds of content are left out.
	pub async fn pins(&self) -> Result<Vec<Cid>, Fault> {
		let pins = self.client.pin_ls(None, Some("recursive"));
		let pins = within(self.limits.block, "list of pins", pins).await?;
		Ok(pins.keys.keys().filter_map(|key| key.parse().ok()).collect())
	}

	async fn get(&self, cid: &Cid) -> Result<Block, Fault> {
		let clock = Clock::start(self.limits.block);
		let stream = self.client.block_get(&cid.to_string());
		let bytes = read_block(stream, &clock, &self.limits, fault).await?;
		Ok(Block::verify(*cid, bytes)?)
	}
}

/// Options of `add`, among them the one that the client library does not know: a daemon puts 174 links into a node
/// unless told otherwise, so that files above 174 chunks would get other CIDs. Older daemons skip it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AddByProfile {
	chunker: String,
	cid_version: u8,
	hash: &'static str,
	max_file_links: usize,
	pin: bool,
	raw_leaves: bool,
}

impl ApiRequest for AddByProfile {
	const PATH: &'static str = "/add";
}

/// Generic, because the library does not export the trait that `request` is of.
async fn add_by_profile<C: IpfsApi + Sync>(client: &C, content: Bytes) -> Result<AddResponse, C::Error> {
	let Profile { chunk_bytes, links, raw_leaves, .. } = Profile::UNIXFS_V1_2025;
	let options = AddByProfile {
		chunker: format!("size-{chunk_bytes}"),
		cid_version: 1,
		hash: "sha2-256",
		max_file_links: links,
		pin: true,
		raw_leaves,
	};
	let mut form = Form::default();
	form.add_reader("path", Cursor::new(content));
	client.request(options, Some(form)).await
}

impl BlockSource for KuboSource {
	fn block<'a>(&'a self, cid: &'a Cid) -> BoxFuture<'a, Result<Block, Unavailable>> {
		async move { self.get(cid).await.map_err(|fault| Unavailable::at(&self.name, fault)) }.boxed()
	}
}

/// Refuses what the client would panic on, ignore or not be able to do; takes the credentials out.
fn bare_url(url: &Url) -> Result<Url, EndpointError> {
	let mut bare = url.clone();
	// Both fail only without a host, which is checked next.
	let _ = bare.set_username("");
	let _ = bare.set_password(None);
	if bare.scheme() != "http" {
		return Err(EndpointError::Scheme(bare.to_string()));
	}
	if !bare.has_host() {
		return Err(EndpointError::Host(bare.to_string()));
	}
	if !matches!(bare.path(), "" | "/" | "/api/v0" | "/api/v0/") || bare.query().is_some() || bare.fragment().is_some()
	{
		return Err(EndpointError::Path(bare.to_string()));
	}
	bare.set_path("");
	Ok(bare)
}

async fn within<T>(
	deadline: Duration,
	what: &'static str,
	answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Fault> {
	Clock::start(deadline).wait(deadline, what, answer).await?.map_err(fault)
}

/// What Kubo says when it has not got a block, and when it searched for one until the deadline that was sent along.
const MISSING: [&str; 3] = ["could not find", "not found locally", "context deadline exceeded"];

/// Kubo gives every error of its own as one type; anything else is no answer of a daemon.
fn fault(error: Error) -> Fault {
	match error {
		Error::Api(error) if MISSING.iter().any(|words| error.message.contains(words)) => {
			Fault::Missing(excerpt(&error.message))
		},
		Error::Api(error) => Fault::Refused(excerpt(&error.message)),
		error => Fault::Connection(excerpt(&error.to_string())),
	}
}

/// The beginning of what an endpoint says, fit for one line of a log.
fn excerpt(text: &str) -> String {
	text.chars().take(200).map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn source(url: &str) -> Result<KuboSource, EndpointError> {
		KuboSource::new(&url.parse().unwrap(), &Limits::default())
	}

	#[test]
	fn endpoints_that_cannot_work_are_refused() {
		assert!(matches!(source("https://127.0.0.1:5001"), Err(EndpointError::Scheme(_))));
		assert!(matches!(source("localhost:5001"), Err(EndpointError::Scheme(_))));
		assert!(matches!(source("unix:/run/ipfs.sock"), Err(EndpointError::Scheme(_))));
		assert!(matches!(source("http://127.0.0.1:5001/ipfs"), Err(EndpointError::Path(_))));
		assert!(matches!(source("http://127.0.0.1:5001/?x=1"), Err(EndpointError::Path(_))));
	}

	#[test]
	fn names_hold_no_password() {
		let source = source("http://learnware:secret@127.0.0.1:5001/api/v0").unwrap();
		assert_eq!(source.name(), "http://127.0.0.1:5001");
	}
}
