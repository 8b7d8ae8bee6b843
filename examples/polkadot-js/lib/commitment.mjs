// What is committed to before a label, or gold, is shown.

import { bnToU8a, compactAddLength, hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { blake2AsU8a, decodeAddress, randomAsU8a } from '@polkadot/util-crypto';

/** A secret of 32 bytes. */
export const drawSalt = () => u8aToHex(randomAsU8a(32));

/**
 * `blake2_256(SCALE("learnware/label/1", genesis hash, sample, account, location, salt))` in hexadecimal digits.
 *
 * @param genesis hash of block 0, 0x...
 * @param sample number of the sample
 * @param account address, or the 32 bytes of the account
 * @param location binary CID of the label
 * @param salt 32 bytes, 0x...
 */
export function labelCommitment({ genesis, sample, account, location, salt }) {
	return commitment('learnware/label/1', genesis, sample, account, location, salt);
}

/**
 * `blake2_256(SCALE("learnware/gold/1", genesis hash, dataset, provider, location, salt))` in hexadecimal digits. Names
 * the dataset, for the sample has no number yet when its provider commits to gold.
 *
 * @param genesis hash of block 0, 0x...
 * @param dataset number of the dataset
 * @param provider address, or the 32 bytes of the account that submits the sample
 * @param location binary CID of the gold
 * @param salt 32 bytes, 0x...
 */
export function goldCommitment({ genesis, dataset, provider, location, salt }) {
	return commitment('learnware/gold/1', genesis, dataset, provider, location, salt);
}

function commitment(domain, genesis, number, account, location, salt) {
	const preimage = u8aConcat(
		compactAddLength(stringToU8a(domain)),
		hexToU8a(genesis),
		bnToU8a(number, { bitLength: 32, isLe: true }),
		decodeAddress(account),
		compactAddLength(location),
		hexToU8a(salt),
	);
	return u8aToHex(blake2AsU8a(preimage, 256));
}

/**
 * The salt with which the command line tool `learnware` commits to a label: the same account and sample give the same
 * salt, so that its key alone opens the commitment.
 *
 * @param pair key pair of the account
 * @param genesis hash of block 0, 0x...
 * @param sample number of the sample
 */
export function toolSalt(pair, genesis, sample) {
	const root = pair.derive('//learnware-secret-1').publicKey;
	const number = bnToU8a(sample, { bitLength: 32, isLe: true });
	return u8aToHex(blake2AsU8a(u8aConcat(stringToU8a('learnware/salt/1'), hexToU8a(genesis), number, root), 256));
}
