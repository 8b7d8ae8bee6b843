//! Times `judge` as scorers call it: in the wasm runtime, through the executor of the node.
//!
//! `cargo run --release -p learnware-node --example judge_in_wasm -- LABELS ITEMS CLASSES FILE` writes labels and
//! scores as JSON to FILE, so that others can judge the same, and prints the median in milliseconds.

use learnware_primitives::{report::Gold, BadReason, Judgement, Summary, Task, Verdict};

use sc_executor::{RuntimeVersionOf, WasmExecutor};
use sp_core::{
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
	Decode, Encode,
};
use std::time::Instant;

/// Calls that are timed, after one that is not.
const ROUNDS: usize = 21;

fn main() {
	let arguments: Vec<String> = std::env::args().skip(1).collect();
	let [labels, items, classes, file] = &arguments[..] else { panic!("LABELS ITEMS CLASSES FILE") };
	let number = |text: &String| text.parse::<u32>().expect("a number");
	let (labels, items, classes) = (number(labels), number(items), number(classes));
	let sheets = crowd(labels, items, classes);

	let task = Task::Classification { items, classes: classes as u8 };
	let summaries: Vec<Result<Summary, BadReason>> =
		sheets.iter().cloned().map(|sheet| Ok(Summary::Classes(sheet))).collect();
	let input = (task, summaries, Vec::<Gold>::new()).encode();

	let wasm = learnware_runtime::WASM_BINARY.expect("built with its wasm");
	let code = WrappedRuntimeCode(wasm.into());
	let runtime = RuntimeCode { code_fetcher: &code, heap_pages: None, hash: b"judged by this one".to_vec() };
	let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
	let mut state = sp_io::TestExternalities::default();
	let mut ext = state.ext();
	executor.runtime_version(&mut ext, &runtime).expect("a runtime");
	let mut times = Vec::new();
	let mut judged = Vec::new();
	for _ in 0..=ROUNDS {
		let start = Instant::now();
		let (output, _) = executor.call(&mut ext, &runtime, "LabelingGameApi_judge", &input, CallContext::Offchain);
		times.push(start.elapsed().as_secs_f64() * 1e3);
		let judgement = Option::<Judgement>::decode(&mut &output.expect("judged")[..]).expect("a judgement");
		judged = judgement.expect("not too many labels").verdicts;
	}
	times.remove(0);
	times.sort_by(f64::total_cmp);
	let score = |verdict: &Verdict| match verdict {
		Verdict::Scored { score, .. } => score.to_string(),
		Verdict::Bad(reason) => panic!("a made label is {reason:?}"),
	};
	let scores: Vec<_> = judged.iter().map(score).collect();
	let written = serde_json::json!({ "labels": sheets, "scores": scores }).to_string();
	std::fs::write(file, written).expect("a file that can be written");
	println!("{:.2}", times[times.len() / 2]);
}

/// People who are right four times out of five, each in an own way: a linear congruential generator.
fn crowd(labels: u32, items: u32, classes: u32) -> Vec<Vec<u8>> {
	let mut state = 1u64;
	let mut random = move |below: u32| {
		state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		((state >> 33) as u32) % below
	};
	let truth: Vec<u32> = (0..items).map(|_| random(classes)).collect();
	let mut answer = |truth: u32| if random(5) < 4 { truth as u8 } else { random(classes) as u8 };
	(0..labels).map(|_| truth.iter().map(|truth| answer(*truth)).collect()).collect()
}
