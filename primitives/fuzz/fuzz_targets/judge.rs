//! Any labels get one verdict each, and the consensus is a label of the task.

#![no_main]

mod input;

use learnware_primitives::{
	condense, judge,
	places::{prizes, Duplicates, Payout, PayoutKind, Ranked},
	Named, Verdict,
};
use libfuzzer_sys::{
	arbitrary::{Result, Unstructured},
	fuzz_target,
};

fuzz_target!(|bytes: &[u8]| {
	let _ = play(Unstructured::new(bytes));
});

/// The task, the payout, whether there is gold; then labels, of which the first is the gold.
fn play(mut input: Unstructured) -> Result<()> {
	let task = input::task(&mut input)?;
	let (payout, duplicates) = terms(&mut input)?;
	let (bounty, has_gold) = (input.arbitrary()?, input.arbitrary()?);
	let gold = if has_gold { Some(input::label(&mut input, &task)?) } else { None };
	let mut labels = Vec::new();
	while !input.is_empty() && labels.len() < 70 {
		labels.push(input::label(&mut input, &task)?);
	}

	let judgement = judge(&task, &labels, gold.as_ref());
	assert_eq!(judgement.verdicts.len(), labels.len());
	assert!(judgement.consensus.is_empty() || condense(&task, &judgement.consensus).is_ok());
	for (position, (label, verdict)) in labels.iter().zip(&judgement.verdicts).enumerate() {
		match (label, verdict) {
			(Ok(summary), Verdict::Scored { eligible, outlier, copy_of, .. }) => {
				assert!(summary.is_of(&task) && !(*eligible && *outlier));
				assert!(!judgement.wash || !(*eligible || *outlier));
				assert!(copy_of.is_none_or(|first| (first as usize) < position && labels[first as usize] == *label));
			},
			(Ok(summary), Verdict::Bad(_)) => assert!(!summary.is_of(&task)),
			(Err(reason), verdict) => assert_eq!(*verdict, Verdict::Bad(*reason)),
		}
	}

	let ranked = judgement.verdicts.iter().zip(0..).map(|(verdict, position)| match verdict {
		Verdict::Scored { score, eligible: true, copy_of, .. } => {
			Some(Ranked { score: *score, content: copy_of.unwrap_or(position) })
		},
		_ => None,
	});
	let paid = prizes(&payout, duplicates, &ranked.collect::<Vec<_>>(), bounty);
	let total = paid.iter().try_fold(0u128, |sum, prize| sum.checked_add(*prize));
	assert!(total.is_some_and(|total| total <= bounty));
	Ok(())
}

/// Any payout, with parameters in and out of their bounds.
fn terms(input: &mut Unstructured) -> Result<(Payout, Duplicates)> {
	let payout = match input.choose(PayoutKind::ALL)? {
		PayoutKind::Geometric => Payout::Geometric { ratio: input.arbitrary()? },
		PayoutKind::Softmax => Payout::Softmax { temperature: input.arbitrary()? },
		PayoutKind::Linear => Payout::Linear,
		PayoutKind::Equal => Payout::Equal,
		PayoutKind::WinnerTakesAll => Payout::WinnerTakesAll,
	};
	Ok((payout, if input.arbitrary()? { Duplicates::Collapse } else { Duplicates::Share }))
}
