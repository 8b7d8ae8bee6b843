// CIDs: text for people and IPFS, bytes for the chain.

import { u8aToHex } from '@polkadot/util';
import { base32Decode, base32Encode, base58Decode, base58Encode, sha256AsU8a } from '@polkadot/util-crypto';
import { Failure } from './failure.mjs';

const RAW = 0x55;
const DAG_PB = 0x70;

/** True for what the chain takes: version 0, or version 1 with codec raw or dag-pb, and a SHA-256 hash. */
export function isFetchable(bytes) {
	const isSha256 = (multihash) => multihash.length === 34 && multihash[0] === 0x12 && multihash[1] === 0x20;
	const isVersion1 = bytes[0] === 0x01 && (bytes[1] === RAW || bytes[1] === DAG_PB);
	return isSha256(bytes) || (isVersion1 && isSha256(bytes.subarray(2)));
}

/** Binary CID from text: `bafk...` and `bafy...` (version 1, base32) or `Qm...` (version 0, base58). */
export function cidToBytes(text) {
	const cid = String(text).trim();
	let bytes = new Uint8Array();
	try {
		bytes = cid.startsWith('Qm') ? base58Decode(cid) : base32Decode(cid, true);
	} catch {
		// No bytes are no CID either.
	}
	// Decoders are lenient about letters that stand for nothing; there is one way to write a CID.
	if (!isFetchable(bytes) || cidToText(bytes) !== cid) {
		throw new Failure(
			'input',
			`'${text}' is not a CID that scorers can fetch`,
			'give a CIDv0 (Qm...) or a base32 CIDv1 (bafk... or bafy...) of a file, with a SHA-256 hash',
		);
	}
	return bytes;
}

/** Text from a binary CID; bytes that are no such CID as hexadecimal digits. */
export function cidToText(bytes) {
	if (!isFetchable(bytes)) {
		return u8aToHex(bytes);
	}
	return bytes[0] === 0x12 ? base58Encode(bytes) : base32Encode(bytes, true);
}

/** The CID of a file that is one raw block: with chunks of 1 MiB, any file up to that size. */
export function rawCid(content) {
	return cidToText(Uint8Array.from([0x01, RAW, 0x12, 0x20, ...sha256AsU8a(content)]));
}
