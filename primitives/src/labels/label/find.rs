//! Finds what is wrong with a label file: it is read again by the readers that the chain has, to see at which element they
//! stopped.

#![allow(clippy::arithmetic_side_effects, reason = "this is not in the runtime, and positions in a file are small")]

use super::{
	array::Sheet,
	defect::{Cause, Defect, Found},
	json::{Token, Tokens},
	marks::{first_mark, Mark},
	npy::{Array, DType, Fault, File},
	shape::ShapeCheck,
	BadReason,
};
use crate::labels::kinds::words::Words;
use std::fmt;

/// What is wrong with an array whose elements `sheet` takes; nothing if it is as the task asks for.
pub(in crate::labels) fn find<K: Words, S: Sheet>(
	kind: &K,
	shapes: &[&[u32]],
	bytes: &[u8],
	sheet: S,
) -> Option<Defect> {
	match Array::sniff(bytes) {
		true => find_in_npy(kind, shapes, bytes, sheet),
		false => find_in_json(kind, shapes, bytes, sheet),
	}
}

fn find_in_json<K: Words, S: Sheet>(kind: &K, shapes: &[&[u32]], bytes: &[u8], mut sheet: S) -> Option<Defect> {
	let mut checks = shapes.iter().map(|axes| ShapeCheck::new(axes)).collect::<Vec<_>>();
	let mut tokens = Tokens::new(bytes);
	let mut walk = Walk::default();
	loop {
		let from = bytes.len() - tokens.rest().len();
		let Some(token) = tokens.next() else { break };
		let Some(token) = token else {
			return Some(syntax(kind, bytes, from, walk.depth > 0 || walk.is_over()));
		};
		let to = bytes.len() - tokens.rest().len();
		let (taken, found) = match token {
			Token::Open => {
				checks.iter_mut().for_each(ShapeCheck::open);
				walk.open();
				continue;
			},
			Token::Close => {
				checks.iter_mut().for_each(ShapeCheck::close);
				walk.close();
				continue;
			},
			Token::Null => (sheet.take_null(), Found::Null),
			Token::Integer(value) => (sheet.take_integer(value), Found::Integer(value)),
			Token::Decimal(value) => (sheet.take_decimal(value), Found::Number(piece(bytes, begin(bytes, from), to))),
		};
		if taken.is_none() {
			let defect = value(kind, &found).at(bytes, begin(bytes, from)).item(walk.next_item());
			return Some(defect);
		}
		checks.iter_mut().for_each(ShapeCheck::element);
		walk.element();
	}
	match checks.iter().any(ShapeCheck::fits) {
		true => None,
		false => Some(shape(kind, shapes, walk.shape())),
	}
}

/// An element that the task does not take.
fn value<K: Words>(kind: &K, found: &Found<'_>) -> Defect {
	let text = match found {
		Found::Null => "null".into(),
		Found::Integer(value) => value.to_string(),
		Found::Number(text) => text.to_string(),
	};
	let whole = match found {
		Found::Number(text) => text.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 1e15),
		_ => None,
	};
	let remedy = kind.remedy(found).map(String::from).or(whole.map(|whole| format!("write {whole}, not {text}")));
	Defect::malformed(Cause::Value, text).expected(kind.element()).remedy(remedy.unwrap_or_default())
}

/// Another shape than the task asks for.
fn shape<K: Words>(kind: &K, shapes: &[&[u32]], found: Result<Vec<u64>, String>) -> Defect {
	let expected = shapes.iter().map(|axes| tuple(axes)).collect::<Vec<_>>().join(" or ");
	let turned = found.as_ref().is_ok_and(|found| {
		shapes
			.iter()
			.any(|axes| found.len() > 1 && axes.iter().rev().map(|axis| u64::from(*axis)).eq(found.iter().copied()))
	});
	let remedy = match (turned, &found) {
		(true, _) => {
			"the axes are in the opposite order: `a.transpose()`, then `np.ascontiguousarray` before it is saved".into()
		},
		(false, _) => format!("write {}", kind.form()),
	};
	let found = found.map_or_else(|ragged| ragged, |found| format!("the shape {}", tuple(&found)));
	Defect::new(BadReason::WrongShape, Cause::Shape, found).expected(format!("the shape {expected}")).remedy(remedy)
}

/// As Python writes it.
fn tuple<T: fmt::Display>(axes: &[T]) -> String {
	match axes {
		[one] => format!("({one},)"),
		axes => format!("({})", axes.iter().map(T::to_string).collect::<Vec<_>>().join(", ")),
	}
}

/// Where the next token begins, behind a comma if there is one.
fn begin(bytes: &[u8], from: usize) -> usize {
	let blanks =
		|from: usize| bytes.iter().skip(from).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
	let at = from + blanks(from);
	match bytes.get(at) {
		Some(b',') => at + 1 + blanks(at + 1),
		_ => at,
	}
}

/// The start of what stands there.
fn piece(bytes: &[u8], from: usize, to: usize) -> &str {
	let end = to.min(from + 40).min(bytes.len());
	let part = bytes.get(from..end).unwrap_or_default();
	let valid = part.utf8_chunks().next().map_or("", |chunk| chunk.valid());
	valid
}

/// How other formats begin, and what they are.
const FORMATS: [(&[u8], &str, &str); 9] = [
	(b"PK\x03\x04", "a ZIP archive, as .npz files are", "save the one array with `np.save`, not `np.savez`"),
	(b"\x80\x02", "a pickle of Python", "save the array with `np.save`"),
	(b"\x80\x03", "a pickle of Python", "save the array with `np.save`"),
	(b"\x80\x04", "a pickle of Python", "save the array with `np.save`"),
	(b"\x80\x05", "a pickle of Python", "save the array with `np.save`"),
	(b"\x89PNG", "a PNG picture", "save its pixels with `np.save`"),
	(b"\xff\xd8\xff", "a JPEG picture", "save its pixels with `np.save`"),
	(b"\x1f\x8b", "a compressed file", "unpack it, and save the array with `np.save`"),
	(b"\x89HDF", "an HDF5 file", "save the one array with `np.save`"),
];

/// A file that is no `.npy`.
fn not_npy(bytes: &[u8]) -> Defect {
	let known = FORMATS.iter().find(|(magic, ..)| bytes.starts_with(magic));
	let (what, remedy) =
		known.map_or(("no .npy file", "save the array with `np.save`"), |(_, what, remedy)| (what, remedy));
	Defect::malformed(Cause::Format, what).remedy(remedy)
}

/// What stands at `from`, or before, instead of the JSON that may.
fn syntax<K: Words>(kind: &K, bytes: &[u8], from: usize, has_begun: bool) -> Defect {
	if let Some((_, what, remedy)) = FORMATS.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
		return Defect::malformed(Cause::Format, *what).expected("an array as JSON or .npy").remedy(*remedy);
	}
	let at = begin(bytes, from);
	match first_mark(bytes) {
		Some((place, mark)) if matches!(mark, Mark::Utf16) || place <= at => {
			return Defect::malformed(Cause::Mark, mark.to_string()).at(bytes, place).remedy(mark.remedy());
		},
		_ => {},
	}
	let behind_comma = bytes.get(from..at).is_some_and(|skipped| skipped.contains(&b','));
	let rest = bytes.get(at..).unwrap_or_default();
	let word = word(rest);
	let (found, remedy): (String, String) = match (rest.first(), word) {
		(None, _) if !has_begun => ("an empty file".into(), format!("write {}", kind.form())),
		(None, _) => ("the end of the file, before the array is closed".into(), "is it cut off? save it again".into()),
		(Some(b']'), _) if behind_comma => ("a comma before the closing bracket".into(), "delete the comma".into()),
		(Some(b'{'), _) => ("an object in braces".into(), kind.instead_of_object()),
		(Some(b'"'), text) => (format!("text in quotes ({text})"), "write numbers without quotes".into()),
		(Some(b'\''), text) => (
			format!("text in quotes ({text})"),
			"this is what Python prints, not JSON: write it with `json.dump`".into(),
		),
		(Some(b'/' | b'#'), _) => ("a comment".into(), "JSON has no comments: delete it".into()),
		(_, "true" | "True" | "false" | "False") => (word.into(), "write 1 for true, and 0 for false".into()),
		(_, "None" | "nan" | "NaN" | "NA" | "-nan" | "-NaN") => (word.into(), kind.instead_of_nothing()),
		(_, "Infinity" | "-Infinity" | "inf" | "-inf") => (word.into(), "write a finite number".into()),
		(_, text) if !has_begun => (format!("{text} without brackets around it"), format!("write {}", kind.form())),
		(Some(b'[' | b'-' | b'0'..=b'9'), text) if !behind_comma && has_begun && !follows_bracket(bytes, at) => (
			format!("{text} with no comma before it"),
			"numbers are separated by commas: in Python, `json.dump(a.tolist(), file)` writes them so".into(),
		),
		(_, text) => {
			(format!("{text}, which is no number of JSON"), "write numbers as JSON has them: 1, -2.5, 3e2".into())
		},
	};
	Defect::malformed(Cause::Syntax, found).at(bytes, at).remedy(remedy)
}

/// Whether the last that stands before is the bracket that opens an array.
fn follows_bracket(bytes: &[u8], at: usize) -> bool {
	bytes.iter().take(at).rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}

/// What stands there up to the next blank, comma or bracket.
fn word(bytes: &[u8]) -> &str {
	let end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}');
	piece(bytes, 0, bytes.iter().position(end).unwrap_or(bytes.len()).max(1))
}

/// Follows nested arrays, and sees whether all at the same depth are as long.
#[derive(Default)]
struct Walk {
	/// Elements or arrays so far in each open array, as far as they are counted.
	open: Vec<u64>,
	/// Open arrays.
	depth: usize,
	/// How long the first array at each depth is.
	lengths: Vec<Option<u64>>,
	/// Depth of the first element.
	elements: Option<usize>,
	/// The first that is not like the first.
	ragged: Option<String>,
	closed: bool,
}

/// Deeper arrays are not followed.
const MAX_DEPTH: usize = 8;

impl Walk {
	fn open(&mut self) {
		self.depth += 1;
		if self.depth <= MAX_DEPTH {
			self.open.push(0);
			self.lengths.resize(self.lengths.len().max(self.depth), None);
		}
	}

	fn close(&mut self) {
		if self.depth <= MAX_DEPTH {
			let length = self.open.pop().unwrap_or_default();
			let path = self.next_item();
			if let Some(first) = self.lengths.get_mut(self.depth - 1) {
				match *first {
					None => *first = Some(length),
					Some(first) if first != length && self.ragged.is_none() => {
						let path = path.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
						self.ragged =
							Some(format!("row {path} with {length} elements, but {first} in the rows before it,"));
					},
					Some(_) => {},
				}
			}
		}
		self.depth -= 1;
		self.closed = self.depth == 0;
		self.count();
	}

	fn element(&mut self) {
		if *self.elements.get_or_insert(self.depth) != self.depth && self.ragged.is_none() {
			let path = self.next_item().iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
			self.ragged = Some(format!("item {path} at another depth of brackets than the items before it,"));
		}
		self.count();
	}

	fn count(&mut self) {
		if self.depth <= MAX_DEPTH {
			if let Some(count) = self.open.last_mut() {
				*count += 1;
			}
		}
	}

	/// The number on each axis of what comes next.
	fn next_item(&self) -> Vec<u64> {
		self.open.clone()
	}

	fn is_over(&self) -> bool {
		self.closed
	}

	/// The lengths of the axes, or where they differ.
	fn shape(self) -> Result<Vec<u64>, String> {
		match self.ragged {
			Some(ragged) => Err(ragged),
			None => Ok(self.lengths.into_iter().map(Option::unwrap_or_default).collect()),
		}
	}
}

fn find_in_npy<K: Words, S: Sheet>(kind: &K, shapes: &[&[u32]], bytes: &[u8], mut sheet: S) -> Option<Defect> {
	let array = match Array::parse(bytes) {
		Ok(array) => array,
		Err(fault) => return Some(not_an_array(fault, bytes, Some(kind.types()))),
	};
	if matches!(array.dtype(), DType::Float(_)) && !kind.takes_floats() {
		return Some(not_an_array(Fault::Type, bytes, Some(kind.types())));
	}
	for (position, element) in array.elements().enumerate() {
		if sheet.take_npy(&element).is_none() {
			let text = element.text();
			let found = element.integers().and_then(|mut integers| integers.next()).map(Found::Integer);
			return Some(
				value(kind, &found.unwrap_or(Found::Number(&text))).item(place(array.shape(), position as u64)),
			);
		}
	}
	let fits = |axes: &&[u32]| axes.iter().map(|axis| u64::from(*axis)).eq(array.shape().iter().copied());
	match shapes.iter().any(fits) {
		true => None,
		false => Some(shape(kind, shapes, Ok(array.shape().to_vec()))),
	}
}

/// Where the element at a position in C order is.
fn place(shape: &[u64], position: u64) -> Vec<u64> {
	let mut rest = position;
	let mut place = shape.iter().rev().map(|axis| {
		let index = rest % (*axis).max(1);
		rest /= (*axis).max(1);
		index
	});
	let mut place = place.by_ref().collect::<Vec<_>>();
	place.reverse();
	place
}

/// What is wrong with a `.npy`; `types` are those that would do.
fn not_an_array(fault: Fault, bytes: &[u8], types: Option<&str>) -> Defect {
	let file = File::open(bytes);
	let descr = file.as_ref().map(|file| file.descr.clone()).unwrap_or_default();
	match fault {
		Fault::Version => {
			let version = bytes.get(6..8).unwrap_or_default();
			let found = match version {
				[major, minor] => format!("version {major}.{minor} of .npy"),
				_ => "the start of a .npy file, and no more".into(),
			};
			Defect::malformed(Cause::Header, found)
				.expected("version 1.0 or 2.0")
				.remedy("save it with `np.save`: names of fields or types that are not plain make it a later version")
		},
		Fault::Cut => {
			Defect::malformed(Cause::Header, "a .npy file that ends within its header").remedy("save it again")
		},
		Fault::Header => odd_header(bytes),
		Fault::Type => {
			let remedy = match descr.as_str() {
				"|O" => "these are Python objects, which nobody unpickles: save numbers, `np.asarray(a, dtype=...)`",
				"<u1" | ">u1" | "=u1" => "NumPy writes '|u1' for it, as one byte has no order",
				"<i1" | ">i1" | "=i1" => "NumPy writes '|i1' for it, as one byte has no order",
				"<b1" | ">b1" | "?" | "|?" | "b1" => "NumPy writes '|b1' for it",
				"<u8" | ">u8" => "save it as int64: `a.astype('int64')`",
				"<f2" | ">f2" => "save it as float32: `a.astype('float32')`",
				_ => "save it as another type: `a.astype('int64')`, or as bytes, `a.astype('uint8')`",
			};
			let named =
				if descr.is_empty() { "elements with named fields".into() } else { format!("the type '{descr}'") };
			Defect::malformed(Cause::Type, named)
				.expected(types.map_or(String::new(), |types| format!("one of {types}")))
				.remedy(remedy)
		},
		Fault::Order => Defect::malformed(Cause::Order, "elements in column order ('fortran_order': True)")
			.expected("row order")
			.remedy("save `np.ascontiguousarray(a)`; of an array that was read from such a file, `a.copy(order='C')`"),
		Fault::Length { announced, found } => {
			let data = bytes.get(bytes.len() - found as usize..).unwrap_or_default();
			let second = usize::try_from(announced).ok().and_then(|announced| data.get(announced..));
			let remedy = match second {
				Some(second) if Array::sniff(second) => "a second array follows the first: save one only",
				_ => "is the file cut off, or was more written to it? save it again",
			};
			Defect::malformed(Cause::Length, format!("{found} bytes of data"))
				.expected(format!("the {announced} of its header"))
				.remedy(remedy)
		},
		Fault::Truth => {
			let data = file.as_ref().map_or(&[][..], |file| file.data);
			let position = data.iter().position(|byte| *byte > 1).unwrap_or_default();
			let found = data.get(position).copied().unwrap_or_default();
			let shape = file.as_ref().map(|file| file.shape.clone()).unwrap_or_default();
			Defect::malformed(Cause::Value, format!("the byte {found}"))
				.item(place(&shape, position as u64))
				.expected("0 or 1 for a truth value")
				.remedy("save it with `np.save`")
		},
	}
}

/// A header that is not as NumPy writes it.
fn odd_header(bytes: &[u8]) -> Defect {
	let header = super::npy::header(bytes).unwrap_or_default();
	let text = String::from_utf8_lossy(header);
	let shape = text.split_once("shape").map_or("", |(_, rest)| rest.trim_start_matches(['\'', '"', ':', ' ']));
	let shape = shape.split_inclusive(')').next().unwrap_or_default();
	let has_suffix = shape.contains('L') && shape.bytes().any(|byte| byte.is_ascii_digit());
	let (found, remedy) = if text.contains("descr': [") || text.contains("descr\": [") {
		let remedy = "save one plain array: a single field of it, `a['name']`";
		return Defect::malformed(Cause::Type, "elements with named fields").expected("plain numbers").remedy(remedy);
	} else if has_suffix {
		(format!("the shape {shape}, as Python 2 wrote long numbers"), "load it and save it again with Python 3")
	} else if shape.contains("int") {
		(
			format!("the shape {shape}), with names of types in it"),
			"write plain numbers: `tuple(int(n) for n in a.shape)`",
		)
	} else if shape.bytes().filter(|byte| *byte == b',').count() == 0 && shape.starts_with('(') {
		(format!("the shape {shape}, which is a number and no tuple"), "write a comma behind a single axis: (1200,)")
	} else {
		("a header that is not as NumPy writes it".into(), "save it with `np.save`")
	};
	Defect::malformed(Cause::Header, found).remedy(remedy)
}

impl<'a> File<'a> {
	/// Reads one with all of its data in row order.
	pub fn read(bytes: &'a [u8]) -> Result<Self, Box<Defect>> {
		let fault = |fault| Box::new(not_an_array(fault, bytes, None));
		if !Array::sniff(bytes) {
			return Err(Box::new(not_npy(bytes)));
		}
		let file = Self::open(bytes).map_err(fault)?;
		match file.in_column_order {
			true => Err(fault(Fault::Order)),
			false => Ok(file),
		}
	}
}
