//! Measured weights of the calls of `pallet_quorum`. Written by `scripts/benchmark` on 2026-11-21, 20 steps, 20 repeats,
//! on AMD EPYC, when these calls were those of learnware rewards: the same work, read and written in the same places.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// See the module.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_quorum::WeightInfo for WeightInfo<T> {
	fn commit_report(n: u32) -> Weight {
		Weight::from_parts(35_456_726, 990)
			.saturating_add(Weight::from_parts(53_218_829, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
	}
	fn authorize_commit_report(n: u32) -> Weight {
		Weight::from_parts(125_708_168, 7575)
			.saturating_add(Weight::from_parts(34_534_589, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
	}
	fn reveal_report(n: u32) -> Weight {
		Weight::from_parts(3_779_614_910, 170185)
			.saturating_add(Weight::from_parts(11_410_219_273, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 175760).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(131))
			.saturating_add(T::DbWeight::get().reads(156_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(129))
			.saturating_add(T::DbWeight::get().writes(157_u64.saturating_mul(n.into())))
	}
	fn authorize_reveal_report(n: u32) -> Weight {
		Weight::from_parts(120_009_707, 7575)
			.saturating_add(Weight::from_parts(46_182_957, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
	}
}
