//! CIDs that Kubo gives.
//!
//! Sources: ipfs/kubo `test/cli/cid_profiles_test.go` and `test/cli/add_test.go` (bytes = ChaCha20 with
//! key sha256(seed) and nonce 0), `test/sharness/t0050-block.sh`, `t0040-add-and-cat.sh`; and the values
//! taken from Kubo 0.40.1 in rust-unixfs `tests/interop.rs`.

use crate::support::Memory;
use chacha20::{
	cipher::{KeyIvInit, StreamCipher},
	ChaCha20,
};
use learnware_ipfs::{
	block::sha256,
	fetch_file,
	import::{cid_of, import, Profile},
	Block, Limits, Version,
};
use std::convert::Infallible;

const V0: Profile = Profile::UNIXFS_V0_2015;
const V1: Profile = Profile::UNIXFS_V1_2025;

fn assert_cid(content: &[u8], profile: Profile, expected: &str) {
	assert_eq!(cid_of(content, &profile).unwrap().to_string(), expected, "{} bytes, {profile:?}", content.len());
}

fn deterministic(seed: &str, length: usize) -> Vec<u8> {
	let mut bytes = vec![0; length];
	ChaCha20::new(&sha256(seed.as_bytes()).into(), &[0; 12].into()).apply_keystream(&mut bytes);
	bytes
}

#[test]
fn small_files() {
	assert_cid(b"", V0, "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH");
	assert_cid(b"", V1, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
	assert_cid(b"hello world", V0, "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD");
	assert_cid(b"hello world", V1, "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
	let no_raw_leaves = Profile { raw_leaves: false, ..V1 };
	assert_cid(b"hello world", no_raw_leaves, "bafybeihykld7uyxzogax6vgyvag42y7464eywpf55gxi5qpoisibh3c5wa");
	assert_cid(b"hello world\n", V0, "QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o");
	assert_cid(b"hello world\n", V1, "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4");
}

#[test]
fn files_of_small_chunks() {
	let chunks = |profile: Profile, chunk_bytes| Profile { chunk_bytes, links: 174, ..profile };
	assert_cid(b"foobar\n", chunks(V0, 2), "QmRJHYTNvC3hmd9gJQARxLR1QMEincccBV53bBw524yyq6");
	assert_cid(b"foobar\n", chunks(V1, 2), "bafybeiakabo5d5e25jzw2i32mymsnwyuoaqozkjfkqibnvodyxna6nuanm");
	assert_cid(&[0; 1000], chunks(V0, 7), "QmNgDVWgrTpUEmxAeutigwykfU2bKjjEGFzvknzptoqAUN");
	assert_cid(&[0; 1000], chunks(V1, 7), "bafybeia3u4lcsbc6ijwivdukvlougvli4rm73r65chivjsl5l7vemqclhy");
	// More than one level.
	assert_cid(&[b'a'; 400], chunks(V0, 1), "QmccZ7Tar96JCFFSXcBQwjP847Zt2ezVWmDb5rFj7wPL1U");
	assert_cid(&[b'a'; 400], chunks(V1, 1), "bafybeiajemq5ovepy7fc56ifhtn6aoctbkgxcqav44zg2bjkrfwvlbnewu");
}

#[test]
fn version_0_at_and_over_the_most_links() {
	let bytes = deterministic("v0-seed", 44_800 * 1024);
	assert_cid(&bytes[..44_544 * 1024], V0, "QmUbBALi174SnogsUzLpYbD4xPiBSFANF4iztWCsHbMKh2");
	assert_cid(&bytes, V0, "QmepeWtdmS1hHXx1oZXsPUv6bMrfRRKfZcoPPU4eEfjnbf");
}

#[test]
fn version_1_with_chunks_of_one_mebibyte() {
	let profile = Profile { links: 174, ..V1 };
	let bytes = deterministic("v1-seed", 175 << 20);
	assert_cid(&bytes[..174 << 20], profile, "bafybeigwduxcf2aawppv3isnfeshnimkyplvw3hthxjhr2bdeje4tdaicu");
	assert_cid(&bytes, profile, "bafybeidhd7lo2n2v7lta5yamob3xwhbxcczmmtmhquwhjesi35jntf7mpu");
}

#[tokio::test]
async fn every_profile_is_fetched_back() {
	let content = deterministic("round trip", 3 << 20);
	for profile in [V0, V1, Profile { version: Version::V1, ..V0 }, Profile { chunk_bytes: 20_000, links: 13, ..V0 }] {
		let mut blocks: Vec<Block> = Vec::new();
		let root = import(&content, &profile, |block| {
			blocks.push(block);
			Ok::<_, Infallible>(())
		});
		let root = root.unwrap();
		let file = fetch_file(&Memory::new(&blocks), &root, &Limits::default()).await.unwrap();
		assert!(file.bytes == content);
		assert_eq!(file.blocks.len(), blocks.len());
		assert_eq!(file.blocks[0], root);
	}
}
