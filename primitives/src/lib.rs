//! The rules of Learnware: how labels are judged and paid ([`labels`]), how lessons are paid ([`training`]), and what all
//! games have in common ([`scoring`]).
//!
//! Everything here decides money. It is pure integer code without FRAME types, the same bits in the
//! runtime, in the node and on a desk: no floats, no panics, memory and time bounded by the task. A
//! change of any output is a new [`JUDGEMENT_VERSION`] with new golden vectors.
//!
//! A label's way: bytes on IPFS -> [`condense`] -> [`Summary`] -> [`judge`] -> [`Judgement`], and from
//! its scores [`places::prizes`].

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;

pub mod labels;
pub mod named;
pub mod scoring;
pub mod training;

pub use labels::{
	kinds::{boxes, classes, mask, to_label, vector},
	label, places, report, settle, task,
};
pub use scoring::{cid, commitment, scorers};

pub use label::{condense, BadReason, Summary};
pub use named::Named;
pub use report::{judge, GoldUse, Judgement, Report, Verdict};
pub use task::{Scale, Task, TaskError, TaskKind};

/// Version of the rules in this crate; any change of output changes it.
pub const JUDGEMENT_VERSION: u32 = 2;

/// Fewest labels that can be judged: with fewer, no agreement can be told from chance.
pub const MIN_LABELS: u32 = 5;

/// Most labels of one sample.
pub const MAX_LABELS: u32 = 64;

/// Most items (or coordinates) of one sample.
pub const MAX_ITEMS: u32 = 4096;

/// Most classes of a classification.
pub const MAX_CLASSES: u8 = 64;

/// Most binary digits behind the point of a vector's values.
pub const MAX_FRACTION_BITS: u8 = 32;

/// Most voxels of a mask: 128 * 128 * 128.
pub const MAX_VOXELS: u32 = 1 << 21;

/// Most boxes of one sample, of four coordinates each.
pub const MAX_BOXES: u32 = MAX_ITEMS / 4;

/// Most bytes of one label file: 8 MiB.
pub const MAX_LABEL_BYTES: u32 = 8 * 1024 * 1024;
