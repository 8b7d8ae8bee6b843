// Errors for people: what was wrong, and what to do. The exit codes are those of the command line tool `learnware`.

export const EXIT = {
	refused: 1, // by the chain
	input: 2,
	unavailable: 3, // node or IPFS
	account: 4, // key, or the file that keeps a label's secret
	unseen: 5, // sent, but not seen in a block in time
};

export class Failure extends Error {
	constructor(kind, message, help) {
		super(message);
		this.kind = kind;
		this.help = help;
		this.exitCode = EXIT[kind];
	}
}
