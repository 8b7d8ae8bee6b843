// A sample's game as its events tell it.

import { hexToU8a } from '@polkadot/util';
import { showAmount } from './amount.mjs';
import { cidToText } from './cid.mjs';

/** True for an event of the labeling game about this sample. */
export function isAbout(event, sample) {
	return event.section === 'labelingGame' && event.data.sample?.toNumber?.() === sample;
}

/** How a game ended, and what became of each label; amounts are strings in the smallest unit. */
export function outcome(data) {
	const labels = data.labels.map(labelOutcome);
	const ranked = labels.filter((label) => label.eligible && !label.outlier).map((label) => BigInt(label.score));
	for (const label of labels) {
		const placed = label.eligible && !label.outlier;
		label.rank = placed ? 1 + ranked.filter((score) => score > BigInt(label.score)).length : null;
	}
	return {
		id: data.sample.toNumber(),
		end: snakeCase(data.end.type),
		provider: data.provider.toString(),
		bounty: data.bounty.toString(),
		returned: data.returned.toString(),
		scoring_fee: data.scoringFee.toString(),
		consensus_cid: location(data.consensus),
		labels,
	};
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
		bad,
		paid: paid.toString(),
		slashed: slashed.toString(),
		reason: slashReason.isSome ? snakeCase(slashReason.unwrap().type) : null,
	};
}

const location = (bytes) => (bytes.length ? cidToText(hexToU8a(bytes.toHex())) : null);
const snakeCase = (name) => name.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();

/** An event as plain data. */
export function plain(event) {
	if (event.method === 'SampleResolved') {
		return { event: event.method, ...outcome(event.data) };
	}
	const fields = event.data.names.map((name, index) => [snakeCase(name), plainValue(name, event.data[index])]);
	return { event: event.method, ...Object.fromEntries(fields) };
}

function plainValue(name, value) {
	if (name === 'location') {
		return location(value);
	}
	if (name === 'bounty') {
		return value.toString();
	}
	return name === 'terms' ? { ...value.toJSON(), collateral: value.collateral.toString() } : value.toJSON();
}

/** An event in words. */
export function describe(event) {
	const { data } = event;
	switch (event.method) {
		case 'SampleSubmitted':
			return `submitted by ${data.provider}, ${showAmount(data.bounty)} for ${location(data.location)}; labels before block ${data.commitUntil}`;
		case 'LabelCommitted':
			return `${data.who} commits`;
		case 'LabelWithdrawn':
			return `${data.who} withdraws`;
		case 'LabelRevealed':
			return `${data.who} reveals ${location(data.location)}`;
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
export function table({ bounty, returned, scoring_fee, consensus_cid, labels }) {
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
		...(consensus_cid ? [`consensus label: ${consensus_cid}`] : []),
	];
}

function why({ bad, reason, score, eligible }) {
	const words = bad ?? reason ?? (score !== null && !eligible ? 'no place' : '');
	return words.replaceAll('_', ' ');
}

function align(rows) {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
	return rows.map((row) => row.map((cell, column) => String(cell).padEnd(widths[column])).join('  ').trimEnd());
}
