// What opens the commitment that is on the chain.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkOpening, cidToBytes, keyPair, labelCommitment, toolSalt } from '../lib.mjs';

const genesis = `0x${'11'.repeat(32)}`;
const location = 'bafkreihkunsfrzkl3rtv5qtzh4kfsxsgpqrj3lxw3txlc7po5kxa66ewv4';
const pair = await keyPair('//Alice');

function secretWith(salt) {
	const opening = { genesis, sample: 7, account: pair.address, location, salt };
	return { ...opening, commitment: labelCommitment({ ...opening, location: cidToBytes(location) }) };
}

const label = (who, state) => ({ who: { toString: () => who }, state });
const committed = (hash) => ({ isCommitted: true, asCommitted: { toHex: () => hash } });

test('the salt of the command line tool is derived from the key', () => {
	const fixture = readFileSync(new URL('../../../client/tests/fixtures/salt.hex', import.meta.url), 'utf8');
	assert.equal(toolSalt(pair, genesis, 7), `0x${fixture.trim()}`);
});

test('a secret that opens what is on the chain is taken', () => {
	const secret = secretWith(`0x${'05'.repeat(32)}`);
	checkOpening([label('somebody else', committed('0x00')), label(pair.address, committed(secret.commitment))], secret, pair);
});

test('it is said which secret opens another commitment', () => {
	const secret = secretWith(`0x${'05'.repeat(32)}`);
	const byTool = secretWith(toolSalt(pair, genesis, 7)).commitment;
	for (const [labels, message, help] of [
		[[label(pair.address, committed(byTool))], /command line tool/, /learnware label reveal 7 FILE/],
		[[label(pair.address, committed(`0x${'00'.repeat(32)}`))], /another label/, /the file that commit-label\.mjs wrote .*learnware label reveal 7/],
		[[label('somebody else', committed(secret.commitment))], /has committed no label/, /number/],
		[[label(pair.address, { isCommitted: false })], /revealed already/, /follow\.mjs --sample 7/],
	]) {
		assert.throws(() => checkOpening(labels, secret, pair), { message, help });
	}
});

test('a name with two slashes is a development account, and no other', async () => {
	assert.equal((await keyPair('//Bob//stash')).address, '5HpG9w8EBLe5XCrbczpwq5TSXvedjrBGCwqxK1iQ7qUsSWFc');
	for (const suri of ['//bob', '//BOB', '//Zed', '//Alicia', '/Alice', '///password']) {
		await assert.rejects(keyPair(suri), { kind: 'account', message: /anybody can open/, help: /\/\/Alice, .*\/\/Ferdie/ }, suri);
	}
});
