//! Hostile modules: each is contained, and every machine comes to the same verdict about it.

use learnware_replay::{
	replay, Bad, Engine, Fault, Learnware, Limits, Part, Replayed, Score, Session, MAX_FUNCTION_BYTES,
	MAX_MODULE_BYTES, MAX_TABLE_ELEMENTS,
};
use std::{num::NonZeroUsize, sync::LazyLock};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(NonZeroUsize::new(2).unwrap(), None).unwrap());

const LIMITS: Limits = Limits { fuel: 100_000_000, memory: 4 << 20, state: 1 << 16 };

/// A learnware that counts its lessons in one byte, and is right about as many of 10 questions; of each function, the
/// body can be another one.
struct Parts {
	memory: &'static str,
	alloc: &'static str,
	train: &'static str,
	evaluate: &'static str,
	save: &'static str,
	load: &'static str,
	more: &'static str,
}

const HONEST: Parts = Parts {
	memory: "1",
	alloc: "(i32.const 1024)",
	train: "(i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))",
	evaluate: "(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 10))",
	save: "(i64.const 1)",
	load: "(i32.store8 (i32.const 0) (i32.load8_u (local.get 0)))",
	more: "",
};

impl Parts {
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
	fn replay(&self) -> Result<Replayed, Fault> {
		let lessons = [b"good".to_vec(), b"bad".to_vec(), b"good".to_vec()];
		let test = [b"test".to_vec()];
		replay(&self.compile()?, &Session { test: &test, lessons: &lessons, from: None, limits: LIMITS })
	}

	/// The verdict about the second lesson, when everything else went well.
	fn verdict(&self) -> Bad {
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

fn refused(result: Result<Learnware, Fault>) -> Bad {
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
	assert_eq!(learnware_replay::REPLAY_VERSION, 1);
	let fuel = |train| Parts { train, ..HONEST }.compile().unwrap().train(&[], b"", LIMITS).unwrap().usage.fuel;
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
	let forgets = Parts { train: when_bad!("(i32.store8 (i32.const 0) (i32.const 0))"), ..HONEST };
	let replayed = forgets.replay().unwrap();
	let steps = replayed.steps.iter().map(|step| (step.score.clone().unwrap().correct, step.kept));
	assert_eq!((steps.collect::<Vec<_>>(), replayed.state), (vec![(1, true), (0, false), (2, true)], vec![2]));
}

#[test]
fn endless_loop() {
	assert_eq!(Parts { train: when_bad!("(loop (br 0))"), ..HONEST }.verdict(), Bad::Fuel);
	// In a start function, in `save`, in `alloc`: the learnware as a whole.
	let start = Parts { more: "(func $start (loop (br 0))) (start $start)", ..HONEST };
	assert_eq!(start.replay().unwrap_err().verdict(), Some(Bad::Fuel));
	let save = Parts { save: "(loop (br 0)) (unreachable)", ..HONEST };
	assert_eq!(save.replay().unwrap_err().verdict(), Some(Bad::Fuel));
	let alloc = Parts { alloc: "(loop (br 0)) (unreachable)", ..HONEST };
	assert_eq!(alloc.replay().unwrap_err().verdict(), Some(Bad::Fuel));
}

/// What a call of the host takes is some hundred times what an addition takes, and so is its fuel.
#[test]
fn endless_calls_of_the_host() {
	let grow = "(loop (drop (memory.grow (i32.const 0))) (br 0))";
	assert_eq!(
		Parts { train: when_bad!("(loop (drop (memory.grow (i32.const 1))) (br 0))"), ..HONEST }.verdict(),
		Bad::Fuel
	);
	let once = Parts { train: grow.replace("(br 0)", "").leak(), ..HONEST }.replay().unwrap();
	let empty = Parts { train: "", ..HONEST }.replay().unwrap();
	assert!(once.steps[0].usage.fuel > empty.steps[0].usage.fuel + 200);
}

#[test]
fn memory_bomb() {
	// It is told that there is no more, and gives up.
	let grows = when_bad!("(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)");
	assert_eq!(Parts { train: grows, ..HONEST }.verdict(), Bad::Trap);
	let at_once = when_bad!("(if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1)) (then (unreachable)))");
	assert_eq!(Parts { train: at_once, ..HONEST }.verdict(), Bad::Trap);
	// The first page is the memory's, and 63 are to be had.
	let most = "(if (i32.ne (memory.grow (i32.const 63)) (i32.const 1)) (then (unreachable)))
		(if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
		(i32.store8 (i32.const 0) (i32.const 7)) (i32.store8 (i32.const 4194303) (i32.const 1))";
	let replayed = Parts { train: most, ..HONEST }.replay().unwrap();
	assert_eq!((replayed.steps[0].score.clone(), replayed.steps[0].usage.memory), (Ok(of_ten(7)), 4 << 20));
	// More than it may have from the start.
	for memory in ["65", "65536"] {
		assert_eq!(Parts { memory, ..HONEST }.replay().unwrap_err().verdict(), Some(Bad::Memory));
	}
	// A maximum of its own.
	let grows = "(if (i32.ne (memory.grow (i32.const 2)) (i32.const -1)) (then (unreachable)))";
	assert!(Parts { memory: "1 2", train: grows, ..HONEST }.replay().unwrap().steps[0].score.is_ok());
}

#[test]
fn stack_bomb() {
	assert_eq!(Parts { train: when_bad!("(call $train (local.get 0) (local.get 1))"), ..HONEST }.verdict(), Bad::Stack);
	let indirect = "(table funcref (elem $train)) (type $t (func (param i32 i32)))";
	let train = when_bad!("(call_indirect (type $t) (local.get 0) (local.get 1) (i32.const 0))");
	assert_eq!(Parts { more: indirect, train, ..HONEST }.verdict(), Bad::Stack);
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
		Parts { more: frames.leak(), train: when_bad!("(drop (call $deep (v128.const i32x4 1 2 3 4)))"), ..HONEST };
	assert_eq!(deep.verdict(), Bad::Stack);
}

#[test]
fn recursion_within_the_bound_goes_well() {
	let fibonacci = "(func $deep (param i32) (result i32) (if (result i32) (local.get 0)
		(then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))";
	let train = "(i32.store8 (i32.const 0) (i32.div_u (call $deep (i32.const 5000)) (i32.const 1000)))
		(i32.store8 (i32.const 0) (i32.div_u (call $deep (i32.const 5000)) (i32.const 1000)))";
	let replayed = Parts { more: fibonacci, train, ..HONEST }.replay().unwrap();
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
		assert_eq!(Parts { train, ..HONEST }.verdict(), Bad::Trap);
	}
	// What can't be scored after a lesson is that lesson's fault.
	let evaluate = "(if (i32.eq (i32.load8_u (i32.const 0)) (i32.const 9)) (then (unreachable)))
		(i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.const 10))";
	let breaks = Parts { train: when_bad!("(i32.store8 (i32.const 0) (i32.const 9))"), evaluate, ..HONEST };
	assert_eq!(breaks.verdict(), Bad::Trap);
	let start = Parts { more: "(func $start (unreachable)) (start $start)", ..HONEST };
	assert_eq!(start.replay().unwrap_err().verdict(), Some(Bad::Trap));
}

#[test]
fn wrong_exports() {
	for (part, right, wrong) in [
		(Part::Memory, r#"(export "memory")"#, ""),
		(Part::Alloc, r#"(export "alloc")"#, r#"(export "malloc")"#),
		(Part::Train, r#"(export "train") (param i32 i32)"#, r#"(export "train") (param i32 i64)"#),
		(Part::Evaluate, r#"(export "evaluate")"#, ""),
		(Part::Save, r#"(export "save")"#, ""),
		(Part::Load, r#"(export "load")"#, ""),
	] {
		let wat =
			HONEST.wat().replace(right, wrong).replace("(local.get 1) (i32.const 3)", "(i32.const 0) (i32.const 3)");
		assert_eq!(refused(compile(&wat)), Bad::Exports(part));
	}
	let wat = HONEST.wat().replace(r#"(func $save (export "save")"#, r#"(export "save" (memory 0)) (func $save"#);
	assert_eq!(refused(compile(&wat)), Bad::Exports(Part::Save));
	let results = Parts { save: "(i64.const 0) (i64.const 1)", ..HONEST }
		.wat()
		.replace("(result i64) (i64.const 0)", "(result i64 i64) (i64.const 0)");
	assert_eq!(refused(compile(&results)), Bad::Exports(Part::Save));
	assert_eq!(refused(ENGINE.compile(b"\0asm\x01\0\0\0")), Bad::Exports(Part::Memory));
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
		assert_eq!(refused(compile(&wat)), Bad::Imports);
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
		assert_eq!(refused(Parts { train, ..HONEST }.compile()), Bad::Invalid, "{train}");
	}
	for more in [
		"(memory 1)",
		"(table externref)",
		"(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1000000000))))",
		"(tag $t)",
		"(type (struct))",
	] {
		let more = if more == "(table externref)" { "(table 1 externref)" } else { more };
		assert_eq!(refused(Parts { more, ..HONEST }.compile()), Bad::Invalid, "{more}");
	}
	assert_eq!(refused(Parts { memory: "1 1 shared", ..HONEST }.compile()), Bad::Invalid);
	assert_eq!(refused(Parts { memory: "i64 1", ..HONEST }.compile()), Bad::Invalid);
}

#[test]
fn no_module_at_all() {
	let good = wat::parse_str(HONEST.wat()).unwrap();
	assert_eq!(refused(ENGINE.compile(b"")), Bad::Invalid);
	assert_eq!(refused(ENGINE.compile(b"\x7fELF")), Bad::Invalid);
	assert_eq!(refused(ENGINE.compile(HONEST.wat().as_bytes())), Bad::Invalid);
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
	assert!(Parts { more: table.leak(), ..HONEST }.replay().is_ok());
	for elements in [MAX_TABLE_ELEMENTS + 1, u32::MAX.into()] {
		let more = format!("(table {elements} funcref)").leak();
		assert_eq!(refused(Parts { more, ..HONEST }.compile()), Bad::TooLarge);
	}
	let locals = format!("(func {})", "(local v128)".repeat(1001)).leak();
	assert_eq!(refused(Parts { more: locals, ..HONEST }.compile()), Bad::TooLarge);
	let function = format!("(func {})", "(drop (i32.const 0))".repeat(MAX_FUNCTION_BYTES / 3)).leak();
	assert_eq!(refused(Parts { more: function, ..HONEST }.compile()), Bad::TooLarge);
	let functions = "(func)".repeat(10_000).leak();
	assert_eq!(refused(Parts { more: functions, ..HONEST }.compile()), Bad::TooLarge);
	let data = format!(r#"(data (i32.const 0) "{}")"#, "x".repeat(MAX_MODULE_BYTES)).leak();
	assert_eq!(refused(Parts { memory: "100", more: data, ..HONEST }.compile()), Bad::TooLarge);
}

/// What would keep a compiler busy for minutes.
#[test]
fn compile_bombs() {
	let nested = |loops: usize| format!("(func {} {})", "(loop ".repeat(loops), ")".repeat(loops)).leak();
	assert!(Parts { more: nested(32), ..HONEST }.replay().is_ok());
	assert_eq!(refused(Parts { more: nested(33), ..HONEST }.compile()), Bad::TooLarge);
	let paths = format!("(func {} {})", "(local i32)".repeat(999), "(block)".repeat(1001)).leak();
	assert_eq!(refused(Parts { more: paths, ..HONEST }.compile()), Bad::TooLarge);
	// Each root is made canonical, because its sign is changed.
	let roots = |number: usize| {
		format!("(func (param f32) (drop (local.get 0) {}))", "(f32.sqrt) (f32.neg) ".repeat(number)).leak()
	};
	assert!(Parts { more: roots(25_000), ..HONEST }.compile().is_ok());
	let thrice = format!("{0} {0} {0}", roots(25_000)).leak();
	assert_eq!(refused(Parts { more: thrice, ..HONEST }.compile()), Bad::TooLarge);
	let grows = format!("(func (drop (i32.const 0){}))", "(memory.grow)".repeat(30_000)).leak();
	assert_eq!(refused(Parts { more: grows, ..HONEST }.compile()), Bad::TooLarge);
	let code = format!("(func {})", "(drop (i32.const 0))".repeat(20_000)).repeat(5).leak();
	assert_eq!(refused(Parts { more: code, ..HONEST }.compile()), Bad::TooLarge);
}

#[test]
fn ranges_outside_of_the_memory() {
	for alloc in ["(i32.const 65533)", "(i32.const -1)", "(i32.const 0x7fffffff)"] {
		let fault = Parts { alloc, ..HONEST }.replay().unwrap_err();
		assert_eq!(fault.verdict(), Some(Bad::Range(Part::Alloc)), "{alloc}");
	}
	for (save, verdict) in [
		("(i64.const 0x0001000000000001)", Bad::Range(Part::Save)),
		("(i64.const 0xffffffff00000001)", Bad::Range(Part::Save)),
		("(i64.const 0x0000ffff00000002)", Bad::Range(Part::Save)),
		("(i64.const 0x00000000ffffffff)", Bad::State),
		("(i64.const 0x0000000000010001)", Bad::State),
	] {
		assert_eq!(Parts { save, ..HONEST }.replay().unwrap_err().verdict(), Some(verdict), "{save}");
	}
}

#[test]
fn scores_that_are_none() {
	for evaluate in ["(i64.const 0)", "(i64.const 0x0000000b0000000a)", "(i64.const -1)", "(i64.const 0x100000000)"] {
		let result = Parts { evaluate, ..HONEST }.replay();
		match evaluate {
			// All of 4,294,967,295 is a score.
			"(i64.const -1)" => assert!(result.is_ok()),
			_ => assert_eq!(result.unwrap_err().verdict(), Some(Bad::Score)),
		}
	}
	// The number of questions is the test's.
	let evaluate = "(i64.add (i64.const 10) (i64.or (i64.shl (i64.load8_u (i32.const 0)) (i64.const 32)) (i64.load8_u (i32.const 0))))";
	let replayed = Parts { evaluate, ..HONEST }.replay().unwrap();
	assert!(replayed.steps.iter().all(|step| matches!(step.score, Err((Bad::Score, _))) && !step.kept));
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
	let parts = Parts { train: train.leak(), save: save.leak(), load: "", more, ..HONEST };
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
	let replayed = Parts { evaluate, ..HONEST }.replay().unwrap();
	assert_eq!((replayed.before, replayed.state), (of_ten(5), vec![3]));
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
		let expected = Parts { train, ..HONEST }.replay().unwrap();
		std::thread::scope(|scope| {
			let validators = [1, 2, 3].map(|threads| {
				let expected = &expected;
				scope.spawn(move || {
					let engine = Engine::new(NonZeroUsize::new(threads).unwrap(), None).unwrap();
					let learnware = engine.compile(&wat::parse_str(Parts { train, ..HONEST }.wat()).unwrap()).unwrap();
					let lessons = [b"good".to_vec(), b"bad".to_vec(), b"good".to_vec()];
					let test = [b"test".to_vec()];
					let session = Session { test: &test, lessons: &lessons, from: None, limits: LIMITS };
					assert_eq!(replay(&learnware, &session).as_ref(), Ok(expected));
				})
			});
			validators.into_iter().for_each(|validator| validator.join().unwrap());
		});
	}
}
