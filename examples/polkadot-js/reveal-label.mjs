// Shows a label that was committed.

import { u8aToHex } from '@polkadot/util';
import { checkOpening, cidToBytes, connect, Failure, keyPair, labelCommitment, print, readSecret, run, signAndSend, waitForReveal } from './lib.mjs';

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
	const secret = await readSecret(args.secret, 'commit-label.mjs', ['genesis', 'sample', 'account', 'location', 'salt', 'commitment']);
	const pair = await keyPair(args.suri);
	const api = await connect(args.url);
	check(secret, pair, api);
	checkOpening(await api.query.labelingGame.labels(secret.sample), secret, pair);
	checkStage((await waitForReveal(api, secret.sample, args.wait)).stage, secret.sample);
	const location = cidToBytes(secret.location);
	const { block } = await signAndSend(api, api.tx.labelingGame.revealLabel(secret.sample, u8aToHex(location), secret.salt), pair);
	print(args, { sample: secret.sample, account: pair.address, location: secret.location, block }, [
		`revealed ${secret.location} for sample ${secret.sample}`,
		`what becomes of it: node follow.mjs --sample ${secret.sample}`,
	]);
});

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

function checkStage(stage, sample) {
	if (stage.isOpen && stage.asOpen.isReveal) {
		return;
	}
	const help = stage.isOpen ? `what becomes of it: node follow.mjs --sample ${sample}` : `end the game with: node follow.mjs --sample ${sample} --resolve`;
	throw new Failure('refused', 'it is too late: the reveal phase is over, or there were too few labels for one', help);
}
