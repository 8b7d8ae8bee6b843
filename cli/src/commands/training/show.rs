//! `learnware training list` and `learnware training show`.

use super::{super::signing::connect, super::Context, plot, words};
use crate::{
	amount::Amount,
	chain::{Chain, History},
	error::{Failure, Kind, Result},
	game::Disclosure,
	output::table,
	training::{Closed, Details, Epoch, Score, Training},
};
use learnware_primitives::training::curve::{Curve, Ratio};
use serde::Serialize;
use std::{fmt, fs, path::Path};

pub fn list(context: &Context) -> Result<()> {
	let chain = connect(context)?;
	let (trainings, now) = context.block_on(async {
		let at = chain.best().await?;
		Ok((at.trainings().await?, at.number()))
	})?;
	if trainings.is_empty() {
		context.output.note("no session is on");
	}
	context.output.data(&List { trainings, now, chain: &chain });
	Ok(())
}

pub fn run(context: &Context, number: u32, plot: Option<&Path>) -> Result<()> {
	let chain = connect(context)?;
	let history = context.block_on(chain.training(number))?;
	let history = history.ok_or_else(|| words::unknown(number))?;
	if let Some(path) = plot {
		let svg = plot::draw(&history, &chain.token)?;
		fs::write(path, svg).map_err(|error| Failure::file(Kind::Usage, "write", path, &error))?;
		context.output.note(format_args!("drawn into {}", path.display()));
	}
	context.output.data(&Shown::new(&history, &chain));
	Ok(())
}

/// Tells of an epoch that is settled; in a watch it is an event.
pub fn print_epoch(context: &Context, chain: &Chain, epoch: &Epoch) {
	context.output.data(&EpochSettled { event: "epoch_settled", epoch, chain });
}

/// Tells how a session ended; in a watch it is the last event.
pub fn print_end(context: &Context, chain: &Chain, closed: &Closed, epochs: &[Epoch]) {
	let scoring_fee = Amount(epochs.iter().fold(0, |sum, epoch| sum.saturating_add(epoch.scoring_fee.0)));
	context.output.data(&Ended { event: "closed", closed, scoring_fee, epochs, chain });
}

#[derive(Serialize)]
#[serde(transparent)]
struct List<'a> {
	trainings: Vec<Training>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for List<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let rows = self.trainings.iter().map(|training| {
			let left = training.budget.0.saturating_add(training.charged.0).saturating_sub(training.paid.0);
			[
				training.training.to_string(),
				self.chain.format(Amount(left)),
				training.score.map_or("not scored".into(), words::percent),
				self.chain.format(training.terms.deposit),
				format!("{} of {}, {} revealed", training.committed, training.terms.max_lessons, training.revealed),
				words::stage(&training.stage, self.now, self.chain),
			]
		});
		let names = [">session", ">budget left", ">score", ">deposit", "lessons", "stage"];
		f.write_str(&table(names, rows))?;
		if self.trainings.is_empty() {
			return Ok(());
		}
		write!(f, "\n\n`learnware training show SESSION` tells more, `learnware training teach SESSION LESSON` teaches")
	}
}

/// What a score has earned of the budget.
#[derive(Clone, Copy, Serialize)]
struct Earned {
	score: Score,
	reward: Amount,
}

/// A row for each score at which something happens, and some between.
fn rewards(curve: &Curve, budget: Amount, present: Option<Score>) -> Vec<Earned> {
	const PER_MILLE: [u32; 10] = [0, 500, 800, 900, 950, 980, 990, 995, 999, 1_000];
	let at = |Ratio { numerator, denominator }| Score { correct: numerator, total: denominator };
	let mut scores: Vec<Score> = PER_MILLE.map(|share| Score { correct: share, total: 1_000 }).to_vec();
	match curve {
		Curve::Logarithmic { min, mid, max } => {
			scores.retain(|score| score.share() > at(*min).share() && score.share() < at(*max).share());
			scores.extend([*min, *mid, *max].map(at));
		},
		Curve::ErrorLog { h } => scores.push(Score { correct: h.saturating_sub(1), total: *h }),
	}
	scores.extend(present);
	scores.sort_by(|left, right| left.share().total_cmp(&right.share()));
	scores.dedup_by(|left, right| left.share() == right.share());
	let earned = |score| Earned { score, reward: Amount(curve.reward(budget.0, score.into())) };
	scores.into_iter().map(earned).collect()
}

#[derive(Serialize)]
struct Shown<'a> {
	#[serde(flatten)]
	details: &'a Details,
	/// CID of the state that it was opened with; none for what the module begins with, or if the node has forgotten it.
	from: Option<&'a str>,
	/// CID of the part of the test set that tutors are shown.
	shown: Option<&'a str>,
	/// What the whole of some scores earns.
	rewards: Vec<Earned>,
	/// Epochs that are settled.
	epochs: &'a [Epoch],
	/// How it ended, if it has; all else is as it was before.
	closed: Option<&'a Closed>,
	/// The last one.
	#[serde(skip)]
	score: Option<Score>,
	#[serde(skip)]
	now: u32,
	#[serde(skip)]
	chain: &'a Chain,
}

impl<'a> Shown<'a> {
	fn new(history: &'a History, chain: &'a Chain) -> Self {
		let History { block, details, from, epochs, closed } = history;
		let Training { curve, budget, score, .. } = &details.training;
		let score = closed.as_ref().and_then(|closed| closed.score).or(*score);
		let rewards = rewards(curve, *budget, score);
		Self {
			details,
			from: from.as_deref(),
			shown: details.shown(),
			rewards,
			epochs,
			closed: closed.as_ref(),
			score,
			now: *block,
			chain,
		}
	}

	fn terms(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (training, chain) = (&self.details.training, self.chain);
		let terms = &training.terms;
		writeln!(f, "  student     {}", training.student)?;
		writeln!(
			f,
			"  learnware   {}  (`learnware training fetch {} --learnware`)",
			training.learnware, training.training
		)?;
		match self.shown {
			Some(cid) => {
				writeln!(f, "  asked       {cid}  (`learnware training fetch {} --shown`)", training.training)?
			},
			None => writeln!(f, "  asked       one of {} parts of the test set is not shown yet", training.parts)?,
		}
		if let Some(from) = self.from {
			writeln!(f, "  from        {from}")?;
		}
		if let (Some(state), None) = (&training.state, self.closed) {
			writeln!(f, "  knows       {state}  (`learnware training fetch {}`)", training.training)?;
		}
		// Of a session that is over, these are not the last figures; those are told below.
		if self.closed.is_none() {
			let [budget, paid, charged] =
				[training.budget, training.paid, training.charged].map(|amount| chain.format(amount));
			writeln!(f, "  budget      {budget}: {paid} paid, {charged} taken from tutors")?;
		}
		writeln!(f, "  curve       {}", words::curve(&training.curve))?;
		writeln!(f, "  scored      {}", words::settlement(terms.settlement))?;
		writeln!(f, "  a fall      {}", words::mode(terms.mode))?;
		writeln!(
			f,
			"  deposit     {} for each lesson; at most {} lessons",
			chain.format(terms.deposit),
			terms.max_lessons
		)?;
		let (memory, state) = (terms.limits.memory >> 20, terms.limits.state >> 20);
		writeln!(f, "  limits      {} billion instructions, {memory} MiB, {state} MiB of state", terms.limits.fuel)?;
		let periods = [terms.commit_period, terms.reveal_period, terms.test_period, terms.score_period];
		let [commit, reveal, test, score] = periods.map(|period| chain.about(period));
		writeln!(f, "  periods     commit {commit}, reveal {reveal}, test set {test}, score {score}")
	}
}

impl fmt::Display for Shown<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (training, chain) = (&self.details.training, self.chain);
		writeln!(f, "session {}, epoch {}", training.training, training.epoch)?;
		match self.closed {
			Some(closed) => writeln!(f, "  {}, in block {}", words::end(closed.end), closed.block)?,
			None => writeln!(f, "  {}", words::stage(&training.stage, self.now, chain))?,
		}
		self.terms(f)?;
		let row = |earned: &Earned| {
			let is_present = self.score == Some(earned.score);
			[
				words::percent(earned.score),
				chain.format(earned.reward),
				if is_present { "now".into() } else { String::new() },
			]
		};
		write!(f, "\n{}", table([">score", ">has earned", ""], self.rewards.iter().map(row)))?;
		for epoch in self.epochs {
			write!(f, "\n\n{}", EpochSettled { event: "", epoch, chain })?;
		}
		if let Some(closed) = self.closed {
			return write!(f, "\n\n{}", Money { closed, chain });
		}
		if !self.details.lessons.is_empty() {
			write!(f, "\n\nlessons of epoch {}", training.epoch)?;
		}
		for lesson in &self.details.lessons {
			match &lesson.state {
				Disclosure::Committed { .. } => write!(f, "\n  {}  committed", lesson.account)?,
				Disclosure::Revealed { location } => write!(f, "\n  {}  revealed {location}", lesson.account)?,
			}
		}
		Ok(())
	}
}

#[derive(Serialize)]
struct EpochSettled<'a> {
	event: &'static str,
	#[serde(flatten)]
	epoch: &'a Epoch,
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for EpochSettled<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Epoch { block, training, epoch, scoring_fee, lessons, .. } = self.epoch;
		let fee = self.chain.format(*scoring_fee);
		writeln!(f, "session {training}, epoch {epoch}, settled in block {block}; {fee} to scorers")?;
		let percent = |score: Option<Score>| score.map_or(String::new(), words::percent);
		let rows = lessons.iter().map(|lesson| {
			[lesson.account.clone(), percent(lesson.before), percent(lesson.after), words::became(lesson, self.chain)]
		});
		f.write_str(&table(["tutor", ">before", ">after", ""], rows))
	}
}

#[derive(Serialize)]
struct Ended<'a> {
	event: &'static str,
	#[serde(flatten)]
	closed: &'a Closed,
	/// Paid to scorers in all epochs.
	scoring_fee: Amount,
	epochs: &'a [Epoch],
	#[serde(skip)]
	chain: &'a Chain,
}

impl fmt::Display for Ended<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Closed { block, training, end, .. } = self.closed;
		writeln!(f, "session {training} ended in block {block}: {}", words::end(*end))?;
		write!(f, "{}", Money { closed: self.closed, chain: self.chain })
	}
}

/// Where the money of a session went.
struct Money<'a> {
	closed: &'a Closed,
	chain: &'a Chain,
}

impl fmt::Display for Money<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (closed, chain) = (self.closed, self.chain);
		let [budget, paid, returned] = [closed.budget, closed.paid, closed.returned].map(|amount| chain.format(amount));
		write!(f, "  budget {budget}: {paid} paid to tutors, {returned} back to the student")?;
		if closed.charged.0 > 0 {
			write!(f, "; {} taken from tutors", chain.format(closed.charged))?;
		}
		if closed.slashed.0 > 0 {
			write!(f, "; {} slashed", chain.format(closed.slashed))?;
		}
		if let Some(why) = words::unusable(closed) {
			write!(f, "\n  {why}")?;
		}
		if let Some(score) = closed.score {
			write!(f, "\n  score {}", words::score(score))?;
		}
		if let Some(state) = &closed.state {
			write!(f, "\n  knows {state}  (`learnware training fetch {} --output FILE`)", closed.training)?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_table_of_rewards_has_the_points_of_the_curve_and_the_present_score() {
		let curve = Curve::Logarithmic { min: Ratio::new(1, 10), mid: Ratio::new(97, 100), max: Ratio::new(99, 100) };
		let present = Score { correct: 1, total: 3 };
		let rewards = rewards(&curve, Amount(1_000), Some(present));
		let reward = |correct, total| {
			let found = rewards.iter().find(|earned| earned.score == Score { correct, total });
			found.map(|earned| earned.reward.0)
		};
		assert_eq!([reward(1, 10), reward(97, 100), reward(99, 100)], [Some(0), Some(500), Some(1_000)]);
		assert!(reward(1, 3).is_some());
		assert_eq!(reward(1_000, 1_000), None, "above all that is paid for");
		assert!(rewards.windows(2).all(|pair| pair[0].reward <= pair[1].reward));
	}
}
