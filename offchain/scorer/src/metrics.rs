//! What the scorer counts for all games, for Prometheus.

use pallet_quorum::Standing;
use prometheus_endpoint::{register, CounterVec, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64};
use sp_core::sr25519;

#[derive(Clone)]
struct Counters {
	sent: CounterVec<U64>,
	confirmed: CounterVec<U64>,
	disagreeing: CounterVec<U64>,
	available: Gauge<U64>,
	deviations: GaugeVec<U64>,
	absences: GaugeVec<U64>,
	bond: GaugeVec<F64>,
}

/// The scorer's counters; they count nothing without a registry. Clones are the same counters. Each desk registers more, for
/// its game.
#[derive(Clone)]
pub struct Metrics {
	registry: Option<Registry>,
	counters: Option<Counters>,
}

/// A round of reporting.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Round {
	/// Commitments.
	Commit,
	/// Reveals.
	Reveal,
}

impl Round {
	fn name(self) -> &'static str {
		match self {
			Self::Commit => "commit",
			Self::Reveal => "reveal",
		}
	}
}

impl Metrics {
	/// Registers the counters.
	pub fn new(registry: Option<&Registry>) -> Self {
		let metrics = Self { registry: registry.cloned(), counters: None };
		Self { counters: metrics.register(Counters::register), ..metrics }
	}

	/// Registers counters of a game. A node without them is better than none, so a failure is only told.
	pub(super) fn register<C>(&self, counters: fn(&Registry) -> Result<C, PrometheusError>) -> Option<C> {
		let told = |error: &_| tracing::warn!(target: "scorer", "no metrics of the scorer: {error}");
		counters(self.registry.as_ref()?).inspect_err(told).ok()
	}

	/// Begins to count the reports of a game.
	pub(super) fn add_game(&self, game: &str) {
		if let Some(counters) = &self.counters {
			for round in [Round::Commit, Round::Reveal] {
				counters.sent.with_label_values(&[game, round.name()]);
			}
			counters.confirmed.with_label_values(&[game]);
			counters.disagreeing.with_label_values(&[game]);
		}
	}

	pub(super) fn sent(&self, game: &str, round: Round, count: usize) {
		if let Some(counters) = &self.counters {
			counters.sent.with_label_values(&[game, round.name()]).inc_by(count as u64);
		}
	}

	pub(super) fn confirmed(&self, game: &str) {
		if let Some(counters) = &self.counters {
			counters.confirmed.with_label_values(&[game]).inc();
		}
	}

	pub(super) fn disagreeing(&self, game: &str) {
		if let Some(counters) = &self.counters {
			counters.disagreeing.with_label_values(&[game]).inc();
		}
	}

	/// Nothing is told of a scorer before the chain was asked, so that no bond looks lost.
	pub(super) fn standing(&self, key: &sr25519::Public, standing: Standing) {
		if let Some(counters) = &self.counters {
			let hex = hex::encode(key);
			let key = &[hex.as_str()];
			counters.deviations.with_label_values(key).set(standing.deviations.into());
			counters.absences.with_label_values(key).set(standing.absences.into());
			counters.bond.with_label_values(key).set(standing.bond as f64);
		}
	}

	pub(super) fn ipfs_available(&self, available: bool) {
		if let Some(counters) = &self.counters {
			counters.available.set(available.into());
		}
	}
}

impl Counters {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let of_key = |name, help| register(GaugeVec::new(Opts::new(name, help), &["key"])?, registry);
		let by = |name, help, labels: &[&str]| register(CounterVec::new(Opts::new(name, help), labels)?, registry);
		let counters = Self {
			sent: by("learnware_reports_sent_total", "Reports handed to the pool", &["game", "round"])?,
			confirmed: by("learnware_reports_confirmed_total", "Commitments to reports seen on the chain", &["game"])?,
			disagreeing: by(
				"learnware_reports_disagreeing_total",
				"Reports on the chain under this node's key that it does not find again",
				&["game"],
			)?,
			available: register(
				Gauge::new("learnware_ipfs_available", "1 while the last fetch from IPFS worked, 0 while it did not")?,
				registry,
			)?,
			deviations: of_key(
				"learnware_scorer_deviations",
				"Reports of a scorer's key that differed from the decided one, since its appointment",
			)?,
			absences: of_key(
				"learnware_scorer_absences",
				"Decided reports that a scorer's key took no part in, since its appointment",
			)?,
			bond: register(
				GaugeVec::new(
					Opts::new("learnware_scorer_bond", "What is left of a scorer's bond, in plancks"),
					&["key"],
				)?,
				registry,
			)?,
		};
		counters.available.set(1);
		Ok(counters)
	}
}
