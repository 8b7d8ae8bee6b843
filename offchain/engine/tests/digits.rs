//! The reference learnwares on the digits of 8x8 pixels.

mod common;

use common::{file, learnware, replay, Replayed};
use learnware_engine::{Cache, Engine, Learnware, Limits, Runs};
use learnware_primitives::training::REPLAY_VERSION;
use sha2::{Digest, Sha256};
use std::{fs, num::NonZeroUsize};

const LIMITS: Limits = Limits { fuel: 5_000_000_000, memory: 16 << 20, state: 1 << 20 };

fn engine(cache: Option<Cache>) -> Engine {
	Engine::new(NonZeroUsize::new(2).unwrap(), cache).unwrap()
}

fn session(learnware: &Learnware) -> Replayed {
	let test = [file("test.npy")];
	let lessons = [1, 2, 3].map(|number| file(&format!("lesson-{number}.npy")));
	replay(learnware, &test, &lessons, LIMITS).unwrap()
}

#[test]
fn both_learn_the_digits() {
	for name in ["softmax_digits", "mlp_digits"] {
		let replayed = session(&engine(None).compile(&learnware(name)).unwrap());
		let scores = replayed.steps.iter().map(|step| step.score.clone().unwrap()).collect::<Vec<_>>();
		assert!(replayed.before.share() < 0.2 && scores.is_sorted_by_key(|score| score.correct), "{scores:?}");
		assert!(scores[2].share() >= 0.95, "{name}: {scores:?}");
	}
}

/// If a change outside of `learnwares/` makes this fail, it is another [`REPLAY_VERSION`].
#[test]
fn this_version_gives_these_results() {
	let replayed = session(&engine(None).compile(&learnware("mlp_digits")).unwrap());
	let correct = replayed.steps.iter().map(|step| step.score.clone().unwrap().correct).collect::<Vec<_>>();
	assert_eq!(REPLAY_VERSION, 1);
	let state = format!("{:x}", Sha256::digest(&replayed.state));
	assert_eq!(
		(replayed.before.correct, correct, state.as_str()),
		(59, vec![469, 555, 580], "ef6cda2ef917c41b1176c3645e489df2922e525e846d93a5158d09ee684faa57")
	);
}

#[test]
fn a_state_goes_on_where_it_was() {
	let learnware = engine(None).compile(&learnware("mlp_digits")).unwrap();
	let state = session(&learnware).state;
	let test = [file("test.npy")];
	let score = learnware.evaluate(&state, &test, LIMITS).unwrap().score;
	assert!(score.share() >= 0.95);
	let header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 65), }\n";
	let empty = [b"\x93NUMPY\x01\x00", &[header.len() as u8, 0][..], header].concat();
	assert!(learnware.train(&state, &empty, LIMITS).is_err(), "nothing to learn");
	assert!(learnware.train(&state, &test[0][1..], LIMITS).is_err(), "no .npy file");
	assert!(learnware.train(&state[1..], &test[0], LIMITS).is_err(), "no state");
}

#[test]
fn a_restart_finds_what_was_done() {
	let folder = tempfile::tempdir().unwrap();
	let wasm = learnware("mlp_digits");
	let open = || engine(Some(Cache::open(folder.path(), 1 << 20).unwrap()));
	let first = session(&open().compile(&wasm).unwrap());
	let files = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
	assert_eq!(files().len(), 9, "a start, a check of it, three lessons, four scores");
	let written = |files: Vec<std::path::PathBuf>| {
		files.into_iter().map(|file| file.metadata().unwrap().modified().unwrap()).max()
	};
	let before = written(files());
	let again = open();
	assert_eq!(session(&again.compile(&wasm).unwrap()), first);
	assert_eq!(written(files()), before, "nothing was run again");
	assert_eq!(again.runs(), Runs { done: 0, known: 9 });
	// A torn file counts as none.
	for file in files() {
		let bytes = fs::read(&file).unwrap();
		fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
	}
	assert_eq!(session(&open().compile(&wasm).unwrap()), first);
	// There is room for few files: the rest is done again.
	let small = engine(Some(Cache::open(folder.path(), 20_000).unwrap()));
	assert_eq!(session(&small.compile(&wasm).unwrap()), first);
}
