// Follows a sample's game, block by finalized block, until it is over.

import { connect, describe, Failure, integer, isAbout, keyPair, outcome, Overdue, plain, print, run, sampleInfo, say, signAndSend, table } from './lib.mjs';

const HELP = `
Follows a sample until its game is over, and prints what became of each label.

  node follow.mjs --sample N [--resolve] [--timeout SECONDS]

  --sample N           the sample
  --resolve            when a deadline has passed, end the game (signs with --suri); without it, the watch ends with
                       exit code 5 if nobody else does
  --timeout SECONDS    give up after this time (3600)

Words go to stderr, the table to stdout. With --json, each event is a line on stdout; the last one is
SampleResolved (or SampleCancelled).
`;

const OPTIONS = {
	sample: { type: 'string' },
	resolve: { type: 'boolean', default: false },
	timeout: { type: 'string', default: '3600' },
};

/** Blocks to look back for the start of the game: nodes that prune keep the state of 256. */
const LOOK_BACK = 240;

await run(HELP, OPTIONS, async (args) => {
	const sample = integer(args, 'sample');
	const pair = args.resolve ? await keyPair(args.suri) : null;
	const seconds = integer(args, 'timeout', { min: 1, max: 2_000_000 });
	const api = await connect(args.url);
	setTimeout(() => {
		say(`error: the game is not over after ${seconds} s\nhelp: follow it again; a game that nobody ends is ended with --resolve`);
		process.exit(5);
	}, seconds * 1000);

	const { end, collapse } = await follow(api, sample, args, pair);
	if (!args.json && end.method === 'SampleResolved') {
		print(args, null, table(outcome(end.data, collapse)));
	}
});

/** Tells every event of the sample in its order; returns the last one, and whether equal labels took one place. */
async function follow(api, sample, args, pair) {
	const head = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
	const overdue = new Overdue(sample, pair && (() => signAndSend(api, api.tx.labelingGame.resolve(sample), pair)));
	let next = await findStart(api, sample, head.number.toNumber());
	for await (const height of finalizedHeights(api)) {
		for (; next <= height; next += 1) {
			for (const event of (await eventsOf(api, next)).filter((event) => isAbout(event, sample))) {
				const collapse = event.method === 'SampleResolved' && await collapses(api, next, event.data.dataset);
				say(`block ${next}: ${describe(event)}`);
				if (args.json) {
					print(args, { block: next, ...plain(event, collapse) });
				}
				if (['SampleResolved', 'SampleCancelled'].includes(event.method)) {
					return { end: event, collapse };
				}
			}
		}
		await overdue.look(height, await stageOf(api, sample));
	}
}

/** The first block that tells of the sample, as far as the node remembers; or the next one. */
async function findStart(api, sample, head) {
	const oldest = Math.max(1, head - LOOK_BACK);
	let first;
	for (let block = head; block >= oldest; block -= 1) {
		let events;
		try {
			events = await eventsOf(api, block);
		} catch {
			break; // The node no longer has its state.
		}
		const about = events.filter((event) => isAbout(event, sample));
		if (about.length > 0) {
			first = block;
		}
		if (about.some((event) => event.method === 'SampleSubmitted')) {
			break;
		}
	}
	if (first !== undefined) {
		return first;
	}
	if ((await api.query.labelingGame.nextSample()).toNumber() <= sample) {
		throw new Failure('input', `sample ${sample} has not been submitted`, 'check the number');
	}
	if ((await api.query.labelingGame.samples(sample)).isNone) {
		throw new Failure('input', `the game of sample ${sample} was over more than ${LOOK_BACK} blocks ago`, 'ask a node that keeps all states (--state-pruning archive) in polkadot.js Apps');
	}
	return head + 1;
}

/** Whether equal labels of the dataset take one place together. */
async function collapses(api, block, dataset) {
	const before = await api.at(await api.rpc.chain.getBlockHash(block - 1));
	const record = (await before.query.labelingGame.datasets(dataset)).unwrapOr(null);
	return record?.terms.duplicates.isCollapse ?? false;
}

async function eventsOf(api, block) {
	const at = await api.at(await api.rpc.chain.getBlockHash(block));
	return (await at.query.system.events()).map(({ event }) => event);
}

/** The height of the finalized chain whenever it grows. */
async function* finalizedHeights(api) {
	let newest = 0;
	let wake = () => {};
	await api.rpc.chain.subscribeFinalizedHeads((header) => {
		newest = header.number.toNumber();
		wake();
	});
	for (let last = 0; ; last = newest) {
		if (newest === last) {
			await new Promise((resolve) => (wake = resolve));
		}
		yield newest;
	}
}

/** The stage of a sample at the best block; null if its game is over. */
async function stageOf(api, sample) {
	try {
		return (await sampleInfo(api, sample)).stage;
	} catch (error) {
		if (error.kind === 'refused') return null;
		throw error;
	}
}
