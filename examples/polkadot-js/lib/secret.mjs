// Files that keep what opens a commitment. Lost, they cost money; leaked before the reveal, too.

import { open, readFile, rename, rm } from 'node:fs/promises';
import { signAndSend } from './chain.mjs';
import { Failure } from './failure.mjs';
import { say } from './program.mjs';

/** Writes a secret to a new file that only its owner reads, and makes sure that it is on the disk. */
export async function keepSecret(path, secret, { of = 'label', option = 'secret' } = {}) {
	try {
		await write(path, secret);
	} catch (error) {
		const help = error.code === 'EEXIST' ? `it may open an earlier commitment: reveal with it, or name another file with --${option}` : `name another file with --${option}`;
		throw new Failure('account', `can't write ${path}: ${error.code ?? error.message}`, help);
	}
	say(`the secret of this ${of} is in ${path}; back it up`);
}

/** Replaces a secret by one that says more; whatever happens, one of them is there. */
export async function updateSecret(path, secret) {
	const next = `${path}.new`;
	await rm(next, { force: true });
	await write(next, secret);
	await rename(next, path);
}

async function write(path, secret) {
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(`${JSON.stringify(secret, null, '\t')}\n`);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** The secret in the file that `writer` wrote, which has the `fields`. */
export async function readSecret(path, writer, fields) {
	if (path === undefined) {
		throw new Failure('input', '--secret is missing', `give the file that ${writer} wrote`);
	}
	const damaged = (why) => new Failure('account', `${path} is damaged: ${why}`, 'restore it from its backup');
	let text;
	try {
		text = await readFile(path, 'utf8');
	} catch (error) {
		throw new Failure('input', `can't read ${path}: ${error.code ?? error.message}`, 'check the path');
	}
	let secret;
	try {
		secret = JSON.parse(text);
	} catch (error) {
		throw damaged(error.message);
	}
	const missing = fields.find((field) => secret?.[field] === undefined);
	if (missing !== undefined) {
		throw damaged(`it has no '${missing}'; is it what ${writer} wrote?`);
	}
	return secret;
}

/** Sends a commitment. A secret that opens nothing is removed; it stays where that is not sure. */
export async function sendCommitment(api, call, pair, path) {
	try {
		return await signAndSend(api, call, pair);
	} catch (error) {
		if (error.kind === 'refused' && path !== null) {
			await rm(path);
			say(`nothing was committed; ${path} is removed`);
		}
		throw error;
	}
}
