//! The demo's samples without a chain: judged on this machine with the scorers' code, they are worth showing.
//!
//! The picture that the demo would draw is written to `target/tmp/demo.svg`.

use learnware_demo::{
	answer::Answer,
	crowd::{Dataset, Sheet},
	game::{self, Played},
	picture,
	players::{PLAYERS, UNIT},
	results::SampleResult,
};
use learnware_primitives::{
	condense, judge,
	places::{prizes, Duplicates, Payout, Ranked, MAX_RATIO},
	GoldUse, Task, Verdict,
};
use serde_json::{json, Value};
use std::{fs, path::Path};

const BOUNTY: u128 = 120 * UNIT;
const FEE: u128 = BOUNTY / 20;

fn accounts() -> Vec<String> {
	PLAYERS.map(String::from).to_vec()
}

/// What `sample watch` would tell at the end, and the consensus label.
fn play(dataset: &Dataset, sheet: &Sheet) -> (Value, Vec<u8>) {
	let task: Task = serde_json::from_slice(&fs::read(&dataset.task_file).unwrap()).unwrap();
	let read = |file: &Path| condense(&task, &fs::read(file).unwrap());
	let labels: Vec<_> = sheet.labels.iter().map(|label| read(&label.file)).collect();
	assert!(labels.iter().all(Result::is_ok), "{}: a label cannot be read", dataset.name);
	let gold = sheet.gold.as_ref().map(|gold| read(&gold.file));
	let judgement = judge(&task, &labels, gold.as_ref());
	let ranked = |(verdict, content): (&Verdict, u32)| match verdict {
		Verdict::Scored { score, eligible: true, outlier: false, copy_of, .. } => {
			Some(Ranked { score: *score, content: copy_of.unwrap_or(content) })
		},
		_ => None,
	};
	let ranked: Vec<_> = judgement.verdicts.iter().zip(0..).map(ranked).collect();
	let duplicates = if dataset.name == "bluebird" { Duplicates::Share } else { Duplicates::Collapse };
	let paid = prizes(&Payout::Geometric { ratio: MAX_RATIO }, duplicates, &ranked, BOUNTY - FEE);
	let place = |own: &Ranked| 1 + ranked.iter().flatten().filter(|other| other.score > own.score).count();
	let labels = accounts().into_iter().zip(&judgement.verdicts).zip(ranked.iter().zip(&paid)).map(
		|((account, verdict), (ranked, paid))| {
			let Verdict::Scored { score, loss, outlier, .. } = verdict else { panic!("{verdict:?}") };
			let slashed = if *outlier { 10 * UNIT } else { 0 };
			json!({ "account": account, "place": ranked.as_ref().map(place), "score": score.to_string(), "loss": loss,
				"paid": paid.to_string(), "slashed": slashed.to_string(), "slash_reason": outlier.then_some("outlier") })
		},
	);
	let end = json!({ "event": "resolved", "sample": 0, "end": if judgement.wash { "washed" } else { "paid" },
		"bounty": BOUNTY.to_string(), "returned": (BOUNTY - FEE - paid.iter().sum::<u128>()).to_string(),
		"scoring_fee": FEE.to_string(), "consensus": "bafk", "gold": judgement.gold,
		"labels": labels.collect::<Vec<_>>() });
	assert_eq!(judgement.gold, if sheet.gold.is_some() { GoldUse::Counted } else { GoldUse::None });
	(end, judgement.consensus)
}

#[test]
fn the_accurate_are_paid_more() {
	let folder = tempfile::tempdir().unwrap();
	let data = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("data");
	let offers = game::program(&data, folder.path()).unwrap();
	let sheets = || offers.iter().flat_map(|offer| offer.dataset.sheets.iter().map(|sheet| (&offer.dataset, sheet)));
	assert_eq!(sheets().count(), 5);
	for (dataset, sheet) in sheets() {
		let (end, consensus) = play(dataset, sheet);
		let file = folder.path().join("consensus");
		fs::write(&file, consensus).unwrap();
		let consensus = Answer::read(&dataset.task, &file).unwrap();
		let result = SampleResult::new(&end, dataset, sheet, Some(&consensus), &accounts()).unwrap();
		assert_eq!(result.end, "paid");
		assert_eq!(result.spent().unwrap(), BOUNTY);
		let correlation = result.rank_correlation().unwrap().unwrap();
		println!("{} {:?} correlation {correlation:.2}", result.dataset, result.gold_use);
		println!("  consensus {:?} {:?}", result.consensus_accuracy, result.consensus_error);
		assert!(correlation > 0.5, "{}: {correlation}", result.dataset);
		// The crowd as a whole is better than most of its people.
		let worse = result.labels.iter().filter(|label| Some(label.accuracy) <= result.consensus_accuracy).count();
		assert!(2 * worse > result.labels.len(), "{result:?}");
		if dataset.name == "bubil" {
			draw(Played { dataset, sheet, result, consensus: Some(consensus) });
		} else {
			let image = fs::read(&sheet.file).unwrap();
			assert!(picture::draw(&Played { dataset, sheet, result, consensus: Some(consensus) }, &image).is_err());
		}
	}
}

fn draw(played: Played) {
	let svg = picture::draw(&played, &fs::read(&played.sheet.file).unwrap()).unwrap();
	let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo.svg");
	fs::write(&file, &svg).unwrap();
	println!("{} bytes: {}", svg.len(), file.display());
	// An image for each of seven people, the image itself, the truth and the consensus.
	assert_eq!(svg.matches(r##"href="#image""##).count(), 10);
	assert_eq!(svg.matches("worker ").count(), 7);
	assert!(svg.contains("−10.00 UNIT") && svg.contains("overlap 0.23: outlier"));
	let washed = SampleResult { end: "washed".into(), consensus_cid: None, ..played.result.clone() };
	let washed = picture::draw(&Played { result: washed, consensus: None, ..played }, b"").unwrap();
	assert!(washed.contains("No consensus") && washed.contains("washed"));
}
