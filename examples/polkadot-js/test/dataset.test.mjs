// Tasks and terms of a new dataset.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAddress } from '@polkadot/util-crypto';
import { checkLabel, parseAllowed, parseTask, parseTerms, TERMS_OPTIONS } from '../lib.mjs';
import { registry, typeOf, types } from './metadata.mjs';

const encode = (value) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const defaults = Object.fromEntries(Object.entries(TERMS_OPTIONS).map(([name, option]) => [name, option.default]));
const choice = { classification: { items: 20, classes: 2 } };
const mask = { mask: { width: 2, height: 2, depth: 1 } };

test('tasks are those of the command line tool and of the chain', () => {
	for (const [file, task, scale] of [
		[choice, choice, '0x001400000002'],
		[{ vector: { scale: [128, 1], fraction_bits: 8 } }, { vector: { scale: [128, 1], fractionBits: 8 } }, '0x0108800000000100000008'],
		[{ vector: { scale: [1] } }, { vector: { scale: [1], fractionBits: 0 } }, '0x01040100000000'],
		[{ mask: { width: 64, height: 32, depth: 2 } }, { mask: { width: 64, height: 32, depth: 2 } }, '0x02400000002000000002000000'],
		[{ mask: { width: 2, height: 2 } }, mask, '0x02020000000200000001000000'],
		[{ boxes: { items: 3 } }, { boxes: { items: 3 } }, '0x0303000000'],
	]) {
		const parsed = parseTask(encode(file), types.kinds);
		assert.deepEqual(parsed, task);
		assert.equal(registry.createType(typeOf('task'), parsed).toHex(), scale);
		assert.deepEqual(registry.createType(typeOf('task'), scale).toJSON(), task);
	}
});

test('what is no task is refused', () => {
	for (const [file, message] of [
		['{', /no task/],
		['{"boxes": {"items": 3, "items": 4}}', /line 1, column 24: "items" is there twice/],
		['{"boxes": {"items": 3}, "boxes": {"items": 4}}', /"boxes" is there twice/],
		['\ufeff{"boxes": {"items": 3}}', /byte order mark/],
		['{"boxes": {"items": 3.0}}', /'items'/],
		['null', /exactly one of/],
		['[]', /exactly one of/],
		[{}, /exactly one of/],
		[{ toString: {} }, /exactly one of/],
		[{ ...choice, ...mask }, /exactly one of/],
		[{ classification: 20 }, /must be an object/],
		[{ classification: { items: 0, classes: 2 } }, /'items'/],
		[{ classification: { items: 4097, classes: 2 } }, /'items'/],
		[{ classification: { items: '20', classes: 2 } }, /'items'/],
		[{ classification: { items: 20 } }, /'classes'/],
		[{ classification: { items: 20, classes: 65 } }, /'classes'/],
		[{ classification: { items: 20, classes: 2, colour: 1 } }, /no 'colour'/],
		[{ vector: { scale: [] } }, /'scale'/],
		[{ vector: { scale: [1, 0] } }, /'scale'/],
		[{ vector: { scale: [0.5] } }, /'scale'/],
		[{ vector: { scale: [1], fraction_bits: 33 } }, /'fraction_bits'/],
		[{ vector: { scale: [1], fractionBits: 8 } }, /no 'fractionBits'/],
		[{ mask: { width: 2 } }, /'height'/],
		[{ mask: { width: 2048, height: 1025 } }, /at most 2097152/],
		[{ boxes: { items: 1025 } }, /'items'/],
	]) {
		assert.throws(() => parseTask(encode(file), types.kinds), { kind: 'input', message }, JSON.stringify(file));
	}
});

test('terms have the defaults that are written down', () => {
	const terms = parseTerms(defaults, choice, types);
	assert.deepEqual(terms, {
		collateral: 10n ** 12n,
		minLabels: 7,
		maxLabels: 20,
		commitPeriod: 60,
		revealPeriod: 30,
		scorePeriod: 30,
		payout: { Geometric: { ratio: 500_000 } },
		scoringFee: 50_000,
		attendanceFee: 100_000,
		duplicates: 'Share',
		eligibility: 'Open',
	});
	assert.equal(parseTerms(defaults, mask, types).duplicates, 'Collapse');
	assert.equal(parseTerms({ ...defaults, duplicates: 'share' }, mask, types).duplicates, 'Share');
	assert.equal(parseTerms({ ...defaults, eligibility: 'allow-list' }, choice, types).eligibility, 'AllowList');
});

test('payouts are those of the chain', () => {
	const taken = (args) => {
		const { payout } = parseTerms({ ...defaults, ...args }, choice, types);
		const terms = registry.createType(typeOf('terms'), { payout });
		assert.equal(terms.payout.type, typeof payout === 'string' ? payout : Object.keys(payout)[0]);
		return terms.payout.toHex();
	};
	const parameters = { geometric: { ratio: '1' }, softmax: { temperature: '1000000' } };
	for (const [payout, { name }] of Object.entries(types.payouts)) {
		taken({ payout, ...parameters[payout] });
		assert.match(name, new RegExp(`^${payout.replaceAll('-', '')}$`, 'i'));
	}
	assert.equal(taken({}), '0x0020a10700');
	assert.equal(taken({ ratio: '1' }), '0x0001000000');
	assert.equal(taken({ payout: 'softmax', temperature: '1000000' }), '0x0140420f00');
	assert.equal(taken({ payout: 'winner-takes-all' }), '0x04');
});

test('what the chain learns is known without a new script', () => {
	const later = {
		...types,
		kinds: { key_points: { name: 'KeyPoints', fields: ['items', 'pointsEach'] } },
		payouts: { ...types.payouts, harmonic: { name: 'Harmonic', fields: [] } },
	};
	assert.equal(parseTerms({ ...defaults, payout: 'harmonic' }, choice, later).payout, 'Harmonic');
	assert.throws(() => parseTerms({ ...defaults, payout: '?' }, choice, later), { kind: 'input', help: /geometric, .*harmonic$/ });
	assert.deepEqual(parseTask(encode({ key_points: { items: 3, points_each: 4 } }), later.kinds), { keyPoints: { items: 3, pointsEach: 4 } });
	assert.throws(() => parseTask(encode({ key_points: { items: 3 } }), later.kinds), { kind: 'input', message: /'points_each' is missing/ });
	assert.throws(() => parseTask(encode(choice), later.kinds), { kind: 'input', message: /exactly one of key_points/ });
	assert.throws(() => checkLabel(encode([1]), { keyPoints: { items: 1, pointsEach: 1 } }), { kind: 'input', message: /keyPoints/, help: /learnware label commit/ });
});

test('terms that mean nothing are refused', () => {
	for (const [args, message] of [
		[{ payout: 'half' }, /--payout is 'half'/],
		[{ payout: 'toString' }, /--payout/],
		[{ ratio: '500001' }, /--ratio/],
		[{ ratio: '0' }, /--ratio/],
		[{ payout: 'softmax' }, /--temperature is missing/],
		[{ payout: 'softmax', temperature: '99999' }, /--temperature/],
		[{ payout: 'linear', ratio: '1' }, /no meaning/],
		[{ temperature: '1000000' }, /no meaning/],
		[{ duplicates: 'Share' }, /--duplicates/],
		[{ eligibility: 'closed' }, /--eligibility/],
	]) {
		assert.throws(() => parseTerms({ ...defaults, ...args }, choice, types), { kind: 'input', message }, JSON.stringify(args));
	}
});

test('who is allowed has an address', () => {
	const address = encodeAddress(new Uint8Array(32).fill(1), 42);
	assert.deepEqual(parseAllowed([address]), [address]);
	assert.throws(() => parseAllowed([address, '//Bob']), { kind: 'input', message: /\/\/Bob/ });
	assert.throws(() => parseAllowed(Array(65).fill(address)), { kind: 'input', message: /too many/ });
});
