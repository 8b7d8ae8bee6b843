// Names that the chain gives to choices, from its metadata: a payout that is new to the chain needs no new script.

/** What a new dataset can be: kinds of tasks, payouts, what equal labels do, and who may label. */
export function datasetTypes({ registry, tx }) {
	const [, task, terms] = tx.labelingGame.createDataset.meta.args.map(({ type }) => registry.createType(type.toString()));
	return {
		kinds: variants(task, '_'),
		payouts: variants(terms.payout, '-'),
		duplicates: variants(terms.duplicates, '-'),
		eligibility: variants(terms.eligibility, '-'),
	};
}

/** For each variant of an enum, by the word that people write: its name on the chain, and the names of its fields. */
function variants(value, joint) {
	const { _enum: types } = JSON.parse(value.toRawType());
	const fields = (name) => (String(types[name]).startsWith('{') ? Object.keys(JSON.parse(types[name])) : []);
	return Object.fromEntries(value.defKeys.map((name) => [toWords(name, joint), { name, fields: fields(name) }]));
}

/** `WinnerTakesAll` as `winner-takes-all`, `fractionBits` as `fraction_bits`. */
export const toWords = (name, joint) => name.replace(/(?<=.)[A-Z]/g, `${joint}$&`).toLowerCase();
