//! Content identifiers as they stand on chain: binary, SHA-256 only.

/// Most bytes of a location on chain.
pub const MAX_LOCATION_BYTES: u32 = 64;

/// Multicodec of a raw block.
pub const RAW: u8 = 0x55;
/// Multicodec of a dag-pb node.
pub const DAG_PB: u8 = 0x70;

/// True for a CID that scorers can fetch and verify: version 0, or version 1 with codec raw or dag-pb,
/// with a SHA-256 multihash of 32 bytes and nothing after it.
pub fn is_fetchable(bytes: &[u8]) -> bool {
	matches!(
		bytes,
		[0x12, 0x20, digest @ ..] | [0x01, RAW | DAG_PB, 0x12, 0x20, digest @ ..] if digest.len() == 32
	)
}

/// The CID, version 1, of a raw block with this SHA-256 digest.
pub fn raw_cid(digest: [u8; 32]) -> [u8; 36] {
	let mut cid = [0; 36];
	let (head, tail) = cid.split_at_mut(4);
	head.copy_from_slice(&[0x01, RAW, 0x12, 0x20]);
	tail.copy_from_slice(&digest);
	cid
}
