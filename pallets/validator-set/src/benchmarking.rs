//! Benchmarks of the validator set, each with the largest set that the call can meet.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::{traits::EnsureOrigin, traits::Get, BoundedVec};
use parity_scale_codec::Decode;
use sp_runtime::traits::TrailingZeroInput;

/// Make `n` accounts the validators, and return them.
fn appoint<T: Config>(n: u32) -> alloc::vec::Vec<T::AccountId> {
	let validators: alloc::vec::Vec<T::AccountId> = (0..n).map(|i| account("validator", i, 0)).collect();
	Validators::<T>::put(BoundedVec::truncate_from(validators.clone()));
	validators
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
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());

		assert!(!Validators::<T>::get().contains(&who));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, mock::ExtBuilder::default().build(), mock::Test);
}
