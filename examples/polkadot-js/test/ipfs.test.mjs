// A look at a CID through IPFS, before anything is held for it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { lookAt } from '../lib.mjs';

const cid = 'bafkreihkunsfrzkl3rtv5qtzh4kfsxsgpqrj3lxw3txlc7po5kxa66ewv4';

/** Looks through a daemon that gives `answer` to every request; what it was asked. */
async function look(status, answer, milliseconds) {
	const asked = [];
	const server = http.createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		if (answer !== undefined) response.writeHead(status).end(answer);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		await lookAt(`http://127.0.0.1:${server.address().port}`, cid, milliseconds);
		return asked;
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

const refuses = (Message) => look(500, JSON.stringify({ Message, Code: 0, Type: 'error' }));

test('a file is looked at by its first byte', async () => {
	const [asked, ...others] = await look(200, 'a');
	assert.match(asked, new RegExp(`^POST /api/v0/cat\\?.*arg=${cid}`));
	assert.match(asked, /length=1/);
	assert.deepEqual(others, []);
	await look(200, '');
});

test('what is no file is refused', async () => {
	await assert.rejects(refuses('this dag node is a directory'), { kind: 'input', message: /a directory/, help: /file in it/ });
	for (const message of ['the CID is not a valid file: its links do not add up; add the file again with `ipfs add`', 'unrecognized node type: *cbornode.Node', 'proto: can\'t skip unknown wire type 7']) {
		await assert.rejects(refuses(message), { kind: 'input', message: new RegExp(message.slice(0, 12)) });
	}
});

test('what cannot be had is told apart from a daemon that is down', async () => {
	await assert.rejects(refuses('block was not found locally (offline): ipld: could not find it'), { kind: 'unavailable', message: /not found/, help: /--unchecked/ });
	await assert.rejects(look(200, undefined, 50), { kind: 'unavailable', message: /nothing of it in/, help: /--unchecked/ });
	await assert.rejects(lookAt('http://127.0.0.1:1', cid), { kind: 'unavailable', message: /no IPFS daemon/, help: /--unchecked/ });
	await assert.rejects(lookAt('127.0.0.1', cid), { kind: 'input', message: /address of an IPFS daemon/ });
});
