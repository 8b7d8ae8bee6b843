//! `learnware ipfs`.

use super::Context;
use crate::{
	args,
	error::{Failure, Kind, Result},
	ipfs::{parse_cid, unreadable_as_label, Cid, Ipfs},
};
use serde::Serialize;
use std::{fmt, fs, path::Path};

pub fn run(context: &Context, command: args::Ipfs) -> Result<()> {
	let ipfs = Ipfs::for_files(&context.settings.ipfs_api.value)?;
	match command {
		args::Ipfs::Add { file } => add(context, &ipfs, &file),
		args::Ipfs::Cat { cid, output } => cat(context, &ipfs, &cid, output.as_deref()),
		args::Ipfs::Pin { cid } => pin(context, &ipfs, &cid),
	}
}

fn add(context: &Context, ipfs: &Ipfs, path: &Path) -> Result<()> {
	let content = fs::read(path).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	let bytes = content.len();
	let _progress = context.output.progress(format!("Adding {}", path.display()));
	let cid = context.block_on(ipfs.add(content))?;
	context.output.data(&Stored { cid: cid.to_string(), bytes: Some(bytes) });
	Ok(())
}

fn cat(context: &Context, ipfs: &Ipfs, cid: &str, output: Option<&Path>) -> Result<()> {
	let cid = parse_cid(cid)?;
	if context.output.json && output.is_none() {
		return Err(Failure::new(
			Kind::Usage,
			"missing_input",
			"with --json, the file's bytes have no place on stdout",
		)
		.help("give --output FILE"));
	}
	let progress = context.output.progress(format!("Fetching {cid}"));
	let file = context.block_on(ipfs.get(&cid))?;
	drop(progress);
	if let Some(warning) = unreadable_as_label(&file) {
		context.output.warn(warning);
	}
	deliver(context, &cid.to_string(), &file.bytes, output)
}

/// Looks at a file that was given by its CID before money is held for it: a directory is refused, and a file that nobody
/// has is warned of.
pub fn look(context: &Context, cid: &Cid) -> Result<()> {
	let ipfs = Ipfs::for_files(&context.settings.ipfs_api.value)?;
	let progress = context.output.progress(format!("Looking at {cid}"));
	let missing = context.block_on(ipfs.look(cid))?;
	drop(progress);
	if let Some(Failure { message, help, .. }) = missing {
		context
			.output
			.warn(format_args!("{cid} can't be had now, and nobody can label what cannot be read: {message}"));
		context.output.note(help.unwrap_or_default());
	}
	Ok(())
}

fn pin(context: &Context, ipfs: &Ipfs, cid: &str) -> Result<()> {
	let cid = parse_cid(cid)?;
	let _progress = context.output.progress(format!("Pinning {cid}"));
	context.block_on(ipfs.pin(&cid))?;
	context.output.data(&Stored { cid: cid.to_string(), bytes: None });
	Ok(())
}

/// Writes a fetched file to where it was asked for.
pub fn deliver(context: &Context, cid: &str, content: &[u8], output: Option<&Path>) -> Result<()> {
	let Some(path) = output else {
		context.output.bytes(content);
		return Ok(());
	};
	fs::write(path, content).map_err(|error| Failure::file(Kind::Usage, "write", path, &error))?;
	context.output.note(format_args!("{} bytes written to {}", content.len(), path.display()));
	if context.output.json {
		context.output.data(&Stored { cid: cid.into(), bytes: Some(content.len()) });
	}
	Ok(())
}

#[derive(Serialize)]
struct Stored {
	cid: String,
	#[serde(skip_serializing_if = "Option::is_none")]
	bytes: Option<usize>,
}

/// The CID alone, so that a shell can take it.
impl fmt::Display for Stored {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.cid)
	}
}
