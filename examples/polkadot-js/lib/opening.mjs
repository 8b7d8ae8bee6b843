// Whether a secret opens what its account has committed, before the chain is asked for a fee.

import { cidToBytes } from './cid.mjs';
import { labelCommitment, toolSalt } from './commitment.mjs';
import { Failure } from './failure.mjs';

/** Throws if `secret` does not open the label of `pair` among those of the sample; says what does. */
export function checkOpening(labels, secret, pair) {
	const { sample, genesis, location } = secret;
	const label = labels.find(({ who }) => who.toString() === pair.address);
	if (label === undefined) {
		throw new Failure('refused', `${pair.address} has committed no label to sample ${sample}`, 'check account and number; a label that was withdrawn or denounced is gone, and so is one whose game is over');
	}
	if (!label.state.isCommitted) {
		throw new Failure('refused', 'the label is revealed already', `what becomes of it: node follow.mjs --sample ${sample}`);
	}
	const committed = label.state.asCommitted.toHex();
	if (committed === secret.commitment) {
		return;
	}
	const reveal = `\`learnware label reveal ${sample} FILE\``;
	const byTool = labelCommitment({ ...secret, location: cidToBytes(location), salt: toolSalt(pair, genesis, sample) });
	if (committed === byTool) {
		throw new Failure('account', 'this label was committed with the command line tool', `reveal it with ${reveal}, with FILE the label ${location}`);
	}
	throw new Failure('account', 'the account has committed another label to this sample', `give the file that commit-label.mjs wrote for that one, or, if the command line tool committed it, ${reveal}`);
}
