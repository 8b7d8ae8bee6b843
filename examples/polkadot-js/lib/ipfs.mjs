// Files on IPFS, through the RPC that Kubo has and that a node's own block store has, too.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { cidToBytes, rawCid } from './cid.mjs';
import { Failure } from './failure.mjs';

const CHUNK_BYTES = 1024 * 1024;

// Defaults differ between daemons and change with time, and other options make other CIDs.
const OPTIONS = {
	'cid-version': 1,
	'raw-leaves': true,
	hash: 'sha2-256',
	chunker: `size-${CHUNK_BYTES}`,
	trickle: false,
	'wrap-with-directory': false,
	'only-hash': false,
	pin: true,
	progress: false,
};

/** The bytes of a local file. */
export async function readInput(path) {
	try {
		return await readFile(path);
	} catch (error) {
		throw new Failure('input', `can't read ${path}: ${error.code ?? error.message}`, 'check the path');
	}
}

/** Adds and pins a file; returns its CID as text. */
export async function addToIpfs(api, path, content) {
	const url = new URL(`api/v0/add?${new URLSearchParams(OPTIONS)}`, api.endsWith('/') ? api : `${api}/`);
	const form = new FormData();
	form.append('file', new Blob([content]), basename(path));
	const answer = await post(url, form);
	const { Hash: cid } = JSON.parse(answer.trim().split('\n').at(-1));
	cidToBytes(cid);
	if (content.length <= CHUNK_BYTES && cid !== rawCid(content)) {
		throw new Failure('unavailable', `${api} says that ${path} is ${cid}, but it is ${rawCid(content)}`, 'do not use this IPFS daemon');
	}
	return cid;
}

async function post(url, body) {
	let response;
	try {
		response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(60_000) });
	} catch (error) {
		const why = error.cause?.code ?? error.cause?.message ?? error.message;
		throw new Failure('unavailable', `no IPFS daemon at ${url.origin}: ${why}`, 'start a node or an IPFS daemon, or name a running one with --ipfs-api URL');
	}
	const text = await response.text();
	if (!response.ok) {
		throw new Failure('unavailable', `IPFS at ${url.origin} refuses the file (${response.status}): ${message(text)}`, 'a node\'s own store takes files up to 8 MiB; name a Kubo daemon with --ipfs-api URL for larger ones');
	}
	return text;
}

function message(text) {
	try {
		return JSON.parse(text).Message;
	} catch {
		return text.trim();
	}
}
