//! A crowd of six teaches a driver, without a chain: prints a table, and writes two pictures to a folder.
//!
//!     scripts/learnwares && cargo run --release -p learnware-driving --example crowd -- [FOLDER]

use learnware_driving::{plot, plot_track, test_parts, Crowd, Driver, Entry, Local, Terms, Track, UNIT};
use learnware_engine::Engine;
use learnware_primitives::training::curve::Ratio;
use std::{env, error::Error, fs, num::NonZeroUsize, path::Path, time::Instant};

const MODULE: &str = "learnwares/target/wasm32v1-none/release/examples/mlp_steering.wasm";
const LESSONS: usize = 24;
const SEED: u64 = 1;
/// A track that nobody has taught on.
const SHOWN: u64 = 4;

fn main() -> Result<(), Box<dyn Error>> {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
	let folder = env::args().nth(1).map_or_else(|| root.join("target"), Into::into);
	let module = fs::read(root.join(MODULE)).map_err(|error| format!("run scripts/learnwares first: {error}"))?;
	let learnware = Engine::new(NonZeroUsize::MIN, None)?.compile(&module)?;
	let mut local = Local::new(learnware, Terms::EXAMPLE, Crowd::example(SEED), test_parts(SEED, LESSONS))?;
	let track = Track::new(SHOWN);
	let before = Driver::new(local.state())?.lap(&track);

	println!("lesson  contributor  before   after         paid  distance   time");
	for _ in 0..LESSONS {
		let start = Instant::now();
		let entry = local.teach()?;
		println!("{}  {:4} ms", row(&entry, &local.history().contributors), start.elapsed().as_millis());
	}
	let paid: i128 = local.history().entries.iter().map(|entry| entry.paid).sum();
	println!(
		"\npaid {:.2} UNIT more than charged, {:.2} UNIT of the budget left",
		units(paid),
		units(local.left() as i128)
	);
	for (contributor, name) in local.history().contributors.iter().enumerate() {
		let balances = local.history().balances(contributor);
		println!("{name:12} {:8.2} UNIT", balances.last().copied().unwrap_or_default());
	}
	println!(
		"score on {} states that no lesson was scored on: {:.1} %",
		40_000,
		100.0 * local.score(&test_parts(SEED + 1, 10))?
	);

	let after = Driver::new(local.state())?.lap(&track);
	let paths = [("after the last lesson", &*after.path), ("before the first lesson", &before.path)];
	fs::create_dir_all(&folder)?;
	for (name, svg) in [("crowd.svg", plot(local.history())?), ("track.svg", plot_track(&track, &paths))] {
		fs::write(folder.join(name), svg)?;
		println!("{}", folder.join(name).display());
	}
	Ok(())
}

fn row(entry: &Entry, names: &[String]) -> String {
	let percent = |score: Ratio| 100.0 * f64::from(score.numerator) / f64::from(score.denominator);
	let name = names.get(entry.contributor).map_or("", String::as_str);
	format!(
		"{:6}  {name:11}  {:4.1} %  {:4.1} %  {:+9.2} U  {:4.2} laps",
		entry.time,
		percent(entry.before),
		percent(entry.after),
		units(entry.paid),
		entry.distance
	)
}

fn units(amount: i128) -> f64 {
	amount as f64 / UNIT as f64
}
