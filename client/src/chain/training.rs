//! Training sessions on the chain, and what its events tell of those that are over.

use super::{
	api::{
		self,
		learnware_rewards::events::{EpochSettled, LessonWithdrawn, TrainingClosed},
		runtime_types::{
			bounded_collections::bounded_vec::BoundedVec,
			pallet_learnware_rewards::{runtime_api, types},
		},
	},
	failure::{is_forgotten, ToFailure},
	history::{not_final, not_remembered, Numbered, Whereabouts},
	At, Chain, PAGE,
};
use crate::{
	amount::Amount,
	error::Result,
	game::Disclosure,
	ipfs::show_location,
	training::{Closed, Details, End, Epoch, Lesson, LessonOutcome, Rules, Score, Stage, Terms, Training},
};
use learnware_primitives::training::{curve::Ratio, Flaw, Part};
use subxt::utils::{AccountId32, Static};

/// A session from its opening to now, or to its end.
#[derive(Clone, Debug)]
pub struct History {
	/// The block of its end, or the newest one.
	pub block: u32,
	/// The session, as it was before its end.
	pub details: Details,
	/// CID of the state that it was opened with; none for what the module begins with, or if the node has forgotten it.
	pub from: Option<String>,
	/// Epochs that are settled, as far as the node remembers them.
	pub epochs: Vec<Epoch>,
	/// Its end, if it has ended.
	pub closed: Option<Closed>,
}

impl Chain {
	/// A session that is on, or over. `None` if there never was one.
	pub async fn training(&self, number: u32) -> Result<Option<History>> {
		let best = self.best().await?;
		if let Some(details) = best.training(number).await? {
			let block = best.number();
			let epochs = self.settled_epochs(&details, block).await?;
			let from = self.opened_from(&details).await?;
			return Ok(Some(History { block, details, from, epochs, closed: None }));
		}
		let what = format!("session {number}");
		let end = match self.whereabouts(Numbered::Training(number)).await? {
			Whereabouts::Nowhere => return Ok(None),
			Whereabouts::Live => return Err(not_final(&what)),
			Whereabouts::Over(end) => end,
		};
		let block = end.number();
		let told = async {
			let closed = end.closed_trainings().await?.into_iter().find(|closed| closed.training == number);
			let before = self.at_number(block.saturating_sub(1)).await?.training(number).await?;
			let (closed, details) = closed.zip(before).ok_or_else(|| not_remembered(&what))?;
			let mut epochs = self.settled_epochs(&details, block).await?;
			epochs.extend(end.settled_epochs().await?.into_iter().filter(|epoch| epoch.training == number));
			let from = self.opened_from(&details).await?;
			Ok(Some(History { block, details, from, epochs, closed: Some(closed) }))
		};
		match told.await {
			Err(failure) if is_forgotten(&failure) => Err(not_remembered(&what)),
			told => told,
		}
	}

	/// The state that a session was opened with: the present one, until it is scored.
	async fn opened_from(&self, details: &Details) -> Result<Option<String>> {
		let Training { training, state, score, opened, .. } = &details.training;
		if score.is_none() {
			return Ok(state.clone());
		}
		let first = async { self.at_number(*opened).await?.training(*training).await };
		match first.await {
			Ok(first) => Ok(first.and_then(|first| first.training.state)),
			Err(failure) if is_forgotten(&failure) => Ok(None),
			Err(failure) => Err(failure),
		}
	}

	/// The epochs before that of `details`. Each ends in the block in which the next begins.
	async fn settled_epochs(&self, details: &Details, last: u32) -> Result<Vec<Epoch>> {
		let (number, mut after) = (details.training.training, details.training.opened);
		let mut epochs = Vec::new();
		for epoch in 0..details.training.epoch {
			let is_settled = async |at: &At| {
				let present = at.training(number).await?.map(|details| details.training.epoch);
				Ok(present.is_none_or(|present| present > epoch))
			};
			after = self.first_block((after, last), is_settled).await?;
			match self.at_number(after).await?.settled_epochs().await {
				Ok(settled) => {
					epochs.extend(settled.into_iter().find(|told| told.training == number && told.epoch == epoch))
				},
				Err(failure) if is_forgotten(&failure) => {},
				Err(failure) => return Err(failure),
			}
		}
		Ok(epochs)
	}
}

impl At {
	/// A session that is on, with its test set and lessons.
	pub async fn training(&self, training: u32) -> Result<Option<Details>> {
		let call = api::runtime_apis().learnware_rewards_api().training(training);
		Ok(self.0.runtime_apis().call(call).await.or_failure()?.map(Details::from))
	}

	/// All sessions that are on.
	pub async fn trainings(&self) -> Result<Vec<Training>> {
		let mut trainings: Vec<Training> = Vec::new();
		loop {
			let from = trainings.last().map_or(0, |last| last.training.saturating_add(1));
			let call = api::runtime_apis().learnware_rewards_api().trainings(from, PAGE);
			let page = self.0.runtime_apis().call(call).await.or_failure()?;
			let is_last = page.len() < PAGE as usize;
			trainings.extend(page.into_iter().map(Training::from));
			if is_last {
				return Ok(trainings);
			}
		}
	}

	/// The number of the next session: there never was one of this or a higher number.
	pub async fn next_training(&self) -> Result<u32> {
		let address = api::storage().learnware_rewards().next_training();
		self.0.storage().fetch(address, ()).await.or_failure()?.decode().or_failure()
	}

	/// The sessions in whose present epoch an account has a lesson.
	pub async fn taught_by(&self, account: AccountId32) -> Result<Vec<u32>> {
		let mut trainings: Vec<u32> = Vec::new();
		loop {
			let from = trainings.last().map_or(0, |last| last.saturating_add(1));
			let call = api::runtime_apis().learnware_rewards_api().lessons_of(account, from, PAGE);
			let page = self.0.runtime_apis().call(call).await.or_failure()?;
			let is_last = page.len() < PAGE as usize;
			trainings.extend(page.into_iter().map(|lesson| lesson.training));
			if is_last {
				return Ok(trainings);
			}
		}
	}

	/// The epochs that were settled in this block.
	pub async fn settled_epochs(&self) -> Result<Vec<Epoch>> {
		let (block, events) = (self.number(), self.0.events().fetch().await.or_failure()?);
		let found = events.find::<EpochSettled>();
		found.map(|event| event.or_failure().map(|event| epoch(event, block))).collect()
	}

	/// The sessions that ended in this block.
	pub async fn closed_trainings(&self) -> Result<Vec<Closed>> {
		let (block, events) = (self.number(), self.0.events().fetch().await.or_failure()?);
		let found = events.find::<TrainingClosed>();
		found.map(|event| event.or_failure().map(|event| closed(event, block))).collect()
	}

	/// The sessions from which an account took its lesson back in this block.
	pub async fn withdrawn_lessons(&self, account: AccountId32) -> Result<Vec<u32>> {
		let events = self.0.events().fetch().await.or_failure()?;
		let mut trainings = Vec::new();
		for event in events.find::<LessonWithdrawn>() {
			let event = event.or_failure()?;
			if event.who == account {
				trainings.push(event.training);
			}
		}
		Ok(trainings)
	}

	/// The rules that hold for all sessions.
	pub fn training_rules(&self) -> Result<Rules> {
		let constants = self.0.constants();
		let rewards = || api::constants().learnware_rewards();
		Ok(Rules {
			training_deposit: Amount(constants.entry(rewards().training_deposit()).or_failure()?),
			part_deposit: Amount(constants.entry(rewards().part_deposit()).or_failure()?),
			min_budget: Amount(constants.entry(rewards().min_budget()).or_failure()?),
			min_lesson_deposit: Amount(constants.entry(rewards().min_lesson_deposit()).or_failure()?),
			min_fee_per_fuel: Amount(constants.entry(rewards().min_fee_per_fuel()).or_failure()?),
			max_fuel_per_block: constants.entry(rewards().max_fuel_per_block()).or_failure()?,
			show_period: constants.entry(rewards().show_period()).or_failure()?,
			max_period: constants.entry(rewards().max_period()).or_failure()?,
			max_trainings: constants.entry(rewards().max_trainings()).or_failure()?,
			max_trainings_per_account: constants.entry(rewards().max_trainings_per_account()).or_failure()?,
		})
	}
}

impl From<types::Terms<u128, u32>> for Terms {
	fn from(terms: types::Terms<u128, u32>) -> Self {
		Self {
			settlement: terms.settlement.0,
			mode: terms.mode.0,
			deposit: Amount(terms.deposit),
			max_lessons: terms.max_lessons,
			commit_period: terms.commit_period,
			reveal_period: terms.reveal_period,
			test_period: terms.test_period,
			score_period: terms.score_period,
			scoring_fee: Amount(terms.scoring_fee),
			limits: terms.limits.0,
		}
	}
}

impl From<&Terms> for types::Terms<u128, u32> {
	fn from(terms: &Terms) -> Self {
		Self {
			settlement: Static(terms.settlement),
			mode: Static(terms.mode),
			deposit: terms.deposit.0,
			max_lessons: terms.max_lessons,
			commit_period: terms.commit_period,
			reveal_period: terms.reveal_period,
			test_period: terms.test_period,
			score_period: terms.score_period,
			scoring_fee: terms.scoring_fee.0,
			limits: Static(terms.limits),
		}
	}
}

impl From<types::End> for (End, Option<(Part, Flaw)>) {
	fn from(end: types::End) -> Self {
		match end {
			types::End::Finished => (End::Finished, None),
			types::End::Closed => (End::Closed, None),
			types::End::NotShown => (End::NotShown, None),
			types::End::NoLessons => (End::NoLessons, None),
			types::End::TestSetWithheld => (End::TestSetWithheld, None),
			types::End::Unusable(part, flaw) => (End::Unusable, Some((part.0, flaw.0))),
			types::End::NoQuorum => (End::NoQuorum, None),
		}
	}
}

impl From<types::Stage<u32>> for Stage {
	fn from(stage: types::Stage<u32>) -> Self {
		match stage {
			types::Stage::Open(types::Phase::Show { until }) => Self::Show { until },
			types::Stage::Open(types::Phase::Commit { until }) => Self::Commit { until },
			types::Stage::Open(types::Phase::Reveal { until }) => Self::Reveal { until },
			types::Stage::Open(types::Phase::Test { until }) => Self::Test { until },
			types::Stage::Open(types::Phase::Score { since, until, .. }) => Self::Score { since, until },
			types::Stage::Overdue(end) => Self::Overdue { end: Some(<(End, _)>::from(end).0) },
			types::Stage::Unrevealed => Self::Unrevealed,
			types::Stage::Scored(_) => Self::Overdue { end: None },
		}
	}
}

impl From<runtime_api::TrainingInfo<AccountId32, u128, u32>> for Training {
	fn from(info: runtime_api::TrainingInfo<AccountId32, u128, u32>) -> Self {
		let record = info.record;
		Self {
			training: info.training,
			student: record.student.to_string(),
			learnware: show_location(&record.learnware.0),
			state: known(&record.state),
			score: record.score.map(score),
			curve: record.curve.0,
			budget: Amount(record.budget),
			paid: Amount(record.paid),
			charged: Amount(record.charged),
			fees: Amount(record.fees),
			deposit: Amount(record.deposit),
			terms: record.terms.into(),
			opened: record.opened,
			parts: record.parts,
			drawn: info.drawn,
			due: info.due,
			epoch: record.epoch,
			used: record.used,
			stage: info.stage.into(),
			committed: info.committed,
			revealed: info.revealed,
		}
	}
}

impl From<runtime_api::TrainingDetails<AccountId32, u128, u32>> for Details {
	fn from(details: runtime_api::TrainingDetails<AccountId32, u128, u32>) -> Self {
		let lesson = |lesson: types::LessonRecord<AccountId32>| Lesson {
			account: lesson.who.to_string(),
			state: lesson.state.into(),
		};
		Self {
			training: details.info.into(),
			test_set: details.test_set.into_iter().map(Disclosure::from).collect(),
			lessons: details.lessons.into_iter().map(lesson).collect(),
		}
	}
}

impl From<types::LessonOutcome<AccountId32, u128>> for LessonOutcome {
	fn from(outcome: types::LessonOutcome<AccountId32, u128>) -> Self {
		Self {
			account: outcome.who.to_string(),
			location: outcome.location.map(|location| show_location(&location.0)),
			before: outcome.before.map(score),
			after: outcome.after.map(score),
			kept: outcome.kept,
			flaw: outcome.flaw.map(|flaw| flaw.0),
			paid: Amount(outcome.paid),
			charged: Amount(outcome.charged),
			slashed: Amount(outcome.slashed),
		}
	}
}

fn epoch(event: EpochSettled, block: u32) -> Epoch {
	Epoch {
		block,
		training: event.training,
		epoch: event.epoch,
		before: event.before.map(score),
		after: event.after.map(score),
		state: known(&event.state),
		scoring_fee: Amount(event.scoring_fee),
		lessons: event.lessons.into_iter().map(LessonOutcome::from).collect(),
	}
}

fn closed(event: TrainingClosed, block: u32) -> Closed {
	let (end, unusable) = event.end.into();
	Closed {
		block,
		training: event.training,
		student: event.student.to_string(),
		end,
		unusable,
		budget: Amount(event.budget),
		paid: Amount(event.paid),
		charged: Amount(event.charged),
		returned: Amount(event.returned),
		slashed: Amount(event.slashed),
		score: event.score.map(score),
		state: known(&event.state),
	}
}

fn score(ratio: Static<Ratio>) -> Score {
	Score { correct: ratio.0.numerator, total: ratio.0.denominator }
}

/// No location is what the module begins with.
fn known(state: &BoundedVec<u8>) -> Option<String> {
	(!state.0.is_empty()).then(|| show_location(&state.0))
}
