// A look at a label before money is put on it, by the rules of the scorers.

import { Failure } from './failure.mjs';
import { Numeral, readJson } from './json.mjs';
import { isNpy, readNpy, showShape } from './npy.mjs';
import { kindOf } from './task.mjs';

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_EDGE = 2 ** 32 - 1;

const isWhole = (value, max) => (Number.isInteger(value) || typeof value === 'bigint') && value >= 0 && value <= max;

/**
 * For each kind of task: what a label is in words, the shapes it may have, what its axes and elements are, and what may
 * be wrong with the whole.
 */
const FORMS = {
	classification: ({ items, classes }) => ({
		words: `one array of ${items} integers from 0 to ${classes - 1}, or null for no answer`,
		shapes: [[items]],
		axes: ['item'],
		element: `an integer from 0 to ${classes - 1}, or null for no answer,`,
		isAnswer: (answer) => answer === null || isWhole(answer, classes - 1),
		integers: 'save it with np.save("label.npy", a.astype(np.int16)), with -1 for no answer',
		noAnswer: (type) => ({ u1: 255, i1: -1, i2: -1, i4: -1, i8: -1n })[type],
		help: `the first class is 0, the last one is ${classes - 1}, and null (in .npy -1, or 255 of uint8) is no answer`,
	}),
	vector: ({ scale, fractionBits }) => ({
		words: `one array of ${scale.length} numbers`,
		shapes: [[scale.length]],
		axes: ['coordinate'],
		element: `a number from -2^${63 - fractionBits} to below 2^${63 - fractionBits}`,
		isAnswer: (answer) => fitsUnits(answer, fractionBits),
		help: 'every coordinate needs a number',
	}),
	mask: ({ width, height, depth }) => ({
		words: `${depth} arrays of ${height} arrays of ${width} integers 0 or 1${depth === 1 ? ', or the one of them' : ''}`,
		shapes: [...(depth === 1 ? [[height, width]] : []), [depth, height, width]],
		axes: ['layer', 'row', 'column'],
		element: '0 or 1',
		isAnswer: (answer) => isWhole(answer, 1),
		integers: 'save it with np.save("label.npy", (mask > 0).astype(np.uint8))',
		help: 'a mask of 0 and 255 is saved with np.save("label.npy", (mask > 0).astype(np.uint8)), of one channel',
	}),
	boxes: ({ items }) => ({
		words: `${items} arrays of 4 integers [x0, y0, x1, y1] with x0 < x1 and y0 < y1`,
		shapes: [...(items === 1 ? [[4]] : []), [items, 4]],
		axes: ['box', 'edge'],
		element: `an integer from 0 to ${MAX_EDGE}`,
		isAnswer: (answer) => isWhole(answer, MAX_EDGE),
		integers: 'save it with np.save("label.npy", np.rint(boxes).astype(np.int32))',
		help: 'edges are whole pixels',
		refuse: refuseEmptyBox,
	}),
};

/** Throws if `content` (bytes) can't be a label for `task`. */
export function checkLabel(content, task) {
	const wrong = (what, help) => new Failure('input', `this is no label for the sample: ${what}`, `${help}; a bad label costs its collateral`);
	if (content.length > MAX_BYTES) {
		throw wrong(`too large: ${content.length} bytes, where at most ${MAX_BYTES} are taken`, 'save it as .npy of one byte for each element');
	}
	readAnswers(content, task, wrong);
}

/**
 * The answers in a label (bytes), in one list; throws `wrong(what, help)` if it is none for `task`. As to the scorers,
 * an element that is no answer comes before the shape.
 */
export function readAnswers(content, task, wrong) {
	const kind = kindOf(task);
	if (!Object.hasOwn(FORMS, kind)) {
		throw new Failure('input', `these scripts can't look into a label of the kind ${kind}`, 'commit it with `learnware label commit`, which does');
	}
	const form = FORMS[kind](task[kind]);
	const malformed = (what, help) => wrong(`malformed: ${what}`, help);
	const array = isNpy(content) ? readNumPy(content, form, malformed) : readNested(content, form, malformed);
	const fits = form.shapes.some((shape) => `${shape}` === `${array.shape}`);
	const answers = Array.from({ length: array.length }, (_, index) => array.at(index));
	const bad = answers.findIndex((answer) => !form.isAnswer(answer));
	if (bad !== -1) {
		const path = array.pathOf(bad);
		const names = fits ? form.axes.slice(-path.length).map((name, axis) => `${name} ${path[axis]}`) : [`element [${path.join(', ')}]`];
		const found = answers[bad];
		throw malformed(`${names.join(', ')} (counted from 0) is ${show(found)}, where ${form.element} is asked`, helpFor(found) ?? form.help);
	}
	if (!fits) {
		throw wrong(`wrong shape: ${array.found}, where ${form.shapes.map(showShape).join(' or ')} is asked`, `it must be ${form.words}`);
	}
	form.refuse?.(answers, malformed);
	return answers;
}

function readNumPy(content, { integers, noAnswer }, malformed) {
	const array = readNpy(content, malformed);
	if (array.type.startsWith('f') && integers) {
		throw malformed(`the dtype is ${array.type}: floats, where integers are asked`, integers);
	}
	const none = noAnswer?.(array.type);
	const at = (index) => {
		const element = array.at(index);
		return element === none ? null : element;
	};
	return { ...array, at, found: `the array has the shape ${showShape(array.shape)}`, pathOf: (index) => unravel(index, array.shape) };
}

function readNested(content, { words }, malformed) {
	const nested = readJson(content, malformed);
	if (!Array.isArray(nested)) {
		throw malformed(`the file holds ${show(nested)}, where an array is asked`, `it must be ${words}`);
	}
	const elements = nested.flat(Infinity);
	const shape = shapeOf(nested);
	const found = shape ? `the array has the shape ${showShape(shape)}` : 'the inner arrays are not all of one length';
	return { shape, found, length: elements.length, at: (index) => elements[index], pathOf: (index) => pathOf(nested, index) };
}

/** Length of each axis, outermost first; null if inner arrays differ. */
function shapeOf(nested) {
	if (!nested.some(Array.isArray)) {
		return [nested.length];
	}
	const inner = nested.map((element) => (Array.isArray(element) ? shapeOf(element) : null));
	return inner.every((shape) => shape !== null && `${shape}` === `${inner[0]}`) ? [nested.length, ...inner[0]] : null;
}

/** Where the element stands that is at `index` of all. */
function pathOf(nested, index) {
	let before = 0;
	for (const [position, element] of nested.entries()) {
		const size = Array.isArray(element) ? element.flat(Infinity).length : 1;
		if (index < before + size) {
			return Array.isArray(element) ? [position, ...pathOf(element, index - before)] : [position];
		}
		before += size;
	}
	return [];
}

function unravel(index, shape) {
	return shape.reduceRight(({ rest, path }, axis) => ({ rest: Math.floor(rest / axis), path: [rest % axis, ...path] }), { rest: index, path: [] }).path;
}

function refuseEmptyBox(edges, malformed) {
	const at = edges.findIndex((edge, index) => index % 4 < 2 && edge >= edges[index + 2]);
	if (at !== -1) {
		const box = Math.floor(at / 4);
		const axis = 'xy'[at % 4];
		const help = 'a box is [x0, y0, x1, y1]: two corners, not a width and a height; x1 and y1 are just outside';
		throw malformed(`box ${box} (counted from 0) is [${edges.slice(box * 4, box * 4 + 4).join(', ')}], with ${axis}1 = ${edges[at + 2]} not above ${axis}0 = ${edges[at]}`, help);
	}
}

/** Whether the multiple of `2^-fractionBits` next to a number fits 64 bits with a sign. */
function fitsUnits(value, fractionBits) {
	const bound = 2 ** (63 - fractionBits);
	if (typeof value === 'bigint') {
		return value >= -BigInt(bound) && value < BigInt(bound);
	}
	if (value instanceof Numeral) {
		const near = Number(value.source);
		return Math.abs(near) === bound ? roundsBelow(value.source, fractionBits) : near > -bound && near < bound;
	}
	return typeof value === 'number' && value >= -bound && value < bound;
}

/** For a decimal that no double tells from the bound: exactly, with halves going to the even neighbour. */
function roundsBelow(source, fractionBits) {
	const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source);
	const power = Number(exponent) - fraction.length;
	const [scaled, unit] = [BigInt(whole + fraction) * 10n ** BigInt(Math.max(power, 0)), 10n ** BigInt(Math.max(-power, 0))];
	const doubled = (scaled << BigInt(fractionBits)) * 2n;
	const limit = (1n << 64n) * unit;
	return sign ? doubled <= limit + unit : doubled < limit - unit;
}

/** An element or a file in words. */
function show(found) {
	if (Array.isArray(found)) {
		return 'an array';
	}
	const isPlain = found === null || ['string', 'boolean'].includes(typeof found);
	const text = isPlain ? JSON.stringify(found) : String(found);
	return typeof found === 'object' && found !== null && !(found instanceof Numeral) ? 'an object' : text.slice(0, 60);
}

/** What to do about an element that is an answer to no task of integers. */
function helpFor(found) {
	if (typeof found === 'string') {
		return 'write numbers without quotes';
	}
	if (typeof found === 'boolean') {
		return 'write 1 for true and 0 for false';
	}
	const isInteger = found instanceof Numeral && /[.e]/i.test(found.source) && Number.isInteger(Number(found.source));
	return isInteger && Math.abs(Number(found.source)) < MAX_EDGE ? `write ${Number(found.source)}: integers have no fraction and no exponent` : undefined;
}
