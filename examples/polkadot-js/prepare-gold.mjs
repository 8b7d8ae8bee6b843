// Commits to gold for a sample that is submitted elsewhere, for example in polkadot.js Apps. Sends nothing.

import { u8aToHex } from '@polkadot/util';
import { decodeAddress, encodeAddress } from '@polkadot/util-crypto';
import { checkGold, cidToBytes, connect, datasetInfo, Failure, goldPath, goldSecret, integer, keepSecret, print, readInput, run } from './lib.mjs';

const HELP = `
Prints what submitSample and revealGold take as gold, and keeps it in a file. submit-sample.mjs --gold does both itself.

  node prepare-gold.mjs --gold FILE --dataset N --provider ADDRESS [--secret FILE]

  --gold FILE           a label in JSON, with null where you do not know the class; it is not put on IPFS
  --dataset N           the dataset of the sample
  --provider ADDRESS    the account that will submit the sample
  --secret FILE         where the gold and its salt are kept until the reveal (gold-N-XXXXXXXX.json)
`;

const OPTIONS = {
	gold: { type: 'string' },
	dataset: { type: 'string' },
	provider: { type: 'string' },
	secret: { type: 'string' },
};

await run(HELP, OPTIONS, async (args) => {
	const dataset = integer(args, 'dataset');
	if (args.gold === undefined) {
		throw new Failure('input', '--gold is missing', 'give the file with the answers that you know');
	}
	const provider = address(args.provider);
	const content = await readInput(args.gold);
	const api = await connect(args.url);
	checkGold(content, (await datasetInfo(api, dataset)).task.toJSON());
	const secret = goldSecret({ genesis: api.genesisHash.toHex(), dataset, provider, content });
	const path = args.secret ?? goldPath(secret);
	await keepSecret(path, secret, { of: 'gold' });
	const { commitment, salt } = secret;
	const location = u8aToHex(cidToBytes(secret.location));
	print(args, { dataset, provider, gold: commitment, cid: secret.location, location, salt, secret: path }, [
		`submitSample, gold:    ${commitment}`,
		`revealGold, location:  ${location}`,
		`revealGold, salt:      ${salt}`,
		`in the reveal phase, not before, put the gold on IPFS and send revealGold; or: node reveal-gold.mjs --secret ${path} --wait`,
	]);
});

function address(text) {
	try {
		return encodeAddress(decodeAddress(text), 42);
	} catch {
		throw new Failure('input', text === undefined ? '--provider is missing' : `'${text}' is not an address`, 'give the address of the account that will submit the sample: 5GrwvaEF...');
	}
}
