//! Gives the NaNs that arithmetic makes the same bits on every machine.
//!
//! Processors choose sign and payload of a NaN. A compiler that makes each result canonical (one comparison, one
//! selection) does it twice in `sum + a * b`. But arithmetic does not look at the bits of a NaN, only whether it is one:
//! a result that is taken by another operation may keep what the processor chose, for the result of that one is made
//! canonical, or is no float. A value on the operand stack is taken once, so it is enough to see by what: if it is not an
//! operation on the same lanes, or not in the same straight piece of code, the value is made canonical where it came from.

use crate::leb::leb;
use wasmparser::{
	BinaryReaderError, BlockType, ContType, FrameKind, FuncType, FunctionBody, ModuleArity, Operator, RefType, SubType,
};

/// What a float is part of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lanes {
	F32,
	F64,
	F32x4,
	F64x2,
}

/// Arithmetic and the like: takes all NaNs alike.
struct Operation {
	/// What it is done on.
	operands: Lanes,
	/// What comes of it, if that may be a NaN whose bits are the processor's choice.
	result: Option<Lanes>,
}

/// Instructions of the code that makes a result canonical.
mod code {
	pub const LOCAL_GET: u8 = 0x20;
	pub const LOCAL_SET: u8 = 0x21;
	pub const LOCAL_TEE: u8 = 0x22;
	pub const CONST: [u8; 2] = [0xfd, 0x0c];
	pub const F32X4_SPLAT: [u8; 2] = [0xfd, 0x13];
	pub const F64X2_SPLAT: [u8; 2] = [0xfd, 0x14];
	pub const F32X4_FIRST_LANE: [u8; 3] = [0xfd, 0x1f, 0];
	pub const F64X2_FIRST_LANE: [u8; 3] = [0xfd, 0x21, 0];
	pub const F32X4_EQ: [u8; 2] = [0xfd, 0x41];
	pub const F64X2_EQ: [u8; 2] = [0xfd, 0x47];
	pub const BITSELECT: [u8; 2] = [0xfd, 0x52];
}

/// Local variables of type `v128` that the code needs: the value, and a canonical NaN in all lanes, of 32 and 64 bits.
pub(crate) const LOCALS: u32 = 3;

/// What an instruction does, if it takes all NaNs alike. Sign operations, `pmin`, `pmax` and `copysign` don't: they copy bits.
fn operation(operator: &Operator) -> Option<Operation> {
	use Lanes::{F32x4, F64x2, F32, F64};
	use Operator::*;
	let arithmetic = |lanes| Some(Operation { operands: lanes, result: Some(lanes) });
	let converts = |operands, result| Some(Operation { operands, result: Some(result) });
	let looks = |operands| Some(Operation { operands, result: None });
	match operator {
		F32Ceil | F32Floor | F32Trunc | F32Nearest | F32Sqrt | F32Add | F32Sub | F32Mul | F32Div | F32Min | F32Max => {
			arithmetic(F32)
		},
		F64Ceil | F64Floor | F64Trunc | F64Nearest | F64Sqrt | F64Add | F64Sub | F64Mul | F64Div | F64Min | F64Max => {
			arithmetic(F64)
		},
		F32x4Ceil | F32x4Floor | F32x4Trunc | F32x4Nearest | F32x4Sqrt | F32x4Add | F32x4Sub | F32x4Mul | F32x4Div
		| F32x4Min | F32x4Max => arithmetic(F32x4),
		F64x2Ceil | F64x2Floor | F64x2Trunc | F64x2Nearest | F64x2Sqrt | F64x2Add | F64x2Sub | F64x2Mul | F64x2Div
		| F64x2Min | F64x2Max => arithmetic(F64x2),
		F32DemoteF64 => converts(F64, F32),
		F64PromoteF32 => converts(F32, F64),
		F32x4DemoteF64x2Zero => converts(F64x2, F32x4),
		F64x2PromoteLowF32x4 => converts(F32x4, F64x2),
		F32Eq | F32Ne | F32Lt | F32Gt | F32Le | F32Ge | I32TruncF32S | I32TruncF32U | I64TruncF32S | I64TruncF32U
		| I32TruncSatF32S | I32TruncSatF32U | I64TruncSatF32S | I64TruncSatF32U => looks(F32),
		F64Eq | F64Ne | F64Lt | F64Gt | F64Le | F64Ge | I32TruncF64S | I32TruncF64U | I64TruncF64S | I64TruncF64U
		| I32TruncSatF64S | I32TruncSatF64U | I64TruncSatF64S | I64TruncSatF64U => looks(F64),
		F32x4Eq | F32x4Ne | F32x4Lt | F32x4Gt | F32x4Le | F32x4Ge | I32x4TruncSatF32x4S | I32x4TruncSatF32x4U => {
			looks(F32x4)
		},
		F64x2Eq
		| F64x2Ne
		| F64x2Lt
		| F64x2Gt
		| F64x2Le
		| F64x2Ge
		| I32x4TruncSatF64x2SZero
		| I32x4TruncSatF64x2UZero => looks(F64x2),
		_ => None,
	}
}

/// Of each instruction of a valid function, what its result is part of, if that must be made canonical.
pub(crate) fn exposed(body: &FunctionBody) -> Result<Vec<Option<Lanes>>, BinaryReaderError> {
	let mut exposed = Vec::new();
	// The operand stack, as far as it was filled in this straight piece of code: where a value came from, if it is not
	// canonical. What is below it is.
	let mut stack: Vec<Option<(usize, Lanes)>> = Vec::new();
	for (index, operator) in body.get_operators_reader()?.into_iter().enumerate() {
		let operator = operator?;
		let operation = operation(&operator);
		let arity = operator.operator_arity(&NoModule);
		let taken = arity.map_or(stack.len(), |(taken, _)| stack.len().min(taken as usize));
		for (origin, lanes) in stack.drain(stack.len() - taken..).flatten() {
			if operation.as_ref().is_none_or(|operation| operation.operands != lanes) {
				exposed[origin] = Some(lanes);
			}
		}
		exposed.push(None);
		match operation {
			Some(operation) => stack.push(operation.result.map(|lanes| (index, lanes))),
			None => stack.extend((0..arity.map_or(0, |(_, results)| results)).map(|_| None)),
		}
	}
	Ok(exposed)
}

/// Knows of no types and no labels. So branches, calls and the ends of blocks have no arity, and take all values: those are
/// the instructions after which another one than the next may take them.
struct NoModule;

impl ModuleArity for NoModule {
	fn sub_type_at(&self, _: u32) -> Option<&SubType> {
		None
	}

	fn tag_type_arity(&self, _: u32) -> Option<(u32, u32)> {
		None
	}

	fn type_index_of_function(&self, _: u32) -> Option<u32> {
		None
	}

	fn func_type_of_cont_type(&self, _: &ContType) -> Option<&FuncType> {
		None
	}

	fn sub_type_of_ref_type(&self, _: &RefType) -> Option<&SubType> {
		None
	}

	fn control_stack_height(&self) -> u32 {
		0
	}

	fn label_block(&self, _: u32) -> Option<(BlockType, FrameKind)> {
		None
	}
}

/// What a function begins with whose results are made canonical; `first` is the first of its new locals.
pub(crate) fn prepare(code: &mut Vec<u8>, first: u32) {
	let nans = [f32::NAN.to_bits().to_le_bytes().repeat(4), f64::NAN.to_bits().to_le_bytes().repeat(2)];
	for (local, nan) in (first + 1..).zip(nans) {
		code.extend(code::CONST);
		code.extend(nan);
		instruction(code, code::LOCAL_SET, local);
	}
}

/// Makes what is on top of the operand stack canonical: what equals itself is kept, all else is replaced.
pub(crate) fn canonicalize(code: &mut Vec<u8>, lanes: Lanes, first: u32) {
	match lanes {
		Lanes::F32 => code.extend(code::F32X4_SPLAT),
		Lanes::F64 => code.extend(code::F64X2_SPLAT),
		Lanes::F32x4 | Lanes::F64x2 => {},
	}
	let (nan, equal) = match lanes {
		Lanes::F32 | Lanes::F32x4 => (first + 1, code::F32X4_EQ),
		Lanes::F64 | Lanes::F64x2 => (first + 2, code::F64X2_EQ),
	};
	instruction(code, code::LOCAL_TEE, first);
	for local in [nan, first, first] {
		instruction(code, code::LOCAL_GET, local);
	}
	code.extend(equal);
	code.extend(code::BITSELECT);
	match lanes {
		Lanes::F32 => code.extend(code::F32X4_FIRST_LANE),
		Lanes::F64 => code.extend(code::F64X2_FIRST_LANE),
		Lanes::F32x4 | Lanes::F64x2 => {},
	}
}

fn instruction(code: &mut Vec<u8>, instruction: u8, local: u32) {
	code.push(instruction);
	leb(code, local.into());
}
