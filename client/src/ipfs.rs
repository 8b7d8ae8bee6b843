//! IPFS as the commands see it.

use crate::error::{Context as _, Failure, Kind, Result};
use learnware_ipfs::{
	import::{cid_of, Profile},
	AddError, Config, FetchError, Limits,
};
pub use learnware_ipfs::{Cid, EndpointHealth};
use learnware_primitives::BadReason;
use url::Url;

/// Most bytes of a file that is not a label; one must fit into memory.
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;

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
		Self::new(endpoints, Limits { file_bytes: MAX_FILE_BYTES, links: 4096, ..Limits::default() })
	}

	fn new(endpoints: &[Url], limits: Limits) -> Result<Self> {
		let config = Config { endpoints: endpoints.to_vec(), limits, ..Config::default() };
		learnware_ipfs::Ipfs::new(config).map(Self).input("ipfs-api")
	}

	/// Adds and pins a file.
	pub async fn add(&self, content: Vec<u8>) -> Result<Cid> {
		self.0.add(content.into()).await.map_err(|error| match error {
			AddError::Unavailable(error) => unavailable(error.to_string()),
			other => Failure::input(other.to_string()),
		})
	}

	/// Fetches a file and checks every block.
	pub async fn fetch(&self, cid: &Cid) -> Result<Vec<u8>> {
		self.0.fetch(cid).await.map(|file| file.bytes).map_err(|error| match error {
			FetchError::Unavailable(error) => unavailable(error.to_string()),
			verdict => Failure::input(format!("{cid}: {verdict}")),
		})
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
		self.0.pin(cid).await.map_err(|error| unavailable(error.to_string()))
	}

	pub async fn health(&self) -> Vec<EndpointHealth> {
		self.0.health().await
	}
}

/// The CID that adding `content` gives.
pub fn cid_of_file(content: &[u8]) -> Result<Cid> {
	cid_of(content, &Profile::UNIXFS_V1_2025).input("the CID can't be computed")
}

/// A CID as text.
pub fn parse_cid(text: &str) -> Result<Cid> {
	text.parse::<Cid>().input(text)
}

/// A location on chain as text; bytes that are no CID as hexadecimal digits.
pub fn show_location(bytes: &[u8]) -> String {
	Cid::from_bytes(bytes).map_or_else(|_| format!("0x{}", hex::encode(bytes)), |cid| cid.to_string())
}

fn unavailable(message: String) -> Failure {
	Failure::new(Kind::Unavailable, "ipfs_unavailable", format!("IPFS: {message}"))
		.help("start an IPFS daemon (`ipfs daemon`) or a node, or name a running one with --ipfs-api URL")
}
