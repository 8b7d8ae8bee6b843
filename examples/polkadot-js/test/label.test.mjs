// Labels as other programs write them: each is judged as the scorers do, and each bad one says what is wrong.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkLabel, parseTask } from '../lib.mjs';
import { types } from './metadata.mjs';

const read = (path) => readFileSync(new URL(`labels/${path}`, import.meta.url));
const rows = read('expected.tsv').toString().trim().split('\n').slice(1).map((line) => line.split('\t'));

for (const [task, file, verdict, says] of rows) {
	test(`${file} is ${verdict}`, () => {
		const check = () => checkLabel(read(file), parseTask(read(task), types.kinds));
		if (verdict === 'ok') {
			check();
			return;
		}
		assert.throws(check, (error) => {
			assert.equal(error.kind, 'input');
			assert.match(error.message, new RegExp(`: ${verdict.replace('_', ' ')}: `));
			assert.ok(says, error.message);
			assert.ok(error.message.includes(says), `${error.message}\nsays nothing of: ${says}`);
			assert.match(error.help, /; a bad label costs its collateral$/);
			return true;
		});
	});
}

/** A file of NumPy with this header and data. */
function npy(header, data = [], version = [1, 0]) {
	const length = version[0] === 1 ? [header.length & 255, header.length >> 8] : [header.length, 0, 0, 0];
	return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), ...version, ...length, ...Buffer.from(header), ...data]);
}

const header = ({ descr = "'|u1'", order = 'False', shape = '(3,)' }) => `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
const task = { classification: { items: 3, classes: 2 } };

test('headers are taken as the scorers take them', () => {
	const tight = '{"shape":(3,),"descr":"|u1","fortran_order":False}';
	for (const text of [header({}), tight, '\t{ \'fortran_order\' :\nFalse , \'shape\' : ( 3 , ) , \'descr\' : \'|u1\' }\r\n']) {
		checkLabel(npy(text, [0, 1, 255]), task);
		checkLabel(npy(text, [0, 1, 255], [2, 0]), task);
	}
	for (const text of [
		'', '{}', tight.replace('}', ''), `${tight} .`, tight.replace('"|u1",', '"|u1",,'), tight.replace('}', ',"descr":"|u1"}'), tight.replace('}', ',"more":1}'),
		...['(3)', '3', '[3]', '(,)', '(3,,)', '(-3,)', '(03,)', '(3 2)', `(${'1,'.repeat(33)})`].map((shape) => header({ shape })),
		...["'|u2'", "'=i4'", "'i1'", "'<i16'", "'"].map((descr) => header({ descr })),
		header({ order: '0' }),
	]) {
		assert.throws(() => checkLabel(npy(text, [0, 1, 1]), task), { kind: 'input', message: /malformed/ }, text);
	}
	for (const bad of [npy(header({}), [0, 1]), npy(header({}), [0, 1, 1], [3, 0]), npy(header({})).subarray(0, 9), npy(header({})).subarray(0, 40), npy(header({ descr: "'|b1'" }), [0, 1, 2])]) {
		assert.throws(() => checkLabel(bad, task), { kind: 'input', message: /malformed/ });
	}
});

test('numbers of a vector fit 64 bits with a sign, to the last half', () => {
	const vector = { vector: { scale: [1], fractionBits: 0 } };
	const check = (number) => () => checkLabel(new TextEncoder().encode(`[${number}]`), vector);
	for (const number of ['9223372036854775807', '9223372036854775807.4', '-9223372036854775808.5', '0.9223372036854775807e19', '1e-999999999']) {
		check(number)();
	}
	for (const number of ['9223372036854775807.5', '9223372036854775808', '-9223372036854775808.6', '1e19', '1e400', '-1e999999999999']) {
		assert.throws(check(number), { kind: 'input', message: /coordinate 0/ }, number);
	}
	const last = npy(header({ descr: "'<i8'", shape: '(1,)' }), [255, 255, 255, 255, 255, 255, 255, 127]);
	checkLabel(last, vector);
	assert.throws(() => checkLabel(last, { vector: { scale: [1], fractionBits: 1 } }), { kind: 'input', message: /9223372036854775807/ });
	for (const [data, found] of [[[0, 0, 128, 127], /Infinity/], [[0, 0, 192, 127], /NaN/]]) {
		assert.throws(() => checkLabel(npy(header({ descr: "'<f4'", shape: '(1,)' }), data), vector), { kind: 'input', message: found });
	}
});
