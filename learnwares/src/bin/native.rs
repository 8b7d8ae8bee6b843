//! Teaches the same models on this machine's own processor, to compare the time with: prints the score and the seconds of
//! each lesson.
//!
//!     native mlp-mnist test.npy lesson-1.npy ...

use learnwares::{
	reference::{
		MlpDigits, MlpMnist, MlpSteering, SoftmaxDigits, SoftmaxMnist, MLP_DIGITS, MLP_MNIST, MLP_STEERING,
		SOFTMAX_DIGITS, SOFTMAX_MNIST,
	},
	Model, Settings,
};
use std::{env, fs, process, time::Instant};

/// Models are larger than some stacks.
static USAGE: &str = "native softmax-digits|softmax-mnist|mlp-digits|mlp-mnist|mlp-steering TEST LESSON...";

fn main() {
	let arguments: Vec<_> = env::args().skip(1).collect();
	let [model, test, lessons @ ..] = &arguments[..] else { usage() };
	let work = match model.as_str() {
		"softmax-digits" => run::<SoftmaxDigits>(SOFTMAX_DIGITS, test, lessons),
		"softmax-mnist" => run::<SoftmaxMnist>(SOFTMAX_MNIST, test, lessons),
		"mlp-digits" => run::<MlpDigits>(MLP_DIGITS, test, lessons),
		"mlp-mnist" => run::<MlpMnist>(MLP_MNIST, test, lessons),
		"mlp-steering" => run::<MlpSteering>(MLP_STEERING, test, lessons),
		_ => usage(),
	};
	println!("all lessons taught in {work:.3} s");
}

fn usage() -> ! {
	eprintln!("{USAGE}");
	process::exit(2)
}

/// Seconds of teaching.
fn run<M: Model>(settings: Settings, test: &str, lessons: &[String]) -> f64 {
	let mut model = Box::new(M::NEW);
	let test = read(test);
	lessons.iter().fold(0.0, |sum, file| {
		let lesson = read(file);
		let start = Instant::now();
		model.train(&settings, &lesson);
		let taught = start.elapsed().as_secs_f64();
		let (correct, total) = model.evaluate(&settings, &test);
		println!("{file}: {correct} of {total}, {taught:.3} s");
		sum + taught
	})
}

fn read(file: &str) -> Vec<u8> {
	fs::read(file).unwrap_or_else(|error| {
		eprintln!("{file}: {error}");
		process::exit(2)
	})
}
