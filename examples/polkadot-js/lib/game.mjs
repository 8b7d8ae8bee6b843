// A sample's game as its events tell it.

import { hexToU8a } from '@polkadot/util';
import { showAmount } from './amount.mjs';
import { cidToText } from './cid.mjs';

/** True for an event of the labeling game, or of the reports on its samples, about this sample. */
export function isAbout(event, sample) {
	const fields = { labelingGame: 'sample', labelReports: 'work' };
	return event.data[fields[event.section]]?.toNumber?.() === sample;
}

/**
 * How a game ended, and what became of each label; amounts are strings in the smallest unit.
 *
 * @param collapse whether equal labels take one place together
 */
export function outcome(data, collapse = false) {
	const labels = data.labels.map(labelOutcome);
	rank(labels, collapse);
	return {
		id: data.sample.toNumber(),
		end: snakeCase(data.end.type),
		provider: data.provider.toString(),
		bounty: data.bounty.toString(),
		returned: data.returned.toString(),
		scoring_fee: data.scoringFee.toString(),
		gold: goldUse(data.gold),
		consensus_cid: location(data.consensus),
		labels,
	};
}

/** Adds to each label its place, the best one 1; null for one without. */
function rank(labels, collapse) {
	const judged = labels.filter((label) => label.score !== null || label.bad !== null);
	const takers = new Map();
	labels.forEach((label, index) => {
		if (label.eligible && !label.outlier) {
			const taker = collapse ? label.copy_of ?? judged.indexOf(label) : index;
			takers.set(taker, [...takers.get(taker) ?? [], label]);
		}
		label.rank = null;
	});
	const places = [...takers.values()].map((sharing) => ({ sharing, best: sharing.map(({ score }) => BigInt(score)).reduce((a, b) => (a > b ? a : b)) }));
	for (const { sharing, best } of places) {
		const better = places.filter((other) => other.best > best).length;
		sharing.forEach((label) => (label.rank = 1 + better));
	}
}

/** What became of the gold, as one word: none, counted, contradicted, too_few, or why it is bad. */
function goldUse(use) {
	return snakeCase(use.isBad ? use.asBad.type : use.type);
}

function labelOutcome({ who, location: at, verdict, paid, slashed, slashReason }) {
	const word = verdict.unwrapOr(null);
	const scored = word?.isScored ? word.asScored : null;
	const bad = word?.isBad ? snakeCase(word.asBad.type) : null;
	return {
		account: who.toString(),
		location: at.isSome ? location(at.unwrap()) : null,
		score: scored?.score.toString() ?? null,
		loss: scored?.loss.toString() ?? null,
		eligible: scored?.eligible.isTrue ?? false,
		outlier: scored?.outlier.isTrue ?? false,
		copy_of: scored?.copyOf.unwrapOr(null)?.toNumber() ?? null,
		bad,
		paid: paid.toString(),
		slashed: slashed.toString(),
		reason: slashReason.isSome ? snakeCase(slashReason.unwrap().type) : null,
	};
}

const location = (bytes) => (bytes.length ? cidToText(hexToU8a(bytes.toHex())) : null);
const snakeCase = (name) => name.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();

/** An event as plain data. */
export function plain(event, collapse = false) {
	if (event.method === 'SampleResolved') {
		return { event: event.method, ...outcome(event.data, collapse) };
	}
	// What scorers report on is a sample here.
	const called = (name) => (name === 'work' ? 'sample' : snakeCase(name));
	const fields = event.data.names.map((name, index) => [called(name), plainValue(name, event.data[index])]);
	return { event: event.method, ...Object.fromEntries(fields) };
}

function plainValue(name, value) {
	if (name === 'location') {
		return location(value);
	}
	if (['bounty', 'reward', 'slashed'].includes(name)) {
		return value.toString();
	}
	return name === 'terms' ? { ...value.toJSON(), collateral: value.collateral.toString() } : value.toJSON();
}

/** An event in words. */
export function describe(event) {
	const { data } = event;
	switch (event.method) {
		case 'SampleSubmitted':
			return `submitted by ${data.provider}, ${showAmount(data.bounty)} for ${location(data.location)}; labels before block ${data.commitUntil}${data.gold.isSome ? '; its provider knows some of the answers (gold)' : ''}`;
		case 'LabelCommitted':
			return `${data.who} commits`;
		case 'LabelWithdrawn':
			return `${data.who} withdraws`;
		case 'LabelRevealed':
			return `${data.who} reveals ${location(data.location)}`;
		case 'LabelDenounced':
			return `${data.by} knew the label of ${data.who}, who is out and loses the collateral: ${showAmount(data.reward)} to the denouncer, ${showAmount(data.slashed)} slashed`;
		case 'GoldRevealed':
			return `its provider reveals the gold ${location(data.location)}`;
		case 'PhaseStarted':
			return `phase ${data.phase.type.toLowerCase()} until block ${data.phase.inner.until}`;
		case 'ReportCommitted':
			return `scorer ${data.scorer} commits to a report`;
		case 'ReportRevealed':
			return `scorer ${data.scorer} reveals its report`;
		case 'SampleCancelled':
			return 'cancelled by its provider';
		case 'SampleResolved':
			return `over: ${snakeCase(data.end.type).replaceAll('_', ' ')}`;
		default:
			return event.method;
	}
}

/** The outcome as a table for people. */
export function table({ end, bounty, returned, scoring_fee, gold, consensus_cid, labels }) {
	const rows = labels.map((label) => [
		label.account,
		label.rank ?? '-',
		label.score ?? '-',
		label.loss ?? '-',
		showAmount(label.paid),
		showAmount(label.slashed),
		why(label),
	]);
	const paid = labels.reduce((sum, label) => sum + BigInt(label.paid), 0n);
	return [
		...align([['account', 'rank', 'score', 'loss', 'paid', 'slashed', 'why'], ...rows]),
		`bounty ${showAmount(bounty)} = ${showAmount(paid)} to labels + ${showAmount(scoring_fee)} to scorers + ${showAmount(returned)} back`,
		...goldLines(end, gold),
		...(consensus_cid ? [`consensus label: ${consensus_cid}`] : []),
	];
}

const GOLD = {
	counted: 'gold: counted',
	contradicted: 'gold: ignored, for the labels contradict more than half of it',
	too_few: 'gold: ignored, for it knows fewer than 4 items',
};

function goldLines(end, gold) {
	if (end === 'gold_withheld') {
		const how = gold === 'none' ? 'not revealed' : `revealed, but ${gold.replaceAll('_', ' ')}`;
		return [`gold: ${how}; everybody who revealed a label gets an equal part of the bounty`];
	}
	return GOLD[gold] ? [GOLD[gold]] : [];
}

function why({ bad, reason, score, eligible }) {
	const words = bad ?? reason ?? (score !== null && !eligible ? 'no place' : '');
	return words.replaceAll('_', ' ');
}

function align(rows) {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
	return rows.map((row) => row.map((cell, column) => String(cell).padEnd(widths[column])).join('  ').trimEnd());
}
