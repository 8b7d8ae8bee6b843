//! What holds for all inputs.

mod support;

use learnware_primitives::{
	classes::{gold_sheet, NO_ANSWER},
	condense, judge, to_label, BadReason, GoldUse, Judgement, Summary, Task, Verdict, MAX_FRACTION_BITS, MAX_ITEMS,
	MAX_LABELS,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use support::{classification, npy};

type Label = Result<Summary, BadReason>;

/// JSON with `null` for no answer.
fn json(answers: &[Option<u8>]) -> Vec<u8> {
	serde_json::to_vec(answers).unwrap()
}

fn answers(items: usize, classes: u8) -> impl Strategy<Value = Vec<Option<u8>>> {
	vec(prop_oneof![4 => (0..classes).prop_map(Some), 1 => Just(None)], items)
}

/// A task with an answer to it.
fn answered() -> impl Strategy<Value = (Task, Vec<Option<u8>>)> {
	(1..70usize, 2..=64u8)
		.prop_flat_map(|(items, classes)| (Just(classification(items, classes)), answers(items, classes)))
}

/// A task with labels that often have the same truth in them.
fn game() -> impl Strategy<Value = (Task, Vec<Label>)> {
	(1..40usize, 2..=5u8, 0..14usize).prop_flat_map(|(items, classes, labels)| {
		let answers = || vec(prop_oneof![9 => 0..classes, 1 => Just(NO_ANSWER)], items);
		let errors = vec(vec(0..4u8, items), labels);
		(answers(), vec(answers(), labels), errors).prop_map(move |(truth, guesses, errors)| {
			let label = |(guess, errors): (Vec<u8>, Vec<u8>)| {
				let answers = truth.iter().zip(guess).zip(errors);
				Ok(Summary::Classes(
					answers.map(|((truth, guess), error)| if error == 0 { guess } else { *truth }).collect(),
				))
			};
			(classification(items, classes), guesses.into_iter().zip(errors).map(label).collect())
		})
	})
}

/// The label in all forms that hold it: as the writer has it, and others.
fn files(task: &Task, summary: &Summary) -> Vec<Vec<u8>> {
	let wide = |values: &[i64]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<_>>();
	let mut files = vec![to_label(task, summary)];
	match (task, summary) {
		(Task::Vector { fraction_bits, .. }, Summary::Vector(values)) => {
			let shape = format!("({},)", values.len());
			let unit = 2f64.powi((*fraction_bits).into());
			let floats = values.iter().map(|value| *value as f64 / unit).collect::<Vec<_>>();
			if floats.iter().zip(values).all(|(float, value)| (*float * unit) as i128 == i128::from(*value)) {
				files.push(npy(
					"<f8",
					&shape,
					&floats.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>(),
				));
				files.push(npy(
					">f8",
					&shape,
					&floats.iter().flat_map(|float| float.to_be_bytes()).collect::<Vec<_>>(),
				));
			}
			let singles = floats.iter().map(|float| *float as f32).collect::<Vec<_>>();
			if singles.iter().zip(values).all(|(float, value)| (f64::from(*float) * unit) as i128 == i128::from(*value))
			{
				files.push(npy(
					"<f4",
					&shape,
					&singles.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>(),
				));
				files.push(npy(
					">f4",
					&shape,
					&singles.iter().flat_map(|float| float.to_be_bytes()).collect::<Vec<_>>(),
				));
			}
			let wholes = values.iter().map(|value| value >> fraction_bits).collect::<Vec<_>>();
			if wholes.iter().zip(values).all(|(whole, value)| whole << fraction_bits == *value) {
				files.push(npy(">i8", &shape, &wide(&wholes)));
				files.push(serde_json::to_vec(&wholes).unwrap());
			}
		},
		(Task::Mask { width, height, depth }, Summary::Mask(words)) => {
			let (width, height, depth) = (*width as usize, *height as usize, *depth as usize);
			let voxels = (0..width * height * depth).map(|p| (words[p / 64] >> (p % 64) & 1) as u8).collect::<Vec<_>>();
			let rows = voxels.chunks(width).collect::<Vec<_>>();
			let slices = rows.chunks(height).collect::<Vec<_>>();
			files.push(serde_json::to_vec(&slices).unwrap());
			let mut shapes = vec![format!("({depth}, {height}, {width})")];
			if depth == 1 {
				files.push(serde_json::to_vec(&rows).unwrap());
				shapes.push(format!("({height}, {width})"));
			}
			for shape in shapes {
				for dtype in ["|u1", "|i1", "|b1"] {
					files.push(npy(dtype, &shape, &voxels));
				}
				files.push(npy(">i8", &shape, &wide(&voxels.iter().copied().map(i64::from).collect::<Vec<_>>())));
			}
		},
		(Task::Boxes { items }, Summary::Boxes(boxes)) => {
			let edges = boxes.iter().flatten().copied().collect::<Vec<_>>();
			let mut shapes = vec![format!("({items}, 4)")];
			if *items == 1 {
				files.push(serde_json::to_vec(&edges).unwrap());
				shapes.push("(4,)".into());
			}
			for shape in shapes {
				files.push(npy("<u4", &shape, &edges.iter().flat_map(|edge| edge.to_le_bytes()).collect::<Vec<_>>()));
				files.push(npy(">i8", &shape, &wide(&edges.iter().copied().map(i64::from).collect::<Vec<_>>())));
			}
		},
		(Task::Classification { items, .. }, Summary::Classes(sheet)) => {
			files.push(npy("|u1", &format!("({items},)"), sheet));
		},
		_ => unreachable!("the summary is of the task"),
	}
	files
}

/// A task of any kind, small, with coordinates of any size.
fn task() -> impl Strategy<Value = Task> {
	let unit = prop_oneof![Just(1), 1..100u32, Just(u32::MAX), 1..=u32::MAX];
	let bits = prop_oneof![Just(0), 0..=MAX_FRACTION_BITS, Just(MAX_FRACTION_BITS)];
	prop_oneof![
		(1..40usize, 2..=5u8).prop_map(|(items, classes)| classification(items, classes)),
		(vec(unit, 1..20), bits)
			.prop_map(|(scale, fraction_bits)| Task::Vector { scale: scale.try_into().unwrap(), fraction_bits }),
		(1..20u32, 1..9u32, prop_oneof![Just(1), 1..4u32]).prop_map(|(width, height, depth)| Task::Mask {
			width,
			height,
			depth
		}),
		(1..9u32).prop_map(|items| Task::Boxes { items }),
	]
}

/// One side of a box: not empty, anywhere.
fn side() -> impl Strategy<Value = (u32, u32)> {
	let size = prop_oneof![Just(10u32), Just(1000), Just(u32::MAX)];
	(size, any::<u32>(), any::<u32>()).prop_map(|(size, one, other)| {
		let (one, other) = (one % size, other % size);
		(one.min(other), one.max(other) + 1)
	})
}

/// A label of the task.
fn summary(task: &Task) -> BoxedStrategy<Summary> {
	match task {
		Task::Classification { items, classes } => {
			let class = prop_oneof![9 => 0..*classes, 1 => Just(NO_ANSWER)];
			vec(class, *items as usize).prop_map(Summary::Classes).boxed()
		},
		Task::Vector { scale, .. } => {
			let value = prop_oneof![-300..300i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
			vec(value, scale.len()).prop_map(Summary::Vector).boxed()
		},
		Task::Mask { width, height, depth } => {
			let voxels = (width * height * depth) as usize;
			let words = voxels.div_ceil(64);
			let word = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX)];
			let clean = move |mut mask: Vec<u64>| {
				mask[words - 1] &= u64::MAX >> (words * 64 - voxels);
				Summary::Mask(mask)
			};
			vec(word, words).prop_map(clean).boxed()
		},
		Task::Boxes { items } => {
			let corners = (side(), side()).prop_map(|((x0, x1), (y0, y1))| [x0, y0, x1, y1]);
			vec(corners, *items as usize).prop_map(Summary::Boxes).boxed()
		},
	}
}

fn labeled() -> impl Strategy<Value = (Task, Summary)> {
	task().prop_flat_map(|task| (summary(&task), Just(task)).prop_map(|(summary, task)| (task, summary)))
}

/// A task with labels that are often one of two, or nearly, so that they agree and tie.
fn any_game() -> impl Strategy<Value = (Task, Vec<Summary>)> {
	task().prop_flat_map(|task| {
		let labels = (vec(summary(&task), 2), vec((summary(&task), 0..8u8, any::<u8>()), 0..14));
		let labels = labels.prop_map(|(truths, labels)| {
			let label = |(label, source, parts): (Summary, u8, u8)| match source {
				0 => label,
				1 => truths[1].clone(),
				2..=4 => truths[0].clone(),
				_ => mixed(&truths[0], &label, parts),
			};
			labels.into_iter().map(label).collect()
		});
		(Just(task), labels)
	})
}

/// One label with some elements of another.
fn mixed(one: &Summary, other: &Summary, parts: u8) -> Summary {
	fn mix<T: Clone>(one: &[T], other: &[T], parts: u8) -> Vec<T> {
		let pairs = one.iter().zip(other).enumerate();
		pairs.map(|(at, (one, other))| if parts >> (at % 8) & 1 == 0 { one } else { other }).cloned().collect()
	}
	match (one, other) {
		(Summary::Classes(one), Summary::Classes(other)) => Summary::Classes(mix(one, other, parts)),
		(Summary::Vector(one), Summary::Vector(other)) => Summary::Vector(mix(one, other, parts)),
		(Summary::Mask(one), Summary::Mask(other)) => Summary::Mask(mix(one, other, parts)),
		(Summary::Boxes(one), Summary::Boxes(other)) => Summary::Boxes(mix(one, other, parts)),
		_ => unreachable!("both are of one task"),
	}
}

/// Any task at all.
fn any_task() -> impl Strategy<Value = Task> {
	let side = || prop_oneof![0..9u32, any::<u32>()];
	prop_oneof![
		(0..=MAX_ITEMS, any::<u8>()).prop_map(|(items, classes)| Task::Classification { items, classes }),
		(0..12u32, 0..6u8).prop_map(|(items, classes)| Task::Classification { items, classes }),
		(vec(0..4u32, 0..5), 0..40u8)
			.prop_map(|(scale, fraction_bits)| Task::Vector { scale: scale.try_into().unwrap(), fraction_bits }),
		(side(), side(), 0..3u32).prop_map(|(width, height, depth)| Task::Mask { width, height, depth }),
		(0..4u32).prop_map(|items| Task::Boxes { items }),
		any::<u32>().prop_map(|items| Task::Boxes { items }),
	]
}

/// Any label at all.
fn any_label() -> impl Strategy<Value = Label> {
	let reason = prop_oneof![
		Just(BadReason::Malformed),
		Just(BadReason::WrongShape),
		Just(BadReason::TooLarge),
		Just(BadReason::Unavailable)
	];
	prop_oneof![
		8 => vec(prop_oneof![8 => 0..4u8, 1 => any::<u8>()], 0..12).prop_map(|sheet| Ok(Summary::Classes(sheet))),
		2 => vec(any::<i64>(), 0..5).prop_map(|values| Ok(Summary::Vector(values))),
		2 => vec(0..300u64, 0..3).prop_map(|words| Ok(Summary::Mask(words))),
		2 => vec([0..4u32, 0..4, 0..4, 0..4], 0..4).prop_map(|boxes| Ok(Summary::Boxes(boxes))),
		1 => reason.prop_map(Err)
	]
}

/// Whether the judgement says of each label what it may say.
fn check(task: &Task, labels: &[Label], judgement: &Judgement) {
	assert_eq!(judgement.verdicts.len(), labels.len());
	for (position, (label, verdict)) in labels.iter().zip(&judgement.verdicts).enumerate() {
		match (label, verdict) {
			(Err(reason), Verdict::Bad(found)) => assert_eq!(reason, found),
			(Ok(summary), Verdict::Bad(found)) => assert!(*found == BadReason::WrongShape && !summary.is_of(task)),
			(Ok(summary), Verdict::Scored { score, eligible, outlier, copy_of, .. }) => {
				assert!(summary.is_of(task));
				assert!(!(judgement.wash && (*eligible || *outlier)) && !(*eligible && *outlier));
				if matches!(task, Task::Classification { .. }) {
					assert!(!*eligible || *score > 0);
					assert!(!*outlier || *score <= 0);
				}
				if let Some(first) = *copy_of {
					assert!((first as usize) < position && labels[first as usize] == *label);
				}
			},
			(Err(reason), Verdict::Scored { .. }) => panic!("{reason:?} was scored"),
		}
	}
	let readable = judgement.verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Scored { .. })).count();
	assert_eq!(condense(task, &judgement.consensus).is_ok(), (1..=MAX_LABELS as usize).contains(&readable));
}

/// What a readable label is paid by.
fn ranked(verdict: &Verdict) -> (i128, u64) {
	let Verdict::Scored { score, loss, .. } = *verdict else { unreachable!("all labels are readable") };
	(score, loss)
}

/// All that does not depend on the order of the labels.
fn standing(verdict: &Verdict) -> (i128, u64, bool, bool) {
	let Verdict::Scored { score, loss, eligible, outlier, .. } = *verdict else {
		unreachable!("all labels are readable")
	};
	(score, loss, eligible, outlier)
}

proptest! {
	#[test]
	fn condense_answers_to_any_bytes(
		task in any_task(),
		bytes in vec(any::<u8>(), 0..200),
		json in "[\\[\\], 0-9nul.eE-]{0,40}",
		header in "\\{('(descr|fortran_order|shape)': ?('[<>|][uibf][0-9]'|True|False|\\([0-9]{0,3},?\\)),? ?){0,4}\\}",
	) {
		let mut npy = b"\x93NUMPY\x01\x00".to_vec();
		npy.extend((header.len() as u16).to_le_bytes());
		npy.extend(header.bytes());
		npy.extend(&bytes);
		for file in [&bytes, json.as_bytes(), &npy[..]] {
			if let Ok(summary) = condense(&task, file) {
				prop_assert!(summary.is_of(&task));
			}
		}
	}

	#[test]
	fn condense_answers_to_mutated_labels(
		(task, files) in labeled().prop_map(|(task, summary)| (task.clone(), files(&task, &summary))),
		mutations in vec((any::<Index>(), any::<u8>(), 0..4u8), 1..5),
	) {
		for mut file in files {
			for (at, byte, kind) in &mutations {
				let at = at.index(file.len());
				match kind {
					0 => file[at] = *byte,
					1 => file.insert(at, *byte),
					2 => file.truncate(at + 1),
					_ => drop(file.remove(at)),
				}
				if file.is_empty() {
					break;
				}
			}
			if let Ok(summary) = condense(&task, &file) {
				prop_assert!(summary.is_of(&task));
			}
		}
	}

	#[test]
	fn the_writer_is_read_back((task, summary) in labeled()) {
		prop_assert!(summary.is_of(&task));
		prop_assert_eq!(condense(&task, &to_label(&task, &summary)), Ok(summary));
	}

	#[test]
	fn all_forms_of_the_same_array_are_the_same_label((task, summary) in labeled()) {
		for file in files(&task, &summary) {
			prop_assert_eq!(condense(&task, &file), Ok(summary.clone()));
		}
	}

	#[test]
	fn json_and_npy_of_the_same_array_are_the_same_label((task, answers) in answered()) {
		let sheet = answers.iter().map(|answer| answer.unwrap_or(NO_ANSWER)).collect::<Vec<_>>();
		let shape = format!("({},)", answers.len());
		let wide = |bytes: fn(i64) -> Vec<u8>| {
			answers.iter().flat_map(|answer| bytes(answer.map_or(-1, i64::from))).collect::<Vec<_>>()
		};
		for file in [
			json(&answers),
			npy("|u1", &shape, &sheet),
			npy("|i1", &shape, &sheet),
			npy("<i2", &shape, &wide(|value| (value as i16).to_le_bytes().to_vec())),
			npy(">i4", &shape, &wide(|value| (value as i32).to_be_bytes().to_vec())),
			npy("<i8", &shape, &wide(|value| value.to_le_bytes().to_vec())),
		] {
			prop_assert_eq!(condense(&task, &file), Ok(Summary::Classes(sheet.clone())));
		}
	}

	#[test]
	fn judge_answers_to_anything(
		task in any_task(),
		labels in vec(any_label(), 0..70),
		gold in proptest::option::of(any_label()),
	) {
		let judgement = judge(&task, &labels, gold.as_ref());
		check(&task, &labels, &judgement);
		match (gold, judgement.gold) {
			(None, found) => prop_assert_eq!(found, GoldUse::None),
			(Some(Err(reason)), found) => prop_assert_eq!(found, GoldUse::Bad(reason)),
			(Some(Ok(gold)), GoldUse::Bad(reason)) => {
				prop_assert!(reason == BadReason::WrongShape);
				prop_assert!(!gold.is_of(&task) || !matches!(gold, Summary::Classes(_)));
			},
			(Some(Ok(gold)), found) => {
				prop_assert!(gold.is_of(&task) && matches!(gold, Summary::Classes(_)) && found != GoldUse::None);
			},
		}
	}

	#[test]
	fn judge_answers_to_games((task, labels) in game(), gold in vec((0..40u32, 0..5u8), 0..10)) {
		let known = gold.into_iter().filter(|known| gold_sheet(&task, &[*known]).is_some()).collect::<Vec<_>>();
		let gold = Ok(gold_sheet(&task, &known).unwrap());
		check(&task, &labels, &judge(&task, &labels, Some(&gold)));
	}

	#[test]
	fn judge_answers_to_games_of_any_task((task, labels) in any_game()) {
		let labels = labels.into_iter().map(Ok).collect::<Vec<_>>();
		let judgement = judge(&task, &labels, None);
		check(&task, &labels, &judgement);
		for (label, verdict) in labels.iter().zip(&judgement.verdicts) {
			let Verdict::Scored { score, loss, eligible, outlier, copy_of } = *verdict else { unreachable!() };
			let first = labels.iter().position(|other| other == label).unwrap();
			let earlier = labels.iter().take_while(|other| !std::ptr::eq(*other, label)).any(|other| other == label);
			prop_assert_eq!(copy_of, earlier.then_some(first as u32));
			let of_first = Verdict::Scored { score, loss, eligible, outlier, copy_of: None };
			prop_assert_eq!(judgement.verdicts[first], of_first, "a copy is judged as what it copies");
		}
	}

	#[test]
	fn the_order_of_labels_permutes_the_verdicts((task, labels) in any_game(), keys in vec(any::<u32>(), 14)) {
		prop_assume!(!matches!(task, Task::Classification { .. }));
		let labels = labels.into_iter().map(Ok).collect::<Vec<_>>();
		let mut order = (0..labels.len()).collect::<Vec<_>>();
		order.sort_by_key(|label| keys[*label]);
		let before = judge(&task, &labels, None);
		let after = judge(&task, &order.iter().map(|label| labels[*label].clone()).collect::<Vec<_>>(), None);
		prop_assert_eq!((&before.consensus, before.wash), (&after.consensus, after.wash));
		for (position, label) in order.iter().enumerate() {
			prop_assert_eq!(standing(&before.verdicts[*label]), standing(&after.verdicts[position]));
		}
	}

	/// Which labels the permutation test leaves out depends, on a tie, on their order; nothing else does.
	#[test]
	fn the_order_of_labels_does_not_matter((task, labels) in game(), keys in vec(any::<u32>(), 14)) {
		let mut order = (0..labels.len()).collect::<Vec<_>>();
		order.sort_by_key(|label| keys[*label]);
		let before = judge(&task, &labels, None);
		let after = judge(&task, &order.iter().map(|label| labels[*label].clone()).collect::<Vec<_>>(), None);
		prop_assert_eq!(&before.consensus, &after.consensus);
		let washes_differ = before.wash != after.wash;
		for (position, label) in order.iter().enumerate() {
			let (before, after) = (&before.verdicts[*label], &after.verdicts[position]);
			prop_assert_eq!(ranked(before), ranked(after));
			prop_assert!(washes_differ || standing(before) == standing(after));
		}
	}

	#[test]
	fn a_constant_label_is_never_above_chance((task, mut labels) in game(), class in 0..2u8) {
		let Task::Classification { items, .. } = task else { unreachable!() };
		prop_assume!(items >= 8);
		labels.push(Ok(Summary::Classes(vec![class; items as usize])));
		let judgement = judge(&task, &labels, None);
		let by_chance = matches!(judgement.verdicts.last(), Some(Verdict::Scored { score: 0, eligible: false, .. }));
		prop_assert!(by_chance);
	}
}
