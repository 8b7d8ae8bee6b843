//! What a task may be, and how it is written.

use learnware_primitives::{Summary, Task, TaskError, MAX_VOXELS};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};

fn classification(items: u32, classes: u8) -> Task {
	Task::Classification { items, classes }
}

fn vector(scale: &[u32], fraction_bits: u8) -> Task {
	Task::Vector { scale: scale.to_vec().try_into().unwrap(), fraction_bits }
}

fn mask(width: u32, height: u32, depth: u32) -> Task {
	Task::Mask { width, height, depth }
}

fn boxes(items: u32) -> Task {
	Task::Boxes { items }
}

#[test]
fn limits_are_kept() {
	for task in [
		classification(1, 2),
		classification(4096, 64),
		vector(&[1], 0),
		vector(&[u32::MAX; 4096], 32),
		mask(1, 1, 1),
		mask(128, 128, 128),
		mask(MAX_VOXELS, 1, 1),
		mask(1, 1, MAX_VOXELS),
		boxes(1),
		boxes(1024),
	] {
		assert_eq!(task.validate(), Ok(()), "{task:?}");
	}
	for (task, error) in [
		(classification(0, 2), TaskError::Items),
		(classification(4097, 2), TaskError::Items),
		(classification(1, 1), TaskError::Classes),
		(classification(1, 65), TaskError::Classes),
		(vector(&[], 0), TaskError::Coordinates),
		(vector(&[1, 0], 0), TaskError::Scale),
		(vector(&[1], 33), TaskError::FractionBits),
		(mask(0, 1, 1), TaskError::Voxels),
		(mask(1, 0, 1), TaskError::Voxels),
		(mask(1, 1, 0), TaskError::Voxels),
		(mask(u32::MAX, u32::MAX, 0), TaskError::Voxels),
		(mask(MAX_VOXELS + 1, 1, 1), TaskError::Voxels),
		(mask(129, 128, 128), TaskError::Voxels),
		(mask(1 << 16, 1 << 16, 1), TaskError::Voxels),
		(mask(1 << 31, 1 << 31, 4), TaskError::Voxels),
		(mask(u32::MAX, u32::MAX, u32::MAX), TaskError::Voxels),
		(boxes(0), TaskError::Boxes),
		(boxes(1025), TaskError::Boxes),
	] {
		assert_eq!(task.validate(), Err(error), "{task:?}");
	}
}

#[test]
fn errors_name_the_bound() {
	for (error, bound) in [
		(TaskError::Items, "4096"),
		(TaskError::Classes, "64"),
		(TaskError::Coordinates, "4096"),
		(TaskError::Scale, "above 0"),
		(TaskError::FractionBits, "32"),
		(TaskError::Voxels, "2097152"),
		(TaskError::Boxes, "1024"),
	] {
		assert!(error.to_string().contains(bound), "{error}");
	}
}

#[test]
fn json_is_as_documented() {
	for (json, task) in [
		(r#"{"classification":{"items":3,"classes":2}}"#, classification(3, 2)),
		(r#"{"vector":{"scale":[1,2],"fraction_bits":8}}"#, vector(&[1, 2], 8)),
		(r#"{"mask":{"width":4,"height":3,"depth":2}}"#, mask(4, 3, 2)),
		(r#"{"boxes":{"items":5}}"#, boxes(5)),
	] {
		assert_eq!(serde_json::from_str::<Task>(json).unwrap(), task);
		assert_eq!(serde_json::to_string(&task).unwrap(), json);
	}
	assert_eq!(serde_json::from_str::<Task>(r#"{"vector":{"scale":[7]}}"#).unwrap(), vector(&[7], 0));
	assert_eq!(serde_json::from_str::<Task>(r#"{"mask":{"width":4,"height":3}}"#).unwrap(), mask(4, 3, 1));
	let long = format!(r#"{{"vector":{{"scale":{:?}}}}}"#, vec![1; 4096]);
	assert_eq!(serde_json::from_str::<Task>(&long).unwrap(), vector(&[1; 4096], 0));
	let too_long = long.replace("]", ",1]");
	for refused in [
		r#"{"vector":{"fraction_bits":0}}"#,
		r#"{"vector":{"scale":[1],"more":0}}"#,
		r#"{"vector":{"scale":[4294967296]}}"#,
		r#"{"mask":{"width":4}}"#,
		r#"{"mask":{"width":4,"height":3,"length":1}}"#,
		r#"{"boxes":{"items":1,"classes":2}}"#,
		r#"{"classification":{"items":1,"classes":2,"gold":[]}}"#,
		r#"{"points":{"items":1}}"#,
		&too_long,
	] {
		assert!(serde_json::from_str::<Task>(refused).is_err(), "{refused}");
	}
}

#[test]
fn encodings_are_fixed() {
	for (task, encoded) in [
		(classification(3, 2), "000300000002"),
		(vector(&[1, 256], 8), "0108010000000001000008"),
		(mask(4, 3, 2), "02040000000300000002000000"),
		(boxes(5), "0305000000"),
	] {
		assert_eq!(hex::encode(task.encode()), encoded);
		assert_eq!(Task::decode(&mut &task.encode()[..]), Ok(task));
	}
	for (summary, encoded) in [
		(Summary::Classes(vec![1, 255]), "000801ff"),
		(Summary::Vector(vec![-2]), "0104feffffffffffffff"),
		(Summary::Mask(vec![1]), "02040100000000000000"),
		(Summary::Boxes(vec![[1, 2, 3, 4]]), "030401000000020000000300000004000000"),
	] {
		assert_eq!(hex::encode(summary.encode()), encoded);
		assert_eq!(Summary::decode(&mut &summary.encode()[..]), Ok(summary));
	}
	let largest = vector(&[1; 4096], 32).encode();
	assert_eq!(largest.len(), Task::max_encoded_len());
	let too_long = [&[1][..], &vec![1u32; 4097].encode(), &[0]].concat();
	assert!(Task::decode(&mut &too_long[..]).is_err());
}
