//! Benchmarks of the validator set, each with the largest set that the call can meet.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Balanced, Inspect},
		tokens::Precision,
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use parity_scale_codec::Decode;
use sp_runtime::traits::{Saturating, TrailingZeroInput};

/// Make `n` accounts the validators, and return them.
fn appoint<T: Config>(n: u32) -> alloc::vec::Vec<T::AccountId> {
	let validators: alloc::vec::Vec<T::AccountId> = (0..n).map(|i| account("validator", i, 0)).collect();
	Validators::<T>::put(BoundedVec::truncate_from(validators.clone()));
	validators
}

/// Endow an account so that it can bond.
fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let amount = T::Bond::get().saturating_add(CurrencyOf::<T>::minimum_balance().saturating_mul(10u32.into()));
	drop(CurrencyOf::<T>::deposit(who, amount, Precision::Exact)?);
	Ok(())
}

/// Give an account a full bond that unlocks in session `unlocks`.
fn bonded<T: Config>(who: &T::AccountId, unlocks: Option<u32>) -> Result<(), BenchmarkError> {
	fund::<T>(who)?;
	Pallet::<T>::do_bond(who.clone())?;
	Bonds::<T>::insert(who, Bonded { amount: T::Bond::get(), unlocks });
	Ok(())
}

fn admin<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn add_validator() -> Result<(), BenchmarkError> {
		appoint::<T>(<T::MaxValidators as Get<u32>>::get().saturating_sub(1));
		let who: T::AccountId = whitelisted_caller();
		let keys = <T as pallet_session::Config>::Keys::decode(&mut TrailingZeroInput::zeroes())
			.map_err(|_| BenchmarkError::Stop("session keys have a fixed length"))?;
		pallet_session::NextKeys::<T>::insert(&who, keys);
		bonded::<T>(&who, Some(1))?;
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());

		assert!(Validators::<T>::get().contains(&who));
		Ok(())
	}

	#[benchmark]
	fn remove_validator() -> Result<(), BenchmarkError> {
		let validators = appoint::<T>(<T::MaxValidators as Get<u32>>::get());
		let who = validators.last().cloned().ok_or(BenchmarkError::Stop("no validators"))?;
		Conduct::<T>::insert(&who, Faults { deviant: 1, absent: 1 });
		bonded::<T>(&who, None)?;
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());

		assert!(!Validators::<T>::get().contains(&who));
		Ok(())
	}

	#[benchmark]
	fn bond() -> Result<(), BenchmarkError> {
		let who: T::AccountId = whitelisted_caller();
		fund::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Pallet::<T>::is_bonded(&who));
		Ok(())
	}

	#[benchmark]
	fn unbond() -> Result<(), BenchmarkError> {
		appoint::<T>(<T::MaxValidators as Get<u32>>::get());
		let who: T::AccountId = whitelisted_caller();
		bonded::<T>(&who, Some(1))?;
		pallet_session::CurrentIndex::<T>::put(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Bonds::<T>::contains_key(&who));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, mock::ExtBuilder::default().build(), mock::Test);
}
