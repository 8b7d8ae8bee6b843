// The parts that need no node.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { checkLabel, cidToBytes, cidToText, labelCommitment, parseAmount, parseCid, rawCid, showAmount } from '../lib.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../../primitives/tests/vectors/commitments.json', import.meta.url)));
const encode = (text) => new TextEncoder().encode(text);

test('commitments are those of the chain', () => {
	for (const { sample, location, hash } of vectors.label) {
		const commitment = labelCommitment({
			genesis: `0x${vectors.genesis}`,
			sample,
			account: hexToU8a(`0x${vectors.account}`),
			location: hexToU8a(`0x${location}`),
			salt: `0x${vectors.salt}`,
		});
		assert.equal(commitment, `0x${hash}`);
	}
});

test('CIDs keep their bytes', () => {
	// From Kubo's own tests: "Hello Mars!" and the empty file.
	const version1 = 'bafkreibmlvvgdyihetgocpof6xk64kjjzdeq2e4c7hqs3krdheosk4tgj4';
	assert.equal(rawCid(encode('Hello Mars!\n')), version1);
	assert.equal(u8aToHex(cidToBytes(version1)).slice(0, 10), '0x01551220');
	assert.equal(cidToText(cidToBytes(version1)), version1);
	const version0 = 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH';
	assert.equal(cidToBytes(version0).length, 34);
	assert.equal(cidToText(cidToBytes(version0)), version0);
	assert.equal(cidToText(Uint8Array.of(1, 2)), '0x0102');
});

test('what is no CID of a file is refused', () => {
	const good = 'bafkreibmlvvgdyihetgocpof6xk64kjjzdeq2e4c7hqs3krdheosk4tgj4';
	const identity = 'bafkqaaa';
	const cbor = 'bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua';
	for (const text of ['', 'hello', good.slice(0, -1), `${good}a`, good.toUpperCase(), identity, cbor, 'QmbFMke1', '0x0155']) {
		assert.throws(() => cidToBytes(text), { kind: 'input' }, text);
	}
});

test('CIDs are taken as they are pasted, or it is said what to cut', () => {
	const raw = 'bafkreihkunsfrzkl3rtv5qtzh4kfsxsgpqrj3lxw3txlc7po5kxa66ewv4';
	const version0 = 'QmQXKntt4vRnkdNpAbNwx5RhursCxcYi7ssNrX3mGz1y2u';
	const binary = '01551220eaa36458e54bdc675ec2793f14595e467c229daef6dceeb17deeeaae0f7896af';
	for (const text of [
		raw, raw.toUpperCase(), ` ${raw} `, `${raw}/`, `0x${binary}`,
		`/ipfs/${raw}`, `ipfs://${raw}`, `ipfs://${raw}/`, `dweb:/ipfs/${raw}`, `IPFS://${raw.toUpperCase()}`,
		`https://ipfs.io/ipfs/${raw}`, `http://127.0.0.1:8080/ipfs/${raw}?filename=a.json`, `https://${raw}.ipfs.dweb.link/`, `${raw}.ipfs.localhost:8080`,
	]) {
		assert.equal(parseCid(text), raw, text);
	}
	assert.equal(parseCid(`https://ipfs.io/ipfs/${version0}`), version0);
	for (const [text, message, help] of [
		[`/ipfs/${raw}/sample.json`, /a path/, /cut '\/sample\.json'/],
		[`https://ipfs.io/ipfs/${raw}/a/b`, /a path/, /cut '\/a\/b'/],
		['zb2rhnSD6i3Q6Dss3XUFsCac845LJwKuARBtQg9GWzkTAroC2', /another base/, /ipfs cid base32/],
		['k2cwueehxp44y7nu36wze5ivxw1w2xl25ayp0x5ve5e5fxofdya7pupb', /another base/, /ipfs cid base32/],
		[`f${binary}`, /another base/, /ipfs cid base32/],
		['uAVUSIOqjZFjlS9xnXsJ5PxRZXkZ8Ip2u9tzusX3u6q4PeJav', /another base/, /ipfs cid base32/],
		[version0.toLowerCase(), /small letters/, /capitals/],
		[`z${version0}`, /version 0/, /cut the 'z'/],
		[raw.slice(0, -1), /not a CID/, /whole/],
		[binary, /not a CID/, /0x/],
		['bafyreihkunsfrzkl3rtv5qtzh4kfsxsgpqrj3lxw3txlc7po5kxa66ewv4', /codec 0x71/, /add the file itself/],
		['bafkqahk3giwcanbmea3syibzfqqdcmjmeaytelbage2syibrg5oqu', /hash 0x0/, /add the file/],
		['', /not a CID/, /bafk/],
	]) {
		assert.throws(() => parseCid(text), { kind: 'input', message, help }, text);
	}
});

test('amounts are exact', () => {
	assert.equal(parseAmount('1.5UNIT'), 1_500_000_000_000n);
	assert.equal(parseAmount('0.000000000001 unit'), 1n);
	assert.equal(parseAmount('42'), 42n);
	assert.equal(parseAmount('340282366920938463463374607431768211455'), 2n ** 128n - 1n);
	for (const text of ['340282366920938463463374607431768211456', '340282366920938463463374607.5UNIT', '9'.repeat(100)]) {
		assert.throws(() => parseAmount(text), { kind: 'input', message: /more than the chain can count/ }, text);
	}
	assert.throws(() => parseAmount('10DOT'), { kind: 'input', message: /DOT/, help: /UNIT/ });
	for (const text of ['', '1.5', '1,000UNIT', '10,5UNIT', '1 000UNIT', '10UNITS', '10mUNIT', '0x64', '+10UNIT', '-1', '1DOT', '1.0000000000001UNIT', 'UNIT', '1e3', '.5UNIT']) {
		assert.throws(() => parseAmount(text), { kind: 'input' }, text);
	}
	assert.equal(showAmount('1500000000000'), '1.5 UNIT');
	assert.equal(showAmount(0n), '0 UNIT');
	assert.equal(showAmount(1n), '0.000000000001 UNIT');
	assert.equal(showAmount(1000000n * 10n ** 12n), '1000000 UNIT');
});

test('labels are looked at', () => {
	const task = { classification: { items: 3, classes: 2 } };
	checkLabel(encode('[0, null, 1]'), task);
	for (const text of ['', '[0, 1]', '[0, 1, 2]', '[0, 1, -1]', '[0, 1, 0.5]', '[0, 1, 1.0]', '[0, 1, 1e0]', '[0, 1, "1"]', '[[0], 1, 1]', '{}', '\ufeff[0,1,1]']) {
		assert.throws(() => checkLabel(encode(text), task), { kind: 'input' }, text);
	}
	assert.throws(() => checkLabel(new Uint8Array(8 * 1024 * 1024 + 1), task), { kind: 'input' });
});

test('labels of other tasks are looked at', () => {
	const cases = [
		[{ vector: { scale: [1, 1], fractionBits: 8 } }, ['[1, -2.5]', '[1e3, 0]'], ['[1]', '[1, null]', '[[1, 2]]', '[1, "2"]']],
		[{ mask: { width: 2, height: 1, depth: 1 } }, ['[[0, 1]]', '[[[0, 1]]]'], ['[0, 1]', '[[0, 2]]', '[[0], [1]]', '[[0, null]]', '[[0, 1.0]]']],
		[{ mask: { width: 1, height: 1, depth: 2 } }, ['[[[0]], [[1]]]'], ['[[0], [1]]']],
		[{ boxes: { items: 1 } }, ['[[0, 0, 2, 2]]', '[0, 0, 2, 2]'], ['[[0, 0, 2]]', '[[0, 0, 0, 2]]', '[[0, 2, 2, 2]]', '[[0, 0, 2, 4294967296]]']],
		[{ boxes: { items: 2 } }, ['[[0, 0, 2, 2], [1, 1, 2, 3]]'], ['[0, 0, 2, 2]', '[[0, 0, 2, 2], [1, 1, 1, 3]]']],
	];
	for (const [task, good, bad] of cases) {
		good.forEach((text) => checkLabel(encode(text), task));
		bad.forEach((text) => assert.throws(() => checkLabel(encode(text), task), { kind: 'input' }, text));
	}
});
