//! The reference learnwares, compiled once for all tests, and the digits.

use std::{
	env, fs,
	path::{Path, PathBuf},
	process::Command,
	sync::LazyLock,
};

/// Folder of the compiled modules.
static MODULES: LazyLock<PathBuf> = LazyLock::new(|| {
	let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("learnwares");
	let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
		.args(["build", "--release", "--examples", "--target", "wasm32v1-none", "--locked", "--quiet"])
		.current_dir(root().join("learnwares"))
		.env("CARGO_TARGET_DIR", &target)
		.env_remove("RUSTFLAGS")
		.env_remove("CARGO_ENCODED_RUSTFLAGS")
		.status();
	assert!(status.is_ok_and(|status| status.success()), "the learnwares compile");
	target.join("wasm32v1-none/release/examples")
});

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A reference learnware.
pub fn learnware(name: &str) -> Vec<u8> {
	fs::read(MODULES.join(name).with_extension("wasm")).unwrap()
}

/// A file of `examples/digits`.
pub fn file(name: &str) -> Vec<u8> {
	fs::read(root().join("examples/digits").join(name)).unwrap()
}
