// A game whose deadline has passed does not end by itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, Overdue } from '../lib.mjs';

const waiting = { isOpen: false };
const open = { isOpen: true };

test('a watch without a key ends, and names the way on', async () => {
	const overdue = new Overdue(7, null);
	await overdue.look(10, open);
	await overdue.look(20, waiting);
	await overdue.look(20 + Overdue.PATIENCE - 1, waiting);
	await assert.rejects(overdue.look(20 + Overdue.PATIENCE, waiting), { kind: 'unseen', message: /nobody has ended/, help: /follow\.mjs --sample 7 --resolve/ });
});

test('a game that somebody ends is waited for', async () => {
	const overdue = new Overdue(7, null);
	await overdue.look(20, waiting);
	for (const stage of [null, open]) {
		await overdue.look(100, stage);
		await overdue.look(101, waiting);
		await overdue.look(100 + Overdue.PATIENCE, waiting);
	}
});

test('with a key the game is ended once', async () => {
	let sent = 0;
	const overdue = new Overdue(7, async () => (sent += 1));
	for (const height of [20, 21, 22]) {
		await overdue.look(height, waiting);
	}
	assert.equal(sent, 1);
});

test('a refusal is no end as long as somebody else may have been faster', async () => {
	const refused = new Failure('refused', 'the account can\'t pay', 'send it some money');
	const overdue = new Overdue(7, async () => Promise.reject(refused));
	await overdue.look(20, waiting);
	await overdue.look(21, waiting);
	await assert.rejects(overdue.look(20 + Overdue.PATIENCE, waiting), refused);
	const broken = new Overdue(7, async () => Promise.reject(new Failure('unavailable', 'the node is gone')));
	await assert.rejects(broken.look(20, waiting), { kind: 'unavailable' });
});
