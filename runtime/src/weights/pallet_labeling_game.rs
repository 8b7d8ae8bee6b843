//! Measured weights of the calls of `pallet_labeling_game`. Written by `scripts/benchmark` on 2026-11-21, 20 steps, 20 repeats,
//! on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// See the module.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_labeling_game::WeightInfo for WeightInfo<T> {
	fn create_dataset() -> Weight {
		Weight::from_parts(54_172_000, 3622)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn close_dataset() -> Weight {
		Weight::from_parts(39_219_000, 3650)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn submit_sample() -> Weight {
		Weight::from_parts(91_597_000, 19865)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn cancel_sample() -> Weight {
		Weight::from_parts(84_567_000, 9815)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	fn commit_label() -> Weight {
		Weight::from_parts(102_384_000, 9815)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn withdraw_label() -> Weight {
		Weight::from_parts(85_328_000, 9815)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn reveal_label() -> Weight {
		Weight::from_parts(81_652_000, 9815)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn resolve() -> Weight {
		Weight::from_parts(7_502_285_000, 339380)
			.saturating_add(T::DbWeight::get().reads(352))
			.saturating_add(T::DbWeight::get().writes(350))
	}
	fn reveal_gold() -> Weight {
		Weight::from_parts(89_845_000, 9815)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn denounce() -> Weight {
		Weight::from_parts(135_864_000, 9815)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn allow(n: u32) -> Weight {
		Weight::from_parts(18_246_947, 3650)
			.saturating_add(Weight::from_parts(36_220_160, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2551).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
	}
	fn disallow(n: u32) -> Weight {
		Weight::from_parts(5_339_967, 3650)
			.saturating_add(Weight::from_parts(31_935_518, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2551).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
	}
}
