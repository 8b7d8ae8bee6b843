//! What the scorer counts, for Prometheus.

use super::{
	labels::Labels,
	reports::Game,
	training::{Done, Obstacle, Training},
	FetchFailure,
};
use learnware_primitives::{training::Report, BadReason};
use pallet_quorum::Standing;
use prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, GaugeVec, Histogram, HistogramOpts, Opts, PrometheusError, Registry, F64, U64,
};
use sp_core::sr25519;

// Values of labels.
const FETCHED: &str = "fetched";
const UNAVAILABLE: &str = "unavailable";
const BAD: &str = "bad";
const TAUGHT: &str = "taught";
const UNUSABLE: &str = "unusable";
const STOPPED: &str = "stopped";
const FAILED: &str = "failed";
const MODULE: &str = "module";
const CACHE: &str = "cache";

#[derive(Clone)]
struct Counters {
	fetched: Counter<U64>,
	bytes: Counter<U64>,
	seconds: Histogram,
	unavailable: Counter<U64>,
	bad: CounterVec<U64>,
	samples: Gauge<U64>,
	sent: CounterVec<U64>,
	confirmed: CounterVec<U64>,
	disagreeing: CounterVec<U64>,
	available: Gauge<U64>,
	deviations: GaugeVec<U64>,
	absences: GaugeVec<U64>,
	bond: GaugeVec<F64>,
	trainings: Gauge<U64>,
	training_files: CounterVec<U64>,
	replays: CounterVec<U64>,
	runs: CounterVec<U64>,
	replay_seconds: Histogram,
	fuel: Counter<U64>,
}

/// The scorer's counters; they count nothing without a registry. Clones are the same counters.
#[derive(Clone)]
pub struct Metrics(Option<Counters>);

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
	/// Registers the counters. A node without them is better than none, so a failure is only told.
	pub fn new(registry: Option<&Registry>) -> Self {
		Self(registry.and_then(|registry| {
			Counters::register(registry)
				.inspect_err(|error| tracing::warn!(target: "scorer", "no metrics of the scorer: {error}"))
				.ok()
		}))
	}

	pub(super) fn fetched(&self, bytes: usize, seconds: f64) {
		if let Some(counters) = &self.0 {
			counters.fetched.inc();
			counters.bytes.inc_by(bytes as u64);
			counters.seconds.observe(seconds);
		}
	}

	pub(super) fn unavailable(&self) {
		if let Some(counters) = &self.0 {
			counters.unavailable.inc();
		}
	}

	pub(super) fn bad(&self, reason: BadReason) {
		if let Some(counters) = &self.0 {
			counters.bad.with_label_values(&[reason_name(reason)]).inc();
		}
	}

	pub(super) fn open_samples(&self, count: usize) {
		if let Some(counters) = &self.0 {
			counters.samples.set(count as u64);
		}
	}

	pub(super) fn sent(&self, game: &str, round: Round, count: usize) {
		if let Some(counters) = &self.0 {
			counters.sent.with_label_values(&[game, round.name()]).inc_by(count as u64);
		}
	}

	pub(super) fn confirmed(&self, game: &str) {
		if let Some(counters) = &self.0 {
			counters.confirmed.with_label_values(&[game]).inc();
		}
	}

	pub(super) fn disagreeing(&self, game: &str) {
		if let Some(counters) = &self.0 {
			counters.disagreeing.with_label_values(&[game]).inc();
		}
	}

	/// Nothing is told of a scorer before the chain was asked, so that no bond looks lost.
	pub(super) fn standing(&self, key: &sr25519::Public, standing: Standing) {
		if let Some(counters) = &self.0 {
			let hex = hex::encode(key);
			let key = &[hex.as_str()];
			counters.deviations.with_label_values(key).set(standing.deviations.into());
			counters.absences.with_label_values(key).set(standing.absences.into());
			counters.bond.with_label_values(key).set(standing.bond as f64);
		}
	}

	pub(super) fn open_trainings(&self, count: usize) {
		if let Some(counters) = &self.0 {
			counters.trainings.set(count as u64);
		}
	}

	pub(super) fn training_file(&self, result: &Result<u64, FetchFailure>) {
		if let Some(counters) = &self.0 {
			let result = match result {
				Ok(_) => FETCHED,
				Err(FetchFailure::Unavailable(_)) => UNAVAILABLE,
				Err(FetchFailure::Bad(_)) => BAD,
			};
			counters.training_files.with_label_values(&[result]).inc();
		}
	}

	pub(super) fn replayed(&self, result: &Result<Box<Done>, Obstacle>) {
		let Some(counters) = &self.0 else { return };
		let name = match result {
			Ok(done) => {
				counters.replay_seconds.observe(done.seconds);
				counters.fuel.inc_by(done.fuel);
				match done.report {
					Report::Taught { .. } => TAUGHT,
					Report::Unusable(..) => UNUSABLE,
				}
			},
			Err(Obstacle::Stopped) => STOPPED,
			Err(Obstacle::Lost(_) | Obstacle::Machine(_)) => FAILED,
		};
		counters.replays.with_label_values(&[name]).inc();
	}

	pub(super) fn runs(&self, done: u64, known: u64) {
		if let Some(counters) = &self.0 {
			counters.runs.with_label_values(&[MODULE]).inc_by(done);
			counters.runs.with_label_values(&[CACHE]).inc_by(known);
		}
	}

	pub(super) fn ipfs_available(&self, available: bool) {
		if let Some(counters) = &self.0 {
			counters.available.set(available.into());
		}
	}
}

fn reason_name(reason: BadReason) -> &'static str {
	match reason {
		BadReason::Malformed => "malformed",
		BadReason::WrongShape => "wrong_shape",
		BadReason::TooLarge => "too_large",
		BadReason::Unavailable => "unavailable",
	}
}

impl Counters {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let counter = |name, help| register(Counter::new(name, help)?, registry);
		let gauge = |name, help| register(Gauge::new(name, help)?, registry);
		let of_key = |name, help| register(GaugeVec::new(Opts::new(name, help), &["key"])?, registry);
		let by = |name, help, labels: &[&str]| register(CounterVec::new(Opts::new(name, help), labels)?, registry);
		let seconds = HistogramOpts::new(
			"learnware_label_fetch_seconds",
			"Time of one try, from its start to the verified label",
		)
		.buckets(vec![0.01, 0.05, 0.2, 1.0, 5.0, 20.0, 60.0]);
		let replay_seconds = HistogramOpts::new("learnware_replay_seconds", "Time of one replay of an epoch")
			.buckets(vec![0.1, 1.0, 10.0, 60.0, 300.0, 1_800.0, 7_200.0]);
		let counters = Self {
			fetched: counter("learnware_labels_fetched_total", "Labels fetched and verified")?,
			bytes: counter("learnware_label_bytes_total", "Bytes of the labels fetched and verified")?,
			seconds: register(Histogram::with_opts(seconds)?, registry)?,
			unavailable: counter("learnware_label_fetch_failures_total", "Failed tries to fetch a label")?,
			bad: by("learnware_labels_bad_total", "Labels that cannot be judged", &["reason"])?,
			samples: gauge("learnware_samples_open", "Samples in their reveal or score phase")?,
			sent: by("learnware_reports_sent_total", "Reports handed to the pool", &["game", "round"])?,
			confirmed: by("learnware_reports_confirmed_total", "Commitments to reports seen on the chain", &["game"])?,
			disagreeing: by(
				"learnware_reports_disagreeing_total",
				"Reports on the chain under this node's key that it does not find again",
				&["game"],
			)?,
			available: gauge(
				"learnware_ipfs_available",
				"1 while the last fetch from IPFS worked, 0 while it did not",
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
			trainings: gauge("learnware_trainings_open", "Training sessions in their reveal, test or score phase")?,
			training_files: by("learnware_training_files_total", "Tries to fetch a file of a session", &["result"])?,
			replays: by("learnware_replays_total", "Replays of an epoch", &["result"])?,
			runs: by("learnware_replay_runs_total", "Runs of learnwares, and results known before", &["from"])?,
			replay_seconds: register(Histogram::with_opts(replay_seconds)?, registry)?,
			fuel: counter("learnware_replay_fuel_total", "Fuel of the replays that came to their end")?,
		};
		for result in [FETCHED, UNAVAILABLE, BAD] {
			counters.training_files.with_label_values(&[result]);
		}
		for result in [TAUGHT, UNUSABLE, STOPPED, FAILED] {
			counters.replays.with_label_values(&[result]);
		}
		for from in [MODULE, CACHE] {
			counters.runs.with_label_values(&[from]);
		}
		for game in [Labels::NAME, Training::NAME] {
			for round in [Round::Commit, Round::Reveal] {
				counters.sent.with_label_values(&[game, round.name()]);
			}
			counters.confirmed.with_label_values(&[game]);
			counters.disagreeing.with_label_values(&[game]);
		}
		for reason in [BadReason::Malformed, BadReason::WrongShape, BadReason::TooLarge, BadReason::Unavailable] {
			counters.bad.with_label_values(&[reason_name(reason)]);
		}
		counters.available.set(1);
		Ok(counters)
	}
}
