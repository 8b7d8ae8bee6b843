// The chain: connecting, sending a transaction, and saying why one was refused.

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { Failure } from './failure.mjs';

const CONNECT_MS = 15_000;
const INCLUDE_MS = 120_000;

// Extensions of this chain that add nothing to a signed transaction, and that @polkadot/api has no entry for.
const NO_DATA = { extrinsic: {}, payload: {} };
const EXTENSIONS = { AuthorizeCall: NO_DATA, WeightReclaim: NO_DATA };

/** A connected API. */
export async function connect(url) {
	if (!/^wss?:\/\//.test(url)) {
		throw new Failure('input', `'${url}' is not the address of a node`, 'write ws://HOST:PORT, for example ws://127.0.0.1:9944');
	}
	const provider = new WsProvider(url, false);
	const unreachable = (why) => new Failure('unavailable', `no node at ${url}: ${why}`, 'start one with `learnware-node --dev --tmp`, or name a running one with --url URL');
	const disconnected = new Promise((_, reject) => {
		provider.on('error', (error) => reject(unreachable(error?.message ?? error?.error?.message ?? 'connection failed')));
		setTimeout(() => reject(unreachable(`no answer in ${CONNECT_MS / 1000} s`)), CONNECT_MS).unref();
	});
	disconnected.catch(() => {});
	try {
		await Promise.race([provider.connect(), disconnected]);
		const ready = ApiPromise.create({ provider, noInitWarn: true, signedExtensions: EXTENSIONS, throwOnConnect: true });
		const api = await Promise.race([ready, disconnected]);
		if (!api.tx.labelingGame) {
			await api.disconnect();
			throw new Failure('unavailable', `the chain at ${url} has no labeling game`, 'name a node of Learnware with --url URL');
		}
		provider.on('disconnected', () => {
			throw new Failure('unavailable', `the node at ${url} is gone`, 'start it again, and look how far this came before you repeat it');
		});
		return api;
	} catch (error) {
		await provider.disconnect().catch(() => {});
		throw error;
	}
}

/** Accounts that have money on development chains. All others of the development phrase are open to anybody, too. */
const DEVELOPMENT = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'];

/** The key pair of a development account (//Alice), a mnemonic or a seed. */
export async function keyPair(suri) {
	if (!suri) {
		throw new Failure('account', 'nobody to sign', 'give --suri //Alice, or put the mnemonic into the environment variable LEARNWARE_SURI');
	}
	if (suri.startsWith('/') && !DEVELOPMENT.includes(/^\/\/([^/]*)/.exec(suri)?.[1])) {
		const names = DEVELOPMENT.map((name) => `//${name}`).join(', ');
		throw new Failure('account', `'${suri}' is no development account, and anybody can open it`, `give your own mnemonic or seed, or one of ${names}, as they are written`);
	}
	await cryptoWaitReady();
	try {
		return new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri(suri);
	} catch (error) {
		throw new Failure('account', `this is no key: ${error.message}`, 'give a mnemonic, a seed (0x...) or a development account (//Alice)');
	}
}

/** What went wrong in a dispatch: `Pallet.Error: what it means`. */
export function describeDispatchError(registry, error) {
	if (error.isModule) {
		const { section, method, docs } = registry.findMetaError(error.asModule);
		return `${section}.${method}: ${docs.join(' ').trim()}`;
	}
	return error.isToken ? `Token.${error.asToken.type}: ${TOKEN_HELP[error.asToken.type] ?? ''}`.replace(/: $/, '') : error.toString();
}

const TOKEN_HELP = {
	FundsUnavailable: 'the account does not have that much. Send it more, or offer less.',
	OnlyProvider: 'the account would be left with too little to exist. Send it more, or offer less.',
	BelowMinimum: 'the account would be left with too little to exist. Send it more, or offer less.',
};

/** Signs and sends; when the transaction is in a block, returns the block's hash and the events of the transaction. */
export async function signAndSend(api, call, pair) {
	const { promise, resolve, reject } = defer();
	const timer = setTimeout(() => reject(new Failure('unseen', `sent, but not in a block after ${INCLUDE_MS / 1000} s`, 'look whether it arrived before you send it again')), INCLUDE_MS);
	let unsubscribe;
	try {
		unsubscribe = await call.signAndSend(pair, { nonce: -1 }, (result) => {
			const { status, dispatchError } = result;
			if (dispatchError) {
				reject(new Failure('refused', describeDispatchError(api.registry, dispatchError)));
			} else if (status.isInBlock) {
				resolve({ block: status.asInBlock.toHex(), events: result.events.map(({ event }) => event) });
			} else if (result.isError) {
				reject(new Failure('unseen', `the transaction was dropped: ${status.type}`, 'send it again'));
			}
		});
		return await promise;
	} catch (error) {
		throw error instanceof Failure ? error : poolFailure(error);
	} finally {
		clearTimeout(timer);
		unsubscribe?.();
	}
}

function poolFailure(error) {
	const help = /balance too low|Inability to pay/i.test(error.message)
		? 'the account can\'t pay the fee; send it some money'
		: 'if it should have worked, wait a block and try again';
	return new Failure('refused', error.message, help);
}

function defer() {
	const deferred = {};
	deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
	return deferred;
}

/** The data of the first event of that name in the labeling game. */
export function eventData(events, name) {
	return events.find((event) => event.section === 'labelingGame' && event.method === name).data;
}

/** A sample whose game is on, with its question, terms and present stage. */
export async function sampleInfo(api, sample) {
	const info = await api.call.labelingGameApi.sample(sample);
	if (info.isNone) {
		throw new Failure('refused', `there is no sample ${sample}: it was never submitted, or its game is over`, 'follow.mjs finds it if it ended a short while ago');
	}
	return info.unwrap();
}

/** A dataset that is not closed, with its question. */
export async function datasetInfo(api, dataset) {
	const info = await api.call.labelingGameApi.dataset(dataset);
	if (info.isNone) {
		throw new Failure('refused', `there is no dataset ${dataset}: it was never created, or it is closed`, 'check the number, or give --new-dataset');
	}
	return info.unwrap();
}
