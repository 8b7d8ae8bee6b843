//! Replays a session, and prints what each lesson took: to compare with `native` of `learnwares/`.
//!
//!     speed MODULE TEST LESSON...

use learnware_engine::{Engine, Limits};
use std::{env, error::Error, fs, num::NonZeroUsize, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
	let files = env::args().skip(1).map(fs::read).collect::<Result<Vec<_>, _>>()?;
	let [module, test, lessons @ ..] = &files[..] else { return Err("speed MODULE TEST LESSON...".into()) };
	let limits = Limits::default();
	let start = Instant::now();
	let learnware = Engine::new(NonZeroUsize::MIN, None)?.compile(module)?;
	println!("compiled in {:.3} s", start.elapsed().as_secs_f64());
	let mut state = learnware.initial(limits)?.state;
	let mut sum = 0.0;
	for (number, lesson) in (1..).zip(lessons) {
		let start = Instant::now();
		let taught = learnware.train(&state, lesson, limits)?;
		let seconds = start.elapsed().as_secs_f64();
		let scored = learnware.evaluate(&taught.state, &[test], limits)?;
		let (score, fuel, mib) = (scored.score, taught.usage.fuel, taught.usage.memory >> 20);
		println!("{number}: {} of {}, {seconds:.3} s, {fuel} fuel, {mib} MiB", score.correct, score.total);
		state = taught.state;
		sum += seconds;
	}
	println!("all lessons taught in {sum:.3} s");
	Ok(())
}
