//! What a module must be before anything of it is compiled.

use crate::{
	fault::Export,
	limits::{
		MAX_CODE_BYTES, MAX_FUNCTIONS, MAX_FUNCTION_BYTES, MAX_GLOBALS, MAX_LOCALS, MAX_LOOP_DEPTH, MAX_MODULE_BYTES,
		MAX_PATHS, MAX_TABLE_ELEMENTS,
	},
	Fault,
};
use learnware_primitives::training::Trap;
use wasmparser::{
	types::{EntityType, TypesRef},
	FuncType, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload, ValType, ValidPayload, Validator,
	WasmFeatures,
};

/// The WebAssembly that gives the same results everywhere, and in which an instruction does a bounded amount of work:
/// what works on whole ranges of memory or tables (bulk memory, reference types) is left out, for it costs as little
/// fuel as an addition.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
	.union(WasmFeatures::FLOATS)
	.union(WasmFeatures::SATURATING_FLOAT_TO_INT)
	.union(WasmFeatures::SIGN_EXTENSION)
	.union(WasmFeatures::MULTI_VALUE)
	.union(WasmFeatures::SIMD)
	// Has to be there for types to be checked at all, and adds no instructions.
	.union(WasmFeatures::GC_TYPES);

/// A name that no language gives to an export, for [`crate::meter`].
pub(crate) const STACK_EXPORT: &str = "\u{0}stack";

/// Fails unless the module is one that may run.
pub(crate) fn inspect(wasm: &[u8]) -> Result<(), Fault> {
	if wasm.len() > MAX_MODULE_BYTES {
		return Err(Fault::trap(Trap::TooLarge, format!("{} bytes; {MAX_MODULE_BYTES} at most", wasm.len())));
	}
	let mut validator = Validator::new_with_features(FEATURES);
	let mut allocations = FuncValidatorAllocations::default();
	let mut paths = 0_u64;
	for payload in Parser::new(0).parse_all(wasm) {
		let payload = payload.map_err(invalid)?;
		bounds(&payload)?;
		match validator.payload(&payload).map_err(invalid)? {
			ValidPayload::Func(function, body) => {
				let mut function = function.into_validator(allocations);
				function.validate(&body).map_err(invalid)?;
				if function.len_locals() > MAX_LOCALS {
					return Err(Fault::trap(Trap::TooLarge, format!("{} locals", function.len_locals())));
				}
				paths = paths.saturating_add(blocks(&body)?.saturating_mul(u64::from(function.len_locals()) + 1));
				too_many("variables over all blocks", paths, MAX_PATHS)?;
				allocations = function.into_allocations();
			},
			ValidPayload::End(types) => exports(types.as_ref())?,
			_ => {},
		}
	}
	Ok(())
}

fn invalid(error: wasmparser::BinaryReaderError) -> Fault {
	Fault::trap(Trap::Invalid, error)
}

/// What the compiler and the instance take that is not in the limits of a run.
fn bounds(payload: &Payload) -> Result<(), Fault> {
	match payload {
		Payload::ImportSection(imports) if imports.count() > 0 => {
			Err(Fault::trap(Trap::Imports, "leave out what it calls"))
		},
		Payload::FunctionSection(functions) => too_many("functions", functions.count().into(), MAX_FUNCTIONS.into()),
		Payload::CodeSectionStart { size, .. } => too_many("bytes of code", u64::from(*size), MAX_CODE_BYTES as u64),
		Payload::GlobalSection(globals) => too_many("globals", globals.count().into(), MAX_GLOBALS.into()),
		Payload::CodeSectionEntry(body) => {
			too_many("bytes of a function", body.range().len() as u64, MAX_FUNCTION_BYTES as u64)
		},
		Payload::TableSection(tables) => tables.clone().into_iter().try_for_each(|table| {
			too_many("elements of a table", table.map_err(invalid)?.ty.initial, MAX_TABLE_ELEMENTS)
		}),
		_ => Ok(()),
	}
}

fn too_many(what: &str, number: u64, most: u64) -> Result<(), Fault> {
	match number > most {
		true => Err(Fault::trap(Trap::TooLarge, format!("{number} {what}; {most} at most"))),
		false => Ok(()),
	}
}

/// Number of blocks, loops and conditions of a valid function.
fn blocks(body: &FunctionBody) -> Result<u64, Fault> {
	let mut blocks = 0;
	// Of each block that is open, whether it is a loop.
	let (mut open, mut loops) = (Vec::new(), 0_usize);
	for operator in body.get_operators_reader().map_err(invalid)? {
		let is_loop = match operator.map_err(invalid)? {
			Operator::Loop { .. } => true,
			Operator::Block { .. } | Operator::If { .. } => false,
			Operator::End => {
				loops -= usize::from(open.pop().unwrap_or(false));
				continue;
			},
			_ => continue,
		};
		blocks += 1;
		loops += usize::from(is_loop);
		open.push(is_loop);
		too_many("loops within each other", loops as u64, MAX_LOOP_DEPTH as u64)?;
	}
	Ok(blocks)
}

fn exports(types: TypesRef) -> Result<(), Fault> {
	use ValType::{I32, I64};
	if export(types, STACK_EXPORT).is_some() {
		return Err(Fault::trap(Trap::Invalid, "an export has a reserved name"));
	}
	if !matches!(export(types, "memory"), Some(EntityType::Memory(memory)) if !memory.shared && !memory.memory64) {
		return Err(wrong(Export::Memory));
	}
	function(types, Export::Alloc, &[I32], &[I32])?;
	function(types, Export::Train, &[I32, I32], &[])?;
	function(types, Export::Evaluate, &[I32, I32], &[I64])?;
	function(types, Export::Save, &[], &[I64])?;
	function(types, Export::Load, &[I32, I32], &[])
}

fn function(types: TypesRef, part: Export, params: &[ValType], results: &[ValType]) -> Result<(), Fault> {
	let is_right = |function: &FuncType| function.params() == params && function.results() == results;
	match export(types, part.name()) {
		Some(EntityType::Func(id)) if is_right(types[id].unwrap_func()) => Ok(()),
		_ => Err(wrong(part)),
	}
}

fn wrong(part: Export) -> Fault {
	let wanted = match part {
		Export::Memory => "memory",
		Export::Alloc => "function alloc(i32) -> i32",
		Export::Train => "function train(i32, i32)",
		Export::Evaluate => "function evaluate(i32, i32) -> i64",
		Export::Save => "function save() -> i64",
		Export::Load => "function load(i32, i32)",
	};
	Fault::trap(Trap::Exports, format!("it exports no {wanted}"))
}

fn export(types: TypesRef, name: &str) -> Option<EntityType> {
	types.core_exports()?.find_map(|(exported, entity)| (exported == name).then_some(entity))
}
