// The types of the chain, from the metadata that its clients are compiled with.

import { readFileSync } from 'node:fs';
import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types';
import { datasetTypes } from '../lib.mjs';

export const registry = new TypeRegistry();
const file = readFileSync(new URL('../../../client/artifacts/metadata.scale', import.meta.url));
const metadata = new Metadata(registry, new Uint8Array(file));
registry.setMetadata(metadata, undefined, { AuthorizeCall: { extrinsic: {}, payload: {} }, WeightReclaim: { extrinsic: {}, payload: {} } });
export const { tx } = expandMetadata(registry, metadata);
export const types = datasetTypes({ registry, tx });

/** The chain's type of an argument of `createDataset`. */
export const typeOf = (name) => tx.labelingGame.createDataset.meta.args.find((argument) => argument.name.toString() === name).type.toString();
