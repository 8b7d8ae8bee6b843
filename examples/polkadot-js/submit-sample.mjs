// Puts a file on IPFS and submits it as a sample, to a dataset that is there or to a new one.

import { addToIpfs, cidToBytes, cidToText, connect, eventData, Failure, integer, keyPair, parseAmount, print, readInput, run, say, showAmount, signAndSend } from './lib.mjs';
import { u8aToHex } from '@polkadot/util';

const HELP = `
Submits a sample: a file to be labeled, with a bounty.

  node submit-sample.mjs --bounty AMOUNT (--file FILE | --cid CID) (--dataset N | --new-dataset ...)

  --bounty AMOUNT        what the labels are paid in all: 10UNIT, or a whole number in the smallest unit
  --file FILE            the sample; it is added to IPFS
  --cid CID              the sample, if it is on IPFS already
  --dataset N            question and terms

A new dataset:
  --new-dataset          create one for this sample
  --description FILE     what label providers must know; added to IPFS (default: the sample itself)
  --items N              items in a sample
  --classes N            classes to choose from
  --collateral AMOUNT    what each label provider puts at risk      (1UNIT)
  --min-labels N         fewest labels with which the game goes on  (7)
  --max-labels N         most labels                                (20)
  --commit-period N      blocks to commit labels in                 (60)
  --reveal-period N      blocks to reveal them in                   (30)
  --score-period N       blocks for the scorers                     (30)
  --ratio PPM            pay of the first place in parts per million of the bounty, and of each place
                         in parts of the one before                 (500000)
  --scoring-fee PPM      share of the scorers                       (50000)
  --attendance-fee PPM   share of those who revealed, if the labels do not agree  (100000)
`;

const OPTIONS = {
	bounty: { type: 'string' },
	file: { type: 'string' },
	cid: { type: 'string' },
	dataset: { type: 'string' },
	'new-dataset': { type: 'boolean', default: false },
	description: { type: 'string' },
	items: { type: 'string' },
	classes: { type: 'string' },
	collateral: { type: 'string', default: '1UNIT' },
	'min-labels': { type: 'string', default: '7' },
	'max-labels': { type: 'string', default: '20' },
	'commit-period': { type: 'string', default: '60' },
	'reveal-period': { type: 'string', default: '30' },
	'score-period': { type: 'string', default: '30' },
	ratio: { type: 'string', default: '500000' },
	'scoring-fee': { type: 'string', default: '50000' },
	'attendance-fee': { type: 'string', default: '100000' },
};

await run(HELP, OPTIONS, async (args) => {
	const plan = check(args);
	const pair = await keyPair(args.suri);
	const api = await connect(args.url);
	const location = await locate(args, args.file, args.cid);
	const dataset = plan.dataset ?? (await createDataset(api, pair, plan, await describe(args, location)));
	const { block, events } = await signAndSend(api, api.tx.labelingGame.submitSample(dataset, bytes(location), plan.bounty), pair);
	const { sample, commitUntil } = eventData(events, 'SampleSubmitted');
	const result = {
		sample: sample.toNumber(),
		dataset,
		location,
		bounty: plan.bounty.toString(),
		commit_until: commitUntil.toNumber(),
		block,
	};
	print(args, result, [
		`sample ${result.sample} of dataset ${dataset}: ${showAmount(plan.bounty)} for ${location}`,
		`labels are taken before block ${result.commit_until}; follow it with: node follow.mjs --sample ${result.sample}`,
	]);
});

/** All that can be wrong without asking anybody. */
function check(args) {
	if ((args.file === undefined) === (args.cid === undefined)) {
		throw new Failure('input', 'the sample is missing, or there are two', 'give --file FILE or --cid CID');
	}
	if ((args.dataset !== undefined) === args['new-dataset']) {
		throw new Failure('input', 'which dataset?', 'give --dataset N, or --new-dataset with --items N --classes N');
	}
	if (args.bounty === undefined) {
		throw new Failure('input', '--bounty is missing', 'give what all labels are paid together, for example --bounty 10UNIT');
	}
	const bounty = parseAmount(args.bounty);
	return args['new-dataset']
		? { bounty, task: task(args), terms: terms(args) }
		: { bounty, dataset: integer(args, 'dataset') };
}

function task(args) {
	return {
		Classification: {
			items: integer(args, 'items', { min: 1, max: 4096 }),
			classes: integer(args, 'classes', { min: 2, max: 64 }),
		},
	};
}

function terms(args) {
	return {
		collateral: parseAmount(args.collateral),
		minLabels: integer(args, 'min-labels'),
		maxLabels: integer(args, 'max-labels'),
		commitPeriod: integer(args, 'commit-period'),
		revealPeriod: integer(args, 'reveal-period'),
		scorePeriod: integer(args, 'score-period'),
		payout: { Geometric: { ratio: integer(args, 'ratio') } },
		scoringFee: integer(args, 'scoring-fee'),
		attendanceFee: integer(args, 'attendance-fee'),
		duplicates: 'Share',
		eligibility: 'Open',
	};
}

/** The CID of a file that is on IPFS, or that is put there now. */
async function locate(args, file, cid) {
	if (cid !== undefined) {
		return cidToText(cidToBytes(cid));
	}
	const added = await addToIpfs(args['ipfs-api'], file, await readInput(file));
	say(`${file} is on IPFS as ${added}`);
	return added;
}

function describe(args, sample) {
	return args.description === undefined ? sample : locate(args, args.description);
}

async function createDataset(api, pair, { task, terms }, description) {
	const { events } = await signAndSend(api, api.tx.labelingGame.createDataset(bytes(description), task, terms), pair);
	const dataset = eventData(events, 'DatasetCreated').dataset.toNumber();
	say(`dataset ${dataset} is created`);
	return dataset;
}

function bytes(cid) {
	return u8aToHex(cidToBytes(cid));
}
