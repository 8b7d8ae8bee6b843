// A look at a label before money is put on it. The scorers' rules are the reference; this finds what is wrong at
// first sight, in JSON. Files of NumPy (.npy) are not looked into.

import { Failure } from './failure.mjs';
import { kindOf } from './task.mjs';

const MAX_BYTES = 8 * 1024 * 1024;

const isWhole = (value, max) => Number.isInteger(value) && value >= 0 && value <= max;

/** For each kind of task: what a label is in words, the shapes it may have, and what an element may be. */
const FORMS = {
	classification: ({ items, classes }) => ({
		words: `one array of ${items} integers from 0 to ${classes - 1}, or null for no answer`,
		shapes: [[items]],
		isAnswer: (answer) => answer === null || isWhole(answer, classes - 1),
	}),
	vector: ({ scale }) => ({
		words: `one array of ${scale.length} numbers`,
		shapes: [[scale.length]],
		isAnswer: Number.isFinite,
		decimals: true,
	}),
	mask: ({ width, height, depth }) => ({
		words: `${depth} arrays of ${height} arrays of ${width} integers 0 or 1${depth === 1 ? ', or the one of them' : ''}`,
		shapes: [[depth, height, width], ...(depth === 1 ? [[height, width]] : [])],
		isAnswer: (answer) => isWhole(answer, 1),
	}),
	boxes: ({ items }) => ({
		words: `${items} arrays of 4 integers [x0, y0, x1, y1] with x0 < x1 and y0 < y1`,
		shapes: [[items, 4], ...(items === 1 ? [[4]] : [])],
		isAnswer: (answer) => isWhole(answer, 2 ** 32 - 1),
		isWrong: (edges) => edges.some((edge, index) => index % 4 < 2 && edge >= edges[index + 2]),
	}),
};

/** True for a file of NumPy. */
export const isNpy = (content) => content[0] === 0x93;

/** Throws if `content` (bytes) can't be a label for `task`. */
export function checkLabel(content, task) {
	const wrong = (what) => new Failure('input', `this is no label for the sample: ${what}`, 'a bad label costs its collateral; correct the file');
	if (content.length > MAX_BYTES) {
		throw wrong(`${content.length} bytes, more than ${MAX_BYTES}`);
	}
	if (!isNpy(content)) {
		readAnswers(content, task, wrong);
	}
}

/** The answers in a label in JSON (bytes), in one array; throws `wrong(what)` if it is none for `task`. */
export function readAnswers(content, task, wrong) {
	const kind = kindOf(task);
	const { words, shapes, isAnswer, isWrong, decimals } = FORMS[kind](task[kind]);
	const shape = `it must be ${words}`;
	let text;
	let label;
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
		label = JSON.parse(text);
	} catch {
		throw wrong(`neither JSON nor .npy; ${shape}`);
	}
	if (!shapes.some((axes) => fits(label, axes))) {
		throw wrong(`${Array.isArray(label) ? `the shape is wrong, with ${label.length} items` : 'not an array'}; ${shape}`);
	}
	const answers = label.flat(Infinity);
	const item = answers.findIndex((answer) => !isAnswer(answer));
	if (item !== -1) {
		throw wrong(`item ${item} is ${JSON.stringify(answers[item])}; ${shape}`);
	}
	// To JavaScript 1.0 and 1e0 are the integer 1, to the scorers they are malformed.
	if (!decimals && /[.e]/i.test(text)) {
		throw wrong(`integers have no fraction and no exponent: 1, not 1.0 or 1e0; ${shape}`);
	}
	if (isWrong?.(answers)) {
		throw wrong(`a box is empty; ${shape}`);
	}
	return answers;
}

/** Whether nested arrays have the lengths `axes`, and nothing is nested deeper. */
function fits(value, [length, ...inner]) {
	if (length === undefined) {
		return !Array.isArray(value);
	}
	return Array.isArray(value) && value.length === length && value.every((element) => fits(element, inner));
}
