// How a script reads its arguments, writes its result, and ends.

import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

const COMMON = {
	url: { type: 'string', default: process.env.LEARNWARE_URL ?? 'ws://127.0.0.1:9944' },
	'ipfs-api': { type: 'string', default: process.env.LEARNWARE_IPFS_API ?? 'http://127.0.0.1:5001' },
	suri: { type: 'string' },
	json: { type: 'boolean', default: false },
	help: { type: 'boolean', short: 'h', default: false },
};

const COMMON_HELP = `
Common:
  --url URL          node (LEARNWARE_URL; ws://127.0.0.1:9944)
  --ipfs-api URL     IPFS daemon's RPC (LEARNWARE_IPFS_API; http://127.0.0.1:5001)
  --suri SURI        who signs: //Alice, a mnemonic or a seed; other users of the machine see it: better in LEARNWARE_SURI
  --json             print JSON on stdout
  -h, --help

Exit codes: 0 done, 1 the chain refused, 2 wrong or missing input, 3 node or IPFS unavailable,
4 key or file of the secret, 5 sent or followed, but not seen in time, 130 interrupted.
`;

/** Says what is going on, on stderr. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Writes a result to stdout: `data` as one line of JSON with --json, else the lines. */
export function print(args, data, lines) {
	process.stdout.write(args.json ? `${JSON.stringify(data)}\n` : `${[lines].flat().join('\n')}\n`);
}

/** A whole number from an argument. */
export function integer(args, name, { min = 0, max = 2 ** 32 - 1 } = {}) {
	const value = /^\d+$/.test(args[name] ?? '') ? Number(args[name]) : NaN;
	if (!(value >= min && value <= max)) {
		const given = args[name] === undefined ? 'is missing' : `is '${args[name]}'`;
		throw new Failure('input', `--${name} ${given}`, `give a whole number from ${min} to ${max}`);
	}
	return value;
}

/** Runs a script: `options` as for parseArgs, `main` with the arguments. */
export async function run(help, options, main) {
	// @polkadot/api talks on the console; stdout is for results, and errors are reported here, once.
	console.log = console.info = console.warn = console.error = () => {};
	let args = { json: process.argv.includes('--json') };
	process.on('SIGINT', () => process.exit(130));
	process.on('uncaughtException', (error) => report(args, error));
	try {
		args = parse(options);
		if (args.help) {
			process.stdout.write(`${help.trim()}\n${COMMON_HELP}`);
			process.exit(0);
		}
		args.suri ??= process.env.LEARNWARE_SURI;
		await main(args);
		process.exit(0);
	} catch (error) {
		report(args, error);
	}
}

function parse(options) {
	try {
		return parseArgs({ options: { ...COMMON, ...options } }).values;
	} catch (error) {
		throw new Failure('input', error.message, '--help lists the arguments');
	}
}

function report(args, error) {
	const { kind = 'bug', message, help, exitCode = 70 } = error;
	if (args.json) {
		process.stdout.write(`${JSON.stringify({ error: { kind, message, help } })}\n`);
	}
	process.stderr.write(`error: ${kind === 'bug' ? error.stack : message}\n${help ? `help: ${help}\n` : ''}`);
	process.exit(exitCode);
}
