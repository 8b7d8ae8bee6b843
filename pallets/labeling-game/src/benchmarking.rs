//! Benchmarks, each in the worst case that the limits allow.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::RawOrigin,
	pallet_prelude::TransactionSource,
	traits::{
		fungible::{Mutate, MutateHold},
		Authorize, Get,
	},
	BoundedVec,
};
use learnware_primitives::{
	commitment::{self, Salt},
	places::Payout,
	scorers::{ScorerIndex, SessionIndex},
	Task, Verdict, MAX_CLASSES, MAX_ITEMS, MAX_LABELS, MIN_LABELS,
};
use sp_core::H256;
use sp_runtime::{traits::Zero, RuntimeAppPublic};

const SALT: Salt = [7; 32];

/// What benchmarks need of the runtime.
pub trait BenchmarkHelper<AccountId, ScorerId> {
	/// A scorer's key, with its secret in the keystore.
	fn key(index: ScorerIndex) -> ScorerId;
	/// Makes these the scorers of the present session, and returns it.
	fn set_scorers(scorers: Vec<(AccountId, ScorerId)>) -> SessionIndex;
}

fn location(seed: u32) -> Location {
	let mut cid = vec![1, 0x55, 0x12, 0x20];
	cid.extend(sp_io::hashing::blake2_256(&seed.to_le_bytes()));
	Location::truncate_from(cid)
}

fn funded<T: Config>(who: T::AccountId) -> T::AccountId {
	let plenty = T::MinBounty::get()
		.max(T::MinCollateral::get())
		.max(T::DatasetDeposit::get())
		.saturating_mul(1_000)
		.saturating_add(T::SampleDeposit::get().saturating_mul(1_000));
	T::Currency::set_balance(&who, plenty);
	who
}

fn terms<T: Config>() -> TermsOf<T> {
	Terms {
		collateral: T::MinCollateral::get(),
		min_labels: MIN_LABELS,
		max_labels: MAX_LABELS,
		commit_period: 10u32.into(),
		reveal_period: 10u32.into(),
		score_period: 20u32.into(),
		payout: Payout::default(),
		scoring_fee: 100_000,
		attendance_fee: 50_000,
		duplicates: Duplicates::Share,
		eligibility: Eligibility::Open,
	}
}

fn task() -> Task {
	Task::Classification { items: MAX_ITEMS, classes: MAX_CLASSES }
}

fn dataset<T: Config>() -> Result<DatasetId, BenchmarkError> {
	let owner = funded::<T>(account("owner", 0, 0));
	let dataset = NextDataset::<T>::get();
	Pallet::<T>::do_create_dataset(owner, location(0), task(), terms::<T>())?;
	Ok(dataset)
}

fn sample<T: Config>(provider: T::AccountId) -> Result<SampleId, BenchmarkError> {
	let dataset = dataset::<T>()?;
	let sample = NextSample::<T>::get();
	Pallet::<T>::do_submit_sample(provider, dataset, location(1), T::MinBounty::get())?;
	Ok(sample)
}

/// Adds `n` labels of other accounts, revealed or not, as their calls do.
fn add_labels<T: Config>(sample: SampleId, n: u32, revealed: bool) -> Result<(), BenchmarkError> {
	let mut labels = Labels::<T>::get(sample);
	for i in 0..n {
		let who = funded::<T>(account("worker", i, sample));
		T::Currency::hold(&HoldReason::Collateral.into(), &who, T::MinCollateral::get())?;
		let state =
			if revealed { LabelState::Revealed(location(i)) } else { LabelState::Committed(H256::repeat_byte(1)) };
		labels.try_push(LabelRecord { who, state }).map_err(|_| "too many labels")?;
	}
	Labels::<T>::insert(sample, labels);
	Ok(())
}

fn set_phase<T: Config>(sample: SampleId, phase: Phase<frame_system::pallet_prelude::BlockNumberFor<T>>) {
	Samples::<T>::mutate(sample, |record| {
		if let Some(record) = record {
			record.phase = phase;
		}
	});
}

fn set_scorers<T: Config>() -> (SessionIndex, Vec<T::ScorerId>) {
	let keys: Vec<_> = (0..T::MaxScorers::get()).map(T::BenchmarkHelper::key).collect();
	let scorers = (0..).zip(&keys).map(|(i, key)| (funded::<T>(account("scorer", i, 0)), key.clone())).collect();
	(T::BenchmarkHelper::set_scorers(scorers), keys)
}

/// A report on as many labels as there can be; `variant` makes it another one.
fn report(variant: u32) -> ScorerReport {
	let verdict = |i: u32| Verdict::Scored {
		score: i128::from(i.saturating_add(variant)),
		loss: i.into(),
		eligible: true,
		outlier: false,
	};
	let verdicts: Vec<_> = (0..MAX_LABELS).map(verdict).collect();
	ScorerReport { verdicts: BoundedVec::truncate_from(verdicts), wash: false, consensus: location(variant) }
}

/// `n` samples in the score phase with all labels. All scorers have committed to the report on them, and all but
/// the first `silent` have revealed it, or as many others as a quorum allows.
fn in_score<T: Config>(n: u32, session: SessionIndex, silent: u32) -> Result<Vec<SampleId>, BenchmarkError> {
	let provider = funded::<T>(account("provider", 0, 0));
	let genesis = Pallet::<T>::genesis();
	let count = T::MaxScorers::get();
	let deviants = count.saturating_sub(1) / 3;
	let mut samples = Vec::new();
	for _ in 0..n {
		let sample = sample::<T>(provider.clone())?;
		add_labels::<T>(sample, MAX_LABELS, true)?;
		set_phase::<T>(sample, Phase::Score { since: 1u32.into(), until: 100u32.into(), session });
		Tallies::<T>::mutate(sample, |tally| {
			for scorer in 0..count {
				let hash = commitment::report(&genesis.0, session, scorer, sample, &report(0), &SALT);
				let _ = tally.commits.try_insert(scorer, H256(hash));
				if scorer >= silent {
					let variant = if scorer >= count.saturating_sub(deviants) { scorer } else { 0 };
					let report = report(variant);
					let hash = H256(sp_io::hashing::blake2_256(&parity_scale_codec::Encode::encode(&report)));
					let _ = tally.reveals.try_insert(scorer, hash);
					Reports::<T>::insert(sample, hash, report);
				}
			}
		});
		samples.push(sample);
	}
	Ok(samples)
}

fn signed_commitments<T: Config>(
	samples: &[SampleId],
	session: SessionIndex,
	key: &T::ScorerId,
) -> Result<Call<T>, BenchmarkError> {
	let commitments: Vec<_> = samples.iter().map(|sample| (*sample, H256::repeat_byte(3))).collect();
	let commitments: ReportCommitments = BoundedVec::truncate_from(commitments);
	let payload = signing_payload(COMMIT_DOMAIN, &Pallet::<T>::genesis(), session, 0, &commitments);
	let signature = key.sign(&payload).ok_or("no key")?;
	Ok(Call::commit_report { session, scorer: 0, commitments, signature })
}

fn signed_reveals<T: Config>(
	samples: &[SampleId],
	session: SessionIndex,
	key: &T::ScorerId,
) -> Result<Call<T>, BenchmarkError> {
	let reveals: Vec<_> =
		samples.iter().map(|sample| ReportReveal { sample: *sample, report: report(0), salt: SALT }).collect();
	let reveals: ReportReveals = BoundedVec::truncate_from(reveals);
	let payload = signing_payload(REVEAL_DOMAIN, &Pallet::<T>::genesis(), session, 0, &reveals);
	let signature = key.sign(&payload).ok_or("no key")?;
	Ok(Call::reveal_report { session, scorer: 0, reveals, signature })
}

/// `n` samples that wait for the first scorer's commitment, the last to come.
fn waiting_for_commitment<T: Config>(n: u32) -> Result<(Vec<SampleId>, Call<T>), BenchmarkError> {
	let (session, keys) = set_scorers::<T>();
	let samples = in_score::<T>(n, session, T::MaxScorers::get())?;
	for sample in &samples {
		Tallies::<T>::mutate(sample, |tally| tally.commits.remove(&0));
		// The call itself starts the phase.
		let until = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(*sample, Phase::Reveal { until });
	}
	let key = keys.first().ok_or("no scorer")?;
	let call = signed_commitments::<T>(&samples, session, key)?;
	Ok((samples, call))
}

/// `n` samples that wait for the first scorer's reveal, the last to come.
fn waiting_for_reveal<T: Config>(n: u32) -> Result<(Vec<SampleId>, Call<T>), BenchmarkError> {
	let (session, keys) = set_scorers::<T>();
	let samples = in_score::<T>(n, session, 1)?;
	let key = keys.first().ok_or("no scorer")?;
	let call = signed_reveals::<T>(&samples, session, key)?;
	Ok((samples, call))
}

#[benchmarks(where <T as frame_system::Config>::RuntimeCall: From<Call<T>>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create_dataset() {
		let caller = funded::<T>(whitelisted_caller());
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), location(0), task(), terms::<T>());
		assert_eq!(NextDataset::<T>::get(), 1);
	}

	#[benchmark]
	fn close_dataset() -> Result<(), BenchmarkError> {
		let caller = funded::<T>(whitelisted_caller());
		Pallet::<T>::do_create_dataset(caller.clone(), location(0), task(), terms::<T>())?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 0);
		assert!(!Datasets::<T>::contains_key(0));
		Ok(())
	}

	#[benchmark]
	fn submit_sample() -> Result<(), BenchmarkError> {
		let caller = funded::<T>(whitelisted_caller());
		let dataset = dataset::<T>()?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), dataset, location(1), T::MinBounty::get());
		assert_eq!(Samples::<T>::count(), 1);
		Ok(())
	}

	#[benchmark]
	fn cancel_sample() -> Result<(), BenchmarkError> {
		let caller = funded::<T>(whitelisted_caller());
		let sample = sample::<T>(caller.clone())?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample);
		assert_eq!(Samples::<T>::count(), 0);
		Ok(())
	}

	/// The label that takes the last place.
	#[benchmark]
	fn commit_label() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let sample = sample::<T>(funded::<T>(account("provider", 0, 0)))?;
		add_labels::<T>(sample, MAX_LABELS.saturating_sub(1), false)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample, H256::repeat_byte(2));
		assert_eq!(Labels::<T>::get(sample).len() as u32, MAX_LABELS);
		Ok(())
	}

	/// One of as many labels as can be withdrawn.
	#[benchmark]
	fn withdraw_label() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let sample = sample::<T>(funded::<T>(account("provider", 0, 0)))?;
		Pallet::<T>::do_commit_label(caller.clone(), sample, H256::repeat_byte(2))?;
		add_labels::<T>(sample, MAX_LABELS.saturating_sub(2), false)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample);
		assert_eq!(Labels::<T>::get(sample).len() as u32, MAX_LABELS.saturating_sub(2));
		Ok(())
	}

	/// The last label of a full sample.
	#[benchmark]
	fn reveal_label() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		set_scorers::<T>();
		let sample = sample::<T>(funded::<T>(account("provider", 0, 0)))?;
		add_labels::<T>(sample, MAX_LABELS.saturating_sub(1), true)?;
		let hash = commitment::label(&Pallet::<T>::genesis().0, sample, &caller, &location(2), &SALT);
		Pallet::<T>::do_commit_label(caller.clone(), sample, H256(hash))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample, location(2), SALT);
		let phase = Samples::<T>::get(sample).map(|record| record.phase);
		assert!(matches!(phase, Some(Phase::Score { .. })));
		Ok(())
	}

	/// A full sample with a decision, a third of the scorers deviating.
	#[benchmark]
	fn resolve() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let (session, _) = set_scorers::<T>();
		let sample = in_score::<T>(1, session, 0)?.pop().ok_or("no sample")?;
		let now = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(sample, Phase::Score { since: Zero::zero(), until: now, session });
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample);
		assert!(!Samples::<T>::contains_key(sample));
		Ok(())
	}

	#[benchmark]
	fn commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (samples, call) = waiting_for_commitment::<T>(n)?;
		let Call::commit_report { session, scorer, commitments, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, commitments, signature);
		assert!(samples.iter().all(|sample| Tallies::<T>::get(sample).commits.contains_key(&0)));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit_report(n: Linear<1, MAX_COMMITMENTS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_commitment::<T>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	/// The last reveal, which resolves the samples.
	#[benchmark]
	fn reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (samples, call) = waiting_for_reveal::<T>(n)?;
		let Call::reveal_report { session, scorer, reveals, signature } = call else { return Err("call".into()) };
		#[extrinsic_call]
		_(RawOrigin::Authorized, session, scorer, reveals, signature);
		assert!(samples.iter().all(|sample| !Samples::<T>::contains_key(sample)));
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal_report(n: Linear<1, MAX_REVEALS_PER_CALL>) -> Result<(), BenchmarkError> {
		let (_, call) = waiting_for_reveal::<T>(n)?;
		let call: <T as frame_system::Config>::RuntimeCall = call.into();
		#[block]
		{
			call.authorize(TransactionSource::InBlock).ok_or("not authorized")?.map_err(|_| "refused")?;
		}
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
