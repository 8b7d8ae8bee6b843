// Gold: answers that the provider of a sample knows. It commits to them with the sample and shows them in the reveal
// phase, when nobody can change a label any more.

import { stringToU8a } from '@polkadot/util';
import { cidToBytes, rawCid } from './cid.mjs';
import { drawSalt, goldCommitment } from './commitment.mjs';
import { Failure } from './failure.mjs';
import { readAnswers } from './label.mjs';
import { isNpy } from './npy.mjs';
import { kindOf } from './task.mjs';

/** Fewest items with a known class for which gold counts. */
const MIN_GOLD = 4;
/** Up to this size a file is one block, and its CID is known without adding it to IPFS. */
const MAX_BYTES = 1024 * 1024;

/** Throws if `content` (bytes) can't be gold for `task`. Unreadable gold costs the bounty, so this is strict. */
export function checkGold(content, task) {
	const wrong = (what, help) => new Failure('input', `this is no gold for the sample: ${what}`, `${help}; unreadable gold costs the whole bounty`);
	if (kindOf(task) !== 'classification') {
		throw new Failure('input', `only a classification takes gold, and this is a task of the kind ${kindOf(task)}`, 'submit the sample without gold');
	}
	if (content.length > MAX_BYTES) {
		throw wrong(`${content.length} bytes, more than ${MAX_BYTES}`, 'write it without blanks');
	}
	if (isNpy(content)) {
		throw wrong('it is a file of NumPy, and gold is kept as text', 'write it as JSON, with null for what you do not know');
	}
	const known = readAnswers(content, task, wrong).filter((answer) => answer !== null).length;
	if (known < MIN_GOLD) {
		throw wrong(`it knows ${known} items, and gold of fewer than ${MIN_GOLD} counts for nothing`, 'add answers that you know');
	}
}

/** All that is needed to reveal gold. The file itself is in it: it must not be on IPFS yet. */
export function goldSecret({ genesis, dataset, provider, content, salt = drawSalt() }) {
	const location = rawCid(content);
	const opening = { genesis, dataset, provider, location, salt };
	return {
		...opening,
		sample: null,
		commitment: goldCommitment({ ...opening, location: cidToBytes(location) }),
		content: new TextDecoder().decode(content),
	};
}

/** What a file of gold must have; `sample` is null until it is known. */
export const GOLD_FIELDS = ['genesis', 'dataset', 'provider', 'location', 'salt', 'sample', 'commitment', 'content'];

/** Where the secret of gold is kept if nobody says where. */
export const goldPath = ({ dataset, commitment }) => `gold-${dataset}-${commitment.slice(2, 10)}.json`;

/** The bytes of the gold, if they are what was committed to. */
export function openGold(secret) {
	const changed = (what) => new Failure('account', what, 'the file was changed: restore it from its backup');
	if (goldCommitment({ ...secret, location: cidToBytes(secret.location) }) !== secret.commitment) {
		throw changed('location and salt do not hash to the commitment');
	}
	const content = stringToU8a(secret.content);
	if (rawCid(content) !== secret.location) {
		throw changed('the content is not that of the location');
	}
	return content;
}

/** Refuses what the chain would refuse for a fee; `sample` as the chain knows it, after its commit phase. */
export function checkGoldReveal({ commitment }, { record, stage }) {
	const gold = record.gold.unwrapOr(null);
	if (gold === null) {
		throw new Failure('refused', 'this sample was submitted without gold', 'check the number of the sample');
	}
	if (gold.isRevealed) {
		throw new Failure('refused', 'the gold is revealed already', 'there is nothing left to do');
	}
	if (gold.asCommitted.toHex() !== commitment) {
		throw new Failure('account', 'this file opens the gold of another sample', 'give the file that was written when this sample was submitted');
	}
	if (stage.isOpen && stage.asOpen.isReveal) {
		return;
	}
	const end = 'end the game with: node follow.mjs --resolve --sample N';
	if (stage.isOverdue && ['TooFewCommitments', 'TooFewReveals'].includes(stage.asOverdue.type)) {
		throw new Failure('refused', 'there were too few labels: the gold is not needed, and the bounty comes back', end);
	}
	throw new Failure('refused', 'it is too late: the reveal phase is over, and the bounty goes to those who revealed a label', end);
}
