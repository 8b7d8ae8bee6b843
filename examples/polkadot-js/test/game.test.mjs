// What events are told as.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeRegistry } from '@polkadot/types';
import { describe, isAbout, outcome, plain, table } from '../lib.mjs';

// As in the metadata of the chain.
const registry = new TypeRegistry();
registry.register({
	BadReason: { _enum: ['Malformed', 'WrongShape', 'TooLarge', 'Unavailable'] },
	GoldUse: { _enum: { None: null, Counted: null, Contradicted: null, TooFew: null, Bad: 'BadReason' } },
	End: { _enum: ['Paid', 'Washed', 'NoQuorum', 'TooFewReveals', 'TooFewCommitments', 'GoldWithheld'] },
	SlashReason: { _enum: ['NotRevealed', 'BadLabel', 'Outlier'] },
	Verdict: { _enum: { Scored: { score: 'i128', loss: 'u128', eligible: 'bool', outlier: 'bool', copyOf: 'Option<u32>' }, Bad: 'BadReason' } },
	LabelOutcome: { who: 'AccountId', location: 'Option<Bytes>', verdict: 'Option<Verdict>', paid: 'u128', slashed: 'u128', slashReason: 'Option<SlashReason>' },
	Resolved: { sample: 'u32', dataset: 'u32', provider: 'AccountId', end: 'End', bounty: 'u128', returned: 'u128', scoringFee: 'u128', gold: 'GoldUse', consensus: 'Bytes', labels: 'Vec<LabelOutcome>' },
	Denounced: { sample: 'u32', who: 'AccountId', by: 'AccountId', reward: 'u128', slashed: 'u128' },
	GoldRevealed: { sample: 'u32', location: 'Bytes' },
	ReportCommitted: { work: 'u32', session: 'u32', scorer: 'u32' },
});

const account = (byte) => new Uint8Array(32).fill(byte);
const cid = `0x01551220${'09'.repeat(32)}`;
const scored = (score, copyOf = null, eligible = true) => ({ Scored: { score, loss: 1, eligible, outlier: false, copyOf } });

function resolved(verdicts, changes = {}) {
	const labels = verdicts.map((verdict, index) => ({ who: account(index), location: verdict && cid, verdict, paid: 5, slashed: 0, slashReason: null }));
	return registry.createType('Resolved', { sample: 1, dataset: 2, provider: account(9), end: 'Paid', bounty: 100, returned: 0, scoringFee: 0, gold: 'None', consensus: '0x', labels, ...changes });
}

/** As @polkadot/api gives it. */
function event(method, type, fields) {
	const data = registry.createType(type, fields);
	const names = [...data.keys()];
	return { section: 'labelingGame', method, data: Object.assign(names.map((name) => data[name]), { names }, Object.fromEntries(names.map((name) => [name, data[name]]))) };
}

test('equal labels tie, or take one place together', () => {
	const verdicts = [scored(7), null, { Bad: 'Malformed' }, scored(9), scored(8, 2), scored(3), scored(0, null, false)];
	const ranks = (collapse) => outcome(resolved(verdicts), collapse).labels.map(({ rank }) => rank);
	assert.deepEqual(ranks(false), [3, null, null, 1, 2, 4, null]);
	// The fifth label is a copy of the third that was judged, which scored more.
	assert.deepEqual(ranks(true), [2, null, null, 1, 1, 3, null]);
	assert.deepEqual(outcome(resolved([scored(5), scored(5), scored(4)])).labels.map(({ rank }) => rank), [1, 1, 3]);
});

test('it is told what became of the gold', () => {
	const told = (gold, end = 'Paid') => {
		const result = outcome(resolved([scored(5)], { gold, end }));
		return [result.gold, table(result).filter((line) => line.startsWith('gold:')).join()];
	};
	assert.deepEqual(told('None'), ['none', '']);
	assert.deepEqual(told('Counted'), ['counted', 'gold: counted']);
	assert.match(told('Contradicted')[1], /ignored/);
	assert.match(told('TooFew')[1], /fewer than 4/);
	assert.match(told('None', 'GoldWithheld')[1], /not revealed.*equal part/);
	assert.deepEqual(told({ Bad: 'WrongShape' }, 'GoldWithheld')[0], 'wrong_shape');
	assert.match(told({ Bad: 'WrongShape' }, 'GoldWithheld')[1], /revealed, but wrong shape/);
});

test('reports on a sample are events about it', () => {
	const report = { ...event('ReportCommitted', 'ReportCommitted', { work: 3, session: 1, scorer: 2 }), section: 'labelReports' };
	assert.deepEqual([isAbout(report, 3), isAbout(report, 2), isAbout({ ...report, section: 'lessonReports' }, 3)], [true, false, false]);
	assert.deepEqual(plain(report), { event: 'ReportCommitted', sample: 3, session: 1, scorer: 2 });
	assert.match(describe(report), /scorer 2 commits/);
	const revealed = event('GoldRevealed', 'GoldRevealed', { sample: 1, location: cid });
	assert.deepEqual([isAbout(revealed, 1), isAbout(revealed, 2), isAbout({ ...revealed, section: 'balances' }, 1)], [true, false, false]);
});

test('events of gold and denunciations are told', () => {
	const revealed = event('GoldRevealed', 'GoldRevealed', { sample: 1, location: cid });
	assert.match(describe(revealed), /gold bafkrei/);
	assert.match(plain(revealed).location, /^bafkrei/);
	const denounced = event('LabelDenounced', 'Denounced', { sample: 1, who: account(1), by: account(2), reward: 5n * 10n ** 11n, slashed: 5n * 10n ** 11n });
	assert.match(describe(denounced), /0\.5 UNIT to the denouncer, 0\.5 UNIT slashed/);
	assert.deepEqual([plain(denounced).reward, plain(denounced).slashed], ['500000000000', '500000000000']);
	assert.match(describe({ method: 'SampleResolved', data: resolved([], { end: 'GoldWithheld' }) }), /over: gold withheld/);
});
