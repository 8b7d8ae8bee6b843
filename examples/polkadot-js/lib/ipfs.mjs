// Files on IPFS, through the RPC that Kubo has and that a node's own block store has, too.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
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
	if (!/^https?:\/\/./.test(api)) {
		throw new Failure('input', `'${api}' is not the address of an IPFS daemon`, 'write http://HOST:PORT, for example http://127.0.0.1:5001');
	}
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

/** Not by fetch(), which refuses some ports, 5060 and 5061 among them. */
async function post(url, form) {
	const encoded = new Response(form);
	const headers = { 'content-type': encoded.headers.get('content-type') };
	const body = Buffer.from(await encoded.arrayBuffer());
	try {
		const { request } = url.protocol === 'https:' ? https : http;
		const sent = request(url, { method: 'POST', headers, signal: AbortSignal.timeout(60_000) }).end(body);
		const [response] = await once(sent, 'response');
		const text = (await response.setEncoding('utf8').toArray()).join('');
		if (response.statusCode === 200) {
			return text;
		}
		throw new Failure('unavailable', `IPFS at ${url.origin} refuses the file (${response.statusCode}): ${message(text)}`, 'a node\'s own store takes files up to 8 MiB; name a Kubo daemon with --ipfs-api URL for larger ones');
	} catch (error) {
		throw error instanceof Failure ? error : new Failure('unavailable', `no IPFS daemon at ${url.origin}: ${error.code ?? error.message}`, 'start a node or an IPFS daemon, or name a running one with --ipfs-api URL');
	}
}

function message(text) {
	try {
		return JSON.parse(text).Message;
	} catch {
		return text.trim();
	}
}
