// A look at a label before money is put on it. The scorers' rules are the reference; this finds what is wrong at
// first sight, in JSON. Files of NumPy (.npy) are not looked into.

import { Failure } from './failure.mjs';

const MAX_BYTES = 8 * 1024 * 1024;

/** Throws if `content` (bytes) can't be a label for `task`, as the chain gives it. */
export function checkLabel(content, task) {
	const wrong = (what) => new Failure('input', `this is no label for the sample: ${what}`, 'a bad label costs its collateral; correct the file');
	if (content.length > MAX_BYTES) {
		throw wrong(`${content.length} bytes, more than ${MAX_BYTES}`);
	}
	if (content[0] === 0x93) {
		return;
	}
	const { items, classes } = task.asClassification;
	const shape = `it must be one array of ${items} integers from 0 to ${classes - 1}, or null for no answer`;
	let answers;
	try {
		answers = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content));
	} catch {
		throw wrong(`neither JSON nor .npy; ${shape}`);
	}
	if (!Array.isArray(answers) || answers.length !== items.toNumber()) {
		throw wrong(`${Array.isArray(answers) ? `${answers.length} items` : 'not an array'}; ${shape}`);
	}
	const item = answers.findIndex((answer) => answer !== null && !(Number.isInteger(answer) && answer >= 0 && answer < classes));
	if (item !== -1) {
		throw wrong(`item ${item} is ${JSON.stringify(answers[item])}; ${shape}`);
	}
}
