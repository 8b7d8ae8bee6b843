// Shows the gold of a sample: puts it on IPFS, where it was not before, and opens its commitment.

import { u8aToHex } from '@polkadot/util';
import { addToIpfs, checkGoldReveal, cidToBytes, connect, Failure, GOLD_FIELDS, keyPair, openGold, print, readSecret, run, signAndSend, waitForReveal } from './lib.mjs';

const HELP = `
Reveals the gold that was committed with a sample. Not done in the reveal phase, the whole bounty goes to those who
revealed a label.

  node reveal-gold.mjs --secret FILE [--wait]

  --secret FILE    the file that submit-sample.mjs or prepare-gold.mjs wrote
  --wait           wait for the reveal phase, if it has not begun
`;

const OPTIONS = {
	secret: { type: 'string' },
	wait: { type: 'boolean', default: false },
};

await run(HELP, OPTIONS, async (args) => {
	const secret = await readSecret(args.secret, 'submit-sample.mjs', GOLD_FIELDS);
	const content = openGold(secret);
	const pair = await keyPair(args.suri);
	if (secret.provider !== pair.address) {
		throw new Failure('account', `this is gold of ${secret.provider}, not of ${pair.address}`, 'sign with the account that submitted the sample');
	}
	const api = await connect(args.url);
	if (secret.genesis !== api.genesisHash.toHex()) {
		throw new Failure('input', 'this gold is of another chain', 'name a node of its chain with --url URL');
	}
	const sample = secret.sample ?? await findSample(api, secret);
	checkGoldReveal(secret, await waitForReveal(api, sample, args.wait));
	const location = await addToIpfs(args['ipfs-api'], `gold-${sample}.json`, content);
	const { block } = await signAndSend(api, api.tx.labelingGame.revealGold(sample, u8aToHex(cidToBytes(location)), secret.salt), pair);
	print(args, { sample, dataset: secret.dataset, account: pair.address, location, block }, [
		`revealed the gold ${location} of sample ${sample}; keep the IPFS daemon running until the game is over`,
		`what becomes of it: node follow.mjs --sample ${sample}`,
	]);
});

/** The sample that was submitted with this gold, where nobody wrote its number down. */
async function findSample(api, { commitment }) {
	const samples = await api.query.labelingGame.samples.entries();
	const isOurs = (gold) => gold?.isCommitted && gold.asCommitted.toHex() === commitment;
	const found = samples.find(([, record]) => isOurs(record.unwrap().gold.unwrapOr(null)));
	if (found === undefined) {
		throw new Failure('refused', 'no sample waits for this gold', 'it was not submitted, the gold is revealed already, or the game is over');
	}
	return found[0].args[0].toNumber();
}
