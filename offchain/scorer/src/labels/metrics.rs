//! What the desk of the labeling game counts.

use crate::{fetcher::FetchFailure, metrics::Metrics};
use learnware_primitives::BadReason;
use prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError, Registry, U64,
};
use std::time::Duration;

struct Counters {
	fetched: Counter<U64>,
	bytes: Counter<U64>,
	seconds: Histogram,
	unavailable: Counter<U64>,
	bad: CounterVec<U64>,
	samples: Gauge<U64>,
}

/// They count nothing without a registry.
pub(super) struct LabelMetrics(Option<Counters>);

impl LabelMetrics {
	pub fn new(metrics: &Metrics) -> Self {
		Self(metrics.register(Counters::register))
	}

	/// A try to fetch a label that took so long.
	pub fn tried(&self, result: &Result<Vec<u8>, FetchFailure>, took: Duration) {
		let Some(counters) = &self.0 else { return };
		match result {
			Ok(bytes) => {
				counters.fetched.inc();
				counters.bytes.inc_by(bytes.len() as u64);
				counters.seconds.observe(took.as_secs_f64());
			},
			Err(FetchFailure::Unavailable(_)) => counters.unavailable.inc(),
			Err(FetchFailure::Bad(reason)) => self.bad(*reason),
		}
	}

	pub fn bad(&self, reason: BadReason) {
		if let Some(counters) = &self.0 {
			counters.bad.with_label_values(&[reason_name(reason)]).inc();
		}
	}

	pub fn open_samples(&self, count: usize) {
		if let Some(counters) = &self.0 {
			counters.samples.set(count as u64);
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
		let seconds = HistogramOpts::new(
			"learnware_label_fetch_seconds",
			"Time of one try, from its start to the verified label",
		)
		.buckets(vec![0.01, 0.05, 0.2, 1.0, 5.0, 20.0, 60.0]);
		let bad = Opts::new("learnware_labels_bad_total", "Labels that cannot be judged");
		let samples = Gauge::new("learnware_samples_open", "Samples in their reveal or score phase")?;
		let counters = Self {
			fetched: counter("learnware_labels_fetched_total", "Labels fetched and verified")?,
			bytes: counter("learnware_label_bytes_total", "Bytes of the labels fetched and verified")?,
			seconds: register(Histogram::with_opts(seconds)?, registry)?,
			unavailable: counter("learnware_label_fetch_failures_total", "Failed tries to fetch a label")?,
			bad: register(CounterVec::new(bad, &["reason"])?, registry)?,
			samples: register(samples, registry)?,
		};
		for reason in [BadReason::Malformed, BadReason::WrongShape, BadReason::TooLarge, BadReason::Unavailable] {
			counters.bad.with_label_values(&[reason_name(reason)]);
		}
		Ok(counters)
	}
}
