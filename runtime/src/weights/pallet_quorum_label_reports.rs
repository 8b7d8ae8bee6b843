//! Measured weights of the calls of `pallet_quorum`. Written by `scripts/benchmark` on 2026-11-21, 20 steps, 20 repeats,
//! on AMD EPYC, when these calls were those of the labeling game: the same work, read and written in the same places.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// See the module.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_quorum::WeightInfo for WeightInfo<T> {
	fn commit_report(n: u32) -> Weight {
		Weight::from_parts(71_808_113, 1742)
			.saturating_add(Weight::from_parts(47_590_320, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
	}
	fn authorize_commit_report(n: u32) -> Weight {
		Weight::from_parts(100_565_111, 7575)
			.saturating_add(Weight::from_parts(35_765_833, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
	}
	fn reveal_report(n: u32) -> Weight {
		Weight::from_parts(7_444_598_000, 172788)
			.saturating_add(Weight::from_parts(4_682_554_025, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 168448).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(134))
			.saturating_add(T::DbWeight::get().reads(218_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(132))
			.saturating_add(T::DbWeight::get().writes(218_u64.saturating_mul(n.into())))
	}
	fn authorize_reveal_report(n: u32) -> Weight {
		Weight::from_parts(101_365_962, 7575)
			.saturating_add(Weight::from_parts(70_327_423, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 8825).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(n.into())))
	}
}
