//! What labels may look like, and every reason against one.

mod support;

use learnware_primitives::{
	classification::NO_ANSWER,
	condense,
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

#[test]
fn a_task_that_is_not_valid_has_no_labels() {
	for (items, classes) in [(0, 2), (4097, 2), (4, 0), (4, 1), (4, 65), (usize::MAX, 255)] {
		assert_eq!(condense(&classification(items, classes), b"[0,0,0,0]"), Err(WrongShape));
		assert_eq!(condense(&classification(items, classes), b"[]"), Err(WrongShape));
	}
	let largest = classification(4096, 64);
	assert_eq!(condense(&largest, &npy("|u1", "(4096,)", &[63; 4096])), Ok(Summary::Classes(vec![63; 4096])));
}
