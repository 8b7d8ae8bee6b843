//! Rewrites a module so that it counts how deep its stack is, and its NaNs have the same bits everywhere ([`crate::nan`]).
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

use crate::{
	inspect::STACK_EXPORT,
	leb::{leb, signed_leb},
	limits::STACK_BYTES,
	nan::{self, canonicalize, exposed, prepare},
};
use std::collections::VecDeque;
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
	pub const V128: u8 = 0x7b;
	pub const MUTABLE: u8 = 0x01;
	pub const NO_RESULT: u8 = 0x40;
	pub const EXPORT_OF_GLOBAL: u8 = 0x03;
}

/// The rewritten module. `wasm` must be valid, without imports, and with exports.
pub(crate) fn meter(wasm: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
	let mut module = Module { bytes: wasm.get(..8).unwrap_or_default().to_vec(), globals: None, functions: Vec::new() };
	let mut functions_left = 0;
	// Numbers of parameters: of each type, and of each function that is still to come.
	let (mut of_types, mut of_functions) = (Vec::new(), VecDeque::new());
	for payload in Parser::new(0).parse_all(wasm) {
		let payload = payload?;
		match &payload {
			Payload::TypeSection(types) => {
				for function in types.clone().into_iter_err_on_gc_types() {
					of_types.push(function?.params().len() as u32);
				}
			},
			Payload::FunctionSection(functions) => {
				for function in functions.clone() {
					of_functions.push_back(of_types.get(function? as usize).copied().unwrap_or_default());
				}
			},
			_ => {},
		}
		match payload {
			Payload::GlobalSection(globals) => module.globals(globals.count(), after_count(wasm, globals.range())),
			Payload::ExportSection(exports) => module.exports(exports.count(), after_count(wasm, exports.range())),
			Payload::CodeSectionStart { count, .. } => {
				functions_left = count;
				leb(&mut module.functions, count.into());
			},
			Payload::CodeSectionEntry(body) => {
				module.function(wasm, &body, of_functions.pop_front().unwrap_or_default())?;
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

	fn function(&mut self, wasm: &[u8], body: &FunctionBody, params: u32) -> Result<(), BinaryReaderError> {
		let locals = Locals::read(wasm, body)?;
		let first = params.saturating_add(locals.count);
		let frame = frame_bytes(locals.count, body);
		let mut operators = body.get_operators_reader()?;
		let mut written = Vec::with_capacity(body.range().len() * 2);
		let exposed = exposed(body)?;
		for lanes in exposed.iter() {
			let start = operators.original_position();
			let operator = operators.read()?;
			let (before, after) = match operator {
				Operator::Call { .. } | Operator::CallIndirect { .. } => (self.enter(frame), self.leave(frame)),
				Operator::MemoryGrow { .. } => ([code::I32_CONST, 0, code::DROP].repeat(GROW_FUEL), Vec::new()),
				_ => Default::default(),
			};
			written.extend(before);
			written.extend_from_slice(wasm.get(start..operators.original_position()).unwrap_or_default());
			written.extend(after);
			if let Some(lanes) = lanes {
				canonicalize(&mut written, *lanes, first);
			}
		}
		let has_floats = exposed.iter().any(Option::is_some);
		let mut head = locals.declare(if has_floats { nan::LOCALS } else { 0 });
		if has_floats {
			prepare(&mut head, first);
		}
		leb(&mut self.functions, (head.len() + written.len()) as u64);
		self.functions.extend(head);
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

/// The local variables of a function, without its parameters.
struct Locals<'a> {
	groups: u32,
	bytes: &'a [u8],
	count: u32,
}

impl<'a> Locals<'a> {
	fn read(wasm: &'a [u8], body: &FunctionBody) -> Result<Self, BinaryReaderError> {
		let mut reader = body.get_locals_reader()?;
		let (groups, start, mut count) = (reader.get_count(), reader.original_position(), 0_u32);
		for _ in 0..groups {
			count = count.saturating_add(reader.read()?.0);
		}
		Ok(Self { groups, bytes: wasm.get(start..reader.original_position()).unwrap_or_default(), count })
	}

	/// What declares them, and more of type `v128`.
	fn declare(&self, vectors: u32) -> Vec<u8> {
		let mut bytes = Vec::with_capacity(self.bytes.len() + 8);
		leb(&mut bytes, u64::from(self.groups) + u64::from(vectors > 0));
		bytes.extend_from_slice(self.bytes);
		if vectors > 0 {
			leb(&mut bytes, vectors.into());
			bytes.push(code::V128);
		}
		bytes
	}
}

/// Upper bound of the machine frame of a function, in bytes; at most about 1 MiB.
fn frame_bytes(locals: u32, body: &FunctionBody) -> u32 {
	// Parameters are on the operand stack of the caller, where each took an instruction; here they take another one or none.
	// What makes NaNs canonical needs two constants more, which the 256 bytes have room for.
	let values = u64::from(locals).saturating_add(body.range().len() as u64);
	u32::try_from(values.saturating_mul(16).saturating_add(256)).unwrap_or(u32::MAX).min(STACK_BYTES)
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
			r#"(module (memory (export "memory") 1) (func (export "f") (param f32 f64) (result f32) (local i32)
				(drop (f64.add (f64.sqrt (local.get 1)) (f64.promote_f32 (f32.mul (local.get 0) (local.get 0)))))
				(drop (f64x2.add (f32x4.mul (f32x4.splat (local.get 0)) (v128.const i64x2 1 2)) (v128.const i64x2 1 2)))
				(if (result f32) (local.get 2) (then (f32.abs (f32.div (f32.const 1) (local.get 0)))) (else (f32.sqrt (local.get 0))))))"#,
		] {
			let metered = meter(&wat::parse_str(wat).unwrap()).unwrap();
			Validator::new().validate_all(&metered).unwrap();
		}
	}
}
