//! Attackers, and the labels that they give.

use crate::{game::Game, rule::plurality};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// What attackers do. They are accounts besides the honest people, except where said otherwise.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Attack {
	/// There are none.
	None,
	/// All give the same label, wrong in every item.
	IdenticalWrong,
	/// Each starts from that label and changes each answer with the probability `noise`.
	NoisyWrong,
	/// All answer every item with the same class, drawn for each game.
	Lazy,
	/// Each answers every item by chance.
	Random,
	/// One honest person of median accuracy gives its label again from other accounts. That person's own
	/// account counts as an attacker, too.
	Clones,
	/// The same, but each copy changes each answer with the probability `noise`.
	NoisyClones,
	/// The requester's own accounts: the gold right, everything else wrong.
	Insiders,
	/// The requester's own accounts: the gold right, otherwise the same class everywhere.
	LazyInsiders,
	/// One account that contradicts what most honest people answer, as if it had seen it.
	Griefer,
	/// One account that answers by chance.
	RandomGriefer,
}

/// What attackers can use.
#[derive(Clone, Copy, Debug)]
pub struct Means {
	/// The first items of the game that are gold, or 0. Insiders know the answers.
	pub gold: usize,
	/// Probability with which a noisy attacker changes an answer of the plan.
	pub noise: f64,
}

/// Who joins a game.
#[derive(Debug, Default)]
pub struct Attackers {
	/// Their labels.
	pub sheets: Vec<Vec<u8>>,
	/// The honest person who is one of them.
	pub turned: Option<usize>,
}

/// No attack has this name.
#[derive(Clone, Debug, thiserror::Error, Eq, PartialEq)]
#[error("no attack is called {0}; there are {names}", names = Attack::ALL.map(Attack::name).join(", "))]
pub struct UnknownAttack(String);

impl Attack {
	/// All attacks, without [`Attack::None`].
	pub const ALL: [Self; 10] = [
		Self::IdenticalWrong,
		Self::NoisyWrong,
		Self::Lazy,
		Self::Random,
		Self::Clones,
		Self::NoisyClones,
		Self::Insiders,
		Self::LazyInsiders,
		Self::Griefer,
		Self::RandomGriefer,
	];

	/// The name on the command line and in files.
	pub fn name(self) -> &'static str {
		match self {
			Self::None => "none",
			Self::IdenticalWrong => "identical-wrong",
			Self::NoisyWrong => "noisy-wrong",
			Self::Lazy => "lazy",
			Self::Random => "random",
			Self::Clones => "clones",
			Self::NoisyClones => "noisy-clones",
			Self::Insiders => "insiders",
			Self::LazyInsiders => "lazy-insiders",
			Self::Griefer => "griefer",
			Self::RandomGriefer => "random-griefer",
		}
	}

	/// Whether it is the work of one account, whatever the size of the game.
	pub fn is_single(self) -> bool {
		matches!(self, Self::Griefer | Self::RandomGriefer)
	}

	/// The labels of `accounts` attackers.
	pub fn join(self, game: &Game, accounts: usize, means: Means, random: &mut ChaCha8Rng) -> Attackers {
		if accounts == 0 || self == Self::None {
			return Attackers::default();
		}
		let turned = matches!(self, Self::Clones | Self::NoisyClones).then(|| median_person(game));
		let lazy = vec![random.gen_range(0..game.classes); game.truth.len()];
		let plan = match self {
			Self::None | Self::Lazy | Self::Random | Self::RandomGriefer => lazy,
			Self::IdenticalWrong | Self::NoisyWrong => game.opposite(&game.truth),
			Self::Clones | Self::NoisyClones => turned.map_or(lazy, |person| game.sheets[person].clone()),
			Self::Insiders => knowing_gold(game, means, &game.opposite(&game.truth)),
			Self::LazyInsiders => knowing_gold(game, means, &lazy),
			Self::Griefer => game.opposite(&plurality(&game.sheets, game.classes)),
		};
		let sheet = |random: &mut ChaCha8Rng| match self {
			Self::NoisyWrong | Self::NoisyClones => noisy(&plan, game.classes, means.noise, random),
			Self::Random | Self::RandomGriefer => plan.iter().map(|_| random.gen_range(0..game.classes)).collect(),
			_ => plan.clone(),
		};
		Attackers { sheets: (0..accounts).map(|_| sheet(random)).collect(), turned }
	}
}

/// The gold is the first items.
fn knowing_gold(game: &Game, means: Means, rest: &[u8]) -> Vec<u8> {
	game.truth.iter().take(means.gold).chain(rest.iter().skip(means.gold)).copied().collect()
}

/// Changes each answer to another one with a probability.
fn noisy(sheet: &[u8], classes: u8, probability: f64, random: &mut ChaCha8Rng) -> Vec<u8> {
	let answer = |&class: &u8| match random.gen_bool(probability) {
		true => (class + random.gen_range(1..classes)) % classes,
		false => class,
	};
	sheet.iter().map(answer).collect()
}

/// The person with the lower median of right answers; of several, the first.
fn median_person(game: &Game) -> usize {
	let mut people = (0..game.sheets.len()).collect::<Vec<_>>();
	people.sort_by_key(|&person| game.right(&game.sheets[person]));
	people[(people.len() - 1) / 2]
}

impl FromStr for Attack {
	type Err = UnknownAttack;

	fn from_str(name: &str) -> Result<Self, UnknownAttack> {
		Self::ALL.into_iter().find(|attack| attack.name() == name).ok_or_else(|| UnknownAttack(name.into()))
	}
}

impl fmt::Display for Attack {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.pad(self.name())
	}
}

impl Serialize for Attack {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.serialize_str(self.name())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::game::matches;
	use rand::SeedableRng;

	/// Five people with 4, 3, 2, 1 and 0 right answers.
	fn game() -> Game {
		let sheets = (0..5).map(|wrong| (0..4).map(|item| u8::from(item >= wrong)).collect());
		Game { classes: 2, truth: vec![1; 4], sheets: sheets.collect() }
	}

	fn join(attack: Attack, accounts: usize) -> Attackers {
		let means = Means { gold: 2, noise: 0.25 };
		attack.join(&game(), accounts, means, &mut ChaCha8Rng::seed_from_u64(1))
	}

	#[test]
	fn all_do_as_they_are_described() {
		assert_eq!(join(Attack::IdenticalWrong, 3).sheets, vec![vec![0; 4]; 3]);
		assert_eq!(join(Attack::Insiders, 2).sheets, vec![vec![1, 1, 0, 0]; 2]);
		assert_eq!(join(Attack::Clones, 2).sheets, vec![vec![0, 0, 1, 1]; 2]);
		assert_eq!(join(Attack::Clones, 2).turned, Some(2));
		// 3 of 5 have the second item wrong, 2 of 5 the first: the griefer contradicts each.
		assert_eq!(join(Attack::Griefer, 1).sheets, [opposite_of_most()]);
		let lazy = join(Attack::Lazy, 2).sheets;
		assert!(lazy[0] == lazy[1] && lazy[0].iter().all(|class| *class == lazy[0][0]), "{lazy:?}");
		let insider = &join(Attack::LazyInsiders, 1).sheets[0];
		assert!(insider[..2] == [1, 1] && insider[2] == insider[3], "{insider:?}");
	}

	fn opposite_of_most() -> Vec<u8> {
		let game = game();
		let most = |item: usize| u8::from(2 * game.sheets.iter().filter(|sheet| sheet[item] == 1).count() > 5);
		(0..4).map(|item| 1 - most(item)).collect()
	}

	#[test]
	fn noise_changes_its_share_of_the_answers() {
		let mut random = ChaCha8Rng::seed_from_u64(1);
		let sheet = vec![2; 10_000];
		let changed = noisy(&sheet, 3, 0.08, &mut random);
		assert!((700..900).contains(&(10_000 - matches(&sheet, &changed))));
		assert_eq!(noisy(&sheet, 3, 0.0, &mut random), sheet);
		assert_eq!(matches(&noisy(&sheet, 3, 1.0, &mut random), &sheet), 0);
	}

	#[test]
	fn nobody_joins_with_no_accounts() {
		for attack in Attack::ALL {
			let attackers = join(attack, 0);
			assert!(attackers.sheets.is_empty() && attackers.turned.is_none());
		}
	}

	#[test]
	fn names_are_read_back() {
		for attack in Attack::ALL {
			assert_eq!(attack.name().parse(), Ok(attack));
		}
		let message = "noise".parse::<Attack>().unwrap_err().to_string();
		assert!(message.starts_with("no attack is called noise; there are identical-wrong, "), "{message}");
	}
}
