// A game whose deadline has passed is over when somebody sends `resolve`, and not before: until then bounty, collateral
// and deposit are held.

import { Failure } from './failure.mjs';
import { say } from './program.mjs';

export class Overdue {
	/** Blocks in which others may end the game before a watch gives up. */
	static PATIENCE = 10;

	#since = null;
	#isSent = false;
	#refusal = null;

	/** `resolve` ends the game of the sample, or is null for a watch that signs nothing. */
	constructor(sample, resolve) {
		this.sample = sample;
		this.resolve = resolve;
	}

	/** To be called with the sample's stage at each height, null for one whose game is over. */
	async look(height, stage) {
		if (stage === null || stage.isOpen) {
			this.#since = null;
			return;
		}
		if (this.#since === null) {
			this.#since = height;
			say(`its deadline has passed: ${this.resolve ? 'it is ended now' : 'anybody may end the game, for example with --resolve'}`);
		}
		if (height - this.#since >= Overdue.PATIENCE) {
			throw this.#refusal ?? new Failure('unseen', `the deadline of sample ${this.sample} has passed, and nobody has ended its game`, `end it with: node follow.mjs --sample ${this.sample} --resolve`);
		}
		if (this.resolve && !this.#isSent) {
			await this.#end();
		}
	}

	async #end() {
		try {
			await this.resolve();
			this.#isSent = true;
		} catch (error) {
			// Perhaps somebody else was faster, and the next blocks tell.
			if (error.kind !== 'refused') throw error;
			this.#refusal = error;
		}
	}
}
