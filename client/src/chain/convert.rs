//! From the runtime's types to those of the commands.

use super::api::{
	labeling_game::events::SampleResolved,
	runtime_types::{
		bounded_collections::bounded_vec::BoundedVec,
		pallet_labeling_game::{runtime_api, types},
		pallet_quorum::disclosure,
	},
};
use crate::{
	amount::Amount,
	game::{Dataset, Disclosure, Eligibility, Judged, Label, LabelOutcome, Outcome, Quote, Sample, Stage, Terms},
	ipfs::show_location,
};
use learnware_primitives::Task;
use subxt::utils::{AccountId32, Static};

type Location = BoundedVec<u8>;

impl From<types::Terms<u128, u32>> for Terms {
	fn from(terms: types::Terms<u128, u32>) -> Self {
		Self {
			collateral: Amount(terms.collateral),
			min_labels: terms.min_labels,
			max_labels: terms.max_labels,
			commit_period: terms.commit_period,
			reveal_period: terms.reveal_period,
			score_period: terms.score_period,
			payout: terms.payout.0,
			scoring_fee: terms.scoring_fee,
			attendance_fee: terms.attendance_fee,
			duplicates: terms.duplicates.0,
			eligibility: terms.eligibility.into(),
		}
	}
}

impl From<&Terms> for types::Terms<u128, u32> {
	fn from(terms: &Terms) -> Self {
		Self {
			collateral: terms.collateral.0,
			min_labels: terms.min_labels,
			max_labels: terms.max_labels,
			commit_period: terms.commit_period,
			reveal_period: terms.reveal_period,
			score_period: terms.score_period,
			payout: Static(terms.payout),
			scoring_fee: terms.scoring_fee,
			attendance_fee: terms.attendance_fee,
			duplicates: Static(terms.duplicates),
			eligibility: match terms.eligibility {
				Eligibility::Open => types::Eligibility::Open,
				Eligibility::AllowList => types::Eligibility::AllowList,
				Eligibility::Persons => types::Eligibility::Persons,
			},
		}
	}
}

impl From<types::Eligibility> for Eligibility {
	fn from(eligibility: types::Eligibility) -> Self {
		match eligibility {
			types::Eligibility::Open => Self::Open,
			types::Eligibility::AllowList => Self::AllowList,
			types::Eligibility::Persons => Self::Persons,
		}
	}
}

pub fn dataset(dataset: u32, record: types::DatasetRecord<AccountId32, u128, u32>, task: Task) -> Dataset {
	Dataset {
		dataset,
		owner: record.owner.to_string(),
		description: show_location(&record.description.0),
		task,
		terms: record.terms.into(),
		deposit: Amount(record.deposit),
		live: record.live,
		allowed: record.allowed,
	}
}

impl From<types::Stage<u32>> for Stage {
	fn from(stage: types::Stage<u32>) -> Self {
		match stage {
			types::Stage::Open(types::Phase::Commit { until }) => Self::Commit { until },
			types::Stage::Open(types::Phase::Reveal { until }) => Self::Reveal { until },
			types::Stage::Open(types::Phase::Score { since, until, .. }) => Self::Score { since, until },
			types::Stage::Overdue(end) => Self::Overdue { end: Some(end.0) },
			types::Stage::Scored(_) => Self::Overdue { end: None },
		}
	}
}

impl From<runtime_api::SampleInfo<AccountId32, u128, u32>> for Sample {
	fn from(info: runtime_api::SampleInfo<AccountId32, u128, u32>) -> Self {
		Self {
			sample: info.sample,
			dataset: info.record.dataset,
			provider: info.record.provider.to_string(),
			location: show_location(&info.record.location.0),
			bounty: Amount(info.record.bounty),
			deposit: Amount(info.record.deposit),
			gold: info.record.gold.map(Disclosure::from),
			task: info.task.0,
			terms: info.terms.into(),
			stage: info.stage.into(),
			committed: info.committed,
			revealed: info.revealed,
		}
	}
}

impl From<disclosure::Disclosure> for Disclosure {
	fn from(state: disclosure::Disclosure) -> Self {
		match state {
			disclosure::Disclosure::Committed(commitment) => Self::Committed { commitment: commitment.0 },
			disclosure::Disclosure::Revealed(location) => Self::Revealed { location: show_location(&location.0) },
		}
	}
}

impl From<runtime_api::LabelInfo<u128, u32>> for Label {
	fn from(info: runtime_api::LabelInfo<u128, u32>) -> Self {
		Self {
			sample: info.sample,
			stage: info.stage.into(),
			state: info.state.into(),
			collateral: Amount(info.collateral),
		}
	}
}

impl From<runtime_api::Quote<u128, u32>> for Quote {
	fn from(quote: runtime_api::Quote<u128, u32>) -> Self {
		Self {
			collateral: Amount(quote.collateral),
			places: quote.places.into_iter().map(Amount).collect(),
			attendance: Amount(quote.attendance),
		}
	}
}

impl From<types::LabelOutcome<AccountId32, u128>> for LabelOutcome {
	fn from(outcome: types::LabelOutcome<AccountId32, u128>) -> Self {
		let verdict = outcome.verdict.map(|verdict| verdict.0);
		Self {
			account: outcome.who.to_string(),
			location: outcome.location.map(|location: Location| show_location(&location.0)),
			judged: verdict.map_or_else(Judged::default, Judged::from),
			verdict,
			place: None,
			paid: Amount(outcome.paid),
			slashed: Amount(outcome.slashed),
			slash_reason: outcome.slash_reason.map(|reason| reason.0),
		}
	}
}

/// Without places and task, which the dataset has.
impl From<SampleResolved> for Outcome {
	fn from(event: SampleResolved) -> Self {
		Self {
			sample: event.sample,
			dataset: event.dataset,
			provider: event.provider.to_string(),
			end: event.end.0,
			bounty: Amount(event.bounty),
			returned: Amount(event.returned),
			scoring_fee: Amount(event.scoring_fee),
			gold: event.gold.0,
			consensus: (!event.consensus.0.is_empty()).then(|| show_location(&event.consensus.0)),
			labels: event.labels.into_iter().map(LabelOutcome::from).collect(),
			task: None,
		}
	}
}
