//! `learnware completions`.

use crate::{args::Cli, output::Output};
use clap::CommandFactory;
use clap_complete::Shell;

pub fn run(shell: Shell) {
	let mut script = Vec::new();
	clap_complete::generate(shell, &mut Cli::command(), "learnware", &mut script);
	Output::default().bytes(&script);
}
