//! What the desk of learnware rewards counts.

use super::replayer::{Done, Obstacle};
use crate::{fetcher::FetchFailure, metrics::Metrics};
use learnware_primitives::training::Report;
use prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError, Registry, U64,
};

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

struct Counters {
	trainings: Gauge<U64>,
	files: CounterVec<U64>,
	replays: CounterVec<U64>,
	runs: CounterVec<U64>,
	seconds: Histogram,
	fuel: Counter<U64>,
}

/// They count nothing without a registry.
pub(super) struct TrainingMetrics(Option<Counters>);

impl TrainingMetrics {
	pub fn new(metrics: &Metrics) -> Self {
		Self(metrics.register(Counters::register))
	}

	pub fn open_trainings(&self, count: usize) {
		if let Some(counters) = &self.0 {
			counters.trainings.set(count as u64);
		}
	}

	/// A try to fetch a file.
	pub fn tried(&self, result: &Result<u64, FetchFailure>) {
		if let Some(counters) = &self.0 {
			let result = match result {
				Ok(_) => FETCHED,
				Err(FetchFailure::Unavailable(_)) => UNAVAILABLE,
				Err(FetchFailure::Bad(_)) => BAD,
			};
			counters.files.with_label_values(&[result]).inc();
		}
	}

	pub fn replayed(&self, result: &Result<Box<Done>, Obstacle>) {
		let Some(counters) = &self.0 else { return };
		let name = match result {
			Ok(done) => {
				counters.seconds.observe(done.seconds);
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

	pub fn runs(&self, done: u64, known: u64) {
		if let Some(counters) = &self.0 {
			counters.runs.with_label_values(&[MODULE]).inc_by(done);
			counters.runs.with_label_values(&[CACHE]).inc_by(known);
		}
	}
}

impl Counters {
	fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let by = |name, help, label| register(CounterVec::new(Opts::new(name, help), &[label])?, registry);
		let trainings =
			Gauge::new("learnware_trainings_open", "Training sessions in their reveal, test or score phase")?;
		let seconds = HistogramOpts::new("learnware_replay_seconds", "Time of one replay of an epoch")
			.buckets(vec![0.1, 1.0, 10.0, 60.0, 300.0, 1_800.0, 7_200.0]);
		let fuel = Counter::new("learnware_replay_fuel_total", "Fuel of the replays that came to their end")?;
		let counters = Self {
			trainings: register(trainings, registry)?,
			files: by("learnware_training_files_total", "Tries to fetch a file of a session", "result")?,
			replays: by("learnware_replays_total", "Replays of an epoch", "result")?,
			runs: by("learnware_replay_runs_total", "Runs of learnwares, and results known before", "from")?,
			seconds: register(Histogram::with_opts(seconds)?, registry)?,
			fuel: register(fuel, registry)?,
		};
		for result in [FETCHED, UNAVAILABLE, BAD] {
			counters.files.with_label_values(&[result]);
		}
		for result in [TAUGHT, UNUSABLE, STOPPED, FAILED] {
			counters.replays.with_label_values(&[result]);
		}
		for from in [MODULE, CACHE] {
			counters.runs.with_label_values(&[from]);
		}
		Ok(counters)
	}
}
