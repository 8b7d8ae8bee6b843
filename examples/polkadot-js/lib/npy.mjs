// NumPy's .npy files by the rules of the scorers: versions 1.0 and 2.0, C order, plain numbers.

const MAX_AXES = 32;

/** Bytes of an element, and how to read it. Types of one byte have no byte order and say `|`. */
const TYPES = {
	b1: [1, 'getUint8'],
	u1: [1, 'getUint8'],
	i1: [1, 'getInt8'],
	u2: [2, 'getUint16'],
	i2: [2, 'getInt16'],
	u4: [4, 'getUint32'],
	i4: [4, 'getInt32'],
	i8: [8, 'getBigInt64'],
	f4: [4, 'getFloat32'],
	f8: [8, 'getFloat64'],
};

const AGAIN = 'let NumPy write it again: np.save("label.npy", np.ascontiguousarray(a))';
const PLAIN = 'save one plain array of numbers: np.save("label.npy", np.array(answers, dtype=np.int16)), with -1 for no answer';

/** Where there is more to say of a dtype than that it is not taken: what it is, and what to do. */
const OTHER_TYPES = [
	[/^\|O/, 'Python objects, which nobody unpickles', PLAIN],
	[/^[[{]/, 'a table of named columns', PLAIN],
	[/^[<>|=][SU]/, 'text', PLAIN],
	[/^[<>|=]?c/, 'complex numbers', PLAIN],
	[/^[<>]u8/, 'integers of 64 bits without a sign', 'save it with np.save("label.npy", a.astype(np.int64))'],
	[/^[<>]f/, 'floats of another size', 'save it with np.save("label.npy", a.astype(np.float32))'],
	[/^\|?\?/, 'truth values, which NumPy writes as |b1', AGAIN],
	[/^[<>=]?[bui]1/, 'bytes, which have no byte order and are written with |', AGAIN],
	[/^=/, 'in the byte order of a machine that is not named', AGAIN],
];

/** True for a file of NumPy. */
export const isNpy = (content) => content[0] === 0x93;

/**
 * The array in a file of NumPy (bytes): its shape, its type such as `u1`, and its elements in C order as `at(index)`.
 * Throws `malformed(what, help)` for any other file.
 */
export function readNpy(content, malformed) {
	const { header, data } = split(content, malformed);
	const { bigEndian, type, shape } = readHeader(header, malformed);
	const [size, read] = TYPES[type];
	const length = shape.reduce((elements, axis) => elements * axis, 1);
	if (data.byteLength !== length * size) {
		const help = data.byteLength > length * size ? 'save one array in each file, and look at the shape in its header' : 'the file is cut: save or copy it again';
		throw malformed(`${data.byteLength} bytes of data follow the header, where the shape ${showShape(shape)} of ${type} takes ${length * size}`, help);
	}
	const odd = type === 'b1' ? new Uint8Array(data.buffer, data.byteOffset, length).findIndex((byte) => byte > 1) : -1;
	if (odd !== -1) {
		throw malformed(`the truth value at ${odd} is ${data.getUint8(odd)}, where 0 or 1 is asked`, AGAIN);
	}
	return { type, shape, length, at: (index) => data[read](index * size, !bigEndian) };
}

function split(content, malformed) {
	const bytes = new DataView(content.buffer, content.byteOffset, content.byteLength);
	const cut = () => malformed(`the file of NumPy ends within its header, after ${content.length} bytes`, 'the file is cut: save or copy it again');
	if (content.length < 8) {
		throw cut();
	}
	const [major, minor] = [content[6], content[7]];
	if (new TextDecoder('latin1').decode(content.subarray(1, 6)) !== 'NUMPY' || ![1, 2].includes(major) || minor !== 0) {
		throw malformed(`version ${major}.${minor} of .npy, where 1.0 or 2.0 is taken`, PLAIN);
	}
	const start = major === 1 ? 10 : 12;
	if (content.length < start) {
		throw cut();
	}
	const end = start + (major === 1 ? bytes.getUint16(8, true) : bytes.getUint32(8, true));
	if (content.length < end) {
		throw cut();
	}
	const header = new TextDecoder('latin1').decode(content.subarray(start, end));
	return { header, data: new DataView(content.buffer, content.byteOffset + end, content.length - end) };
}

function readHeader(header, malformed) {
	const fields = readFields(header);
	const missing = ['descr', 'fortran_order', 'shape'].find((key) => fields?.[key] === undefined);
	if (missing !== undefined) {
		throw malformed(`the header of the .npy is ${fields ? `without '${missing}'` : 'not the one that NumPy writes'}: ${header.trim().slice(0, 120)}`, AGAIN);
	}
	const { bigEndian, type } = readType(fields.descr, malformed);
	if (fields.fortran_order !== 'False') {
		throw malformed(`the elements are in column order (fortran_order: ${fields.fortran_order}), where row order (C order) is taken`, AGAIN);
	}
	return { bigEndian, type, shape: readShape(fields.shape, malformed) };
}

/** The values of a Python dictionary with the three keys of a header, as they are written; null if it is another. */
function readFields(header) {
	const body = /^[ \t\n\r]*\{(.*)\}[ \t\n\r]*$/s.exec(header)?.[1];
	const field = /[ \t\n\r]*(['"])(descr|fortran_order|shape)\1[ \t\n\r]*:[ \t\n\r]*('[^']*'|"[^"]*"|\((?:[^()]|\([^()]*\))*\)|\[[^[\]]*\]|\w+)[ \t\n\r]*(,|$)/y;
	const fields = {};
	while (body !== undefined && body.slice(field.lastIndex).trim() !== '') {
		const [, , key, value] = field.exec(body) ?? [];
		if (key === undefined || Object.hasOwn(fields, key)) {
			return null;
		}
		fields[key] = value;
		if (field.lastIndex === body.length) break;
	}
	return body === undefined ? null : fields;
}

function readType(descr, malformed) {
	const name = descr.replace(/^(['"])(.*)\1$/s, '$2');
	const [, order, type] = /^([<>|])(\w\d)$/.exec(name) ?? [];
	const size = Object.hasOwn(TYPES, type ?? '') ? TYPES[type][0] : 0;
	if (name === descr || size === 0 || (size === 1) !== (order === '|')) {
		const [, what, help] = OTHER_TYPES.find(([pattern]) => pattern.test(name)) ?? [null, 'not one of |b1 |u1 |i1 u2 i2 u4 i4 i8 f4 f8', PLAIN];
		throw malformed(`the dtype is ${name.slice(0, 60)}: ${what}`, help);
	}
	return { bigEndian: order === '>', type };
}

/** `()`, `(3,)` or `(3, 4)`; `(3)` is a number to Python. */
function readShape(tuple, malformed) {
	const list = /^\((.*)\)$/s.exec(tuple)?.[1].trim();
	const axes = list?.replace(/,$/, '').split(',').map((axis) => axis.trim()) ?? [];
	const isTuple = list !== undefined && (list === '' || (list.includes(',') && axes.every((axis) => /^(0|[1-9]\d*)$/.test(axis))));
	if (!isTuple || axes.length > MAX_AXES) {
		throw malformed(`the shape in the header is ${tuple.slice(0, 60)}, which is no tuple of at most ${MAX_AXES} whole numbers such as (3,) or (3, 4)`, AGAIN);
	}
	return list === '' ? [] : axes.map(Number);
}

/** As Python writes it: `(3,)`. */
export const showShape = (shape) => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
