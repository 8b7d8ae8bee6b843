// CIDs: text for people and IPFS, bytes for the chain.

import { hexToU8a, u8aToHex } from '@polkadot/util';
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
	const bytes = decode(text);
	// Decoders are lenient about letters that stand for nothing; there is one way to write a CID.
	if (!isFetchable(bytes) || cidToText(bytes) !== text) {
		throw notOne(text);
	}
	return bytes;
}

function decode(text) {
	try {
		return String(text).startsWith('Qm') ? base58Decode(text) : base32Decode(text, true);
	} catch {
		return new Uint8Array(); // No bytes are no CID either.
	}
}

const WRITE = 'give a CIDv0 (Qm...) or a base32 CIDv1 (bafk... or bafy...) of a file, with a SHA-256 hash';

const notOne = (text, why = 'is not a CID that scorers can fetch', help = WRITE) => new Failure('input', `'${text}' ${why}`, help);

/** The CID in what a person pastes: bare, in capitals, in binary, behind `/ipfs/` or `ipfs://`, or the address of a gateway. */
export function parseCid(pasted) {
	const text = String(pasted).trim();
	const { cid, path } = unwrap(text);
	if (path !== '') {
		throw notOne(text, 'is a path, and scorers fetch a file by its own CID', `cut '${path}' and give the CID of the file itself: \`ipfs resolve -r ${text}\` tells it`);
	}
	if (/^0x[0-9a-f]*$/i.test(cid) && isFetchable(hexToU8a(cid))) {
		return cidToText(hexToU8a(cid));
	}
	const written = /^B[A-Z2-7]+$/.test(cid) ? cid.toLowerCase() : cid;
	const bytes = decode(written);
	if (isFetchable(bytes) && cidToText(bytes) === written) {
		return written;
	}
	throw notOne(text, ...explain(written, bytes));
}

/** The part of an address that is the CID, and what comes behind it. */
function unwrap(text) {
	const bare = text.replace(/[?#].*$/, '');
	const [, host, rest] = /^(?:https?:\/\/)?(\w+)\.ipfs\.[\w.-]+(?::\d+)?(.*)$/i.exec(bare) ?? [];
	const [, named = host ?? bare, behind = rest ?? ''] = /^(?:dweb:|https?:\/\/[^/]+)?(?:\/ipfs\/|ipfs:\/\/)([^/]*)(.*)$/i.exec(bare) ?? [];
	const [, cid, path] = /^([^/]*)(.*)$/s.exec(named + behind);
	return { cid, path: path.replace(/\/+$/, '') };
}

/** What is wrong with what is no CID, and what to do. */
function explain(cid, bytes) {
	if (/^qm[0-9a-z]{44}$/.test(cid)) {
		return ['is a CID of version 0 in small letters', 'copy it again with its capitals: they are part of it'];
	}
	if (/^zQm/.test(cid)) {
		return ['is a CID of version 0 with a letter of its base', 'cut the \'z\''];
	}
	if (/^[zkfFuU]\w{40,}$/.test(cid)) {
		return ['is written in another base', `write it in base32: \`ipfs cid base32 ${cid}\` does`];
	}
	if (/^01(55|70)1220[0-9a-f]{64}$/i.test(cid)) {
		return ['is not a CID as people write it', 'put 0x in front of its bytes'];
	}
	if (bytes[0] === 1 && bytes[1] !== RAW && bytes[1] !== DAG_PB) {
		return [`has the codec 0x${bytes[1].toString(16)}, which is no file`, 'add the file itself to IPFS, and give the CID of that'];
	}
	if (bytes[0] === 1 && bytes[2] !== 0x12) {
		return [`has the hash 0x${bytes[2].toString(16)}, where SHA-256 is asked`, 'add the file to IPFS again with --hash=sha2-256'];
	}
	return ['is not a CID', `look whether it was copied whole; ${WRITE}`];
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
