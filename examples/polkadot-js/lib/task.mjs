// What is asked: a task in the form that the chain's codec has in JSON, `{ classification: { items, classes } }`.

import { stringCamelCase } from '@polkadot/util';
import { Failure } from './failure.mjs';
import { readJson } from './json.mjs';
import { toWords } from './types.mjs';

const MAX_U32 = 2 ** 32 - 1;
const MAX_ITEMS = 4096;
const MAX_CLASSES = 64;
const MAX_FRACTION_BITS = 32;
const MAX_VOXELS = 2 ** 21;
const MAX_BOXES = 1024;

/** Values that a task may leave out. */
const DEFAULTS = { vector: { fractionBits: 0 }, mask: { depth: 1 } };

/** The bounds of the kinds that are known here. The chain has the last word, for a fee. */
const BOUNDS = {
	classification: ({ items, classes }) => {
		ensure(isWhole(items, 1, MAX_ITEMS), `'items' must be a whole number from 1 to ${MAX_ITEMS}`);
		ensure(isWhole(classes, 2, MAX_CLASSES), `'classes' must be a whole number from 2 to ${MAX_CLASSES}`);
	},
	vector: ({ scale, fractionBits }) => {
		const isScale = Array.isArray(scale) && isWhole(scale.length, 1, MAX_ITEMS) && scale.every((unit) => isWhole(unit, 1, MAX_U32));
		ensure(isScale, `'scale' must be an array of 1 to ${MAX_ITEMS} whole numbers from 1 to ${MAX_U32}`);
		ensure(isWhole(fractionBits, 0, MAX_FRACTION_BITS), `'fraction_bits' must be a whole number from 0 to ${MAX_FRACTION_BITS}`);
	},
	mask: ({ width, height, depth }) => {
		const axes = [width, height, depth];
		ensure(axes.every((axis) => isWhole(axis, 1, MAX_VOXELS)), '\'width\', \'height\' and \'depth\' must be whole numbers above 0');
		ensure(axes.reduce((voxels, axis) => voxels * axis) <= MAX_VOXELS, `'width' x 'height' x 'depth' must be at most ${MAX_VOXELS}`);
	},
	boxes: ({ items }) => {
		ensure(isWhole(items, 1, MAX_BOXES), `'items' must be a whole number from 1 to ${MAX_BOXES}`);
	},
};

const isWhole = (value, min, max) => Number.isInteger(value) && value >= min && value <= max;

function ensure(holds, what) {
	if (!holds) {
		throw new Failure('input', `this is no task: ${what}`, 'write for example {"classification": {"items": 20, "classes": 2}}');
	}
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The task in a file of the command line tool (bytes), such as `{"classification": {"items": 20, "classes": 2}}`; `kinds`
 * are those of the chain, see `datasetTypes`.
 */
export function parseTask(content, kinds) {
	const file = readJson(content, (what, help) => new Failure('input', `this is no task: ${what}`, help));
	const names = isObject(file) ? Object.keys(file) : [];
	const kind = names[0];
	ensure(names.length === 1 && Object.hasOwn(kinds, kind), `it must have exactly one of ${Object.keys(kinds).join(', ')}`);
	ensure(isObject(file[kind]), `'${kind}' must be an object`);
	const fields = Object.fromEntries(kinds[kind].fields.map((field) => [toWords(field, '_'), field]));
	const unknown = Object.keys(file[kind]).find((name) => !Object.hasOwn(fields, name));
	ensure(unknown === undefined, `a ${kind} has no '${unknown}'`);
	const given = Object.entries(file[kind]).map(([name, value]) => [fields[name], value]);
	const task = { ...DEFAULTS[kind], ...Object.fromEntries(given) };
	const missing = Object.keys(fields).find((name) => task[fields[name]] === undefined);
	ensure(missing === undefined, `'${missing}' is missing`);
	BOUNDS[kind]?.(task);
	return { [stringCamelCase(kind)]: task };
}

/** The kind of a task: `classification`, `vector`, `mask` or `boxes`. */
export const kindOf = (task) => Object.keys(task)[0];
