// Files on IPFS, through the RPC that Kubo has and that a node's own block store has, too.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { basename } from 'node:path';
import { cidToBytes, rawCid } from './cid.mjs';
import { Failure } from './failure.mjs';

const CHUNK_BYTES = 1024 * 1024;
const ADD_MS = 60_000;
const LOOK_MS = 30_000;

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
	const form = new FormData();
	form.append('file', new Blob([content]), basename(path));
	const { status, text, origin } = await ask(command(api, 'add', OPTIONS), form, ADD_MS);
	if (status !== 200) {
		throw new Failure('unavailable', `IPFS at ${origin} refuses the file (${status}): ${message(text)}`, 'a node\'s own store takes files up to 64 MiB; name a Kubo daemon with --ipfs-api URL for larger ones');
	}
	const { Hash: cid } = JSON.parse(text.trim().split('\n').at(-1));
	cidToBytes(cid);
	if (content.length <= CHUNK_BYTES && cid !== rawCid(content)) {
		throw new Failure('unavailable', `${api} says that ${path} is ${cid}, but it is ${rawCid(content)}`, 'do not use this IPFS daemon');
	}
	return cid;
}

/** Makes sure that a CID is that of a file, and can be had: money is held for it that nobody can label otherwise. */
export async function lookAt(api, cid, milliseconds = LOOK_MS) {
	const url = command(api, 'cat', { arg: cid, length: 1, timeout: `${milliseconds}ms` });
	const { status, text } = await ask(url, undefined, milliseconds).catch((error) => {
		throw error.cause?.name === 'TimeoutError' ? missing(cid, `nothing of it in ${milliseconds / 1000} s`) : new Failure(error.kind, error.message, `${error.help}; ${UNCHECKED}`);
	});
	if (status === 200) {
		return;
	}
	const why = message(text);
	if (/directory/i.test(why)) {
		throw new Failure('input', `${cid} is a directory, and scorers fetch a file`, 'give the CID of the file in it: `ipfs ls CID` lists them');
	}
	if (/not a valid file|unrecognized|unknown|proto|codec|symlink/i.test(why)) {
		throw new Failure('input', `${cid} is no file: ${why}`, 'add the file itself to IPFS, and give the CID of that');
	}
	throw missing(cid, why);
}

const UNCHECKED = 'to submit without a look: --unchecked';

const missing = (cid, why) => new Failure('unavailable', `${cid} can't be had: ${why}`, `keep it at an IPFS daemon that is online; ${UNCHECKED}`);

function command(api, name, options) {
	if (!/^https?:\/\/./.test(api)) {
		throw new Failure('input', `'${api}' is not the address of an IPFS daemon`, 'write http://HOST:PORT, for example http://127.0.0.1:5001');
	}
	return new URL(`api/v0/${name}?${new URLSearchParams(options)}`, api.endsWith('/') ? api : `${api}/`);
}

/** Not by fetch(), which refuses some ports, 5060 and 5061 among them. */
async function ask(url, form, milliseconds) {
	const encoded = form && new Response(form);
	const headers = encoded && { 'content-type': encoded.headers.get('content-type') };
	const body = encoded && Buffer.from(await encoded.arrayBuffer());
	const signal = AbortSignal.timeout(milliseconds);
	try {
		const { request } = url.protocol === 'https:' ? https : http;
		const sent = request(url, { method: 'POST', headers, signal }).end(body);
		const [response] = await once(sent, 'response');
		const text = (await response.setEncoding('utf8').toArray()).join('');
		return { status: response.statusCode, text, origin: url.origin };
	} catch (error) {
		const failure = new Failure('unavailable', `no IPFS daemon at ${url.origin}: ${error.code ?? error.message}`, 'start a node or an IPFS daemon, or name a running one with --ipfs-api URL');
		throw Object.assign(failure, { cause: signal.aborted ? signal.reason : error });
	}
}

function message(text) {
	try {
		return JSON.parse(text).Message;
	} catch {
		return text.trim();
	}
}
