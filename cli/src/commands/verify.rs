//! `learnware sample verify`: is what the chain says of a finished game what its rules say?

use super::{
	replay::{game, settled, Missing, Replay},
	signing::connect,
	Context,
};
use crate::{
	amount::Amount,
	chain::{Chain, Game},
	error::{Failure, Kind, Result},
	game::{gold_word, Disclosure, End, LabelOutcome, Outcome},
	words,
};
use learnware_primitives::{places::parts_per_million, GoldUse, MIN_LABELS};
use serde::Serialize;
use std::fmt;

pub fn run(context: &Context, number: u32) -> Result<()> {
	let chain = connect(context)?;
	let game = game(context, &chain, number)?;
	let Some(told) = game.outcome.clone() else {
		let help = format!("`learnware sample watch {number}` waits for its end");
		return Err(words::refusal("NotOver", format!("sample {number} is still being played"), help));
	};
	let minimum = context.block_on(async { chain.best().await?.minimum_balance() })?;
	let replay = Replay::fetch(context, game)?;
	let audit = Audit::of(&replay, &told, minimum)?;
	let report = Report::new(&replay, &told, audit, &chain);
	if !report.differences.is_empty() {
		let message = format!("sample {number} was not judged or settled as its rules say:\n{report}");
		return Err(Failure::new(Kind::Differs, "differs", message)
			.details(&report)
			.help("first see that this tool is of the chain's release; then tell the validators, with this report"));
	}
	if !report.verified {
		let message = format!("sample {number} can't be judged again now:\n{report}");
		return Err(Failure::new(Kind::Unavailable, "labels_missing", message).details(&report).help(
			"that a file is gone now says nothing about the verdict: labels are kept for as long as somebody pins them; \
			 try other daemons with --ipfs-api",
		));
	}
	context.output.data(&report);
	Ok(())
}

/// Where chain and rules differ, or may.
#[derive(Default)]
struct Audit {
	differences: Vec<Difference>,
	notes: Vec<String>,
	/// The judgement was compared, or there was none.
	complete: bool,
}

/// One thing that the chain says otherwise.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct Difference {
	/// What differs, such as `end` or `paid`.
	what: &'static str,
	/// Whose label it is about, if about one.
	account: Option<String>,
	chain: String,
	rules: String,
}

impl Audit {
	fn of(replay: &Replay, told: &Outcome, minimum: Amount) -> Result<Self> {
		let mut audit = Self::default();
		let game = &replay.game;
		audit.compare_labels(game, told);
		let was_judged = told.labels.iter().any(|label| label.verdict.is_some());
		match (was_judged, replay.judge()) {
			(true, Some(judgement)) => {
				let ruled = replay.judged_outcome(&judgement, told.scoring_fee)?;
				audit.compare_judgement(told, &ruled);
				audit.complete = true;
			},
			(true, None) => audit.notes.push("the money was checked against the verdicts that the chain has".into()),
			(false, _) => {
				audit.compare("end", None, &told.end, &unjudged_end(game, told.end));
				audit.complete = true;
			},
		}
		// The money by the chain's own verdicts, so that one wrong verdict is not told as many wrong payments.
		let verdicts = told.labels.iter().map(|label| label.verdict).collect();
		let ruled = settled(game, verdicts, told.end, told.gold, told.consensus.clone(), told.scoring_fee);
		audit.compare_money(game, told, &ruled, minimum);
		Ok(audit)
	}

	fn compare(&mut self, what: &'static str, account: Option<&str>, chain: &impl fmt::Debug, rules: &impl fmt::Debug) {
		let (chain, rules) = (format!("{chain:?}"), format!("{rules:?}"));
		if chain != rules {
			self.differences.push(Difference { what, account: account.map(String::from), chain, rules });
		}
	}

	/// The event against what was in the state before.
	fn compare_labels(&mut self, game: &Game, told: &Outcome) {
		let in_state = game.labels.iter().map(|(account, state)| (account.as_str(), state.location()));
		let in_event = told.labels.iter().map(|label| (label.account.as_str(), label.location.as_deref()));
		self.compare("labels", None, &in_event.collect::<Vec<_>>(), &in_state.collect::<Vec<_>>());
		self.compare("bounty", None, &told.bounty, &game.sample.bounty);
	}

	fn compare_judgement(&mut self, told: &Outcome, ruled: &Outcome) {
		self.compare("end", None, &told.end, &ruled.end);
		self.compare("gold", None, &told.gold, &ruled.gold);
		self.compare("consensus", None, &told.consensus, &ruled.consensus);
		for (told, ruled) in told.labels.iter().zip(&ruled.labels) {
			self.compare("verdict", Some(&told.account), &told.verdict, &ruled.verdict);
		}
	}

	fn compare_money(&mut self, game: &Game, told: &Outcome, ruled: &Outcome, minimum: Amount) {
		let has_fee = told.labels.iter().any(|label| label.verdict.is_some());
		let most = if has_fee { parts_per_million(game.sample.terms.scoring_fee, told.bounty.0) } else { 0 };
		if told.scoring_fee.0 > most {
			self.compare("scoring_fee", None, &told.scoring_fee.0, &format_args!("at most {most}"));
		}
		for (told, ruled) in told.labels.iter().zip(&ruled.labels) {
			self.compare_label(told, ruled, minimum);
		}
		let spent = told.labels.iter().fold(told.scoring_fee.0, |sum, label| sum.saturating_add(label.paid.0));
		self.compare("returned", None, &told.returned.0, &told.bounty.0.saturating_sub(spent));
	}

	fn compare_label(&mut self, told: &LabelOutcome, ruled: &LabelOutcome, minimum: Amount) {
		let account = told.account.as_str();
		if told.paid.0 == 0 && (1..minimum.0).contains(&ruled.paid.0) {
			let due = ruled.paid.0;
			self.notes.push(format!("{account} was not paid {due}, which is too little for an account that is gone"));
		} else {
			self.compare("paid", Some(account), &told.paid.0, &ruled.paid.0);
		}
		self.compare("slash_reason", Some(account), &told.slash_reason, &ruled.slash_reason);
		self.compare("slashed", Some(account), &told.slashed.0, &ruled.slashed.0);
	}
}

/// The end of a game that nobody judged; `told` where any is possible.
fn unjudged_end(game: &Game, told: End) -> End {
	let revealed = game.labels.iter().filter(|(_, state)| state.location().is_some()).count();
	let gold_is_due = matches!(game.sample.gold, Some(Disclosure::Committed { .. }));
	if game.labels.len() < game.sample.terms.min_labels as usize {
		End::TooFewCommitments
	} else if revealed < MIN_LABELS as usize {
		End::TooFewReveals
	} else if gold_is_due {
		End::GoldWithheld
	} else if matches!(told, End::Paid | End::Washed) {
		// A quorum says something of every label that was revealed.
		End::NoQuorum
	} else {
		told
	}
}

#[derive(Serialize)]
struct Report {
	sample: u32,
	block: u32,
	/// The judgement and the money are as the rules say.
	verified: bool,
	end: End,
	#[serde(serialize_with = "gold_word")]
	gold: GoldUse,
	consensus: Option<String>,
	labels: usize,
	differences: Vec<Difference>,
	/// Files that can't be fetched now.
	missing: Vec<Missing>,
	notes: Vec<String>,
	#[serde(skip)]
	paid: String,
}

impl Report {
	fn new(replay: &Replay, told: &Outcome, audit: Audit, chain: &Chain) -> Self {
		let paid = told.labels.iter().fold(0, |sum: u128, label| sum.saturating_add(label.paid.0));
		Self {
			sample: told.sample,
			block: replay.game.block,
			verified: audit.complete && audit.differences.is_empty(),
			end: told.end,
			gold: told.gold,
			consensus: told.consensus.clone(),
			labels: told.labels.len(),
			differences: audit.differences,
			missing: replay.missing.clone(),
			notes: audit.notes,
			paid: chain.format(Amount(paid)),
		}
	}
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let word = if self.verified { "verified" } else { "not verified" };
		write!(f, "{word}: sample {}, block {}: {}", self.sample, self.block, words::end(self.end))?;
		write!(f, "\n  {}, {} paid to them", words::count(self.labels, "label"), self.paid)?;
		for Difference { what, account, chain, rules } in &self.differences {
			let about = account.as_ref().map_or(String::new(), |account| format!(" of {account}"));
			write!(f, "\n  {what}{about}: the chain says {chain}, the rules {rules}")?;
		}
		for Missing { account, location, why } in &self.missing {
			let whose = account.as_ref().map_or("the gold".into(), |account| format!("the label of {account}"));
			write!(f, "\n  {whose} can't be fetched now: {location}: {why}")?;
		}
		for note in &self.notes {
			write!(f, "\n  {note}")?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::game::{Eligibility, Sample, Stage, Terms};
	use learnware_primitives::{
		places::{Duplicates, Payout},
		Task, Verdict,
	};

	const BOUNTY: u128 = 10_000_000;

	fn a_game(revealed: usize, committed: usize) -> Game {
		let terms = Terms {
			collateral: Amount(1000),
			min_labels: 5,
			max_labels: 64,
			commit_period: 10,
			reveal_period: 10,
			score_period: 10,
			payout: Payout::default(),
			scoring_fee: 50_000,
			attendance_fee: 100_000,
			duplicates: Duplicates::Share,
			eligibility: Eligibility::Open,
		};
		let state = |label| match label < revealed {
			true => Disclosure::Revealed { location: format!("location {label}") },
			false => Disclosure::Committed { commitment: [0; 32] },
		};
		Game {
			block: 9,
			sample: Sample {
				sample: 0,
				dataset: 0,
				provider: "provider".into(),
				location: String::new(),
				bounty: Amount(BOUNTY),
				deposit: Amount(0),
				gold: None,
				task: Task::Classification { items: 8, classes: 2 },
				terms,
				stage: Stage::Overdue { end: None },
				committed: committed as u32,
				revealed: revealed as u32,
			},
			labels: (0..committed).map(|label| (format!("account {label}"), state(label))).collect(),
			outcome: None,
		}
	}

	fn verdicts(count: usize) -> Vec<Option<Verdict>> {
		let scored = |score| Verdict::Scored { score, loss: 0, eligible: score > 0, outlier: false, copy_of: None };
		(0..count).map(|label| Some(scored(3 - label as i128))).collect()
	}

	fn money(game: &Game, told: &Outcome) -> Audit {
		let verdicts = told.labels.iter().map(|label| label.verdict).collect();
		let ruled = settled(game, verdicts, told.end, told.gold, None, told.scoring_fee);
		let mut audit = Audit::default();
		audit.compare_money(game, told, &ruled, Amount(1000));
		audit
	}

	#[test]
	fn what_the_rules_say_is_no_difference() {
		let game = a_game(6, 6);
		for end in [End::Paid, End::Washed] {
			let told = settled(&game, verdicts(6), end, GoldUse::None, None, Amount(500_000));
			assert!(money(&game, &told).differences.is_empty());
		}
	}

	#[test]
	fn every_wrong_amount_is_named() {
		let game = a_game(6, 6);
		let told = settled(&game, verdicts(6), End::Paid, GoldUse::None, None, Amount(500_000));
		let differs = |change: &dyn Fn(&mut Outcome)| {
			let mut changed = told.clone();
			change(&mut changed);
			money(&game, &changed).differences.into_iter().map(|difference| difference.what).collect::<Vec<_>>()
		};
		assert_eq!(differs(&|told| told.labels[0].paid.0 -= 1), ["paid", "returned"]);
		assert_eq!(differs(&|told| told.labels[5].slashed.0 = 1), ["slashed"]);
		assert_eq!(
			differs(&|told| told.labels[5].slash_reason = Some(crate::game::SlashReason::Outlier)),
			["slash_reason"]
		);
		assert_eq!(differs(&|told| told.returned.0 += 1), ["returned"]);
		assert_eq!(differs(&|told| told.scoring_fee.0 += 1), ["scoring_fee", "returned"]);
		let dust = |told: &mut Outcome| {
			told.scoring_fee.0 = 0;
			told.returned.0 += 500_000;
		};
		assert!(differs(&dust).is_empty(), "scorers may get less");
	}

	#[test]
	fn verdicts_and_labels_are_compared() {
		let game = a_game(6, 6);
		let told = settled(&game, verdicts(6), End::Paid, GoldUse::None, Some("a".into()), Amount(0));
		let ruled = settled(&game, verdicts(6), End::Washed, GoldUse::TooFew, Some("b".into()), Amount(0));
		let mut audit = Audit::default();
		audit.compare_judgement(&told, &ruled);
		let what = audit.differences.iter().map(|difference| difference.what).collect::<Vec<_>>();
		assert_eq!(what, ["end", "gold", "consensus"]);
		let mut other = told.clone();
		other.labels[2].verdict = None;
		other.labels.remove(5);
		let mut audit = Audit::default();
		audit.compare_judgement(&other, &told);
		audit.compare_labels(&game, &other);
		let what = audit.differences.iter().map(|difference| (difference.what, difference.account.as_deref()));
		assert_eq!(what.collect::<Vec<_>>(), [("verdict", Some("account 2")), ("labels", None)]);
	}

	#[test]
	fn a_game_without_verdicts_has_its_own_ends() {
		let withheld = Game {
			sample: Sample { gold: Some(Disclosure::Committed { commitment: [0; 32] }), ..a_game(6, 6).sample },
			..a_game(6, 6)
		};
		for (game, end) in [
			(a_game(0, 4), End::TooFewCommitments),
			(a_game(4, 9), End::TooFewReveals),
			(withheld, End::GoldWithheld),
			(a_game(6, 6), End::NoQuorum),
		] {
			assert_eq!(unjudged_end(&game, End::Paid), end);
		}
	}
}
