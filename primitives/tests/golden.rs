//! Every output of the integer reference implementation, to the bit.

use learnware_primitives::{
	classes::{classify, gold_sheet, references, Outcome, MIN_GOLD, NO_ANSWER},
	commitment, judge,
	places::{prizes, Duplicates, Payout, Ranked},
	BadReason, GoldUse, Report, Summary, Task, Verdict,
};
use serde_json::Value;

#[path = "golden/numbers.rs"]
mod numbers;
mod support;
#[path = "golden/tasks.rs"]
mod tasks;

struct Game {
	name: String,
	task: Task,
	sheets: Vec<Vec<u8>>,
	gold: Vec<(u32, u8)>,
	bounty: u128,
	expect: Value,
}

/// More games of one kind that `generate.py` has written, if the directory `MORE_GAMES` has them.
fn games_of(kind: &str) -> Option<String> {
	let directory = std::env::var_os("MORE_GAMES")?;
	std::fs::read_to_string(std::path::Path::new(&directory).join(format!("{kind}.json"))).ok()
}

fn parse(text: &str) -> Value {
	serde_json::from_str(text).unwrap()
}

fn bytes(hex: &Value) -> Vec<u8> {
	hex::decode(hex.as_str().unwrap()).unwrap()
}

/// A number, or a string of one that is too long for JSON.
fn number(value: &Value) -> i128 {
	value.to_string().trim_matches('"').parse().unwrap()
}

fn numbers(value: &Value) -> Vec<i128> {
	value.as_array().unwrap().iter().map(number).collect()
}

fn bools(value: &Value) -> Vec<bool> {
	value.as_array().unwrap().iter().map(|value| value.as_bool().unwrap()).collect()
}

fn rows<T>(value: &Value, row: impl Fn(&Value) -> Vec<T>) -> Vec<Vec<T>> {
	value.as_array().unwrap().iter().map(row).collect()
}

fn widen<T: Copy + Into<i128>>(values: &[T]) -> Vec<i128> {
	values.iter().map(|value| (*value).into()).collect()
}

/// What each label is paid by the seed rule.
fn paid(scores: &[i128], eligible: &[bool], bounty: u128) -> Vec<i128> {
	let ranked = scores.iter().zip(eligible).map(|(score, may)| may.then_some(Ranked { score: *score, content: 0 }));
	let payout = Payout::Geometric { ratio: 500_000 };
	let prizes = prizes(&payout, Duplicates::Share, &ranked.collect::<Vec<_>>(), bounty);
	prizes.into_iter().map(|prize| prize as i128).collect()
}

fn sheet(value: &Value) -> Vec<u8> {
	match value {
		Value::String(_) => bytes(value),
		list => numbers(list).into_iter().map(|class| class as u8).collect(),
	}
}

/// An object `{item: class}`, a list of pairs, or null.
fn gold(value: &Value) -> Vec<(u32, u8)> {
	match value {
		Value::Object(gold) => gold.iter().map(|(item, class)| (item.parse().unwrap(), number(class) as u8)).collect(),
		Value::Array(gold) => gold.iter().map(numbers).map(|pair| (pair[0] as u32, pair[1] as u8)).collect(),
		_ => Vec::new(),
	}
}

/// The first label that is the same, if that is another.
fn first_same<T: PartialEq>(labels: &[T], label: usize) -> Option<u32> {
	let first = labels.iter().position(|other| *other == labels[label]).unwrap();
	(first != label).then_some(first as u32)
}

fn games(text: &str) -> Vec<Game> {
	let read = |(index, case): (usize, &Value)| {
		let sheets = case["sheets"].as_array().unwrap().iter().map(sheet).collect::<Vec<_>>();
		let classes = number(&case["K"]) as u8;
		Game {
			name: case["name"].as_str().map_or(format!("game {index}"), str::to_owned),
			task: support::classification(sheets[0].len(), classes),
			sheets,
			gold: gold(&case["gold"]),
			bounty: number(&case["bounty"]) as u128,
			expect: case["expect"].clone(),
		}
	};
	parse(text).as_array().unwrap().iter().enumerate().map(read).collect()
}

impl Game {
	fn classify(&self) -> Outcome {
		let Some(Summary::Classes(gold)) = gold_sheet(&self.task, &self.gold) else { unreachable!() };
		let sheets = self.sheets.iter().map(Vec::as_slice).collect::<Vec<_>>();
		classify(&self.task, &sheets, Some(&gold)).unwrap()
	}

	fn check(&self) {
		let Self { name, expect, .. } = self;
		let outcome = self.classify();
		assert_eq!(widen(&outcome.weights), numbers(&expect["weight"]), "weights of {name}");
		assert_eq!(widen(&outcome.matches), numbers(&expect["matches"]), "matches of {name}");
		assert_eq!(widen(&outcome.scores), numbers(&expect["score"]), "scores of {name}");
		assert_eq!(widen(&outcome.losses), numbers(&expect["loss"]), "losses of {name}");
		assert_eq!(widen(&outcome.consensus), numbers(&expect["consensus"]), "consensus of {name}");
		assert_eq!(i128::from(outcome.cut), number(&expect["cut"]), "cut of {name}");
		assert_eq!(outcome.gold_void, expect["gold_void"].as_bool().unwrap(), "gold of {name}");
		assert_eq!(i128::from(outcome.wash_agreement), number(&expect["wash_sum_g"]), "wash sum of {name}");
		assert_eq!(outcome.wash_squares, number(&expect["wash_sum_w"]), "wash squares of {name}");
		assert_eq!(outcome.wash, expect["wash"].as_bool().unwrap(), "wash of {name}");
		assert_eq!(outcome.outliers, bools(&expect["slash"]), "outliers of {name}");
		assert_eq!(outcome.eligible, bools(&expect["eligible"]), "eligible of {name}");

		let paid = paid(&widen(&outcome.scores), &outcome.eligible, self.bounty);
		assert_eq!(paid, numbers(&expect["payout"]), "payout of {name}");
	}

	/// What labels are held against makes the matches.
	fn check_references(&self) {
		let outcome = self.classify();
		let Some(Summary::Classes(gold)) = gold_sheet(&self.task, &self.gold) else { unreachable!() };
		let sheets = self.sheets.iter().map(Vec::as_slice).collect::<Vec<_>>();
		for (label, sheet) in sheets.iter().enumerate() {
			let references = references(&self.task, &sheets, Some(&gold), label).unwrap();
			let matches = sheet.iter().zip(&references).filter(|(answer, reference)| Some(**answer) == **reference);
			assert_eq!(matches.count(), outcome.matches[label] as usize, "references of {label} in {}", self.name);
			let is_gold = |item: usize| !outcome.gold_void && gold[item] != NO_ANSWER;
			assert!(
				(0..gold.len()).all(|item| !is_gold(item) || references[item] == Some(gold[item])),
				"{}",
				self.name
			);
		}
		assert_eq!(references(&self.task, &sheets, None, sheets.len()), None);
	}

	fn check_pairs(&self) {
		let Self { name, expect, .. } = self;
		let outcome = self.classify();
		let agreements = outcome.agreements.iter().map(|row| widen(row)).collect::<Vec<_>>();
		assert_eq!(agreements, rows(&expect["pair"], numbers), "agreements of {name}");
		let beyond = outcome.beyond_chance.iter().map(|row| widen(row)).collect::<Vec<_>>();
		assert_eq!(beyond, rows(&expect["G"], numbers), "agreement beyond chance of {name}");
		let near = |set: &learnware_primitives::classes::LabelSet| {
			(0..self.sheets.len()).map(|label| set.contains(label)).collect::<Vec<_>>()
		};
		assert_eq!(outcome.near.iter().map(near).collect::<Vec<_>>(), rows(&expect["near"], bools), "near of {name}");
	}

	/// The public way says the same as the outcome.
	fn check_judge(&self) {
		if (1..MIN_GOLD as usize).contains(&self.gold.len()) {
			return;
		}
		let outcome = self.classify();
		let labels = self.sheets.iter().cloned().map(|sheet| Ok(Summary::Classes(sheet))).collect::<Vec<_>>();
		let gold = (!self.gold.is_empty()).then(|| Ok(gold_sheet(&self.task, &self.gold).unwrap()));
		let judgement = judge(&self.task, &labels, gold.as_ref());
		let gold = match (gold, outcome.gold_void) {
			(None, _) => GoldUse::None,
			(_, false) => GoldUse::Counted,
			(_, true) => GoldUse::Contradicted,
		};
		assert_eq!((judgement.wash, judgement.gold), (outcome.wash, gold), "{}", self.name);
		let verdicts = (0..labels.len()).map(|label| Verdict::Scored {
			score: outcome.scores[label].into(),
			loss: outcome.losses[label].into(),
			eligible: outcome.eligible[label],
			outlier: outcome.outliers[label],
			copy_of: first_same(&self.sheets, label),
		});
		assert_eq!(judgement.verdicts, verdicts.collect::<Vec<_>>(), "{}", self.name);
		assert_eq!(judgement.consensus, serde_json::to_vec(&outcome.consensus).unwrap(), "{}", self.name);
	}
}

#[test]
fn classify_is_the_reference_to_the_bit() {
	let games = games(include_str!("vectors/classify.json"));
	assert_eq!(games.len(), 38);
	for game in games {
		game.check();
		game.check_pairs();
		game.check_references();
		game.check_judge();
	}
}

#[test]
fn classify_is_the_reference_on_random_crowds() {
	let mut games = games(include_str!("vectors/random_classify.json"));
	games.extend(games_of("classify").iter().flat_map(|more| self::games(more)));
	for game in games {
		game.check();
		game.check_judge();
	}
}

#[test]
fn prizes_are_those_of_the_reference() {
	for case in parse(include_str!("vectors/prizes.json")).as_array().unwrap() {
		let paid = paid(&numbers(&case["scores"]), &bools(&case["eligible"]), number(&case["bounty"]) as u128);
		assert_eq!(paid, numbers(&case["prizes"]), "{case}");
	}
}

#[test]
fn commitments_are_blake2_over_scale() {
	let vectors = parse(include_str!("vectors/commitments.json"));
	let array = |name: &str| <[u8; 32]>::try_from(bytes(&vectors[name])).unwrap();
	let (genesis, account, salt) = (array("genesis"), array("account"), array("salt"));
	for case in vectors["label"].as_array().unwrap() {
		let hash =
			commitment::label(&genesis, number(&case["sample"]) as u32, &account, &bytes(&case["location"]), &salt);
		assert_eq!(hash.to_vec(), bytes(&case["hash"]), "{case}");
	}
	let report = Report {
		verdicts: vec![
			Verdict::Scored { score: -5, loss: 9, eligible: false, outlier: true, copy_of: None },
			Verdict::Scored { score: 1 << 64, loss: u64::MAX, eligible: true, outlier: false, copy_of: Some(258) },
			Verdict::Bad(BadReason::WrongShape),
		],
		wash: false,
		gold: GoldUse::None,
		consensus: vec![1u8, 2, 3],
	};
	let gold =
		[GoldUse::None, GoldUse::Counted, GoldUse::Contradicted, GoldUse::TooFew, GoldUse::Bad(BadReason::Unavailable)];
	let cases = vectors["report"].as_array().unwrap();
	assert_eq!(cases.len(), gold.len());
	for (case, gold) in cases.iter().zip(gold) {
		let report = Report { gold, ..report.clone() };
		let [session, scorer, sample] = ["session", "scorer", "sample"].map(|name| number(&case[name]) as u32);
		let hash = commitment::report("learnware/report/1", &genesis, session, scorer, &sample, &report, &salt);
		assert_eq!(hash.to_vec(), bytes(&case["hash"]), "{case}");
	}
}
