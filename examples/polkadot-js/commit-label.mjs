// Commits to a label without showing it. What opens the commitment is in a file before anything is sent.

import { addToIpfs, checkLabel, cidToBytes, connect, drawSalt, Failure, integer, keepSecret, keyPair, labelCommitment, print, readInput, run, sampleInfo, sendCommitment, showAmount } from './lib.mjs';

const HELP = `
Commits to a label: puts its file on IPFS, and a salted hash of its location on the chain.

  node commit-label.mjs --sample N --label FILE [--secret FILE]

  --sample N       the sample
  --label FILE     the answers: JSON such as [0, 1, null], or NumPy's .npy
  --secret FILE    where the location and the salt are kept until the reveal (label-N-ADDRESS.json)

Keep the secret to yourself: anyone who has it can't take your pay, but can copy your label. Without it you can't
reveal, and lose the collateral.
`;

const OPTIONS = {
	sample: { type: 'string' },
	label: { type: 'string' },
	secret: { type: 'string' },
};

await run(HELP, OPTIONS, async (args) => {
	const sample = integer(args, 'sample');
	if (args.label === undefined) {
		throw new Failure('input', '--label is missing', 'give the file with your answers');
	}
	const content = await readInput(args.label);
	const pair = await keyPair(args.suri);
	const api = await connect(args.url);
	const { task, terms, stage } = await sampleInfo(api, sample);
	checkPhase(stage);
	checkLabel(content, task.toJSON());

	const location = await addToIpfs(args['ipfs-api'], args.label, content);
	const secret = { genesis: api.genesisHash.toHex(), sample, account: pair.address, location, salt: drawSalt() };
	const commitment = labelCommitment({ ...secret, location: cidToBytes(location) });
	const path = args.secret ?? `label-${sample}-${pair.address}.json`;
	await keepSecret(path, { ...secret, commitment });

	const { block } = await sendCommitment(api, api.tx.labelingGame.commitLabel(sample, commitment), pair, path);
	print(args, { sample, account: pair.address, location, commitment, secret: path, block }, [
		`committed to ${location} for sample ${sample}; ${showAmount(terms.collateral)} are held until its game is over`,
		`in the reveal phase: node reveal-label.mjs --secret ${path} --wait`,
	]);
});

function checkPhase(stage) {
	if (!(stage.isOpen && stage.asOpen.isCommit)) {
		throw new Failure('refused', 'it is too late: the sample takes no more labels', 'choose another sample');
	}
}
