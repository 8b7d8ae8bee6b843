//! How fast labels are fetched and verified, beside `sha256sum` over the same bytes.
//!
//! ```text
//! cargo run --release -p learnware-ipfs --example fetch_speed
//! ```
//!
//! 64 files of 1 MiB go into an embedded store, and are fetched from it through its RPC on loopback and
//! verified, 16 at a time, as a scorer does it.

use futures::{stream, StreamExt, TryStreamExt};
use learnware_ipfs::{
	server::{Server, ServerLimits},
	BlockStore, Cid, Config, Ipfs, Limits,
};
use std::{
	error::Error,
	path::PathBuf,
	process::{Command, Stdio},
	sync::Arc,
	time::{Duration, Instant},
};

const FILES: usize = 64;
const FILE_BYTES: usize = 1 << 20;
const ROUNDS: usize = 7;
/// Files that are fetched at a time.
const CONCURRENCY: usize = 16;

/// Bytes that differ from file to file.
fn content(file: usize) -> Vec<u8> {
	(0..FILE_BYTES).map(|index| ((index * 31) ^ (index >> 8) ^ (file * 101)) as u8).collect()
}

async fn fetch_all(ipfs: &Ipfs, cids: &[Cid]) -> Result<Duration, Box<dyn Error>> {
	let start = Instant::now();
	let fetches = cids.iter().map(|cid| {
		let (ipfs, cid) = (ipfs.clone(), *cid);
		async move { Ok::<_, Box<dyn Error>>(tokio::spawn(async move { ipfs.fetch(&cid).await }).await??) }
	});
	let files: Vec<_> = stream::iter(fetches).buffer_unordered(CONCURRENCY).try_collect().await?;
	let elapsed = start.elapsed();
	assert!(files.iter().all(|file| file.bytes.len() == FILE_BYTES));
	Ok(elapsed)
}

fn sha256sum(paths: &[PathBuf]) -> Result<Duration, Box<dyn Error>> {
	let start = Instant::now();
	let status = Command::new("sha256sum").args(paths).stdout(Stdio::null()).status()?;
	assert!(status.success());
	Ok(start.elapsed())
}

fn speed(elapsed: Duration) -> f64 {
	(FILES * FILE_BYTES) as f64 / f64::from(1 << 20) / elapsed.as_secs_f64()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let directory = tempfile::tempdir()?;
	let store = Arc::new(BlockStore::open(&directory.path().join("store"), 1 << 30)?);
	let server = Server::rpc(store, "127.0.0.1:0".parse()?, ServerLimits::default()).await?;
	let endpoint = format!("http://{}", server.address()).parse()?;
	tokio::spawn(server.run(std::future::pending()));
	let config = Config { endpoints: vec![endpoint], limits: Limits::default(), ..Config::default() };
	let ipfs = Ipfs::new(config)?;

	let start = Instant::now();
	let (mut cids, mut paths) = (Vec::new(), Vec::new());
	for file in 0..FILES {
		let bytes = content(file);
		let path = directory.path().join(format!("{file}"));
		std::fs::write(&path, &bytes)?;
		paths.push(path);
		cids.push(ipfs.add(bytes.into()).await?);
	}
	println!("add, pin and check: {:6.0} MiB/s", speed(start.elapsed()));

	// The best of several rounds, by turns: what the machine does at the same time counts for neither.
	let (mut fetched, mut summed) = (Duration::MAX, Duration::MAX);
	for _ in 0..ROUNDS {
		fetched = fetched.min(fetch_all(&ipfs, &cids).await?);
		summed = summed.min(sha256sum(&paths)?);
	}
	println!("fetch and verify:   {:6.0} MiB/s", speed(fetched));
	println!("sha256sum:          {:6.0} MiB/s", speed(summed));
	println!("ratio:              {:6.2} (0.5 or more is wanted)", speed(fetched) / speed(summed));
	Ok(())
}
