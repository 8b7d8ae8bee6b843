//! Benchmarks, each in the worst case that the limits allow.

use crate::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	dispatch::RawOrigin,
	traits::{
		fungible::{Mutate, MutateHold},
		Get,
	},
	BoundedVec,
};
use learnware_primitives::{
	commitment::{self, Salt},
	places::{Duplicates, Payout, MAX_TEMPERATURE},
	task::Scale,
	GoldUse, Task, Verdict, MAX_CLASSES, MAX_ITEMS, MAX_LABELS, MIN_LABELS,
};
use pallet_quorum::{BenchmarkGame, Panel, SessionIndex};
use sp_core::H256;
use sp_runtime::traits::Zero;

const SALT: Salt = [7; 32];

fn location(seed: u32) -> Location {
	let mut cid = vec![1, 0x55, 0x12, 0x20];
	cid.extend(sp_io::hashing::blake2_256(&seed.to_le_bytes()));
	Location::truncate_from(cid)
}

fn funded<T: Config>(who: T::AccountId) -> T::AccountId {
	let dataset = T::DatasetDeposit::get()
		.saturating_add(T::DatasetDepositPerByte::get().saturating_mul(100_000))
		.saturating_add(T::AllowDeposit::get());
	let plenty = T::MinBounty::get()
		.max(T::MinCollateral::get())
		.max(dataset)
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
		reveal_period: MIN_REVEAL_PERIOD.into(),
		score_period: 20u32.into(),
		payout: Payout::Softmax { temperature: MAX_TEMPERATURE },
		scoring_fee: 100_000,
		attendance_fee: 50_000,
		duplicates: Duplicates::Collapse,
		eligibility: Eligibility::AllowList,
	}
}

/// The longest question.
fn task() -> Task {
	Task::Vector { scale: Scale::truncate_from(vec![u32::MAX; MAX_ITEMS as usize]), fraction_bits: 0 }
}

/// A question that takes gold.
fn gold_task() -> Task {
	Task::Classification { items: MAX_ITEMS, classes: MAX_CLASSES }
}

/// A dataset whose allow-list has one account, `labeler`, if given.
fn dataset<T: Config>(task: Task, labeler: Option<&T::AccountId>) -> Result<DatasetId, BenchmarkError> {
	let owner = funded::<T>(account("owner", 0, 0));
	let dataset = NextDataset::<T>::get();
	Pallet::<T>::do_create_dataset(owner.clone(), location(0), task, terms::<T>())?;
	if let Some(labeler) = labeler {
		Pallet::<T>::do_allow(owner, dataset, BoundedVec::truncate_from(vec![labeler.clone()]))?;
	}
	Ok(dataset)
}

fn sample<T: Config>(provider: T::AccountId) -> Result<SampleId, BenchmarkError> {
	sample_for::<T>(provider, None)
}

/// A sample that `labeler` may label.
fn sample_for<T: Config>(provider: T::AccountId, labeler: Option<&T::AccountId>) -> Result<SampleId, BenchmarkError> {
	let dataset = dataset::<T>(task(), labeler)?;
	let sample = NextSample::<T>::get();
	Pallet::<T>::do_submit_sample(provider, dataset, location(1), T::MinBounty::get(), None)?;
	Ok(sample)
}

/// Adds `n` labels of other accounts, revealed or not, as their calls do.
fn add_labels<T: Config>(sample: SampleId, n: u32, revealed: bool) -> Result<(), BenchmarkError> {
	let mut labels = Labels::<T>::get(sample);
	for i in 0..n {
		let who = funded::<T>(account("worker", i, sample));
		T::Currency::hold(&HoldReason::Collateral.into(), &who, T::MinCollateral::get())?;
		let state =
			if revealed { Disclosure::Revealed(location(i)) } else { Disclosure::Committed(H256::repeat_byte(1)) };
		Engagements::<T>::mutate(&who, |engagement| engagement.labels = engagement.labels.saturating_add(1));
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

/// As many scorers as a session can have.
fn most_scorers<T: Config>() -> u32 {
	<<T as Config>::Quorum as Quorum>::MaxScorers::get()
}

/// A report on as many labels as there can be; `variant` makes it another one.
fn report(variant: u32) -> ScorerReport {
	let verdict = |i: u32| Verdict::Scored {
		score: i128::from(i.saturating_add(variant)),
		loss: i.into(),
		eligible: true,
		outlier: false,
		copy_of: None,
	};
	let verdicts: Vec<_> = (0..MAX_LABELS).map(verdict).collect();
	ScorerReport {
		verdicts: BoundedVec::truncate_from(verdicts),
		wash: false,
		gold: GoldUse::None,
		consensus: location(variant),
	}
}

impl<T: Config> BenchmarkGame for Pallet<T> {
	/// A sample in the score phase with all labels.
	fn full_work(index: u32, session: SessionIndex) -> Result<SampleId, BenchmarkError> {
		// Each has its own provider, for one may not have as many samples as the chain.
		let sample = sample::<T>(funded::<T>(account("provider", index, 0)))?;
		add_labels::<T>(sample, MAX_LABELS, true)?;
		set_phase::<T>(sample, Phase::Score { since: 1u32.into(), until: 100u32.into(), session });
		Ok(sample)
	}

	fn unbegin(sample: SampleId) {
		let until = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(sample, Phase::Reveal { until });
	}

	fn full_report(variant: u32) -> ScorerReport {
		report(variant)
	}
}

#[benchmarks]
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
		let dataset = dataset::<T>(task(), None)?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), dataset, location(1), T::MinBounty::get(), None);
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
		let sample = sample_for::<T>(funded::<T>(account("provider", 0, 0)), Some(&caller))?;
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
		let sample = sample_for::<T>(funded::<T>(account("provider", 0, 0)), Some(&caller))?;
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
		T::Quorum::appoint(most_scorers::<T>());
		let sample = sample_for::<T>(funded::<T>(account("provider", 0, 0)), Some(&caller))?;
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
		let count = most_scorers::<T>();
		let session = T::Quorum::appoint(count);
		let sample = <Pallet<T> as BenchmarkGame>::full_work(0, session)?;
		T::Quorum::fill(sample, Panel { session, count, silent: 0 }, report);
		let now = frame_system::Pallet::<T>::block_number();
		set_phase::<T>(sample, Phase::Score { since: Zero::zero(), until: now, session });
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample);
		assert!(!Samples::<T>::contains_key(sample));
		Ok(())
	}

	/// The last thing to be revealed of a full sample.
	#[benchmark]
	fn reveal_gold() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		T::Quorum::appoint(most_scorers::<T>());
		let dataset = dataset::<T>(gold_task(), None)?;
		let sample = NextSample::<T>::get();
		let hash = commitment::gold(&Pallet::<T>::genesis().0, dataset, &caller, &location(2), &SALT);
		let bounty = T::MinBounty::get();
		Pallet::<T>::do_submit_sample(caller.clone(), dataset, location(1), bounty, Some(H256(hash)))?;
		add_labels::<T>(sample, MAX_LABELS, true)?;
		set_phase::<T>(sample, Phase::Reveal { until: 100u32.into() });
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample, location(2), SALT);
		let phase = Samples::<T>::get(sample).map(|record| record.phase);
		assert!(matches!(phase, Some(Phase::Score { .. })));
		Ok(())
	}

	#[benchmark]
	fn denounce() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = funded::<T>(whitelisted_caller());
		let who: T::AccountId = funded::<T>(account("leak", 0, 0));
		let sample = sample_for::<T>(funded::<T>(account("provider", 0, 0)), Some(&who))?;
		add_labels::<T>(sample, MAX_LABELS.saturating_sub(2), false)?;
		let hash = commitment::label(&Pallet::<T>::genesis().0, sample, &who, &location(2), &SALT);
		Pallet::<T>::do_commit_label(who.clone(), sample, H256(hash))?;
		#[extrinsic_call]
		_(RawOrigin::Signed(caller), sample, who, location(2), SALT);
		assert_eq!(Labels::<T>::get(sample).len() as u32, MAX_LABELS.saturating_sub(2));
		Ok(())
	}

	#[benchmark]
	fn allow(n: Linear<1, MAX_ALLOWED_PER_CALL>) -> Result<(), BenchmarkError> {
		let dataset = dataset::<T>(gold_task(), None)?;
		let owner: T::AccountId = account("owner", 0, 0);
		let accounts: Vec<_> = (0..n).map(|i| account("labeler", i, 0)).collect();
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), dataset, BoundedVec::truncate_from(accounts));
		assert_eq!(AllowList::<T>::iter_prefix(dataset).count() as u32, n);
		Ok(())
	}

	#[benchmark]
	fn disallow(n: Linear<1, MAX_ALLOWED_PER_CALL>) -> Result<(), BenchmarkError> {
		let dataset = dataset::<T>(gold_task(), None)?;
		let owner: T::AccountId = account("owner", 0, 0);
		let accounts: Vec<_> = (0..n).map(|i| account("labeler", i, 0)).collect();
		let accounts: AccountsOf<T> = BoundedVec::truncate_from(accounts);
		Pallet::<T>::do_allow(owner.clone(), dataset, accounts.clone())?;
		#[extrinsic_call]
		_(RawOrigin::Signed(owner), dataset, accounts);
		assert_eq!(AllowList::<T>::iter_prefix(dataset).count(), 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

/// The report calls are the quorum's; what they cost is this game's.
#[cfg(test)]
#[test]
fn bench_reports_of_the_game() {
	crate::mock::new_test_ext().execute_with(|| pallet_quorum::try_calls::<crate::mock::Test, ()>()).expect("it runs");
}
