//! Many games under every attack and every rule.

use crate::{
	attack::Means,
	game::{Game, Pool},
	rule::Terms,
	tally::{Played, Tally},
	Attack, Crowd, Duplicates, Error, Rule,
};
use learnware_primitives::{
	classes::MIN_GOLD,
	places::{Payout, MAX_RATIO},
	MAX_ITEMS, MAX_LABELS, MIN_LABELS,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use std::{num::NonZero, ops::RangeInclusive, path::PathBuf, thread};

/// What is asked.
#[derive(Clone, Debug, Serialize)]
pub struct Options {
	/// Folder of the crowd, see [`Crowd::read`].
	pub crowd: PathBuf,
	/// The attacks, each on its own.
	pub attacks: Vec<Attack>,
	/// Attackers' shares of all accounts, in percent below 90. A single account is the same at every share.
	pub shares: Vec<u8>,
	/// Items of gold: each game is also judged with that much. 0 for none.
	pub gold: usize,
	/// Items of a game.
	pub items: usize,
	/// Honest people of a game; each number as likely as the others.
	pub people: RangeInclusive<usize>,
	/// Games for each row.
	pub games: u32,
	/// What all chance comes from.
	pub seed: u64,
	/// Percent of the answers that noisy attackers change.
	pub noise: u8,
	/// Collateral of an account, as a share of the bounty.
	pub collateral: f64,
	/// The first place's share of the bounty, and that of each place to the one before, in parts per million.
	pub ratio: u32,
	/// Whether equal labels take a place each.
	pub duplicates: Duplicates,
}

impl Options {
	/// All attacks at 10 to 40 %, on games of 20 items with 5 to 10 people, 4 items of gold.
	pub fn new(crowd: impl Into<PathBuf>) -> Self {
		Self {
			crowd: crowd.into(),
			attacks: Attack::ALL.to_vec(),
			shares: vec![10, 20, 30, 40],
			gold: 4,
			items: 20,
			people: 5..=10,
			games: 2000,
			seed: 1,
			noise: 8,
			collateral: 0.1,
			ratio: MAX_RATIO,
			duplicates: Duplicates::Share,
		}
	}

	fn check(&self) -> Result<(), Error> {
		let fewest = MIN_LABELS as usize;
		let largest_share = self.shares.iter().copied().max().unwrap_or_default();
		let most_accounts = self.people.end() + accounts(*self.people.end(), largest_share).max(1);
		for (holds, what) in [
			((1..=MAX_ITEMS as usize).contains(&self.items), format!("items must be 1 to {MAX_ITEMS}")),
			(*self.people.start() >= fewest && !self.people.is_empty(), format!("people must be {fewest} or more")),
			(largest_share < 90, "a share must be below 90 %".into()),
			(
				largest_share >= 90 || most_accounts <= MAX_LABELS as usize,
				format!("{most_accounts} accounts; a sample takes at most {MAX_LABELS} labels"),
			),
			(
				self.gold == 0 || (MIN_GOLD as usize..self.items).contains(&self.gold),
				format!("gold must be 0, or at least {MIN_GOLD} items and less than all"),
			),
			(self.games > 0, "games must be 1 or more".into()),
			(self.noise <= 100, "noise must be 0 to 100 %".into()),
			(self.collateral >= 0.0 && self.collateral.is_finite(), "collateral must be 0 or more".into()),
			((1..=MAX_RATIO).contains(&self.ratio), format!("ratio must be 1 to {MAX_RATIO}")),
		] {
			if !holds {
				return Err(Error::Option(what));
			}
		}
		Ok(())
	}

	/// The kinds of games: without attackers first.
	fn settings(&self) -> Vec<Setting> {
		let crowds = |attack: Attack| match attack.is_single() {
			true => vec![Setting { attack, share: None }],
			false => self.shares.iter().map(|&share| Setting { attack, share: Some(share) }).collect(),
		};
		let nobody = Setting { attack: Attack::None, share: Some(0) };
		[nobody].into_iter().chain(self.attacks.iter().flat_map(|attack| crowds(*attack))).collect()
	}

	/// The rules, each with the gold that it gets.
	fn judges(&self) -> Vec<(Rule, usize)> {
		let without = Rule::ALL.map(|rule| (rule, 0));
		let with = (self.gold > 0).then_some((Rule::Learnware, self.gold));
		without.into_iter().chain(with).collect()
	}

	fn terms(&self) -> Terms {
		Terms { payout: Payout::Geometric { ratio: self.ratio }, duplicates: self.duplicates }
	}
}

/// Who is against the honest people.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Setting {
	/// What attackers do.
	pub attack: Attack,
	/// The share of all accounts that joins, in percent; `None` for a single account.
	pub share: Option<u8>,
}

/// All rows, with what was asked.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
	/// What was asked.
	pub options: Options,
	/// For each setting and rule, one.
	pub rows: Vec<Row>,
}

/// What came of the games of one setting under one rule. Shares are 0 to 1; what has no answer, such as the
/// slashes of attackers where there are none, is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
	/// Who joined.
	#[serde(flatten)]
	pub setting: Setting,
	/// How the games were judged.
	pub rule: Rule,
	/// Items of gold that the rule could use.
	pub gold: usize,
	/// Games.
	pub games: u32,
	/// Share of the games that are washed: nobody is paid a place or slashed.
	pub washed: Option<f64>,
	/// Share of the items whose consensus is true, over games that are not washed. Items that can be gold do not
	/// count, whether the rule knows them or not: the requester learns nothing from them.
	pub accuracy_decided: Option<f64>,
	/// The same over all games.
	pub accuracy: Option<f64>,
	/// Share of all pay that reaches honest people.
	pub honest_pay: Option<f64>,
	/// Share of all accounts that are honest people's; the mean over games.
	pub honest_heads: Option<f64>,
	/// Spearman's correlation between pay and right answers among the honest people of a game; the mean over the
	/// games in which neither is the same for all.
	pub correlation: Option<f64>,
	/// Share of the honest labels with more right than guessing would have that are slashed.
	pub good_slashed: Option<f64>,
	/// Share of the other honest labels that are slashed.
	pub bad_slashed: Option<f64>,
	/// Share of the attackers' labels that are slashed.
	pub attackers_slashed: Option<f64>,
	/// Pay less slashed collateral of an attacker's account and game, in bounties.
	pub attacker_profit: Option<f64>,
	/// The same of an honest person.
	pub honest_profit: Option<f64>,
}

impl Row {
	/// All measures by their names in files.
	pub fn measures(&self) -> [(&'static str, Option<f64>); 11] {
		[
			("washed", self.washed),
			("accuracy_decided", self.accuracy_decided),
			("accuracy", self.accuracy),
			("honest_pay", self.honest_pay),
			("honest_heads", self.honest_heads),
			("correlation", self.correlation),
			("good_slashed", self.good_slashed),
			("bad_slashed", self.bad_slashed),
			("attackers_slashed", self.attackers_slashed),
			("attacker_profit", self.attacker_profit),
			("honest_profit", self.honest_profit),
		]
	}
}

/// Draws the games, lets the attackers join, judges, and sums up.
pub fn run(options: &Options) -> Result<Results, Error> {
	options.check()?;
	let pool = Pool::new(Crowd::read(&options.crowd)?, options.items, options.people.clone())?;
	let games = (0..options.games.into()).map(|number| pool.draw(options.seed, number)).collect::<Vec<_>>();
	let rows = in_parallel(options.settings(), |setting| play(options, setting, &games)).concat();
	Ok(Results { options: options.clone(), rows })
}

/// The games of one setting under every rule.
fn play(options: &Options, setting: Setting, games: &[Game]) -> Vec<Row> {
	let terms = options.terms();
	let means = Means { gold: options.gold, noise: f64::from(options.noise) / 100.0 };
	let mut judges = options.judges().into_iter().map(|judge| (judge, Tally::default())).collect::<Vec<_>>();
	for (number, game) in (0..).zip(games) {
		let mut random = ChaCha8Rng::seed_from_u64(!options.seed);
		random.set_stream(number);
		let accounts = setting.share.map_or(1, |share| accounts(game.sheets.len(), share));
		let attackers = setting.attack.join(game, accounts, means, &mut random);
		let sheets = [game.sheets.as_slice(), &attackers.sheets].concat();
		for ((rule, gold), tally) in &mut judges {
			let known = (0..).zip(game.truth.iter().copied()).take(*gold).collect::<Vec<_>>();
			let ruling = rule.judge(game.classes, &sheets, &known, &terms);
			tally.add(&Played { game, turned: attackers.turned, gold: means.gold, ruling: &ruling });
		}
	}
	judges.into_iter().map(|(judge, tally)| tally.row(setting, judge, options.collateral)).collect()
}

/// How many attackers are `share` percent of all accounts, to the next whole number.
fn accounts(honest: usize, share: u8) -> usize {
	let share = f64::from(share) / 100.0;
	(honest as f64 * share / (1.0 - share)).round() as usize
}

/// Applies `work` to all, on all cores; the answers are in the order of the questions.
fn in_parallel<Q: Copy + Send + Sync, A: Send>(questions: Vec<Q>, work: impl Fn(Q) -> A + Sync) -> Vec<A> {
	let threads = thread::available_parallelism().map_or(1, NonZero::get);
	let (questions, work) = (&questions, &work);
	let mut answers = thread::scope(|scope| {
		let started = (0..threads)
			.map(|first| {
				let share = questions.iter().enumerate().skip(first).step_by(threads);
				scope.spawn(move || share.map(|(place, &question)| (place, work(question))).collect::<Vec<_>>())
			})
			.collect::<Vec<_>>();
		let joined = started.into_iter().map(|thread| thread.join().expect("a panic in a thread is a bug in `work`"));
		joined.flatten().collect::<Vec<_>>()
	});
	answers.sort_by_key(|(place, _)| *place);
	answers.into_iter().map(|(_, answer)| answer).collect()
}
