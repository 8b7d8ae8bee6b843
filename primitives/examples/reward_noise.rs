//! What chance is worth: `cargo run --release -p learnware-primitives --example reward_noise`.
//!
//! First, what the last item of a test set is worth, by its size and curve. Then, what lessons earn that teach nothing:
//! each changes some answers at random, as many to right as to wrong ones on average, so a model that is scored again
//! rises now and then by chance alone.

use learnware_primitives::training::{
	curve::{Curve, Ratio},
	settle, Mode, Step,
};

const BUDGET: u128 = 1_000_000;
const SESSIONS: u32 = 2_000;

/// Nothing below 0, half at `mid`, all at 1.
fn curve(mid: Ratio) -> Curve {
	Curve::Logarithmic { min: Ratio::new(0, 1), mid, max: Ratio::new(1, 1) }
}

fn main() {
	println!("What the last item is worth, in parts of the budget");
	println!("{:>8} {:>10} {:>10} {:>10}", "items", "mid 0.9", "mid 0.99", "mid 0.999");
	for items in [100, 1_000, 10_000, 100_000] {
		let mids = [Ratio::new(9, 10), Ratio::new(99, 100), Ratio::new(999, 1000)];
		let last = mids.map(|mid| curve(mid).payment(BUDGET, Ratio::new(items - 1, items), Ratio::new(items, items)));
		let [a, b, c] = last.map(|payment| format!("{:.2} %", payment as f64 / BUDGET as f64 * 100.0));
		println!("{items:>8} {a:>10} {b:>10} {c:>10}");
	}
	println!("\nWhat lessons earn together that teach nothing, in parts of the budget: mid 0.99, 98 % right before,");
	println!("each lesson changes one answer in 500");
	println!("{:>8} {:>8} {:>12} {:>14}", "items", "lessons", "earn", "earn or pay");
	let mut random = Random(1);
	for items in [1_000, 10_000, 100_000] {
		for lessons in [1, 8, 64] {
			let [earn, both] = [Mode::Earn, Mode::EarnOrPay].map(|mode| {
				let total: i128 = (0..SESSIONS).map(|_| session(&mut random, items, lessons, mode)).sum();
				format!("{:+.2} %", total as f64 / f64::from(SESSIONS) / BUDGET as f64 * 100.0)
			});
			println!("{items:>8} {lessons:>8} {earn:>12} {both:>14}");
		}
	}
}

/// What the lessons of one session earn, less what they cost.
fn session(random: &mut Random, items: u32, lessons: u32, mode: Mode) -> i128 {
	let curve = curve(Ratio::new(99, 100));
	let before = items / 50 * 49;
	let mut known = before;
	let steps: Vec<_> = (0..lessons)
		.map(|_| {
			let rise: i64 = (0..items / 500).map(|_| if random.coin() { 1 } else { -1 }).sum();
			let after = (i64::from(known) + rise).clamp(0, i64::from(items)) as u32;
			known = known.max(after);
			Step::Scored(after)
		})
		.collect();
	settle(&curve, BUDGET, mode, Ratio::new(before, items), &steps).iter().map(|outcome| outcome.payment).sum()
}

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
	fn coin(&mut self) -> bool {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		self.0 >> 63 == 1
	}
}
