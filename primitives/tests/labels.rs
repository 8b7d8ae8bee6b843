//! What labels may look like, and every reason against one.

mod support;

use learnware_primitives::{
	classes::NO_ANSWER,
	condense, to_label,
	BadReason::{self, Malformed, TooLarge, WrongShape},
	Summary, Task, MAX_LABEL_BYTES,
};
use support::{classification, npy};

const TASK: Task = Task::Classification { items: 4, classes: 3 };

fn classes(answers: [u8; 4]) -> Result<Summary, BadReason> {
	Ok(Summary::Classes(answers.to_vec()))
}

fn of_json(json: &str) -> Result<Summary, BadReason> {
	condense(&TASK, json.as_bytes())
}

fn of_npy(descr: &str, data: &[u8]) -> Result<Summary, BadReason> {
	condense(&TASK, &npy(descr, "(4,)", data))
}

#[test]
fn json_of_classes_and_null_is_a_label() {
	assert_eq!(of_json("[0,1,null,2]"), classes([0, 1, NO_ANSWER, 2]));
	assert_eq!(of_json(" \n[ 0 , 1,\tnull, 2 ]\r\n"), classes([0, 1, NO_ANSWER, 2]));
	assert_eq!(of_json("[null,null,null,null]"), classes([NO_ANSWER; 4]));
}

#[test]
fn json_that_is_no_array_of_classes_is_malformed() {
	for json in [
		"",
		"0",
		"null",
		"true",
		"{\"labels\":[0,1,2,0]}",
		"[0,1,2,3]",
		"[0,1,2,-1]",
		"[0,1,2,255]",
		"[0,1,2,1.0]",
		"[0,1,2,1e0]",
		"[0,1,2,256]",
		"[0,1,2,99999999999999999999]",
		"[0,1,2,true]",
		"[0,1,2,\"0\"]",
		"[0,1,2,0] x",
		"[0,1,2,0][0]",
		"[0,1,2,0",
		"[0,1,2,0,]",
		"\u{feff}[0,1,2,0]",
		"0,1,2,0",
	] {
		assert_eq!(of_json(json), Err(Malformed), "{json}");
	}
	assert_eq!(condense(&TASK, b"[0,1,2,0]\xff"), Err(Malformed));
}

#[test]
fn json_of_another_shape_is_of_the_wrong_shape() {
	for json in [
		"[]",
		"[0,1,2]",
		"[0,1,2,0,1]",
		"[[0,1,2,0]]",
		"[0,1,2,[0]]",
		"[0,1,2,0,[]]",
		"[[0],[1],[2],[0]]",
		"[[],0,1,2]",
	] {
		assert_eq!(of_json(json), Err(WrongShape), "{json}");
	}
}

#[test]
fn malformed_precedes_wrong_shape_wherever_it_stands() {
	for json in ["[0,1,2,0,1", "[0,1,2,0,3]", "[3,0,1,2,0]", "[[0,1,2,3]]", "[[[[", "[0,1,2,0,1]]"] {
		assert_eq!(of_json(json), Err(Malformed), "{json}");
	}
	assert_eq!(condense(&TASK, &npy("|u1", "(5,)", &[0, 0, 0, 0, 3])), Err(Malformed));
	assert_eq!(condense(&TASK, &npy("|u1", "(5,)", &[0, 0, 0, 0])), Err(Malformed));
}

#[test]
fn too_large_precedes_all() {
	let limit = MAX_LABEL_BYTES as usize;
	let mut file = b"[0,1,2,0]".to_vec();
	file.resize(limit, b' ');
	assert_eq!(condense(&TASK, &file), classes([0, 1, 2, 0]));
	file.push(b' ');
	assert_eq!(condense(&TASK, &file), Err(TooLarge));
	file[0] = b'x';
	assert_eq!(condense(&TASK, &file), Err(TooLarge));
}

#[test]
fn deep_nesting_and_long_arrays_are_only_of_the_wrong_shape() {
	let depth = MAX_LABEL_BYTES as usize / 2;
	assert_eq!(condense(&TASK, &[vec![b'['; depth], vec![b']'; depth]].concat()), Err(WrongShape));
	assert_eq!(condense(&TASK, &vec![b'['; 2 * depth]), Err(Malformed));
	assert_eq!(of_json(&format!("[{}0]", "0,".repeat(depth - 2))), Err(WrongShape));
}

#[test]
fn npy_of_every_integer_type_is_a_label() {
	let wide = |size: usize, big_endian: bool, values: [u8; 4]| {
		let mut data = vec![0; 4 * size];
		for (element, value) in data.chunks_mut(size).zip(values) {
			element[if big_endian { size - 1 } else { 0 }] = value;
		}
		data
	};
	assert_eq!(of_npy("|b1", &[0, 1, 1, 0]), classes([0, 1, 1, 0]));
	for (descr, size) in [("|u1", 1), ("|i1", 1), ("<u2", 2), ("<i2", 2), ("<u4", 4), ("<i4", 4), ("<i8", 8)] {
		assert_eq!(of_npy(descr, &wide(size, false, [0, 1, 2, 0])), classes([0, 1, 2, 0]), "{descr}");
		let big = descr.replace('<', ">");
		assert_eq!(of_npy(&big, &wide(size, true, [0, 1, 2, 0])), classes([0, 1, 2, 0]), "{big}");
	}
}

#[test]
fn npy_of_version_two_is_a_label() {
	let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }\n";
	let file = |version: [u8; 2], length: u32| {
		[b"\x93NUMPY", &version[..], &length.to_le_bytes(), header.as_bytes(), &[0, 1, 2, 0]].concat()
	};
	let length = header.len() as u32;
	assert_eq!(condense(&TASK, &file([2, 0], length)), classes([0, 1, 2, 0]));
	for (version, length) in
		[([3, 0], length), ([2, 1], length), ([0, 0], length), ([2, 0], u32::MAX), ([2, 0], length - 1)]
	{
		assert_eq!(condense(&TASK, &file(version, length)), Err(Malformed), "{version:?} {length}");
	}
}

#[test]
fn no_answer_in_npy_is_minus_one_or_255() {
	assert_eq!(of_npy("|u1", &[0, 255, 2, 0]), classes([0, NO_ANSWER, 2, 0]));
	assert_eq!(of_npy("|i1", &[0, 255, 2, 0]), classes([0, NO_ANSWER, 2, 0]));
	for (descr, size) in [("<i2", 2), ("<i4", 4), ("<i8", 8)] {
		assert_eq!(of_npy(descr, &vec![255; 4 * size]), classes([NO_ANSWER; 4]), "{descr}");
	}
	assert_eq!(of_npy("<u2", &[255; 8]), Err(Malformed));
	assert_eq!(of_npy("<u2", &[255, 0, 0, 0, 0, 0, 0, 0]), Err(Malformed));
	assert_eq!(of_npy("<u4", &[255; 16]), Err(Malformed));
	assert_eq!(of_npy("<i2", &[255, 0, 0, 0, 0, 0, 0, 0]), Err(Malformed));
}

#[test]
fn npy_that_is_no_array_of_classes_is_malformed() {
	assert_eq!(of_npy("|u1", &[0, 1, 2, 3]), Err(Malformed));
	assert_eq!(of_npy("|i1", &[0, 1, 2, 254]), Err(Malformed));
	assert_eq!(of_npy("|b1", &[0, 1, 2, 0]), Err(Malformed));
	assert_eq!(of_npy("|b1", &[0, 1, 255, 0]), Err(Malformed));
	assert_eq!(of_npy("<f4", &[0; 16]), Err(Malformed));
	assert_eq!(of_npy("|u1", &[0, 1, 2]), Err(Malformed));
	assert_eq!(of_npy("|u1", &[0, 1, 2, 0, 0]), Err(Malformed));
	let file = npy("|u1", "(4,)", &[0, 1, 2, 0]);
	for length in 0..file.len() {
		assert_eq!(condense(&TASK, &file[..length]), Err(Malformed), "{length}");
	}
}

#[test]
fn npy_of_another_shape_is_of_the_wrong_shape() {
	for (shape, length) in
		[("()", 1), ("(0,)", 0), ("(3,)", 3), ("(5,)", 5), ("(1, 4)", 4), ("(4, 1)", 4), ("(2, 2)", 4)]
	{
		assert_eq!(condense(&TASK, &npy("|u1", shape, &vec![0; length])), Err(WrongShape), "{shape}");
	}
	let huge = npy("<i8", "(0, 18446744073709551615, 18446744073709551615)", &[]);
	assert_eq!(condense(&TASK, &huge), Err(WrongShape));
}

fn vector(coordinates: usize, fraction_bits: u8) -> Task {
	Task::Vector { scale: vec![1; coordinates].try_into().unwrap(), fraction_bits }
}

fn values(values: &[i64]) -> Result<Summary, BadReason> {
	Ok(Summary::Vector(values.to_vec()))
}

#[test]
fn json_of_numbers_is_a_vector() {
	let of = |bits, json: &str| condense(&vector(3, bits), json.as_bytes());
	assert_eq!(of(0, "[0,-1,9223372036854775807]"), values(&[0, -1, i64::MAX]));
	assert_eq!(of(0, "[-9223372036854775808,-0,-0.0]"), values(&[i64::MIN, 0, 0]));
	assert_eq!(of(2, "[1,-1.5,0.25]"), values(&[4, -6, 1]));
	assert_eq!(of(0, "[2e-3,2e3,25E-1]"), values(&[0, 2000, 2]));
	assert_eq!(of(0, "[0.5,1.5,-2.5]"), values(&[0, 2, -2]));
	assert_eq!(
		of(0, "[0.50000000000000000000000000000000000000000000000001,0.49999999999999999999,-1.5]"),
		values(&[1, 0, -2])
	);
	assert_eq!(of(32, "[0.1,-0.1,2147483647.99999999987]"), values(&[429_496_730, -429_496_730, i64::MAX]));
	assert_eq!(of(0, "[0e99999999999999999999,1e-99999999999999999999,-0.000e5]"), values(&[0, 0, 0]));
	assert_eq!(
		of(0, "[9223372036854775807.4,-9223372036854775808.5,9223372036854775806.5]"),
		values(&[i64::MAX, i64::MIN, i64::MAX - 1])
	);
	let far = format!("[0.{}1e5000000,1{}e-5000000,0]", "0".repeat(4_999_999), "0".repeat(3_000_000));
	assert_eq!(of(0, &far), values(&[1, 0, 0]));
}

#[test]
fn what_no_vector_holds_is_malformed() {
	for json in
		["9223372036854775808", "-9223372036854775809", "9223372036854775807.5", "1e19", "1e99999999999999999999"]
	{
		assert_eq!(condense(&vector(1, 0), format!("[{json}]").as_bytes()), Err(Malformed), "{json}");
	}
	for json in ["2147483648", "-2147483649", "2147483647.9999999999", "9223372036854775807", "-2147483648.0000000002"]
	{
		assert_eq!(condense(&vector(1, 32), format!("[{json}]").as_bytes()), Err(Malformed), "{json}");
	}
	for json in ["null", "true", "NaN", "Infinity", "\"1\"", "1.", ".5", "+1", "0x1", "01"] {
		assert_eq!(condense(&vector(1, 0), format!("[{json}]").as_bytes()), Err(Malformed), "{json}");
		assert_eq!(condense(&vector(1, 0), format!("[0,{json}]").as_bytes()), Err(Malformed), "{json}");
	}
	assert_eq!(condense(&vector(1, 0), b"[0.5,0.5]"), Err(WrongShape));
	assert_eq!(condense(&vector(1, 0), b"[[0.5]]"), Err(WrongShape));
	assert_eq!(condense(&vector(1, 0), b"0.5"), Err(Malformed));
}

#[test]
fn npy_of_numbers_is_a_vector() {
	let doubles = |values: [f64; 2]| npy("<f8", "(2,)", &values.map(f64::to_le_bytes).concat());
	let singles = |values: [f32; 2]| npy(">f4", "(2,)", &values.map(f32::to_be_bytes).concat());
	let of = |bits, file: &[u8]| condense(&vector(2, bits), file);
	assert_eq!(of(1, &doubles([0.75, -1.25])), values(&[2, -2]));
	assert_eq!(of(0, &doubles([-0.0, 5e-324])), values(&[0, 0]));
	assert_eq!(
		of(0, &doubles([-9223372036854775808.0, 9223372036854774784.0])),
		values(&[i64::MIN, 9223372036854774784])
	);
	assert_eq!(of(32, &doubles([2147483647.5, f64::MIN_POSITIVE])), values(&[i64::MAX - (1 << 31) + 1, 0]));
	assert_eq!(of(0, &singles([16777216.0, f32::MIN_POSITIVE])), values(&[16777216, 0]));
	assert_eq!(of(1, &singles([0.25, 0.75])), values(&[0, 2]));
	for bad in [f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 9223372036854775808.0, f64::MAX, f64::MIN] {
		assert_eq!(of(0, &doubles([0.0, bad])), Err(Malformed), "{bad}");
		assert_eq!(condense(&vector(1, 0), &doubles([0.0, bad])), Err(Malformed), "{bad}");
		assert_eq!(of(0, &singles([0.0, bad as f32])), Err(Malformed), "{bad}");
	}
	assert_eq!(condense(&vector(1, 0), &doubles([0.0, 1.0])), Err(WrongShape));
	assert_eq!(of(8, &npy("|u1", "(2,)", &[1, 255])), values(&[256, 255 << 8]));
	assert_eq!(of(8, &npy("|i1", "(2,)", &[1, 255])), values(&[256, -256]));
	assert_eq!(of(8, &npy("|b1", "(2,)", &[1, 0])), values(&[256, 0]));
	assert_eq!(of(8, &npy("|b1", "(2,)", &[1, 2])), Err(Malformed));
	let wholes = |value: i64| npy("<i8", "(2,)", &[0, value].map(i64::to_le_bytes).concat());
	assert_eq!(of(32, &wholes(i64::from(i32::MIN))), values(&[0, i64::MIN]));
	assert_eq!([of(32, &wholes(1 << 31)), of(1, &wholes(i64::MIN))], [Err(Malformed), Err(Malformed)]);
}

#[test]
fn floats_are_no_classes_masks_or_boxes() {
	let file = npy("<f4", "(4,)", &[0; 16]);
	for task in [TASK, Task::Mask { width: 4, height: 1, depth: 1 }, Task::Boxes { items: 1 }] {
		assert_eq!(condense(&task, &file), Err(Malformed));
		for json in ["[0.0,0,1,1]", "[0,0,1,1e0]", "[0,0,1,9223372036854775808]"] {
			assert_eq!(condense(&task, json.as_bytes()), Err(Malformed));
		}
	}
}

fn mask(width: u32, height: u32, depth: u32) -> Task {
	Task::Mask { width, height, depth }
}

fn bits(word: u64) -> Result<Summary, BadReason> {
	Ok(Summary::Mask(vec![word]))
}

#[test]
fn zeros_and_ones_are_a_mask() {
	let flat = mask(3, 2, 1);
	for json in ["[[0,1,1],[0,0,1]]", "[[[0,1,1],[0,0,1]]]", "[[-0,1,1],[0,0,1]]"] {
		assert_eq!(condense(&flat, json.as_bytes()), bits(0b100_110), "{json}");
	}
	for shape in ["(2, 3)", "(1, 2, 3)"] {
		for dtype in ["|u1", "|i1", "|b1"] {
			assert_eq!(condense(&flat, &npy(dtype, shape, &[0, 1, 1, 0, 0, 1])), bits(0b100_110), "{dtype} {shape}");
		}
		assert_eq!(condense(&flat, &npy(">u2", shape, &[0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1])), bits(0b100_110));
	}
	let deep = mask(1, 2, 3);
	assert_eq!(condense(&deep, b"[[[1],[0]],[[1],[1]],[[0],[1]]]"), bits(0b10_11_01));
	assert_eq!(condense(&deep, &npy("|u1", "(3, 2, 1)", &[1, 0, 1, 1, 0, 1])), bits(0b10_11_01));
	let long = [vec![1; 64], vec![0; 64], vec![1; 3]].concat();
	let words = Ok(Summary::Mask(vec![u64::MAX, 0, 0b111]));
	assert_eq!(condense(&mask(131, 1, 1), &npy("|u1", "(1, 131)", &long)), words);
	assert_eq!(condense(&mask(131, 1, 1), &serde_json::to_vec(&[long]).unwrap()), words);
}

#[test]
fn other_arrays_are_no_mask() {
	let flat = mask(3, 2, 1);
	for json in
		["[[0,1,1],[0,0,2]]", "[[0,1,1],[0,0,-1]]", "[[0,1,1],[0,0,null]]", "[0,1,1,0,0,2]", "[[0,1,1],[0,0,1.0]]"]
	{
		assert_eq!(condense(&flat, json.as_bytes()), Err(Malformed), "{json}");
	}
	for json in [
		"[0,1,1,0,0,1]",
		"[[0,1],[1,0],[0,1]]",
		"[[0,1,1]]",
		"[[0,1,1],[0,0]]",
		"[[[0],[1],[1]],[[0],[0],[1]]]",
		"[[[0,1,1]],[[0,0,1]]]",
		"[[0,1,1],[0,0,1],[]]",
	] {
		assert_eq!(condense(&flat, json.as_bytes()), Err(WrongShape), "{json}");
	}
	assert_eq!(condense(&mask(3, 1, 2), b"[[0,1,1],[0,0,1]]"), Err(WrongShape));
	for shape in ["(6,)", "(3, 2)", "(2, 3, 1)", "(1, 1, 2, 3)", "(2, 1, 3)"] {
		assert_eq!(condense(&flat, &npy("|u1", shape, &[0; 6])), Err(WrongShape), "{shape}");
		assert_eq!(condense(&flat, &npy("|u1", shape, &[0, 0, 0, 0, 0, 2])), Err(Malformed), "{shape}");
	}
	for at in 0..9 {
		let mut data = [1; 9];
		data[at] = 255;
		for dtype in ["|u1", "|i1", "|b1"] {
			assert_eq!(condense(&mask(9, 1, 1), &npy(dtype, "(1, 9)", &data)), Err(Malformed), "{at} of {dtype}");
		}
	}
}

fn rows(boxes: &[[u32; 4]]) -> Result<Summary, BadReason> {
	Ok(Summary::Boxes(boxes.to_vec()))
}

#[test]
fn rows_of_four_are_boxes() {
	let of = |items, json: &str| condense(&Task::Boxes { items }, json.as_bytes());
	assert_eq!(of(1, "[[0,0,1,4294967295]]"), rows(&[[0, 0, 1, u32::MAX]]));
	assert_eq!(of(1, "[0,0,1,4294967295]"), rows(&[[0, 0, 1, u32::MAX]]));
	assert_eq!(of(2, "[[1,2,3,4],[5,6,7,8]]"), rows(&[[1, 2, 3, 4], [5, 6, 7, 8]]));
	let file = |shape| condense(&Task::Boxes { items: 1 }, &npy("|u1", shape, &[1, 2, 3, 255]));
	assert_eq!([file("(1, 4)"), file("(4,)")], [rows(&[[1, 2, 3, 255]]), rows(&[[1, 2, 3, 255]])]);
	for json in [
		"[[1,1,1,2]]",
		"[[1,1,2,1]]",
		"[[2,1,1,2]]",
		"[[0,0,1,4294967296]]",
		"[[-1,0,1,1]]",
		"[[0,0,1,null]]",
		"[0,0,0,0]",
	] {
		assert_eq!(of(1, json), Err(Malformed), "{json}");
	}
	for json in ["[0,0,1]", "[[0,0,1,1],[0,0,1,1]]", "[[0,0],[1,1]]", "[[[0,0,1,1]]]", "[[0],[0],[1],[1]]"] {
		assert_eq!(of(1, json), Err(WrongShape), "{json}");
	}
	assert_eq!(of(2, "[0,0,1,1,0,0,1,1]"), Err(WrongShape));
	// Only rows of the right shape can be empty boxes; an element that is no coordinate is malformed anywhere.
	assert_eq!(of(1, "[[1,1,1,1],[0,0,1,1]]"), Err(WrongShape));
	assert_eq!(of(1, "[[0,0,1,1],[0,0,1,-1]]"), Err(Malformed));
}

#[test]
fn the_writer_writes_one_form() {
	let text = |task: &Task, summary: &Summary| String::from_utf8(to_label(task, summary)).unwrap();
	assert_eq!(text(&TASK, &Summary::Classes(vec![0, NO_ANSWER, 2, 1])), "[0,null,2,1]");
	assert_eq!(
		text(&vector(3, 0), &Summary::Vector(vec![i64::MIN, 0, i64::MAX])),
		"[-9223372036854775808,0,9223372036854775807]"
	);
	assert_eq!(text(&vector(3, 3), &Summary::Vector(vec![-1, 8, 20])), "[-0.125,1,2.5]");
	assert_eq!(
		text(&vector(2, 32), &Summary::Vector(vec![i64::MIN, 1])),
		"[-2147483648,0.00000000023283064365386962890625]"
	);
	assert_eq!(
		text(&Task::Boxes { items: 2 }, &Summary::Boxes(vec![[0, 0, 4, 4], [1, 2, 3, u32::MAX]])),
		"[[0,0,4,4],[1,2,3,4294967295]]"
	);
	assert_eq!(to_label(&mask(3, 2, 1), &Summary::Mask(vec![0b100_110])), npy("|u1", "(2, 3)", &[0, 1, 1, 0, 0, 1]));
	assert_eq!(to_label(&mask(1, 2, 3), &Summary::Mask(vec![0b11])), npy("|u1", "(3, 2, 1)", &[1, 1, 0, 0, 0, 0]));
	for (task, summary) in [
		(TASK, Summary::Classes(vec![0; 3])),
		(TASK, Summary::Vector(vec![0; 4])),
		(vector(1, 0), Summary::Vector(vec![])),
		(vector(1, 33), Summary::Vector(vec![0])),
		(mask(3, 2, 1), Summary::Mask(vec![64])),
		(mask(64, 1, 1), Summary::Mask(vec![0, 0])),
		(Task::Boxes { items: 1 }, Summary::Boxes(vec![[0, 0, 0, 1]])),
	] {
		assert!(!summary.is_of(&task) && to_label(&task, &summary).is_empty(), "{summary:?}");
	}
}

#[test]
fn a_task_that_is_not_valid_has_no_labels() {
	for (items, classes) in [(0, 2), (4097, 2), (4, 0), (4, 1), (4, 65), (usize::MAX, 255)] {
		assert_eq!(condense(&classification(items, classes), b"[0,0,0,0]"), Err(WrongShape));
		assert_eq!(condense(&classification(items, classes), b"[]"), Err(WrongShape));
	}
	let largest = classification(4096, 64);
	assert_eq!(condense(&largest, &npy("|u1", "(4096,)", &[63; 4096])), Ok(Summary::Classes(vec![63; 4096])));
}
