// Puts a file on IPFS and submits it as a sample, to a dataset that is there or to a new one.

import { addToIpfs, checkGold, cidToBytes, connect, datasetInfo, datasetTypes, eventData, Failure, goldPath, goldSecret, integer, keepSecret, keyPair, lookAt, parseAllowed, parseAmount, parseCid, parseTask, parseTerms, print, readInput, run, say, sendCommitment, showAmount, signAndSend, TERMS_OPTIONS, updateSecret } from './lib.mjs';
import { u8aToHex } from '@polkadot/util';

const HELP = `
Submits a sample: a file to be labeled, with a bounty.

  node submit-sample.mjs --bounty AMOUNT (--file FILE | --cid CID) (--dataset N | --new-dataset ...) [--gold FILE]

  --bounty AMOUNT        what the labels are paid in all: 10UNIT, or a whole number in the smallest unit
  --file FILE            the sample; it is added to IPFS
  --cid CID              the sample, if it is on IPFS already; it is looked at before anything is held
  --unchecked            take --cid without a look, for a file that this IPFS daemon can't get
  --dataset N            question and terms
  --allow ADDRESS        puts an account on the allow-list of the dataset; may be repeated

Gold, for a classification:
  --gold FILE            answers that you know: a label in JSON with null where you do not, at least 4 known;
                         it is kept secret, and must be revealed with reveal-gold.mjs
  --gold-secret FILE     where the gold and its salt are kept until then (gold-N-XXXXXXXX.json)

A new dataset:
  --new-dataset          create one for this sample
  --description FILE     what label providers must know; added to IPFS (default: the sample itself)
  --items N              a classification: items in a sample
  --classes N            classes to choose from
  --task FILE            any task, in place of --items and --classes, as the command line tool takes it:
                         {"mask": {"width": 64, "height": 64}}; docs/sample-providers.md has all kinds
  --collateral AMOUNT    what each label provider puts at risk      (1UNIT)
  --min-labels N         fewest labels with which the game goes on  (7)
  --max-labels N         most labels                                (20)
  --commit-period N      blocks to commit labels in                 (60)
  --reveal-period N      blocks to reveal them in                   (30)
  --score-period N       blocks for the scorers                     (30)
  --payout CURVE         how places are paid; --payout ? names the curves of the chain  (geometric)
  --ratio PPM            geometric: pay of the first place in parts per million of the bounty, and of each place
                         in parts of the one before                 (500000)
  --temperature N        softmax: in millionths of a place; a place as far down as this pays 1/e
  --scoring-fee PPM      share of the scorers                       (50000)
  --attendance-fee PPM   share of those who revealed, if the labels do not agree  (100000)
  --duplicates RULE      equal labels: share (each takes a place) or collapse (they take one together)
                         (collapse for vectors and masks, else share)
  --eligibility WHO      who may label: open, allow-list (see --allow), or what else --eligibility ? names  (open)
`;

const OPTIONS = {
	bounty: { type: 'string' },
	file: { type: 'string' },
	cid: { type: 'string' },
	unchecked: { type: 'boolean', default: false },
	dataset: { type: 'string' },
	allow: { type: 'string', multiple: true, default: [] },
	gold: { type: 'string' },
	'gold-secret': { type: 'string' },
	'new-dataset': { type: 'boolean', default: false },
	description: { type: 'string' },
	items: { type: 'string' },
	classes: { type: 'string' },
	task: { type: 'string' },
	...TERMS_OPTIONS,
};

await run(HELP, OPTIONS, async (args) => {
	const given = await check(args);
	const pair = await keyPair(args.suri);
	const api = await connect(args.url);
	const plan = args['new-dataset'] ? planNew(args, given, datasetTypes(api)) : given;
	if (plan.gold) {
		checkGold(plan.gold, plan.task ?? (await datasetInfo(api, plan.dataset)).task.toJSON());
	}
	const location = await locate(args, plan);
	const dataset = plan.dataset ?? (await createDataset(api, pair, plan, await describe(args, location)));
	if (plan.allowed.length > 0) {
		await signAndSend(api, api.tx.labelingGame.allow(dataset, plan.allowed), pair);
		say(`${plan.allowed.length === 1 ? '1 account is' : `${plan.allowed.length} accounts are`} put on the allow-list of dataset ${dataset}`);
	}
	const gold = plan.gold && await commitGold(args, api, pair, dataset, plan.gold);
	const call = api.tx.labelingGame.submitSample(dataset, bytes(location), plan.bounty, gold?.secret.commitment ?? null);
	const { block, events } = await sendCommitment(api, call, pair, gold?.path ?? null);
	const { sample, commitUntil } = eventData(events, 'SampleSubmitted');
	const result = {
		sample: sample.toNumber(),
		dataset,
		location,
		bounty: plan.bounty.toString(),
		commit_until: commitUntil.toNumber(),
		block,
		gold: gold && { location: gold.secret.location, commitment: gold.secret.commitment, secret: gold.path },
	};
	if (gold) {
		await updateSecret(gold.path, { ...gold.secret, sample: result.sample });
	}
	print(args, result, [
		`sample ${result.sample} of dataset ${dataset}: ${showAmount(plan.bounty)} for ${location}`,
		`labels are taken before block ${result.commit_until}; follow it with: node follow.mjs --sample ${result.sample}`,
		...(gold ? [`reveal the gold in the reveal phase, or all of the bounty is lost: node reveal-gold.mjs --secret ${gold.path} --wait`] : []),
	]);
});

/** All that can be wrong without asking anybody. */
async function check(args) {
	if ((args.file === undefined) === (args.cid === undefined)) {
		throw new Failure('input', 'the sample is missing, or there are two', 'give --file FILE or --cid CID');
	}
	if ((args.dataset !== undefined) === args['new-dataset']) {
		throw new Failure('input', 'which dataset?', 'give --dataset N, or --new-dataset with --task FILE, or with --items N --classes N');
	}
	if (args.bounty === undefined) {
		throw new Failure('input', '--bounty is missing', 'give what all labels are paid together, for example --bounty 10UNIT');
	}
	if (args['gold-secret'] !== undefined && args.gold === undefined) {
		throw new Failure('input', '--gold-secret without gold', 'give the file with the answers that you know: --gold FILE');
	}
	if (args.unchecked && args.cid === undefined) {
		throw new Failure('input', '--unchecked has no meaning for a file', 'leave it out');
	}
	return {
		bounty: parseAmount(args.bounty),
		cid: args.cid === undefined ? null : parseCid(args.cid),
		gold: args.gold === undefined ? null : await readInput(args.gold),
		task: args['new-dataset'] ? await readTask(args) : null,
		dataset: args['new-dataset'] ? null : integer(args, 'dataset'),
		allowed: parseAllowed(args.allow),
	};
}

/** The file of a task, made of --items and --classes if there is none. */
async function readTask(args) {
	if (args.task !== undefined) {
		if (args.items !== undefined || args.classes !== undefined) {
			throw new Failure('input', 'there are two tasks', 'give --task FILE, or --items N --classes N');
		}
		return readInput(args.task);
	}
	const classification = { items: integer(args, 'items', { min: 1 }), classes: integer(args, 'classes', { min: 2 }) };
	return Buffer.from(JSON.stringify({ classification }));
}

/** The plan with task and terms of a new dataset, in the words of the chain. */
function planNew(args, plan, types) {
	const task = parseTask(plan.task, types.kinds);
	const terms = parseTerms(args, task, types);
	if (plan.allowed.length > 0 && terms.eligibility !== types.eligibility['allow-list']?.name) {
		throw new Failure('input', `--allow has no meaning for the eligibility ${args.eligibility}`, 'leave it out, or give --eligibility allow-list');
	}
	return { ...plan, task, terms };
}

/** The CID of the sample: of one that is on IPFS, or that is put there now. */
async function locate(args, { cid }) {
	if (cid === null) {
		return add(args, args.file);
	}
	if (!args.unchecked) {
		await lookAt(args['ipfs-api'], cid);
	}
	return cid;
}

async function add(args, file) {
	const added = await addToIpfs(args['ipfs-api'], file, await readInput(file));
	say(`${file} is on IPFS as ${added}`);
	return added;
}

function describe(args, sample) {
	return args.description === undefined ? sample : add(args, args.description);
}

async function createDataset(api, pair, { task, terms }, description) {
	const { events } = await signAndSend(api, api.tx.labelingGame.createDataset(bytes(description), task, terms), pair);
	const dataset = eventData(events, 'DatasetCreated').dataset.toNumber();
	say(`dataset ${dataset} is created`);
	return dataset;
}

/** Keeps what opens the gold, before anything is sent. */
async function commitGold(args, api, pair, dataset, content) {
	const secret = goldSecret({ genesis: api.genesisHash.toHex(), dataset, provider: pair.address, content });
	const path = args['gold-secret'] ?? goldPath(secret);
	await keepSecret(path, secret, { of: 'gold', option: 'gold-secret' });
	return { path, secret };
}

function bytes(cid) {
	return u8aToHex(cidToBytes(cid));
}
