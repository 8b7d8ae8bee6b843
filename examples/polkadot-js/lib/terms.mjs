// The terms of a new dataset, from a script's arguments.

import { decodeAddress } from '@polkadot/util-crypto';
import { parseAmount } from './amount.mjs';
import { Failure } from './failure.mjs';
import { integer } from './program.mjs';
import { kindOf } from './task.mjs';

const MAX_ALLOWED = 64;

/** Parameters of payouts: their bounds, and what they are if they are left out. */
const PARAMETERS = {
	ratio: { min: 1, max: 500_000, usual: '500000' },
	temperature: { min: 100_000, max: 64_000_000 },
};

/** Options of the terms, as for parseArgs. Without a default here it depends on another option. */
export const TERMS_OPTIONS = {
	collateral: { type: 'string', default: '1UNIT' },
	'min-labels': { type: 'string', default: '7' },
	'max-labels': { type: 'string', default: '20' },
	'commit-period': { type: 'string', default: '60' },
	'reveal-period': { type: 'string', default: '30' },
	'score-period': { type: 'string', default: '30' },
	payout: { type: 'string', default: 'geometric' },
	...Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, { type: 'string' }])),
	'scoring-fee': { type: 'string', default: '50000' },
	'attendance-fee': { type: 'string', default: '100000' },
	duplicates: { type: 'string' },
	eligibility: { type: 'string', default: 'open' },
};

/** The terms for samples of `task`, with the choices that the chain has, see `datasetTypes`. */
export function parseTerms(args, task, { payouts, duplicates, eligibility }) {
	return {
		collateral: parseAmount(args.collateral),
		minLabels: integer(args, 'min-labels'),
		maxLabels: integer(args, 'max-labels'),
		commitPeriod: integer(args, 'commit-period'),
		revealPeriod: integer(args, 'reveal-period'),
		scorePeriod: integer(args, 'score-period'),
		payout: parsePayout(args, payouts),
		scoringFee: integer(args, 'scoring-fee'),
		attendanceFee: integer(args, 'attendance-fee'),
		duplicates: choice(duplicates, 'duplicates', args.duplicates ?? usualDuplicates(task)).name,
		eligibility: choice(eligibility, 'eligibility', args.eligibility).name,
	};
}

function parsePayout(args, payouts) {
	const { name, fields } = choice(payouts, 'payout', args.payout);
	const stray = Object.keys(PARAMETERS).find((parameter) => args[parameter] !== undefined && !fields.includes(parameter));
	if (stray !== undefined) {
		const others = Object.keys(payouts).filter((word) => payouts[word].fields.includes(stray));
		throw new Failure('input', `--${stray} has no meaning for the payout ${args.payout}`, `leave it out, or give --payout ${others.join(' or ')}`);
	}
	const values = fields.map((field) => [field, integer({ [field]: args[field] ?? PARAMETERS[field]?.usual }, field, PARAMETERS[field])]);
	return fields.length > 0 ? { [name]: Object.fromEntries(values) } : name;
}

/** Honest people often choose the same classes; they do not draw the same mask. */
function usualDuplicates(task) {
	return ['vector', 'mask'].includes(kindOf(task)) ? 'collapse' : 'share';
}

function choice(choices, name, word) {
	if (!Object.hasOwn(choices, word)) {
		throw new Failure('input', `--${name} is '${word}'`, `choose one of ${Object.keys(choices).join(', ')}`);
	}
	return choices[word];
}

/** The addresses of accounts that may label, as the chain takes them in one call. */
export function parseAllowed(addresses) {
	if (addresses.length > MAX_ALLOWED) {
		throw new Failure('input', `${addresses.length} addresses are too many`, `give --allow at most ${MAX_ALLOWED} times, and the others with the next sample`);
	}
	for (const address of addresses) {
		try {
			decodeAddress(address);
		} catch {
			throw new Failure('input', `'${address}' is not an address`, 'write it as polkadot.js shows it: 5FHneW46...');
		}
	}
	return addresses;
}
