//! Hostile modules: each is contained, and every machine comes to the same verdict about it.

mod common;

use common::{replay, Replayed};
use learnware_engine::{
	Engine, Fault, Learnware, Limits, Score, Session, MAX_FUNCTION_BYTES, MAX_MODULE_BYTES, MAX_TABLE_ELEMENTS,
};
use learnware_primitives::training::{Part, Trap, REPLAY_VERSION};
use std::{
	num::NonZeroUsize,
	sync::{
		atomic::{AtomicBool, Ordering},
		mpsc, Arc, LazyLock,
	},
	thread,
	time::Duration,
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(NonZeroUsize::new(2).unwrap(), None).unwrap());

const LIMITS: Limits = Limits { fuel: 100_000_000, memory: 4 << 20, state: 1 << 16 };

/// A learnware that counts its lessons in one byte, and is right about as many of 10 questions; of each function, the
/// body can be another one.
struct Functions {
	memory: &'static str,
	alloc: &'static str,
	train: &'static str,
	evaluate: &'static str,
	save: &'static str,
	load: &'static str,
	more: &'static str,
}

const HONEST: Functions = Functions {
	memory: "1",
	alloc: "(i32.const 1024)",
	train: "(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))",
	evaluate: "(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 10))",
	save: "(i64.const 1)",
	load: "(i32.store8 (i32.const 0) (i32.load8_u (local.get 0)))",
	more: "",
};

impl Functions {
	fn wat(&self) -> String {
		let Self { memory, alloc, train, evaluate, save, load, more } = self;
		format!(
			r#"(module
				(memory (export "memory") {memory})
				{more}
				(func $alloc (export "alloc") (param i32) (result i32) {alloc})
				(func $train (export "train") (param i32 i32) {train})
				(func $evaluate (export "evaluate") (param i32 i32) (result i64) {evaluate})
				(func $save (export "save") (result i64) {save})
				(func $load (export "load") (param i32 i32) {load}))"#
		)
	}

	fn compile(&self) -> Result<Learnware, Fault> {
		compile(&self.wat())
	}

	/// Three lessons, of which only the second is "bad".
	fn replay(&self) -> Result<Replayed, (Part, Fault)> {
		let lessons = [b"good".to_vec(), b"bad".to_vec(), b"good".to_vec()];
		let learnware = self.compile().map_err(|fault| (Part::Learnware, fault))?;
		replay(&learnware, &[b"test".to_vec()], &lessons, LIMITS)
	}

	/// The verdict about it as a whole.
	fn unusable(&self) -> (Part, Trap) {
		let (part, fault) = self.replay().unwrap_err();
		(part, fault.verdict().expect("it is its own fault"))
	}

	/// The verdict about the second lesson, when everything else went well.
	fn verdict(&self) -> Trap {
		let replayed = self.replay().unwrap();
		let scores = replayed.steps.iter().map(|step| step.score.clone().map_err(|(bad, _)| bad)).collect::<Vec<_>>();
		assert_eq!((scores[0], scores[2]), (Ok(of_ten(1)), Ok(of_ten(2))), "the others are taught");
		assert_eq!(replayed.state, [2]);
		assert_eq!(self.replay().unwrap(), replayed, "and all of it again");
		scores[1].unwrap_err()
	}
}

fn compile(wat: &str) -> Result<Learnware, Fault> {
	ENGINE.compile(&wat::parse_str(wat).unwrap())
}

fn of_ten(correct: u32) -> Score {
	Score { correct, total: 10 }
}

fn refused(result: Result<Learnware, Fault>) -> Trap {
	result.err().expect("it is refused").verdict().expect("it is its own fault")
}

/// Training that does something else when the lesson is "bad" (a length of 3).
macro_rules! when_bad {
	($instructions:expr) => {
		concat!(
			"(if (i32.eq (local.get 1) (i32.const 3)) (then ",
			$instructions,
			") (else (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))))"
		)
	};
}

#[test]
fn an_honest_one_is_taught() {
	let replayed = HONEST.replay().unwrap();
	assert_eq!(replayed.before, of_ten(0));
	let scores = replayed.steps.iter().map(|step| step.score.clone().unwrap().correct).collect::<Vec<_>>();
	assert_eq!((scores, replayed.state), (vec![1, 2, 3], vec![3]));
	assert!(replayed.steps.iter().all(|step| step.kept && step.usage.fuel > 0 && step.usage.memory == 1 << 16));
}

/// Fuel decides what is out of fuel: if another meter or compiler makes this fail, it is another `REPLAY_VERSION`.
#[test]
fn this_version_takes_this_fuel() {
	assert_eq!(REPLAY_VERSION, 1);
	let fuel = |train| Functions { train, ..HONEST }.compile().unwrap().train(&[], b"", LIMITS).unwrap().usage.fuel;
	let trains = [
		"",
		"(drop (i32.add (i32.const 1) (i32.const 2)))",
		"(drop (call $alloc (i32.const 1)))",
		"(drop (memory.grow (i32.const 0)))",
		"(i32.store (i32.const 0) (i32.load (i32.const 4)))",
		"(f32.store (i32.const 0) (f32.add (f32.const 1) (f32.mul (f32.const 2) (f32.const 3))))",
		"(f32.store (i32.const 0) (f32.add (f32.const 1) (f32.neg (f32.mul (f32.const 2) (f32.const 3)))))",
		"(v128.store (i32.const 0) (f64x2.sqrt (v128.load (i32.const 0))))",
		"(local i32) (loop (br_if 0 (i32.ne (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 10))))",
	];
	assert_eq!(trains.map(fuel), [12, 15, 28, 270, 16, 31, 40, 27, 82]);
}

#[test]
fn a_lesson_after_which_the_score_falls_is_left_out() {
	let forgets = Functions { train: when_bad!("(i32.store8 (i32.const 0) (i32.const 0))"), ..HONEST };
	let replayed = forgets.replay().unwrap();
	let steps = replayed.steps.iter().map(|step| (step.score.clone().unwrap().correct, step.kept));
	assert_eq!((steps.collect::<Vec<_>>(), replayed.state), (vec![(1, true), (0, false), (2, true)], vec![2]));
}

#[test]
fn endless_loop() {
	assert_eq!(Functions { train: when_bad!("(loop (br 0))"), ..HONEST }.verdict(), Trap::Fuel);
	// In a start function, in `save`, in `alloc`: the learnware as a whole.
	let start = Functions { more: "(func $start (loop (br 0))) (start $start)", ..HONEST };
	assert_eq!(start.unusable(), (Part::Learnware, Trap::Fuel));
	let save = Functions { save: "(loop (br 0)) (unreachable)", ..HONEST };
	assert_eq!(save.unusable(), (Part::Learnware, Trap::Fuel));
	let alloc = Functions { alloc: "(loop (br 0)) (unreachable)", ..HONEST };
	assert_eq!(alloc.unusable(), (Part::Learnware, Trap::Fuel));
}

/// What a call of the host takes is some hundred times what an addition takes, and so is its fuel.
#[test]
fn endless_calls_of_the_host() {
	let grow = "(loop (drop (memory.grow (i32.const 0))) (br 0))";
	assert_eq!(
		Functions { train: when_bad!("(loop (drop (memory.grow (i32.const 1))) (br 0))"), ..HONEST }.verdict(),
		Trap::Fuel
	);
	let once = Functions { train: grow.replace("(br 0)", "").leak(), ..HONEST }.replay().unwrap();
	let empty = Functions { train: "", ..HONEST }.replay().unwrap();
	assert!(once.steps[0].usage.fuel > empty.steps[0].usage.fuel + 200);
}

#[test]
fn memory_bomb() {
	// It is told that there is no more, and gives up.
	let grows = when_bad!("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)");
	assert_eq!(Functions { train: grows, ..HONEST }.verdict(), Trap::Unreachable);
	let at_once = when_bad!("(if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1)) (then (unreachable)))");
	assert_eq!(Functions { train: at_once, ..HONEST }.verdict(), Trap::Unreachable);
	// The first page is the memory's, and 63 are to be had.
	let most = "(if (i32.ne (memory.grow (i32.const 63)) (i32.const 1)) (then (unreachable)))
		(if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
		(i32.store8 (i32.const 0) (i32.const 7)) (i32.store8 (i32.const 4194303) (i32.const 1))";
	let replayed = Functions { train: most, ..HONEST }.replay().unwrap();
	assert_eq!((replayed.steps[0].score.clone(), replayed.steps[0].usage.memory), (Ok(of_ten(7)), 4 << 20));
	// More than it may have from the start.
	for memory in ["65", "65536"] {
		assert_eq!(Functions { memory, ..HONEST }.unusable(), (Part::Learnware, Trap::Memory));
	}
	// A maximum of its own.
	let grows = "(if (i32.ne (memory.grow (i32.const 2)) (i32.const -1)) (then (unreachable)))";
	assert!(Functions { memory: "1 2", train: grows, ..HONEST }.replay().unwrap().steps[0].score.is_ok());
}

#[test]
fn stack_bomb() {
	assert_eq!(
		Functions { train: when_bad!("(call $train (local.get 0) (local.get 1))"), ..HONEST }.verdict(),
		Trap::Stack
	);
	let indirect = "(table funcref (elem $train)) (type $t (func (param i32 i32)))";
	let train = when_bad!("(call_indirect (type $t) (local.get 0) (local.get 1) (i32.const 0))");
	assert_eq!(Functions { more: indirect, train, ..HONEST }.verdict(), Trap::Stack);
	// With all the values alive that a frame can have.
	let frames = format!(
		r#"(global $g (mut i32) (i32.const 0)) (func $deep (param v128) (result v128) (local v128 v128 v128 v128)
			(local.set 1 (local.get 0))
			{}
			(drop (call $deep (i32x4.add (local.get 0) (local.get 1))))
			{})"#,
		(1..900).fold("(local.get 0)".into(), |sum: String, number| {
			format!("(i32x4.add {sum} (i32x4.mul (local.get 1) (v128.const i32x4 {number} 1 2 3)))")
		}) + "(local.set 2)",
		(1..900).fold("(local.get 2)".into(), |sum: String, number| {
			format!("(v128.xor {sum} (i32x4.mul (local.get 1) (v128.const i32x4 {number} 1 2 3)))")
		}),
	);
	let deep =
		Functions { more: frames.leak(), train: when_bad!("(drop (call $deep (v128.const i32x4 1 2 3 4)))"), ..HONEST };
	assert_eq!(deep.verdict(), Trap::Stack);
}

#[test]
fn recursion_within_the_bound_goes_well() {
	let fibonacci = "(func $deep (param i32) (result i32) (if (result i32) (local.get 0)
		(then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))";
	let train = "(i32.store8 (i32.const 0) (i32.div_u (call $deep (i32.const 5000)) (i32.const 1000)))
		(i32.store8 (i32.const 0) (i32.div_u (call $deep (i32.const 5000)) (i32.const 1000)))";
	let replayed = Functions { more: fibonacci, train, ..HONEST }.replay().unwrap();
	assert_eq!(replayed.steps[0].score, Ok(of_ten(5)));
}

#[test]
fn traps() {
	for train in [
		when_bad!("(unreachable)"),
		when_bad!("(drop (i32.div_s (i32.const 1) (i32.const 0)))"),
		when_bad!("(drop (i32.load (i32.const -4)))"),
		when_bad!("(drop (i32.trunc_f32_s (f32.const nan)))"),
	] {
		assert_eq!(Functions { train, ..HONEST }.verdict(), Trap::Unreachable);
	}
	// What can't be scored after a lesson is that lesson's fault.
	let evaluate = "(if (i32.eq (i32.load8_u (i32.const 0)) (i32.const 9)) (then (unreachable)))
		(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 10))";
	let breaks = Functions { train: when_bad!("(i32.store8 (i32.const 0) (i32.const 9))"), evaluate, ..HONEST };
	assert_eq!(breaks.verdict(), Trap::Unreachable);
	let start = Functions { more: "(func $start (unreachable)) (start $start)", ..HONEST };
	assert_eq!(start.unusable(), (Part::Learnware, Trap::Unreachable));
}

#[test]
fn wrong_exports() {
	for (right, wrong) in [
		(r#"(export "memory")"#, ""),
		(r#"(export "alloc")"#, r#"(export "malloc")"#),
		(r#"(export "train") (param i32 i32)"#, r#"(export "train") (param i32 i64)"#),
		(r#"(export "evaluate")"#, ""),
		(r#"(export "save")"#, ""),
		(r#"(export "load")"#, ""),
	] {
		let wat =
			HONEST.wat().replace(right, wrong).replace("(local.get 1) (i32.const 3)", "(i32.const 0) (i32.const 3)");
		assert_eq!(refused(compile(&wat)), Trap::Exports);
	}
	let wat = HONEST.wat().replace(r#"(func $save (export "save")"#, r#"(export "save" (memory 0)) (func $save"#);
	assert_eq!(refused(compile(&wat)), Trap::Exports);
	let results = Functions { save: "(i64.const 0) (i64.const 1)", ..HONEST }
		.wat()
		.replace("(result i64) (i64.const 0)", "(result i64 i64) (i64.const 0)");
	assert_eq!(refused(compile(&results)), Trap::Exports);
	assert_eq!(refused(ENGINE.compile(b"\0asm\x01\0\0\0")), Trap::Exports);
}

#[test]
fn imports() {
	for import in [
		r#"(import "env" "f" (func))"#,
		r#"(import "env" "m" (memory 1))"#,
		r#"(import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))"#,
	] {
		let wat = HONEST.wat().replacen("(module", &format!("(module {import}"), 1);
		let wat = if import.contains("memory") { wat.replace(r#"(memory (export "memory") 1)"#, "") } else { wat };
		assert_eq!(refused(compile(&wat)), Trap::Imports);
	}
}

#[test]
fn what_is_not_the_same_everywhere_or_has_no_price() {
	for train in [
		"(drop (f32x4.relaxed_madd (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
		"(drop (i32.atomic.load (i32.const 0)))",
		"(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))",
		"(memory.copy (i32.const 0) (i32.const 0) (i32.const 65536))",
		"(return_call $train (local.get 0) (local.get 1))",
	] {
		assert_eq!(refused(Functions { train, ..HONEST }.compile()), Trap::Invalid, "{train}");
	}
	for more in [
		"(memory 1)",
		"(table externref)",
		"(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1000000000))))",
		"(tag $t)",
		"(type (struct))",
	] {
		let more = if more == "(table externref)" { "(table 1 externref)" } else { more };
		assert_eq!(refused(Functions { more, ..HONEST }.compile()), Trap::Invalid, "{more}");
	}
	assert_eq!(refused(Functions { memory: "1 1 shared", ..HONEST }.compile()), Trap::Invalid);
	assert_eq!(refused(Functions { memory: "i64 1", ..HONEST }.compile()), Trap::Invalid);
}

#[test]
fn no_module_at_all() {
	let good = wat::parse_str(HONEST.wat()).unwrap();
	assert_eq!(refused(ENGINE.compile(b"")), Trap::Invalid);
	assert_eq!(refused(ENGINE.compile(b"\x7fELF")), Trap::Invalid);
	assert_eq!(refused(ENGINE.compile(HONEST.wat().as_bytes())), Trap::Invalid);
	// No byte missing or changed brings down or blames the machine. (The names at the end may be missing.)
	let cut = (0..good.len()).map(|length| good[..length].to_vec());
	let changed = (0..good.len()).flat_map(|index| [1, 0x40, 0x80].map(|bit| (index, bit))).map(|(index, bit)| {
		let mut changed = good.clone();
		changed[index] ^= bit;
		changed
	});
	for wasm in cut.chain(changed) {
		if let Err(fault) = ENGINE.compile(&wasm) {
			assert!(fault.verdict().is_some(), "{fault}: {wasm:?}");
		}
	}
}

#[test]
fn huge_tables_and_code() {
	let table = format!("(table {} funcref)", MAX_TABLE_ELEMENTS);
	assert!(Functions { more: table.leak(), ..HONEST }.replay().is_ok());
	for elements in [MAX_TABLE_ELEMENTS + 1, u32::MAX.into()] {
		let more = format!("(table {elements} funcref)").leak();
		assert_eq!(refused(Functions { more, ..HONEST }.compile()), Trap::TooLarge);
	}
	let locals = format!("(func {})", "(local v128)".repeat(1001)).leak();
	assert_eq!(refused(Functions { more: locals, ..HONEST }.compile()), Trap::TooLarge);
	let function = format!("(func {})", "(drop (i32.const 0))".repeat(MAX_FUNCTION_BYTES / 3)).leak();
	assert_eq!(refused(Functions { more: function, ..HONEST }.compile()), Trap::TooLarge);
	let functions = "(func)".repeat(10_000).leak();
	assert_eq!(refused(Functions { more: functions, ..HONEST }.compile()), Trap::TooLarge);
	let data = format!(r#"(data (i32.const 0) "{}")"#, "x".repeat(MAX_MODULE_BYTES)).leak();
	assert_eq!(refused(Functions { memory: "100", more: data, ..HONEST }.compile()), Trap::TooLarge);
}

/// What would keep a compiler busy for minutes.
#[test]
fn compile_bombs() {
	let nested = |loops: usize| format!("(func {} {})", "(loop ".repeat(loops), ")".repeat(loops)).leak();
	assert!(Functions { more: nested(32), ..HONEST }.replay().is_ok());
	assert_eq!(refused(Functions { more: nested(33), ..HONEST }.compile()), Trap::TooLarge);
	let paths = format!("(func {} {})", "(local i32)".repeat(999), "(block)".repeat(1001)).leak();
	assert_eq!(refused(Functions { more: paths, ..HONEST }.compile()), Trap::TooLarge);
	// Each root is made canonical, because its sign is changed.
	let roots = |number: usize| {
		format!("(func (param f32) (drop (local.get 0) {}))", "(f32.sqrt) (f32.neg) ".repeat(number)).leak()
	};
	assert!(Functions { more: roots(25_000), ..HONEST }.compile().is_ok());
	let thrice = format!("{0} {0} {0}", roots(25_000)).leak();
	assert_eq!(refused(Functions { more: thrice, ..HONEST }.compile()), Trap::TooLarge);
	let grows = format!("(func (drop (i32.const 0){}))", "(memory.grow)".repeat(30_000)).leak();
	assert_eq!(refused(Functions { more: grows, ..HONEST }.compile()), Trap::TooLarge);
	let code = format!("(func {})", "(drop (i32.const 0))".repeat(20_000)).repeat(5).leak();
	assert_eq!(refused(Functions { more: code, ..HONEST }.compile()), Trap::TooLarge);
}

#[test]
fn ranges_outside_of_the_memory() {
	for (alloc, part) in [
		// There is room for the state, and none for the test.
		("(i32.const 65533)", Part::TestSet),
		("(i32.const -1)", Part::Learnware),
		("(i32.const 0x7fffffff)", Part::Learnware),
	] {
		assert_eq!(Functions { alloc, ..HONEST }.unusable(), (part, Trap::Range), "{alloc}");
	}
	for (save, verdict) in [
		("(i64.const 0x0001000000000001)", Trap::Range),
		("(i64.const 0xffffffff00000001)", Trap::Range),
		("(i64.const 0x0000ffff00000002)", Trap::Range),
		("(i64.const 0x00000000ffffffff)", Trap::State),
		("(i64.const 0x0000000000010001)", Trap::State),
	] {
		assert_eq!(Functions { save, ..HONEST }.unusable(), (Part::Learnware, verdict), "{save}");
	}
}

/// Whose fault it is when there is no score before the first lesson.
#[test]
fn learnware_state_or_test_set() {
	let load = Functions { load: "(unreachable)", ..HONEST };
	assert_eq!(load.unusable(), (Part::Learnware, Trap::Unreachable));
	// It takes nothing but what it begins with.
	let load = "(if (i32.load8_u (local.get 0)) (then (unreachable)))";
	let picky = Functions { load, ..HONEST }.compile().unwrap();
	let begin = |learnware: &Learnware, state: u8| {
		let (test, state) = ([b"test".to_vec()], vec![state]);
		let session = Session::begin(learnware, &test, Some(state), LIMITS);
		session.map(|session| session.score()).map_err(|(part, fault)| (part, fault.verdict().unwrap()))
	};
	assert_eq!(begin(&picky, 0), Ok(of_ten(0)));
	assert_eq!(begin(&picky, 1), Err((Part::State, Trap::Unreachable)));
	let honest = HONEST.compile().unwrap();
	assert_eq!(begin(&honest, 7), Ok(of_ten(7)));
	assert_eq!(begin(&honest, 11), Err((Part::TestSet, Trap::Score)), "it loads, and knows more than is asked");
	let evaluate = Functions { evaluate: "(unreachable)", ..HONEST };
	assert_eq!(evaluate.unusable(), (Part::TestSet, Trap::Unreachable));
	let learnware = HONEST.compile().unwrap();
	assert_eq!(replay(&learnware, &[], &[], LIMITS).unwrap_err().0, Part::TestSet);
}

/// What scoring takes is bounded for all parts together, however many there are.
#[test]
fn parts_share_the_fuel() {
	let evaluate = "(local $n i32) (local.set $n (i32.const 1000000))
		(loop (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
		(i64.const 0x10000000a)";
	let learnware = Functions { evaluate, ..HONEST }.compile().unwrap();
	let score =
		|parts: usize, fuel| learnware.evaluate(&[0], &vec![b"test".to_vec(); parts], Limits { fuel, ..LIMITS });
	let one = score(1, LIMITS.fuel).unwrap().usage.fuel;
	assert_eq!(score(5, 5 * one).unwrap().usage.fuel, 5 * one);
	assert_eq!(score(5, 5 * one).unwrap().score, Score { correct: 5, total: 50 });
	assert_eq!(score(5, 5 * one - one / 2).unwrap_err().verdict(), Some(Trap::Fuel));
	assert_eq!(score(6, 5 * one).unwrap_err().verdict(), Some(Trap::Fuel), "nothing is left for the sixth");
}

#[test]
fn scores_that_are_none() {
	for evaluate in ["(i64.const 0)", "(i64.const 0x0000000b0000000a)", "(i64.const -1)", "(i64.const 0x100000000)"] {
		let learnware = Functions { evaluate, ..HONEST };
		match evaluate {
			// All of 4,294,967,295 is a score.
			"(i64.const -1)" => assert!(learnware.replay().is_ok()),
			_ => assert_eq!(learnware.unusable(), (Part::TestSet, Trap::Score)),
		}
	}
	// The number of questions is the test's.
	let evaluate = "(i64.add (i64.const 10) (i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.load8_u (i32.const 0))))";
	let replayed = Functions { evaluate, ..HONEST }.replay().unwrap();
	assert!(replayed.steps.iter().all(|step| matches!(step.score, Err((Trap::Score, _))) && !step.kept));
}

/// All that makes NaNs, out of NaNs of all kinds and out of numbers: what can be looked at are the same bits on all
/// machines.
#[test]
fn nans_have_no_payload() {
	const UNARY: [&str; 5] = ["ceil", "floor", "trunc", "nearest", "sqrt"];
	const BINARY: [&str; 6] = ["add", "sub", "mul", "div", "min", "max"];
	const VECTOR: &str = "(v128.load (i32.const 64))";
	let mut nans = [
		"(f32.div (f32.const 0) (f32.const 0))",
		"(f32.sub (f32.const inf) (f32.const inf))",
		"(f32.mul (f32.const 0) (f32.const inf))",
		"(f32.sqrt (f32.const -1))",
		"(f32.demote_f64 (f64.promote_f32 (f32.load (i32.const 68))))",
		"(f32.demote_f64 (f64.load (i32.const 72)))",
		"(f64.promote_f32 (f32.load (i32.const 68)))",
		"(f32x4.extract_lane 0 (f32x4.demote_f64x2_zero (v128.load (i32.const 72))))",
		"(f64x2.extract_lane 0 (f64x2.promote_low_f32x4 (v128.load (i32.const 64))))",
	]
	.map(String::from)
	.to_vec();
	for (lanes, scalar, number, addresses) in
		[("f32x4", "f32", "(f32.const 1)", [64, 68]), ("f64x2", "f64", "(f64.const 1)", [72, 80])]
	{
		for address in addresses {
			let nan = format!("({scalar}.load (i32.const {address}))");
			nans.extend(UNARY.map(|name| format!("({scalar}.{name} {nan})")));
			nans.extend(BINARY.map(|name| format!("({scalar}.{name} {nan} {number})")));
			nans.extend(BINARY.map(|name| format!("({scalar}.{name} {number} {nan})")));
			nans.extend(BINARY.map(|name| format!("({scalar}.{name} {nan} ({scalar}.add {number} {nan}))")));
		}
		let lane = |vector: String| format!("({lanes}.extract_lane 1 {vector})");
		nans.extend(UNARY.map(|name| lane(format!("({lanes}.{name} {VECTOR})"))));
		nans.extend(BINARY.map(|name| lane(format!("({lanes}.{name} {VECTOR} ({lanes}.splat {number}))"))));
	}
	// All ways to look at one.
	let nan = "(f32.add (f32.load (i32.const 68)) (f32.load (i32.const 64)))";
	let nans_4 = "(f32x4.add (f32x4.splat (f32.load (i32.const 68))) (f32x4.splat (f32.load (i32.const 64))))";
	nans.extend([
		format!("(f32.reinterpret_i32 (i32.reinterpret_f32 {nan}))"),
		format!("(block (result f32) {nan})"),
		format!("(block (result f32) (br_if 0 {nan} (i32.const 1)))"),
		format!("(block (result f32) (br 0 {nan}))"),
		format!("(block (result f32) {nan} (br_table 0 0 (i32.const 0)))"),
		format!("(if (result f32) (i32.const 1) (then {nan}) (else (f32.const 0)))"),
		format!("(loop (param) (result f32) {nan})"),
		format!("{nan} (block (param f32) (result f32))"),
		format!("(select {nan} (f32.const 0) (i32.const 1))"),
		format!("(local.tee $local {nan})"),
		format!("(f32.abs (local.tee $local {nan})) (local.set $local) (local.get $local)"),
		format!("(global.set $global {nan}) (global.get $global)"),
		format!("(call $same {nan})"),
		format!("(call $returns {nan})"),
		format!("(call_indirect (type $same) {nan} (i32.const 0))"),
		format!("(f32.neg (f32.neg {nan}))"),
		format!("(f32.copysign {nan} (f32.const 1))"),
		format!("(f32x4.extract_lane 2 (f32x4.splat {nan}))"),
		format!("(f32x4.extract_lane 2 (f32x4.replace_lane 2 {VECTOR} {nan}))"),
		format!("(f32x4.extract_lane 2 (f32x4.pmin {nans_4} {nans_4}))"),
		format!("(f32x4.extract_lane 2 (f32x4.neg (f32x4.neg {nans_4})))"),
		format!("(f32x4.extract_lane 2 (v128.or {nans_4} {nans_4}))"),
		format!("(f32x4.extract_lane 2 (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 {nans_4} {VECTOR}))"),
		// Two of them are one large number.
		format!("(f32x4.extract_lane 2 (f64x2.add {nans_4} (f64x2.splat (f64.const 0))))"),
	]);
	let train = nans.iter().enumerate().fold("(local $local f32)".to_string(), |code, (number, nan)| {
		let float = if nan.starts_with("(f64") { "f64" } else { "f32" };
		code + &format!("(i32.const {}) {nan} ({float}.store)", 1024 + 8 * number)
	});
	// Quiet NaNs with sign and payload, and signaling ones.
	let more = r#"(data (i32.const 64) "\cd\ab\cd\ff\01\00\a0\7f\ef\cd\ab\89\67\45\fc\ff\01\00\00\00\00\00\f0\7f")
		(global $global (mut f32) (f32.const 0)) (table funcref (elem $same)) (type $same (func (param f32) (result f32)))
		(func $same (type $same) (local.get 0))
		(func $returns (type $same) (return (f32.mul (local.get 0) (f32.load (i32.const 64)))))"#;
	let save = format!("(i64.const {})", (1024_u64 << 32) + 8 * nans.len() as u64);
	let parts = Functions { train: train.leak(), save: save.leak(), load: "", more, ..HONEST };
	let taught = parts.compile().unwrap().train(&[], b"", LIMITS).unwrap();
	assert!(nans.len() > 100);
	for (bits, nan) in taught.state.chunks_exact(8).zip(nans) {
		let canonical = if nan.starts_with("(f64") { f64::NAN.to_bits() } else { f32::NAN.to_bits().into() };
		assert_eq!(u64::from_le_bytes(bits.try_into().unwrap()), canonical, "{nan}");
	}
}

/// Nothing that `evaluate` learns gets into a lesson or the state.
#[test]
fn a_test_teaches_nothing() {
	let evaluate = "(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 5)))
		(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 10))";
	let replayed = Functions { evaluate, ..HONEST }.replay().unwrap();
	assert_eq!((replayed.before, replayed.state), (of_ten(5), vec![3]));
}

/// Fuel is no time: somebody who needs the machine for something else does not wait for its end.
#[test]
fn what_is_stopped_ends_soon() {
	let wasm = wat::parse_str(Functions { train: "(loop (br 0))", ..HONEST }.wat()).unwrap();
	let stop = Arc::new(AtomicBool::new(false));
	let learnware = ENGINE.compile(&wasm).unwrap().stopped_by(stop.clone());
	let (sender, receiver) = mpsc::channel();
	thread::spawn(move || sender.send(learnware.train(&[0], b"", Limits { fuel: u64::MAX, ..LIMITS })));
	assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err(), "it runs for centuries");
	stop.store(true, Ordering::Relaxed);
	let fault = receiver.recv_timeout(Duration::from_secs(30)).unwrap().unwrap_err();
	assert_eq!(fault.verdict(), None);
}

/// The verdict does not depend on how many run at a time, nor on the engine.
#[test]
fn all_validators_agree() {
	let bombs = [
		when_bad!("(loop (br 0))"),
		when_bad!("(call $train (local.get 0) (local.get 1))"),
		when_bad!("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)"),
	];
	for train in bombs {
		let expected = Functions { train, ..HONEST }.replay().unwrap();
		std::thread::scope(|scope| {
			let validators = [1, 2, 3].map(|threads| {
				let expected = &expected;
				scope.spawn(move || {
					let engine = Engine::new(NonZeroUsize::new(threads).unwrap(), None).unwrap();
					let learnware =
						engine.compile(&wat::parse_str(Functions { train, ..HONEST }.wat()).unwrap()).unwrap();
					let lessons = [b"good".to_vec(), b"bad".to_vec(), b"good".to_vec()];
					assert_eq!(replay(&learnware, &[b"test".to_vec()], &lessons, LIMITS).as_ref(), Ok(expected));
				})
			});
			validators.into_iter().for_each(|validator| validator.join().unwrap());
		});
	}
}
