//! A list in a file, which a restart finds again.

use parity_scale_codec::{Decode, Encode};
use std::{fs, io, path::Path};

/// The list, empty if there is no file. If it can't be read, it is begun anew.
pub(super) fn read<T: Decode>(file: &Path) -> io::Result<Vec<T>> {
	match fs::read(file) {
		Ok(list) => Ok(Vec::decode(&mut &list[..]).unwrap_or_else(|error| {
			tracing::warn!(target: "scorer", "{} cannot be read, and is begun anew: {error}", file.display());
			Vec::new()
		})),
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
		Err(error) => Err(error),
	}
}

/// Writes it in one step, so that there is always a whole list.
pub(super) fn write(file: &Path, list: &impl Encode) {
	let part = file.with_extension("part");
	if let Err(error) = fs::write(&part, list.encode()).and_then(|()| fs::rename(&part, file)) {
		tracing::warn!(target: "scorer", "{} cannot be written: {error}", file.display());
	}
}
