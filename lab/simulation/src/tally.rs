//! Sums over games, and what they mean.

use crate::{
	game::{matches, Game},
	rank::spearman,
	rule::{Rule, Ruling},
	Row, Setting,
};

/// One judged game, as the tally sees it. The first labels are those of the people, attackers follow.
pub struct Played<'a> {
	/// The people and the truth.
	pub game: &'a Game,
	/// The person who is an attacker, if any.
	pub turned: Option<usize>,
	/// Items at the front whose answer the requester knew: they say nothing about the consensus.
	pub gold: usize,
	/// What the rule said.
	pub ruling: &'a Ruling,
}

/// Sums over games of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
	washed: Ratio,
	accuracy_decided: Ratio,
	accuracy: Ratio,
	honest_pay: Ratio,
	honest_heads: Ratio,
	correlation: Ratio,
	good_slashed: Ratio,
	bad_slashed: Ratio,
	honest_slashed: Ratio,
	attackers_slashed: Ratio,
	pay_of_an_honest_person: Ratio,
	pay_of_an_attacker: Ratio,
}

impl Tally {
	/// Counts a game.
	pub fn add(&mut self, played: &Played) {
		let Played { game, turned, gold, ruling } = *played;
		let labels = ruling.pay.len();
		let is_honest = |label: &usize| *label < game.sheets.len() && turned != Some(*label);
		let (honest, attackers) = (0..labels).partition::<Vec<_>, _>(is_honest);
		let paid = |labels: &[usize]| labels.iter().map(|&label| ruling.pay[label]).sum::<f64>();
		let slashed = |labels: &[usize]| labels.iter().filter(|&&label| ruling.slashed[label]).count() as f64;
		let (good, bad) = honest.iter().partition::<Vec<_>, _>(|&&label| game.is_good(&game.sheets[label]));

		self.washed.add(f64::from(u8::from(ruling.wash)), 1.0);
		let right = matches(&ruling.consensus[gold..], &game.truth[gold..]) as f64;
		let asked = (game.truth.len() - gold) as f64;
		self.accuracy.add(right, asked);
		if !ruling.wash {
			self.accuracy_decided.add(right, asked);
		}
		self.honest_pay.add(paid(&honest), paid(&honest) + paid(&attackers));
		self.honest_heads.add(honest.len() as f64 / labels as f64, 1.0);
		self.good_slashed.add(slashed(&good), good.len() as f64);
		self.bad_slashed.add(slashed(&bad), bad.len() as f64);
		self.honest_slashed.add(slashed(&honest), honest.len() as f64);
		self.attackers_slashed.add(slashed(&attackers), attackers.len() as f64);
		self.pay_of_an_honest_person.add(paid(&honest), honest.len() as f64);
		self.pay_of_an_attacker.add(paid(&attackers), attackers.len() as f64);
		let pay = honest.iter().map(|&label| ruling.pay[label]).collect::<Vec<_>>();
		let truth = honest.iter().map(|&label| game.right(&game.sheets[label]) as f64).collect::<Vec<_>>();
		if let Some(correlation) = spearman(&pay, &truth) {
			self.correlation.add(correlation, 1.0);
		}
	}

	/// What the sums mean, with the collateral as a share of the bounty.
	pub fn row(&self, setting: Setting, (rule, gold): (Rule, usize), collateral: f64) -> Row {
		let profit = |pay: Ratio, slashed: Ratio| Some(pay.value()? - collateral * slashed.value()?);
		Row {
			setting,
			rule,
			gold,
			games: self.washed.whole as u32,
			washed: self.washed.value(),
			accuracy_decided: self.accuracy_decided.value(),
			accuracy: self.accuracy.value(),
			honest_pay: self.honest_pay.value(),
			honest_heads: self.honest_heads.value(),
			correlation: self.correlation.value(),
			good_slashed: self.good_slashed.value(),
			bad_slashed: self.bad_slashed.value(),
			attackers_slashed: self.attackers_slashed.value(),
			attacker_profit: profit(self.pay_of_an_attacker, self.attackers_slashed),
			honest_profit: profit(self.pay_of_an_honest_person, self.honest_slashed),
		}
	}
}

/// A part of a whole, both summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ratio {
	part: f64,
	whole: f64,
}

impl Ratio {
	fn add(&mut self, part: f64, whole: f64) {
		self.part += part;
		self.whole += whole;
	}

	fn value(&self) -> Option<f64> {
		(self.whole > 0.0).then(|| self.part / self.whole)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Attack;

	/// Two people, of whom one is good, and an attacker.
	#[test]
	fn by_hand() {
		let game = Game { classes: 2, truth: vec![1, 1, 0, 0], sheets: vec![vec![1, 1, 0, 1], vec![0, 1, 1, 0]] };
		let ruling = Ruling {
			consensus: vec![0, 1, 0, 1],
			wash: false,
			pay: vec![0.5, 0.1, 0.2],
			slashed: vec![false, true, true],
		};
		let mut tally = Tally::default();
		tally.add(&Played { game: &game, turned: None, gold: 1, ruling: &ruling });
		let washed = Ruling { wash: true, pay: vec![0.0; 3], slashed: vec![false; 3], consensus: vec![1; 4] };
		tally.add(&Played { game: &game, turned: None, gold: 1, ruling: &washed });
		let setting = Setting { attack: Attack::Lazy, share: Some(30) };
		let row = tally.row(setting, (Rule::Learnware, 1), 0.5);
		let close = |value: Option<f64>, expected: f64| assert!((value.unwrap() - expected).abs() < 1e-12, "{row:?}");
		assert_eq!(row.games, 2);
		close(row.washed, 0.5);
		close(row.accuracy_decided, 2.0 / 3.0);
		close(row.accuracy, 3.0 / 6.0);
		close(row.honest_pay, 0.6 / 0.8);
		close(row.honest_heads, 2.0 / 3.0);
		close(row.correlation, 1.0);
		close(row.good_slashed, 0.0);
		close(row.bad_slashed, 0.5);
		close(row.attackers_slashed, 0.5);
		close(row.attacker_profit, 0.1 - 0.25);
		close(row.honest_profit, 0.15 - 0.125);
	}

	#[test]
	fn a_turned_person_is_an_attacker() {
		let game = Game { classes: 2, truth: vec![1, 1], sheets: vec![vec![1, 1], vec![1, 0]] };
		let ruling = Ruling { consensus: vec![1, 1], wash: false, pay: vec![0.5, 0.2, 0.1], slashed: vec![false; 3] };
		let mut tally = Tally::default();
		tally.add(&Played { game: &game, turned: Some(1), gold: 0, ruling: &ruling });
		let row = tally.row(Setting { attack: Attack::Clones, share: Some(30) }, (Rule::Learnware, 0), 0.0);
		assert_eq!(row.honest_pay, Some(0.5 / (0.5 + (0.2 + 0.1))));
		assert_eq!(row.honest_heads, Some(1.0 / 3.0));
		assert_eq!(row.correlation, None);
		assert_eq!(row.bad_slashed, None);
	}
}
