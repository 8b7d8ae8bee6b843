//! Rewrites a module so that it counts how deep its stack is.
//!
//! A machine's stack overflows when it does: frames differ between processors and compiler versions, so a limit in
//! machine bytes would trap on one validator and not on another. Hence each call is wrapped:
//!
//! ```text
//! depth += frame;  if depth > STACK_BYTES { unreachable }
//! call
//! depth -= frame
//! ```
//!
//! where `frame` is an upper bound of the caller's machine frame on any processor: each local variable and each
//! instruction may have a value of 16 bytes alive at the call. The machine's own limit is then never met.
//!
//! `memory.grow` calls the host, at some hundred times the cost of an addition: it is charged with as much fuel.

use crate::{inspect::STACK_EXPORT, limits::STACK_BYTES};
use wasmparser::{BinaryReaderError, FunctionBody, Operator, Parser, Payload};

const GLOBAL_SECTION: u8 = 6;
const EXPORT_SECTION: u8 = 7;
const CODE_SECTION: u8 = 10;

/// Fuel of a `memory.grow` beside its own: so many constants that are dropped, of which no machine code remains.
const GROW_FUEL: usize = 256;

mod code {
	pub const UNREACHABLE: u8 = 0x00;
	pub const IF: u8 = 0x04;
	pub const END: u8 = 0x0b;
	pub const DROP: u8 = 0x1a;
	pub const GLOBAL_GET: u8 = 0x23;
	pub const GLOBAL_SET: u8 = 0x24;
	pub const I32_CONST: u8 = 0x41;
	pub const I32_GT_U: u8 = 0x4b;
	pub const I32_ADD: u8 = 0x6a;
	pub const I32_SUB: u8 = 0x6b;
	pub const I32: u8 = 0x7f;
	pub const MUTABLE: u8 = 0x01;
	pub const NO_RESULT: u8 = 0x40;
	pub const EXPORT_OF_GLOBAL: u8 = 0x03;
}

/// The rewritten module. `wasm` must be valid, without imports, and with exports.
pub(crate) fn meter(wasm: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
	let mut module = Module { bytes: wasm.get(..8).unwrap_or_default().to_vec(), globals: None, functions: Vec::new() };
	let mut functions_left = 0;
	for payload in Parser::new(0).parse_all(wasm) {
		match payload? {
			Payload::GlobalSection(globals) => module.globals(globals.count(), after_count(wasm, globals.range())),
			Payload::ExportSection(exports) => module.exports(exports.count(), after_count(wasm, exports.range())),
			Payload::CodeSectionStart { count, .. } => {
				functions_left = count;
				leb(&mut module.functions, count.into());
			},
			Payload::CodeSectionEntry(body) => {
				module.function(wasm, &body)?;
				functions_left -= 1;
				if functions_left == 0 {
					let functions = std::mem::take(&mut module.functions);
					module.section(CODE_SECTION, &functions);
				}
			},
			other => {
				if let Some((id, range)) = other.as_section().filter(|(id, _)| *id != 0) {
					module.section(id, wasm.get(range).unwrap_or_default());
				}
			},
		}
	}
	Ok(module.bytes)
}

/// The entries of a section, of which `range` has their number, too.
fn after_count(wasm: &[u8], range: std::ops::Range<usize>) -> &[u8] {
	let section = wasm.get(range).unwrap_or_default();
	let count = section.iter().position(|byte| byte & 0x80 == 0).map_or(0, |last| last + 1);
	section.get(count..).unwrap_or_default()
}

struct Module {
	bytes: Vec<u8>,
	/// Number of globals, as soon as they are written: the next one is the depth.
	globals: Option<u32>,
	/// The section of the code, so far.
	functions: Vec<u8>,
}

impl Module {
	fn section(&mut self, id: u8, content: &[u8]) {
		self.bytes.push(id);
		leb(&mut self.bytes, content.len() as u64);
		self.bytes.extend_from_slice(content);
	}

	fn globals(&mut self, count: u32, entries: &[u8]) {
		let mut content = Vec::with_capacity(entries.len() + 16);
		leb(&mut content, u64::from(count) + 1);
		content.extend_from_slice(entries);
		content.extend([code::I32, code::MUTABLE, code::I32_CONST, 0, code::END]);
		self.section(GLOBAL_SECTION, &content);
		self.globals = Some(count);
	}

	fn exports(&mut self, count: u32, entries: &[u8]) {
		if self.globals.is_none() {
			self.globals(0, &[]);
		}
		let mut content = Vec::with_capacity(entries.len() + 16);
		leb(&mut content, u64::from(count) + 1);
		content.extend_from_slice(entries);
		leb(&mut content, STACK_EXPORT.len() as u64);
		content.extend_from_slice(STACK_EXPORT.as_bytes());
		content.push(code::EXPORT_OF_GLOBAL);
		leb(&mut content, self.depth());
		self.section(EXPORT_SECTION, &content);
	}

	fn depth(&self) -> u64 {
		self.globals.unwrap_or_default().into()
	}

	fn function(&mut self, wasm: &[u8], body: &FunctionBody) -> Result<(), BinaryReaderError> {
		let range = body.range();
		let frame = frame_bytes(body)?;
		let mut written = Vec::with_capacity(range.len() * 2);
		let mut copied = range.start;
		let mut operators = body.get_operators_reader()?;
		while !operators.eof() {
			let start = operators.original_position();
			let operator = operators.read()?;
			let end = operators.original_position();
			let (before, after) = match operator {
				Operator::Call { .. } | Operator::CallIndirect { .. } => (self.enter(frame), self.leave(frame)),
				Operator::MemoryGrow { .. } => ([code::I32_CONST, 0, code::DROP].repeat(GROW_FUEL), Vec::new()),
				_ => continue,
			};
			written.extend_from_slice(wasm.get(copied..start).unwrap_or_default());
			written.extend(before);
			written.extend_from_slice(wasm.get(start..end).unwrap_or_default());
			written.extend(after);
			copied = end;
		}
		written.extend_from_slice(wasm.get(copied..range.end).unwrap_or_default());
		leb(&mut self.functions, written.len() as u64);
		self.functions.extend(written);
		Ok(())
	}

	fn enter(&self, frame: u32) -> Vec<u8> {
		let mut bytes = self.change(frame, code::I32_ADD);
		bytes.push(code::GLOBAL_GET);
		leb(&mut bytes, self.depth());
		bytes.push(code::I32_CONST);
		signed_leb(&mut bytes, STACK_BYTES.into());
		bytes.extend([code::I32_GT_U, code::IF, code::NO_RESULT, code::UNREACHABLE, code::END]);
		bytes
	}

	fn leave(&self, frame: u32) -> Vec<u8> {
		self.change(frame, code::I32_SUB)
	}

	fn change(&self, frame: u32, operation: u8) -> Vec<u8> {
		let mut bytes = vec![code::GLOBAL_GET];
		leb(&mut bytes, self.depth());
		bytes.push(code::I32_CONST);
		signed_leb(&mut bytes, frame.into());
		bytes.extend([operation, code::GLOBAL_SET]);
		leb(&mut bytes, self.depth());
		bytes
	}
}

/// Upper bound of the machine frame of a function, in bytes; at most about 1 MiB.
fn frame_bytes(body: &FunctionBody) -> Result<u32, BinaryReaderError> {
	let mut locals = 0_u64;
	for group in body.get_locals_reader()? {
		locals = locals.saturating_add(group?.0.into());
	}
	// Parameters are on the operand stack of the caller, where each took an instruction; here they take another one or none.
	let values = locals.saturating_add(body.range().len() as u64);
	Ok(u32::try_from(values.saturating_mul(16).saturating_add(256)).unwrap_or(u32::MAX).min(STACK_BYTES))
}

/// Unsigned LEB128.
fn leb(bytes: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		bytes.push(value as u8 | 0x80);
		value >>= 7;
	}
	bytes.push(value as u8);
}

/// Signed LEB128, of a number that is not negative: the sign is a bit of its own.
fn signed_leb(bytes: &mut Vec<u8>, mut value: u64) {
	while value >= 0x40 {
		bytes.push(value as u8 | 0x80);
		value >>= 7;
	}
	bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
	use super::*;
	use wasmparser::Validator;

	#[test]
	fn a_metered_module_is_valid() {
		for wat in [
			r#"(module (memory (export "memory") 1) (func $f (export "f") (param i32) (result i32)
				(if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1)) (else
					(i32.mul (local.get 0) (call $f (i32.sub (local.get 0) (i32.const 1))))))))"#,
			r#"(module (memory (export "memory") 1) (global $g (mut i64) (i64.const -7)) (type $t (func (result i64)))
				(table funcref (elem $h)) (func $h (result i64) (local v128 f64) (global.get $g))
				(func (export "f") (result i32) (drop (call_indirect (type $t) (i32.const 0))) (memory.grow (i32.const 1)))
				(data (i32.const 8) "\01\02"))"#,
		] {
			let metered = meter(&wat::parse_str(wat).unwrap()).unwrap();
			Validator::new().validate_all(&metered).unwrap();
		}
	}

	#[test]
	fn writes_leb128() {
		let unsigned = |value| {
			let mut bytes = Vec::new();
			leb(&mut bytes, value);
			bytes
		};
		let signed = |value| {
			let mut bytes = Vec::new();
			signed_leb(&mut bytes, value);
			bytes
		};
		assert_eq!([unsigned(0), unsigned(127), unsigned(128)], [vec![0], vec![127], vec![0x80, 1]]);
		assert_eq!([signed(0), signed(63), signed(64), signed(128)], [vec![0], vec![63], vec![0xc0, 0], vec![0x80, 1]]);
	}
}
