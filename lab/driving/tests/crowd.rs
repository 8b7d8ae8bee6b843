//! A crowd teaches the learnware `mlp_steering`, as `scripts/learnwares` compiled it.

use learnware_driving::{
	distance, expert_lap, plot, plot_track, test_parts, Crowd, Driver, Entry, Error, History, Kind, Local, Terms,
	Track, PART_ROWS, SENSORS,
};
use learnware_engine::{Engine, Learnware};
use learnware_primitives::training::curve::Ratio;
use sha2::{Digest, Sha256};
use std::{fs, num::NonZeroUsize, path::Path, sync::LazyLock};

const TERMS: Terms = Terms::EXAMPLE;
const LESSONS: usize = 12;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(NonZeroUsize::new(2).unwrap(), None).unwrap());

/// Two rounds of lessons.
static TAUGHT: LazyLock<Taught> = LazyLock::new(|| {
	let mut local = local(LESSONS);
	let states = (0..LESSONS).map(|_| {
		local.teach().unwrap();
		local.state().to_vec()
	});
	let states = states.collect();
	assert!(matches!(local.teach(), Err(Error::NoPart)));
	Taught { local, states }
});

struct Taught {
	local: Local,
	/// After each lesson.
	states: Vec<Vec<u8>>,
}

fn learnware() -> Learnware {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
	let path = root.join("learnwares/target/wasm32v1-none/release/examples/mlp_steering.wasm");
	let wasm =
		fs::read(path).unwrap_or_else(|error| panic!("compile the learnwares first: scripts/learnwares ({error})"));
	ENGINE.compile(&wasm).unwrap()
}

fn local(lessons: usize) -> Local {
	Local::new(learnware(), TERMS, Crowd::example(1), test_parts(1, lessons)).unwrap()
}

fn untrained() -> Vec<u8> {
	learnware().initial(TERMS.limits.into()).unwrap().state
}

fn share(score: Ratio) -> f64 {
	f64::from(score.numerator) / f64::from(score.denominator)
}

fn kind(entry: &Entry) -> Kind {
	Crowd::example(1).contributors()[entry.contributor].kind
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
	let hash = |bytes: &[u8]| format!("{:x}", Sha256::digest(bytes))[..16].to_string();
	let state = &TAUGHT.states[0];
	let lesson = |seed, round| Crowd::example(seed).lesson(2, state, round).unwrap();
	assert!(lesson(2, 3) != lesson(1, 3) && lesson(1, 2) != lesson(1, 3));
	assert_ne!(test_parts(1, 1), test_parts(2, 1));
	// Of this machine, and of all others.
	let hashes = [hash(&test_parts(1, 2)[1]), hash(&lesson(1, 3)), hash(state)];
	assert_eq!(hashes, ["240662ee89ef7d84", "fdc3578457f39a65", "a65657e2c0b3fac3"]);
}

#[test]
fn the_expert_drives_laps_and_the_untrained_driver_does_not() {
	let driver = Driver::new(&untrained()).unwrap();
	for seed in 0..20 {
		let track = Track::new(seed);
		assert_eq!(expert_lap(&track).laps, 1.0, "track {seed}");
		let laps = driver.lap(&track).laps;
		assert!(laps < 0.1, "track {seed}: {laps}");
	}
	assert!(distance(&untrained()).unwrap() < 0.1);
}

#[test]
fn the_crowd_teaches_the_driver() {
	let held_out = test_parts(2, 4);
	let before = local(1).score(&held_out).unwrap();
	let after = TAUGHT.local.score(&held_out).unwrap();
	assert!(before < 0.4 && after > 0.85, "{before} {after}");
	let driver = Driver::new(TAUGHT.local.state()).unwrap();
	for seed in 100..120 {
		assert_eq!(driver.lap(&Track::new(seed)).laps, 1.0, "track {seed}");
	}
	assert_eq!(distance(TAUGHT.local.state()).unwrap(), 1.0);
}

#[test]
fn who_makes_it_worse_pays() {
	let history = TAUGHT.local.history();
	let mut state = untrained();
	for (entry, next) in history.entries.iter().zip(&TAUGHT.states) {
		let fall = share(entry.before) - share(entry.after);
		assert_eq!(entry.is_kept(), fall <= 0.0);
		assert_eq!(entry.paid < 0, fall > 0.0, "{entry:?}");
		assert!(entry.paid >= -(TERMS.deposit as i128));
		// What is left out changes nothing; even what changes no score may change the state.
		assert!(entry.is_kept() || *next == state);
		if kind(entry) == Kind::Saboteur {
			assert!(fall > 0.3, "{entry:?}");
			assert_eq!(entry.paid, -(TERMS.deposit as i128));
		}
		state.clone_from(next);
	}
	let paid: i128 = history.entries.iter().map(|entry| entry.paid).sum();
	assert_eq!(TAUGHT.local.left() as i128, TERMS.budget as i128 - paid);
	for (contributor, worker) in Crowd::example(1).contributors().iter().enumerate() {
		let balances = history.balances(contributor);
		let (first, last) = (balances[0], balances[LESSONS]);
		assert_eq!(first, 400.0);
		match worker.kind {
			Kind::Teacher => assert!(last > first + 20.0, "{}: {last}", worker.name),
			Kind::Saboteur => assert_eq!(last, 200.0),
			Kind::Noisy | Kind::Lazy => assert!(last < first, "{}: {last}", worker.name),
		}
	}
}

#[test]
fn the_native_driver_answers_as_the_module_does() {
	let part = test_parts(3, 1).remove(0);
	let learnware = learnware();
	// Any bytes are a state, if they are as many; those here are numbers of all sizes, some not finite.
	let mut random = 1_u64;
	let any = (0..untrained().len()).map(|_| {
		random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
		(random >> 56) as u8
	});
	let any = any.collect();
	for state in [&untrained(), &any].into_iter().chain(&TAUGHT.states) {
		let driver = Driver::new(state).unwrap();
		let rows = part[part.len() - PART_ROWS * (SENSORS + 1)..].chunks_exact(SENSORS + 1);
		let correct = rows.filter(|row| driver.steer(row.first_chunk().unwrap()) == usize::from(row[SENSORS]));
		let correct = correct.count() as u32;
		let score = learnware.evaluate(state, std::slice::from_ref(&part), TERMS.limits.into()).unwrap().score;
		assert_eq!((correct, PART_ROWS as u32), (score.correct, score.total));
	}
}

#[test]
fn a_lesson_of_a_later_round_repeats_the_ones_before() {
	let (first, second) = (&TAUGHT.states[0], &TAUGHT.states[5]);
	let mut crowd = Crowd::example(1);
	let rows = |lesson: Vec<u8>| lesson[128..].to_vec();
	let [teacher, lazy] = [2, 5];
	let early = rows(crowd.lesson(teacher, first, 0).unwrap());
	let late = rows(crowd.lesson(teacher, second, 1).unwrap());
	assert!(late.starts_with(&early) && late.len() > early.len());
	assert_eq!(rows(crowd.lesson(teacher, second, 1).unwrap()), late, "asked again");
	let once = crowd.lesson(lazy, first, 0).unwrap();
	assert_eq!(crowd.lesson(lazy, second, 1).unwrap(), once);
}

#[test]
fn refuses_what_is_no_state() {
	let state = untrained();
	for bad in [&[][..], &state[1..], &[&state[..], &[0]].concat()] {
		assert!(matches!(Driver::new(bad), Err(Error::State { .. })));
		assert!(matches!(distance(bad), Err(Error::State { .. })));
		assert!(matches!(Crowd::example(1).lesson(0, bad, 0), Err(Error::State { .. })));
	}
	assert!(matches!(Crowd::example(1).lesson(6, &state, 0), Err(Error::Contributor(6))));
}

#[test]
fn pictures_name_what_they_show() {
	let history = TAUGHT.local.history();
	let svg = plot(history).unwrap();
	let axes = ["lesson", "percent", "balance, UNIT", "right steering, % of answers"].map(String::from);
	for text in axes.iter().chain(&history.contributors) {
		assert!(svg.contains(text), "{text}");
	}
	let empty = History { entries: Vec::new(), ..history.clone() };
	assert!(plot(&empty).is_ok());
	let track = Track::new(1);
	let svg = plot_track(&track, &[("a & b", &expert_lap(&track).path), ("nothing", &[])]);
	assert!(svg.contains("a &amp; b") && svg.contains("nothing"));
}
