//! How long the largest samples take: `cargo run --release -p learnware-primitives --example judge_speed`.

use learnware_primitives::{
	condense, judge, to_label, BadReason, Summary, Task, MAX_BOXES, MAX_ITEMS, MAX_LABEL_BYTES,
};
use std::time::{Duration, Instant};

const LABELS: u32 = 64;

type Label = Result<Summary, BadReason>;

fn main() {
	println!("judge {LABELS} labels                            ms");
	for (items, classes) in [(1000, 10), (MAX_ITEMS, 64)] {
		for (crowd, accuracy, cliques) in [("guessing", 0, 1), ("good", 80, 1), ("two cliques", 97, 2)] {
			let labels = classes_of_crowd(items, classes, accuracy, cliques);
			time_judge(
				&format!("{items} of {classes} classes, {crowd}"),
				Task::Classification { items, classes },
				&labels,
			);
		}
	}
	for scale in [1, 1000, u32::MAX] {
		let name = format!("{MAX_ITEMS} coordinates, scale {scale}");
		time_judge(&name, vector(scale), &vectors(scale));
	}
	for depth in [64, 128] {
		time_judge(&format!("{} voxels, crowd", depth << 14), mask(depth), &masks(depth, 0b111));
		time_judge(&format!("{} voxels, copies but for the end", depth << 14), mask(depth), &masks(depth, 0));
	}
	for (size, name) in [(1000, "small"), (u32::MAX, "huge")] {
		time_judge(&format!("{MAX_BOXES} {name} boxes"), Task::Boxes { items: MAX_BOXES }, &boxes(size));
	}

	println!("\ncondense one label                         ms");
	let repeated = |element: &str| {
		let file = element.repeat(MAX_LABEL_BYTES as usize / element.len());
		format!("[{}]", &file[..file.len() - 2].trim_end_matches(',')).into_bytes()
	};
	let classification = Task::Classification { items: MAX_ITEMS, classes: 64 };
	time_condense("8 MiB of JSON classes", &classification, &repeated("0 ,"));
	for element in ["0,", "0.1,", "0.1234567890123456789012345678901,", "-1234567.8e-3,"] {
		time_condense(&format!("8 MiB of JSON {element}"), &vector_of_fractions(), &repeated(element));
	}
	time_condense("8 MiB of f8", &vector_of_fractions(), &npy("<f8", MAX_LABEL_BYTES / 8 - 100, 8));
	time_condense("8 MiB of >f4", &vector_of_fractions(), &npy(">f4", MAX_LABEL_BYTES / 4 - 100, 4));
	let Ok(summary) = &masks(128, 0b111)[0] else { unreachable!() };
	time_condense("2^21 voxels of u1", &mask(128), &to_label(&mask(128), summary));
	time_condense("2^21 voxels of u2", &mask(128), &npy("<u2", 1 << 21, 2));
	time_condense("2^21 voxels of i4", &mask(128), &npy(">i4", (1 << 21) - 100, 4));
	time_condense("8 MiB of JSON voxels", &mask(128), &repeated("0,1,"));
	time_condense("8 MiB of JSON edges", &Task::Boxes { items: MAX_BOXES }, &repeated("0,1,"));
}

fn time_judge(name: &str, task: Task, labels: &[Label]) {
	println!("{name:40} {:7.2}", median_time(|| judge(&task, labels, None)).as_secs_f64() * 1e3);
}

fn time_condense(name: &str, task: &Task, file: &[u8]) {
	println!("{name:40} {:7.2}", median_time(|| condense(task, file)).as_secs_f64() * 1e3);
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

/// Xorshift.
struct Random(u64);

impl Random {
	fn new() -> Self {
		Self(0x9e37_79b9_7f4a_7c15)
	}

	fn word(&mut self) -> u64 {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		self.0
	}

	fn draw(&mut self, below: u64) -> u64 {
		self.word() % below
	}
}

/// Labels that have the truth of their clique in `accuracy` percent of the items and guess the others.
fn classes_of_crowd(items: u32, classes: u8, accuracy: u64, cliques: u8) -> Vec<Label> {
	let mut random = Random::new();
	let truth = (0..items).map(|_| random.draw(classes.into()) as u8).collect::<Vec<_>>();
	let mut answer = |truth: u8| if random.draw(100) < accuracy { truth } else { random.draw(classes.into()) as u8 };
	(0..LABELS as u8)
		.map(|label| truth.iter().map(|truth| answer((truth + label % cliques) % classes)).collect())
		.map(|sheet| Ok(Summary::Classes(sheet)))
		.collect()
}

fn vector(scale: u32) -> Task {
	Task::Vector { scale: vec![scale; MAX_ITEMS as usize].try_into().unwrap(), fraction_bits: 0 }
}

fn vector_of_fractions() -> Task {
	Task::Vector { scale: vec![1; MAX_ITEMS as usize].try_into().unwrap(), fraction_bits: 32 }
}

/// Up to 10 units away from 0.
fn vectors(scale: u32) -> Vec<Label> {
	let mut random = Random::new();
	let span = 10 * u64::from(scale);
	let mut value = || random.draw(2 * span) as i64 - span as i64;
	(0..LABELS).map(|_| Ok(Summary::Vector((0..MAX_ITEMS).map(|_| value()).collect()))).collect()
}

/// 128 voxels wide and high.
fn mask(depth: u32) -> Task {
	Task::Mask { width: 128, height: 128, depth }
}

/// A truth of one half, and in each label noise where as many random words agree as `noise` has bits.
fn masks(depth: u32, noise: u8) -> Vec<Label> {
	let mut random = Random::new();
	let words = (128 * 128 * depth / 64) as usize;
	let truth = (0..words).map(|_| random.word()).collect::<Vec<_>>();
	let mut label = |label: u32| {
		let mut flip = || (0..8).filter(|bit| noise >> bit & 1 == 1).fold(!0, |flip, _| flip & random.word());
		let mut mask = truth.iter().map(|word| word ^ if noise == 0 { 0 } else { flip() }).collect::<Vec<_>>();
		mask[words - 1] ^= u64::from(label);
		Ok(Summary::Mask(mask))
	};
	(0..LABELS).map(&mut label).collect()
}

/// Boxes in a square of this size.
fn boxes(size: u32) -> Vec<Label> {
	let mut random = Random::new();
	let mut side = || {
		let (low, high) = (random.draw(u64::from(size) / 2), random.draw(u64::from(size) / 2));
		(low as u32, (u64::from(size) / 2 + high) as u32 + 1)
	};
	let mut corners = || {
		let ((x0, x1), (y0, y1)) = (side(), side());
		[x0, y0, x1, y1]
	};
	(0..LABELS).map(|_| Ok(Summary::Boxes((0..MAX_BOXES).map(|_| corners()).collect()))).collect()
}

/// Zeros.
fn npy(descr: &str, elements: u32, size: u32) -> Vec<u8> {
	let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({elements},), }}\n");
	let mut file = [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes()].concat();
	file.resize(file.len() + (elements * size) as usize, 0);
	file
}
