// Amounts of money: `1.5UNIT`, or a whole number in the smallest unit.

import { Failure } from './failure.mjs';

export const DECIMALS = 12;
export const SYMBOL = 'UNIT';

/** The chain counts in 128 bits. */
const MAX = 2n ** 128n - 1n;

/** The amount in the smallest unit, as a BigInt. */
export function parseAmount(text) {
	const [, whole, fraction = '', unit] = /^(\d+)(?:\.(\d+))?\s*([a-z]*)$/i.exec(String(text).trim()) ?? [];
	const plain = unit === '' && fraction === '';
	const inTokens = unit?.toUpperCase() === SYMBOL && fraction.length <= DECIMALS;
	if (whole === undefined || !(plain || inTokens)) {
		throw new Failure(
			'input',
			`'${text}' is not an amount`,
			`write 1.5${SYMBOL}, or a whole number in units of 10^-${DECIMALS} ${SYMBOL}`,
		);
	}
	const amount = BigInt(plain ? whole : whole + fraction.padEnd(DECIMALS, '0'));
	if (amount > MAX) {
		throw new Failure('input', `'${text}' is more than the chain can count`, `write an amount of at most ${MAX}`);
	}
	return amount;
}

/** Exact, without trailing zeros: `1.5 UNIT`. */
export function showAmount(amount) {
	const digits = BigInt(amount).toString().padStart(DECIMALS + 1, '0');
	const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
	return `${digits.slice(0, -DECIMALS)}${fraction && `.${fraction}`} ${SYMBOL}`;
}
