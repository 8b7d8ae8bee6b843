// Gold: its commitment, its file, and what is kept until it is revealed.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hexToU8a } from '@polkadot/util';
import { encodeAddress } from '@polkadot/util-crypto';
import { checkGold, checkGoldReveal, GOLD_FIELDS, goldCommitment, goldPath, goldSecret, keepSecret, openGold, readSecret, updateSecret } from '../lib.mjs';

const vectors = JSON.parse(await readFile(new URL('../../../primitives/tests/vectors/commitments.json', import.meta.url)));
const genesis = `0x${vectors.genesis}`;
const salt = `0x${vectors.salt}`;
const provider = encodeAddress(`0x${vectors.account}`, 42);
const encode = (text) => new TextEncoder().encode(text);
const task = { classification: { items: 6, classes: 2 } };
const content = encode('[0,null,1,1,null,0]\n');

test('commitments to gold are those of the chain', () => {
	// By Python, with the bytes put together by hand and hashlib.blake2b(preimage, digest_size=32).
	const location = `01551220${'09'.repeat(32)}`;
	for (const [dataset, at, hash] of [
		[0, '', 'a6194e1dfc982184fb5b843f312accfcd5eaeb160981fdcb311f2f02f2cc8890'],
		[7, location, 'a07bfa39dcc82cfc6dee49e0ad97d53f39d4b7bba63b42019be577f07787c16f'],
		[4294967295, location, '6246e572b61942eb404bf581d915473445f3931713ad2004fa14f18a291b9d79'],
	]) {
		assert.equal(goldCommitment({ genesis, dataset, provider, location: hexToU8a(`0x${at}`), salt }), `0x${hash}`);
	}
});

test('gold is looked at strictly', () => {
	checkGold(content, task);
	checkGold(encode('[0, 1, 1, 1, 0, 0]'), task);
	const cases = [
		['[0,null,1,1,null,null]', /knows 3 items/],
		['[null,null,null,null,null,null]', /knows 0 items/],
		['[0,1,1,1,0]', /wrong shape: .*\(5,\), where \(6,\) is asked/],
		['[0,1,1,1,0,2]', /item 5 \(counted from 0\) is 2/],
		['[0,1,1,1,0,-1]', /item 5 \(counted from 0\) is -1/],
		['[0,1,1,1,0,1.0]', /item 5 \(counted from 0\) is 1\.0/],
		['{"0": 1}', /an object, where an array is asked/],
		['{"0": 1, "0": 0}', /line 1, column 10: "0" is there twice/],
		['[0,1,1,1,0,]', /line 1, column 11: a comma/],
		['\ufeff[0,1,1,1,0,0]', /byte order mark/],
		['\u{1f600}', /line 1, column 1: '\u{1f600}'/u],
	];
	for (const [text, message] of cases) {
		assert.throws(() => checkGold(encode(text), task), { kind: 'input', message }, text);
	}
	assert.throws(() => checkGold(Uint8Array.of(0x93, 0x4e), task), { kind: 'input', message: /NumPy/ });
	assert.throws(() => checkGold(encode(`[0,1,1,1,0,0]${' '.repeat(1024 * 1024)}`), task), { kind: 'input', message: /bytes/ });
	for (const other of [{ vector: { scale: [1], fractionBits: 0 } }, { mask: { width: 1, height: 1, depth: 1 } }, { boxes: { items: 6 } }]) {
		assert.throws(() => checkGold(content, other), { kind: 'input', message: /only a classification/ });
	}
});

test('what is kept opens the commitment', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'gold-'));
	try {
		const secret = goldSecret({ genesis, dataset: 7, provider, content, salt });
		assert.equal(secret.location, 'bafkreifr7qvptfvgh5rbgghq2jdmskr473h4ywh2n7j7s7bxcw7cs5hzku');
		const path = join(folder, goldPath(secret));
		await keepSecret(path, secret, { of: 'gold' });
		await assert.rejects(keepSecret(path, secret), { kind: 'account', message: /EEXIST/ });
		assert.equal((await stat(path)).mode & 0o777, 0o600);
		assert.deepEqual(await readSecret(path, 'x', GOLD_FIELDS), secret);

		await updateSecret(path, { ...secret, sample: 3 });
		await writeFile(`${path}.new`, 'of a run that was stopped');
		await updateSecret(path, { ...secret, sample: 4 });
		const kept = await readSecret(path, 'x', GOLD_FIELDS);
		assert.equal(kept.sample, 4);
		assert.equal((await stat(path)).mode & 0o777, 0o600);
		assert.deepEqual(Buffer.from(openGold(kept)), Buffer.from(content));
	} finally {
		await rm(folder, { recursive: true });
	}
});

test('what was changed opens nothing', () => {
	const secret = goldSecret({ genesis, dataset: 7, provider, content });
	assert.notEqual(secret.salt, goldSecret({ genesis, dataset: 7, provider, content }).salt);
	for (const change of [{ dataset: 8 }, { salt }, { content: '[1,null,1,1,null,0]\n' }, { provider: encodeAddress(new Uint8Array(32), 42) }, { commitment: salt }]) {
		assert.throws(() => openGold({ ...secret, ...change }), { kind: 'account', help: /backup/ }, JSON.stringify(change));
	}
});

test('a file that keeps no gold is refused', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'gold-'));
	const path = join(folder, 'secret.json');
	const read = async (text) => {
		await writeFile(path, text);
		return readSecret(path, 'submit-sample.mjs', GOLD_FIELDS);
	};
	try {
		await assert.rejects(readSecret(undefined, 'submit-sample.mjs', []), { kind: 'input', help: /submit-sample.mjs/ });
		await assert.rejects(readSecret(path, 'submit-sample.mjs', []), { kind: 'input', message: /ENOENT/ });
		await assert.rejects(read('{'), { kind: 'account', message: /damaged/ });
		await assert.rejects(read('null'), { kind: 'account', message: /no 'genesis'/ });
		const label = { genesis, sample: 1, account: provider, location: 'x', salt, commitment: salt };
		await assert.rejects(read(JSON.stringify(label)), { kind: 'account', message: /no 'dataset'/ });
	} finally {
		await rm(folder, { recursive: true });
	}
});

test('gold is revealed once, in the reveal phase', () => {
	const commitment = salt;
	const some = (disclosure) => ({ unwrapOr: () => disclosure });
	const committed = some({ isRevealed: false, asCommitted: { toHex: () => commitment } });
	const reveal = { isOpen: true, asOpen: { isReveal: true } };
	const overdue = (type) => ({ isOpen: false, isOverdue: true, asOverdue: { type } });
	const check = (gold, stage) => () => checkGoldReveal({ commitment }, { record: { gold }, stage });
	check(committed, reveal)();
	const cases = [
		[some(null), reveal, /without gold/],
		[some({ isRevealed: true }), reveal, /revealed already/],
		[some({ isRevealed: false, asCommitted: { toHex: () => genesis } }), reveal, /another sample/],
		[committed, overdue('TooFewCommitments'), /bounty comes back/],
		[committed, overdue('TooFewReveals'), /bounty comes back/],
		[committed, overdue('GoldWithheld'), /too late/],
	];
	for (const [gold, stage, message] of cases) {
		assert.throws(check(gold, stage), { message });
	}
});
