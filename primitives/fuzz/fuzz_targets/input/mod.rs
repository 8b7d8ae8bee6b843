//! What the bytes of an input stand for, so that seeds can be written by hand.

use learnware_primitives::{BadReason, Named, Summary, Task, TaskKind};
use libfuzzer_sys::arbitrary::{Result, Unstructured};

/// Four bytes: the kind, and what it takes of three numbers. Not all are valid.
pub fn task(input: &mut Unstructured) -> Result<Task> {
	let [kind, first, second, third] = input.arbitrary::<[u8; 4]>()?;
	let kind = TaskKind::ALL[usize::from(kind) % TaskKind::ALL.len()];
	Ok(match kind {
		TaskKind::Classification => Task::Classification { items: first.into(), classes: second },
		TaskKind::Vector => {
			let scale = (0..first).map(|coordinate| u32::from(second) << (coordinate % 25)).collect::<Vec<_>>();
			Task::Vector { scale: scale.try_into().expect("a byte is below the limit"), fraction_bits: third }
		},
		TaskKind::Mask => Task::Mask { width: first.into(), height: second.into(), depth: third.into() },
		TaskKind::Boxes => Task::Boxes { items: first.into() },
	})
}

/// A byte that says what follows: nothing for a bad label, else the elements of one that fits; or nearly does.
#[allow(dead_code, reason = "not all targets have labels")]
pub fn label(input: &mut Unstructured, task: &Task) -> Result<core::result::Result<Summary, BadReason>> {
	use BadReason::*;
	let kind = input.arbitrary::<u8>()?;
	if kind < 4 {
		return Ok(Err([Malformed, WrongShape, TooLarge, Unavailable][usize::from(kind)]));
	}
	let is_raw = kind == 4;
	Ok(Ok(match task {
		Task::Classification { items, classes } => {
			let class = |class: u8| if is_raw { class } else { class.checked_rem(*classes).unwrap_or(class) };
			let answer = |answer: u8| if answer == u8::MAX { answer } else { class(answer) };
			Summary::Classes(list(input, *items)?.into_iter().map(answer).collect())
		},
		Task::Vector { scale, .. } => Summary::Vector(list(input, scale.len() as u32)?),
		Task::Mask { width, height, depth } => {
			let voxels = width * height * depth;
			let mut words = list(input, voxels.div_ceil(64))?;
			if let (Some(last), false) = (words.last_mut(), is_raw || voxels % 64 == 0) {
				*last &= !(u64::MAX << (voxels % 64));
			}
			Summary::Mask(words)
		},
		Task::Boxes { items } => {
			let sorted = |[x0, y0, x1, y1]: [u32; 4]| match is_raw {
				true => [x0, y0, x1, y1],
				false => {
					let ([x0, x1], [y0, y1]) = ([x0, x1].map(|x| x >> 1), [y0, y1].map(|y| y >> 1));
					[x0.min(x1), y0.min(y1), x0.max(x1) + 1, y0.max(y1) + 1]
				},
			};
			Summary::Boxes(list(input, *items)?.into_iter().map(sorted).collect())
		},
	}))
}

fn list<'a, T: libfuzzer_sys::arbitrary::Arbitrary<'a>>(input: &mut Unstructured<'a>, length: u32) -> Result<Vec<T>> {
	(0..length).map(|_| input.arbitrary()).collect()
}
