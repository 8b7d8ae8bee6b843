//! How long the judgement takes: `cargo run --release -p learnware-primitives --example judge_speed`.

use learnware_primitives::{condense, judge, Summary, Task};
use std::time::{Duration, Instant};

fn main() {
	println!("labels  items  classes  crowd         judge ms");
	for (items, classes) in [(1000, 10), (4096, 64)] {
		for (crowd, accuracy, cliques) in [("guessing", 0, 1), ("good", 80, 1), ("two cliques", 97, 2)] {
			let labels = crowd_labels(64, items, classes, accuracy, cliques);
			let time = median_time(|| judge(&Task::Classification { items, classes }, &labels, &[]));
			println!("{:6}  {items:5}  {classes:7}  {crowd:11}  {:9.2}", labels.len(), time.as_secs_f64() * 1e3);
		}
	}

	let full = format!("[{}0]", "0 ,".repeat(8 * 1024 * 1024 / 3 - 1));
	let time = median_time(|| condense(&Task::Classification { items: 4096, classes: 64 }, full.as_bytes()));
	println!("condense of {} bytes of JSON: {:.2} ms", full.len(), time.as_secs_f64() * 1e3);
}

/// Labels that have the truth of their clique in `accuracy` percent of the items and guess the others.
fn crowd_labels<E>(labels: u8, items: u32, classes: u8, accuracy: u64, cliques: u8) -> Vec<Result<Summary, E>> {
	let mut random = 0x9e37_79b9_7f4a_7c15_u64;
	let mut draw = move |below: u64| {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		random % below
	};
	let truth = (0..items).map(|_| draw(classes.into()) as u8).collect::<Vec<_>>();
	let mut answer = |truth: u8| if draw(100) < accuracy { truth } else { draw(classes.into()) as u8 };
	(0..labels)
		.map(|label| truth.iter().map(|truth| answer((truth + label % cliques) % classes)).collect())
		.map(|sheet| Ok(Summary::Classes(sheet)))
		.collect()
}

fn median_time<T>(mut work: impl FnMut() -> T) -> Duration {
	let mut times = (0..9)
		.map(|_| {
			let start = Instant::now();
			std::hint::black_box(work());
			start.elapsed()
		})
		.collect::<Vec<_>>();
	times.sort_unstable();
	times[times.len() / 2]
}
