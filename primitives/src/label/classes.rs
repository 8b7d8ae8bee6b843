//! Arrays of classes.

use super::{
	json::{Token, Tokens},
	npy::{Array, DType},
	shape::ShapeCheck,
	BadReason,
};
use crate::classification::NO_ANSWER;
use alloc::vec::Vec;

/// Reads an array of the shape `(items,)` as one byte for each item: its class or [`NO_ANSWER`].
pub(super) fn condense(items: u32, classes: u8, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
	match Array::sniff(bytes) {
		true => from_npy(items, classes, bytes),
		false => from_json(items, classes, bytes),
	}
}

fn from_json(items: u32, classes: u8, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
	let mut shape = ShapeCheck::new(&[items]);
	let mut sheet = Sheet::new(items);
	for token in Tokens::new(bytes) {
		let answer = match token.ok_or(BadReason::Malformed)? {
			Token::Open => {
				shape.open();
				continue;
			},
			Token::Close => {
				shape.close();
				continue;
			},
			Token::Null => NO_ANSWER,
			Token::Integer(value) => class(value, classes)?,
			Token::OtherNumber => return Err(BadReason::Malformed),
		};
		shape.element();
		sheet.push(answer);
	}
	shape.fits().then_some(sheet.answers).ok_or(BadReason::WrongShape)
}

fn from_npy(items: u32, classes: u8, bytes: &[u8]) -> Result<Vec<u8>, BadReason> {
	let array = Array::parse(bytes).ok_or(BadReason::Malformed)?;
	let mut sheet = Sheet::new(items);
	for value in array.values() {
		sheet.push(match (array.dtype(), value) {
			(DType::Bool, 2..) => return Err(BadReason::Malformed),
			(DType::Unsigned(1), 255) | (DType::Signed(_), -1) => NO_ANSWER,
			_ => class(value, classes)?,
		});
	}
	(*array.shape() == [u64::from(items)]).then_some(sheet.answers).ok_or(BadReason::WrongShape)
}

fn class(value: i64, classes: u8) -> Result<u8, BadReason> {
	u8::try_from(value).ok().filter(|class| *class < classes).ok_or(BadReason::Malformed)
}

/// The first `items` answers; more are not of the shape, and dropped.
struct Sheet {
	items: usize,
	answers: Vec<u8>,
}

impl Sheet {
	fn new(items: u32) -> Self {
		let items = items as usize;
		Self { items, answers: Vec::with_capacity(items) }
	}

	fn push(&mut self, answer: u8) {
		if self.answers.len() < self.items {
			self.answers.push(answer);
		}
	}
}
