// What is committed to before a label is shown.

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
	const preimage = u8aConcat(
		compactAddLength(stringToU8a('learnware/label/1')),
		hexToU8a(genesis),
		bnToU8a(sample, { bitLength: 32, isLe: true }),
		decodeAddress(account),
		compactAddLength(location),
		hexToU8a(salt),
	);
	return u8aToHex(blake2AsU8a(preimage, 256));
}
