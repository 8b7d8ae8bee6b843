//! Any labels get one verdict each, and the consensus is a label of the task.

#![no_main]

use arbitrary::Arbitrary;
use learnware_primitives::{
	condense, judge,
	places::{prizes, Payout},
	BadReason, Summary, Task, Verdict,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Game {
	items: u8,
	classes: u8,
	labels: Vec<Option<Vec<u8>>>,
	/// Answers that are cut into labels that fit the task.
	answers: Vec<u8>,
	gold: Vec<(u32, u8)>,
	ratio: u32,
	bounty: u128,
}

impl Game {
	fn labels(&self) -> Vec<Result<Summary, BadReason>> {
		let label = |label: &Option<Vec<u8>>| label.clone().map(Summary::Classes).ok_or(BadReason::Unavailable);
		let fitting = |answers: &[u8]| {
			let class = |answer: &u8| answer.checked_rem(self.classes.saturating_add(1)).unwrap_or(0);
			let or_no_answer = |class: u8| if class == self.classes { u8::MAX } else { class };
			Ok(Summary::Classes(answers.iter().map(class).map(or_no_answer).collect()))
		};
		let fitting = self.answers.chunks_exact(usize::from(self.items).max(1)).take(80).map(fitting);
		self.labels.iter().map(label).chain(fitting).collect()
	}
}

fuzz_target!(|game: Game| {
	let task = Task::Classification { items: game.items.into(), classes: game.classes };
	let labels = game.labels();
	let judgement = judge(&task, &labels, &game.gold);
	assert_eq!(judgement.verdicts.len(), labels.len());
	assert!(judgement.consensus.is_empty() || condense(&task, &judgement.consensus).is_ok());

	let ranked = judgement.verdicts.iter().map(|verdict| match verdict {
		Verdict::Scored { score, eligible: true, .. } => Some(*score),
		_ => None,
	});
	let paid = prizes(&Payout::Geometric { ratio: game.ratio }, &ranked.collect::<Vec<_>>(), game.bounty);
	let total = paid.iter().try_fold(0u128, |sum, prize| sum.checked_add(*prize));
	assert!(total.is_some_and(|total| total <= game.bounty));
});
