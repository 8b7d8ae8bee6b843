//! IPFS as the commands see it.

mod pasted;

use crate::error::{Context as _, Failure, Kind, Result};
use learnware_ipfs::{
	import::{cid_of, Profile},
	AddError, Config, Fault, FetchError, Limits, Unavailable,
};
pub use learnware_ipfs::{Cid, EndpointHealth, File};
use learnware_primitives::{BadReason, MAX_LABEL_BYTES};
use url::Url;

/// Most bytes of a file that is not a label; one must fit into memory.
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;
/// Most links of such a file: in chunks of 256 KiB it has 4,096, and some between them and its first block.
const MAX_FILE_LINKS: usize = 8192;

/// The IPFS daemons that files are added to and fetched from.
#[derive(Clone)]
pub struct Ipfs(learnware_ipfs::Ipfs);

/// A label as a scorer would find it.
#[derive(Clone, Debug)]
pub enum Found {
	/// Its bytes.
	File(Vec<u8>),
	/// It is no file, or too large: everybody who gets its blocks finds so.
	Bad(BadReason),
	/// It can't be had now, which says nothing about it.
	Missing(String),
}

impl Ipfs {
	/// For labels, within the bounds that scorers keep to.
	pub fn for_labels(endpoints: &[Url]) -> Result<Self> {
		Self::new(endpoints, Limits::default())
	}

	/// For everything else.
	pub fn for_files(endpoints: &[Url]) -> Result<Self> {
		let limits = Limits { file_bytes: MAX_FILE_BYTES, links: MAX_FILE_LINKS, ..Limits::default() };
		Self::new(endpoints, limits)
	}

	fn new(endpoints: &[Url], limits: Limits) -> Result<Self> {
		let config = Config { endpoints: endpoints.to_vec(), limits, ..Config::default() };
		learnware_ipfs::Ipfs::new(config).map(Self).input("ipfs-api")
	}

	/// Adds and pins a file.
	pub async fn add(&self, content: Vec<u8>) -> Result<Cid> {
		self.0.add(content.into()).await.map_err(|error| match error {
			AddError::Unavailable(error) => unavailable(&error),
			other => Failure::input(other.to_string()),
		})
	}

	/// Fetches a file and checks every block.
	pub async fn fetch(&self, cid: &Cid) -> Result<Vec<u8>> {
		self.get(cid).await.map(|file| file.bytes)
	}

	/// Like [`fetch`](Self::fetch), with what the file is made of.
	pub async fn get(&self, cid: &Cid) -> Result<File> {
		self.0.fetch(cid).await.map_err(|error| match error {
			FetchError::Unavailable(error) => unavailable(&error),
			verdict => Failure::input(format!("{cid}: {verdict}")),
		})
	}

	/// Fetches a file before money is held for its location: what is none is a failure. Gives why it can't be had now, if so.
	pub async fn look(&self, cid: &Cid) -> Result<Option<Failure>> {
		match self.get(cid).await {
			Ok(_) => Ok(None),
			Err(failure) if failure.kind == Kind::Unavailable => Ok(Some(failure)),
			Err(verdict) => Err(verdict),
		}
	}

	/// Looks for a label as scorers do.
	pub async fn find_label(&self, location: &str) -> Found {
		let Ok(cid) = location.parse::<Cid>() else { return Found::Bad(BadReason::Malformed) };
		match self.0.fetch(&cid).await {
			Ok(file) => Found::File(file.bytes),
			Err(error) => error.verdict().map_or_else(|| Found::Missing(error.to_string()), Found::Bad),
		}
	}

	/// Keeps a file at the daemon.
	pub async fn pin(&self, cid: &Cid) -> Result<()> {
		self.0.pin(cid).await.map_err(|error| unavailable(&error))
	}

	pub async fn health(&self) -> Vec<EndpointHealth> {
		self.0.health().await
	}
}

/// Why scorers would not read a file as a label, though it is small enough.
pub fn unreadable_as_label(file: &File) -> Option<String> {
	let most = Limits::default().links;
	let is_label = file.bytes.len() <= MAX_LABEL_BYTES as usize && file.links > most;
	is_label.then(|| {
		format!(
			"as a label it would be slashed: its chunks make {} links, and scorers follow {most}; add it with larger ones, \
			 as `learnware ipfs add` does",
			file.links
		)
	})
}

/// The CID that adding `content` gives.
pub fn cid_of_file(content: &[u8]) -> Result<Cid> {
	cid_of(content, &Profile::UNIXFS_V1_2025).input("the CID can't be computed")
}

/// A location on chain as text; bytes that are no CID as hexadecimal digits.
pub fn show_location(bytes: &[u8]) -> String {
	Cid::from_bytes(bytes).map_or_else(|_| format!("0x{}", hex::encode(bytes)), |cid| cid.to_string())
}

/// A CID as people paste it: alone, behind `/ipfs/` or `ipfs://`, in the address of a gateway, or in the binary form that
/// polkadot.js Apps shows.
pub fn parse_cid(text: &str) -> Result<Cid> {
	let text = text.trim();
	pasted::parse(text).map_err(|why| Failure::input(format!("{text}: {why}")))
}

/// What is wrong at an endpoint: a word for programs, and what to do. The later ones say more about the file.
const REMEDIES: [(&str, &str); 5] = [
	("ipfs_unavailable", "start an IPFS daemon (`ipfs daemon`) or a node, or name a running one with --ipfs-api URL"),
	(
		"ipfs_slow",
		"try again when the endpoint has less to do, or name another one with --ipfs-api URL; a file that nobody has takes \
		 that long, too",
	),
	(
		"ipfs_wrong",
		"the endpoint is no IPFS daemon that works, or an old one: update it, or name another one with --ipfs-api URL",
	),
	("ipfs_refused", "the endpoint works, but does not do this: the message tells why"),
	(
		"ipfs_missing",
		"the endpoint works, but nobody whom it reaches has the file: whoever has it adds it again (`learnware ipfs add \
		 FILE`), or name an endpoint that has it with --ipfs-api URL",
	),
];

fn unavailable(error: &Unavailable) -> Failure {
	let remedy = |fault: &Fault| match fault {
		Fault::Connection(_) => 0,
		Fault::TimedOut { .. } => 1,
		Fault::TooLong(_) | Fault::WrongBytes(_) | Fault::WrongCid { .. } => 2,
		Fault::Refused(_) => 3,
		Fault::Missing(_) => 4,
	};
	let remedy = error.failures.iter().map(|failure| remedy(&failure.fault)).max().unwrap_or(0);
	let (code, help) = REMEDIES[remedy];
	Failure::new(Kind::Unavailable, code, format!("IPFS: {error}")).help(help)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	fn failure(faults: &[Fault]) -> Failure {
		let at =
			|fault: &Fault| learnware_ipfs::Failure { endpoint: "http://127.0.0.1:5001".into(), fault: fault.clone() };
		unavailable(&Unavailable { failures: faults.iter().map(at).collect() })
	}

	#[test]
	fn each_trouble_with_ipfs_has_its_remedy() {
		let down = Fault::Connection("refused".into());
		let slow = Fault::TimedOut { what: "first byte", after: Duration::from_secs(30) };
		let full = Fault::Refused("the block store is full".into());
		let missing = Fault::Missing("ipld: could not find bafy".into());
		for (faults, code, remedy) in [
			(&[][..], "ipfs_unavailable", "--ipfs-api"),
			(&[down.clone()], "ipfs_unavailable", "start an IPFS daemon"),
			(&[slow.clone()], "ipfs_slow", "try again"),
			(&[Fault::TooLong(1)], "ipfs_wrong", "update it"),
			(&[full.clone()], "ipfs_refused", "message"),
			(&[missing.clone()], "ipfs_missing", "nobody"),
			// One that works knows more than one that does not.
			(&[down.clone(), missing], "ipfs_missing", "nobody"),
			(&[full, slow, down], "ipfs_refused", "message"),
		] {
			let failure = failure(faults);
			assert_eq!((failure.kind, failure.code.as_str()), (Kind::Unavailable, code));
			let help = failure.help.unwrap();
			assert!(help.contains(remedy), "{help}");
			assert_eq!(help.contains("ipfs daemon`"), code == "ipfs_unavailable", "it runs: {help}");
		}
	}

	#[test]
	fn a_label_in_too_many_chunks_is_told() {
		let file = |bytes: usize, links| File { bytes: vec![0; bytes], blocks: Vec::new(), links };
		assert_eq!(unreadable_as_label(&file(1 << 18, 1024)), None);
		assert!(unreadable_as_label(&file(1 << 18, 1025)).unwrap().contains("1025 links"));
		assert_eq!(unreadable_as_label(&file(9 << 20, 1025)), None, "no label, whatever it is");
	}
}
