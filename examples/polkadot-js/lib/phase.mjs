// Waiting for the phase in which labels and gold are shown.

import { sampleInfo } from './chain.mjs';
import { Failure } from './failure.mjs';
import { say } from './program.mjs';

/** The sample once its commit phase is over; without `wait`, throws as long as it is not. */
export async function waitForReveal(api, sample, wait) {
	const early = ({ stage }) => stage.isOpen && stage.asOpen.isCommit;
	const info = await sampleInfo(api, sample);
	if (!early(info)) {
		return info;
	}
	if (!wait) {
		throw new Failure('refused', `it is too early: labels are committed before block ${info.stage.asOpen.asCommit.until}`, 'reveal then, or give --wait');
	}
	say('waiting for the reveal phase');
	return new Promise((resolve, reject) => {
		api.rpc.chain.subscribeNewHeads(async () => {
			try {
				const now = await sampleInfo(api, sample);
				if (!early(now)) resolve(now);
			} catch (error) {
				reject(error);
			}
		}).catch(reject);
	});
}
