//! `learnware simulate`: attackers in games on a crowd's labels.

use super::Context;
use crate::{
	args::Simulate,
	error::{Context as _, Failure, Kind, Result},
};
use learnware_primitives::places::PPM;
use learnware_simulation::{run as simulate, Attack, Duplicates, Options};
use std::{fs, path::Path};

pub fn run(context: &Context, args: Simulate) -> Result<()> {
	let (csv, svg) = (args.csv.clone(), args.svg.clone());
	let progress = context.output.progress("playing");
	let results = simulate(&options(args)).input("simulate")?;
	drop(progress);
	if let Some(path) = csv {
		write(&path, &results.to_csv())?;
	}
	if let Some(path) = svg {
		write(&path, &results.to_svg().input("--svg")?)?;
	}
	context.output.data(&results);
	Ok(())
}

fn options(args: Simulate) -> Options {
	Options {
		crowd: args.crowd,
		attacks: if args.attacks.is_empty() { Attack::ALL.to_vec() } else { args.attacks },
		shares: args.shares,
		gold: args.gold,
		items: args.items,
		people: args.people,
		games: args.games,
		seed: args.seed,
		noise: args.noise,
		collateral: f64::from(args.collateral) / f64::from(PPM),
		ratio: args.ratio,
		duplicates: if args.collapse { Duplicates::Collapse } else { Duplicates::Share },
	}
}

fn write(path: &Path, text: &str) -> Result<()> {
	fs::write(path, text).map_err(|error| Failure::file(Kind::Usage, "write", path, &error))
}
