// Tasks and terms of a new dataset.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeRegistry } from '@polkadot/types';
import { encodeAddress } from '@polkadot/util-crypto';
import { parseAllowed, parseTask, parseTerms, TERMS_OPTIONS } from '../lib.mjs';

const encode = (value) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const defaults = Object.fromEntries(Object.entries(TERMS_OPTIONS).map(([name, option]) => [name, option.default]));
const choice = { classification: { items: 20, classes: 2 } };
const mask = { mask: { width: 2, height: 2, depth: 1 } };

// As in the metadata of the chain.
const registry = new TypeRegistry();
registry.register({
	Task: {
		_enum: {
			Classification: { items: 'u32', classes: 'u8' },
			Vector: { scale: 'Vec<u32>', fractionBits: 'u8' },
			Mask: { width: 'u32', height: 'u32', depth: 'u32' },
			Boxes: { items: 'u32' },
		},
	},
	Payout: { _enum: { Geometric: { ratio: 'u32' }, Softmax: { temperature: 'u32' }, Linear: null, Equal: null, WinnerTakesAll: null } },
});

test('tasks are those of the command line tool and of the chain', () => {
	for (const [file, task, scale] of [
		[choice, choice, '0x001400000002'],
		[{ vector: { scale: [128, 1], fraction_bits: 8 } }, { vector: { scale: [128, 1], fractionBits: 8 } }, '0x0108800000000100000008'],
		[{ vector: { scale: [1] } }, { vector: { scale: [1], fractionBits: 0 } }, '0x01040100000000'],
		[{ mask: { width: 64, height: 32, depth: 2 } }, { mask: { width: 64, height: 32, depth: 2 } }, '0x02400000002000000002000000'],
		[{ mask: { width: 2, height: 2 } }, mask, '0x02020000000200000001000000'],
		[{ boxes: { items: 3 } }, { boxes: { items: 3 } }, '0x0303000000'],
	]) {
		const parsed = parseTask(encode(file));
		assert.deepEqual(parsed, task);
		assert.equal(registry.createType('Task', parsed).toHex(), scale);
		assert.deepEqual(registry.createType('Task', scale).toJSON(), task);
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
		assert.throws(() => parseTask(encode(file)), { kind: 'input', message }, JSON.stringify(file));
	}
});

test('terms have the defaults that are written down', () => {
	const terms = parseTerms(defaults, choice);
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
	assert.equal(parseTerms(defaults, mask).duplicates, 'Collapse');
	assert.equal(parseTerms({ ...defaults, duplicates: 'share' }, mask).duplicates, 'Share');
	assert.equal(parseTerms({ ...defaults, eligibility: 'allow-list' }, choice).eligibility, 'AllowList');
	assert.equal(parseTerms({ ...defaults, eligibility: 'persons' }, choice).eligibility, 'Persons');
});

test('payouts are those of the chain', () => {
	for (const [args, scale] of [
		[{}, '0x0020a10700'],
		[{ ratio: '1' }, '0x0001000000'],
		[{ payout: 'softmax', temperature: '1000000' }, '0x0140420f00'],
		[{ payout: 'linear' }, '0x02'],
		[{ payout: 'equal' }, '0x03'],
		[{ payout: 'winner-takes-all' }, '0x04'],
	]) {
		const { payout } = parseTerms({ ...defaults, ...args }, choice);
		assert.equal(registry.createType('Payout', payout).toHex(), scale);
	}
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
		assert.throws(() => parseTerms({ ...defaults, ...args }, choice), { kind: 'input', message }, JSON.stringify(args));
	}
});

test('who is allowed has an address', () => {
	const address = encodeAddress(new Uint8Array(32).fill(1), 42);
	assert.deepEqual(parseAllowed([address]), [address]);
	assert.throws(() => parseAllowed([address, '//Bob']), { kind: 'input', message: /\/\/Bob/ });
	assert.throws(() => parseAllowed(Array(65).fill(address)), { kind: 'input', message: /too many/ });
});
