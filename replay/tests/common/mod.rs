//! The reference learnwares, compiled by `scripts/learnwares`, and the digits.

use std::{fs, path::Path};

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A reference learnware.
pub fn learnware(name: &str) -> Vec<u8> {
	let path = root().join("learnwares/target/wasm32v1-none/release/examples").join(name).with_extension("wasm");
	fs::read(&path).unwrap_or_else(|error| panic!("compile the learnwares first: scripts/learnwares ({error})"))
}

/// A file of `examples/digits`.
pub fn file(name: &str) -> Vec<u8> {
	fs::read(root().join("examples/digits").join(name)).unwrap()
}
