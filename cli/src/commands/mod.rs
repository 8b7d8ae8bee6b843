//! The commands, and what they have in common.

mod account;
mod chain;
mod commitment;
mod completions;
mod config;
mod dataset;
mod gold;
mod ipfs;
mod judge;
mod label;
mod replay;
mod reward;
mod sample;
mod signing;
mod simulate;
mod train;
mod training;
mod trial;
mod verify;
mod watch;

use crate::{
	args::{Cli, Command},
	chain::Wait,
	config::Settings,
	error::{Failure, Kind, Result},
	output::Output,
};
use clap::{CommandFactory, FromArgMatches};
use std::{cell::OnceCell, ffi::OsString, future::Future, process::ExitCode};
use tokio::runtime::Runtime;

/// What every command gets.
pub struct Context {
	pub settings: Settings,
	pub output: Output,
	/// Nothing is sent.
	pub dry_run: bool,
	/// Everything is confirmed.
	pub yes: bool,
	/// When a transaction is done.
	pub wait: Wait,
	runtime: OnceCell<Runtime>,
}

impl Context {
	/// Runs what waits for others. From the first call on, Ctrl-C is told like any failure; before, while
	/// passwords are asked for, it ends the program as it always does.
	pub fn block_on<T>(&self, future: impl Future<Output = Result<T>>) -> Result<T> {
		let runtime = match self.runtime.get() {
			Some(runtime) => runtime,
			None => {
				let runtime = self.start()?;
				self.runtime.get_or_init(|| runtime)
			},
		};
		runtime.block_on(future)
	}

	fn start(&self) -> Result<Runtime> {
		let runtime = Runtime::new().map_err(|error| Failure::account(format!("can't start: {error}")))?;
		let output = self.output;
		runtime.spawn(async move {
			if tokio::signal::ctrl_c().await.is_ok() {
				let failure = Failure::new(Kind::Interrupted, "interrupted", "interrupted");
				output.failure(&failure);
				std::process::exit(failure.exit_code().into());
			}
		});
		Ok(runtime)
	}
}

/// Runs the command line `args`, prints what comes of it, and tells it by the exit code.
pub fn run(args: Vec<OsString>) -> ExitCode {
	let json = args.iter().any(|arg| arg == "--json");
	let instead = instead(&args);
	let parsed = Cli::command()
		.try_get_matches_from(args)
		.and_then(|matches| Cli::from_arg_matches(&matches).map(|cli| (cli, matches)));
	let (cli, matches) = match parsed {
		Ok(parsed) => parsed,
		Err(error) => return misused(&error, instead, json),
	};
	let global = &cli.global;
	let output = Output { json: global.json, quiet: global.quiet, verbose: global.verbose };
	let (dry_run, yes, wait) = (global.dry_run, global.yes, global.wait);
	let done = Settings::gather(global, &matches).and_then(|settings| {
		dispatch(&Context { settings, output, dry_run, yes, wait, runtime: OnceCell::new() }, cli.command)
	});
	match done {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			output.failure(&failure);
			failure.exit_code().into()
		},
	}
}

fn dispatch(context: &Context, command: Command) -> Result<()> {
	match command {
		Command::Account(command) => account::run(context, command),
		Command::Dataset(command) => dataset::run(context, command),
		Command::Sample(command) => sample::run(context, command),
		Command::Label(command) => label::run(context, command),
		Command::Judge(command) => judge::run(context, &command),
		Command::Reward(command) => reward::run(context, &command),
		Command::Simulate(command) => simulate::run(context, command),
		Command::Training(command) => training::run(context, command),
		Command::Train(command) => train::run(context, &command),
		Command::Ipfs(command) => ipfs::run(context, command),
		Command::Chain(command) => chain::run(context, command),
		Command::Config(command) => config::run(context, command),
		Command::Completions { shell } => {
			completions::run(shell);
			Ok(())
		},
	}
}

/// What some ask for under a name that it does not have.
const INSTEAD: [(&str, &str, &str); 6] = [
	("account", "balance", "`learnware account show NAME --balance` shows what an account has"),
	("account", "create", "`learnware account new NAME` makes an account"),
	(
		"label",
		"list",
		"`learnware label status` lists this account's labels, `learnware label next` what there is to label",
	),
	("label", "show", "`learnware label status SAMPLE` tells what became of a label"),
	("sample", "status", "`learnware sample show SAMPLE` tells how far it is"),
	("training", "status", "`learnware training show SESSION` tells how far it is"),
];

/// The command that does what was asked for, if it has another name.
fn instead(args: &[OsString]) -> Option<&'static str> {
	let asked = |noun: &str, verb: &str| args.windows(2).any(|pair| pair[0] == noun && pair[1] == verb);
	INSTEAD.iter().find(|(noun, verb, _)| asked(noun, verb)).map(|(.., help)| *help)
}

/// Help and version are results; anything else that clap stops at is a misuse.
fn misused(error: &clap::Error, instead: Option<&str>, json: bool) -> ExitCode {
	let instead = instead.filter(|_| error.kind() == clap::error::ErrorKind::InvalidSubcommand);
	if !error.use_stderr() || !json {
		// Nothing is left to say when even this can't be printed.
		let _ = error.print();
		if let Some(help) = instead {
			eprintln!("help: {help}");
		}
		return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
	}
	let text = error.render().to_string();
	let (message, help) = text.split_once("\n\n").unwrap_or((&text, ""));
	let message = message.trim_start_matches("error: ").split_whitespace().collect::<Vec<_>>().join(" ");
	let failure = Failure::new(Kind::Usage, "usage", message)
		.help(instead.map_or(help.split_whitespace().collect::<Vec<_>>().join(" "), String::from));
	Output { json, ..Default::default() }.failure(&failure);
	failure.exit_code().into()
}
