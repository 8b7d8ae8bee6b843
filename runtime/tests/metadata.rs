//! The metadata that the command line is built from is the runtime's.

use learnware_runtime::Runtime;
use sp_io::TestExternalities;

/// `UPDATE_METADATA=1 cargo test --release -p learnware-runtime --test metadata` writes the file anew.
#[test]
fn the_command_line_is_built_from_the_present_metadata() {
	let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../client/artifacts/metadata.scale");
	let current = TestExternalities::default().execute_with(|| Runtime::metadata_at_version(16));
	let current: &[u8] = &current.expect("version 16 is served").to_vec();
	if std::env::var_os("UPDATE_METADATA").is_some() {
		std::fs::write(file, current).expect("the folder is there");
	}
	assert!(
		std::fs::read(file).expect("the file is there") == current,
		"the file is old: see this test's documentation"
	);
}
