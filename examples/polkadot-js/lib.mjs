// What the scripts share.

export * from './lib/amount.mjs';
export * from './lib/chain.mjs';
export * from './lib/cid.mjs';
export * from './lib/commitment.mjs';
export * from './lib/failure.mjs';
export * from './lib/game.mjs';
export * from './lib/gold.mjs';
export * from './lib/ipfs.mjs';
export * from './lib/json.mjs';
export * from './lib/label.mjs';
export * from './lib/npy.mjs';
export * from './lib/opening.mjs';
export * from './lib/overdue.mjs';
export * from './lib/phase.mjs';
export * from './lib/program.mjs';
export * from './lib/secret.mjs';
export * from './lib/task.mjs';
export * from './lib/terms.mjs';
export * from './lib/types.mjs';
