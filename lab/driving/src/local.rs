//! Crowd learning without a chain: a lesson in each epoch, scored on a part of the test set that nobody has seen, and paid or
//! charged at once.

use crate::{
	crowd::Crowd,
	distance,
	history::{share, UNIT},
	Entry, Error, History,
};
use learnware_engine::{Learnware, Session};
use learnware_primitives::training::{
	curve::{Curve, Ratio},
	settle_step, Flaw, Limits, Mode, Step,
};

/// What is paid and charged, in the smallest amount.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
	/// What a score is worth.
	pub curve: Curve,
	/// For all lessons together; what is charged comes back to it.
	pub budget: u128,
	/// Most that a lesson is charged.
	pub deposit: u128,
	/// What each contributor has at first.
	pub balance: u128,
	/// What the learnware may use.
	pub limits: Limits,
}

impl Terms {
	/// Half of the budget is for the way to four in five: one in seven is chance, and the 32 hidden units do not come to more
	/// than nine in ten. Some seconds, 16 MiB, 1 MiB.
	pub const EXAMPLE: Self = Self {
		curve: Curve::Logarithmic { min: Ratio::new(1, 7), mid: Ratio::new(4, 5), max: Ratio::new(19, 20) },
		budget: 1_000 * UNIT,
		deposit: 100 * UNIT,
		balance: 400 * UNIT,
		limits: Limits { fuel: 10, memory: 16 << 20, state: 1 << 20 },
	};
}

/// A driver that is taught.
pub struct Local {
	learnware: Learnware,
	terms: Terms,
	crowd: Crowd,
	/// One for each lesson.
	parts: std::vec::IntoIter<Vec<u8>>,
	state: Vec<u8>,
	/// What is left of the budget.
	left: u128,
	history: History,
}

impl Local {
	/// A driver that knows nothing; `learnware` is `mlp_steering`. There can be as many lessons as there are parts of a
	/// test set.
	pub fn new(learnware: Learnware, terms: Terms, crowd: Crowd, parts: Vec<Vec<u8>>) -> Result<Self, Error> {
		let state = learnware.initial(terms.limits.into())?.state;
		let history = History {
			contributors: crowd.contributors().iter().map(|contributor| contributor.name.clone()).collect(),
			balance: terms.balance,
			distance: distance(&state)?,
			time: "lesson".into(),
			entries: Vec::new(),
		};
		Ok(Self { learnware, terms, crowd, parts: parts.into_iter(), state, left: terms.budget, history })
	}

	/// The next lesson; the contributors take turns.
	pub fn teach(&mut self) -> Result<Entry, Error> {
		let number = self.history.entries.len();
		let contributors = self.history.contributors.len().max(1);
		let (round, contributor) = (number / contributors, number % contributors);
		let lesson = self.crowd.lesson(contributor, &self.state, round as u32)?;
		let part = [self.parts.next().ok_or(Error::NoPart)?];
		let session = Session::begin(&self.learnware, &part, Some(self.state.clone()), self.terms.limits.into());
		let mut session = session.map_err(|(_, fault)| fault)?;
		let before = Ratio::from(session.score());
		let step = match session.teach(&lesson)?.score {
			Ok(score) => Step::Scored(score.correct),
			Err((trap, _)) => Step::Refused(Flaw::Run(trap)),
		};
		self.state = session.into_state();
		let Terms { curve, budget, .. } = self.terms;
		let outcome = settle_step(&curve, budget, Mode::EarnOrPay, before, step);
		let entry = Entry {
			time: number as u32 + 1,
			contributor,
			before,
			// A lesson that went wrong has changed nothing.
			after: outcome.after.unwrap_or(before),
			paid: self.pay(outcome.payment),
			distance: distance(&self.state)?,
		};
		self.history.entries.push(entry);
		Ok(entry)
	}

	/// Pays a rise as long as there is a budget, charges a fall up to the deposit.
	fn pay(&mut self, payment: i128) -> i128 {
		let amount = payment.unsigned_abs();
		if payment < 0 {
			let charged = amount.min(self.terms.deposit);
			self.left = self.left.saturating_add(charged);
			-i128::try_from(charged).unwrap_or(i128::MAX)
		} else {
			let paid = amount.min(self.left);
			self.left = self.left.saturating_sub(paid);
			i128::try_from(paid).unwrap_or(i128::MAX)
		}
	}

	/// What the driver has learned.
	pub fn state(&self) -> &[u8] {
		&self.state
	}

	/// What is left of the budget.
	pub fn left(&self) -> u128 {
		self.left
	}

	/// What came of the lessons so far.
	pub fn history(&self) -> &History {
		&self.history
	}

	/// The driver's score on other parts, from 0 to 1.
	pub fn score(&self, parts: &[Vec<u8>]) -> Result<f64, Error> {
		Ok(share(self.learnware.evaluate(&self.state, parts, self.terms.limits.into())?.score.into()))
	}
}
