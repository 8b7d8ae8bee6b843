// Shows a label that was committed.

import { u8aToHex } from '@polkadot/util';
import { cidToBytes, connect, Failure, keyPair, labelCommitment, print, readInput, run, sampleInfo, say, signAndSend } from './lib.mjs';

const HELP = `
Reveals a label that commit-label.mjs committed.

  node reveal-label.mjs --secret FILE [--wait]

  --secret FILE    the file that commit-label.mjs wrote
  --wait           wait for the reveal phase, if it has not begun
`;

const OPTIONS = {
	secret: { type: 'string' },
	wait: { type: 'boolean', default: false },
};

await run(HELP, OPTIONS, async (args) => {
	const secret = await readSecret(args.secret);
	const pair = await keyPair(args.suri);
	const api = await connect(args.url);
	check(secret, pair, api);
	await revealPhase(api, secret.sample, args.wait);
	const location = cidToBytes(secret.location);
	const { block } = await signAndSend(api, api.tx.labelingGame.revealLabel(secret.sample, u8aToHex(location), secret.salt), pair);
	print(args, { sample: secret.sample, account: pair.address, location: secret.location, block }, [
		`revealed ${secret.location} for sample ${secret.sample}`,
		`what becomes of it: node follow.mjs --sample ${secret.sample}`,
	]);
});

async function readSecret(path) {
	if (path === undefined) {
		throw new Failure('input', '--secret is missing', 'give the file that commit-label.mjs wrote');
	}
	try {
		return JSON.parse(await readInput(path));
	} catch (error) {
		throw error instanceof Failure ? error : new Failure('account', `${path} is damaged: ${error.message}`, 'restore it from its backup');
	}
}

/** Refuses here what the chain would refuse for a fee. */
function check(secret, pair, api) {
	if (secret.account !== pair.address) {
		throw new Failure('account', `this is a label of ${secret.account}, not of ${pair.address}`, 'sign with the account that committed');
	}
	if (secret.genesis !== api.genesisHash.toHex()) {
		throw new Failure('input', 'this label is of another chain', 'name a node of its chain with --url URL');
	}
	if (labelCommitment({ ...secret, location: cidToBytes(secret.location) }) !== secret.commitment) {
		throw new Failure('account', 'location and salt do not hash to the commitment', 'the file was changed: restore it from its backup');
	}
}

async function revealPhase(api, sample, wait) {
	const early = ({ stage }) => stage.isOpen && stage.asOpen.isCommit;
	let info = await sampleInfo(api, sample);
	if (early(info) && !wait) {
		throw new Failure('refused', `it is too early: labels are committed before block ${info.stage.asOpen.asCommit.until}`, 'reveal then, or give --wait');
	}
	if (!early(info)) {
		return;
	}
	say('waiting for the reveal phase');
	await new Promise((resolve, reject) => {
		api.rpc.chain.subscribeNewHeads(async () => {
			try {
				info = await sampleInfo(api, sample);
				if (!early(info)) resolve();
			} catch (error) {
				reject(error);
			}
		}).catch(reject);
	});
}
