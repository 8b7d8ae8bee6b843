//! Measured weights of the calls of `pallet_learnware_rewards`. Written by `scripts/benchmark` on 2026-11-21, 20 steps, 20 repeats,
//! on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// See the module.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_learnware_rewards::WeightInfo for WeightInfo<T> {
	fn open_training(n: u32) -> Weight {
		Weight::from_parts(116_467_423, 3857)
			.saturating_add(Weight::from_parts(291_200, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn close_training() -> Weight {
		Weight::from_parts(105_208_000, 9815)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn reveal_test_set(n: u32) -> Weight {
		Weight::from_parts(144_534_910, 12055)
			.saturating_add(Weight::from_parts(1_985_110, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn commit_lesson() -> Weight {
		Weight::from_parts(116_796_000, 9815)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	fn withdraw_lesson() -> Weight {
		Weight::from_parts(81_953_000, 9815)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn reveal_lesson() -> Weight {
		Weight::from_parts(46_961_000, 9815)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	fn resolve() -> Weight {
		Weight::from_parts(13_892_079_000, 339380)
			.saturating_add(T::DbWeight::get().reads(287))
			.saturating_add(T::DbWeight::get().writes(286))
	}
}
