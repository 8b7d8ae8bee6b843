//! Times `judge` as scorers call it: in the wasm runtime, through the executor of the node.
//!
//! `cargo run --release --package learnware-node --example judge_in_wasm -- TASK LABELS FILE` takes a task as JSON, e.g.
//! `{"mask": {"width": 1024, "height": 1024}}`, and makes labels of it. It writes labels and scores as JSON to FILE, so
//! that others can judge the same (of masks, the bits to FILE.bits: 64-bit words, lowest first), and prints the median in
//! milliseconds, and on standard error the most memory that this process had.

use learnware_primitives::{BadReason, Judgement, Summary, Task, Verdict};
use sc_executor::{RuntimeVersionOf, WasmExecutor};
use sp_core::{
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	Decode, Encode,
};
use std::{path::PathBuf, time::Instant};

/// Calls that are timed, after one that is not.
const ROUNDS: usize = 21;

fn main() {
	let arguments: Vec<String> = std::env::args().skip(1).collect();
	let [task, labels, file] = &arguments[..] else { panic!("TASK LABELS FILE") };
	let task: Task = serde_json::from_str(task).expect("a task");
	task.validate().expect("a task within its limits");
	let labels = crowd(&task, labels.parse().expect("a number of labels"));
	let (milliseconds, judgement) = time_judge(&task, &labels);
	write(&task, &labels, &judgement, PathBuf::from(file));
	if let Some(peak) = peak_memory() {
		eprintln!("most memory of this process: {peak}");
	}
	println!("{milliseconds:.2}");
}

fn time_judge(task: &Task, labels: &[Summary]) -> (f64, Judgement) {
	let results: Vec<Result<Summary, BadReason>> = labels.iter().cloned().map(Ok).collect();
	let input = (task, results, None::<Result<Summary, BadReason>>).encode();
	let wasm = learnware_runtime::WASM_BINARY.expect("built with its wasm");
	let code = WrappedRuntimeCode(wasm.into());
	let runtime = RuntimeCode { code_fetcher: &code, heap_pages: None, hash: b"judged by this one".to_vec() };
	let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
	let mut state = sp_io::TestExternalities::default();
	let mut ext = state.ext();
	executor.runtime_version(&mut ext, &runtime).expect("a runtime");
	let mut judge = || {
		let start = Instant::now();
		let (output, _) = executor.call(&mut ext, &runtime, "LabelingGameApi_judge", &input, CallContext::Offchain);
		let output = output.expect("judged");
		(start.elapsed().as_secs_f64() * 1e3, output)
	};
	let (_, output) = judge();
	let mut times: Vec<_> = (0..ROUNDS).map(|_| judge().0).collect();
	times.sort_by(f64::total_cmp);
	let judgement = Option::<Judgement>::decode(&mut &output[..]).expect("a judgement");
	(times[ROUNDS / 2], judgement.expect("not too many labels"))
}

fn write(task: &Task, labels: &[Summary], judgement: &Judgement, file: PathBuf) {
	let score = |verdict: &Verdict| match verdict {
		Verdict::Scored { score, .. } => score.to_string(),
		Verdict::Bad(reason) => panic!("a made label is {reason:?}"),
	};
	let scores: Vec<_> = judgement.verdicts.iter().map(score).collect();
	let list = |label: &Summary| match label {
		Summary::Classes(classes) => serde_json::json!(classes),
		Summary::Vector(values) => serde_json::json!(values),
		Summary::Boxes(boxes) => serde_json::json!(boxes),
		Summary::Mask(_) => serde_json::Value::Null,
	};
	let game =
		serde_json::json!({ "task": task, "labels": labels.iter().map(list).collect::<Vec<_>>(), "scores": scores });
	std::fs::write(&file, game.to_string()).expect("a file that can be written");
	let words = labels.iter().flat_map(|label| match label {
		Summary::Mask(words) => &words[..],
		_ => &[],
	});
	let bits: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
	if !bits.is_empty() {
		std::fs::write(file.with_extension("bits"), bits).expect("a file that can be written");
	}
}

/// People who are right four times out of five, each in an own way.
fn crowd(task: &Task, labels: u32) -> Vec<Summary> {
	let mut random = Random(1);
	match task {
		Task::Classification { items, classes } => {
			let classes = u32::from(*classes);
			let truth: Vec<_> = (0..*items).map(|_| random.below(classes)).collect();
			let mut answer = |truth: u32| if random.below(5) < 4 { truth } else { random.below(classes) };
			let mut sheet = || Summary::Classes(truth.iter().map(|truth| answer(*truth) as u8).collect());
			(0..labels).map(|_| sheet()).collect()
		},
		Task::Vector { scale, .. } => {
			let mut vector = || {
				Summary::Vector(
					scale.iter().map(|scale| i64::from(random.below(*scale) + random.below(*scale))).collect(),
				)
			};
			(0..labels).map(|_| vector()).collect()
		},
		Task::Mask { width, height, depth } => {
			let voxels = width * height * depth;
			// A block in the middle; each voxel of its surroundings is wrong now and then.
			let inside = |voxel: u32| (voxels / 4..voxels / 4 * 3).contains(&voxel);
			let mut word = |word: u32| {
				let bits = (word * 64..voxels.min(word * 64 + 64))
					.map(|voxel| (inside(voxel) ^ (random.below(5) == 0), voxel));
				bits.fold(0, |word, (bit, voxel)| word | u64::from(bit) << (voxel % 64))
			};
			(0..labels).map(|_| Summary::Mask((0..voxels.div_ceil(64)).map(&mut word).collect())).collect()
		},
		Task::Boxes { items } => {
			let mut one = || {
				let (x, y) = (random.below(20), random.below(20));
				[x, y, x + 100 + random.below(20), y + 100 + random.below(20)]
			};
			(0..labels).map(|_| Summary::Boxes((0..*items).map(|_| one()).collect())).collect()
		},
	}
}

/// A linear congruential generator.
struct Random(u64);

impl Random {
	fn below(&mut self, below: u32) -> u32 {
		self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		((self.0 >> 33) as u32) % below
	}
}

/// As Linux tells it.
fn peak_memory() -> Option<String> {
	let status = std::fs::read_to_string("/proc/self/status").ok()?;
	status.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(|peak| peak.trim().to_owned())
}
