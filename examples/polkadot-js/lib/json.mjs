// JSON that says where it is wrong. JSON.parse() takes a key twice without a word, and forgets how a number was written:
// 1.0 is the integer 1 to JavaScript, and malformed to the scorers.

const MAX_DEPTH = 64;
const TOKEN = /[ \t\n\r]*(?:([[\]{},:])|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])|(null|true|false)(?!\w)|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"))/y;
const WORDS = { null: null, true: true, false: false };

/** A number that is not a short integer, as it is written. */
export class Numeral {
	constructor(source) {
		this.source = source;
	}

	toString() {
		return this.source;
	}
}

/** The value in a file (bytes), with each number as an integer or a `Numeral`; throws `malformed(what, help)`. */
export function readJson(content, malformed) {
	const text = decode(content, malformed);
	const refuse = (at, what, help) => malformed(`${place(text, at)}: ${what}`, help);
	let end = 0;
	let token;

	const advance = () => {
		TOKEN.lastIndex = end;
		const [matched, symbol, number, word, string] = TOKEN.exec(text) ?? [];
		if (matched === undefined) {
			const at = end + /^[ \t\n\r]*/.exec(text.slice(end))[0].length;
			throw refuse(at, ...explain(text.slice(at)));
		}
		end += matched.length;
		const source = symbol ?? number ?? word ?? string;
		token = { at: end - source.length, source, symbol, number, word, string };
	};
	const value = (depth) => {
		if (token.number !== undefined) {
			return /^-?\d{1,15}$/.test(token.number) ? Number(token.number) : new Numeral(token.number);
		}
		if (token.symbol === undefined) {
			return token.word === undefined ? JSON.parse(token.string) : WORDS[token.word];
		}
		if (!'[{'.includes(token.symbol)) {
			throw refuse(token.at, `'${token.symbol}' where a value is asked`, 'look for a comma too many, or a value that is missing');
		}
		if (depth === MAX_DEPTH) {
			throw refuse(token.at, `arrays are nested more than ${MAX_DEPTH} deep`, 'look at the brackets');
		}
		return token.symbol === '[' ? array(depth) : object(depth);
	};
	/** Calls `member` for each member up to the bracket `close`. */
	const members = (close, member) => {
		advance();
		while (token.symbol !== close) {
			member();
			advance();
			if (token.symbol === ',') {
				const { at } = token;
				advance();
				if (token.symbol === close) {
					throw refuse(at, `a comma before '${close}'`, 'take the last comma away');
				}
			} else if (token.symbol !== close) {
				throw refuse(token.at, `'${token.source.slice(0, 20)}' where ',' or '${close}' is asked`, 'put commas between the values');
			}
		}
	};
	const array = (depth) => {
		const elements = [];
		members(']', () => elements.push(value(depth + 1)));
		return elements;
	};
	const object = (depth) => {
		const fields = new Map();
		members('}', () => {
			const { at, string, source } = token;
			if (string === undefined) {
				throw refuse(at, `'${source.slice(0, 20)}' where a name in double quotes is asked`, 'write "name": value');
			}
			const name = JSON.parse(string);
			if (fields.has(name)) {
				throw refuse(at, `${string} is there twice`, 'take one of the two away');
			}
			advance();
			if (token.symbol !== ':') {
				throw refuse(token.at, `'${token.source.slice(0, 20)}' where ':' is asked`, 'write "name": value');
			}
			advance();
			fields.set(name, value(depth + 1));
		});
		return Object.fromEntries(fields);
	};

	advance();
	const whole = value(0);
	const rest = /[^ \t\n\r]/.exec(text.slice(end));
	if (rest) {
		const [what, help] = explain(text.slice(end + rest.index));
		throw refuse(end + rest.index, `${what}, behind the end`, help);
	}
	return whole;
}

const AS_UTF8 = 'save it as UTF-8 without a byte order mark';

function decode(content, malformed) {
	const begins = (...bytes) => bytes.every((byte, index) => content[index] === byte);
	if (begins(0xef, 0xbb, 0xbf)) {
		throw malformed('the file begins with an invisible byte order mark (EF BB BF)', AS_UTF8);
	}
	if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) {
		throw malformed('the file is text in UTF-16', AS_UTF8);
	}
	if (begins(0x50, 0x4b, 3, 4)) {
		throw malformed('the file is an archive (.npz or .zip)', 'save one array with np.save("label.npy", a), not np.savez');
	}
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
	} catch {
		throw malformed('the file is neither JSON in UTF-8 nor .npy', 'save it as JSON such as [0, 1, null], or with np.save("label.npy", a)');
	}
}

/** Lines and columns are counted from 1, as editors do. */
function place(text, at) {
	const lines = text.slice(0, at).split('\n');
	return `line ${lines.length}, column ${lines.at(-1).length + 1}`;
}

/** What is wrong with text that begins with nothing of JSON, and what to do. */
function explain(rest) {
	const [word] = /^[\w.+-]*/.exec(rest);
	const code = rest.codePointAt(0);
	if (code === undefined) {
		return ['the file ends too soon', 'look for a bracket that is missing'];
	}
	if (/^[+-]?(nan|none|na|infinity|inf|undefined)$/i.test(word)) {
		return [`${word} is nothing of JSON`, 'write null for no answer, where the task allows it'];
	}
	if (/^(true|false)$/i.test(word)) {
		return [`${word} is nothing of JSON`, 'write 1 and 0'];
	}
	if (/^[+-]?\.?\d/.test(word)) {
		return [`${word.slice(0, 30)} is not written as a number of JSON`, 'write 7, -7 or 0.5: no sign +, no zero in front'];
	}
	if (/^(\/\/|\/\*|#)/.test(rest)) {
		return ['a comment', 'JSON has none: take it away'];
	}
	if (/^[^\x21-\x7e]/.test(rest) && /^[\p{C}\p{Z}]/u.test(rest)) {
		return [`an invisible character, U+${code.toString(16).toUpperCase().padStart(4, '0')}${code === 0xa0 ? ' (a no-break space)' : ''}`, 'type the line again in a text editor'];
	}
	return [`'${word.slice(0, 20) || String.fromCodePoint(code)}'`, 'write JSON: [ ] , numbers and null'];
}
