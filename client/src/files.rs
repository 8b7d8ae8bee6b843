//! Private files: written whole or not at all, and readable by their owner only. Text files of people, read whole.

use crate::error::{Failure, Kind, Result};
use learnware_primitives::label::{first_mark, line_and_column};
use std::{
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
};

/// What to do about a file that is there already.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Existing {
	Keep,
	Replace,
}

/// Writes `bytes` to `path` (mode 0600) in one step that survives a crash.
pub fn write_private(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
	let directory = path.parent().unwrap_or(Path::new("."));
	create_private_dir(directory)?;
	let temporary = temporary_name(path);
	let written = write_new(&temporary, bytes).and_then(|()| match existing {
		Existing::Replace => fs::rename(&temporary, path),
		// A link, unlike a rename, fails when the name is taken.
		Existing::Keep => fs::hard_link(&temporary, path).and_then(|()| fs::remove_file(&temporary)),
	});
	if written.is_err() {
		// Nothing better can be done about the remains of a failed write.
		let _ = fs::remove_file(&temporary);
	}
	written.and_then(|()| File::open(directory)?.sync_all())
}

/// Creates a directory (mode 0700) with its parents.
pub fn create_private_dir(path: &Path) -> io::Result<()> {
	let mut builder = fs::DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
	builder.create(path)
}

/// Reads at most `limit + 1` bytes, so that a file that is too large is recognized without being read.
pub fn read_limited(path: &Path, limit: u32) -> io::Result<Vec<u8>> {
	let mut bytes = Vec::new();
	File::open(path)?.take(u64::from(limit) + 1).read_to_end(&mut bytes)?;
	Ok(bytes)
}

/// Largest text file that is read: more than any allow-list, task or description needs.
const MAX_TEXT_BYTES: u32 = 8 << 20;

/// Reads a text file of a person. What cannot be seen in it is refused by name, for whoever looks for the fault in an
/// editor does not find it.
pub fn read_text(path: &Path) -> Result<String> {
	let bytes = read_limited(path, MAX_TEXT_BYTES).map_err(|error| Failure::file(Kind::Usage, "read", path, &error))?;
	if bytes.len() > MAX_TEXT_BYTES as usize {
		return Err(Failure::input(format!("{}: more than {} MiB", path.display(), MAX_TEXT_BYTES >> 20)));
	}
	text(bytes).map_err(|failure| failure.of(path))
}

/// Bytes as the text that they are, as [`read_text`] does it.
pub fn text(bytes: Vec<u8>) -> Result<String> {
	if let Some((at, mark)) = first_mark(&bytes) {
		let (line, column) = line_and_column(&bytes, at);
		return Err(Failure::input(format!("line {line}, column {column}: {mark}")).help(mark.remedy()));
	}
	String::from_utf8(bytes).map_err(|error| Failure::input(error.to_string()))
}

/// True when others than the owner may read a regular file.
pub fn is_readable_by_others(path: &Path) -> bool {
	#[cfg(unix)]
	{
		use std::os::unix::fs::PermissionsExt;
		fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
	}
	#[cfg(not(unix))]
	{
		let _ = path;
		false
	}
}

fn temporary_name(path: &Path) -> PathBuf {
	let name = path.file_name().unwrap_or_default().to_string_lossy();
	path.with_file_name(format!(".{name}.{:016x}.tmp", rand::random::<u64>()))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
	let mut options = OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	let mut file = options.open(path)?;
	file.write_all(bytes)?;
	file.sync_all()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn replaces_or_keeps() {
		let directory = tempfile::tempdir().unwrap();
		let path = directory.path().join("new/file");
		write_private(&path, b"one", Existing::Keep).unwrap();
		let error = write_private(&path, b"two", Existing::Keep).unwrap_err();
		assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
		assert_eq!(fs::read(&path).unwrap(), b"one");
		write_private(&path, b"three", Existing::Replace).unwrap();
		assert_eq!(fs::read(&path).unwrap(), b"three");
		assert!(!is_readable_by_others(&path));
		assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file is left");
	}

	#[test]
	fn what_cannot_be_seen_in_a_text_is_named() {
		let directory = tempfile::tempdir().unwrap();
		let path = directory.path().join("file");
		fs::write(&path, "[0,\r\n1]").unwrap();
		assert_eq!(read_text(&path).unwrap(), "[0,\r\n1]");
		for (bytes, words) in [
			(&b"\xef\xbb\xbf{}"[..], "line 1, column 1: an invisible byte order mark"),
			(b"{\0}\0", "UTF-16"),
			("one\ntwo\u{a0}".as_bytes(), "line 2, column 4: an invisible no-break space (U+00A0)"),
			(b"caf\xe9", "line 1, column 4: the byte 0xe9"),
		] {
			fs::write(&path, bytes).unwrap();
			let Failure { message, help, .. } = read_text(&path).unwrap_err();
			assert!(message.contains(words) && message.contains("file: line") && help.is_some(), "{message}");
		}
	}

	#[test]
	fn reads_one_byte_more_than_the_limit() {
		let directory = tempfile::tempdir().unwrap();
		let path = directory.path().join("file");
		fs::write(&path, [0; 10]).unwrap();
		assert_eq!(read_limited(&path, 4).unwrap().len(), 5);
		assert_eq!(read_limited(&path, 10).unwrap().len(), 10);
	}
}
